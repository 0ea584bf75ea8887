"""Counts that a page prints with its cards: views, comments, whatever grows while all else stays.

In: the faces of cards and where they were seen. Out: for each text that was seen counting, where in it the
counts begin and the words behind them. Refuses to know any word, and to take for a count what a later post
may have set: see `_counts`. The one surprise: by the texts alone "12 views" and "12 EUR" are alike, so what
tells is that one number grew in one place, or under one date, and never stood beside itself.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from archiver.dedupe.compare import Face, Uncounted
from archiver.dedupe.seen import Shown

_NUMERALS = re.compile(r"[\d.\x1f]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_COUNT = re.compile(r"\d{1,3}(?:\.\d{3})+|\d+")
_REACH = 60
"""Characters at the end of a text in which its counts stand, with the words and labels around them."""
_LEAST = 12
"""Characters of the shortest text that is left without its counts: a shorter one tells no post."""
_WORDS = 3
"""Characters behind a count that tell it in a text that was itself not seen counting."""


class Slot(NamedTuple):
    """Where in a text its counts begin, and the words from there on."""

    start: int
    words: str


def slots_of(faces: Sequence[Face], shown: Sequence[Shown]) -> dict[str, Slot]:
    """For each text that was seen counting, where its counts begin.

    It rests on the cards whose texts are this one but for numbers, which are candidates of each other.
    """
    groups: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for i, face in enumerate(faces):
        if _NUMBER.search(face.text, max(0, len(face.text) - _REACH)):
            groups[_NUMERALS.sub("", face.text)][face.text].append(i)
    found: dict[str, Slot] = {}
    for group in groups.values():
        if len(group) > 1:
            found.update(_slots(faces, shown, group))
    return found


def uncounted(a: str, b: str, slots: Mapping[str, Slot]) -> Uncounted | None:
    """Two texts without the counts that one of them was seen to end with, or None where neither was."""
    one, two = slots.get(a), slots.get(b)
    if one is None and two is None:
        return None
    words = {slot.words for slot in (one, two) if slot and len(slot.words) >= _WORDS}
    x, y = _start(a, one, words), _start(b, two, words)
    grew = one is not None and two is not None and one.words == two.words and a[:x] == b[:y]
    return Uncounted(a[:x], b[:y], differ=a[x:] != b[y:], grew=grew)


def _start(text: str, slot: Slot | None, words: Collection[str]) -> int:
    """Where the counts of a text begin: its own, or those before the same words as another's."""
    start = slot.start if slot else len(text)
    for number in _NUMBER.finditer(text, max(_LEAST, len(text) - _REACH)):
        if _NUMERALS.sub("", text[number.start() :]) in words:
            start = min(start, number.start())
    return start


def _slots(
    faces: Sequence[Face], shown: Sequence[Shown], group: Mapping[str, Sequence[int]]
) -> dict[str, Slot]:
    """The slots of texts that differ in numbers only, where these are counts."""
    order = sorted(group, key=lambda text: (min(shown[i].first for i in group[text]), text))
    numbers = [list(_NUMBER.finditer(text)) for text in order]
    if len({len(row) for row in numbers}) > 1:
        return {}
    columns = list(zip(*([n[0] for n in row] for row in numbers), strict=True))
    counting = [n for n, column in enumerate(columns) if len(set(column)) > 1]
    if not counting or not _counts(faces, shown, [group[t] for t in order], [columns[n] for n in counting]):
        return {}
    found = {}
    for text, row in zip(order, numbers, strict=True):
        start = row[counting[0]].start()
        if start < max(_LEAST, len(text) - _REACH):
            return {}
        found[text] = Slot(start, _NUMERALS.sub("", text[start:]))
    return found


def _counts(
    faces: Sequence[Face],
    shown: Sequence[Shown],
    texts: Sequence[Sequence[int]],
    columns: Sequence[Sequence[str]],
) -> bool:
    """Whether numbers are counts: those of texts in the order of time, each with its cards.

    They never fall, no two of the texts stood on one capture, no two dates are told apart, and either one
    text took the place of the one before it, between the same neighbours, or all bear the date. A numbered
    series grows as well, but its next part stands elsewhere, under a date of its own.
    """
    for column in columns:
        if not all(map(_COUNT.fullmatch, column)):
            return False
        values = [int(number.replace(".", "")) for number in column]
        if values != sorted(values):
            return False
    captures = [frozenset().union(*(shown[i].captures for i in cards)) for cards in texts]
    if not all(captures) or len(frozenset().union(*captures)) < sum(map(len, captures)):
        return False
    dates = [{faces[i].date for i in cards} for cards in texts]
    days = sorted(day for found in dates for day in found if day is not None)
    if days and days[-1] - days[0] > 1:
        return False
    places = [frozenset().union(*(shown[i].places for i in cards)) for cards in texts]
    return all(None not in found for found in dates) or any(not a.isdisjoint(b) for a, b in pairwise(places))
