"""The date of a card, and the date of its last update.

A card comes in; a date goes out, with what is printed of it and the texts that it is printed in. No date is
invented: it stands on the page, or in an attribute that is a date and nothing else. The printed date wins
over the attribute: the two differ by a day on real sites. Of several printed dates, the one in the group's
column of dates wins. A date that is marked or labelled as that of an update is the card's only where there is
no other.
"""

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from archiver.models import PrintedDate
from archiver.parse.dates.calendar import FoundDate, found_date
from archiver.parse.dates.find import Order, find_date, is_date
from archiver.parse.dates.partial import find_inexact, find_month, printed_date
from archiver.parse.dates.words import is_weekday
from archiver.parse.document.tree import Tree
from archiver.parse.fields.date_columns import is_range, says_update
from archiver.parse.fields.markers import MarkedElements, Marker, is_update_name
from archiver.parse.fields.repeats import text_place
from archiver.parse.fields.scope import NO_FIELD, CardScope, FieldText, GroupScope
from archiver.parse.listing.headings import Heading
from archiver.parse.listing.score import Member

_LONGEST = 80
"""Characters: a longer text is a sentence, and a date in it is not the card's."""
_LONGEST_PART = 12
"""Characters of a day, a month or a year that stands alone."""
_DAY = re.compile(r"\d{1,2}\.?")
_DIGIT = re.compile(r"\d")
_ISO_DAY = re.compile(r"(\d{4})-\d\d-\d\d")
_ATTRIBUTES = ("datetime", "content", "title")
_NO_DATE_TAGS = frozenset({"a", "img"})
"""Tags whose `title` is a tooltip: it is read last."""
_TOOLTIPS = frozenset({"title", "alt", "aria-label"})
_TIME_NAME = re.compile(r"time|date|publish|created|epoch|posted", re.IGNORECASE)
_OTHER_TIME_NAME = re.compile(r"comment|quote|expir|token", re.IGNORECASE)
_UNIX_TIME = re.compile(r"[12]\d{9}(?:\d{3})?")
"""Seconds or milliseconds from September 2001 on."""


class ReadDate(NamedTuple):
    """A date as YYYY-MM-DD, and what is printed of it; see `DateField`."""

    iso: str | None
    printed: PrintedDate | None


@dataclass(slots=True)
class DateField:
    """A date as YYYY-MM-DD, what is printed of it, and the texts that it is printed in.

    `iso` is None where what is printed has no certain day; `printed` is None where nothing is.
    """

    iso: str | None
    printed: PrintedDate | None
    texts: Set[int]


_NO_DATE = DateField(None, None, frozenset())


def read_date(group: GroupScope, card: CardScope, heading: Heading, title: Set[int]) -> DateField:
    """Read the date of a card, whose title takes the texts *title*.

    Elements that are marked as a date come first, then other short texts, attributes, and the heading above.
    Where none of them has a day, what is printed of a date is returned alone.
    """
    tree, marked = group.tree, card.marked
    before, attribute, passed = _NO_DATE, None, title
    if marked.dates:
        before = _in_marked_elements(group, marked, heading.year, title)
        if before.iso:
            return before
        attribute = _in_attributes(group, (i for i in marked.dates if _is_own_date(tree, marked, i, title)))
        if attribute:
            before = DateField(None, before.printed, before.texts | attribute.texts)
        updates = (i for i in marked.updated if _is_small(tree, i, title))
        passed = set(title).union(before.texts, *map(group.texts, updates))
    found = _in_plain_texts(group, card.member, heading, passed, before)
    if found.iso:
        return found
    box = _in_box(group, card.member, heading.year, passed) or _in_day_box(group, card.member, heading)
    if box:
        return box
    attribute = (
        attribute
        or _in_attributes(group, _other_elements(tree, marked))
        or (None if heading.date else _in_any_attribute(group, card.member))
    )
    if attribute:
        return DateField(attribute.iso, attribute.printed, found.texts | attribute.texts)
    if heading.date:
        return DateField(heading.date, heading.printed, found.texts)
    if (printed := found.printed or heading.printed) is None:
        return _in_updates(group, card, title) or found
    return DateField(None, printed, found.texts)


def read_updated(group: GroupScope, marked: MarkedElements) -> FieldText:
    """Read the first date that is marked as updated, with the texts of all elements that are so marked."""
    if not marked.updated:
        return NO_FIELD
    date = None
    texts: set[int] = set()
    for i in marked.updated:
        if group.tree.size(i) <= _LONGEST:
            texts |= group.texts(i)
            date = date or _date_of_element(group, i)
    return FieldText(date, texts)


def date_of(group: GroupScope, elements: Iterable[int], heading: Heading) -> ReadDate:
    """Read the first date of these elements, in their text or in their attributes."""
    inexact: PrintedDate | None = None
    for i in elements:
        text = group.tree.text(i)
        found = _find_date(text, heading.year, group.date_language, group.order)
        if found and found.iso:
            return ReadDate(found.iso, printed_date(text, found, "element"))
        if attribute := _attribute_date(group, i):
            return attribute
        if inexact is None:
            inexact = (
                printed_date(text, found, "element")
                if found
                else find_inexact(text, "element", group.date_language)
            )
    return ReadDate(None, inexact)


