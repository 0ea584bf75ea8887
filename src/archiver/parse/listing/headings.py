"""The year, or the whole date, that is printed once above several cards.

A tree and the members of a group come in; a year and a date for each go out. Running text is not read: only a
short text that stands alone counts, and only between the members or right above the first. Its date holds
for all members up to the next one.
"""

import itertools
import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import NamedTuple

from archiver.models import PrintedDate
from archiver.parse.dates.calendar import FoundDate, found_date
from archiver.parse.dates.find import Order, find_date, has_date, is_date
from archiver.parse.dates.partial import find_inexact, find_month, printed_date
from archiver.parse.dates.words import is_update_label
from archiver.parse.document.tree import HEADINGS, LINE, Tree
from archiver.parse.listing.score import Member

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_LONGEST_YEAR, _LONGEST_DATE = 40, 60
"""Characters of a text that names a year, and of one that is a date."""
_LONGEST_SENTENCE = 160
"""Characters of a sentence that leads to a list."""
_COLONS = (":", "：")
_TEXTS_ABOVE = 12
"""Texts above a member that are read."""
_LEVELS_ABOVE, _FEW_TEXTS = 2, 3
"""Levels above the list where its heading may stand, and the texts that may stand there before the list."""
_TEXTS_ABOVE_LIST = 40
"""Texts above a list of which some may be the headings of its section."""
_LOWEST_LEVEL = "h6"
_TITLES = HEADINGS | {"caption"}
_ROWS = frozenset({"tr", "caption"})
"""The row of a table, and its title."""
_MOST_WORDS = 3
"""Words beside the date of a row or an emphasised line that is a heading: a longer one is a sentence."""
_EMPHASIS = frozenset({"b", "strong", "u", "em", "i", "font", "big"})
_ALL_GAPS = 0.8
"""Share of the members that must have what all of them have."""
_LABELLED = re.compile(r"[^\W\d][^\d:：]*[:：]")
_ISSUE = re.compile(r"\W{1,3}(?:[^\W\d_]{1,6}\W{1,3})?\d{1,5}\W*")
_DAY_NUMBER = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s.:,;)|–-]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heading:
    """The year and the date above a member, each None where there is none, and what is printed.

    `printed` is the printed date, or a month or year that stands alone; then `month` is the month's number.
    """

    year: int | None = None
    date: str | None = None
    printed: PrintedDate | None = None
    month: int | None = None


def read_headings(
    tree: Tree, members: list[Member], language: str | None, order: Order | None = None
) -> list[Heading]:
    """Return the heading of each member, in their order.

    Args:
        tree: The page.
        members: The members of a group.
        language: The language of the dates, a BCP 47 tag.
        order: The order of day and month as numbers on the page.
    """
    gaps = _gaps(tree, members)
    reader = _Reader(tree, language, order, _frames(tree, gaps, language, order))
    result: list[Heading] = []
    fresh: list[bool] = []
    current, holder, level = Heading(), -1, ""
    for m, gap in zip(members, gaps, strict=True):
        if current.date and not tree.inside(m.start, holder):
            current = Heading(current.year)
        above = current
        block = -1
        for k in gap:
            if tree.block[k] == block and _LABELLED.match(tree.texts[k]):
                continue  # "Filed: 3 May 2024", "In force: 1 June 2024": the first day of a block counts
            tag = tree.tags[tree.block[k]]
            if current.date and tag in HEADINGS and tag <= level:
                current = Heading(current.year)
            read = reader.read(k, current)
            if read is not current and read.date:
                block = tree.block[k]
                holder = _holder(tree, block, m.start)
                level = tag if tag in HEADINGS else ""
            current = read
        result.append(current)
        fresh.append(current.date is not None and current is not above)
    if not fresh[0] and fresh.count(True) >= max(2, _ALL_GAPS * (len(members) - 1)):
        return [Heading(c.year) for c in result]  # each stands below a member, perhaps, and is no heading
    if any(c.month for c in result):
        result = _with_day_numbers(tree, members, result)
    if len({c.date for c in result if c.date}) >= 2 or _is_headed_by_date(tree, members[0], members):
        return result
    if fresh.count(True) == 1 and not fresh[0] and not fresh[-1]:  # undated members, then those of one day
        return result
    if len({c.printed for c in result if c.printed}) >= 2:
        return [Heading(c.year, None, c.printed if c.date is None else None) for c in result]
    return [Heading(c.year) for c in result]


def _holder(tree: Tree, heading: int, member: int) -> int:
    """Return the element that holds a heading and the member below it; further members stand in it, too."""
    while heading > 0 and not tree.inside(member, heading):
        heading = tree.parents[heading]
    return heading


