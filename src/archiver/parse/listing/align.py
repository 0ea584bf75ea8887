"""Aligning a group: its permalinks are moved to the one place of the card where the template prints them.

A group comes in; the group with the links at that place, and its new score, goes out. Members that have no
link there, and members that stand elsewhere and lack the date of the others, are dropped. An element with
several links at that place holds several cards, which lowers the purity of its group.
"""

import re
from bisect import bisect_left
from collections import Counter

from archiver.parse.document.links import LEAST, STRONG, Links
from archiver.parse.document.tree import Tree, spanned_rows
from archiver.parse.listing.score import (
    FULL_POINTS,
    MOST_LINKS,
    Evidence,
    Group,
    LinkPlace,
    Member,
    is_in_brackets,
    measure,
    place,
    realigned,
)

_COUNT = re.compile(r"^\d{1,3}\s|\s?\(\d{1,3}\)$")
"""The number of a label that counts something: "2 replies", "Photos (14)"."""
_TURN = 0.2
"""Share of the members that have a class of their own where classes take turns: colours of rows, columns."""
_NO_ASIDES = 0.6
"""Share of the members that stand in no brackets where the others are asides to them."""
_NEARLY_ALL = 0.8
"""Share of members that makes what they have a rule: a date, a number of cells."""


def align(evidence: Evidence, group: Group) -> list[Group]:
    """Return the group with its permalinks at one place of the card, without members that have none there.

    Where some stand elsewhere and lack the date of the others, it is returned without these as well: they may
    be a menu's, or the lead story above a list.

    Templates print the permalink of each card at the same place: the place where most members have a link,
    to different URLs, under different labels.
    """
    tree, links, n = evidence.tree, evidence.links, len(group.members)
    if n < 3:
        aligned = 1 / len({place(tree, links, m, m.row) for m in group.members})
        return [realigned(group, group.features.purity, aligned)]
    chosen = _rows_at_best_place(tree, links, group.members)
    aligned = len(chosen) / n
    members = _at_place(links, group.members, chosen) if aligned >= 0.5 else []
    if len(members) < 2:
        members = group.members
    members = _with_most_cells(tree, _without_asides(tree, links, members))
    alike = _without_outliers(evidence, members)
    return [
        _measured(evidence, group, some, aligned)
        for some in ([members] if alike is members else [members, alike])
    ]


def _measured(evidence: Evidence, group: Group, members: list[Member], aligned: float) -> Group:
    """Return the group of these of its members."""
    purity = group.features.purity
    if group.features.headed < 0.5:
        nested = sum(_count_nested_cards(evidence.tree, evidence.links, m) for m in members)
        purity = min(purity, len(members) / nested)
    if members == group.members:
        return realigned(group, purity, aligned)
    kept = group.features.kept * len(members) / len(group.members)
    return measure(evidence, group.signature, members, kept, purity, aligned)


def _rows_at_best_place(tree: Tree, links: Links, members: list[Member]) -> dict[int, int]:
    """Return the links at the place that fits a permalink best, by the number of their member."""
    places: dict[LinkPlace, dict[int, int]] = {}
    for at, m in enumerate(members):
        first = bisect_left(links.element, m.start)
        last = min(bisect_left(links.element, m.end, first), first + MOST_LINKS)
        for row, points in enumerate(links.points[first:last], first):
            if points > LEAST:
                places.setdefault(place(tree, links, m, row), {}).setdefault(at, row)
    best = max(places, key=lambda at: _rate_place(links, list(places[at].values()), len(members)))
    rows = dict(places[best])
    are_siblings = tree.parents[members[0].start] == tree.parents[members[-1].start]
    for other, found in places.items():
        share = len(found) / len(members) if are_siblings else 0.0
        if other[:-1] == best[:-1] or _takes_turns(best, other, share):
            rows = found | rows  # a cell that reaches in from above moves the others of its row
    return rows


def _takes_turns(best: LinkPlace, other: LinkPlace, share: float) -> bool:
    """Return whether a *share* of siblings has its link at the best place, but for their own class.

    The class round a link that is a child is that of its member: rows take turns in colour. Classes that have
    no part in common are those of other elements; so is having none, where few have none.
    """
    depth, headed, own, around, cell = other
    if depth != 1 or (depth, headed, own, cell) != (*best[:3], best[4]):
        return False
    if around and best[3]:
        return not set(around.split()).isdisjoint(best[3].split())
    return share >= _TURN


