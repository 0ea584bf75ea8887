"""The next page in the direction that a crawl takes: the next older one.

A tree, its links, the page's URL and the place of the cards come in; a URL, or None, goes out. Other hosts,
the cards themselves, calendars, years, and pages that the number in the URL shows to be newer are never the
next page. The numbers in the URLs come before the labels: "previous" on a blog often leads to older posts.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from archiver.parse.document.links import Links, is_wide
from archiver.parse.document.tree import Tree
from archiver.parse.document.urls import Resolver, host, same_place
from archiver.parse.pager.step import CALENDAR, names_page, page_step, path_of
from archiver.parse.pager.words import Direction, points_forward, read_direction

_NEXT_CLASS = re.compile(
    r"(?:^|[\s_-])(?:next|older|next-?page|older-?posts|nav-?previous)(?:$|[\s_-])", re.IGNORECASE
)
_PAGER_CLASS = re.compile(
    r"(?:^|[\s_-])(?:pag\w*|prev\w*|next\w*|older|newer|nav-?links|posts-?nav\w*)(?:$|[\s_-])", re.IGNORECASE
)
_NUMBER = re.compile(r"\W{0,3}([1-9]\d{0,4})\W{0,3}")
_YEARS = range(1900, 2100)
"""Numbers that are years, not pages."""
_LONGEST_LABEL = 60
"""Columns of a pager's label."""
_LONGEST_NUMBER = 12
"""Characters: a label of as many or more is no number of a pager."""
_BESIDE = 2
"""Texts before and after a run of numbers where the number of the current page may stand."""
_NEAR = 3
"""Links that may stand between two numbers of a run."""


@dataclass(frozen=True, slots=True)
class PagerWeights:
    """Points of a link that may lead to the next page; a link with none does not.

    A label gives points, and so does the step from the page's URL to the link's.
    """

    older: float = 4.0
    """A label that says "older"."""
    rel_next: float = 3.0
    next: float = 2.5
    """A label that says "next" or "more"."""
    arrow: float = 1.5
    """A label that is an arrow forward."""
    next_class: float = 1.0
    """A class of the link, or of the element round it, that says "next" or "older"."""
    one_page_on: float = 3.0
    """A URL one page on."""
    pages_on: float = 1.0
    """A URL several pages on, or an offset."""
    next_number: float = 4.5
    """The number after the current page's."""


WEIGHTS = PagerWeights()
_OTHER_WAY = 0.0
"""Points of a label that says "newer", "back" or nothing certain: only the step makes it the next page."""


class _Option(NamedTuple):
    """A URL that may be the next page. The greater of two is better: more points, then the nearer page."""

    points: float
    minus_step: int
    url: str


class _Number(NamedTuple):
    """A link whose label is the number of a page."""

    row: int
    number: int


class _Labelled(NamedTuple):
    """A link whose label or class names pages."""

    url: str
    points: float


def next_page(
    tree: Tree,
    links: Links,
    resolver: Resolver,
    page_url: str,
    cards: set[str],
    ranges: list[tuple[int, int]],
) -> str | None:
    """Return the URL of the next older page; None where there is none.

    Args:
        tree: The page.
        links: Its links.
        resolver: What resolves the URLs in its head.
        page_url: Its own URL.
        cards: The keys of the cards' permalinks, which lead to no page of the listing.
        ranges: The elements that the cards take, in order: no pager stands in them.
    """
    home = _home(links, page_url)
    passed = cards | {same_place(page_url)}
    rows = [r for r in _outside(links, ranges) if host(links.url[r]) == home and links.key[r] not in passed]
    best: _Option | None = None
    for labelled in _labelled(tree, links, resolver, rows, passed):
        option = _option(labelled, home, page_url)
        if option:
            best = _better(best, option)
    numbered = _by_number(tree, links, rows, page_url)
    if numbered:
        best = _better(best, _Option(WEIGHTS.next_number, 0, numbered))
    return best.url if best and best.points > 0 else None


def _labelled(
    tree: Tree, links: Links, resolver: Resolver, rows: list[int], passed: set[str]
) -> list[_Labelled]:
    """List what may be the next page by its label: what the head announces, then the links in *rows*.

    What the page also links to by another label does not count as announced: a manual's head calls its next
    chapter next.
    """
    names: dict[str, float | None] = {}
    labelled: list[_Labelled] = []
    sections: set[str] = set()
    for row in rows:
        points = _label_points(tree, links, row, names)
        if points is not None:
            labelled.append(_Labelled(links.url[row], points))
        elif links.text[row]:
            sections.add(links.key[row])
    passed = passed | sections
    return [
        *(
            _Labelled(url, WEIGHTS.rel_next)
            for url in _announced(tree, resolver)
            if same_place(url) not in passed
        ),
        *labelled,
    ]


def _announced(tree: Tree, resolver: Resolver) -> Iterator[str]:
    """Yield the URLs that the head calls the next page."""
    for tag, attributes in tree.head:
        if tag == "link" and "next" in (attributes.get("rel") or "").lower().split():
            url = resolver.resolve(attributes.get("href"))
            if url:
                yield url


def _option(labelled: _Labelled, home: str, page_url: str) -> _Option | None:
    """Return the option that a labelled URL is; None where it cannot be the next page."""
    url, points = labelled
    if host(url) != home or not path_of(url):  # the front page is no next page
        return None
    step = page_step(page_url, url)
    if step is None:
        if (
            names_page(page_url) and points != WEIGHTS.older
        ):  # page 4 is followed by page 5, not by a next section
            return None
        return _Option(points, 0, url)
    if step < 0:
        return None
    return _Option(max(points, 0.0) + (WEIGHTS.one_page_on if step == 1 else WEIGHTS.pages_on), -step, url)


