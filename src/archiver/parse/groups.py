"""The candidates: which repeated elements of a page may be its cards, the best first.

In: a tree, its links, sums over its dates. Out: groups with scores (`judge`). Candidates are the elements of
one tag path that share a class (or none), and those of one tag and class wherever they stand. Refuses groups
whose members do not lead to different places. The one surprise: the same cards come as several groups (the
card, its body, its heading, a wrapper round two of them); text, purity and dates tell these apart.
"""

import itertools
from bisect import bisect_left

from archiver.parse.flat import member_ends
from archiver.parse.judge import (
    WEIGHTS,
    Evidence,
    Group,
    Member,
    Place,
    best_row,
    measure,
    most_score,
    place,
)
from archiver.parse.links import LEAST, STRONG, Links
from archiver.parse.single import single_card
from archiver.parse.tree import Tree

_LOOKED_AT = 8
"""So many of the best groups are looked at closely."""
_MOST_CLASSES = 8
"""Classes of one element that are looked at."""
_MOST_LINKS = 60
"""Links of one member that are looked at."""


def find_groups(evidence: Evidence) -> list[Group]:
    """The groups that may be the cards, the best first."""
    found = []
    seen: set[tuple[int, ...]] = set()
    for signature, elements in _candidates(evidence.tree, evidence.links):
        if len(elements) < 2 or _is_hopeless(evidence, elements):
            continue
        key = tuple(elements)
        if key not in seen:
            seen.add(key)
            group = _judge(evidence, signature, elements)
            if group:
                found.append(group)
    if single := single_card(evidence):
        found.append(single)
    found.sort(key=lambda g: -g.score)
    best = [_aligned(evidence, group) for group in found[:_LOOKED_AT]]
    best.sort(key=lambda g: -g.score)
    return best


def _candidates(tree: Tree, links: Links) -> list[tuple[str, list[int]]]:
    """Elements that hold a possible permalink, by tag path and class, and by tag and class alone."""
    parents, path, tags, classes = tree.parents, tree.path, tree.tags, tree.classes
    holds = bytearray(len(tags))
    for row, link in enumerate(links.element):
        if links.points[row] > LEAST:
            i = link
            while i >= 0 and not holds[i]:
                holds[i] = 1
                i = parents[i]
    on_path: dict[tuple[int, str], list[int]] = {}
    anywhere: dict[tuple[str, str], list[int]] = {}
    for i, held in enumerate(holds):
        if not held:
            continue
        on_path.setdefault((path[i], ""), []).append(i)
        if classes[i]:
            for name in classes[i].split(None, _MOST_CLASSES)[:_MOST_CLASSES]:
                on_path.setdefault((path[i], name), []).append(i)
                anywhere.setdefault((tags[i], name), []).append(i)
        if tags[i] == "article":
            anywhere.setdefault(("article", ""), []).append(i)
    result = [(f"{tags[e[0]]}.{name}" if name else tags[e[0]], e) for (_, name), e in on_path.items()]
    for (tag, name), elements in anywhere.items():
        if len(elements) > 1 and any(path[i] != path[elements[0]] for i in elements):
            result.append((f"{tag}.{name}" if name else tag, _outermost(tree, elements)))
    return result


def _outermost(tree: Tree, elements: list[int]) -> list[int]:
    result: list[int] = []
    for i in elements:
        if not result or i >= tree.end[result[-1]]:
            result.append(i)
    return result


def _is_hopeless(evidence: Evidence, elements: list[int]) -> bool:
    """Whether no permalinks could make these elements the cards: all aside, or too little text."""
    tree = evidence.tree
    if all(tree.aside[i] >= 0 for i in elements):
        return True
    parents = tree.parents
    if any(parents[i] == parents[j] for i, j in itertools.pairwise(elements)):
        last = max(elements[-1], parents[elements[-1]])  # a flat list reaches over more than its elements
        size = tree.length[tree.text_end[last]] - tree.length[tree.text_start[elements[0]]]
    else:
        size = sum(tree.size(i) for i in elements)
    return most_score(len(elements), min(1.0, size / evidence.content)) < WEIGHTS.accept


def _judge(evidence: Evidence, signature: str, elements: list[int]) -> Group | None:
    """The elements as a group with its score; None where they cannot be cards."""
    tree, links = evidence.tree, evidence.links
    members = []
    keys: set[str] = set()
    repeats = strong = 0
    for i, (end, text_end) in zip(elements, member_ends(tree, links, elements), strict=True):
        row, strong_here = best_row(links, i, end)
        if row < 0:
            continue
        if links.key[row] in keys:
            repeats += 1
            continue
        keys.add(links.key[row])
        members.append(Member(i, end, tree.text_start[i], text_end, row))
        strong += max(1, strong_here)
    n = len(members)
    if n < 2 or n < repeats or n < 0.4 * len(elements):
        return None
    return measure(evidence, signature, members, n / len(elements), n / strong)


def _aligned(evidence: Evidence, group: Group) -> Group:
    """The group with its permalinks at one place of the card, without members that have none there.

    Templates print the permalink of each card at the same place: the place where most members have a link,
    to different addresses, under different labels.
    """
    tree, links, n = evidence.tree, evidence.links, len(group.members)
    if n < 3:
        return group
    places: dict[Place, list[tuple[int, int]]] = {}
    for at, m in enumerate(group.members):
        first = bisect_left(links.element, m.start)
        last = min(bisect_left(links.element, m.end, first), first + _MOST_LINKS)
        taken = set()
        for row in range(first, last):
            if links.points[row] > LEAST:
                where = place(tree, links, m, row)
                if where not in taken:
                    taken.add(where)
                    places.setdefault(where, []).append((at, row))
    best = max(places, key=lambda where: _worth(links, [row for _, row in places[where]], n))
    chosen = dict(places[best])
    alike = len(chosen) / n
    members: list[Member] = []
    if alike >= 0.5:
        keys: set[str] = set()
        for at, m in enumerate(group.members):
            row = chosen.get(at, m.row)
            if (at in chosen or links.points[row] >= STRONG) and links.key[row] not in keys:
                keys.add(links.key[row])
                members.append(Member(m.start, m.end, m.text_start, m.text_end, row))
    if len(members) < 2:
        members = group.members
    kept = group.facts["kept"] * len(members) / n
    return measure(evidence, group.signature, members, kept, group.facts["purity"], alike)


def _worth(links: Links, rows: list[int], members: int) -> float:
    """How good a place for the permalink is where these links of so many members stand."""
    keys = len({links.key[row] for row in rows}) / members
    labels = len({links.text[row] for row in rows if links.text[row]}) / len(rows)
    points = sum(min(max(links.points[row], 0.0), 7.0) for row in rows) / 7 / len(rows)
    return keys * (points + 0.4 * labels + 0.05)
