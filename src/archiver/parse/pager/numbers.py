"""The links of a pager that are labelled with numbers, and which of the numbers is the current page's.

A tree, its links and rows of them come in; the row of the number after the current one goes out, for each run
of numbers. A range of entries ("51-100") is the number of its page. The number that is no link to another
page is the current one; where there is none, the numbers in the URLs tell it.
"""

import re
from fractions import Fraction
from typing import NamedTuple

from archiver.parse.document.links import Links
from archiver.parse.document.tree import Tree
from archiver.parse.pager.step import CALENDAR, changed_number, continues, names_page, path_of
from archiver.parse.pager.words import names_pages

_LABEL = re.compile(
    r"(?P<before>[^\W\d_][^\d]{0,20}\s)?\W{0,3}(?P<n>[1-9]\d{0,4})(?:\s?[-–]\s?(?P<last>\d{1,6}))?\W{0,3}"
)
_DIGIT = re.compile(r"[0-9]")
_YEARS = range(1900, 2100)
"""Numbers that are years, not pages."""
_LONGEST = 24
"""Characters: a label of as many or more is no number of a pager."""
_BESIDE = 2
"""Texts before and after a run of numbers where the number of the current page may stand."""
_NEAR = 3
"""Links that may stand between two numbers of a run."""


class Number(NamedTuple):
    """A link whose label is the number of a page."""

    row: int
    number: int


def numbers_after_current(tree: Tree, links: Links, rows: list[int], page_url: str) -> list[int]:
    """Return the row of the number after the current page's, for each run of numbers among the *rows*."""
    found = (_after_current(tree, links, run, page_url) for run in _runs(links, rows))
    return [row for row in found if row is not None]


def _runs(links: Links, rows: list[int]) -> list[list[Number]]:
    """List the runs of rising numbers that stand close to one another."""
    runs: list[list[Number]] = []
    for row in rows:
        number = page_number(links.text[row])
        if number is None or number in _YEARS or CALENDAR.search(path_of(links.url[row])[-20:]):
            continue
        if runs and row - runs[-1][-1].row <= _NEAR and number > runs[-1][-1].number:
            runs[-1].append(Number(row, number))
        else:
            runs.append([Number(row, number)])
    return runs


def page_number(label: str) -> int | None:
    """Return the number of the page that a label is: "2", "Page 2" or, of entries, "11-20"."""
    found = _LABEL.fullmatch(label) if len(label) < _LONGEST and _DIGIT.search(label) else None
    if found is None or (found["before"] and not names_pages(found["before"])):
        return None
    number = int(found["n"])
    if found["last"] is None:
        return number
    entries = int(found["last"]) - number + 1
    return (number - 1) // entries + 1 if entries > 1 and (number - 1) % entries == 0 else None


def _after_current(tree: Tree, links: Links, run: list[Number], page_url: str) -> int | None:
    """Return the row of the number after the current page's; None where it is not in the run or unknown."""
    row_of = {number: row for row, number in run}
    marked = [
        n for row, n in run if tree.attributes[links.element[row]].get("aria-current") not in (None, "false")
    ]
    unlinked = _unlinked_numbers(tree, links, run)
    if len(unlinked) > 1 and not marked:  # a calendar, of whose days some are linked
        return None
    current = next(iter(marked or unlinked), None) or _number_by_urls(links, run, page_url)
    if current is None and not names_page(page_url) and _may_be_first(links, row_of, page_url):
        current = 1
    return None if current is None else row_of.get(current + 1)


def _may_be_first(links: Links, row_of: dict[int, int], page_url: str) -> bool:
    """Return whether a page without a number can be the first of a run, whose numbers are in these rows.

    Where the run has a link to a first page, the pages have a page's number in their URLs, or only another
    query. The first chapter of a book is another page than the book's own.
    """
    if row_of.keys().isdisjoint({1, 2}):
        return False
    url = links.url[row_of[2] if 2 in row_of else row_of[1]]
    return 1 not in row_of or names_page(url) or continues(page_url, url)


def _unlinked_numbers(tree: Tree, links: Links, run: list[Number]) -> set[int]:
    """Return the numbers in or beside a run that are no links to other pages: one of a pager, the current."""
    elements = [links.element[row] for row, _ in run]
    numbers = {number for _, number in run}
    linked = {k for i in elements for k in range(tree.text_start[i], tree.text_end[i])}
    start, end = tree.text_start[elements[0]] - _BESIDE, tree.text_end[elements[-1]] + _BESIDE
    found = {
        page_number(tree.texts[k]) for k in range(max(0, start), min(len(tree.texts), end)) if k not in linked
    }
    return {n for n in found - numbers if n is not None and not numbers.isdisjoint({n - 1, n + 1})}


def _number_by_urls(links: Links, run: list[Number], page_url: str) -> int | None:
    """Return the number that the page's own URL would have in a run, by the numbers in the URLs of the run.

    The pages may be counted from 0 or by their entries (0, 20, 40).
    """
    known = [
        (number, changed)
        for row, number in run
        if (changed := changed_number(page_url, links.url[row])) is not None
    ]
    if not known:
        return None
    (number, (here, there)), (last, (_, end)) = known[0], known[-1]
    entries = Fraction(end - there, last - number) if last > number else _entries(number, there)
    current = number - (there - here) / entries if entries > 0 else None
    return int(current) if current is not None and current == int(current) else None


def _entries(number: int, there: int) -> Fraction:
    """Return by how much the number in the URL rises from page to page, as one page alone shows it."""
    if number == 1 or number - there in (0, 1):
        return Fraction(1)
    return Fraction(there, number - 1)
