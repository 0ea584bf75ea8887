"""What stands above a card and holds for it: a year, or a whole date, printed once for the cards below.

In: a tree and the members of a group. Out: a year and a date for each. Refuses running text: only a short
piece of text of its own counts, and only between the group's members or right above the first. The one
surprise: it holds on, until the next one.
"""

import re
from dataclasses import dataclass

from archiver.models import PrintedDate
from archiver.parse.dates.find import find_date, is_date
from archiver.parse.dates.partial import find_inexact, printed_date
from archiver.parse.document.tree import HEADINGS, Tree
from archiver.parse.listing.score import Member

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_LONGEST_YEAR, _LONGEST_DATE, _TEXTS_ABOVE = 40, 60, 12
_LEVELS_ABOVE, _FEW_TEXTS = 2, 3  # a list's heading stands outside it, before it


@dataclass(frozen=True, slots=True)
class Heading:
    """The year and the date that stand above a member, each None where there is none, and what is printed.

    `printed` is the date's, or a month or year that stands alone.
    """

    year: int | None = None
    date: str | None = None
    printed: PrintedDate | None = None


def read_headings(tree: Tree, members: list[Member], language: str | None) -> list[Heading]:
    """The context of each member, in their order."""
    result: list[Heading] = []
    current = Heading()
    below = 0
    for at, m in enumerate(members):
        start = max(below, m.text_start - _TEXTS_ABOVE) if at else _above(tree, m, members)
        for k in range(start, m.text_start):
            current = _read(tree, k, current, language)
        below = m.text_end
        result.append(current)
    if len({c.date for c in result if c.date}) >= 2 or _headed(tree, members[0], members):
        return result
    if len({c.printed for c in result if c.printed}) >= 2:
        return [Heading(c.year, None, c.printed if c.date is None else None) for c in result]
    return [Heading(c.year) for c in result]


def _above(tree: Tree, first: Member, members: list[Member]) -> int:
    """Where the texts right above the first member begin: not before what holds the group and its heading."""
    i = tree.parents[first.start]
    while i >= 0 and tree.end[i] < members[-1].start:
        i = tree.parents[i]
    for _ in range(_LEVELS_ABOVE):
        if i > 0 and tree.text_start[i] - tree.text_start[tree.parents[i]] <= _FEW_TEXTS:
            i = tree.parents[i]
    inside = tree.text_start[i] if i >= 0 else first.text_start
    return max(inside, first.text_start - _TEXTS_ABOVE)


def _headed(tree: Tree, first: Member, members: list[Member]) -> bool:
    """Whether the text right above the first member is a heading, which alone may date all that follow."""
    k = first.text_start - 1
    if k < _above(tree, first, members):
        return False
    block = tree.block[k]
    return tree.tags[block] in HEADINGS or "date" in tree.classes[block].lower()


def _read(tree: Tree, k: int, current: Heading, language: str | None) -> Heading:
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
