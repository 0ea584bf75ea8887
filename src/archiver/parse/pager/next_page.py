"""The next page in the direction that a crawl goes: the next older one.

In: a tree, its links, the page's address, where the cards are. Out: an address, or None. Refuses other hosts,
the cards themselves, calendars, years, and pages that the address's own number says are newer. The one
surprise: the arithmetic of addresses comes before the label, since "previous" on a blog often leads to older
posts.
"""

import re
from collections import Counter

from archiver.parse.document.links import Links, is_wide
from archiver.parse.document.tree import Tree
from archiver.parse.document.urls import Resolver, host, same_place
from archiver.parse.pager.step import CALENDAR, names_page, page_step, path_of
from archiver.parse.pager.words import Says, points_forward, what_it_says

# What speaks for a link being the next page, in points; a link with none is not it.
OLDER, REL_NEXT, NEXT, ARROW, NEXT_CLASS = 4.0, 3.0, 2.5, 1.5, 1.0
OTHER_WAY = -1.0
ONE_PAGE_ON, PAGES_ON = 3.0, 1.0
NEXT_NUMBER = 4.5

_NEXT_CLASS = re.compile(
    r"(?:^|[\s_-])(?:next|older|next-?page|older-?posts|nav-?previous)(?:$|[\s_-])", re.IGNORECASE
)
_PAGER_CLASS = re.compile(
    r"(?:^|[\s_-])(?:pag\w*|prev\w*|next\w*|older|newer|nav-?links|posts-?nav\w*)(?:$|[\s_-])", re.IGNORECASE
)
_NUMBER = re.compile(r"\W{0,3}([1-9]\d{0,4})\W{0,3}")
_YEARS = range(1900, 2100)
_LONGEST_LABEL = 60  # columns
_BESIDE = 2  # texts before and after a run of numbers, where the current page's may stand unlinked
_NEAR = 3  # links that may stand between two numbers of a run


def next_page(
    tree: Tree,
    links: Links,
    resolver: Resolver,
    page_url: str,
    cards: set[str],
    ranges: list[tuple[int, int]],
) -> str | None:
    """The address of the next older page.

    *cards* are the keys of the cards' permalinks, *ranges* the elements that the cards take: what lies in
    them is no pager.
    """
    home = _home(links, page_url)
    numbered_here = names_page(page_url)
    passed = cards | {same_place(page_url)}
    announced: list[str] = []
    for tag, attributes in tree.head:
        if tag == "link" and "next" in (attributes.get("rel") or "").lower().split():
            url = resolver.resolve(attributes.get("href"))
            if url and same_place(url) not in passed:
                announced.append(url)
    rows = [r for r in _outside(links, ranges) if host(links.url[r]) == home and links.key[r] not in passed]
    names: dict[str, float | None] = {}
    labelled: list[tuple[str, float]] = []
    sections: set[str] = (
        set()
    )  # what the page links to by a name: a manual's head calls its next chapter next
    for row in rows:
        points = _label_points(tree, links, row, names)
        if points is not None:
            labelled.append((links.url[row], points))
        elif links.text[row]:
            sections.add(links.key[row])
    labelled[:0] = [(url, REL_NEXT) for url in announced if same_place(url) not in sections]
    best: tuple[float, int, str] | None = None
    for url, points in labelled:
        if host(url) != home or not path_of(url):  # the front page follows none
            continue
        step = page_step(page_url, url)
        if step is not None:
            if step < 0:
                continue
            best = _better(best, (max(points, 0.0) + (ONE_PAGE_ON if step == 1 else PAGES_ON), -step, url))
        elif not numbered_here or points == OLDER:  # page 4 is followed by page 5, not by a next section
            best = _better(best, (points, 0, url))
    numbered = _by_number(tree, links, rows, page_url)
    if numbered:
        best = _better(best, (NEXT_NUMBER, 0, numbered))
    return best[2] if best and best[0] > 0 else None


def _home(links: Links, page_url: str) -> str:
    """The page's own host, unless no link leads there: then the host that most links lead to.

    A capture may be filed under the name that its site has today, or had once.
    """
    home = host(page_url)
    if True in links.home:
        return home
    hosts = Counter(map(host, links.url)).most_common(1)
    return hosts[0][0] if hosts and hosts[0][1] * 2 > len(links.url) else home


