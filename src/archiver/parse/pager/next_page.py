"""The next page in the direction that a crawl takes: the next older one.

A tree, its links, the page's URL and the place of the cards come in; a URL, or None, goes out. A label alone
makes no next page: menus, headlines and calendars say "next" and "more", too. The URL has to be the page's
own with another number or query, or at least that of a numbered page. The numbers in the URLs come before the
labels: "previous" on a blog often leads to older posts.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from archiver.parse.document.links import Links, is_wide
from archiver.parse.document.tree import Tree
from archiver.parse.document.urls import Resolver, host, same_place
from archiver.parse.pager.numbers import numbers_after_current, page_number
from archiver.parse.pager.step import (
    changed_number,
    continues,
    is_numbered_file,
    names_date,
    names_page,
    page_step,
    path_of,
    shows_day,
    skipped_entries,
)
from archiver.parse.pager.words import (
    Direction,
    has_one_other_word,
    has_other_words,
    points_forward,
    read_direction,
)

_OLDER_CLASS = re.compile(r"(?:^|[\s_-])(?:older|older-?posts|nav-?previous)(?:$|[\s_-])", re.IGNORECASE)
_NEXT_CLASS = re.compile(r"(?:^|[\s_-])(?:next|next-?page)(?:$|[\s_-])", re.IGNORECASE)
_PAGER_CLASS = re.compile(
    r"(?:^|[\s_-])(?:pag\w*|prev\w*|next\w*|older|newer|nav-?links|posts-?nav\w*)(?:$|[\s_-])", re.IGNORECASE
)
_NUMBER_OR_QUERY = re.compile(r"[0-9?]")
"""What the URL of a next page has. The newest page may have neither."""
_LONGEST_LABEL = 60
"""Columns of a pager's label."""
_SYMBOL = 4
"""Columns: a label of fewer is described by the attributes of its link."""
_LONGEST_ROW = 100
"""Characters of a card that may be a row of a pager."""
_PAGER_ROWS = 2
"""Cards that may be rows of a pager: one above the others, one below."""


@dataclass(frozen=True, slots=True)
class PagerWeights:
    """Points of a link that may lead to the next page; a link with none does not.

    A label gives points, and so does the step from the page's URL to the link's. The nearest page has more
    than any label can give.
    """

    older: float = 4.0
    """A label that says "older"."""
    rel_next: float = 3.0
    next: float = 2.5
    """A label that says "next" or "more"."""
    number: float = 2.0
    """The number after the current page's."""
    arrow: float = 1.5
    """A label that is an arrow forward."""
    next_class: float = 1.0
    """A class of the link, or of the element round it, that says "next" or "older"."""
    one_page_on: float = 6.0
    """A URL one page on."""
    pages_on: float = 1.0
    """A URL several pages on, or an offset."""


WEIGHTS = PagerWeights()
_CERTAIN = frozenset({Direction.OLDER, Direction.NEWER})
_FORWARD = frozenset({Direction.OLDER, Direction.NEXT, Direction.MORE})
_PAST = frozenset({Direction.OLDER, Direction.BACK})
_FAR = frozenset({Direction.OLDEST, Direction.END})


class _Label(NamedTuple):
    """What the label of a link says of pages.

    `is_sure` is whether it is a pager's label: `rel=next`, a class that says "next", the number after the
    current page's, or an arrow and words of pagers without any others. `has_noun` is whether there is one
    other word, which may be what the entries are called.
    """

    points: float
    way: Direction
    is_sure: bool
    has_noun: bool = False


_UNLABELLED = _Label(0.0, Direction.NOTHING, is_sure=False)


_Names = tuple[str | None, ...]
"""The classes of a link and of what is round it."""


class _Labelled(NamedTuple):
    """A URL with the label that may make it the next page."""

    url: str
    label: _Label


class _Option(NamedTuple):
    """A URL that may be the next page. The greater of two is better: more points, then the nearer page."""

    points: float
    minus_step: int
    url: str


