"""Where and when cards were seen: what deduplication reads of sightings, and what they add up to for a card.

In: sightings, one by one or as columns. Out: `Shown` for each card, and the neighbours that cards stood
between. Refuses nothing. The one surprise: captures and cards are numbers here, in the order of time and of
public ids, so that sorting by number is sorting by content.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain, pairwise
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from archiver.models import Sighting

IntArray = npt.NDArray[np.int64]
CardName = TypeVar("CardName")
CaptureName = TypeVar("CaptureName")
_ANY = datetime.min.replace(tzinfo=UTC)  # a place does not depend on the time


class Moment(NamedTuple):
    """A capture as deduplication sees it. They sort by time, by URL, by public id.

    `together` is False for a piece of a data set, whose cards did not stand together.
    """

    captured_at: datetime
    url: str
    capture: str
    together: bool = True


class Sightings(NamedTuple):
    """Sightings as columns, sorted by card, then capture, then position.

    `cards` are numbers of cards, `captures` places in `moments`, which are sorted, `tongues` places in
    `languages`.
    """

    moments: Sequence[Moment]
    languages: Sequence[str]
    cards: IntArray
    captures: IntArray
    positions: IntArray
    tongues: IntArray


class Shown(NamedTuple):
    """What the sightings of one card add up to.

    `first` and `last` are (number of the capture, position); `captures` are those that it stood on with
    others, `pieces` those in which it did not stand together with them; `visits` are the times of its
    `captures`, in seconds, without those that too many captures bear to be one visit's; `places` name the
    pairs of neighbours that it stood between (`places_of`); `language` is that of its last sighting.
    """

    captures: frozenset[int]
    pieces: frozenset[int]
    visits: frozenset[int]
    places: frozenset[int]
    first: tuple[int, int]
    last: tuple[int, int]
    sightings: int
    language: str | None


def in_columns(cards: Mapping[str, int], sightings: Iterable[Sighting]) -> Sightings:
    """Sightings of cards that are numbered by public id. A card without a number is a KeyError."""
    rows = []
    of_capture: dict[str, Moment] = {}
    for s in sightings:
        rows.append((s.card, s.capture, s.position, s.language))
        if s.capture not in of_capture:
            of_capture[s.capture] = Moment(s.captured_at, s.url, s.capture, bool(s.together))
    return of_rows(rows, cards, of_capture)


def of_rows(
    rows: Iterable[tuple[CardName, CaptureName, int, str | None]],
    cards: Mapping[CardName, int],
    captures: Mapping[CaptureName, Moment],
) -> Sightings:
    """Sightings as rows of card, capture (any names), position and language; the number of each card."""
    names = sorted(captures, key=captures.__getitem__)
    number = {name: n for n, name in enumerate(names)}
    tongue: dict[str, int] = {}
    flat = chain.from_iterable(
        (cards[c], number[k], p, tongue.setdefault(s or "", len(tongue))) for c, k, p, s in rows
    )
    columns = np.fromiter(flat, np.int64).reshape(-1, 4)
    columns = columns[np.lexsort(columns.T[[2, 1, 0]])]
    return Sightings([captures[name] for name in names], list(tongue), *columns.T)


def crowded_times(moments: Iterable[Moment], most: int) -> frozenset[datetime]:
    """The times that more than `most` captures bear: such a time is a file's, not a visit's."""
    counts: dict[datetime, int] = {}
    for moment in moments:
        counts[moment.captured_at] = counts.get(moment.captured_at, 0) + 1
    return frozenset(time for time, count in counts.items() if count > most)


def shown_of(
    sightings: Sightings, places: Sequence[frozenset[int]], crowded: Collection[datetime]
) -> list[Shown]:
    """What is known of each card, by its number; each has at least one sighting and its `places`."""
    starts = np.searchsorted(sightings.cards, np.arange(len(places) + 1)).tolist()
    captures, positions = sightings.captures.tolist(), sightings.positions.tolist()
    tongues = sightings.tongues.tolist()
    times = [None if m.captured_at in crowded else int(m.captured_at.timestamp()) for m in sightings.moments]
    apart = frozenset(n for n, moment in enumerate(sightings.moments) if not moment.together)
    found = []
    for i, start in enumerate(starts[:-1]):
        stop = starts[i + 1]
        own = frozenset(captures[start:stop])
        pieces = own & apart if apart else apart
        own -= pieces
        found.append(
            Shown(
                own,
                pieces,
                frozenset([time for c in own if (time := times[c]) is not None]),
                places[i],
                (captures[start], positions[start]),
                (captures[stop - 1], positions[stop - 1]),
                stop - start,
                sightings.languages[tongues[stop - 1]] or None,
            )
        )
    return found


def places_of(sightings: Sightings, names: npt.NDArray[np.uint64]) -> list[frozenset[int]]:
    """For each card the pairs of neighbours that it was seen between, each pair as one number.

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
    pairs = np.unique(np.stack((cards[told].astype(np.uint64), place[told]), axis=1), axis=0)
    starts = np.searchsorted(pairs[:, 0], np.arange(len(names) + 1, dtype=np.uint64)).tolist()
    values = pairs[:, 1].tolist()
    return [frozenset(values[a:b]) for a, b in pairwise(starts)]


def places_on(
    rows: Iterable[tuple[int, int, int]], names: Mapping[int, int], together: Mapping[int, bool]
) -> dict[int, frozenset[int]]:
    """The same for all cards of whole captures: rows of capture, position and card, by any numbers.

    `names` are those of the cards, `together` says for each capture whether its cards stood together.
    """
    columns = np.fromiter(chain.from_iterable(rows), np.int64).reshape(-1, 3)
    cards, card = np.unique(columns[:, 2], return_inverse=True)
    captures, capture = np.unique(columns[:, 0], return_inverse=True)
    moments = [Moment(_ANY, "", "", together[number]) for number in captures.tolist()]
    seen = Sightings(moments, (), card, capture, columns[:, 1], np.zeros_like(card))
    found = places_of(seen, np.array([names[number] for number in cards.tolist()], np.uint64))
    return dict(zip(cards.tolist(), found, strict=True))
