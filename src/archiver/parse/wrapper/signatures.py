"""Signatures: what the elements of a group have in common, so that it is found again on another page.

The evidence of a page and its groups come in; a `PageBlock` goes out for the chosen group and for the best of
the others. Groups that lie in the chosen one or around it are left out: they are the same cards. A signature
is independent of how many elements there are: only the path of tags, the classes that all of them share, and
where in an element its permalink is. So it fits one card as well as ten.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from archiver.models import PageBlock, content_key
from archiver.parse.document.tree import Tree
from archiver.parse.listing.candidates import FEW, Candidate, disjoint_group
from archiver.parse.listing.score import Evidence, Group, LinkPlace, Member, place, score

_MAX_OTHERS = 3
"""Blocks of a page besides the chosen one, at most."""
_MIN_MEMBERS = 3
"""Elements of a block that is compared from page to page, at the least."""


class Signature(NamedTuple):
    """What the elements of a block have in common.

    `path` is the tags from the root down, `place` where the permalink is. `reach` counts the elements after
    a member that belong to it too, as in a flat list.
    """

    path: str
    classes: tuple[str, ...]
    place: LinkPlace
    reach: int

    def fits(self, other: "Signature") -> bool:
        """Return whether all elements of a block with the *other* signature have this one."""
        return (
            self.path == other.path and self.place == other.place and set(self.classes) <= set(other.classes)
        )


def as_text(signature: Signature) -> str:
    """Write the signature as JSON."""
    return json.dumps(signature, ensure_ascii=False, separators=(",", ":"))


def from_text(text: str) -> Signature:
    """Read the signature that `as_text` wrote."""
    path, classes, where, reach = json.loads(text)
    return Signature(path, tuple(classes), tuple(where), reach)


def distinct_groups(groups: Sequence[Group], chosen: Group | None) -> list[Group]:
    """List the chosen group, then the best of those that do not overlap with it or with each other."""
    taken: list[Group] = []
    for group in ([chosen] if chosen else []) + [g for g in groups if len(g.members) >= _MIN_MEMBERS]:
        if not any(_overlap(group, other) for other in taken):
            taken.append(group)
            if len(taken) > _MAX_OTHERS:
                break
    return taken


def page_blocks(
    evidence: Evidence, groups: Sequence[Group], chosen: Group | None, unscored: Sequence[Candidate]
) -> tuple[PageBlock, ...]:
    """Describe the `distinct_groups` of a page as blocks.

    Where none besides the chosen one has several cards, one is added that is found apart from it.
    """
    found = [_block(evidence, group, chosen) for group in groups]
    if (
        chosen
        and all(block.cards < FEW for block in found[1:])
        and (other := disjoint_group(evidence, chosen, unscored))
    ):
        found.append(_block(evidence, other, chosen))
    return tuple(found)


def path_of(tree: Tree, i: int) -> str:
    """Return the tags from the root down to element *i*."""
    tags = []
    while i >= 0:
        tags.append(tree.tags[i])
        i = tree.parents[i]
    return " ".join(reversed(tags))


def _block(evidence: Evidence, group: Group, chosen: Group | None) -> PageBlock:
    tree, links = evidence.tree, evidence.links
    passed_over = chosen is not None and group is not chosen
    return PageBlock(
        signature=as_text(_signature(evidence, group)),
        chosen=group is chosen,
        cards=len(group.members),
        score=round(_score_without(evidence, group, chosen) if chosen and passed_over else group.score, 3),
        permalinks=content_key([links.key[m.row] for m in group.members]),
        outside=evidence.prose[-1] - _prose(evidence, group),
        longest=max(tree.length[m.text_end] - tree.length[m.text_start] for m in group.members),
    )


def _score_without(evidence: Evidence, group: Group, chosen: Group) -> float:
    """Return the score that a group would have if the chosen one were not on the page."""
    size, prose = _size(evidence, group), _prose(evidence, group)
    content = max(1, evidence.content - _size(evidence, chosen))
    outside = evidence.prose[-1] - prose - _prose(evidence, chosen)
    features = replace(
        group.features, coverage=min(1.0, size / content), dominance=size / max(1, size + outside)
    )
    return score(features)


def _size(evidence: Evidence, group: Group) -> int:
    """Count the characters of a group's members."""
    length = evidence.tree.length
    return sum(length[m.text_end] - length[m.text_start] for m in group.members)


def _prose(evidence: Evidence, group: Group) -> int:
    """Count the characters of sentences in a group's members."""
    return sum(evidence.prose[m.text_end] - evidence.prose[m.text_start] for m in group.members)


def _signature(evidence: Evidence, group: Group) -> Signature:
    """Return the signature of most members: a few may have another path, or their permalink elsewhere."""
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
    """Count the elements after a member's own that belong to it."""
    at, steps = tree.end[m.start], 0
    while at < m.end:
        at, steps = tree.end[at], steps + 1
    return steps


def _overlap(a: Group, b: Group) -> bool:
    """Return whether a member of one group lies in a member of the other."""
    spans = sorted((m.start, m.end) for m in [*a.members, *b.members])
    return any(start < end for (_, end), (start, _) in pairwise(spans))
