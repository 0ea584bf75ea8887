"""The one card of a page that shows one, as the last page of a listing may.

In: a page's evidence. Out: a group of one, or None. Refuses pages with two such cards (they are a group),
and headings that lead to the page itself, as an article's does, to another host or to the front page. The one
surprise: what tells the card from an article is only that its heading leads elsewhere; on a page whose
address says that it is page 4, nothing need tell.
"""

from math import inf

from archiver.parse.document.links import STRONG
from archiver.parse.document.tree import Tree
from archiver.parse.document.urls import host
from archiver.parse.listing.score import Evidence, Group, Member, is_card_name, is_listing, measure, whole
from archiver.parse.pager.step import names_page, page_step

_ENOUGH = 80
"""Characters beside the title that make a card, where no date does."""
_PAGE = frozenset({"body", "html", "main"})


def single_card(evidence: Evidence) -> Group | None:
    """The group of the page's one heading that leads elsewhere, over text or beside a date.

    On a numbered page without such a heading it is the one link beside a date, or the only link, that is none
    of the pager's.
    """
    numbered = names_page(evidence.page_url)
    headed = [r for r in _rows(evidence, STRONG) if evidence.links.heading[r] >= 0]
    found = _cards_round(evidence, headed, _ENOUGH)
    if numbered and not found:
        tree, links, url = evidence.tree, evidence.links, evidence.page_url
        rows = [r for r in _rows(evidence, 0.0) if page_step(url, links.url[r]) is None]
        found = _cards_round(evidence, rows, inf)
        if not found and len({links.key[r] for r in rows}) == 1:
            found = [whole(tree, tree.parents[links.element[rows[0]]], rows[0])]
    if len(found) != 1:
        return None
    group = measure(evidence, _signature(evidence.tree, found[0].start), found, 1.0, 1.0)
    return group if numbered or is_listing(group) else None


def _rows(evidence: Evidence, least: float) -> list[int]:
    """The links of so many points or more that lead to this host, beside no content."""
    tree, links = evidence.tree, evidence.links
    home = host(evidence.page_url)
    return [
        row
        for row, points in enumerate(links.points)
        if points >= least and tree.aside[links.element[row]] < 0 and links.key[row].startswith(f"{home}/")
    ]


def _cards_round(evidence: Evidence, rows: list[int], text: float) -> list[Member]:
    """The cards round links, with more characters of *text* beside the link, or a date; no more than two."""
    tree, links = evidence.tree, evidence.links
    runs: list[list[int]] = []  # of links to one address, one after the other
    for row in rows:
        if runs and links.key[runs[-1][-1]] == links.key[row]:
            runs[-1].append(row)
        else:
            runs.append([row])
    found: list[Member] = []
    for at, run in enumerate(runs):
        before = links.element[runs[at - 1][-1]] if at else -1
        after = links.element[runs[at + 1][0]] if at + 1 < len(runs) else len(tree.tags)
        member = _card_round(evidence, run[0], before, after, text)
        first = next(iter(tree.within(tree.headings, member.start)), -1) if member else -1
        if member and links.heading[run[0]] in (-1, first):  # a link in a later heading is the author's
            found.append(member)
            if len(found) > 1:
                break
    return found


def _signature(tree: Tree, i: int) -> str:
    return ".".join([tree.tags[i], *tree.classes[i].split()[:1]])


def _card_round(evidence: Evidence, row: int, before: int, after: int, text: float) -> Member | None:
    """The card round a link, between two of others: the least element with more *text*, or a date."""
    tree = evidence.tree
    link = evidence.links.element[row]
    i = tree.parents[link]
    enough = -1
    heading = evidence.links.heading[row]
    if heading > link:  # the card may be all in the link
        beside = tree.size(link) - tree.size(heading)
        if beside > text or (beside and evidence.has_date(tree.text_start[link], tree.text_end[link])):
            enough = link
    elif tree.text_end[link] - tree.text_start[link] > 1 and evidence.has_date(
        tree.text_start[link], tree.text_end[link]
    ):
        enough = link
    while i > before and tree.end[i] <= after and tree.tags[i] not in _PAGE:
        if enough < 0:
            rest = tree.size(i) - tree.size(link)
            if rest > text or (rest > 0 and evidence.has_date(tree.text_start[i], tree.text_end[i])):
                enough = i
        if enough >= 0 and (tree.tags[i] == "article" or is_card_name(tree.classes[i])):
            enough = i
        i = tree.parents[i]
    return whole(tree, enough, row) if enough >= 0 else None
