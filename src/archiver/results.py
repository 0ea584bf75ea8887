"""What the methods of `Archive` return: frozen models, with `model_dump` for their fields as JSON has them.

Times are `datetime` in UTC here, and ISO 8601 with `Z` in `model_dump(mode="json")`, as in the rows of an
export. What comes from one stage alone (`CrawlResult`, `Reread`, `Merged`, `LayoutChange`) is defined there.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Self

from pydantic import field_serializer

from archiver.changes import Change
from archiver.crawl.drift import LayoutChange
from archiver.crawl.outcome import CrawlResult
from archiver.crawl.reparse import Reread
from archiver.dedupe import PairExplained, PostExplained, UncertainDecision
from archiver.health import SourceHealth
from archiver.models import Model, Time


class PostRevision(Model):
    """One title and text of a post, and how often they were seen between two times."""

    title: str | None
    excerpt: str | None
    first_seen: Time
    last_seen: Time
    sightings: int


class PostRecord(Model):
    """A post as it is exported: the canonical fields of its cards."""

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
    first_seen: Time
    last_seen: Time
    sightings: int
    captures: int
    revisions: tuple[PostRevision, ...]


class SourcedValue(Model):
    """A value of a post's field: the card that shows it, and the first capture that shows that card."""

    field: str
    value: str
    card: str
    capture: str


class CardDetails(Model):
    """A card: its fields, how often it was seen between two times, and its post's id.

    The times are None for a card that no page shows any more, `post` for one that is in no post.
    """

    id: str
    title: str | None
    url: str | None
    date: str | None
    author: str | None
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    excerpt: str | None
    sightings: int
    first_seen: Time | None
    last_seen: Time | None
    post: str | None


class TimelineEntry(Model):
    """One sighting of one of a post's cards: when, on which page and capture, at which position."""

    captured_at: Time
    page: str
    capture: str
    position: int
    card: str


class PostDetails(PostRecord):
    """A post with all that is known of it.

    `sources` has an entry for each value of a field. `cards` stand in order of their first sighting,
    `timeline` holds every sighting in order of time, and `changes` what these show: that the post came, was
    edited, went, came back.
    """

    sources: tuple[SourcedValue, ...]
    cards: tuple[CardDetails, ...]
    timeline: tuple[TimelineEntry, ...]
    changes: tuple[Change, ...]


class SearchResult(Model):
    """Posts that were found: how many have all the words, the best of them, and the words themselves."""

    total: int
    posts: tuple[PostRecord, ...]
    terms: tuple[str, ...]


class PostExplanation(PostExplained):
    """Why the cards of one post are one; `shown` is what each of these cards shows, by id."""

    shown: dict[str, CardDetails]


class PairExplanation(PairExplained):
    """Why two cards are one post or are not; `shown` is what each of the two shows, by id."""

    shown: dict[str, CardDetails]


class ReviewItem(UncertainDecision):
    """An uncertain decision about two cards; `shown` is what each of the two shows, by id."""

    shown: dict[str, CardDetails]


class UnseenUrl(Model):
    """A URL that failed when its source was crawled last: neither it nor the pages behind it were seen."""

    source: str
    url: str
    reason: str


class Status(Model):
    """How much an archive holds.

    `unreadable` counts captures that could not be read as a page, `unread` those of them that took too long
    or crashed the parser, which `reparse` reads again. `in_no_post` counts cards that wait for `dedupe`,
    `interrupted` crawls that the same sources resume, `threshold` is the score (0 to 100) from which on two
    cards are one post. `layout_changes` are pages that show fewer cards than they used to, `unseen` what the
    next crawl of its source asks for again, `sources` how each source that was fetched is.
    """

    captures: int
    payloads: int
    cards: int
    sightings: int
    posts: int
    revisions: int
    unreadable: int
    unread: int
    in_no_post: int
    interrupted: int
    threshold: float
    layout_changes: tuple[LayoutChange, ...]
    unseen: tuple[UnseenUrl, ...]
    sources: tuple[SourceHealth, ...]

    @field_serializer("layout_changes")
    def _as_rows(self, changes: tuple[LayoutChange, ...]) -> list[dict[str, Any]]:
        return [change.as_row() for change in changes]


