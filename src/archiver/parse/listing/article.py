"""Whether a group stands below an article: the page is the article's, the group points to others.

A page and the group that may be its cards come in; yes or no goes out. Front pages and numbered pages are no
articles, and a group of many members is no box below one. The article need not be longer than the stories
below it: it comes first, under a heading that leads nowhere.
"""

from bisect import bisect_left

from archiver.parse.document.urls import same_place
from archiver.parse.listing.score import Evidence, Group, Member
from archiver.parse.pager.step import names_page, path_of

_MANY = 8
"""Members: a box of related stories has fewer."""
_PARAGRAPHS, _PROSE = 2, 300
"""Sentences before a group, and their characters, that are more than a listing's own introduction."""
_SHARE = 0.5
"""Their least share of the group's own text: a section of many posts may introduce itself at length."""


def follows_article(evidence: Evidence, group: Group) -> bool:
    """Return whether the page is an article, by its text before the group or an `article` of its own."""
    url, members = evidence.page_url, group.members
    if len(members) > _MANY or not path_of(url) or names_page(url):
        return False
    return (
        _text_before(evidence, members)
        or _is_among(evidence, members)
        or _article_before(evidence, members[0])
    )


def _text_before(evidence: Evidence, members: list[Member]) -> bool:
    """Return whether paragraphs stand before the group that are long enough beside its own text."""
    prose, length, start = evidence.prose, evidence.tree.length, members[0].text_start
    size = sum(length[m.text_end] - length[m.text_start] for m in members)
    if prose[start] < max(_PROSE, _SHARE * size):
        return False
    return sum(prose[k + 1] > prose[k] for k in range(start)) >= _PARAGRAPHS


def _is_among(evidence: Evidence, members: list[Member]) -> bool:
    """Return whether the first heading leads nowhere, and those of the other members are their permalinks."""
    tree, links = evidence.tree, evidence.links
    first, *others = [next(iter(tree.within(tree.headings, m.start)), -1) for m in members]
    if not 0 <= first < links.element[members[0].row] or not _leads_nowhere(evidence, first):
        return False
    return bool(others) and others == [links.heading[m.row] for m in members[1:]]


def _article_before(evidence: Evidence, first: Member) -> bool:
    """Return whether an `article` before the group has sentences under a heading that leads nowhere."""
    tree, prose = evidence.tree, evidence.prose
    return any(
        tree.tags[i] == "article"
        and tree.end[i] <= first.start
        and tree.region[i] < 0
        and prose[tree.text_end[i]] > prose[tree.text_start[i]]
        and _is_headed(evidence, i)
        for i in range(first.start)
    )


def _is_headed(evidence: Evidence, i: int) -> bool:
    """Return whether the first heading in element *i* leads nowhere."""
    heading = next(iter(evidence.tree.within(evidence.tree.headings, i)), None)
    return heading is not None and _leads_nowhere(evidence, heading)


def _leads_nowhere(evidence: Evidence, heading: int) -> bool:
    """Return whether no link in a heading leads to another page."""
    tree, links, here = evidence.tree, evidence.links, same_place(evidence.page_url)
    rows = range(bisect_left(links.element, heading), bisect_left(links.element, tree.end[heading]))
    return all(links.key[row] == here for row in rows)
