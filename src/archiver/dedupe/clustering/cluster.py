"""Clusters of cards out of scored pairs: the strongest edge first, never across a cannot-link.

For each node come in its captures and the length of its text; besides these edges with scores, cannot-links,
overrides, and two functions that compare nodes which nothing has compared yet. Out come for each node the
least node of its cluster, and for each edge that joined nothing the reason. A strong edge does not outweigh a
cannot-link: if A is like B and B is like C, but A and C are two posts, B joins the one that it is more like.
Ties are broken by the nodes' numbers and nothing else, so the caller has to number them by content.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from enum import Enum
from itertools import product
from types import MappingProxyType
from typing import NamedTuple

from archiver.dedupe.unionfind import UnionFind, connected


class Edge(NamedTuple):
    """Two nodes that may be one post, with the score (0 to 100) that speaks for it."""

    score: float
    left: int
    right: int


Pair = tuple[int, int]
Differ = Callable[[int, int], bool]


class RefusalReason(Enum):
    """Why two clusters are not joined though an edge ties them."""

    OVERRIDE = "override"
    CANNOT_LINK = "cannot-link"
    UNLIKE_TEXTS = "unlike-texts"
    """The fullest texts of the two are unlike, and the edge rests on shorter ones."""


class Refusal(NamedTuple):
    """Why an edge joined nothing, and the pair across the two clusters that decided so."""

    reason: RefusalReason
    pair: Pair


class Clustering(NamedTuple):
    """For each node the least node of its cluster, and for each refused edge why it was refused."""

    labels: list[int]
    refusals: Mapping[Pair, Refusal]


_NO_OVERRIDES: Mapping[Pair, bool] = MappingProxyType({})
_NO_CANNOT_LINKS: Mapping[int, Pair] = MappingProxyType({})
_COMPARED_PER_CAPTURE = 4
"""Nodes of one cluster on one capture that are compared with the other cluster's: the rest are like them."""


class _Clusters:
    """Union-find that keeps for each root its cannot-links, captures and fullest text."""

    def __init__(self, captures: Sequence[Collection[Hashable]], lengths: Sequence[int]) -> None:
        n = len(lengths)
        self.sets = UnionFind(n)
        self.find = self.sets.find
        self.size = [1] * n
        self.fullest = list(range(n))
        self.lengths = lengths
        self.captures = captures
        self.cannot_links: dict[int, dict[int, Pair]] = {}  # by root and other root: the pair that decided
        self.nodes_on: dict[int, dict[Hashable, list[int]]] = {}

    def captures_of(self, root: int) -> dict[Hashable, list[int]]:
        """Return the captures of a cluster, each with some of the cluster's nodes on it."""
        if root not in self.nodes_on and self.captures[root]:
            self.nodes_on[root] = {capture: [root] for capture in self.captures[root]}
        return self.nodes_on.get(root) or {}

    def join(self, x: int, y: int) -> None:
        """Join two clusters, given by their roots."""
        if (self.size[x], -x) < (self.size[y], -y):
            x, y = y, x
        self.sets.attach(y, x)
        self.size[x] += self.size[y]
        ours, theirs = self.fullest[x], self.fullest[y]
        if (self.lengths[ours], -ours) < (self.lengths[theirs], -theirs):
            self.fullest[x] = theirs
        into, more = self.captures_of(x), self.captures_of(y)
        if into or more:
            if len(into) < len(more):
                into, more = more, into
            for capture in into.keys() & more.keys():
                more[capture] = sorted(into[capture] + more[capture])[:_COMPARED_PER_CAPTURE]
            into |= more
            self.nodes_on[x] = into
            self.nodes_on.pop(y, None)
        for other, pair in self.cannot_links.pop(y, {}).items():
            del self.cannot_links[other][y]
            self.add_cannot_link(x, other, pair)

    def add_cannot_link(self, x: int, y: int, pair: Pair) -> None:
        """Never join these two roots, because of this pair of their nodes."""
        self.cannot_links.setdefault(x, {}).setdefault(y, pair)
        self.cannot_links.setdefault(y, {}).setdefault(x, pair)

    def cannot_link(self, x: int, y: int) -> Pair | None:
        """Return the pair because of which the two roots may never join, or None where they may."""
        return self.cannot_links.get(x, _NO_CANNOT_LINKS).get(y)


class _Constraints(NamedTuple):
    """The overrides without contradictions.

    `must_links` must be joined. `cannot_links` must not; each has the override that decided so. `refusals`
    are the overrides that others contradict.
    """

    must_links: list[Pair]
    cannot_links: dict[Pair, Pair]
    refusals: dict[Pair, Refusal]


