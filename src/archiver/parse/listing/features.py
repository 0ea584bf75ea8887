"""The features of a group that the learned model weighs: what the group is, and what kind of page it is on.

A page and a group of its elements come in; numbers go out, by name, most of them between 0 and 1. No word of
any language is looked at. Amounts of text are logarithms: ten lines or twenty make no difference.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import log1p
from typing import NamedTuple

from archiver.parse.document.links import AUTHOR_CLASS, AUTHOR_PATH, Links, begins_sentence
from archiver.parse.document.structured import Subject
from archiver.parse.document.tree import Tree
from archiver.parse.document.urls import same_place, url_path
from archiver.parse.document.visible import is_not_shown
from archiver.parse.listing.score import Evidence, Group, Member, likely_title
from archiver.parse.pager.step import names_page

_LANDMARK_TAGS = frozenset({"nav", "footer"})
_LANDMARK_ROLES = frozenset({"navigation", "contentinfo"})
_WORDS_OF_SLUG = 3
"""Words of the last part of a URL from which on it is made of a title."""
LIKELY = 2.0
"""Points from which a hyperlink may well be a permalink."""
_SEPARATORS = ("%20", "-", "_", "+", ".")
_NUMBER = re.compile(r"\d\d\d")
_DIGITS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")
_MOST_MEMBERS, _MOST_WORDS, _MOST_WORDS_OF_TITLE = 12, 8, 15
"""Counts above these make no difference."""
_FEW = 4
"""Members from which on a group need not be told from the blocks of a layout."""
_BELOW_TITLE = 5
"""Texts below the page's title in which its date stands."""
_MIN_ITEMS = 3
"""Items of a page's JSON-LD lists, at the least, for these to be compared with a group."""


@dataclass(slots=True)
class PageFacts:
    """A page, and what the features of its groups ask for again and again.

    `features` are those of the page itself. `title` is its first `h1`, `linked_title` the first that leads to
    another page of the site, as that of a card does; else -1. `linked` holds, for the first
    k hyperlinks, how many characters they have together; `likely` counts those that may well be permalinks.
    """

    evidence: Evidence
    features: dict[str, float]
    title: int
    linked_title: int
    linked: list[int]
    likely: int
    here: str
    form: str
    urls: dict[int, "_UrlFacts"] = field(default_factory=dict)
    around: dict[int, "_Around"] = field(default_factory=dict)


class _UrlFacts(NamedTuple):
    """What a permalink's URL shows, by itself and beside the page's own."""

    is_author: bool
    is_elsewhere: bool
    has_number: bool
    is_titled: bool
    is_path_of_page: bool
    has_form_of_page: bool


class _Around(NamedTuple):
    """Whether an element, or one around it, is a landmark of navigation, or hidden."""

    is_navigation: bool
    is_hidden: bool


def page_facts(evidence: Evidence) -> PageFacts:
    """Read what the features of a page's groups have in common."""
    tree, links, data, url = evidence.tree, evidence.links, evidence.data, evidence.page_url
    path = url_path(url)
    slug = path.rpartition("/")[2]
    here = same_place(url).partition("?")[0]
    title = next((i for i in tree.headings if tree.tags[i] == "h1"), -1)
    words = len(tree.text(title).split()) if title >= 0 else 0
    elsewhere = _linked_title(tree, links, here)
    words_elsewhere = len(tree.text(elsewhere).split()) if elsewhere >= 0 else 0
    subjects = data.json_ld | data.microdata
    features = {
        "page: words of its URL": min(_words(slug), _MOST_WORDS) / _MOST_WORDS,
        "page: number in its URL": float(_NUMBER.search(slug) is not None),
        "page: query": float("?" in url),
        "page: page of several by its URL": float(names_page(url)),
        "page: words of its title": min(words, _MOST_WORDS_OF_TITLE) / _MOST_WORDS_OF_TITLE,
        "page: words of a title that leads elsewhere": min(words_elsewhere, _MOST_WORDS_OF_TITLE)
        / _MOST_WORDS_OF_TITLE,
        "page: article by its data": float(Subject.ARTICLE in subjects),
        "page: thread by its data": float(Subject.THREAD in subjects),
    }
    return PageFacts(
        evidence=evidence,
        features=features,
        title=title,
        linked_title=elsewhere,
        linked=[0, *accumulate(map(tree.size, links.element))],
        likely=sum(points >= LIKELY for points in links.points),
        here=here,
        form=_form(path),
    )