def days_of_list(
    tree: Tree, members: list[Member], language: str | None, order: Order | None
) -> list[Heading]:
    """Return for each member the day that the list, or the page, is of by the headings above the first.

    A day in another element may be that of the visit.
    """
    days = _days_of_headings(tree, members[0], language, order)
    above = _day_above(tree, members, language, order) if len(days) < 2 else None
    if above:
        return [above.heading if m.start < above.end else Heading() for m in members]
    return [days[0] if len(days) == 1 else Heading()] * len(members)


class _Day(NamedTuple):
    """A day above some members, and the element that they stand before."""

    heading: Heading
    end: int


def _day_above(tree: Tree, members: list[Member], language: str | None, order: Order | None) -> _Day | None:
    """Return the day that the nearest heading is, or a row above the records of a table, or its title.

    A heading holds for the sections below it. An emphasised line is one right above the list, and so is a
    sentence that ends with a colon ("The decisions of 3 May 2024 are:"), or above another such line.
    """
    reader = _Reader(tree, language, order, frozenset())
    first = members[0]
    table = _table(tree, first.start)
    level, is_right_above, is_led = _LOWEST_LEVEL, True, True
    stop = first.text_start
    while stop > max(0, first.text_start - _TEXTS_ABOVE_LIST):
        block, start = tree.block[stop - 1], stop - 1
        while start and tree.block[start - 1] == block:
            start -= 1
        tag = tree.tags[block]
        end = -1
        if tree.region[block] >= 0:
            pass
        elif tag in HEADINGS and tag <= level:
            level = tag
            end = _section_end(tree, first.start, tag)
        elif table is not None and tree.inside(block, table):
            end = tree.end[table] if _is_alone_in_row(tree, block) else -1
        elif is_right_above and _is_emphasised(tree, start, stop):
            end = tree.end[tree.parents[first.start]] if table is None else tree.end[table]
        day = _first_day(reader, start, stop) if end >= 0 else None
        is_led = is_led and stop - start <= _FEW_TEXTS and tree.texts[stop - 1].endswith(_COLONS)
        if day is None and is_led:
            day, end = _day_of_sentence(reader, start, stop), tree.end[tree.parents[first.start]]
        if day:
            return _Day(day, end)
        is_right_above = is_right_above and table is not None and tree.inside(block, table)
        stop = start
    return None


def _first_day(reader: "_Reader", start: int, stop: int) -> Heading | None:
    """Return the first day of the texts of a heading."""
    found = (reader.read(k, Heading()) for k in range(start, stop))
    return next((heading for heading in found if heading.date), None)


def _day_of_sentence(reader: "_Reader", start: int, stop: int) -> Heading | None:
    """Return the only day of a sentence above a list."""
    text = reader.tree.join(start, stop)
    found = find_date(text, language=reader.language, order=reader.order)
    if len(text) > _LONGEST_SENTENCE or found is None or found.iso is None:
        return None
    if is_update_label(text) or has_date(text[found.end :]):
        return None
    return Heading(found.year, found.iso, printed_date(text, found, "heading"))


def _section_end(tree: Tree, first: int, level: str) -> int:
    """Return the next heading of a level, or above it, after an element."""
    after = bisect_left(tree.headings, first)
    return next((i for i in tree.headings[after:] if tree.tags[i] <= level), len(tree.tags))


def _table(tree: Tree, row: int) -> int | None:
    """Return the table of a row, None where the element is no row."""
    if tree.tags[row] != "tr":
        return None
    while row >= 0 and tree.tags[row] != "table":
        row = tree.parents[row]
    return row if row >= 0 else None


def _is_alone_in_row(tree: Tree, block: int) -> bool:
    """Return whether a block holds all text of the row of a table, or is the table's title."""
    texts = tree.text_start[block], tree.text_end[block]
    while block >= 0 and (tree.text_start[block], tree.text_end[block]) == texts:
        if tree.tags[block] in _ROWS:
            return True
        block = tree.parents[block]
    return False


def _is_emphasised(tree: Tree, start: int, stop: int) -> bool:
    """Return whether all of some texts are emphasised."""
    return all(tree.tags[i] in _EMPHASIS for i in tree.owner[start:stop])


def _days_of_headings(tree: Tree, first: Member, language: str | None, order: Order | None) -> list[Heading]:
    """Return the different days that are the headings above the first member."""
    days: dict[str, Heading] = {}
    for k in range(first.text_start):
        text, block = tree.texts[k], tree.block[k]
        is_heading = tree.tags[block] in HEADINGS or "heading" in tree.classes[block]
        if is_heading and tree.region[block] < 0 and is_date(text) and not is_update_label(text):
            found = find_date(text, language=language, order=order)
            if found and found.iso:
                days[found.iso] = Heading(found.year, found.iso, printed_date(text, found, "heading"))
    return list(days.values())


def _gaps(tree: Tree, members: list[Member]) -> list[range]:
    """Return the texts above each member that may be its heading."""
    gaps, below = [], 0
    for at, m in enumerate(members):
        start = max(below, m.text_start - _TEXTS_ABOVE) if at else _above(tree, m, members)
        gaps.append(range(start, m.text_start))
        below = m.text_end
    return gaps


