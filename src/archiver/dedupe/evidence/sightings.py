"""Where and when cards were seen: what deduplication reads of sightings, summed up for each card.

Sightings go in, one by one or as rows of numbers; out come a `CardSightings` for each card, and the pairs of
neighbours that cards stood between. Captures and cards are numbers here, in the order of time and of public
ids, so that an order of numbers is one of content.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from archiver.dedupe.arrays import IntArray, Postings, Row, rows_of
from archiver.dedupe.evidence.hosts import host_key
from archiver.models import Sighting
from archiver.urlkey import host_of

_Card = TypeVar("_Card", bound=int)
_KEPT = 1 / 2
"""Share of a capture's cards that the one before shows as well, if the two are near enough for turns."""
_LEAST_IN_A_ROW = 3
"""Cards that a capture must show for its cards to have neighbour pairs: of two, each has one neighbour."""


class CaptureRef(NamedTuple):
    """A capture as deduplication sees it. They sort by time, by URL, by public id.

    `same_page` is False for a piece of a data set, whose cards did not stand on one page.
    """

    captured_at: datetime
    url: str
    capture: str
    same_page: bool = True


class LastSighting(NamedTuple):
    """The last sighting of a card: the place of the capture in `Sightings.refs`, and the position there."""

    capture: int
    position: int


class Sightings(NamedTuple):
    """Sightings as columns, sorted by card, then capture, then position; each card has at least one.

    `cards` are numbers of cards, `captures` places in `refs`, which are sorted.
    """

    refs: Sequence[CaptureRef]
    cards: IntArray
    captures: IntArray
    positions: IntArray

    def lasts(self) -> list[LastSighting]:
        """Return for each card its last sighting."""
        last = np.ones(len(self.cards), bool)
        last[:-1] = self.cards[1:] != self.cards[:-1]
        return list(map(LastSighting, self.captures[last].tolist(), self.positions[last].tolist()))


class CardSightings(NamedTuple):
    """What the sightings of one card add up to.

    `captures` are those on which it stood with other cards, `pieces` those of data sets, on which it did not.
    `sessions` are the crawl sessions of its `captures`, each named by the first capture of that time;
    captures with a bulk timestamp belong to none. `neighbour_pairs` are those that it stood between
    (`neighbour_pairs_of`). `first` and `last` are (number of the capture, position). `language` is that of
    the last sighting. `hosts` are those of the pages that showed it, as far as they are known.
    `captures_before` are those that its `captures` followed (`followed`); of cards of rare authors only.
    """

    captures: frozenset[int]
    pieces: frozenset[int]
    sessions: frozenset[int]
    neighbour_pairs: frozenset[int]
    first: tuple[int, int]
    last: tuple[int, int]
    sightings: int
    language: str | None
    hosts: frozenset[str] = frozenset()
    captures_before: frozenset[int] = frozenset()


class SightingColumns(NamedTuple):
    """Sightings as columns, and of each card the language of its last sighting."""

    sightings: Sightings
    languages: list[str | None]


def in_columns(cards: Mapping[str, int], sightings: Collection[Sighting]) -> SightingColumns:
    """Put the sightings of cards, which are numbered by public id, into columns.

    Raises:
        KeyError: A sighting is of a card without a number.
    """
    number: dict[str, int] = {}
    refs: dict[int, CaptureRef] = {}
    rows = []
    for s in sightings:
        capture = number.setdefault(s.capture, len(number))
        if capture not in refs:
            refs[capture] = CaptureRef(s.captured_at, s.url, s.capture, bool(s.same_page))
        rows.append((cards[s.card], capture, s.position))
    seen = of_rows(rows_of(rows), range(len(cards)), refs)
    language = {(s.capture, s.position): s.language for s in sightings}
    return SightingColumns(
        seen, [language[seen.refs[last.capture].capture, last.position] for last in seen.lasts()]
    )


def of_rows(rows: IntArray, cards: Sequence[int], captures: Mapping[Row, CaptureRef]) -> Sightings:
    """Put rows of card, capture and position, by any numbers, into columns; *cards* is the order of cards."""
    order_of_captures = sorted(captures, key=captures.__getitem__)
    columns = _places(cards)[rows[:, 0]], _places(order_of_captures)[rows[:, 1]], rows[:, 2]
    order = np.lexsort(columns[::-1])
    return Sightings(
        [captures[capture] for capture in order_of_captures], *(column[order] for column in columns)
    )


