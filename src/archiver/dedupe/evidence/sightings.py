"""Where and when cards were seen: what deduplication reads of sightings, and what they add up to for a card.

In: sightings, one by one or as rows of numbers. Out: `CardSightings` for each card, and the neighbours that
cards stood between. Refuses nothing. The one surprise: captures and cards are numbers here, in the order of
time and of public ids, so that sorting by number is sorting by content.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from archiver.dedupe.arrays import IntArray, Postings, rows_of
from archiver.models import Sighting

_ANY = datetime.min.replace(tzinfo=UTC)  # a place does not depend on the time


class CaptureRef(NamedTuple):
    """A capture as deduplication sees it. They sort by time, by URL, by public id.

    `together` is False for a piece of a data set, whose cards did not stand together.
    """

    captured_at: datetime
    url: str
    capture: str
    together: bool = True


class Sightings(NamedTuple):
    """Sightings as columns, sorted by card, then capture, then position; each card has at least one.

    `cards` are numbers of cards, `captures` places in `moments`, which are sorted.
    """

    moments: Sequence[CaptureRef]
    cards: IntArray
    captures: IntArray
    positions: IntArray

    def lasts(self) -> list[tuple[int, int]]:
        """For each card the place of the capture that showed it last, and the position there."""
        last = np.ones(len(self.cards), bool)
        last[:-1] = self.cards[1:] != self.cards[:-1]
        return list(zip(self.captures[last].tolist(), self.positions[last].tolist(), strict=True))


class CardSightings(NamedTuple):
    """What the sightings of one card add up to.

    `first` and `last` are (number of the capture, position); `captures` are those that it stood on with
    others, `pieces` those in which it did not stand together with them; `sessions` are the times of its
    `captures`, each named by the first capture of that time, without those that too many captures bear to
    be one visit's; `places` name the pairs of neighbours that it stood between (`neighbour_pairs_of`);
    `language` is that of its last sighting.
    """

    captures: frozenset[int]
    pieces: frozenset[int]
    sessions: frozenset[int]
    places: frozenset[int]
    first: tuple[int, int]
    last: tuple[int, int]
    sightings: int
    language: str | None


def in_columns(
    cards: Mapping[str, int], sightings: Collection[Sighting]
) -> tuple[Sightings, list[str | None]]:
    """Sightings of cards that are numbered by public id, and of each card the language of its last one.

    A card without a number is a KeyError.
    """
    number: dict[str, int] = {}
    moments: dict[int, CaptureRef] = {}
    rows = []
    for s in sightings:
        capture = number.setdefault(s.capture, len(number))
        if capture not in moments:
            moments[capture] = CaptureRef(s.captured_at, s.url, s.capture, bool(s.together))
        rows.append((cards[s.card], capture, s.position))
    seen = of_rows(rows_of(rows), range(len(cards)), moments)
    spoken = {(s.capture, s.position): s.language for s in sightings}
    return seen, [spoken[seen.moments[capture].capture, position] for capture, position in seen.lasts()]


def of_rows(rows: IntArray, cards: Sequence[int], captures: Mapping[int, CaptureRef]) -> Sightings:
    """Sightings as rows of card, capture and position, by any numbers; those of the `cards` in order."""
    names = sorted(captures, key=captures.__getitem__)
    columns = _numbered(cards)[rows[:, 0]], _numbered(names)[rows[:, 1]], rows[:, 2]
    order = np.lexsort(columns[::-1])
    return Sightings([captures[name] for name in names], *(column[order] for column in columns))


def _numbered(names: Sequence[int]) -> IntArray:
    """For each name its number: the place where it stands."""
    numbers = np.zeros(max(names, default=0) + 1, np.int64)
    numbers[list(names)] = np.arange(len(names))
    return numbers


def _counted_through(column: IntArray) -> tuple[IntArray, IntArray]:
    """The distinct numbers of a column in order, and for each of its rows the place among them."""
    there = np.bincount(column) > 0
    return np.flatnonzero(there), (np.cumsum(there) - 1)[column]


def bulk_timestamps(moments: Iterable[CaptureRef], most: int) -> frozenset[datetime]:
    """The times that more than `most` captures bear: such a time is a file's, not a visit's."""
    counts: dict[datetime, int] = {}
    for moment in moments:
        counts[moment.captured_at] = counts.get(moment.captured_at, 0) + 1
    return frozenset(time for time, count in counts.items() if count > most)


def shown_of(
    sightings: Sightings,
    places: Sequence[frozenset[int]],
    bulk: Collection[datetime],
    languages: Sequence[str | None],
) -> list[CardSightings]:
    """What is known of each card, by its number, with its `places` and the language of its last sighting."""
    starts = np.searchsorted(sightings.cards, np.arange(len(places) + 1)).tolist()
    captures, positions = sightings.captures.tolist(), sightings.positions.tolist()
    sessions = _visits(sightings.moments, bulk)
    pieces = frozenset(n for n, moment in enumerate(sightings.moments) if not moment.together)
    found = []
    for i, (start, stop) in enumerate(pairwise(starts)):
        own = apart = frozenset(captures[start:stop])
        apart = own & pieces
        if apart:
            own -= apart
        found.append(
            CardSightings(
                own,
                apart,
                # mostly each capture is a visit: one set then serves for both
                own if sessions is None else frozenset([v for c in own if (v := sessions[c]) is not None]),
                places[i],
                (captures[start], positions[start]),
                (captures[stop - 1], positions[stop - 1]),
                stop - start,
                languages[i] or None,
            )
        )
    return found


def _visits(moments: Sequence[CaptureRef], bulk: Collection[datetime]) -> list[int | None] | None:
    """For each capture the first one of its time, None for a crowded time; None where all times differ."""
    first: dict[datetime, int] = {}
    for n, moment in enumerate(moments):
        first.setdefault(moment.captured_at, n)
    if len(first) == len(moments) and not bulk:
        return None
    return [None if m.captured_at in bulk else first[m.captured_at] for m in moments]


def neighbour_pairs_of(sightings: Sightings, names: npt.NDArray[np.uint64]) -> Postings:
    """The pairs of neighbours that cards were seen between, each pair as one number, without repeats.

    `names` tell cards apart by what stands in them, 0 where there is nothing; so does 0 for the end of a row.
    A place in a row of one name, or of fewer than three cards, or in a piece of a data set is none.
    """
    order = np.lexsort((sightings.cards, sightings.positions, sightings.captures))
    cards, captures = sightings.cards[order], sightings.captures[order]
    name = names[cards]
    inner = captures[1:] == captures[:-1]
    before, after = np.zeros_like(name), np.zeros_like(name)
    before[1:][inner] = name[:-1][inner]
    after[:-1][inner] = name[1:][inner]
    told = np.bincount(captures, minlength=1)[captures] >= 3
    told &= np.array([moment.together for moment in sightings.moments], bool)[captures]
    told &= (name != before) & (name != after)
    # nothing is lost by 64 bits: a chance agreement would have to meet among the cards that are compared
    place = (before ^ (before >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9) + after
    place = (place ^ (place >> np.uint64(32))) * np.uint64(0x94D049BB133111EB)
    return Postings.of(place[told], cards[told]).without_repeats()


def by_card(entries: Postings, cards: Sequence[int]) -> list[frozenset[int]]:
    """The keys of each of these cards; the entries are all theirs."""
    owners = _numbered(cards)[entries.owners]
    order = np.argsort(owners, kind="stable")
    starts = np.searchsorted(owners[order], np.arange(len(cards) + 1)).tolist()
    keys = entries.keys[order].tolist()
    return [frozenset(keys[a:b]) for a, b in pairwise(starts)]


def neighbour_pairs_on(rows: IntArray, names: Mapping[int, int], together: Mapping[int, bool]) -> Postings:
    """The same for all cards of whole captures: rows of card, capture and position, by any numbers.

    `names` are those of the cards, `together` says for each capture whether its cards stood together.
    """
    cards, card = _counted_through(rows[:, 0])
    captures, capture = _counted_through(rows[:, 1])
    moments = [CaptureRef(_ANY, "", "", together[number]) for number in captures.tolist()]
    found = neighbour_pairs_of(
        Sightings(moments, card, capture, rows[:, 2]),
        np.array([names[number] for number in cards.tolist()], np.uint64),
    )
    return Postings(found.keys, cards[found.owners])
