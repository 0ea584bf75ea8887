"""Counts that a page prints with its cards: views, comments, whatever grows while all else stays.

The keys of cards and where these were seen go in. For each text that was seen counting, the place where its
counts begin and the words behind them come out. No word is known, and what a later post may have set is no
count: see `_is_one_post`. By the texts alone "12 views" and "12 EUR" are alike. What decides is
that one number grew between the same neighbours, or under one date, and that no capture shows it twice.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from archiver.dedupe.evidence.pair import Uncounted
from archiver.dedupe.evidence.sightings import CardSightings
from archiver.dedupe.keys.card import CardKeys
from archiver.dedupe.keys.normalize import NUMERAL, NUMERALS

_COUNT = re.compile(r"\d{1,3}(?:\.\d{3}){1,5}|\d{1,18}")
"""A count as pages print it. Longer digit runs are none: int() refuses them."""
_REACH = 40
"""Characters, digits aside, that may stand behind a count: the words of all of them, and labels."""
_LEAST = 12
"""Characters of the shortest text that is left without its counts: a shorter one identifies no post."""
_WORDS = 3
"""Characters behind a count that identify it in a text that was itself not seen counting."""

_DOWN = 2
"""Steps down the list for each step up that a post may take: it may be seen on a further page first."""


class Slot(NamedTuple):
    """Where in a text its counts begin, the words from there on, and the dates under which they grew."""

    start: int
    words: str
    dates: frozenset[int | None]


def slots_of(keys: Sequence[CardKeys], sightings: Sequence[CardSightings]) -> dict[str, Slot]:
    """Find for each text that was seen counting where its counts begin.

    The result for a text depends on the cards of one date whose texts are equal but for numbers near the end,
    which are candidates of each other.
    """
    groups: dict[tuple[str, str, int | None], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    parts = {text: _parted(text) for text in {card.text for card in keys}}
    for i, card in enumerate(keys):
        before, words = parts[card.text]
        if len(before) < len(card.text):
            groups[before, words, card.date][card.text].append(i)
    found: dict[str, Slot] = {}
    for (before, _, date), group in groups.items():
        if len(group) > 1:
            for text, at in _starts(sightings, group, len(before), date):
                known = found.get(text, Slot(at, "", frozenset()))
                start = min(at, known.start)
                found[text] = Slot(start, NUMERALS.sub("", text[start:]), known.dates | {date})
    return found


def _parted(text: str) -> tuple[str, str]:
    """Part a text: up to the first number that may be a count, and what follows without its digits."""
    end = len(text)
    for number in reversed(list(NUMERAL.finditer(text, _LEAST))):
        if len(NUMERALS.sub("", text[number.end() :])) > _REACH:
            break
        end = number.start()
    return text[:end], NUMERALS.sub("", text[end:])


def uncounted(a: str, b: str, slots: Mapping[str, Slot]) -> Uncounted | None:
    """Cut off two texts the counts that one of them was seen to end with; None where neither was."""
    one, two = slots.get(a), slots.get(b)
    if one is None and two is None:
        return None
    words = {slot.words for slot in (one, two) if slot and len(slot.words) >= _WORDS}
    x, y = _start(a, one, words), _start(b, two, words)
    grew = a[:x] == b[:y] and one and two and one.words == two.words and not one.dates.isdisjoint(two.dates)
    return Uncounted(a[:x], b[:y], differ=a[x:] != b[y:], grew=bool(grew))


def _start(text: str, slot: Slot | None, words: Collection[str]) -> int:
    """Find where the counts of a text begin: its own, or those before the same words as another's."""
    start = slot.start if slot else len(text)
    for number in NUMERAL.finditer(text, len(_parted(text)[0])) if words else ():
        own = NUMERALS.sub("", text[number.start() :])
        if len(own) >= _WORDS and any(w.startswith(own) or own.startswith(w) for w in words):
            start = min(start, number.start())
    return start


def _starts(
    sightings: Sequence[CardSightings],
    group: Mapping[str, Sequence[int]],
    end: int,
    date: int | None,
) -> Iterable[tuple[str, int]]:
    """Find where the counts begin in texts of one date that differ in numbers from `end` on only."""
    order = sorted(group, key=lambda text: (min(sightings[i].first for i in group[text]), text))
    numbers = [list(NUMERAL.finditer(text, end)) for text in order]
    if len({len(row) for row in numbers}) > 1:
        return
    columns = list(zip(*([n[0] for n in row] for row in numbers), strict=True))
    counting = [n for n, column in enumerate(columns) if len(set(column)) > 1]
    if all(map(_grows, (columns[n] for n in counting))) and _is_one_post(
        sightings, [group[t] for t in order], date
    ):
        yield from ((text, row[counting[0]].start()) for text, row in zip(order, numbers, strict=True))


def _grows(column: Sequence[str]) -> bool:
    """Whether all of these are counts, none less than the one before it."""
    if not all(map(_COUNT.fullmatch, column)):
        return False
    values = [int(number.replace(".", "")) for number in column]
    return values == sorted(values)


def _is_one_post(
    sightings: Sequence[CardSightings], texts: Sequence[Sequence[int]], date: int | None
) -> bool:
    """Whether texts in the order of time, each with its cards, are one post's.

    No two of them stood on one capture. Also, one took the place of the one before it between the same
    neighbours, or all bear a date, or three and more of them went down the list, as a post does that newer
    posts push away. A numbered series grows as well, but its next part stands elsewhere, under a date of its
    own, and mostly at the top.
    """
    captures = [frozenset().union(*(sightings[i].captures for i in cards)) for cards in texts]
    if not all(captures) or len(frozenset().union(*captures)) < sum(map(len, captures)):
        return False
    neighbours = [frozenset().union(*(sightings[i].neighbour_pairs for i in cards)) for cards in texts]
    if date is not None or any(not a.isdisjoint(b) for a, b in pairwise(neighbours)):
        return True
    positions = [min(sightings[i].first for i in cards)[1] for cards in texts]
    down = sum(a < b for a, b in pairwise(positions))
    return down > 1 and down > _DOWN * sum(a > b for a, b in pairwise(positions))