def next_page(
    tree: Tree,
    links: Links,
    resolver: Resolver,
    page_url: str,
    cards: set[str],
    ranges: list[tuple[int, int]],
    last_day: date | None,
) -> str | None:
    """Return the URL of the next older page; None where there is none.

    Args:
        tree: The page.
        links: Its links.
        resolver: What resolves the URLs in its head.
        page_url: Its own URL.
        cards: The keys of the cards' permalinks, which lead to no page of the listing.
        ranges: The elements that the cards take, in order: no pager stands in them.
        last_day: The date of the last card that has one. The listing of the day before is the next page.
    """
    here = same_place(page_url)
    pagers = _pager_rows(tree, ranges)
    if pagers:
        cards = cards - {links.key[row] for row, i in enumerate(links.element) if _is_in(i, pagers)}
    rows = [
        row
        for row in _outside(links, [cells for cells in ranges if cells not in pagers])
        if links.key[row] not in cards
    ]
    others = [row for row in rows if links.key[row] != here]
    number = _Label(WEIGHTS.number, Direction.NEXT, is_sure=True)
    labelled = [
        *_labelled(tree, links, resolver, rows, cards),
        *(_Labelled(links.url[row], number) for row in numbers_after_current(tree, links, others, page_url)),
    ]
    if _is_oldest(labelled, page_url):
        return None
    home, falls = _home(links, page_url), _falls(labelled, page_url)
    options = (
        _day_before(url, label, page_url, home, last_day)
        or _option(url, label, page_url, home, len(cards), falls=falls)
        for url, label in labelled
        if same_place(url) != here
    )
    best = max(filter(None, options), key=lambda option: option[:2], default=None)
    return best.url if best and best.points > 0 else None


