"""The candidates: which repeated elements of a page may be its cards, the best first.

In: a tree, its links, sums over its dates. Out: groups with scores (`judge`). Candidates are the elements of
one tag path that share a class (or none), and those of one tag and class wherever they stand. Refuses groups
whose members do not lead to different places. The one surprise: the same cards come as several groups (the
card, its body, its heading, a wrapper round two of them); text, purity and dates tell these apart.
"""

import itertools
from bisect import bisect_left
from operator import eq, itemgetter

from archiver.parse.document.links import LEAST, STRONG, Links
from archiver.parse.document.tree import Tree
from archiver.parse.listing.flat import member_spans
from archiver.parse.listing.headings import read_headings
from archiver.parse.listing.score import (
    WEIGHTS,
    Evidence,
    Group,
    Member,
    Place,
    is_bare,
    measure,
    most_score,
    place,
    score,
)

_LOOKED_AT = 8
"""So many of the best groups are looked at closely."""
_MOST_CLASSES = 8
"""Classes of one element that are looked at."""
FEW, _TRIES = 4, 3
"""Members of a group beside the chosen one, at the least; candidates for it, at the most."""
_MOST_LINKS = 60
"""Links of one member that are looked at."""
_NEARLY_ALL = 0.8
"""Share of dated members that makes a date a rule."""


def find_groups(evidence: Evidence) -> list[Group]:
    """The groups that may be the cards, the best first.

    The candidates that can score most are judged first, so that most of the others, which can be no rivals of
    theirs, need no judgement. Rivals are looked at closely.
    """
    hopes: list[tuple[float, int, str, list[int]]] = []
    seen: set[tuple[int, ...]] = set()
    for signature, elements in _candidates(evidence.tree, evidence.links):
        key = tuple(elements)
        if len(elements) < 2 or key in seen:
            continue
        seen.add(key)
        hope = _most_score(evidence, elements)
        if hope >= WEIGHTS.accept:
            hopes.append((-hope, len(hopes), signature, elements))
    hopes.sort(key=itemgetter(0, 1))
    found = []
    most = 0.0
    for at, (hope, order, signature, elements) in enumerate(hopes):
        if -hope < WEIGHTS.rival * most:
            evidence.unjudged = [(signature, elements) for _, _, signature, elements in hopes[at:]]
            break
        group = _judge(evidence, signature, elements)
        if group:
            found.append((-group.score, order, group))
            most = max(most, group.score)
    found.sort(key=itemgetter(0, 1))
    groups = [group for _, _, group in found[:_LOOKED_AT]]
    most = 0.0
    for at, group in enumerate(groups):
        if group.score < WEIGHTS.rival * most:
            break
        groups[at] = _aligned(evidence, group)
        most = max(most, groups[at].score)
    groups.sort(key=lambda g: -g.score)
    return groups


def group_apart(evidence: Evidence, chosen: Group) -> Group | None:
    """A group of candidates that were no rivals of the chosen one, and have no element in common with it."""
    ends = [m.end for m in chosen.members]
    starts = [m.start for m in chosen.members]
    tries = 0
    for signature, elements in evidence.unjudged:
        last = evidence.tree.end[elements[-1]]
        at = bisect_left(ends, elements[0] + 1)
        if len(elements) < FEW or (at < len(starts) and starts[at] < last):
            continue
        group = _judge(evidence, signature, elements)
        if group and len(group.members) >= FEW:
            return group
        tries += 1
        if tries == _TRIES:
            break
    return None


def _candidates(tree: Tree, links: Links) -> list[tuple[str, list[int]]]:
    """Elements that hold a possible permalink, by tag path and class, and by tag and class alone."""
    parents, path, tags, classes = tree.parents, tree.path, tree.tags, tree.classes
    held: set[int] = set()
    for link, points in zip(links.element, links.points, strict=True):
        if points > LEAST:
            i = link
            while i >= 0 and i not in held:
                held.add(i)
                i = parents[i]
    alike: dict[tuple[int, str], list[int]] = {}  # by all classes at once: most elements share them
    for i in sorted(held):
        alike.setdefault((path[i], classes[i]), []).append(i)
    on_path: dict[tuple[int, str], list[list[int]]] = {}
    anywhere: dict[tuple[str, str], list[list[int]]] = {}
    for (chain, written), elements in alike.items():
        tag = tags[elements[0]]
        on_path.setdefault((chain, ""), []).append(elements)
        for name in dict.fromkeys(written.split(None, _MOST_CLASSES)[:_MOST_CLASSES]):
            on_path.setdefault((chain, name), []).append(elements)
            anywhere.setdefault((tag, name), []).append(elements)
        if tag == "article":
            anywhere.setdefault(("article", ""), []).append(elements)
    result = []
    taken: set[int] = set()  # first elements of lists that were taken: a class of theirs tells no more
    for (_, name), parts in on_path.items():
        first = parts[0][0]
        if len(parts) == 1:
            if len(parts[0]) < 2 or first in taken:
                continue
            taken.add(first)
        tag = tags[first]
        result.append((f"{tag}.{name}" if name else tag, _merged(parts)))
    for (tag, name), parts in anywhere.items():
        if len(parts) > 1 and any(path[part[0]] != path[parts[0][0]] for part in parts):
            result.append((f"{tag}.{name}" if name else tag, _outermost(tree, _merged(parts))))
    return result


