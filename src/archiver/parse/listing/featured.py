"""Cards that stand beside the chosen group in another dress: sticky rows, a featured card above a grid.

In: the chosen group. Out: the group with them. Refuses what stands outside the elements round the group, what
lacks a date or text where the members have it, and the front page. The one surprise: these cards are found by
their permalink's place, since their own element shares neither class nor path with the others.
"""

from bisect import bisect_left
from itertools import pairwise

from archiver.parse.document.links import LEAST, STRONG, Links
from archiver.parse.document.tree import HEADINGS, Tree
from archiver.parse.listing.score import Evidence, Group, Member, place, whole

_LEVELS_ABOVE = 2
"""How far above the element that holds all members a featured card may stand."""
_DEEPEST = 40
"""Levels between a card and its permalink, at most."""
_PROSE = 140
"""Characters: a card of more text shows more than its title."""
_MOST = 0.8
"""Share of members that makes a fact a rule for the group."""


def completed(evidence: Evidence, group: Group) -> Group:
    """The group with the cards that it missed, in page order."""
    tree, links = evidence.tree, evidence.links
    if len(group.members) < 2:
        return group
    first, last = group.members[0], group.members[-1]
    holder = tree.parents[first.start]
    while holder >= 0 and tree.end[holder] < last.end:
        holder = tree.parents[holder]
    for _ in range(_LEVELS_ABOVE):
        if holder >= 0 and tree.parents[holder] >= 0 and tree.tags[tree.parents[holder]] != "html":
            holder = tree.parents[holder]
    if holder < 0:
        return group
    keys = {links.key[m.row] for m in group.members}
    places = {place(tree, links, m, m.row) for m in group.members}
    paths = {tree.path[m.start] for m in group.members}
    homes = {tree.parents[m.start] for m in group.members}
    starts = [m.start for m in group.members]
    added: list[Member] = []
    for row in range(bisect_left(links.element, holder), bisect_left(links.element, tree.end[holder])):
        i = links.element[row]
        at = bisect_left(starts, i + 1) - 1
        if (
            links.points[row] <= LEAST
            or "/" not in links.key[row]
            or links.key[row] in keys
            or (tree.aside[i] >= 0 and not _is_featured_aside(tree, links, tree.aside[i], keys))
            or (at >= 0 and i < group.members[at].end)
            or (added and i < added[-1].end)
        ):
            continue
        if tree.depth[i] - tree.depth[first.start] > _DEEPEST:
            continue
        card = i
        while tree.depth[card] > tree.depth[first.start]:
            card = tree.parents[card]
        alike = whole(tree, card, row)
        member: Member | None = alike
        if tree.path[card] not in paths or place(tree, links, alike, row) not in places:
            member = _featured(evidence, group, starts, row, holder)
        elif tree.parents[card] not in homes and group.facts["dated"] > _MOST:
            member = alike if evidence.has_date(alike.text_start, alike.text_end) else None
        if member:
            added.append(member)
            keys.add(links.key[row])
    if not added or len(added) > max(2, len(group.members)):
        return group
    members = sorted([*group.members, *added], key=lambda m: m.start)
    for a, b in pairwise(members):
        if a.end > b.start:  # a member of a flat list that reached over what is a card now
            a.end, a.text_end = b.start, min(a.text_end, b.text_start)
    return Group(group.signature, members, group.score, group.facts)


def _is_featured_aside(tree: Tree, links: Links, aside: int, keys: set[str]) -> bool:
    """Whether an `aside` holds one heading's link to a place that no member leads to: one card, no list."""
    rows = range(bisect_left(links.element, aside), bisect_left(links.element, tree.end[aside]))
    strong = {links.key[row] for row in rows if links.points[row] >= STRONG and links.heading[row] >= aside}
    return tree.tags[aside] == "aside" and len(strong) == 1 and strong.isdisjoint(keys)


def _featured(evidence: Evidence, group: Group, starts: list[int], row: int, holder: int) -> Member | None:
    """The card of a heading's link above the last member, if it has what the members have."""
    tree, links = evidence.tree, evidence.links
    i = links.element[row]
    if (
        links.points[row] < STRONG
        or links.heading[row] < 0
        or group.facts["headed"] < _MOST
        or i > starts[-1]
    ):
        return None
    while tree.parents[i] != holder and tree.parents[i] >= 0:
        up = tree.parents[i]
        at = bisect_left(starts, up)
        if at < len(starts) and starts[at] < tree.end[up]:
            break
        i = up
    if tree.tags[i] in {"a", "header"} or tree.tags[i] in HEADINGS:
        return None
    dated = evidence.has_date(tree.text_start[i], tree.text_end[i])
    worded = tree.size(i) > _PROSE
    if (group.facts["dated"] > _MOST and not dated) or (group.facts["prose"] > _MOST and not worded):
        return None
    return whole(tree, i, row) if dated or worded else None
