"""The values that the stages hand to each other: frozen, typed, compared by value.

Unknown fields and times without a zone are refused, and a missing value is None, never an empty string. Texts
are cleaned when a value is made (white space collapsed, lone surrogates replaced), so that every value can be
stored, hashed and exported as it is.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from operator import attrgetter
from typing import Annotated, Literal, NamedTuple

import orjson
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SkipValidation,
)

from archiver.urlkey import url_key

TimeBasis = Literal[
    "fetched", "path", "page", "option", "mtime", "record", "warc", "entry", "commit", "memento"
]
"""Where a capture's time comes from: the clock at the fetch, a 14-digit timestamp in the path, the saved page
(what the program wrote that saved it, or the web archive's time), the import option `captured_at`, the file's
modification time, the card records that name it, the head of a record of a WARC or ARC file, an entry of a
HAR file, a commit, or the web archive that served it."""

UrlBasis = Literal[
    "fetched", "tree", "base_url", "page", "remote", "file", "record", "warc", "entry", "memento"
]
"""Where a capture's URL comes from: the request, the folder of its host in a tree of saved pages, the import
option `base_url` joined with the path, the saved page, the remote of its repository, the name of its file,
the card records that name it, the head of a record of a WARC or ARC file, an entry of a HAR file, or the web
archive that served it."""

Truncated = Literal["length", "time", "disconnect", "unspecified"]
"""Why a payload was cut short: the values of WARC-Truncated (WARC 1.1, section 5.13)."""

PageKind = Literal["listing", "article", "feed", "text", "empty"]

Precision = Literal["day", "month", "year"]
"""How much of a date is printed: the day in "5 March 2023" and "5 March", the month in "March 2023"."""

DatePlace = Literal["element", "text", "attribute", "heading", "feed", "update"]
"""Where a date was read: an element that is a date by its tag or class, another short text, an attribute or
the data of the page, a heading above the card, a field of a feed; or "update", where the card has no other
date than that of its last update."""

CARD_FIELDS = ("url", "title", "date", "author", "categories", "tags", "excerpt")
"""The fields that a card is, in the order in which its public id is computed and rows are written."""

LIST_FIELDS = ("categories", "tags")
"""The fields of a card that hold several texts."""


def clean_text(text: str) -> str:
    """Collapse white space to single spaces, and remove what UTF-8 or SQL cannot hold.

    Lone surrogates (a JSON feed may hold them) become U+FFFD; NUL and the other C0 controls go.
    """
    if text.isprintable() and "  " not in text:  # all white space but the space counts as not printable
        return text.strip(" ")
    text = " ".join(text.split())
    if text.isprintable():
        return text
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # joins pairs of surrogates
    return " ".join("".join(c for c in text if c >= " " and c != "\x7f").split())


def _text_or_none(value: object) -> object:
    return (clean_text(value) or None) if isinstance(value, str) else value


def _texts(value: object) -> object:
    """Clean the values, and drop empty ones and repeats; the order is that of the first mention."""
    if not isinstance(value, list | tuple):
        return value
    return tuple(dict.fromkeys(t for v in value if (t := _text_or_none(v)) is not None))


def _whole_utc_seconds(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time needs a zone")
    try:
        return value.astimezone(UTC).replace(microsecond=0)
    except OverflowError as error:
        raise ValueError("a time is before the year 1 or after 9999 in UTC") from error


Text = Annotated[str | None, BeforeValidator(_text_or_none)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]
Time = Annotated[datetime, AfterValidator(_whole_utc_seconds)]
"""UTC in whole seconds. Its text has one width, so that it sorts as the time does."""
IsoDate = Annotated[str | None, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
"""A printed date as YYYY-MM-DD, which no time zone has moved."""


def iso_time(time: datetime) -> str:
    """Format the time as UTC ISO 8601 with `Z`, as it is stored and exported."""
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def content_key(*parts: object) -> str:
    """Return the public id of a value: 16 hex digits of SHA-256 over its parts as JSON (RFC 8259, no spaces).

    These are 64 bits: among ten million values the chance of one collision is below 3 in a million.
    """
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()[:16]


class Model(BaseModel):
    """A frozen value with no fields beyond those named."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Capture(Model):
    """One page as received at one time.

    `payload` is the entity body as received: any Content-Encoding that `headers` names is still applied.
    `headers` are a response's, in order, names as sent; an imported file has only its Content-Type.
    `status` is None for an imported file, `path` (as the user gave it) is None for a fetched page; that of a
    record of a WARC file, or of an entry of a HAR file, is the file's.
    `truncated` names the limit that cut the payload short (the values of WARC-Truncated), else it is None.
    Of a response, `phrase` is the reason phrase of the status line, `protocol` is `HTTP/1.1` or `HTTP/2`,
    `address` is the IP address that answered, and `robots` says why robots.txt allowed the request.
    Of an imported record, `record_id` is its WARC-Record-ID, and `stated_digest` its WARC-Payload-Digest: by
    these other records refer to it. Of a page that a web archive served, `replay_url` is the URL at which it
    did.
    """

    url: str
    captured_at: Time
    payload: bytes = Field(repr=False)
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    path: str | None = None
    time_basis: TimeBasis = "fetched"
    url_basis: UrlBasis = "fetched"
    truncated: Truncated | None = None
    phrase: str = ""
    protocol: str | None = None
    address: str | None = None
    robots: str | None = None
    record_id: str | None = None
    stated_digest: str | None = None
    replay_url: str | None = None

    def header(self, name: str) -> str | None:
        """Return the first header of that name, case ignored, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    def with_payload(self, payload: bytes) -> "Capture":
        """Return the capture with another payload: that of a revisit is in another record."""
        return Capture.model_validate(dict(self) | {"payload": payload})

    def with_headers_of(self, original: "Capture") -> "Capture":
        """Return the capture with the headers that it lacks of the one that it confirms.

        So a 304 gets the headers of the response that it stands for (RFC 9111, 3.2).
        """
        names = {name.lower() for name, _ in self.headers}
        more = tuple(header for header in original.headers if header[0].lower() not in names)
        return Capture.model_validate(dict(self) | {"headers": self.headers + more})

    @cached_property
    def digest(self) -> str:
        """The payload's digest: `sha256:` and hex digits."""
        return "sha256:" + hashlib.sha256(self.payload).hexdigest()

    @cached_property
    def key(self) -> str:
        """The public id: captures of one URL at one time with one payload are the same capture."""
        return content_key(self.url, iso_time(self.captured_at), self.digest)


class PrintedDate(Model):
    """A date as it is printed: exactly its part of the text, how precise it is, and where it was read."""

    text: Annotated[str, BeforeValidator(_text_or_none)]
    precision: Precision
    place: DatePlace


_card_values = attrgetter(*CARD_FIELDS)


class Card(Model):
    """One entry as a page shows it. Every field may be missing; cards with equal content are one card.

    `url` is resolved against the page's. `date` is the date that the page prints, never one taken from a URL.
    `categories` and `tags` keep the page's order and spelling. The content is these fields with `title`,
    `author` and `excerpt`: `key` depends on nothing else.

    The other fields say how the card was shown. `href` is the permalink as written. `printed` is what `date`
    was read from, or a date without a day (then `date` is None). `updated` is a date that is labelled as
    such. `image` is the resolved URL of the picture. `language` is the card's own (a BCP 47 tag) where it
    differs from the page's. `list_number` is the number of its list on the page, from 0 in page order: a box
    of a front page, a month of an archive.
    """

    url: Text = None
    title: Text = None
    date: IsoDate = None
    author: Text = None
    categories: Texts = ()
    tags: Texts = ()
    excerpt: Text = None
    href: Text = None
    printed: PrintedDate | None = None
    updated: IsoDate = None
    image: Text = None
    language: Text = None
    list_number: int = 0

    @cached_property
    def key(self) -> str:
        """The public id: a function of the seven fields that the card is."""
        return content_key(*_card_values(self))

    @cached_property
    def identity(self) -> str:
        """The permalink's key: equal for all spellings of one URL, empty without one."""
        return url_key(self.url)


class PageBlock(Model):
    """A group of repeated elements on a page, by which pages of one site are compared.

    `signature` is what the elements have in common, `permalinks` a digest of their permalinks, `score` how
    much they look like the page's cards. `cards` counts the elements. `longest` is the size of the longest of
    them and `outside` the prose of the page outside them, both in characters. `chosen`: the parser took them
    for the cards of the page, without a template of the site.
    """

    signature: str
    chosen: bool
    cards: int
    score: float
    permalinks: str
    outside: int
    longest: int


class SeenBlock(NamedTuple):
    """A block of one page: its signature, the day (YYYY-MM-DD), the digest of its permalinks, the URL."""

    signature: str
    day: str
    permalinks: str
    url: str


class FeatureShare(NamedTuple):
    """What one feature of the chosen group adds to the log odds that it is the cards of its page."""

    feature: str
    log_odds: float


class RunnerUp(Model):
    """A group of elements that was not chosen as the cards of its page, for a user to look at.

    `name` is the tag and class of its elements, `log_odds` what the features of the group add up to, `facts`
    a sentence about them, `titles` the labels of the first permalinks.
    """

    name: str
    cards: int
    log_odds: float
    facts: str
    titles: tuple[str, ...]


class Page(Model):
    """What the parser reads on a capture.

    `cards` are in page order. `next_url` is the next older page, `feeds` are those that the page announces.
    `labels` are short lines of a text capture that belong to no card, or dates of card records that cannot be
    read. `confidence` (0 to 1) says how certain
    the choice of the cards is, `why` in a sentence what it rests on. `error` says why the payload could not
    be read as a page (then there are no cards), else it is None. `parser_version` is the parser version: the
    same capture gives the same page by the same version. `blocks` are compared with those of the site's other
    pages. `shares` are why the learned model chose the cards, the largest first: their sum is its log odds.
    There are none where a rule or the template of the site chose.

    Of a page without cards, `refresh_url` is where it sends its readers by itself, and `obstacle` says in a
    clause why it shows hardly anything to a reader without scripts. These two, `shares` and `runners_up` are
    not stored.

    `positions` are those of the cards, rising, where they are not simply counted from 1. `same_page` is False
    where the cards are a part of a data set, so that they did not stand on one page.
    """

    url: str
    kind: PageKind
    confidence: float = Field(ge=0, le=1)
    cards: tuple[Card, ...] = ()
    next_url: Text = None
    feeds: Texts = ()
    language: Text = None
    charset: Text = None
    labels: Texts = ()
    why: str = ""
    error: Text = None
    parser_version: Text = None
    blocks: tuple[PageBlock, ...] = ()
    shares: tuple[FeatureShare, ...] = ()
    runners_up: tuple[RunnerUp, ...] = ()
    refresh_url: Text = None
    obstacle: Text = None
    positions: tuple[int, ...] | None = None
    same_page: bool = True

    @property
    def shown_at(self) -> Sequence[int]:
        """The position of each card."""
        return self.positions or range(1, len(self.cards) + 1)


class SeenListing(NamedTuple):
    """A capture that showed cards: its row, its URL, the URL of its older page, its time."""

    capture_id: int
    url: str
    next_url: str | None
    captured_at: datetime


class CardCount(NamedTuple):
    """How many cards a capture showed, whether it had a next page, and whether it is new."""

    url: str
    captured_at: datetime
    cards: int
    has_next: bool
    is_new: bool


class Sighting(NamedTuple):
    """A card seen at one position of one capture. `capture` and `card` are public ids.

    `captured_at` is UTC in whole seconds, `same_page` is that of the capture's page, `url` is its URL,
    `list_number` is the number of the list on the page in which the card stood, from 0. A tuple takes a
    tenth of the memory and time of a `Model`: archives hold millions of sightings, made from rows that were
    validated when they were stored.
    """

    capture: str
    captured_at: datetime
    position: int
    card: str
    language: str | None = None
    same_page: bool = True
    url: str = ""
    list_number: int = 0


class SignalWeight(NamedTuple):
    """What one signal weighs for two cards, in log odds, and the value that it rests on, which may be empty.

    `signal` is the label of a `Signal` of `archiver.dedupe.evidence.signals`. A tuple, for there are several
    for each merge: a `Model` takes three times the time.
    """

    signal: str
    weight: float
    value: str = ""


MatchWeights = Annotated[
    tuple[SignalWeight, ...],
    SkipValidation,
    PlainSerializer(lambda weights: [weight._asdict() for weight in weights]),
]
"""Match weights as a field: one object each when they are dumped."""


class Comparison(Model):
    """The evidence on which two cards (by public id, the lesser first) were taken for the same post, or not.

    `score` is 0 to 100; `match_weights` are what the signals add up to it, or that a manual override decides.
    """

    left: str
    right: str
    same: bool
    score: float
    match_weights: MatchWeights


class Override(Model):
    """A manual override: two cards (public ids, in either order) are one post, or are not.

    It prevails over all evidence. Where overrides contradict each other, directly or through others, the
    cannot-link wins, whatever their order. An override is ignored where a card was never seen, or where both
    are the same card.
    """

    left: str
    right: str
    same: bool


class FieldSource(NamedTuple):
    """The source of a canonical value: the card that shows it, and the first capture that shows the card."""

    field: str
    value: str
    card: str
    capture: str


class Revision(NamedTuple):
    """A distinct title and text of one post, how often they were shown, and from when to when."""

    title: str | None
    excerpt: str | None
    first_seen: datetime
    last_seen: datetime
    sightings: int


class Post(NamedTuple):
    """One post: the canonical record of its cards. A tuple of tuples, as fast as a `Sighting` is.

    `id` is the public id of the card that showed the post first, and the id of every card that ever showed it
    resolves to the post. `cards` are sorted by first sighting; `comparisons` are the edges that hold them
    together.
    """

    id: str
    url: str | None
    urls: tuple[str, ...]
    title: str | None
    date: str | None
    author: str | None
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    excerpt: str | None
    language: str | None
    first_seen: datetime
    last_seen: datetime
    sightings: int
    captures: int
    revisions: tuple[Revision, ...]
    cards: tuple[str, ...]
    sources: tuple[FieldSource, ...]
    comparisons: tuple[Comparison, ...]