def _rate_place(links: Links, rows: list[int], members: int) -> tuple[float, int]:
    """Rate a place for the permalink, by the links of so many members that stand there.

    Labels that differ in nothing but a count are one. Of two places with the same rate, the one
    counts more against which less speaks; half a point is no more than a longer label.
    """
    keys = len({links.key[row] for row in rows}) / members
    labels = len({_COUNT.sub("", links.text[row]) for row in rows} - {""}) / len(rows)
    points = [links.points[row] for row in rows]
    strength = sum(min(max(one, 0.0), FULL_POINTS) for one in points) / FULL_POINTS / len(rows)
    return keys**2 * (strength + 0.4 * labels + 0.2), round(sum(points) / len(rows))


def _at_place(links: Links, members: list[Member], rows: dict[int, int]) -> list[Member]:
    """Return the members with the links in *rows* for permalinks; of the others those with a strong one."""
    result: list[Member] = []
    keys: set[str] = set()
    for at, m in enumerate(members):
        row = rows.get(at, m.row)
        if (at in rows or links.points[row] >= STRONG) and links.key[row] not in keys:
            keys.add(links.key[row])
            result.append(m if row == m.row else Member(m.start, m.end, m.text_start, m.text_end, row))
    return result


def _without_asides(tree: Tree, links: Links, members: list[Member]) -> list[Member]:
    """Drop the members whose links stand in brackets, where those of most do not."""
    others = [m for m in members if not is_in_brackets(tree, links.element[m.row])]
    return others if len(others) >= _NO_ASIDES * len(members) else members


def _with_most_cells(tree: Tree, members: list[Member]) -> list[Member]:
    """Drop the table rows with another number of cells than nearly all have: headers, and the pager's row.

    A cell that reaches over rows counts in each of them.
    """
    if tree.tags[members[0].start] != "tr":
        return members
    children = [_cells(tree, m.start) for m in members]
    reached = Counter(row for cells in children for cell in cells for row in spanned_rows(tree, cell))
    cells = [len(own) + reached[m.start] for own, m in zip(children, members, strict=True)]
    usual, found = Counter(cells).most_common(1)[0]
    if found < _NEARLY_ALL * len(members):
        return members
    return [m for m, number in zip(members, cells, strict=True) if number == usual]


def _cells(tree: Tree, row: int) -> list[int]:
    """Return the cells of a row; a header cell is none."""
    return [i for i in range(row + 1, tree.end[row]) if tree.parents[i] == row and tree.tags[i] == "td"]


def _without_outliers(evidence: Evidence, members: list[Member]) -> list[Member]:
    """Drop the members that stand elsewhere and lack the date that nearly all have: a menu's."""
    parents = evidence.tree.parents
    dated = [evidence.has_date(m.text_start, m.text_end) for m in members]
    if not _NEARLY_ALL * len(members) <= sum(dated) < len(members):
        return members
    homes = {parents[m.start] for m, has_date in zip(members, dated, strict=True) if has_date}
    return [m for m, d in zip(members, dated, strict=True) if d or parents[m.start] in homes]


def _count_nested_cards(tree: Tree, links: Links, member: Member) -> int:
    """Count the URLs that are linked in a member as its permalink is, each in an element of its own.

    A wrapper of several cards (`dl`, a month's `ul`) has one for each of them.
    """
    element, path, parents = links.element, tree.path, tree.parents
    first = bisect_left(element, member.start)
    last = min(bisect_left(element, member.end, first), first + MOST_LINKS)
    if last - first == 1:
        return 1
    own_path, own_parent = path[element[member.row]], parents[element[member.row]]
    rows = [
        row
        for row, i in enumerate(element[first:last], first)
        if path[i] == own_path and parents[i] != own_parent and links.points[row] > 0
    ]
    if not rows:  # most members
        return 1
    here = place(tree, links, member, member.row)[:-1]
    keys = {links.key[row] for row in rows if place(tree, links, member, row)[:-1] == here}
    return len(keys | {links.key[member.row]})
