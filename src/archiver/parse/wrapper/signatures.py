"""Blocks: what the groups of a page are called by, so that another page can be asked for the same.

In: a page's evidence and the groups that were judged. Out: a `Block` for the chosen group and for the best
others. Pure. Refuses groups that lie in or round the chosen one: they are the same cards. The one surprise: a
signature holds no place on the page but the path of tags, the classes that all members share, and where in a
member its permalink stands, so that it fits one card as well as ten.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from archiver.models import Block, content_key
from archiver.parse.document.tree import Tree
from archiver.parse.listing.candidates import FEW, Candidate, disjoint_group
from archiver.parse.listing.score import Evidence, Group, LinkPlace, Member, place, score

_MOST_OTHERS = 3
_LEAST_MEMBERS = 3
"""Members of a block that may be told from page to page."""


class Signature(NamedTuple):
    """What the members of a block have in common: tags from the root on, classes, the place of the permalink.

    `reach`: so many of the elements that follow a member belong to it, too, as in a flat list.
    """

    path: str
    classes: tuple[str, ...]
    place: LinkPlace
    reach: int

    def fits(self, other: "Signature") -> bool:
        """Whether all members of a block with the other signature have this one."""
        return (
            self.path == other.path and self.place == other.place and set(self.classes) <= set(other.classes)
        )


def as_text(signature: Signature) -> str:
    """The signature as a row holds it."""
    return json.dumps(signature, ensure_ascii=False, separators=(",", ":"))


def from_text(text: str) -> Signature:
    """The signature that `as_text` wrote."""
    path, classes, where, reach = json.loads(text)
    return Signature(path, tuple(classes), LinkPlace(*where), reach)


def distinct_groups(groups: Sequence[Group], chosen: Group | None) -> list[Group]:
    """The chosen group first, then the best of those that have nothing in common with it or each other."""
    taken: list[Group] = []
    for group in ([chosen] if chosen else []) + [g for g in groups if len(g.members) >= _LEAST_MEMBERS]:
        if not any(_overlap(group, other) for other in taken):
            taken.append(group)
            if len(taken) > _MOST_OTHERS:
                break
    return taken


def blocks(
    evidence: Evidence, groups: Sequence[Group], chosen: Group | None, unscored: Sequence[Candidate]
) -> tuple[Block, ...]:
    """The blocks of the `distinct_groups` of a page."""
    found = [_block(evidence, group, chosen) for group in groups]
    if (
        chosen
        and all(block.cards < FEW for block in found[1:])
        and (other := disjoint_group(evidence, chosen, unscored))
    ):
        found.append(_block(evidence, other, chosen))
    return tuple(found)


def path_of(tree: Tree, i: int) -> str:
    """The tags from the root to an element."""
    tags = []
    while i >= 0:
        tags.append(tree.tags[i])
        i = tree.parents[i]
    return " ".join(reversed(tags))


def _block(evidence: Evidence, group: Group, chosen: Group | None) -> Block:
    tree, links = evidence.tree, evidence.links
    keys = [links.key[m.row] for m in group.members]
    outside = evidence.prose[-1] - _prose(evidence, group)
    beside = chosen is not None and group is not chosen
    return Block(
        signature=as_text(_signature(evidence, group)),
        chosen=group is chosen,
        cards=len(group.members),
        score=round(_score_without(evidence, group, chosen) if chosen and beside else group.score, 3),
        permalinks=content_key(keys),
        outside=outside,
        longest=max(tree.length[m.text_end] - tree.length[m.text_start] for m in group.members),
    )


def _score_without(evidence: Evidence, group: Group, chosen: Group) -> float:
    """The score that a group would have if the chosen one were not on the page."""
    size, prose = _size(evidence, group), _prose(evidence, group)
    content = max(1, evidence.content - _size(evidence, chosen))
    outside = evidence.prose[-1] - prose - _prose(evidence, chosen)
    features = replace(
        group.features, coverage=min(1.0, size / content), dominance=size / max(1, size + outside)
    )
    return score(features)


def _size(evidence: Evidence, group: Group) -> int:
    length = evidence.tree.length
    return sum(length[m.text_end] - length[m.text_start] for m in group.members)


def _prose(evidence: Evidence, group: Group) -> int:
    return sum(evidence.prose[m.text_end] - evidence.prose[m.text_start] for m in group.members)


def _signature(evidence: Evidence, group: Group) -> Signature:
    """That of most members: some of a group may stand elsewhere, or have their link at another place."""
    tree, links = evidence.tree, evidence.links
    alike: dict[tuple[int, LinkPlace], list[Member]] = {}
    for m in group.members:
        alike.setdefault((tree.path[m.start], place(tree, links, m, m.row)), []).append(m)
    (_, where), members = max(alike.items(), key=lambda item: len(item[1]))
    shared = set.intersection(*(set(tree.classes[m.start].split()) for m in members))
    return Signature(
        path_of(tree, members[0].start),
        tuple(sorted(shared)),
        where,
        max(_reach(tree, m) for m in members),
    )


def _reach(tree: Tree, m: Member) -> int:
    """How many elements after a member's own are a part of it."""
    at, steps = tree.end[m.start], 0
    while at < m.end:
        at, steps = tree.end[at], steps + 1
    return steps


def _overlap(a: Group, b: Group) -> bool:
    """Whether any member of one group lies in a member of the other."""
    spans = sorted((m.start, m.end) for m in [*a.members, *b.members])
    return any(start < end for (_, end), (start, _) in pairwise(spans))
