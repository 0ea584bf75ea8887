"""The kinds and formats of an export, and the type of each kind's rows. Imports none of the package.

Rows are dictionaries, ready for JSON: times are UTC in ISO 8601 with `Z`, a missing value is None. They are
not models because a million of them are streamed: to validate a model costs more than to read its row.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple, TypedDict

Kind = Literal["posts", "cards", "captures", "revisions"]
KINDS: tuple[Kind, ...] = ("posts", "cards", "captures", "revisions")

Format = Literal["json", "jsonl", "csv", "parquet"]
FORMATS: tuple[Format, ...] = ("json", "jsonl", "csv", "parquet")

PostFormat = Literal["atom", "jsonfeed", "wxr", "markdown"]
POST_FORMATS: tuple[PostFormat, ...] = ("atom", "jsonfeed", "wxr", "markdown")
"""Formats that hold posts and nothing else."""

WebArchiveFormat = Literal["cdxj", "wacz"]
WEB_ARCHIVE_FORMATS: tuple[WebArchiveFormat, ...] = ("cdxj", "wacz")
"""Formats of other web archiving tools, which hold the captures and nothing else."""

PostOrder = Literal["first_seen", "last_seen", "date", "title", "sightings"]
"""The fields by which posts can be ordered."""

PackageFormat = Literal["datapackage"]
"""The rows of all kinds, with what their columns mean."""

ExportFormat = Literal[Format, PostFormat, WebArchiveFormat, PackageFormat]


class PostRevisionRow(TypedDict):
    """One title and text of a post, and how often they were seen between two times."""

    title: str | None
    excerpt: str | None
    first_seen: str
    last_seen: str
    sightings: int


class PostRow(TypedDict):
    """One post: the canonical fields of its cards."""

    id: str
    url: str | None
    urls: list[str]
    title: str | None
    date: str | None
    author: str | None
    categories: list[str]
    tags: list[str]
    excerpt: str | None
    language: str | None
    first_seen: str
    last_seen: str
    sightings: int
    captures: int
    revisions: list[PostRevisionRow]


class CardCaptureRow(TypedDict):
    """The capture that a card stands on."""

    id: str
    url: str
    path: str | None
    captured_at: str


class CardRow(TypedDict):
    """One sighting of a card. `post_id` is None until the card is in a post."""

    capture: CardCaptureRow
    position: int
    card_id: str
    post_id: str | None
    url: str | None
    title: str | None
    date: str | None
    author: str | None
    categories: list[str]
    tags: list[str]
    excerpt: str | None


class WarcPlaceRow(TypedDict):
    """Where a capture's record is: the WARC file's name, offset and length in bytes."""

    file: str
    offset: int
    length: int


class CaptureRow(TypedDict):
    """One capture. `cards` counts those that its page shows; `error` says why it could not be read."""

    id: str
    url: str
    path: str | None
    captured_at: str
    time_basis: str
    status: int | None
    media_type: str | None
    charset: str | None
    digest: str
    cards: int
    next_url: str | None
    feeds: list[str]
    warc: WarcPlaceRow
    error: str | None


class IndexRow(NamedTuple):
    """A capture as the index of a web archive names it. `status` is None for a page saved by hand."""

    url: str
    captured_at: str
    is_revisit: int
    media_type: str | None
    status: int | None
    digest: str
    file: str
    offset: int
    length: int


class RevisionRow(PostRevisionRow):
    """One revision of the post with this id."""

    post_id: str


class RemovedPost(NamedTuple):
    """A post that its site no longer shows, and since when (UTC, ISO 8601 with `Z`)."""

    id: str
    when: str


class ExportFile(NamedTuple):
    """A file of an export that is a folder: its name, and its bytes piece by piece."""

    name: str
    pieces: Iterable[bytes]


class ListedPost(NamedTuple):
    """A post as a list of a site names it. `text` is the beginning of its excerpt."""

    id: str
    title: str | None
    url: str | None
    date: str | None
    site: str | None
    author: str | None
    text: str | None
    revisions: int


class FieldCapture(NamedTuple):
    """A value of a post's field, and the first capture that shows it."""

    field: str
    value: str
    capture: str
    captured_at: str


class PostSighting(NamedTuple):
    """Where a post was seen; `is_replayable` says whether a WACZ has the capture as a page of the web."""

    captured_at: str
    page: str
    capture: str
    position: int
    is_replayable: int


class PublishedPost(NamedTuple):
    """A post as a page of a site shows it: its sightings are in order of time."""

    row: PostRow
    site: str | None
    sources: tuple[FieldCapture, ...]
    sightings: tuple[PostSighting, ...]
