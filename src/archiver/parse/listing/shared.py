"""Rows of a table that share their permalink: two cases that one document decides.

A page and its chosen group come in; the group with the rows that were dropped for leading where another does
goes out. They are records of their own where they say something else: a row in which only the picture of a
card stands says nothing.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from operator import attrgetter

from archiver.parse.document.tree import Tree
from archiver.parse.listing.score import MOST_LINKS, Evidence, Group, Member, place, whole


def with_shared_permalinks(evidence: Evidence, group: Group) -> Group:
    """Return a group of rows with those between them that lead where one does, and say something else."""
    tree, links, members = evidence.tree, evidence.links, group.members
    if any(tree.tags[m.start] != "tr" or m.end != tree.end[m.start] for m in members):
        return group
    forms = {_form(tree, m.start) for m in members}
    places = {place(tree, links, m, m.row) for m in members}
    texts = {links.key[m.row]: {tree.text(m.start)} for m in members}
    added: list[Member] = []
    for row in _rows_between(tree, members):
        first = bisect_left(links.element, row)
        last = min(bisect_left(links.element, tree.end[row], first), first + MOST_LINKS)
        same = (whole(tree, row, r) for r in range(first, last) if links.key[r] in texts)
        member = next((m for m in same if place(tree, links, m, m.row) in places), None)
        if member is None or _form(tree, row) not in forms:
            continue
        of_key, text = texts[links.key[member.row]], tree.text(row)
        if text not in of_key:
            of_key.add(text)
            added.append(member)
    return replace(group, members=sorted([*members, *added], key=attrgetter("start"))) if added else group


def _rows_between(tree: Tree, members: list[Member]) -> Iterator[int]:
    """Yield the rows beside each member, after it and before the next."""
    starts = {m.start for m in members}
    for m in members:
        row, parent = tree.end[m.start], tree.parents[m.start]
        while row < tree.end[parent] and row not in starts:
            if tree.tags[row] == "tr":
                yield row
            row = tree.end[row]


def _form(tree: Tree, row: int) -> tuple[bool, ...]:
    """Return for each cell of a row whether it holds text."""
    cells, cell = [], row + 1
    while cell < tree.end[row]:
        cells.append(tree.size(cell) > 0)
        cell = tree.end[cell]
    return tuple(cells)
