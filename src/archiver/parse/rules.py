"""Site rules: what a user says of the pages of one host, in CSS selectors, where the generic reading fails.

In: the tables of `archiver.toml`, as values. Out: `SiteRule`s, and which of them a URL falls under. Refuses a
selector that Lexbor cannot parse, and a rule without any. The one surprise: the first rule that fits counts
alone, so that the order of the file is the user's.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Annotated
from urllib.parse import urlsplit

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


class SiteRule(Model):
    """Where the parts of a page stand, for one host (without `www.`) and one kind of path.

    `host` and `path` are patterns: `*` stands for any characters, `?` for one, `[ab]` for one of these; the
    path is without the query. Each selector is looked for in the whole page; of what it finds, a card's are
    those inside the card, the first of them where one is enough. What is not named is read generically.
    """

    host: str = Field(min_length=1)
    path: str = "*"
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
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    for rule in rules:
        if fnmatchcase(host, rule.host.lower().removeprefix("www.")) and fnmatchcase(
            parts.path or "/", rule.path
        ):
            return rule
    return None