@lru_cache(maxsize=20_000)
def _find_date(text: str, year: int | None, language: str | None, order: Order | None) -> FoundDate | None:
    """Find a date, cached: the captures of a page ask for the same ones."""
    return find_date(text, year=year, language=language, order=order)


def _is_small(tree: Tree, i: int, title: Set[int]) -> bool:
    """Return whether an element is small enough for a date, and is a `time` or no part of the title."""
    return tree.size(i) <= _LONGEST and (
        title.isdisjoint(range(tree.text_start[i], tree.text_end[i])) or tree.tags[i] == "time"
    )


def _is_own_date(tree: Tree, marked: MarkedElements, i: int, title: Set[int]) -> bool:
    """Return whether an element that is marked as a date may be that of the card, not of an update."""
    return _is_small(tree, i, title) and not marked.markers.get(i, 0) & Marker.UPDATED


def _other_elements(tree: Tree, marked: MarkedElements) -> Iterator[int]:
    """Yield the small elements with an attribute that may hold a date, but those of an update."""
    for i in marked.date_attributes:
        if tree.tags[i] not in _NO_DATE_TAGS and tree.size(i) <= _LONGEST and i not in marked.updated:
            yield i


def _in_marked_elements(
    group: GroupScope, marked: MarkedElements, year: int | None, title: Set[int]
) -> DateField:
    """Find the first day in an element that is marked as a date, else the first date without one."""
    tree = group.tree
    texts: set[int] = set()
    inexact: PrintedDate | None = None
    for i in marked.dates:
        if not _is_own_date(tree, marked, i, title):
            continue
        text = tree.text(i)
        found = _find_date(text, year, group.date_language, group.order)
        if found and says_update(tree, tree.text_start[i], text[: found.start]):
            continue
        printed = printed_date(text, found, "element") if found else None
        if found and found.iso:
            return DateField(found.iso, printed, texts | group.texts(i))
        if printed is None and inexact is None:
            printed = find_inexact(text, "element", group.date_language)
        if printed:
            texts |= group.texts(i)
            inexact = inexact or printed
    return DateField(None, inexact, texts)


def _in_plain_texts(
    group: GroupScope, member: Member, heading: Heading, passed: Set[int], before: DateField
) -> DateField:
    """Find the first day in the short texts of a member, else the first date without one.

    Args:
        group: The page and the group of the member.
        member: The member.
        heading: What stands above the member.
        passed: Texts that are not searched.
        before: What was found in marked elements, without a day.
    """
    tree, inexact, texts = group.tree, before.printed, set(before.texts)
    for k in _dated_texts(group, member, passed, is_dated=heading.date is not None):
        text = tree.texts[k]
        found = _find_date(text, heading.year, group.date_language, group.order)
        if found and says_update(tree, k, text[: found.start]):
            continue
        printed = printed_date(text, found, "text") if found else None
        if found and found.iso:
            if len(text) <= _LONGEST:
                texts.add(k)
            return DateField(found.iso, printed, texts)
        if printed is None and inexact is None:
            printed = find_inexact(text, "text", group.date_language)
            if printed and printed.precision == "year":  # a bare year may be any number
                printed = None
        if printed:
            texts.add(k)
            inexact = inexact or printed
    return DateField(None, inexact, texts)


def _in_box(group: GroupScope, member: Member, year: int | None, passed: Set[int]) -> DateField | None:
    """Find a date whose day, month and year are texts of their own, one after the other."""
    tree = group.tree
    for k in range(member.text_start, member.text_end - 1):
        if len(tree.texts[k]) > _LONGEST_PART or k in passed:
            continue
        for stop in range(min(k + 3, member.text_end), k + 1, -1):
            text = " ".join(tree.texts[k:stop])
            if len(text) > 3 * _LONGEST_PART or not _DIGIT.search(text) or not is_date(text):
                continue
            found = _find_date(text, year, group.date_language, group.order)
            if found and found.iso:
                printed = PrintedDate(text=tree.join(k, stop), precision="day", place="text")
                return DateField(found.iso, printed, set(range(k, stop)))
    return None


def _in_day_box(group: GroupScope, member: Member, heading: Heading) -> DateField | None:
    """Find the number of a day that stands beside a day of the week, below a heading that is a month.

    The two are texts of their own, or one text ("Wed. 22").
    """
    tree, printed = group.tree, heading.printed
    if heading.year is None or printed is None or printed.precision != "month":
        return None
    month = find_month(printed.text, group.date_language)
    for k in range(member.text_start, member.text_end):
        words = tree.texts[k].split(None, 2)
        texts = range(k, min(k + 2, member.text_end) if len(words) == 1 else k + 1)
        pair = words if len(words) == 2 else tree.texts[k : texts.stop]
        number = next((text for text in pair if _DAY.fullmatch(text)), None)
        if month and number and any(is_weekday(text.rstrip(",")) for text in pair):
            found = found_date(heading.year, month, int(number.rstrip(".")), 0, 0)
            if found:
                day = PrintedDate(text=number, precision="day", place="text")
                return DateField(found.iso, day, set(texts))
    return None