def group_features(page: PageFacts, group: Group) -> dict[str, float]:
    """Return the features of a group, those of its *page* first."""
    links, members = page.evidence.links, group.members
    measured = group.features
    rows = [(bisect_left(links.element, m.start), bisect_left(links.element, m.end)) for m in members]
    items = page.evidence.data.item_keys
    listed = sum(links.key[m.row] in items for m in members) / len(items) if len(items) >= _MIN_ITEMS else 0.0
    return {
        **page.features,
        **_place_on_page(page, members),
        **_text(page, members, rows),
        **_elements(page, members, rows),
        **_titles(page.evidence.tree, links, members),
        **_urls(page, members),
        "many members": min(len(members), _MOST_MEMBERS) ** 0.5,
        "few without dates or text": float(len(members) < _FEW)
        * (1 - measured.dated - measured.dated_above)
        * (1 - measured.prose),
        "card's class": measured.card_class,
        "headed": measured.headed,
        "dated above": measured.dated_above,
        "in regions": measured.in_region,
        "aligned": measured.aligned,
        "dominance": measured.dominance,
        "listed for machines": listed,
    }


def _place_on_page(page: PageFacts, members: Sequence[Member]) -> dict[str, float]:
    """Return what stands around and before a group."""
    evidence, first = page.evidence, members[0]
    tree = evidence.tree
    around = _around(page, first.start)
    return {
        "in a landmark of navigation": float(around.is_navigation),
        "hidden": float(around.is_hidden),
        "page's title in a member": float(any(m.start <= page.title < m.end for m in members)),
        "page's title is dated": float(_is_title_dated(page, members)),
        "text before": tree.length[first.text_start] / max(1, tree.length[-1]),
        "prose before": log1p(evidence.prose[first.text_start]) / 9,
    }


_Rows = tuple[int, int]
"""The first hyperlink of a member, and the first after it."""


def _text(page: PageFacts, members: Sequence[Member], rows: Sequence[_Rows]) -> dict[str, float]:
    """Return how much text a group has, and of what kind; *rows* are the hyperlinks of each member."""
    tree, prose_of = page.evidence.tree, page.evidence.prose
    sizes = [tree.length[m.text_end] - tree.length[m.text_start] for m in members]
    prose = [prose_of[m.text_end] - prose_of[m.text_start] for m in members]
    size = sum(sizes)
    in_links = sum(page.linked[end] - page.linked[start] for start, end in rows)
    return {
        "text": size / max(1, tree.length[-1]),
        "mean size": log1p(size / len(members)) / 7,
        "largest member": max(sizes) / max(1, size),
        "longest prose of a member": log1p(max(prose)) / 9,
        "prose outside": log1p(max(0, prose_of[-1] - sum(prose))) / 9,
        "linked text": min(1.0, in_links / max(1, size)),
    }


def _elements(page: PageFacts, members: Sequence[Member], rows: Sequence[_Rows]) -> dict[str, float]:
    """Return what elements the members are, and how much of the page's hyperlinks they hold."""
    tree, links, n = page.evidence.tree, page.evidence.links, len(members)
    tags = [tree.tags[m.start] for m in members]
    inside = sum(end - start for start, end in rows)
    likely = sum(links.points[m.row] >= LIKELY for m in members)
    return {
        "table rows": tags.count("tr") / n,
        "articles": tags.count("article") / n,
        "hyperlinks between members": 1 - inside / max(1, rows[-1][1] - rows[0][0]),
        "share of likely permalinks": likely / max(1, page.likely),
    }


def _titles(tree: Tree, links: Links, members: Sequence[Member]) -> dict[str, float]:
    """Return how the likely titles of the members look."""
    titles = [tree.text(likely_title(tree, links, m)) for m in members]
    n = len(members)
    return {
        "titles in capitals": sum(bool(title) and not title[0].islower() for title in titles) / n,
        "sentences that begin with labels": sum(begins_sentence(tree, links.element[m.row]) for m in members)
        / n,
    }


