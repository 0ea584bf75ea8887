"""The one card of a page that shows one, as the last page of a listing may.

In: a page's evidence. Out: a group of one, or None. Refuses pages with two such cards (they are a group), and
headings that lead to the page itself, as an article's does, to another host or to the front page. The one
surprise: what tells the card from an article is only that its heading leads elsewhere.
"""

from archiver.parse.judge import Evidence, Group, Member, is_card_name, measure, whole
from archiver.parse.links import STRONG
from archiver.parse.tree import Tree
from archiver.parse.urls import host

_ENOUGH = 80
"""Characters beside the title that make a card, where no date does."""
_PAGE = frozenset({"body", "html", "main"})


def single_card(evidence: Evidence) -> Group | None:
    """The group of the page's one heading that leads elsewhere, over text or beside a date."""
    tree, links = evidence.tree, evidence.links
    home = host(evidence.page_url)
    strong = [
        row
        for row, points in enumerate(links.points)
        if points >= STRONG and tree.aside[links.element[row]] < 0 and links.key[row].startswith(f"{home}/")
    ]
    runs: list[list[int]] = []  # of strong links to one address, one after the other
    for row in strong:
        if runs and links.key[runs[-1][-1]] == links.key[row]:
            runs[-1].append(row)
        else:
            runs.append([row])
    found: list[Member] = []
    for at, run in enumerate(runs):
        before = links.element[runs[at - 1][-1]] if at else -1
        after = links.element[runs[at + 1][0]] if at + 1 < len(runs) else len(tree.tags)
        member = _card_round(evidence, run[0], before, after)
        if member:
            found.append(member)
            if len(found) > 1:
                return None
    if not found:
        return None
    return measure(evidence, _signature(tree, found[0].start), found, 1.0, 1.0)


def _signature(tree: Tree, i: int) -> str:
    return ".".join([tree.tags[i], *tree.classes[i].split()[:1]])


def _card_round(evidence: Evidence, row: int, before: int, after: int) -> Member | None:
    """The card round a strong link, between two of others: the least element that holds more."""
    tree = evidence.tree
    link = evidence.links.element[row]
    i = tree.parents[link]
    enough = -1
    while i > before and tree.end[i] <= after and tree.tags[i] not in _PAGE:
        if enough < 0:
            rest = tree.size(i) - tree.size(link)
            if rest > _ENOUGH or (rest > 0 and evidence.has_date(tree.text_start[i], tree.text_end[i])):
                enough = i
        if enough >= 0 and (tree.tags[i] == "article" or is_card_name(tree.classes[i])):
            enough = i
        i = tree.parents[i]
    return whole(tree, enough, row) if enough >= 0 else None
