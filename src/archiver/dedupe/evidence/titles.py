"""How two titles differ: what one has in front of, behind or in the place of what the other has.

Two title keys go in, a `TitleDifference` comes out, which measures and does not score. Unlike texts, titles
are not cut: one that ends sooner has other words, or lacks what a page puts round it.
"""

from enum import Enum
from typing import NamedTuple

from rapidfuzz.distance import Indel

from archiver.dedupe.evidence.align import Replacement, align, spans_of, units
from archiver.dedupe.keys.normalize import NUMERAL, NUMERALS

_UNLIKE = 0.5
"""Likeness of two words from which one may be a slip or another form of the other."""
_LEAST = 3.0
"""Units that two titles must share to be compared word by word."""
_WORD = 8.0
"""Units of the longest word, or name, that takes the place of another."""


class TitleKind(Enum):
    """How two titles differ."""

    NUMBER = "number"
    """Both show a number, another one."""
    NUMBER_ADDED = "number-added"
    """One is the other with a number more."""
    CUT = "cut"
    """One stands whole in the other."""
    WORD = "word"
    """They differ in one place, where each has a word of its own."""
    EDITED = "edited"
    OTHER = "other"


class TitleDifference(NamedTuple):
    """How two titles differ.

    `shared` is what they have in common, in units; `share` is its part of both together, from 0 to 1.
    `value` shows the difference, where it is short.
    """

    kind: TitleKind
    shared: float
    share: float
    value: str = ""


def difference(a: str, b: str) -> TitleDifference:
    """Compare two different titles. Symmetric."""
    short, long = (a, b) if (len(a), a) <= (len(b), b) else (b, a)
    if number := _other_number(short, long):
        words = len(NUMERALS.sub("", short))
        alike = units(short) * words / len(short)
        return TitleDifference(TitleKind.NUMBER, alike, 2 * words / (len(a) + len(b)), str(number))
    at = long.find(short)
    if at >= 0:
        return _contained(short, long, at)
    found = align(a, b)
    unit = units(short) / max(1, len(short))
    laid = found.laid
    spans = laid.blocks if laid and laid[:2] == (short, long) else spans_of(short, long, unit)[0]
    matched = len(short) - sum(a1 - a0 for a0, a1, _, _ in spans)
    shared, share = unit * matched, 2 * matched / (len(a) + len(b))
    if found.numbers:
        return TitleDifference(TitleKind.NUMBER, shared, share, str(found.numbers))
    if len(spans) == 1:
        a0, a1, b0, b1 = spans[0]
        x, y = short[a0:a1], long[b0:b1]
        if x and y and unit * max(len(x), len(y)) <= _WORD and share > _UNLIKE:
            unlike = Indel.normalized_similarity(x, y) <= _UNLIKE
            kind = TitleKind.WORD if unlike else TitleKind.EDITED
            return TitleDifference(kind, shared, share, f"{x} against {y}")
    if shared < _LEAST or share <= _UNLIKE:
        return TitleDifference(TitleKind.OTHER, shared, share)
    return TitleDifference(TitleKind.EDITED, shared, share)


def _other_number(a: str, b: str) -> Replacement | None:
    """Return the first number that differs, where two titles differ in numbers only.

    An alignment does not tell: titles are too short for one, and 1 stands whole in 12.
    """
    one, two = NUMERAL.findall(a), NUMERAL.findall(b)
    if not (one and two) or NUMERALS.sub("", a) != NUMERALS.sub("", b):
        return None
    return next((Replacement(x, y) for x, y in zip(one, two, strict=False) if x != y), None)


def _contained(short: str, long: str, at: int) -> TitleDifference:
    rest = long[:at] + long[at + len(short) :]
    shared, share = units(short), 2 * len(short) / (len(short) + len(long))
    if not NUMERALS.sub("", rest):
        return TitleDifference(TitleKind.NUMBER_ADDED, shared, share, rest)
    return TitleDifference(TitleKind.CUT, shared, share)