def _merged(parts: list[list[int]]) -> list[int]:
    """The elements of several lists in document order."""
    return parts[0] if len(parts) == 1 else sorted(itertools.chain.from_iterable(parts))


def _outermost(tree: Tree, elements: list[int]) -> list[int]:
    result: list[int] = []
    for i in elements:
        if not result or i >= tree.end[result[-1]]:
            result.append(i)
    return result


def _most_score(evidence: Evidence, elements: list[int]) -> float:
    """The score that these elements can have at the most; 0 where all of them are aside."""
    tree = evidence.tree
    aside, parents, length = tree.aside, tree.parents, tree.length
    if all(aside[i] >= 0 for i in elements):
        return 0.0
    above = [parents[i] for i in elements]
    if any(map(eq, above, above[1:])):
        last = max(elements[-1], above[-1])  # a flat list reaches over more than its elements
        size = length[tree.text_end[last]] - length[tree.text_start[elements[0]]]
    else:
        start, end = tree.text_start, tree.text_end
        size = sum(length[end[i]] - length[start[i]] for i in elements)
    return most_score(len(elements), min(1.0, size / evidence.content))


def _judge(evidence: Evidence, signature: str, elements: list[int]) -> Group | None:
    """The elements as a group with its score; None where they cannot be cards."""
    tree, links = evidence.tree, evidence.links
    members = []
    keys: set[str] = set()
    repeats = strong = 0
    for i, span in zip(elements, member_spans(tree, links, elements), strict=True):
        row, strong_here = evidence.best_row(i, span.end)
        if row < 0:
            continue
        if links.key[row] in keys:
            repeats += 1
            continue
        keys.add(links.key[row])
        members.append(Member(i, span.end, span.text_start, span.text_end, row))
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
    kept, purity = group.facts["kept"], group.facts["purity"]
    if n < 3:
        alike = 1 / len({place(tree, links, m, m.row) for m in group.members})
        return measure(evidence, group.signature, group.members, kept, purity, alike)
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
    members = _without_strangers(evidence, members)
    kept *= len(members) / n
    if group.facts["headed"] < 0.5:
        purity = min(purity, len(members) / sum(_twins(tree, links, m) for m in members))
    return measure(evidence, group.signature, members, kept, purity, alike)


def below_headings(evidence: Evidence, group: Group) -> Group:
    """The group with the dates that stand above several members each, and years above bare ones, as dates.

    What stands above is looked for only where no group is a listing without: it costs as much as the cards.
    """
    facts = group.facts
    if facts["dated"] < 0.5:
        contexts = read_headings(evidence.tree, group.members, evidence.tree.language)
        if all(c.date or (c.year and is_bare(facts)) for c in contexts):
            facts = facts | {"above": 1.0 - facts["dated"]}
    return Group(group.signature, group.members, score(facts), facts)


def _without_strangers(evidence: Evidence, members: list[Member]) -> list[Member]:
    """The members without those that stand elsewhere and lack the date that nearly all have: a menu's."""
    parents = evidence.tree.parents
    dated = [evidence.has_date(m.text_start, m.text_end) for m in members]
    if not _NEARLY_ALL * len(members) <= sum(dated) < len(members):
        return members
    homes = {parents[m.start] for m, has_date in zip(members, dated, strict=True) if has_date}
    return [m for m, d in zip(members, dated, strict=True) if d or parents[m.start] in homes]


def _twins(tree: Tree, links: Links, member: Member) -> int:
    """How many addresses are linked in a member as its permalink is, each in an element of its own.

    A wrapper of several cards (`dl`, a month's `ul`) has one for each of them.
    """
    element, parents, own = links.element, tree.parents, links.element[member.row]
    here = place(tree, links, member, member.row)
    first = bisect_left(element, member.start)
    last = min(bisect_left(element, member.end, first), first + _MOST_LINKS)
    keys = {
        links.key[row]
        for row in range(first, last)
        if tree.path[element[row]] == tree.path[own]
        and parents[element[row]] != parents[own]
        and links.points[row] > 0
        and place(tree, links, member, row) == here
    }
    return len(keys | {links.key[member.row]})


def _worth(links: Links, rows: list[int], members: int) -> float:
    """How good a place for the permalink is where these links of so many members stand."""
    keys = len({links.key[row] for row in rows}) / members
    labels = len({links.text[row] for row in rows if links.text[row]}) / len(rows)
    points = sum(min(max(links.points[row], 0.0), 7.0) for row in rows) / 7 / len(rows)
    return keys**2 * (points + 0.4 * labels + 0.2)