def _places(numbers: Sequence[int]) -> IntArray:
    """Return for each number the place where it stands."""
    places = np.zeros(max(numbers, default=0) + 1, np.int64)
    places[list(numbers)] = np.arange(len(numbers))
    return places


class _Ranked(NamedTuple):
    """The distinct numbers of a column in order, and for each of its rows the place among these."""

    distinct: IntArray
    places: IntArray


def _ranked(column: IntArray) -> _Ranked:
    there = np.bincount(column) > 0
    return _Ranked(np.flatnonzero(there), (np.cumsum(there) - 1)[column])


def captures_before(refs: Iterable[CaptureRef]) -> dict[int, int]:
    """Return for each capture, by its place, the one before it on its URL, where there is one."""
    found: dict[int, int] = {}
    last: dict[str, int] = {}
    for n, ref in enumerate(refs):
        if ref.url in last:
            found[n] = last[ref.url]
        last[ref.url] = n
    return found


def followed(before: Mapping[Row, Row], cards: IntArray, captures: IntArray) -> dict[Row, Row]:
    """Keep the captures that show half of their cards still, each with the one before.

    Of captures a year apart, all cards of the one go and all of the other come: this says nothing of any two.

    Args:
        before: Some captures, by any numbers, each with the one before it on its URL.
        cards: The cards of sightings: all of these captures, and of those before.
        captures: The captures of the same sightings.
    """
    if not before:
        return {}
    most = int(max(captures.max(), cards.max())) + 1
    previous = np.full(most, most, np.int64)
    previous[list(before)] = list(before.values())
    kept = np.isin(previous[captures] * most + cards, captures * most + cards)
    share = np.bincount(captures[kept], minlength=most) / np.bincount(captures, minlength=most).clip(1)
    return {capture: other for capture, other in before.items() if share[capture] >= _KEPT}


def bulk_timestamps(refs: Iterable[CaptureRef], most: int) -> frozenset[datetime]:
    """Return the times of more than *most* captures: such a time is a file's, not a crawl session's."""
    counts: dict[datetime, int] = {}
    for ref in refs:
        counts[ref.captured_at] = counts.get(ref.captured_at, 0) + 1
    return frozenset(time for time, count in counts.items() if count > most)


def sightings_of_cards(
    sightings: Sightings,
    neighbour_pairs: Sequence[frozenset[int]],
    bulk: Collection[datetime],
    languages: Sequence[str | None],
) -> list[CardSightings]:
    """Sum up the sightings of each card, by its number.

    Args:
        sightings: The sightings of all cards.
        neighbour_pairs: Those of each card.
        bulk: The bulk timestamps, which name no crawl session.
        languages: The language of each card's last sighting.
    """
    starts = np.searchsorted(sightings.cards, np.arange(len(neighbour_pairs) + 1)).tolist()
    captures, positions = sightings.captures.tolist(), sightings.positions.tolist()
    session_of = _sessions(sightings.refs, bulk)
    hosts = _hosts_of_cards(sightings, starts)
    all_pieces = frozenset(n for n, ref in enumerate(sightings.refs) if not ref.same_page)
    found = []
    for i, (start, stop) in enumerate(pairwise(starts)):
        own = pieces = frozenset(captures[start:stop])
        pieces = own & all_pieces
        if pieces:
            own -= pieces
        found.append(
            CardSightings(
                own,
                pieces,
                # mostly each capture is a crawl session: one set then serves for both
                own
                if session_of is None
                else frozenset([v for c in own if (v := session_of[c]) is not None]),
                neighbour_pairs[i],
                (captures[start], positions[start]),
                (captures[stop - 1], positions[stop - 1]),
                stop - start,
                languages[i] or None,
                hosts[i],
            )
        )
    return found