def _pager_rows(tree: Tree, ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return those of the first and the last card that are a row of a pager: only its numbers and words."""
    ends = [ranges[0], ranges[-1]] if len(ranges) > _PAGER_ROWS else []
    return [r for r in ends if tree.size(r[0]) <= _LONGEST_ROW and not has_other_words(tree.text(r[0]))]


def _is_in(i: int, ranges: list[tuple[int, int]]) -> bool:
    """Return whether an element lies in one of a few ranges."""
    return any(start <= i < end for start, end in ranges)


def _labelled(
    tree: Tree, links: Links, resolver: Resolver, rows: list[int], cards: set[str]
) -> list[_Labelled]:
    """List what may be the next page by its label: what the head announces, then the links in *rows*.

    What the page also links to by another label does not count as announced: a manual's head calls its next
    chapter next.
    """
    names: dict[_Names, _Label | None] = {}
    announced = {same_place(url): url for url in _announced(tree, resolver)}
    labelled: list[_Labelled] = []
    for row in rows:
        label = _label(tree, links, row, names)
        if label is not None:
            labelled.append(_Labelled(links.url[row], label))
        elif links.key[row] in announced and links.text[row] and page_number(links.text[row]) is None:
            del announced[links.key[row]]
    rel_next = _Label(WEIGHTS.rel_next, Direction.NEXT, is_sure=True)
    return [*(_Labelled(url, rel_next) for key, url in announced.items() if key not in cards), *labelled]


def _announced(tree: Tree, resolver: Resolver) -> Iterator[str]:
    """Yield the URLs that the head calls the next page."""
    for tag, attributes in tree.head:
        if tag == "link" and "next" in (attributes.get("rel") or "").lower().split():
            url = resolver.resolve(attributes.get("href"))
            if url:
                yield url


def _is_oldest(labelled: list[_Labelled], page_url: str) -> bool:
    """Return whether the page is the oldest one: what its pager calls so leads to itself."""
    oldest = _sure_urls(labelled, Direction.OLDEST)
    return _has_newer(labelled, page_url) and same_place(page_url) in map(same_place, oldest)


def _falls(labelled: list[_Labelled], page_url: str) -> bool:
    """Return whether the numbers of the pages fall with age: the older or oldest page has a lower one."""
    older = _sure_urls(labelled, Direction.OLDER, Direction.OLDEST)
    return _has_newer(labelled, page_url) and any(_is_lower(page_url, url) for url in older)


def _has_newer(labelled: list[_Labelled], page_url: str) -> bool:
    """Return whether newer pages of the listing are labelled so: words of time alone may be sort orders."""
    newer = _sure_urls(labelled, Direction.NEWER)
    return any(page_step(page_url, url) is not None for url in newer)


def _sure_urls(labelled: list[_Labelled], *ways: Direction) -> list[str]:
    """Return the URLs whose labels surely go one of these ways."""
    return [url for url, label in labelled if label.is_sure and label.way in ways]


def _is_lower(page_url: str, url: str) -> bool:
    """Return whether a URL differs from the page's in one number, and that is lower."""
    changed = changed_number(page_url, url)
    return changed is not None and changed[1] < changed[0]


def _day_before(url: str, label: _Label, page_url: str, home: str, last_day: date | None) -> _Option | None:
    """Return the option that "previous day" is, where it leads to the day before the last card's."""
    if label.way not in _PAST or last_day is None or host(url) != home:
        return None
    is_next = last_day > date.min and shows_day(page_url, url, last_day - timedelta(days=1))
    return _Option(label.points + WEIGHTS.one_page_on, -1, url) if is_next else None


def _option(
    url: str, label: _Label, page_url: str, home: str, entries: int, *, falls: bool
) -> _Option | None:
    """Return the option that a labelled URL is; None where it cannot be the next page.

    Args:
        url: The URL.
        label: Its label.
        page_url: The page's own URL.
        home: The host of the site. The pager of a site that moved may lead to its old host.
        entries: The number of the cards. A URL that skips as many more is one page on.
        falls: Whether the numbers of the pages fall with age.
    """
    if not path_of(url):  # the front page is no next page
        return None
    step, is_named = page_step(page_url, url), names_page(url)
    if step is not None and step < 0 and label.way is Direction.OLDER and not (falls or is_named):
        step = None  # the number may be a time or an id
    if step is None:
        is_next = host(url) == home and (
            _is_related(label.way, url, page_url) if label.is_sure else _is_older(label, url, page_url)
        )
        return _Option(label.points, 0, url) if is_next else None
    if falls:
        if label.way is Direction.NEWER:
            return None
        step = -step
    if step > 1 and skipped_entries(url) - skipped_entries(page_url) == entries:
        step = 1
    if host(url) != home and not (step == 1 and is_named and label.is_sure and label.points):
        return None
    if not _fits(label, step, is_named=is_named):
        return None
    return _Option(label.points + (WEIGHTS.one_page_on if step <= 1 else WEIGHTS.pages_on), -step, url)


def _fits(label: _Label, step: int, *, is_named: bool) -> bool:
    """Return whether a label fits a step from page to page; *is_named* says that the URL calls it that."""
    if step < 0 or (step == 0 and label.way not in _FORWARD) or (step > 1 and label.way in _FAR):
        return False
    return label.is_sure or (step <= 1 and (is_named or (label.has_noun and label.way is Direction.OLDER)))


def _is_older(label: _Label, url: str, page_url: str) -> bool:
    """Return whether a label such as "older recipes" leads to the same listing from another time or id on."""
    return (
        label.way is Direction.OLDER
        and label.has_noun
        and continues(page_url, url)
        and not names_date(url)
        and any(map(str.isdigit, path_of(url).partition("?")[2]))
    )


def _is_related(way: Direction, url: str, page_url: str) -> bool:
    """Return whether a URL without a step of numbers can be the next page, by a label that goes this way."""
    if names_date(url) and not names_page(url):  # a calendar, or an archive by years
        return False
    if way is Direction.OLDER:  # the surest word: blogs lead to older posts by their dates
        return "?" in url or any(map(str.isdigit, path_of(url).rpartition("/")[2]))
    if names_page(page_url):  # page 4 is followed by page 5, not by a next section
        return False
    if names_page(url):  # the page itself has moved; or it is the front page of the site
        return way is not Direction.MORE or not path_of(page_url)
    if way is Direction.NEXT and is_numbered_file(page_url, url):
        return True
    return continues(page_url, url)


def _home(links: Links, page_url: str) -> str:
    """Return the page's own host, or the host that most links lead to where no link leads to its own.

    A capture may be filed under the name that its site has today, or had once.
    """
    home = host(page_url)
    if True in links.home:
        return home
    hosts = Counter(map(host, links.url)).most_common(1)
    return hosts[0][0] if hosts and hosts[0][1] * 2 > len(links.url) else home


def _outside(links: Links, ranges: list[tuple[int, int]]) -> list[int]:
    """Return the links outside these ranges of elements, which are in order."""
    rows, at = [], 0
    for row, i in enumerate(links.element):
        while at < len(ranges) and ranges[at][1] <= i:
            at += 1
        if at == len(ranges) or i < ranges[at][0]:
            rows.append(row)
    return rows


def _label(tree: Tree, links: Links, row: int, names: dict[_Names, _Label | None]) -> _Label | None:
    """Return what the label of a link says of pages; None where it says nothing, or the URL is no page's.

    *names* holds what the classes of links and of what is round them say, as far as this page has shown them.
    """
    i, text = links.element[row], links.text[row]
    if is_wide(text, _LONGEST_LABEL + 1):
        return None
    text = text or _picture_label(tree, i)
    way = read_direction(text)
    if way is not Direction.NEWER and not _NUMBER_OR_QUERY.search(links.key[row]):
        return None
    if way is Direction.NOTHING and not is_wide(text, _SYMBOL):
        way, text = _described(tree.attributes[i], text)
    rel = tree.attributes[i].get("rel")
    if rel and "next" in rel.lower().split() and way not in (Direction.OLDER, Direction.NEWER):
        return _Label(WEIGHTS.rel_next, Direction.NEXT, is_sure=True)
    if way in _CERTAIN and not has_other_words(text):
        return _Label(_points(way), way, is_sure=True)
    named = _label_of_names(tree, i, names)
    if named and named.way is Direction.OLDER and way is not Direction.NEWER:
        return named
    if way is not Direction.NOTHING:
        return _Label(_points(way), way, not has_other_words(text), has_noun=has_one_other_word(text))
    if points_forward(text):
        return _Label(WEIGHTS.arrow, Direction.NEXT, not has_other_words(text))
    if not text:
        return named or _UNLABELLED
    return named if named and page_number(text) is None else None


def _described(attributes: dict[str, str | None], text: str) -> tuple[Direction, str]:
    """Return the way of a link that shows a symbol or nothing, with the words that say so.

    Without a way, the words are the *text*, or any description.
    """
    names = ("aria-label", "title")
    descriptions = [words[:_LONGEST_LABEL] for name in names if (words := attributes.get(name))]
    for words in descriptions:
        way = read_direction(words)
        if way is not Direction.NOTHING:
            return way, words
    return Direction.NOTHING, text or "".join(descriptions[:1])


def _points(way: Direction) -> float:
    """Return the points of a label that goes this way."""
    if way is Direction.OLDER:
        return WEIGHTS.older
    return WEIGHTS.next if way in _FORWARD else 0.0


def _label_of_names(tree: Tree, i: int, names: dict[_Names, _Label | None]) -> _Label | None:
    """Return what the classes of a link, its icon, its parent and its region say of pages."""
    classes, parent, region = tree.classes, tree.parents[i], tree.region[i]
    own = (classes[i], tree.attributes[i].get("id") or "", classes[parent] if parent >= 0 else "")
    icon = classes[i + 1 : tree.end[i]] if tree.text_start[i] == tree.text_end[i] else ()
    around = (classes[region], tree.attributes[region].get("aria-label") or "") if region >= 0 else ()
    key = (*own, *icon, None, *around)
    if key not in names:
        name = " ".join((*own, *icon))
        if _OLDER_CLASS.search(name):
            names[key] = _Label(WEIGHTS.next_class, Direction.OLDER, is_sure=True)
        elif _NEXT_CLASS.search(name):
            names[key] = _Label(WEIGHTS.next_class, Direction.NEXT, is_sure=True)
        else:
            names[key] = _UNLABELLED if _PAGER_CLASS.search(" ".join(filter(None, key))) else None
    return names[key]


def _picture_label(tree: Tree, i: int) -> str:
    """Return what the first picture in a link shows, in its own words."""
    picture = next((tree.attributes[j] for j in range(i + 1, tree.end[i]) if tree.tags[j] == "img"), {})
    return (picture.get("alt") or picture.get("title") or "")[:_LONGEST_LABEL]
