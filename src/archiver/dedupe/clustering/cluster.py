"""Clusters out of scored pairs: best edge first, refusing across a cannot-link.

In: for each node its captures and the length of its text, edges with scores, pairs that are held apart, and
two judges for pairs that no one has compared yet, and what a person joined or parted. Out: for each node the
least node of its cluster. Refuses to join two clusters when a pair across them is held apart, however strong
the edge: if A is like B and B is like C, but A and C are two posts, B goes with the one it is more like. The
one surprise: nodes must be numbered by content, for ties are broken by these numbers and nothing else.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from enum import Enum
from itertools import product
from typing import NamedTuple

Edge = tuple[float, int, int]
Pair = tuple[int, int]
Judge = Callable[[int, int], bool]


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


_ASKED = 4
"""Nodes of one cluster on one capture that are compared with the other cluster's: the rest are like them."""


class _Clusters:
    """Union-find that keeps, for each root, who its foes are, where it was seen, and its fullest text."""

    def __init__(self, captures: Sequence[Collection[Hashable]], lengths: Sequence[int]) -> None:
        n = len(lengths)
        self.root = list(range(n))
        self.size = [1] * n
        self.fullest = list(range(n))
        self.lengths = lengths
        self.captures = captures
        self.foes: dict[int, dict[int, Pair]] = {}  # with the pair that holds the two roots apart
        self.seen: dict[int, dict[Hashable, list[int]]] = {}

    def find(self, i: int) -> int:
        while self.root[i] != i:
            self.root[i] = self.root[self.root[i]]
            i = self.root[i]
        return i

    def seen_on(self, root: int) -> dict[Hashable, list[int]]:
        """The captures of a cluster, each with some of the cluster's nodes on it."""
        if root not in self.seen and self.captures[root]:
            self.seen[root] = {capture: [root] for capture in self.captures[root]}
        return self.seen.get(root) or {}

    def join(self, x: int, y: int) -> None:
        if (self.size[x], -x) < (self.size[y], -y):
            x, y = y, x
        self.root[y] = x
        self.size[x] += self.size[y]
        ours, theirs = self.fullest[x], self.fullest[y]
        if (self.lengths[ours], -ours) < (self.lengths[theirs], -theirs):
            self.fullest[x] = theirs
        into, seen = self.seen_on(x), self.seen_on(y)
        if into or seen:
            if len(into) < len(seen):
                into, seen = seen, into
            for capture, nodes in seen.items():
                into[capture] = sorted(into.get(capture, []) + nodes)[:_ASKED]
            self.seen[x] = into
            self.seen.pop(y, None)
        for foe, pair in self.foes.pop(y, {}).items():
            del self.foes[foe][y]
            self.hold_apart(x, foe, pair)

    def hold_apart(self, x: int, y: int, pair: Pair) -> None:
        """Never join these two roots, because of this pair of their nodes."""
        self.foes.setdefault(x, {}).setdefault(y, pair)
        self.foes.setdefault(y, {}).setdefault(x, pair)

    def apart(self, x: int, y: int) -> Pair | None:
        """Return the pair because of which the two roots may never join, or None where they may."""
        return self.foes.get(x, _NO_FOES).get(y)


_NO_FOES: Mapping[int, Pair] = {}


def connected(n: int, pairs: Iterable[Pair]) -> list[int]:
    """For each of `n` nodes the least node that the pairs tie it to, over however many."""
    root = list(range(n))

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for a, b in pairs:
        x, y = find(a), find(b)
        root[max(x, y)] = min(x, y)
    return [find(i) for i in range(n)]


