"""The one card of a page that shows one, as the last page of a listing may.

A page comes in; a group of one member, or None, goes out. A page with two such cards has a group of them
instead. The heading of the card leads to another page of this host: an article's heading leads to the article
itself. Where the URL is that of page 4, the page is no article, and any one link will do.
"""

from math import inf

from archiver.parse.document.links import STRONG
from archiver.parse.document.tree import Tree
from archiver.parse.document.urls import host
from archiver.parse.listing.score import Evidence, Group, Member, is_card_name, measure, whole
from archiver.parse.pager.step import names_page, page_step

_ENOUGH = 80
"""Characters beside the title that make a card, where no date does."""
_HEADED_RECORD, _FEWEST_CELLS = 2, 3
"""Rows of a table of one record, and cells of its rows at the least."""
_PAGE = frozenset({"body", "html", "main"})
"""Elements that are no card: they hold the page."""


def single_card(evidence: Evidence) -> Group | None:
    """Return the group of the page's one heading that leads elsewhere, over text or beside a date.

    On a numbered page without such a heading the card is the one link beside a date, or the only link. The
    links of a pager do not count.
    """
    numbered = names_page(evidence.page_url)
    headed = [r for r in _rows(evidence, STRONG) if evidence.links.heading[r] >= 0]
    found = _cards_around(evidence, headed, _ENOUGH)
    if numbered and not found:
        tree, links, url = evidence.tree, evidence.links, evidence.page_url
        rows = [r for r in _rows(evidence, 0.0) if page_step(url, links.url[r]) is None]
        found = _cards_around(evidence, rows, inf)
        if not found and len({links.key[r] for r in rows}) == 1:
            found = [whole(tree, tree.parents[links.element[rows[0]]], rows[0])]
    if not found:
        found = _records(evidence)
    if len(found) != 1:
        return None
    return measure(evidence, _signature(evidence.tree, found[0].start), found, 1.0, 1.0)


def _records(evidence: Evidence) -> list[Member]:
    """Return the rows that stand alone under a row of headers, each with a date and a permalink."""
    tree = evidence.tree
    tables: dict[int, list[int]] = {}
    for row in (i for i, tag in enumerate(tree.tags) if tag == "tr"):
        above = tree.parents[row]
        table = above if above < 0 or tree.tags[above] == "table" else tree.parents[above]
        tables.setdefault(table, []).append(row)
    found = []
    for headers, row in (rows for rows in tables.values() if len(rows) == _HEADED_RECORD):
        permalink = evidence.permalink(row, tree.end[row])
        cells = _tags_of_children(tree, row)
        if (
            permalink
            and len(cells) >= _FEWEST_CELLS
            and _tags_of_children(tree, headers) == ["th"] * len(cells)
            and evidence.has_date(tree.text_start[row], tree.text_end[row])
        ):
            found.append(whole(tree, row, permalink.row))
    return found


def _tags_of_children(tree: Tree, i: int) -> list[str]:
    """Return the tags of the children of an element."""
    tags, child = [], i + 1
    while child < tree.end[i]:
        tags.append(tree.tags[child])
        child = tree.end[child]
    return tags


def _rows(evidence: Evidence, least: float) -> list[int]:
    """Return the links with *least* points or more that lead to this host and stand in no region."""
    tree, links = evidence.tree, evidence.links
    home = host(evidence.page_url)
    return [
        row
        for row, points in enumerate(links.points)
        if points >= least and tree.region[links.element[row]] < 0 and links.key[row].startswith(f"{home}/")
    ]


def _cards_around(evidence: Evidence, rows: list[int], enough: float) -> list[Member]:
    """Return the cards around links, each with more than *enough* characters beside its link, or a date.

    At most two are returned: a second one shows that the page has not one card.
    """
    tree, links = evidence.tree, evidence.links
    runs: list[list[int]] = []  # of links to one URL, one after the other
    for row in rows:
        if runs and links.key[runs[-1][-1]] == links.key[row]:
            runs[-1].append(row)
        else:
            runs.append([row])
    found: list[Member] = []
    for at, run in enumerate(runs):
        before = links.element[runs[at - 1][-1]] if at else -1
        after = links.element[runs[at + 1][0]] if at + 1 < len(runs) else len(tree.tags)
        member = _card_around(evidence, run[0], range(before + 1, after), enough)
        first = next(iter(tree.within(tree.headings, member.start)), -1) if member else -1
        if member and links.heading[run[0]] in (-1, first):  # a link in a later heading is the author's
            found.append(member)
            if len(found) > 1:
                break
    return found


def _signature(tree: Tree, i: int) -> str:
    return ".".join([tree.tags[i], *tree.classes[i].split()[:1]])


def _card_around(evidence: Evidence, row: int, free: range, enough: float) -> Member | None:
    """Return the card around a link: the smallest element with *enough* text beside the link, or a date.

    An `article`, or an element with a card's class, is taken instead where it is larger. The card lies in
    *free*, the elements between the links before and after.
    """
    tree = evidence.tree
    link = evidence.links.element[row]
    card = link if _is_card_itself(evidence, row, enough) else -1
    i = tree.parents[link]
    while i >= free.start and tree.end[i] <= free.stop and tree.tags[i] not in _PAGE:
        if card < 0 and _has_more(evidence, i, tree.size(i) - tree.size(link), enough):
            card = i
        if card >= 0 and (tree.tags[i] == "article" or is_card_name(tree.classes[i])):
            card = i
        i = tree.parents[i]
    return whole(tree, card, row) if card >= 0 else None


def _is_card_itself(evidence: Evidence, row: int, enough: float) -> bool:
    """Return whether a link holds its whole card."""
    tree = evidence.tree
    link, heading = evidence.links.element[row], evidence.links.heading[row]
    if heading > link:
        return _has_more(evidence, link, tree.size(link) - tree.size(heading), enough)
    start, end = tree.text_start[link], tree.text_end[link]
    return end - start > 1 and evidence.has_date(start, end)


def _has_more(evidence: Evidence, i: int, rest: int, enough: float) -> bool:
    """Return whether the *rest* of an element's text, without the title, is long enough or holds a date."""
    tree = evidence.tree
    return rest > enough or (rest > 0 and evidence.has_date(tree.text_start[i], tree.text_end[i]))
