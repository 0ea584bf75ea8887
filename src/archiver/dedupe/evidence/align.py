"""How one text lies in another: what they share, where they differ, and whether a number differs.

Two text keys go in, an `Alignment` comes out, which measures and does not score. Either text may end early
at no cost, for excerpts are cut. One inserted or removed block costs as much as one changed word.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import Indel

from archiver.dedupe.keys.normalize import MARKS, MINUS, NUMERAL, NUMERALS

_LONGEST = 3000
"""Characters of a text that are aligned: an excerpt is shorter, a full text is known by its beginning."""
_SAME = 40
"""Characters that both texts must begin with for one to lie at the beginning of the other."""
_SHIFT = 80
"""Characters that may have been put into the middle of such a text."""
_PROBES = 14
"""Grams of the shorter text that are looked up in the longer one."""
_ASTRAY = 400
"""Characters from where a text lies beyond which a gram of it is a chance find, or a quotation."""
_RUN = 2.4
"""Units that an agreement needs to stand between two differences; a shorter one is chance."""
_SENTENCE = 6.0
"""Units up to which a replaced block is an edit; a longer one is another text in its place."""
_SENTENCE_IN_FRONT = 16.0
"""Units up to which what stands in front of a text is a title, a date or a note."""
_HAN = frozenset("一二三四五六七八九十百千")
_MARKS = frozenset((MINUS, *MARKS))
_UNIT = 3
"""Characters of the longest unit behind a number: km, pm."""
_NUMBER = re.compile(r"\d+(?:\.\d+)*|[一二三四五六七八九十百千]+")
_FILLING = (0.8, 8.0)
"""Units of the shortest and the longest word that may fill a slot of a template."""
_SLOTS = 6
"""Slots in which two fillings of one form differ at most."""
_LAST_NUMBER = re.compile(r"\d+(?:\.\d+)*$")
_LONE_NUMBER = re.compile(r"(?<![\d.\x1f])\d+$")
_VERSION_END = re.compile(r"\d+\.\d[\d.]*$")
_STAGE = re.compile(r"[a-z]{1,5}\d{1,2}(?!\d|\x1f(?:19|20)\d\d)")
_STAGE_NAME = re.compile(r"[a-z]{2,8}")
_DATE = re.compile(r"(?:19|20)\d\d\.\d\d?\.\d\d?|\d\d?\.\d\d?\.(?:19|20)\d\d")
_DAY = re.compile(r"(?<!\d)\d{1,2}$")
_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")
_DAY_YEAR = re.compile(r"\d{1,2}\x1f(?:19|20)\d\d(?!\d)")
_NOT_WORD = re.compile(r"[\d.\x00\x1f]")
_FEW_WORDS = 5.0
"""Units from where two texts part, or agree again, within which their numbers still stand in one place."""
_WORD = 24
"""Characters of the longest word (or two: "de mayo de") that is taken for the month of a date."""
_AGREED = 8
"""Characters, other numbers aside, that must agree behind two numbers for both to stand in one place."""
_ORDINALS = frozenset("上中下前後后甲乙丙丁")
_ROMANS = frozenset("ivx")
_SPARSE = re.compile("[^\u2e80-\uffef\U00020000-\U0003ffff]+")


class Replacement(NamedTuple):
    """One place where two texts differ: what stands there in either."""

    left: str
    right: str

    def __str__(self) -> str:
        return f"{self.left} against {self.right}"


class PlacedReplacement(NamedTuple):
    """A replacement with the place where it begins in either text."""

    left_at: int
    right_at: int
    replacement: Replacement


_Block = tuple[int, int, int, int]
"""A place where two texts differ: from and to in the one (`a`), then in the other (`b`). Bare, for speed."""


class Laid(NamedTuple):
    """The shorter of two texts (`a`) in the part of the longer one (`b`) where it lies, from `start` on.

    `blocks` are the places where they differ; `room` is the length of the longer text from `start` on, in
    characters; `unit` the units of a character; `matched` counts the characters that agree.
    """

    a: str
    b: str
    start: int
    room: int
    unit: float
    blocks: list[_Block]
    matched: int


class Alignment(NamedTuple):
    """How the shorter of two texts lies in the longer, in units (see `units`).

    `matched` is what they share. `cost` is about one for each edit, more for a long one that replaces
    something. `parted` is how far both continue differently: after their last agreement, or in a long
    replaced block (counted half, for authors do rewrite). `numbers` is the first difference of number that
    both sides show, or None; what a version or a date is written with belongs to its number (see
    `_attached`). `cut`: the shorter text stands whole in the longer. `laid` is what was measured; None where
    a glance was enough.
    """

    matched: float
    cost: float
    cut: bool
    numbers: Replacement | None = None
    parted: float = 0.0
    laid: Laid | None = None


UNRELATED = Alignment(0.0, math.inf, False)


def units(text: str) -> float:
    """Return the length of a key in words, about: 1 for each CJK character, 0.4 for each other one."""
    if text.isascii():
        return 0.4 * len(text)
    dense = len(_SPARSE.sub("", text))
    return 0.4 * len(text) + 0.6 * dense


def align(left: str, right: str) -> Alignment:
    """Lay the shorter key into the longer one. Symmetric; only the beginnings of long keys are aligned."""
    a, b = (right, left) if _is_after(left, right) else (left, right)
    if b.startswith(a):
        return Alignment(units(a), 0.0, True, _longer_number(a, b))
    if len(a) >= 2 and (at := b.find(a)) > 0:
        return Alignment(units(a), _front(units(b) / len(b) * at), True)
    laid = _lay(a, b)
    if laid is None:
        return UNRELATED
    a, part, unit = laid.a, laid.b, laid.unit
    cost = parted = 0.0
    numbers: Replacement | None = None
    cut = True
    for a0, a1, b0, b1 in laid.blocks:
        x, y = a1 - a0, b1 - b0
        numbers = numbers or _number_change(a, a0, a1, part, b0, b1)
        if a1 == len(a):
            less = unit * min(x, laid.room - b0)
            if less < 1.3:  # the cut went through a word, or only one of the two continues
                continue
            parted += less
        elif a0 == 0 and not (x and y):  # a title, a date or a note put in front
            cost += _front(unit * (x + y))
        else:
            cost += 1.0 + unit * min(x, y) / 4
            parted += max(0.0, unit * min(x, y) - _SENTENCE) / 2
        cut = False
    return Alignment(unit * laid.matched, cost, cut, numbers, parted, laid)


def replaced(left: str, right: str) -> list[PlacedReplacement]:
    """Find the words of one text that stand in the place of others, with agreement on both sides.

    Longer replacements are other sentences, not fillings of one template; shorter ones are slips.
    """
    laid = _lay(right, left) if _is_after(left, right) else _lay(left, right)
    return replaced_in(laid, left, right) if laid else []


def replaced_in(laid: Laid, left: str, right: str) -> list[PlacedReplacement]:
    """Find the same where two texts have been laid into each other."""
    flipped = _is_after(left, right)
    found = []
    for a0, a1, b0, b1 in laid.blocks:
        shorter, longer = sorted((laid.unit * (a1 - a0), laid.unit * (b1 - b0)))
        if a1 < len(laid.a) and shorter >= _FILLING[0] and longer <= _FILLING[1]:
            x, y, at = laid.a[a0:a1], laid.b[b0:b1], laid.start + b0
            one = (at, a0, Replacement(y, x)) if flipped else (a0, at, Replacement(x, y))
            found.append(PlacedReplacement(*one))
    return found


def _is_after(left: str, right: str) -> bool:
    """Whether the right one of two texts is the one that is laid into the other."""
    return (len(left), left) > (len(right), right)


def changes(left: str, right: str) -> set[Replacement]:
    """Find what either text has where the other has something else, or nothing, up to the length of a word.

    There is none where they differ in more places than a form has: these are edits.
    """
    a, b = left[:_LONGEST], right[:_LONGEST]
    unit = units(a + b) / max(1, len(a) + len(b))
    spans = spans_of(a, b, unit)[0]
    if len(spans) > _SLOTS:
        return set()
    return {
        Replacement(a[a0:a1], b[b0:b1])
        for a0, a1, b0, b1 in spans
        if unit * max(a1 - a0, b1 - b0) <= _FILLING[1]
    }


def _lay(a: str, b: str) -> Laid | None:
    """Lay the shorter text `a` into the longer one, or None where it does not lie there."""
    a, b = a[:_LONGEST], b[: 2 * _LONGEST]
    unit = units(a) / max(1, len(a))
    size = 6 if unit > 0.7 else 10
    span = (0, len(a) + _SHIFT) if a[:_SAME] == b[:_SAME] else _span(a, b, size)
    if span is None:
        return None
    start, stop = span
    part = b[start:stop]
    blocks, matched = spans_of(a, part, unit)
    return Laid(a, part, start, len(b) - start, unit, blocks, matched)


def _front(length: float) -> float:
    """Return the cost of so many units in front of a text: little for a title, more for sentences."""
    return 0.5 + max(0.0, length - _SENTENCE_IN_FRONT) / 25


def numbers_part(left: str, right: str, shared: int) -> bool:
    """Whether the first difference is a number that both show, with agreement behind it as well as in front.

    This is a quick answer for the texts of a template, which are most of what is compared: True means that
    `align` finds `numbers` too, False means nothing. `shared` counts the characters that both begin with.
    """
    at = shared
    while at and _in_number(left[at - 1]):
        at -= 1
    x, y = NUMERAL.match(left, at), NUMERAL.match(right, at)
    if x is None or y is None or x[0] == y[0]:
        return False
    behind = left[x.end() : x.end() + _AGREED]
    if len(behind) == _AGREED and behind.isalpha() and right.startswith(behind, y.end()):
        return True
    behind = NUMERALS.sub("", left[x.end() : x.end() + 3 * _AGREED])[:_AGREED]
    return len(behind) == _AGREED and NUMERALS.sub("", right[y.end() : y.end() + 3 * _AGREED]).startswith(
        behind
    )


def _span(a: str, b: str, size: int) -> tuple[int, int] | None:
    """Find the part of `b` in which `a` lies by some of its grams: from and to, or None where none is."""
    size = min(size, len(a))
    offsets = []
    for i in range(0, len(a) - size + 1, max(1, (len(a) - size) // _PROBES)):
        at = b.find(a[i : i + size], i - 400 if i > 400 else 0)
        if at >= 0:
            offsets.append(at - i)
    if not offsets:
        return None
    offsets.sort()
    middle = offsets[len(offsets) // 2]
    offsets = [at for at in offsets if abs(at - middle) <= _ASTRAY]
    tenth = len(offsets) // 10
    start = 0 if middle < 60 else max(0, offsets[tenth] - 10)
    return start, max(0, offsets[-1 - tenth]) + len(a) + 10


def spans_of(a: str, b: str, unit: float) -> tuple[list[_Block], int]:
    """Find the differing blocks of two texts, and count the characters matched.

    A short agreement joins the blocks on both sides of it.
    """
    blocks: list[_Block] = []
    matched = a_end = b_end = 0
    for run in Indel.editops(a, b).as_matching_blocks():
        size = run.size
        if size and size * unit < _RUN:  # the last one, at the ends of both, has none
            continue
        a_start, b_start = run.a, run.b
        if a_start > a_end or b_start > b_end:
            blocks.append(_trimmed(a, b, a_end, a_start, b_end, b_start))
        matched += size
        a_end, b_end = a_start + size, b_start + size
    return blocks, matched


def _trimmed(a: str, b: str, a0: int, a1: int, b0: int, b1: int) -> _Block:
    """Cut off a block what both sides end or begin with: short agreements that were joined to it."""
    while a1 > a0 and b1 > b0 and a[a1 - 1] == b[b1 - 1]:
        a1, b1 = a1 - 1, b1 - 1
    while a1 > a0 and b1 > b0 and a[a0] == b[b0]:
        a0, b0 = a0 + 1, b0 + 1
    return a0, a1, b0, b1


def _number_change(a: str, a0: int, a1: int, b: str, b0: int, b1: int) -> Replacement | None:
    """Find the numbers that both sides of a differing block show, where they differ."""
    x, y = a[a0:a1], b[b0:b1]
    inserted = not (x and y)
    if _in_number(x[:1]) or _in_number(y[:1]):  # the block begins within a number
        while a0 and b0 and a[a0 - 1] == b[b0 - 1] and _in_number(a[a0 - 1]):
            a0, b0 = a0 - 1, b0 - 1
    if _in_number(x[-1:]) or _in_number(y[-1:]):
        while a1 < len(a) and b1 < len(b) and a[a1] == b[b1] and _in_number(a[a1]):
            a1, b1 = a1 + 1, b1 + 1
    in_front = not a0 and not b0
    number = _numbers(a[a0:a1], b[b0:b1], at_end=a1 == len(a), in_front=in_front, inserted=inserted)
    return number or _attached(a, a0, a1, b, b0, b1)


def _longer_number(a: str, b: str) -> Replacement | None:
    """Find the numbers that two texts end with, where one is the beginning of the other: 1 and 12.

    A cut goes through a number as well, but then the longer text continues behind it.
    """
    number = _LAST_NUMBER.search(a) if a[-1:].isdigit() else None
    if number is None:
        return None
    longer = b[number.start() :]
    stage = _VERSION_END.search(a) and _STAGE.fullmatch(b[len(a) :])
    return Replacement(number[0], longer) if NUMERAL.fullmatch(longer) or stage else None


def _attached(a: str, a0: int, a1: int, b: str, b0: int, b1: int) -> Replacement | None:
    """Find the difference of what is written with a number, where the number itself is equal.

    Behind a version that is a stage of it (1.0-rc1, 1.0-beta2), in a date the month.
    """
    if a0 == a1 or b0 == b1:  # what was put in: read from as far in front as it can be
        while a0 and not _in_number(a[a0 - 1]) and a[a0 - 1] == (b[b1 - 1] if a0 == a1 else a[a1 - 1]):
            a0, a1, b0, b1 = a0 - 1, a1 - 1, b0 - 1, b1 - 1
    x, y = a[a0:a1], b[b0:b1]
    version = _VERSION_END.search(a[max(0, a0 - 20) : a0]) if a0 and _in_number(a[a0 - 1]) else None
    stage = _stage(version[0], a, a0, a1, b, b0, b1) if version else None
    if stage:
        return stage
    if _NOT_WORD.search(x) or _NOT_WORD.search(y):
        return None
    before = _LAST_NUMBER.search(a[max(0, a0 - 20) : a0])
    behind = NUMERAL.match(a[a1 : a1 + 20])
    number = before[0] if before else behind[0] if behind else ""
    if _other_mark(x, y, number):
        return Replacement(x + number, y + number)
    if before and _other_unit(x, y, at_end=a1 == len(a)):
        return Replacement(number + x, number + y)
    if not (x and y):
        return None
    if version and _STAGE_NAME.fullmatch(x) and _STAGE_NAME.fullmatch(y):
        return Replacement(number + x, number + y)
    one = _month(a, a0, a1)
    two = one and _month(b, b0, b1)
    return Replacement(one, two) if one and two else None


def _stage(version: str, a: str, a0: int, a1: int, b: str, b0: int, b1: int) -> Replacement | None:
    """Find the stages of one version, where they differ: 1.0 against 1.0-rc1, rc1 against rc2."""
    x, y = a[a0:a1], b[b0:b1]
    one, two = _STAGE.match(a, a0), _STAGE.match(b, b0)
    if (one and len(x) <= len(one[0])) or (two and len(y) <= len(two[0])):
        return Replacement(version + (one[0] if one else ""), version + (two[0] if two else ""))
    if not (x and y) and _STAGE_NAME.fullmatch(x or y):
        return Replacement(version + x, version + y)
    return None


def _other_unit(x: str, y: str, *, at_end: bool) -> bool:
    """Whether units of a number differ: both sides have one, or within the text one has a letter more."""
    a_letter_more = len(x + y) == 1 and units(x + y) < 1 and not at_end
    return max(len(x), len(y)) <= _UNIT and (bool(x and y) or a_letter_more)


def _month(text: str, start: int, stop: int) -> str | None:
    """Find the date of which a part of one word stands there: 5 May 2024, or May 5, 2024."""
    behind = _NOT_WORD.search(text, stop, start + _WORD + 1)
    if behind is None:
        return None
    stop = behind.start()
    year = _YEAR.match(text, stop)
    day = _DAY_YEAR.match(text, stop)
    if not (year or day):
        return None
    while start and not _NOT_WORD.match(text, start - 1) and stop - start <= _WORD:
        start -= 1
    if stop - start > _WORD or not _SPARSE.fullmatch(text, start, stop):
        return None
    if year:
        day = _DAY.search(text, max(0, start - 3), start)
    return text[start:stop] + (year or day)[0] if day else None


def _in_number(character: str) -> bool:
    return character.isdigit() or character == "." or character in _HAN


def _other_mark(x: str, y: str, number: str) -> bool:
    """Whether nothing differs but signs that a word or the `number` next to them is written with."""
    both = x + y
    if not both or x == y:
        return False
    return _MARKS.issuperset(both) or (bool(number) and all(unicodedata.category(c) == "Sc" for c in both))


def _numbers(x: str, y: str, *, at_end: bool, in_front: bool, inserted: bool) -> Replacement | None:
    """Find the numbers in what two texts have in one place, where both have some and they differ."""
    if not x or not y:
        return None
    if len(x) == len(y) == 1 and (_ORDINALS.issuperset((x, y)) or _ROMANS.issuperset((x, y))):
        return Replacement(x, y)
    one, two = _NUMBER.findall(x), _NUMBER.findall(y)
    if in_front and one and two and [*map(_form, one)] != [*map(_form, two)]:
        # a title's number in front of one text, a date in front of the other: only the last ones, beside
        # what agrees, stand in one place
        last, other = _LONE_NUMBER.search(x), _LONE_NUMBER.search(y)
        return Replacement(last[0], other[0]) if last and other and last[0] != other[0] else None
    if one and two:
        if one == two or (at_end and _cut_through(one, two)):
            return None
        shorter, longer = sorted((one, two), key=len)
        if inserted and shorter in (longer[: len(shorter)], longer[-len(shorter) :]):
            return None  # a note with a date of its own, in front of or behind another date
        before = max(units(x[: x.find(one[0])]), units(y[: y.find(two[0])]))
        behind = max(units(x[x.rfind(one[-1]) + len(one[-1]) :]), units(y[y.rfind(two[-1]) + len(two[-1]) :]))
        if (before if at_end else min(before, behind)) > _FEW_WORDS:
            return None  # other words all round: the numbers stand in no one place
        return Replacement(" ".join(one[:4]), " ".join(two[:4]))
    if (one and _ROMANS.issuperset(y)) or (two and _ROMANS.issuperset(x)):  # part I against part 2 (from II)
        return Replacement(x, y)
    return None


def _form(number: str) -> tuple[int, bool]:
    """Return how many dots a number has, and whether it is a date."""
    return number.count("."), bool(_DATE.fullmatch(number))


def _cut_through(one: Sequence[str], two: Sequence[str]) -> bool:
    """Whether the numbers differ only where a cut may have gone through the last of either."""
    last = min(len(one), len(two)) - 1
    x, y = one[last], two[last]
    return one[:last] == two[:last] and (x.startswith(y) or y.startswith(x))