def _hosts_of_cards(sightings: Sightings, starts: Sequence[int]) -> list[frozenset[str]]:
    """Return the hosts that showed each card, whose sightings begin where *starts* says."""
    host_of_url = {url: host_of(url) for url in {ref.url for ref in sightings.refs}}
    hosts = sorted(set(host_of_url.values()))
    number = {host: n for n, host in enumerate(hosts)}
    shown = np.array([number[host_of_url[ref.url]] for ref in sightings.refs], np.int64)[sightings.captures]
    if not len(shown):
        return []
    least, most = (pick.reduceat(shown, starts[:-1]).tolist() for pick in (np.minimum, np.maximum))
    alone = [frozenset([host]) - {""} for host in hosts]
    return [
        # nearly every card has one host: one set then serves for all of them
        alone[x] if x == y else frozenset([hosts[n] for n in shown[start:stop].tolist()]) - {""}
        for x, y, (start, stop) in zip(least, most, pairwise(starts), strict=True)
    ]


def _sessions(refs: Sequence[CaptureRef], bulk: Collection[datetime]) -> list[int | None] | None:
    """Return for each capture the first one of its time, or None where all times differ.

    A capture with a bulk timestamp has None.
    """
    first: dict[datetime, int] = {}
    for n, ref in enumerate(refs):
        first.setdefault(ref.captured_at, n)
    if len(first) == len(refs) and not bulk:
        return None
    return [None if ref.captured_at in bulk else first[ref.captured_at] for ref in refs]


def neighbour_pairs_of(sightings: Sightings, neighbour_keys: npt.NDArray[np.uint64]) -> Postings:
    """Return the pairs of neighbours that cards were seen between, each pair as one number, without repeats.

    A card has no neighbour pair on a capture of fewer than three cards, on a piece of a data set, and beside
    a card of its own neighbour key. An end of the row counts as a neighbour with the key 0.

    Args:
        sightings: The sightings of all cards.
        neighbour_keys: For each card, by its number, the hash that names it as a neighbour; 0 for none.
    """
    order = np.lexsort((sightings.positions, sightings.captures))
    cards, captures = sightings.cards[order], sightings.captures[order]
    own = neighbour_keys[cards]
    inner = captures[1:] == captures[:-1]
    before, after = np.zeros_like(own), np.zeros_like(own)
    before[1:][inner] = own[:-1][inner]
    after[:-1][inner] = own[1:][inner]
    counts = np.bincount(captures, minlength=1)[captures] >= _LEAST_IN_A_ROW
    counts &= np.array([ref.same_page for ref in sightings.refs], bool)[captures]
    counts &= (own != before) & (own != after)
    # 64 bits suffice: a chance collision would have to be between cards that are compared
    pair = (before ^ (before >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9) + after
    pair = (pair ^ (pair >> np.uint64(32))) * np.uint64(0x94D049BB133111EB)
    return Postings(pair[counts], cards[counts]).without_repeats()


def by_card(postings: Postings, cards: Sequence[int]) -> list[frozenset[int]]:
    """Return the keys of each of these cards, which own all of the postings."""
    owners = _places(cards)[postings.owners]
    order = np.argsort(owners, kind="stable")
    starts = np.searchsorted(owners[order], np.arange(len(cards) + 1)).tolist()
    keys = postings.keys[order].tolist()
    return [frozenset(keys[a:b]) for a, b in pairwise(starts)]


def hosts_on(rows: IntArray, captures: Mapping[Row, CaptureRef]) -> Postings:
    """Return the hosts that showed each card, as hashes, without repeats; rows are as below."""
    captures_seen = _ranked(rows[:, 1])
    urls = [captures[number].url for number in captures_seen.distinct.tolist()]
    key_of = {url: host_key(host_of(url)) for url in set(urls)}
    found = Postings(np.array([key_of[url] for url in urls], np.uint64)[captures_seen.places], rows[:, 0])
    return found.where(found.keys > 0).without_repeats()


def neighbour_pairs_on(
    rows: IntArray, neighbour_keys: Mapping[_Card, int], captures: Mapping[Row, CaptureRef]
) -> Postings:
    """Return the neighbour pairs of all cards of whole captures.

    Args:
        rows: Card, capture and position of each sighting, by any numbers.
        neighbour_keys: The neighbour key of each card.
        captures: At least those that the rows name.
    """
    cards, captures_seen = _ranked(rows[:, 0]), _ranked(rows[:, 1])
    refs = [captures[number] for number in captures_seen.distinct.tolist()]
    found = neighbour_pairs_of(
        Sightings(refs, cards.places, captures_seen.places, rows[:, 2]),
        np.array([neighbour_keys[number] for number in cards.distinct.tolist()], np.uint64),
    )
    return Postings(found.keys, cards.distinct[found.owners])