def _in_updates(group: GroupScope, card: CardScope, title: Set[int]) -> DateField | None:
    """Find the date of an update, marked or labelled, for a card that has no other date."""
    tree = group.tree
    elements = (i for i in (*card.marked.updated, *card.marked.dates) if _is_small(tree, i, title))
    ranges = [(tree.text(i), group.texts(i)) for i in elements]
    ranges += [(tree.texts[k], {k}) for k in _dated_texts(group, card.member, title, is_dated=False)]
    for text, texts in ranges:
        found = _find_date(text, None, group.date_language, group.order)
        if found and found.iso:
            return DateField(found.iso, printed_date(text, found, "update"), texts)
    return None


def _dated_texts(group: GroupScope, member: Member, passed: Set[int], *, is_dated: bool) -> Iterator[int]:
    """Yield the texts of a member that may be its date, the one in the column of dates first.

    Where the group has such a column and the member has nothing in it, or where a heading *is_dated* above
    the member, another text has to be a date and nothing else: a mention of a date is not the card's.
    """
    tree, cell = group.tree, group.date_cells.get(member.start)
    if cell is not None:
        yield cell
    has_other_column = cell is None and (is_dated or len(group.date_cells) > 0)
    for k in range(member.text_start, member.text_end):
        text = tree.texts[k]
        if len(text) > _LONGEST or k in passed or k == cell or not _DIGIT.search(text):
            continue
        if is_range(text) and text_place(tree, k) in group.range_places:
            continue
        if (has_other_column or tree.size(tree.block[k]) > 2 * _LONGEST) and not is_date(text):
            continue
        yield k


def _in_attributes(group: GroupScope, elements: Iterable[int]) -> DateField | None:
    """Find the first date in an attribute of these elements."""
    for i in elements:
        if date := _attribute_date(group, i):
            return DateField(date.iso, date.printed, group.texts(i))
    return None


def _in_any_attribute(group: GroupScope, member: Member) -> DateField | None:
    """Find the first tooltip, text for a picture or time for scripts that is a date, in all of a member."""
    for i, attributes in enumerate(group.tree.attributes[member.start : member.end], member.start):
        for name, value in attributes.items():
            if value and len(value) <= _LONGEST and _DIGIT.search(value):
                is_date_of_card = _may_be_date(name) or (
                    name.startswith("data-") and _completes(group, i, value)
                )
                date = (unix_date(value) or _value_date(group, value)) if is_date_of_card else None
                if date:
                    return DateField(date.iso, date.printed, frozenset())
    return None


def _completes(group: GroupScope, i: int, value: str) -> bool:
    """Return whether a value is the day that an element prints without its year: a key to sort a table by."""
    day = _ISO_DAY.match(value)
    if day is None or group.tree.size(i) > _LONGEST_PART:
        return False
    found = _find_date(group.tree.text(i), int(day[1]), group.date_language, group.order)
    return found is not None and found.iso == day[0]


@lru_cache(1000)
def _may_be_date(name: str) -> bool:
    """Return whether an attribute of this name may be the date of a card."""
    if name in _TOOLTIPS:
        return True
    is_other = _OTHER_TIME_NAME.search(name) is not None or is_update_name(name)
    return name.startswith("data-") and _TIME_NAME.search(name) is not None and not is_other


def unix_date(value: str) -> ReadDate | None:
    """Return the day, in UTC, of a Unix time in seconds or milliseconds."""
    if not _UNIX_TIME.fullmatch(value):
        return None
    day = datetime.fromtimestamp(int(value[:10]), UTC).date().isoformat()
    return ReadDate(day, PrintedDate(text=value, precision="day", place="attribute"))


def _date_of_element(group: GroupScope, i: int) -> str | None:
    """Return the date in the text of an element, else in its attributes."""
    found = _find_date(group.tree.text(i), None, group.date_language, group.order)
    if found and found.iso:
        return found.iso
    attribute = _attribute_date(group, i)
    return attribute.iso if attribute else None


def _attribute_date(group: GroupScope, i: int) -> ReadDate | None:
    """Return the date in an attribute of an element, where the attribute is nothing but a date."""
    attributes = group.tree.attributes[i]
    for name in _ATTRIBUTES:
        if (value := attributes.get(name)) and (date := _value_date(group, value)):
            return date
    return None


def _value_date(group: GroupScope, value: str) -> ReadDate | None:
    """Return the date that the value of an attribute is, where it is nothing else."""
    if is_date(value):
        found = find_date(value, language=group.date_language, order=group.order)
        if found and found.iso:
            return ReadDate(found.iso, printed_date(value, found, "attribute"))
    return None
