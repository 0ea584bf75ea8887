"""What the engine of incremental deduplication asks of a store, and the values that it exchanges with one.

`DedupeStore` is a protocol: the engine knows no database. Its methods fall into what the archive holds, what
the last run left, and what a run writes. Rows of four kinds have types of their own; all are plain numbers
below 2^32.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, NewType, Protocol

from archiver.dedupe.blocking.keyindex import IndexUpdate, StoredSegment
from archiver.dedupe.evidence.hosts import HostPair
from archiver.dedupe.evidence.sightings import CaptureRef
from archiver.models import Card, Override, Post

CardId = NewType("CardId", int)
"""The row of a card. That of a card that is gone may be given to another card."""
CaptureId = NewType("CaptureId", int)
TextId = NewType("TextId", int)
"""A distinct text key without boilerplate, or a distinct title key."""
ComponentId = NewType("ComponentId", int)
"""The row of one of the cards of a component."""


class IndexKind(StrEnum):
    """The inverted indexes that are kept between runs."""

    AUTHORS = "authors"
    """Cards by the hashes of their authors."""
    BLOCKING_KEYS = "blocking_keys"
    """Cards by the hashes of their texts, titles and URLs."""
    HOSTS = "hosts"
    """Cards by the hashes of the hosts that showed them."""
    NEIGHBOUR_PAIRS = "neighbour_pairs"
    """Cards by the pairs of neighbours between which they stood."""
    OPENINGS = "openings"
    """Cards by how their texts begin and end: the groups in which boilerplate is found."""
    FINGERPRINTS = "fingerprints"
    """Texts by their fingerprints."""


class ArchivedCard(NamedTuple):
    """A card with its public id."""

    id: str
    card: Card


class DedupeCard(NamedTuple):
    """A card as a run left it.

    Its text key is `prefix`, `text` and `suffix` in one, of which only `text` is not boilerplate. `text_id`
    is None where `text` is empty, `title_id` where the card has no title. `suffix_length` counts the
    characters of boilerplate at the end; where it overlaps the prefix, `suffix` is shorter.
    """

    row: CardId
    component: ComponentId
    neighbour_key: int
    text_id: TextId | None
    title_id: TextId | None
    prefix: str
    text: str
    suffix: str
    suffix_length: int

    @property
    def text_of_title(self) -> int:
        """The id of its text where it has a title, else 0: its neighbour key is of the text then."""
        return self.text_id or 0 if self.title_id else 0


class DedupeText(NamedTuple):
    """A distinct text or title, with its hash of 63 bits."""

    id: TextId
    hash: int
    text: str


class TextUse(NamedTuple):
    """A card that has a text: as its text key, or as its title key."""

    card: CardId
    text: TextId
    is_title: bool


class Changes(NamedTuple):
    """What has changed since the last run: captures that are new, captures that were there, and cards.

    The cards are those that lost a sighting; they may be gone.
    """

    new_captures: set[CaptureId]
    changed_captures: set[CaptureId]
    cards: set[CardId]

    @property
    def captures(self) -> set[CaptureId]:
        """All captures with other sightings than at the last run."""
        return self.new_captures | self.changed_captures


class RunSummary(NamedTuple):
    """What a run leaves as a whole: the overrides, the bulk timestamps, the ids of the texts in text order.

    `text_order` holds ids of 4 bytes, little-endian. `kin_hosts` are the pairs of hosts that are one site.
    """

    overrides: list[Override]
    bulk_timestamps: frozenset[datetime]
    text_order: bytes
    kin_hosts: frozenset[HostPair]


@dataclass(frozen=True, slots=True)
class StateUpdate:
    """All that a run writes besides the posts; whatever it does not name stays.

    `cards` are new, or cut otherwise than before; `components` are those of other cards that have moved to
    another component.
    """

    summary: RunSummary
    cards: Collection[DedupeCard]
    removed_cards: Collection[CardId]
    components: Mapping[CardId, ComponentId]
    texts: Collection[DedupeText]
    removed_texts: Collection[TextId]
    indexes: Mapping[IndexKind, IndexUpdate]


class ArchiveRows(Protocol):
    """What the archive holds now."""

    def overrides(self) -> list[Override]:
        """Return the last override of each pair of cards."""

    def card_rows(self, ids: Collection[str]) -> dict[str, CardId]:
        """Return the rows of cards by public id; those that the archive lacks are left out."""

    def archived_cards(self, rows: Collection[CardId]) -> dict[CardId, ArchivedCard]:
        """Return these cards."""

    def captures(self, rows: Collection[CaptureId]) -> dict[CaptureId, CaptureRef]:
        """Return these captures."""

    def sightings_on(self, captures: Collection[CaptureId]) -> Iterable[tuple[int, int, int]]:
        """Return card, capture and position of all sightings on these captures."""

    def sightings_of(self, cards: Collection[CardId]) -> Iterable[tuple[int, int, int]]:
        """Return card, capture and position of all sightings of these cards."""

    def languages_at(self, places: Sequence[tuple[CaptureId, int]]) -> list[str | None]:
        """Return the language of each sighting, given by capture and position."""

    def captures_at_times_of(self, captures: Collection[CaptureId]) -> dict[datetime, int]:
        """Return the times of these captures, and how many captures with a sighting have that time."""

    def captures_before(self, captures: Collection[CaptureId]) -> dict[CaptureId, CaptureId]:
        """Return for each of these the last capture before it that shows cards of the same URL, if any."""

    def captures_after(self, captures: Collection[CaptureId]) -> set[CaptureId]:
        """Return the next captures of the same URLs that show cards."""

    def cards_at(self, times: Collection[datetime]) -> set[CardId]:
        """Return the cards that were seen at these times."""


class LastRun(Protocol):
    """What the last run left, and what has changed since."""

    def algorithm_version(self) -> str | None:
        """Return by which algorithm version the posts were made; None where they never were."""

    def changes(self) -> Changes:
        """Return what has changed since the last run."""

    def summary(self) -> RunSummary:
        """Return what the last run left as a whole."""

    def cards(self, rows: Collection[CardId]) -> dict[CardId, DedupeCard]:
        """Return those of the cards that the last run knew."""

    def members(self, components: Collection[ComponentId]) -> dict[CardId, DedupeCard]:
        """Return the cards of these components."""

    def component_sizes(self) -> Iterable[tuple[ComponentId, int]]:
        """Return each component with the number of its cards."""

    def texts(self, ids: Collection[TextId]) -> dict[TextId, str]:
        """Return these texts."""

    def text_ids(self, hashes: Collection[int]) -> dict[int, TextId]:
        """Return the ids of texts by hash; those that the last run did not know are left out."""

    def text_uses(self, ids: Collection[TextId]) -> set[TextUse]:
        """Return which of the cards that the last run knew have these texts."""

    def names_of_cards(self) -> Iterable[tuple[int, int, int]]:
        """Return every card that the last run knew with its `text_of_title` and its neighbour key."""

    def segments(self, kind: IndexKind) -> Iterable[StoredSegment]:
        """Return the segments of an index, the oldest first."""


class DedupeStore(ArchiveRows, LastRun, Protocol):
    """A store as the engine sees it. Writing needs a transaction, which the caller opens."""

    def reset(self, algorithm_version: str) -> None:
        """Remove all posts and all that the last run left: every capture is new."""

    def save(self, update: StateUpdate) -> None:
        """Keep what a run leaves for the next one; no change is due any more."""

    def replace_posts(
        self, posts: Sequence[Post], cards: Mapping[str, CardId], captures: Mapping[str, CaptureId]
    ) -> None:
        """Put these posts in the place of those that any of the cards was in.

        Args:
            posts: The new posts.
            cards: The rows of the posts' cards, by public id.
            captures: The rows of the captures that the posts name, by public id.
        """