def _urls(page: PageFacts, members: Sequence[Member]) -> dict[str, float]:
    """Return how the permalinks look, by themselves and beside the page's own URL."""
    author, other, number, titled, path, form = (
        sum(facts) / len(members) for facts in zip(*[_url_facts(page, m.row) for m in members], strict=True)
    )
    return {
        "authors": author,
        "other hosts": other,
        "numbers in URLs": number,
        "URLs made of titles": titled,
        "path of the page": path,
        "form of the page's URL": form,
    }


def _url_facts(page: PageFacts, row: int) -> _UrlFacts:
    """Return what the URL of a hyperlink shows, read once for all groups of the page."""
    facts = page.urls.get(row)
    if facts is None:
        url, key = page.evidence.links.url[row], page.evidence.links.key[row]
        path = url_path(url)
        facts = page.urls[row] = _UrlFacts(
            _is_author(page.evidence.tree, page.evidence.links.element[row], url),
            not page.evidence.links.home[row],
            _NUMBER.search(url) is not None,
            _words(path.rpartition("/")[2]) >= _WORDS_OF_SLUG,
            key.partition("?")[0] == page.here,
            page.form != "" and _has_form(path, page.form) and not key.startswith(page.here + "#"),
        )
    return facts


def _linked_title(tree: Tree, links: Links, here: str) -> int:
    """Return the first `h1` that is, or is in, a hyperlink to a page of the site not above this one."""
    for row, heading in enumerate(links.heading):
        if (
            heading >= 0
            and tree.tags[heading] == "h1"
            and links.home[row]
            and links.url[row]
            and (heading > links.element[row] or links.text[row] == tree.text(heading))
            and not f"{here}/".startswith(links.key[row].partition("?")[0].rstrip("/") + "/")
        ):
            return heading
    return -1


def _is_title_dated(page: PageFacts, members: Sequence[Member]) -> bool:
    """Return whether a date stands right below the page's title, above the members: an article's."""
    tree, title = page.evidence.tree, page.title
    if title in (-1, page.linked_title) or any(m.start <= title < m.end for m in members):
        return False
    start = tree.text_end[title]
    end = min(start + _BELOW_TITLE, members[0].text_start)
    return start < end and page.evidence.has_date(start, end)


def _is_author(tree: Tree, link: int, url: str) -> bool:
    """Return whether a hyperlink leads to an author: its URL, class, or that of its parent says so."""
    return (
        AUTHOR_PATH.search(url) is not None
        or AUTHOR_CLASS.search(tree.classes[link]) is not None
        or AUTHOR_CLASS.search(tree.classes[tree.parents[link]]) is not None
    )


def _around(page: PageFacts, i: int) -> _Around:
    """Return what an element, and the elements around it, say of it; read once for all groups of the page."""
    tree, climbed = page.evidence.tree, []
    while i >= 0 and i not in page.around:
        climbed.append(i)
        i = tree.parents[i]
    found = page.around[i] if i >= 0 else _Around(is_navigation=False, is_hidden=False)
    for at in reversed(climbed):
        found = page.around[at] = _Around(
            found.is_navigation or _is_navigation(tree, at),
            found.is_hidden or _is_hidden(tree.attributes[at]),
        )
    return found


def _words(slug: str) -> int:
    """Count the words of a part of a URL."""
    for separator in _SEPARATORS:
        slug = slug.replace(separator, " ")
    return sum(map(bool, slug.split(" ")))


def _has_form(path: str, form: str) -> bool:
    """Return whether a path has a form. Its parts are counted first, which costs less."""
    if path.count("/") != form.count("/") or path.count("-") != form.count("-"):
        return False
    return _form(path) == form


def _form(path: str) -> str:
    """Return a path with all words alike, and all numbers."""
    return _LETTERS.sub("w", _DIGITS.sub("0", path))


def _is_navigation(tree: Tree, i: int) -> bool:
    """Return whether an element is a landmark that holds navigation (ARIA, 5.3.4)."""
    return tree.tags[i] in _LANDMARK_TAGS or tree.attributes[i].get("role") in _LANDMARK_ROLES


def _is_hidden(attributes: Mapping[str, str | None]) -> bool:
    """Return whether an element is hidden from readers by its own attributes."""
    return is_not_shown(attributes) or attributes.get("aria-hidden") == "true"