def cluster(
    captures: Sequence[Collection[Hashable]],
    lengths: Sequence[int],
    edges: Iterable[tuple[float, int, int]],
    cannot_links: Iterable[Pair],
    *,
    contradicts: Differ,
    unlike: Differ,
    overrides: Mapping[Pair, bool] = _NO_OVERRIDES,
) -> Clustering:
    """Join clusters by falling score, then those that overrides join; overrides that part hold throughout.

    An override that joins two nodes joins their clusters whole: both are made by the evidence first. Joined
    at first, a node would part from those of its own cluster that the evidence holds apart from the other
    node's.

    Args:
        captures: For each node the captures that showed it.
        lengths: For each node the length of its text, in characters.
        edges: Score and two nodes each; in any order.
        cannot_links: Pairs that the evidence holds apart. An override outweighs them.
        contradicts: Asked about nodes of two clusters that stand on one capture: are they two posts?
        unlike: Asked about the fullest texts of two clusters when the edge between the clusters rests on
            shorter ones: a card cut within an opening that two posts share would otherwise join them.
        overrides: True for pairs that are one post, False for pairs that are two. Where they contradict
            each other, False wins.

    """
    clusters = _Clusters(captures, lengths)
    constraints = _constraints(overrides)
    refusals = constraints.refusals
    by_override = set(constraints.cannot_links.values())
    ranked = [(-int(score), -len(captures[a]) - len(captures[b]), score, a, b) for score, a, b in edges]
    reach = connected(len(lengths), (edge[3:] for edge in ranked))
    for (a, b), decided_by in constraints.cannot_links.items():
        if reach[a] == reach[b]:
            clusters.add_cannot_link(a, b, decided_by)
    for pair in cannot_links:
        a, b = pair
        if a != b and reach[a] == reach[b]:  # most cannot-links are between nodes that no edge could join
            clusters.add_cannot_link(a, b, pair)
    for _, _, _, a, b in sorted(ranked):
        x, y = clusters.find(a), clusters.find(b)
        if x == y:
            continue
        refusal = _refusal(clusters, x, y, (a, b), by_override, contradicts=contradicts, unlike=unlike)
        if refusal:
            refusals[a, b] = refusal
        else:
            clusters.join(x, y)
    refusals |= _apply_overrides(clusters, constraints)
    least: dict[int, int] = {}
    return Clustering([least.setdefault(clusters.find(i), i) for i in range(len(lengths))], refusals)


def _refusal(
    clusters: _Clusters,
    x: int,
    y: int,
    edge: Pair,
    by_override: Collection[Pair],
    *,
    contradicts: Differ,
    unlike: Differ,
) -> Refusal | None:
    """Return why an edge must not join two roots, or None where it may."""
    if pair := clusters.cannot_link(x, y):
        return Refusal(RefusalReason.OVERRIDE if pair in by_override else RefusalReason.CANNOT_LINK, pair)
    full_x, full_y = clusters.fullest[x], clusters.fullest[y]
    if (full_x, full_y) not in (edge, edge[::-1]) and unlike(full_x, full_y):
        return Refusal(RefusalReason.UNLIKE_TEXTS, (min(full_x, full_y), max(full_x, full_y)))
    pair = _contradiction_on_a_capture(clusters, x, y, contradicts)
    return Refusal(RefusalReason.CANNOT_LINK, pair) if pair else None


def _apply_overrides(clusters: _Clusters, constraints: _Constraints) -> dict[Pair, Refusal]:
    """Join the clusters of must-links, whatever the evidence; return those that overrides forbid."""
    clusters.cannot_links.clear()
    for (a, b), decided_by in constraints.cannot_links.items():
        clusters.add_cannot_link(clusters.find(a), clusters.find(b), decided_by)
    refusals = {}
    for a, b in constraints.must_links:
        x, y = clusters.find(a), clusters.find(b)
        if pair := clusters.cannot_link(x, y):
            refusals[a, b] = Refusal(RefusalReason.OVERRIDE, pair)
        elif x != y:
            clusters.join(x, y)
    return refusals


def _constraints(overrides: Mapping[Pair, bool]) -> _Constraints:
    """Work out the must-links that the cannot-links allow, and cannot-links between all that they join."""
    joined = sorted(pair for pair, same in overrides.items() if same)
    parted = sorted(pair for pair, same in overrides.items() if not same)
    nodes = sorted({i for pair in (*joined, *parted) for i in pair})
    place = {node: n for n, node in enumerate(nodes)}
    clusters = _Clusters([()] * len(nodes), [0] * len(nodes))
    for a, b in parted:
        clusters.add_cannot_link(place[a], place[b], (a, b))
    must_links = []
    refusals = {}
    for a, b in joined:
        x, y = clusters.find(place[a]), clusters.find(place[b])
        if pair := clusters.cannot_link(x, y):
            refusals[a, b] = Refusal(RefusalReason.OVERRIDE, pair)
        else:
            must_links.append((a, b))
            if x != y:
                clusters.join(x, y)
    groups: dict[int, list[int]] = {}
    for node in nodes:
        groups.setdefault(clusters.find(place[node]), []).append(node)
    cannot_links = {
        pair: decided_by
        for x, others in clusters.cannot_links.items()
        for y, decided_by in others.items()
        if x < y
        for pair in product(groups[x], groups[y])
    }
    return _Constraints(must_links, cannot_links, refusals)


def _contradiction_on_a_capture(clusters: _Clusters, x: int, y: int, contradicts: Differ) -> Pair | None:
    """Find two nodes of the two clusters, seen on one capture, that are two posts; None where none are."""
    one, two = clusters.captures_of(x), clusters.captures_of(y)
    if len(one) > len(two):
        one, two = two, one
    if not one or one.keys().isdisjoint(two.keys()):
        return None
    compared: set[Pair] = set()
    for capture, nodes in one.items():
        for i in nodes:
            for j in two.get(capture, ()):
                if (i, j) not in compared:
                    compared.add((i, j))
                    if contradicts(i, j):
                        return (min(i, j), max(i, j))
    return None