def cluster(
    captures: Sequence[Collection[Hashable]],
    lengths: Sequence[int],
    edges: Iterable[Edge],
    apart: Iterable[Pair],
    *,
    contradicts: Judge,
    unlike: Judge,
    joined: Iterable[Pair] = (),
    parted: Iterable[Pair] = (),
) -> Clustering:
    """Union by falling score within what a person `parted`; what a person `joined` is joined in the end.

    The person's pairs stand above all others; where they contradict each other, `parted` wins. To join two
    nodes joins all that the evidence holds together with either: joined at first, a node would part from
    those of its own that the evidence holds apart from the other's.

    `contradicts` is asked about nodes of two clusters that stand on one capture; `unlike` about the fullest
    texts of two clusters when the edge between them rests on shorter ones: a card cut within an opening that
    two posts share would otherwise join them.
    """
    state = _Clusters(captures, lengths)
    joins, walls, refusals = _words(joined, parted)
    splits = set(walls.values())
    ranked = [(-int(score), -len(captures[a]) - len(captures[b]), score, a, b) for score, a, b in edges]
    reach = connected(len(lengths), (edge[3:] for edge in ranked))
    for (a, b), because in walls.items():
        if reach[a] == reach[b]:
            state.hold_apart(a, b, because)
    for pair in apart:
        a, b = pair
        if a != b and reach[a] == reach[b]:  # most of the pairs held apart are tied by nothing
            state.hold_apart(a, b, pair)
    for _, _, _, a, b in sorted(ranked):
        x, y = state.find(a), state.find(b)
        if x == y:
            continue
        refusal = _refusal(state, x, y, (a, b), splits, contradicts=contradicts, unlike=unlike)
        if refusal:
            refusals[a, b] = refusal
        else:
            state.join(x, y)
    state.foes.clear()  # what the evidence holds apart a person may join
    for (a, b), because in walls.items():
        state.hold_apart(state.find(a), state.find(b), because)
    for a, b in joins:
        x, y = state.find(a), state.find(b)
        if held := state.apart(x, y):
            refusals[a, b] = Refusal(RefusalReason.OVERRIDE, held)
        elif x != y:
            state.join(x, y)
    least: dict[int, int] = {}
    return Clustering([least.setdefault(state.find(i), i) for i in range(len(lengths))], refusals)


def _refusal(
    state: _Clusters,
    x: int,
    y: int,
    edge: Pair,
    splits: Collection[Pair],
    *,
    contradicts: Judge,
    unlike: Judge,
) -> Refusal | None:
    """Say why an edge must not join two roots, or return None where it may."""
    if held := state.apart(x, y):
        return Refusal(RefusalReason.OVERRIDE if held in splits else RefusalReason.CANNOT_LINK, held)
    full_x, full_y = state.fullest[x], state.fullest[y]
    if (full_x, full_y) not in (edge, edge[::-1]) and unlike(full_x, full_y):
        return Refusal(RefusalReason.UNLIKE_TEXTS, (min(full_x, full_y), max(full_x, full_y)))
    met = _meet(state, x, y, contradicts)
    return Refusal(RefusalReason.CANNOT_LINK, met) if met else None


class _Overrides(NamedTuple):
    """The joins that the splits allow, the nodes that these keep apart with the split, the joins refused."""

    joins: list[Pair]
    walls: dict[Pair, Pair]
    refusals: dict[Pair, Refusal]


def _words(joined: Iterable[Pair], parted: Iterable[Pair]) -> _Overrides:
    """Work out which joins the splits allow, and the splits between all that they join."""
    joined, parted = sorted(joined), sorted(parted)
    nodes = sorted({i for pair in (*joined, *parted) for i in pair})
    place = {node: n for n, node in enumerate(nodes)}
    state = _Clusters([()] * len(nodes), [0] * len(nodes))
    for a, b in parted:
        state.hold_apart(place[a], place[b], (a, b))
    joins = []
    refusals = {}
    for a, b in joined:
        x, y = state.find(place[a]), state.find(place[b])
        if held := state.apart(x, y):
            refusals[a, b] = Refusal(RefusalReason.OVERRIDE, held)
        else:
            joins.append((a, b))
            if x != y:
                state.join(x, y)
    groups: dict[int, list[int]] = {}
    for node in nodes:
        groups.setdefault(state.find(place[node]), []).append(node)
    walls = {
        pair: because
        for x, foes in state.foes.items()
        for y, because in foes.items()
        if x < y
        for pair in product(groups[x], groups[y])
    }
    return _Overrides(joins, walls, refusals)


def _meet(state: _Clusters, x: int, y: int, contradicts: Judge) -> Pair | None:
    """Find two nodes of the two clusters, seen on one capture, that are two posts; None where none are."""
    one, two = state.seen_on(x), state.seen_on(y)
    if len(one) > len(two):
        one, two = two, one
    if not one:
        return None
    asked: set[tuple[int, int]] = set()
    for capture, nodes in one.items():
        for i in nodes:
            for j in two.get(capture, ()):
                if (i, j) not in asked:
                    asked.add((i, j))
                    if contradicts(i, j):
                        return (min(i, j), max(i, j))
    return None
