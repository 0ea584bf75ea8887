"""Disjoint sets of numbered nodes: union-find with path halving.

Nodes are numbers from 0 on, and pairs of them join their sets. The root of a set is its least node, unless
the caller joins roots itself.
"""

from collections.abc import Iterable


class UnionFind:
    """Sets of the nodes 0 to *nodes* - 1, at first each node alone."""

    __slots__ = ("_parents",)

    def __init__(self, nodes: int) -> None:
        self._parents = list(range(nodes))

    def find(self, node: int) -> int:
        """Return the root of the node's set."""
        parents = self._parents
        while parents[node] != node:
            parents[node] = node = parents[parents[node]]
        return node

    def union(self, a: int, b: int) -> bool:
        """Join the sets of two nodes under the lesser root; False where they are one set already."""
        x, y = self.find(a), self.find(b)
        if x == y:
            return False
        self.attach(max(x, y), min(x, y))
        return True

    def attach(self, root: int, to: int) -> None:
        """Join the set of one root to that of another one, which stays a root."""
        self._parents[root] = to


def connected(nodes: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """Return for each node the least node that the pairs connect it with, directly or through others."""
    sets = UnionFind(nodes)
    for a, b in pairs:
        sets.union(a, b)
    return [sets.find(node) for node in range(nodes)]
