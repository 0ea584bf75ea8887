"""Loading: whole components as a batch, with all that the decisions about their cards rest on.

Cards of whole components go in, with what earlier steps have read of them; a `LoadedBatch` comes out. What is
at hand is not read again.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, cast

import numpy as np

from archiver.dedupe.arrays import IntArray, distinct, of_cards, rows_of
from archiver.dedupe.blocking.candidates import worth_comparing
from archiver.dedupe.blocking.keyindex import InvertedIndex
from archiver.dedupe.clustering.resolve import (
    Batch,
    with_author_ranks,
    with_captures_before,
    without_own_front_pages,
)
from archiver.dedupe.evidence.authors import AuthorRanks, author_ranks
from archiver.dedupe.evidence.hosts import HostPair
from archiver.dedupe.evidence.sightings import (
    CaptureRef,
    CardSightings,
    by_card,
    followed,
    of_rows,
    sightings_of_cards,
)
from archiver.dedupe.incremental.state import (
    ArchivedCard,
    CaptureId,
    CardId,
    DedupeCard,
    DedupeStore,
    IndexKind,
)
from archiver.dedupe.incremental.textpairs import TextOrder, pairs_with
from archiver.dedupe.keys.card import AuthorRank, CardKeys, card_keys
from archiver.dedupe.rules import Rules
from archiver.models import Card


class SearchIndexes(NamedTuple):
    """The indexes in which a batch finds its neighbour pairs and candidate texts."""

    neighbour_pairs: InvertedIndex
    fingerprints: InvertedIndex
    text_order: TextOrder
    bulk_timestamps: frozenset[datetime]
    kin_hosts: frozenset[HostPair]
    author_ranks: AuthorRanks

    @classmethod
    def of_last_run(cls, store: DedupeStore, rules: Rules) -> "SearchIndexes":
        """Return what the last run left."""
        summary = store.summary()
        return cls(
            InvertedIndex.load(store.segments(IndexKind.NEIGHBOUR_PAIRS)),
            InvertedIndex.load(store.segments(IndexKind.FINGERPRINTS)),
            TextOrder.load(summary.text_order),
            summary.bulk_timestamps,
            summary.kin_hosts,
            author_ranks(
                InvertedIndex.load(store.segments(IndexKind.AUTHORS)).postings(),
                InvertedIndex.load(store.segments(IndexKind.HOSTS)).postings(),
                rules,
            ),
        )


class AtHand(NamedTuple):
    """What has been read already, by row; of a card whose sightings are here, all are here."""

    cards: Mapping[CardId, ArchivedCard]
    keys: Mapping[CardId, CardKeys]
    captures: Mapping[CaptureId, CaptureRef]
    sightings: IntArray


NOTHING_AT_HAND = AtHand({}, {}, {}, rows_of(()))


class LoadedBatch(NamedTuple):
    """A batch, its cards by public id, and the rows of all that it names by public id."""

    batch: Batch
    cards: dict[str, Card]
    card_rows: dict[str, CardId]
    capture_rows: dict[str, CaptureId]


def cards_in(sightings: IntArray) -> set[CardId]:
    """Return the cards of rows of card, capture and position."""
    return cast("set[CardId]", distinct(sightings[:, 0]))


def captures_in(sightings: IntArray) -> set[CaptureId]:
    """Return the captures of rows of card, capture and position."""
    return cast("set[CaptureId]", distinct(sightings[:, 1]))


def load_components(
    store: DedupeStore,
    members: Mapping[CardId, DedupeCard],
    lookup: SearchIndexes,
    rules: Rules,
    at_hand: AtHand = NOTHING_AT_HAND,
) -> LoadedBatch:
    """Load the cards of whole components."""
    archived = {row: at_hand.cards[row] for row in members if row in at_hand.cards}
    archived |= store.archived_cards(members.keys() - archived.keys())
    keys = _keys(members, archived, at_hand.keys)
    rows = sorted(archived, key=lambda row: archived[row].id)
    own = of_cards(at_hand.sightings, rows)
    sightings = np.concatenate([own, rows_of(store.sightings_of(archived.keys() - cards_in(own)))])
    shown_on = captures_in(sightings)
    captures = {row: at_hand.captures[row] for row in shown_on if row in at_hand.captures}
    captures |= store.captures(shown_on - captures.keys())
    seen = of_rows(sightings, rows, captures)
    capture_rows = {ref.capture: row for row, ref in captures.items()}
    languages = store.languages_at(
        [(capture_rows[seen.refs[last.capture].capture], last.position) for last in seen.lasts()]
    )
    neighbour_pairs = by_card(lookup.neighbour_pairs.owned_by(rows), rows)
    summed = sightings_of_cards(seen, neighbour_pairs, lookup.bulk_timestamps, languages)
    own_keys = without_own_front_pages([keys[row] for row in rows], summed)
    own_keys = with_author_ranks(own_keys, lookup.author_ranks)
    before = _captures_before(store, own_keys, summed, [capture_rows[ref.capture] for ref in seen.refs])
    return LoadedBatch(
        Batch(
            [archived[row].id for row in rows],
            own_keys,
            with_captures_before(own_keys, summed, before),
            seen.refs,
            _similar_texts(members, keys, lookup, rules),
            lookup.kin_hosts,
        ),
        dict(archived.values()),
        {archived[row].id: row for row in rows},
        capture_rows,
    )


def _captures_before(
    store: DedupeStore,
    keys: Sequence[CardKeys],
    sightings: Sequence[CardSightings],
    rows: Sequence[CaptureId],
) -> dict[int, int]:
    """Return the captures of rare authors' cards that followed another, each with that one.

    Args:
        store: The store.
        keys: The keys of the cards.
        sightings: Their sightings.
        rows: The rows of all captures, by their places.
    """
    shown = zip(keys, sightings, strict=True)
    wanted = {rows[c] for own, seen in shown if own.author_rank is AuthorRank.RARE for c in seen.captures}
    place = {row: n for n, row in enumerate(rows)}
    before = store.captures_before(wanted) if wanted else {}
    seen = rows_of(store.sightings_on(before.keys() | before.values()) if before else ())
    before = followed(before, seen[:, 0], seen[:, 1])
    return {place[row]: place[other] for row, other in before.items() if other in place}


def _keys(
    members: Mapping[CardId, DedupeCard],
    archived: Mapping[CardId, ArchivedCard],
    at_hand: Mapping[CardId, CardKeys],
) -> dict[CardId, CardKeys]:
    """Return the keys of all cards, with their texts as the cards' rows have them."""
    keys = {row: at_hand[row] for row in archived if row in at_hand}
    missing = [row for row in archived if row not in keys]
    texts = [members[row].text for row in missing]
    keys |= zip(missing, card_keys([archived[row].card for row in missing], texts), strict=True)
    return keys


def _similar_texts(
    members: Mapping[CardId, DedupeCard],
    keys: Mapping[CardId, CardKeys],
    lookup: SearchIndexes,
    rules: Rules,
) -> list[tuple[str, str]]:
    """Return the pairs of the cards' texts and titles that share fingerprints, if worth comparing, sorted.

    What is paired with a text of no member is not worth comparing: else its card would be a member.
    """
    texts: dict[int, str] = {own.text_id: own.text for own in members.values() if own.text_id is not None}
    titles = {own.title_id: keys[row].title for row, own in members.items() if own.title_id is not None}
    both = texts | titles
    pairs = pairs_with(lookup.fingerprints, lookup.text_order, rules, among=both).tolist()
    similar = ((both[a], both[b]) for a, b in pairs)
    return sorted(worth_comparing(similar, set(texts.values()), set(titles.values())))
