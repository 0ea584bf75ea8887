"""The date of a card, and the date of its last update.

A card comes in; a date goes out, with what is printed of it and the texts that it is printed in. No date is
invented: it stands on the page, or in an attribute that is a date and nothing else. The printed date wins
over the attribute: the two differ by a day on real sites. A date that is marked as updated is not the card's.
"""

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from archiver.models import PrintedDate
from archiver.parse.dates.calendar import FoundDate
from archiver.parse.dates.find import Order, find_date, is_date
from archiver.parse.dates.partial import find_inexact, printed_date
from archiver.parse.document.tree import Tree
from archiver.parse.fields.markers import MarkedElements, Marker
from archiver.parse.fields.scope import NO_FIELD, CardScope, FieldText, GroupScope
from archiver.parse.listing.headings import Heading
from archiver.parse.listing.score import Member

_LONGEST = 80
"""Characters: a longer text is a sentence, and a date in it is not the card's."""
_DIGIT = re.compile(r"\d")
_ATTRIBUTES = ("datetime", "content", "title")
_NO_DATE_TAGS = frozenset({"a", "img"})
"""Tags whose `title` is a tooltip."""


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
    found = _in_plain_texts(group, card.member, heading.year, passed, before)
    if found.iso:
        return found
    attribute = attribute or _in_attributes(group, _other_elements(tree, marked))
    if attribute:
        return DateField(attribute.iso, attribute.printed, found.texts | attribute.texts)
    if heading.date:
        return DateField(heading.date, heading.printed, found.texts)
    return DateField(None, found.printed or heading.printed, found.texts)


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
        found = _find_date(text, heading.year, group.language, group.order)
        if found and found.iso:
            return ReadDate(found.iso, printed_date(text, found, "element"))
        if attribute := _attribute_date(group, i):
            return attribute
        if inexact is None:
            inexact = (
                printed_date(text, found, "element")
                if found
                else find_inexact(text, "element", group.language)
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
        found = _find_date(text, year, group.language, group.order)
        printed = printed_date(text, found, "element") if found else None
        if found and found.iso:
            return DateField(found.iso, printed, texts | group.texts(i))
        if printed is None and inexact is None:
            printed = find_inexact(text, "element", group.language)
        if printed:
            texts |= group.texts(i)
            inexact = inexact or printed
    return DateField(None, inexact, texts)


def _in_plain_texts(
    group: GroupScope, member: Member, year: int | None, passed: Set[int], before: DateField
) -> DateField:
    """Find the first day in the short texts of a member, else the first date without one.

    Args:
        group: The page and the group of the member.
        member: The member.
        year: The year that stands above the member.
        passed: Texts that are not searched.
        before: What was found in marked elements, without a day.
    """
    tree, inexact, texts = group.tree, before.printed, set(before.texts)
    for k in range(member.text_start, member.text_end):
        text = tree.texts[k]
        if len(text) > _LONGEST or k in passed or not _DIGIT.search(text):
            continue
        if tree.size(tree.block[k]) > 2 * _LONGEST and not is_date(text):
            continue
        found = _find_date(text, year, group.language, group.order)
        printed = printed_date(text, found, "text") if found else None
        if found and found.iso:
            texts.add(k)
            return DateField(found.iso, printed, texts)
        if printed is None and inexact is None:
            printed = find_inexact(text, "text", group.language)
            if printed and printed.precision == "year":  # a bare year may be any number
                printed = None
        if printed:
            texts.add(k)
            inexact = inexact or printed
    return DateField(None, inexact, texts)


def _in_attributes(group: GroupScope, elements: Iterable[int]) -> DateField | None:
    """Find the first date in an attribute of these elements."""
    for i in elements:
        if date := _attribute_date(group, i):
            return DateField(date.iso, date.printed, group.texts(i))
    return None


def _date_of_element(group: GroupScope, i: int) -> str | None:
    """Return the date in the text of an element, else in its attributes."""
    found = _find_date(group.tree.text(i), None, group.language, group.order)
    if found and found.iso:
        return found.iso
    attribute = _attribute_date(group, i)
    return attribute.iso if attribute else None


def _attribute_date(group: GroupScope, i: int) -> ReadDate | None:
    """Return the date in an attribute of an element, where the attribute is nothing but a date."""
    attributes = group.tree.attributes[i]
    for name in _ATTRIBUTES:
        value = attributes.get(name)
        if value and is_date(value):
            found = find_date(value, order=group.order)
            if found and found.iso:
                return ReadDate(found.iso, printed_date(value, found, "attribute"))
    return None