def _with_day_numbers(tree: Tree, members: list[Member], headings: list[Heading]) -> list[Heading]:
    """Complete the headings that are a month by the number of the day that each member begins with.

    Numbers from 1 on, each one more than the last, count the members.
    """
    days = [_day_number(tree, m) if h.month else None for m, h in zip(members, headings, strict=True)]
    below_months = sum(h.month is not None for h in headings)
    numbers = [day for day in days if day]
    if len(numbers) < _ALL_GAPS * below_months or numbers == list(range(1, len(numbers) + 1)):
        return headings
    return [_on_day(h, day) if day else h for h, day in zip(headings, days, strict=True)]


def _day_number(tree: Tree, member: Member) -> int | None:
    """Return the number that is the first text of a member, if it has one."""
    if member.text_start == member.text_end:
        return None
    number = _DAY_NUMBER.fullmatch(tree.texts[member.text_start])
    return int(number[1]) if number else None


def _on_day(heading: Heading, day: int) -> Heading:
    """Return the heading of a month for the members of one of its days."""
    found = found_date(heading.year, heading.month, day, 0, 0) if heading.year and heading.month else None
    if found is None:
        return heading
    printed = PrintedDate(text=str(day), precision="day", place="heading")
    return Heading(heading.year, found.iso, printed)


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


def _frames(tree: Tree, gaps: list[range], language: str | None, order: Order | None) -> frozenset[str]:
    """Return what stands round the dates of headings that differ in nothing but their dates."""
    frames: dict[str, set[str]] = {}
    for k in itertools.chain.from_iterable(gaps):
        if _YEAR.search(tree.texts[k]) and _may_be_heading(tree, k) and not is_date(tree.texts[k]):
            found = find_date(tree.texts[k], language=language, order=order)
            if found and found.iso:
                frames.setdefault(_frame(tree.texts[k], found), set()).add(found.iso)
    return frozenset(frame for frame, days in frames.items() if len(days) > 1)


def _frame(text: str, found: FoundDate) -> str:
    """Return the words next to the date of a text."""
    before, after = text[: found.start].casefold().split(), text[found.end :].casefold().split()
    return " ".join((*before[-2:], "|", *after[:2]))


def _may_be_heading(tree: Tree, k: int) -> bool:
    """Return whether a text is short, holds a digit, and stands in a short block or on a line of its own."""
    text = tree.texts[k]
    if len(text) > _LONGEST_DATE or not any(map(str.isdigit, text)):
        return False
    is_line = tree.gap[k] == LINE and (k + 1 == len(tree.gap) or tree.gap[k + 1] == LINE)
    return is_line or tree.size(tree.block[k]) <= 2 * _LONGEST_DATE


@dataclass(frozen=True, slots=True)
class _Reader:
    """What the headings of a page are read with; `frames` stand round the dates of several."""

    tree: Tree
    language: str | None
    order: Order | None
    frames: frozenset[str]

    def read(self, k: int, current: Heading) -> Heading:
        """Return the heading that holds after text *k*: a new one if it is a date or names a year."""
        text = self.tree.texts[k]
        if not _may_be_heading(self.tree, k):
            return current
        found = find_date(text, year=current.year, language=self.language, order=self.order)
        if found and found.iso and self._is_day(k, found):
            return Heading(found.year, found.iso, printed_date(text, found, "heading"))
        years = _YEAR.findall(text)
        if len(years) == 1 and len(text) <= _LONGEST_YEAR:
            printed = find_inexact(text, "heading", self.language)
            is_month = printed is not None and printed.precision == "month"
            month = find_month(text, self.language) if is_month else None
            return Heading(int(years[0]), None, printed, month)
        return current

    def _is_day(self, k: int, found: FoundDate) -> bool:
        """Return whether a text says no more than its date: its words are labels, or those of other headings.

        A heading may begin or end with its date: "6 March 2026 (12 entries)", "Minutes of 6 March 2026". The
        number of an issue may follow: "Gazette of 6 March 2026, No. 12".
        """
        text, block = self.tree.texts[k], self.tree.block[k]
        before, after = text[: found.start], text[found.end :]
        if is_update_label(before):
            return False
        if is_date(text) or _frame(text, found) in self.frames:
            return True
        is_at_edge = (
            not any(map(str.isalnum, after))
            or is_date(text[: found.end])
            or _ISSUE.fullmatch(after) is not None
        )
        is_short = len(before.split()) + len(after.split()) <= _MOST_WORDS
        return is_at_edge and (
            self.tree.tags[block] in _TITLES
            or (is_short and (_is_alone_in_row(self.tree, block) or _is_emphasised(self.tree, k, k + 1)))
        )