@dataclass(frozen=True, slots=True)
class CrawlSummary:
    """What a crawl did: a result for each file and URL, in the order in which they came, and their counts.

    `captures` counts the results that have one, `new` those that the archive did not hold before, `new_cards`
    the `cards` that no capture had shown before, `failed` the results with an error, `unseen` those of URLs
    that the next crawl asks for again. `bytes` sums up the payloads' sizes. Iterating over a summary gives
    its `results`.
    """

    results: tuple[CrawlResult, ...]
    captures: int
    new: int
    cards: int
    new_cards: int
    bytes: int
    failed: int
    unseen: int

    @classmethod
    def of(cls, results: Iterable[CrawlResult]) -> Self:
        """Count the results."""
        kept = tuple(results)
        count: Counter[str] = Counter()
        for result in kept:
            count["captures"] += result.capture is not None
            count["new"] += result.new
            count["cards"] += result.cards
            count["new_cards"] += result.new_cards
            count["bytes"] += result.bytes
            count["failed"] += result.error is not None
            count["unseen"] += result.unseen
        names = ("captures", "new", "cards", "new_cards", "bytes", "failed", "unseen")
        return cls(kept, *(count[name] for name in names))

    def __iter__(self) -> Iterator[CrawlResult]:
        return iter(self.results)


class SourceStatus(Model):
    """A subscription: when it was crawled last and is due next, and what its captures show of its pace.

    `due` is None for a source that was never crawled, which is due at once. `posts_a_day` and `held` (the
    share of the last capture's posts that the archive held before) are None where nothing shows them.
    `failures` counts the crawls in a row that brought no card, `unseen` the URLs that failed.
    """

    url: str
    crawled_at: Time | None
    due: Time | None
    posts_a_day: float | None
    held: float | None
    failures: int
    unseen: int


class NewPost(Model):
    """A post that the archive did not have before."""

    id: str
    title: str | None
    url: str | None
    date: str | None


class SourceNews(Model):
    """The new posts that a crawl of a source brought, in the order in which they were shown."""

    source: str
    posts: tuple[NewPost, ...]


@dataclass(frozen=True, slots=True)
class DueSummary:
    """What a crawl of the sources that were due did: its results, and the new posts of each of these sources.

    `next_due` is when the next source is due, None where there is no source.
    """

    crawled: CrawlSummary
    news: tuple[SourceNews, ...]
    next_due: datetime | None


@dataclass(frozen=True, slots=True)
class ReparseSummary:
    """What a reparse did: a result for each page that was read again, and their counts.

    `differing` counts pages that show anything else than before, `failed` those that could not be read and
    were left alone; `gained`, `lost` and `changed` count cards. Iterating over a summary gives its `results`.
    """

    results: tuple[Reread, ...]
    differing: int
    gained: int
    lost: int
    changed: int
    failed: int

    @classmethod
    def of(cls, results: Iterable[Reread]) -> Self:
        """Count the results."""
        kept = tuple(results)
        return cls(
            kept,
            differing=sum(result.differs for result in kept),
            gained=sum(result.gained for result in kept),
            lost=sum(result.lost for result in kept),
            changed=sum(result.changed for result in kept),
            failed=sum(result.error is not None for result in kept),
        )

    def __iter__(self) -> Iterator[Reread]:
        return iter(self.results)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild found in the WARC files; `damaged` has a line for each span without a whole record.

    `lost` counts captures whose record is lost, and of which what was read before is kept. `kept` is the name
    of the former database where it could not be read, or was of another archive.
    """

    captures: int
    posts: int
    damaged: tuple[str, ...]
    lost: int = 0
    kept: str | None = None


class OverrideResult(NamedTuple):
    """The effect of a manual override: whether it is new, the ids of the two cards, and of their posts.

    A card that no page shows any more is in no post (None).
    """

    new: bool
    cards: tuple[str, str]
    posts: tuple[str | None, str | None]

    @property
    def one_post(self) -> bool:
        """Whether both cards are in one post."""
        return self.posts[0] is not None and self.posts[0] == self.posts[1]
