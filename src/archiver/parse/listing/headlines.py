"""Headlines that stand for cards: on a page of several templates, the cards may have only these in common.

A page and a chosen group come in; the group with whole cards goes out. A card is the largest element round
its headline that holds no other headline and no hyperlink to another story.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from heapq import nlargest
from itertools import islice

from archiver.parse.document.tree import HEADINGS
from archiver.parse.listing.forms import names_story, url_form
from archiver.parse.listing.score import Evidence, Group, whole

_PAGE = frozenset({"body", "html", "main"})
"""Elements that are no card: they hold the page."""
_MOST_LEVELS = 8
"""Levels between a card and its headline, at most."""


def with_whole_cards(evidence: Evidence, group: Group) -> Group:
    """Return a group of headlines as the cards around them; another group as it is.

    No card is larger by levels than all others: the last one may stand alone beside a pager.
    """
    tree, links, members = evidence.tree, evidence.links, group.members
    if not all(tree.tags[m.start] in HEADINGS and m.end == tree.end[m.start] for m in members):
        return group
    forms = {url_form(links.url[m.row]) for m in members}
    around = [[m.start, *elements_around(evidence, m.start, m.row, forms)] for m in members]
    most = nlargest(2, map(len, around))[-1]
    cards = [whole(tree, up[:most][-1], m.row) for m, up in zip(members, around, strict=True)]
    return replace(group, members=cards)


def elements_around(evidence: Evidence, i: int, row: int, forms: set[tuple[str, ...]]) -> Iterator[int]:
    """Yield the elements round a headline that hold no other one, and no hyperlink to another story.

    The headline is element *i* with the hyperlink in *row*; *forms* are those of the URLs of stories.
    """
    return islice(_around(evidence, i, row, forms), _MOST_LEVELS)


def _around(evidence: Evidence, i: int, row: int, forms: set[tuple[str, ...]]) -> Iterator[int]:
    tree, links = evidence.tree, evidence.links
    while (up := tree.parents[i]) >= 0 and tree.tags[up] not in _PAGE and tree.region[up] == tree.region[i]:
        headings = bisect_left(tree.headings, tree.end[up]) - bisect_left(tree.headings, up)
        rows = range(bisect_left(links.element, up), bisect_left(links.element, tree.end[up]))
        if headings > 1 or any(
            links.key[r] != links.key[row] and names_story(links.url[r]) and url_form(links.url[r]) in forms
            for r in rows
        ):
            return
        yield up
        i = up