def _home(links: Links, page_url: str) -> str:
    """Return the page's own host, or the host that most links lead to where no link leads to its own.

    A capture may be filed under the name that its site has today, or had once.
    """
    home = host(page_url)
    if True in links.home:
        return home
    hosts = Counter(map(host, links.url)).most_common(1)
    return hosts[0][0] if hosts and hosts[0][1] * 2 > len(links.url) else home


def _better(best: _Option | None, other: _Option) -> _Option:
    """Return the option with more points, of two the nearer page, of two the first."""
    return other if best is None or other[:2] > best[:2] else best


def _outside(links: Links, ranges: list[tuple[int, int]]) -> list[int]:
    """Return the links outside these ranges of elements, which are in order."""
    rows, at = [], 0
    for row, i in enumerate(links.element):
        while at < len(ranges) and ranges[at][1] <= i:
            at += 1
        if at == len(ranges) or i < ranges[at][0]:
            rows.append(row)
    return rows


def _label_points(tree: Tree, links: Links, row: int, names: dict[str, float | None]) -> float | None:
    """Return how much the label says "next" or "older"; None where its words have no points.

    *names* holds the points of the classes of links and their parents that this page has shown so far.
    """
    i, label = links.element[row], links.text[row]
    if is_wide(label, _LONGEST_LABEL + 1):
        return None
    attributes = tree.attributes[i]
    label = label or _picture_label(tree, i)
    described = label
    if not is_wide(label, 4):  # an arrow is described by its attributes; a picture's "more" is no page
        described = f"{label or '·'} {attributes.get('aria-label') or ''} {attributes.get('title') or ''}"[
            :200
        ]
    rel = (attributes.get("rel") or "").lower().split() if "rel" in attributes else ()
    direction = read_direction(described)
    if direction is Direction.OLDER:
        return WEIGHTS.older
    if direction is Direction.NEWER:
        return _OTHER_WAY
    if "next" in rel:
        return WEIGHTS.rel_next
    if direction is Direction.NEXT:
        return WEIGHTS.next
    if "prev" in rel or direction is Direction.BACK:
        return _OTHER_WAY
    if points_forward(label):
        return WEIGHTS.arrow
    parent = tree.parents[i]
    name = f"{tree.classes[i]} {attributes.get('id') or ''} {tree.classes[parent] if parent >= 0 else ''}"
    if name not in names:
        names[name] = (
            WEIGHTS.next_class
            if _NEXT_CLASS.search(name)
            else _OTHER_WAY
            if _PAGER_CLASS.search(name)
            else None
        )
    return names[name]


def _picture_label(tree: Tree, i: int) -> str:
    """Return what the first picture in a link shows, in its own words."""
    picture = next((tree.attributes[j] for j in range(i + 1, tree.end[i]) if tree.tags[j] == "img"), {})
    return picture.get("alt") or picture.get("title") or ""


def _by_number(tree: Tree, links: Links, rows: list[int], page_url: str) -> str | None:
    """Return the URL after the current page's number in a run of numbers."""
    runs: list[list[_Number]] = []
    for row in rows:
        number = _page_number(links.text[row])
        if number is None or number in _YEARS or CALENDAR.search(path_of(links.url[row])[-20:]):
            continue
        if runs and row - runs[-1][-1].row <= _NEAR and number > runs[-1][-1].number:
            runs[-1].append(_Number(row, number))
        else:
            runs.append([_Number(row, number)])
    return next((url for run in runs if (url := _after_current(tree, links, run, page_url))), None)


def _page_number(label: str) -> int | None:
    """Return the number that a label is; None where it is none."""
    found = _NUMBER.fullmatch(label) if len(label) < _LONGEST_NUMBER else None
    return int(found.group(1)) if found else None


def _after_current(tree: Tree, links: Links, run: list[_Number], page_url: str) -> str | None:
    """Return the URL in a run after the current page's number; where that is unknown, the nearest one on."""
    row_of = {number: row for row, number in run}
    current = _unlinked_number(tree, links, run)
    if current is None and 1 not in row_of and 2 in row_of:
        current = 1
    if current is not None:
        row = row_of.get(current + 1)
        return links.url[row] if row is not None and (page_step(page_url, links.url[row]) or 1) > 0 else None
    if 2 not in row_of and not names_page(page_url):
        return None
    steps = [
        (step, row) for row in row_of.values() if (step := page_step(page_url, links.url[row])) and step > 0
    ]
    return links.url[min(steps)[1]] if steps else None


def _unlinked_number(tree: Tree, links: Links, run: list[_Number]) -> int | None:
    """Return the number in or beside a run that is no link to another page: the current one."""
    elements = [links.element[row] for row, _ in run]
    numbers = {number for _, number in run}
    linked = {k for i in elements for k in range(tree.text_start[i], tree.text_end[i])}
    start, end = tree.text_start[elements[0]] - _BESIDE, tree.text_end[elements[-1]] + _BESIDE
    for k in range(max(0, start), min(len(tree.texts), end)):
        number = _page_number(tree.texts[k].strip()) if k not in linked else None
        if number is not None and number not in numbers and not numbers.isdisjoint({number - 1, number + 1}):
            return number
    return None
