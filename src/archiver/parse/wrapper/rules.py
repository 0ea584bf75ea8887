"""Site rules: what a user says of the pages of one host, in CSS selectors, where the generic reading fails.

In: the tables of `archiver.toml`, as values. Out: `SiteRule`s, and which of them a URL falls under. Refuses a
selector that Lexbor cannot parse, a rule without any, and a pattern that no host or path can fit. The one
surprise: the first rule that fits counts alone, so that the order of the file is the user's.
"""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Annotated
from urllib.parse import unquote, urlsplit

from ada_url import idna_to_unicode
from pydantic import AfterValidator, Field, model_validator
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from archiver.models import Model, content_key


def _parsed(selector: str) -> str:
    try:
        LexborHTMLParser("<p>").css(selector)
    except SelectolaxError as error:
        raise ValueError(f"{selector!r} is no CSS selector that can be parsed") from error
    return selector


Selector = Annotated[str | None, AfterValidator(lambda value: value if value is None else _parsed(value))]

_BRACKETS = re.compile(r"\[!?\]?[^\]]*\]")
_PORT = re.compile(r"[^:]+:\d*")
_QUERY = re.compile(r"\?[^/]*=")


def _plain(pattern: str) -> str:
    """The pattern without its bracketed parts, in which every sign stands for itself."""
    plain = _BRACKETS.sub("", pattern)
    if "[" in plain:
        raise ValueError(f"{pattern!r} has a [ without its ]; write [[] for the sign itself")
    return plain


def _of_hosts(pattern: str) -> str:
    if re.search(r"[/@\s]", _plain(pattern)) or _PORT.fullmatch(pattern):
        raise ValueError(f"{pattern!r} fits no host; write the host alone, without https://, port and path")
    return pattern


def _of_paths(pattern: str) -> str:
    plain = _plain(pattern)
    if not pattern.startswith(("/", "*", "?", "[")):
        raise ValueError(f"{pattern!r} fits no path; begin it with / or *")
    if "#" in plain or _QUERY.search(plain):
        raise ValueError(f"{pattern!r} fits no path; leave out the query and what follows #")
    return pattern


class SiteRule(Model):
    """Where the parts of a page stand, for one host (without `www.`) and one kind of path.

    `host` and `path` are patterns: `*` stands for any characters, `?` for one, `[ab]` for one of these; the
    path is without the query. Both may be written as the address has them, or decoded, as a browser shows
    them. Each selector is looked for in the whole page; of what it finds, a card's are those inside the card,
    the first of them where one is enough. What is not named is read generically.
    """

    host: Annotated[str, Field(min_length=1), AfterValidator(_of_hosts)]
    path: Annotated[str, AfterValidator(_of_paths)] = "*"
    cards: Selector = None
    url: Selector = None
    title: Selector = None
    date: Selector = None
    author: Selector = None
    categories: Selector = None
    tags: Selector = None
    excerpt: Selector = None
    image: Selector = None
    next: Selector = None

    @model_validator(mode="after")
    def _says_something(self) -> "SiteRule":
        if not self.selectors():
            raise ValueError("has no selector; name one of cards, title, url, date, excerpt ...")
        return self

    def selectors(self) -> tuple[str, ...]:
        """The distinct selectors of the rule."""
        values = (getattr(self, name) for name in SELECTORS)
        return tuple(dict.fromkeys(value for value in values if value is not None))

    @property
    def key(self) -> str:
        """A digest of all that decides what the rule makes of a page."""
        return content_key(*(getattr(self, name) for name in SELECTORS))


SELECTORS = tuple(name for name in SiteRule.model_fields if name not in ("host", "path"))
"""The fields of a rule that are selectors."""


def rule_for(rules: Iterable[SiteRule], url: str) -> SiteRule | None:
    """The first of the rules that the URL falls under."""
    try:
        host, path = _host_and_path(url)
    except ValueError:
        return None
    hosts, paths = {host, _decoded_host(host)}, {path, unquote(path)}
    for rule in rules:
        pattern = rule.host.lower().removeprefix("www.")
        if any(fnmatchcase(h, pattern) for h in hosts) and any(fnmatchcase(p, rule.path) for p in paths):
            return rule
    return None


def patterns_for(url: str) -> tuple[str, str]:
    """A host and a path pattern that the URL falls under: decoded, and any number in the place of a number.

    Raises ValueError where no pattern fits the URL.
    """
    host, path = _host_and_path(url)
    if not path.startswith("/"):
        raise ValueError(f"{url!r} has no path")
    literal = re.sub(r"[\[*?#]", r"[\g<0>]", unquote(path))
    return _of_hosts(_decoded_host(host) or "*"), re.sub(r"\d+", "*", literal)


def _host_and_path(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www."), parts.path or "/"


def _decoded_host(host: str) -> str:
    """The host with its `xn--` labels in their own letters."""
    try:
        return idna_to_unicode(host) or host
    except UnicodeError:  # it is in its own letters
        return host
