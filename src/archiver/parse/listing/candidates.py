"""Which repeated elements of a page may be its cards, the best first.

A page comes in; its groups with their scores go out. A candidate is a list of elements of one tag path that
share a class (or none), or of one tag and class wherever they stand. Elements that do not lead to different
places are no group. The same cards come as several groups (the card, its body, its heading, a wrapper round
two of them): text, purity and dates distinguish these.
"""

import itertools
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import eq, itemgetter
from typing import NamedTuple

from archiver.parse.document.links import LEAST, Links
from archiver.parse.document.tree import Tree
from archiver.parse.listing.align import align
from archiver.parse.listing.flat import member_spans
from archiver.parse.listing.headings import read_headings
from archiver.parse.listing.score import WEIGHTS, Evidence, Group, Member, measure, score, score_upper_bound

_MOST_ALIGNED = 8
"""Groups, the best first, whose permalinks may be aligned."""
_MOST_CLASSES = 8
"""Classes of one element that are looked at."""
FEW = 4
"""Members that a group beside the chosen one has at the least."""
_TRIES = 3
"""Candidates for such a group that are scored at the most."""
_LEAST_KEPT = 0.4
"""Share of the elements that must become members."""


class Candidate(NamedTuple):
    """Elements that may be cards, by the tag and class that they share."""

    signature: str
    elements: list[int]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The groups of a page, the best first, and the candidates that were not scored, the likeliest first."""

    groups: list[Group]
    unscored: list[Candidate]


class _Bounded(NamedTuple):
    """A candidate with the highest score that it can have, and its number on the page."""

    upper_bound: float
    number: int
    candidate: Candidate


def rank_groups(evidence: Evidence) -> Ranking:
    """Rank the groups that may be the cards.

    Candidates with the highest upper bound are scored first: most of the others cannot become their rivals,
    and are not scored. Only rivals are aligned.
    """
    bounded = sorted(_bounded(evidence), key=lambda b: (-b.upper_bound, b.number))
    found: list[tuple[float, int, Group]] = []
    unscored: list[Candidate] = []
    best = 0.0
    for at, (upper_bound, number, candidate) in enumerate(bounded):
        if upper_bound < WEIGHTS.rival * best:
            unscored = [b.candidate for b in bounded[at:]]
            break
        group = _group(evidence, candidate)
        if group:
            found.append((-group.score, number, group))
            best = max(best, group.score)
    found.sort(key=itemgetter(0, 1))
    return Ranking(_align_rivals(evidence, [group for _, _, group in found[:_MOST_ALIGNED]]), unscored)


def disjoint_group(evidence: Evidence, chosen: Group, unscored: Sequence[Candidate]) -> Group | None:
    """Return a group of the unscored candidates that has no element in common with the chosen one."""
    ends = [m.end for m in chosen.members]
    starts = [m.start for m in chosen.members]
    tries = 0
    for candidate in unscored:
        elements = candidate.elements
        last = evidence.tree.end[elements[-1]]
        at = bisect_left(ends, elements[0] + 1)
        if len(elements) < FEW or (at < len(starts) and starts[at] < last):
            continue
        group = _group(evidence, candidate)
        if group and len(group.members) >= FEW:
            return group
        tries += 1
        if tries == _TRIES:
            break
    return None


def below_headings(evidence: Evidence, group: Group) -> Group:
    """Count for the group the dates that stand above several members each, and years above bare members.

    What stands above is looked for only where no group is a listing without: it costs as much as the cards.
    """
    features = group.features
    if features.dated < 0.5:
        contexts = read_headings(evidence.tree, group.members, evidence.tree.language)
        if all(c.date or (c.year and features.is_bare) for c in contexts):
            features = replace(features, dated_above=1.0 - features.dated)
    return Group(group.signature, group.members, score(features), features)


def _bounded(evidence: Evidence) -> Iterator[_Bounded]:
    """Yield the candidates that can be listings."""
    seen: set[tuple[int, ...]] = set()
    for number, candidate in enumerate(_candidates(evidence.tree, evidence.links)):
        key = tuple(candidate.elements)
        if len(key) < 2 or key in seen:
            continue
        seen.add(key)
        upper_bound = _upper_bound(evidence, candidate.elements)
        if upper_bound >= WEIGHTS.accept:
            yield _Bounded(upper_bound, number, candidate)


def _candidates(tree: Tree, links: Links) -> list[Candidate]:
    """List the elements that hold a possible permalink, by tag path and class, and by tag and class alone."""
    on_path: dict[tuple[int, str], list[list[int]]] = {}
    anywhere: dict[tuple[str, str], list[list[int]]] = {}
    for (chain, written), elements in _alike(tree, links).items():
        tag = tree.tags[elements[0]]
        on_path.setdefault((chain, ""), []).append(elements)
        for name in dict.fromkeys(written.split(None, _MOST_CLASSES)[:_MOST_CLASSES]):
            on_path.setdefault((chain, name), []).append(elements)
            anywhere.setdefault((tag, name), []).append(elements)
        if tag == "article":
            anywhere.setdefault(("article", ""), []).append(elements)
    result = []
    taken: set[int] = set()  # first elements of lists that were taken: another class of theirs adds nothing
    for (_, name), lists in on_path.items():
        first = lists[0][0]
        if len(lists) == 1:
            if len(lists[0]) < 2 or first in taken:
                continue
            taken.add(first)
        result.append(Candidate(_signature(tree.tags[first], name), _merged(lists)))
    for (tag, name), lists in anywhere.items():
        if len(lists) > 1 and any(tree.path[one[0]] != tree.path[lists[0][0]] for one in lists):
            result.append(Candidate(_signature(tag, name), _outermost(tree, _merged(lists))))
    return result


def _alike(tree: Tree, links: Links) -> dict[tuple[int, str], list[int]]:
    """List the elements that hold a possible permalink, by tag path and all their classes at once."""
    parents, path, classes = tree.parents, tree.path, tree.classes
    held: set[int] = set()
    for link, points in zip(links.element, links.points, strict=True):
        if points > LEAST:
            i = link
            while i >= 0 and i not in held:
                held.add(i)
                i = parents[i]
    alike: dict[tuple[int, str], list[int]] = {}
    for i in sorted(held):
        alike.setdefault((path[i], classes[i]), []).append(i)
    return alike


def _signature(tag: str, name: str) -> str:
    return f"{tag}.{name}" if name else tag


def _merged(lists: list[list[int]]) -> list[int]:
    """Return the elements of several lists in document order."""
    return lists[0] if len(lists) == 1 else sorted(itertools.chain.from_iterable(lists))


def _outermost(tree: Tree, elements: list[int]) -> list[int]:
    """Return the elements that lie in none of the others."""
    result: list[int] = []
    for i in elements:
        if not result or i >= tree.end[result[-1]]:
            result.append(i)
    return result


def _upper_bound(evidence: Evidence, elements: list[int]) -> float:
    """Return the highest score that these elements can have; 0 where all of them are in regions."""
    tree = evidence.tree
    region, parents, length = tree.region, tree.parents, tree.length
    if all(region[i] >= 0 for i in elements):
        return 0.0
    above = [parents[i] for i in elements]
    if any(map(eq, above, above[1:])):
        last = max(elements[-1], above[-1])  # a flat list reaches over more than its elements
        size = length[tree.text_end[last]] - length[tree.text_start[elements[0]]]
    else:
        start, end = tree.text_start, tree.text_end
        size = sum(length[end[i]] - length[start[i]] for i in elements)
    return score_upper_bound(len(elements), min(1.0, size / evidence.content))


def _group(evidence: Evidence, candidate: Candidate) -> Group | None:
    """Return the candidate as a group with its score; None where its elements cannot be cards."""
    elements, keys_of = candidate.elements, evidence.links.key
    members = []
    keys: set[str] = set()
    repeats = strong = 0
    for i, span in zip(elements, member_spans(evidence.tree, evidence.links, elements), strict=True):
        permalink = evidence.permalink(i, span.end)
        if permalink is None:
            continue
        key = keys_of[permalink.row]
        if key in keys:
            repeats += 1
            continue
        keys.add(key)
        members.append(Member(i, span.end, span.text_start, span.text_end, permalink.row))
        strong += max(1, permalink.strong)
    n = len(members)
    if n < 2 or n < repeats or n < _LEAST_KEPT * len(elements):
        return None
    return measure(evidence, candidate.signature, members, n / len(elements), n / strong)


def _align_rivals(evidence: Evidence, groups: list[Group]) -> list[Group]:
    """Return the groups, the best first, with those that can still be the best aligned."""
    groups = list(groups)
    best = 0.0
    for at, group in enumerate(groups):
        if group.score < WEIGHTS.rival * best:
            break
        groups[at] = align(evidence, group)
        best = max(best, groups[at].score)
    return sorted(groups, key=lambda g: -g.score)