def _better(best: tuple[float, int, str] | None, other: tuple[float, int, str]) -> tuple[float, int, str]:
    """The one with more points, of two the nearer page, of two the first."""
    return other if best is None or other[:2] > best[:2] else best


def _outside(links: Links, ranges: list[tuple[int, int]]) -> list[int]:
    """The links outside these ranges of elements, which are in order."""
    rows, at = [], 0
    for row, i in enumerate(links.element):
        while at < len(ranges) and ranges[at][1] <= i:
            at += 1
        if at == len(ranges) or i < ranges[at][0]:
            rows.append(row)
    return rows


def _label_points(tree: Tree, links: Links, row: int, names: dict[str, float | None]) -> float | None:
    """How much the label says "next" or "older"; None where the link says nothing of pages.

    *names* are the points of what the links and their parents are called, as far as it is known.
    """
    i, label = links.element[row], links.text[row]
    if is_wide(label, _LONGEST_LABEL + 1):
        return None
    attributes = tree.attributes[i]
    if not label:
        picture = next((tree.attributes[j] for j in range(i + 1, tree.end[i]) if tree.tags[j] == "img"), {})
        label = picture.get("alt") or picture.get("title") or ""
    said = label
    if not is_wide(label, 4):  # an arrow: what it means stands beside it; a picture's "more" is no page
        said = f"{label or '·'} {attributes.get('aria-label') or ''} {attributes.get('title') or ''}"[:200]
    rel = (attributes.get("rel") or "").lower().split() if "rel" in attributes else ()
    says = what_it_says(said)
    if says is Says.OLDER:
        return OLDER
    if says is Says.NEWER:
        return OTHER_WAY
    if "next" in rel:
        return REL_NEXT
    if says is Says.NEXT:
        return NEXT
    if "prev" in rel or says is Says.BACK:
        return OTHER_WAY
    if points_forward(label):
        return ARROW
    parent = tree.parents[i]
    called = f"{tree.classes[i]} {attributes.get('id') or ''} {tree.classes[parent] if parent >= 0 else ''}"
    if called not in names:
        names[called] = (
            NEXT_CLASS if _NEXT_CLASS.search(called) else OTHER_WAY if _PAGER_CLASS.search(called) else None
        )
    return names[called]


def _by_number(tree: Tree, links: Links, rows: list[int], page_url: str) -> str | None:
    """The link after the current page's number in a run of numbers."""
    runs: list[list[tuple[int, int]]] = []
    for row in rows:
        label = links.text[row]
        found = _NUMBER.fullmatch(label) if len(label) < 12 else None
        if found and not CALENDAR.search(path_of(links.url[row])[-20:]):
            number = int(found.group(1))
            if number in _YEARS:
                continue
            if runs and row - runs[-1][-1][0] <= _NEAR and number > runs[-1][-1][1]:
                runs[-1].append((row, number))
            else:
                runs.append([(row, number)])
    return next((url for run in runs if (url := _after_current(tree, links, run, page_url))), None)


def _after_current(tree: Tree, links: Links, run: list[tuple[int, int]], page_url: str) -> str | None:
    of = {number: row for row, number in run}
    current = _unlinked_number(tree, links, run)
    if current is None and 1 not in of and 2 in of:
        current = 1
    if current is not None:
        row = of.get(current + 1)
        return links.url[row] if row is not None and (page_step(page_url, links.url[row]) or 1) > 0 else None
    if 2 not in of and not names_page(page_url):
        return None
    steps = [(step, row) for row in of.values() if (step := page_step(page_url, links.url[row])) and step > 0]
    return links.url[min(steps)[1]] if steps else None


def _unlinked_number(tree: Tree, links: Links, run: list[tuple[int, int]]) -> int | None:
    """The number that stands in or beside a run without being a link to another page: the current one."""
    elements = [links.element[row] for row, _ in run]
    numbers = {number for _, number in run}
    linked = {k for i in elements for k in range(tree.text_start[i], tree.text_end[i])}
    start, end = tree.text_start[elements[0]] - _BESIDE, tree.text_end[elements[-1]] + _BESIDE
    for k in range(max(0, start), min(len(tree.texts), end)):
        text = tree.texts[k].strip()
        found = _NUMBER.fullmatch(text) if k not in linked and len(text) < 12 else None
        if found:
            number = int(found.group(1))
            if number not in numbers and (number + 1 in numbers or number - 1 in numbers):
                return number
    return None
