"""Whether a group stands below an article: the page is the article's, the group points to others.

In: a page's evidence and the group that may be its cards. Out: yes or no. Refuses to say so of front pages
and numbered pages, which are no articles, and of groups of many members. The one surprise: the article need
not be longer than the stories below it; that it comes first, under a heading that leads nowhere, tells it.
"""

from bisect import bisect_left

from archiver.parse.judge import Evidence, Group, Member
from archiver.parse.pagestep import names_page, path_of
from archiver.parse.urls import same_place

_MANY = 8
"""Members: a box of related stories has fewer."""
_PARAGRAPHS, _PROSE = 2, 300
"""Texts that are sentences, and their characters, before a group: more than a listing says of itself."""


def follows_article(evidence: Evidence, group: Group) -> bool:
    """Whether the page is an article, by its text before the group or an `article` of its own beside it."""
    url, members = evidence.page_url, group.members
    if len(members) > _MANY or not path_of(url) or names_page(url):
        return False
    return (
        _text_before(evidence, members[0].text_start)
        or _is_among(evidence, members)
        or _article_beside(evidence, group)
    )


def _text_before(evidence: Evidence, start: int) -> bool:
    """Whether paragraphs of running text stand before text *start*."""
    prose = evidence.prose
    if prose[start] < _PROSE:
        return False
    return sum(prose[k + 1] > prose[k] for k in range(start)) >= _PARAGRAPHS


def _is_among(evidence: Evidence, members: list[Member]) -> bool:
    """Whether the first member is headed by what leads nowhere, the others by their permalinks."""
    tree, links = evidence.tree, evidence.links
    first, *others = [next(iter(tree.within(tree.headings, m.start)), -1) for m in members]
    if not 0 <= first < links.element[members[0].row] or not _leads_nowhere(evidence, first):
        return False
    return bool(others) and others == [links.heading[m.row] for m in members[1:]]


def _article_beside(evidence: Evidence, group: Group) -> bool:
    """Whether an `article` apart from the group has sentences under a heading that leads nowhere."""
    tree, prose, members = evidence.tree, evidence.prose, group.members
    starts = [m.start for m in members]
    for i, tag in enumerate(tree.tags):
        if tag == "article" and prose[tree.text_end[i]] > prose[tree.text_start[i]] and tree.aside[i] < 0:
            at = bisect_left(starts, i)
            inside = at < len(starts) and starts[at] < tree.end[i]
            if not inside and (at == 0 or members[at - 1].end <= i) and _is_headed(evidence, i):
                return True
    return False


def _is_headed(evidence: Evidence, i: int) -> bool:
    """Whether the first heading in element *i* leads nowhere."""
    heading = next(iter(evidence.tree.within(evidence.tree.headings, i)), None)
    return heading is not None and _leads_nowhere(evidence, heading)


def _leads_nowhere(evidence: Evidence, heading: int) -> bool:
    """Whether no link in a heading leads to another page."""
    tree, links, here = evidence.tree, evidence.links, same_place(evidence.page_url)
    rows = range(bisect_left(links.element, heading), bisect_left(links.element, tree.end[heading]))
    return all(links.key[row] == here for row in rows)
