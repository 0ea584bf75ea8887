"""Site rules: CSS selectors that a user gives for the pages of one host, where the generic parser fails.

The tables of `archiver.toml` come in as values; `SiteRule`s go out, and the one that applies to a URL. A
selector that Lexbor cannot parse, a rule without any selector, and a pattern that no host or path can match
are refused. Only the first rule that matches a URL applies, so the order of the file matters.
"""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Annotated, NamedTuple
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
    """Return the pattern without its bracketed parts, in which every character stands for itself."""
    plain = _BRACKETS.sub("", pattern)
    if "[" in plain:
        raise ValueError(f"{pattern!r} has a [ without its ]; write [[] for the character itself")
    return plain


def _host_pattern(pattern: str) -> str:
    if re.search(r"[/@\s]", _plain(pattern)) or _PORT.fullmatch(pattern):
        raise ValueError(
            f"{pattern!r} matches no host; write the host alone, without https://, port and path"
        )
    return pattern


def _path_pattern(pattern: str) -> str:
    plain = _plain(pattern)
    if not pattern.startswith(("/", "*", "?", "[")):
        raise ValueError(f"{pattern!r} matches no path; begin it with / or *")
    if "#" in plain or _QUERY.search(plain):
        raise ValueError(f"{pattern!r} matches no path; leave out the query and what follows #")
    return pattern


class SiteRule(Model):
    """Selectors for the cards of a page and their fields, for one host (without `www.`) and one kind of path.

    `host` and `path` are patterns: `*` matches any characters, `?` one, `[ab]` one of these; the path is
    without the query. Both may be written as in the URL, or decoded, as a browser shows them. Each selector
    is applied to the whole page. Of the elements that it finds, those inside a card are the card's; where one
    is enough, the first of them. Fields without a selector are read generically.
    """

    host: Annotated[str, Field(min_length=1), AfterValidator(_host_pattern)]
    path: Annotated[str, AfterValidator(_path_pattern)] = "*"
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
    def _has_selector(self) -> "SiteRule":
        if not self.selectors():
            raise ValueError("has no selector; name one of cards, title, url, date, excerpt ...")
        return self

    def selectors(self) -> tuple[str, ...]:
        """Return the distinct selectors of the rule."""
        values = (getattr(self, name) for name in SELECTORS)
        return tuple(dict.fromkeys(value for value in values if value is not None))

    @property
    def key(self) -> str:
        """A digest of all that decides how the rule reads a page."""
        return content_key(*(getattr(self, name) for name in SELECTORS))


SELECTORS = tuple(name for name in SiteRule.model_fields if name not in ("host", "path"))
"""The names of the fields that are selectors."""


def rule_for(rules: Iterable[SiteRule], url: str) -> SiteRule | None:
    """Return the first of the rules that applies to the URL."""
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


class UrlPatterns(NamedTuple):
    """The patterns of a rule: for hosts and for paths."""

    host: str
    path: str


def patterns_for(url: str) -> UrlPatterns:
    """Return patterns that match the URL and those that differ from it only in the numbers of the path.

    Raises:
        ValueError: No pattern can match the URL.
    """
    host, path = _host_and_path(url)
    if not path.startswith("/"):
        raise ValueError(f"{url!r} has no path")
    literal = re.sub(r"[\[*?#]", r"[\g<0>]", unquote(path))
    return UrlPatterns(_host_pattern(_decoded_host(host) or "*"), re.sub(r"\d+", "*", literal))


def _host_and_path(url: str) -> tuple[str, str]:
    """Split a URL into its host without `www.` and its path."""
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www."), parts.path or "/"


def _decoded_host(host: str) -> str:
    """Return the host with its `xn--` labels decoded."""
    try:
        return idna_to_unicode(host) or host
    except UnicodeError:  # the host is decoded already
        return host
