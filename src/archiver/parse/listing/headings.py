"""The year, or the whole date, that is printed once above several cards.

A tree and the members of a group come in; a year and a date for each go out. Running text is not read: only a
short text that stands alone counts, and only between the members or right above the first. Its date holds
for all members up to the next one.
"""

import re
from dataclasses import dataclass

from archiver.models import PrintedDate
from archiver.parse.dates.find import find_date, is_date
from archiver.parse.dates.partial import find_inexact, printed_date
from archiver.parse.document.tree import HEADINGS, Tree
from archiver.parse.listing.score import Member

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_LONGEST_YEAR, _LONGEST_DATE = 40, 60
"""Characters of a text that names a year, and of one that is a date."""
_TEXTS_ABOVE = 12
"""Texts above a member that are read."""
_LEVELS_ABOVE, _FEW_TEXTS = 2, 3
"""Levels above the list where its heading may stand, and the texts that may stand there before the list."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The year and the date above a member, each None where there is none, and what is printed.

    `printed` is the printed date, or a month or year that stands alone.
    """

    year: int | None = None
    date: str | None = None
    printed: PrintedDate | None = None


def read_headings(tree: Tree, members: list[Member], language: str | None) -> list[Heading]:
    """Return the heading of each member, in their order."""
    result: list[Heading] = []
    current = Heading()
    below = 0
    for at, m in enumerate(members):
        start = max(below, m.text_start - _TEXTS_ABOVE) if at else _above(tree, m, members)
        for k in range(start, m.text_start):
            current = _read(tree, k, current, language)
        below = m.text_end
        result.append(current)
    if len({c.date for c in result if c.date}) >= 2 or _is_headed_by_date(tree, members[0], members):
        return result
    if len({c.printed for c in result if c.printed}) >= 2:
        return [Heading(c.year, None, c.printed if c.date is None else None) for c in result]
    return [Heading(c.year) for c in result]


def _above(tree: Tree, first: Member, members: list[Member]) -> int:
    """Return the first text above the first member that counts: it lies in what holds the group."""
    i = tree.parents[first.start]
    while i >= 0 and tree.end[i] < members[-1].start:
        i = tree.parents[i]
    for _ in range(_LEVELS_ABOVE):
        if i > 0 and tree.text_start[i] - tree.text_start[tree.parents[i]] <= _FEW_TEXTS:
            i = tree.parents[i]
    inside = tree.text_start[i] if i >= 0 else first.text_start
    return max(inside, first.text_start - _TEXTS_ABOVE)


def _is_headed_by_date(tree: Tree, first: Member, members: list[Member]) -> bool:
    """Return whether the text right above the first member is a heading: that alone dates all members."""
    k = first.text_start - 1
    if k < _above(tree, first, members):
        return False
    block = tree.block[k]
    return tree.tags[block] in HEADINGS or "date" in tree.classes[block].lower()


def _read(tree: Tree, k: int, current: Heading, language: str | None) -> Heading:
    """Return the heading that holds after text *k*: a new one if it is a date or names a year."""
    text = " ".join(tree.texts[k].split())
    if len(text) > _LONGEST_DATE or not any(c.isdigit() for c in text):
        return current
    if tree.size(tree.block[k]) > 2 * _LONGEST_DATE:
        return current
    if is_date(text):
        found = find_date(text, year=current.year, language=language)
        if found and found.iso:
            return Heading(found.year, found.iso, printed_date(text, found, "heading"))
    years = _YEAR.findall(text)
    if len(years) == 1 and len(text) <= _LONGEST_YEAR:
        return Heading(int(years[0]), None, find_inexact(text, "heading", language))
    return current
