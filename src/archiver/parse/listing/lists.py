"""Which list of its page each card stands in: the boxes of a front page, the months of an archive.

The members of a group come in, the number of the list of each goes out: 0, 1, 2 and so on, in page order.
Most neighbours of a list meet in one element, their container. Where two neighbours meet above their
containers, a new list begins if something sets it apart: a text above it, or a container of other tags.
Containers with nothing between them are rows and columns of one list, as layouts make them, whatever their
classes are.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import accumulate, pairwise

from archiver.parse.document.tree import Tree
from archiver.parse.listing.score import Member


def list_numbers(tree: Tree, members: Sequence[Member]) -> list[int]:
    """Return the number of the list of each member, in their order."""
    meetings = [_meeting(tree, a.start, b.start) for a, b in pairwise(members)]
    containers = _container_depths(tree, members, meetings)
    begins = [
        tree.depth[meeting] < (depth := max(containers[tree.path[a.start]], containers[tree.path[b.start]]))
        and _is_apart(tree, a, b, depth)
        for meeting, (a, b) in zip(meetings, pairwise(members), strict=True)
    ]
    return list(accumulate(begins, initial=0))[: len(members)]


def _meeting(tree: Tree, a: int, b: int) -> int:
    """Return the nearest element that holds *a* and *b*, of which *a* comes first.

    The elements on the way up from *b* lie between the two, so all members together take linear time.
    """
    while b > a:
        b = tree.parents[b]
    return b


def _container_depths(tree: Tree, members: Sequence[Member], meetings: Sequence[int]) -> dict[int, int]:
    """Return how deep the container of most members is, by the tag path of the members."""
    depths: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for meeting, pair in zip(meetings, pairwise(members), strict=True):
        for path in {tree.path[m.start] for m in pair}:
            depths[path][tree.depth[meeting]] += 1
    return {path: max(found, key=lambda depth: (found[depth], depth)) for path, found in depths.items()}


def _is_apart(tree: Tree, a: Member, b: Member, depth: int) -> bool:
    """Return whether the containers of two members at a depth differ in tags, or a text is above the second.

    A member that is not so deep is its own container. A text in an element like that of the second member is
    no heading, but that of a card that was left out.
    """
    before, after = _ancestor(tree, a.start, depth), _ancestor(tree, b.start, depth)
    if tree.path[before] != tree.path[after] or (before == a.start) != (after == b.start):
        return True
    slot = _ancestor(tree, b.start, depth + 1)
    k = max(tree.text_end[before], a.text_end)
    if k >= min(tree.text_start[slot], b.text_start):
        return False
    return not _are_alike(tree, _ancestor(tree, tree.owner[k], depth + 1), slot)


def _ancestor(tree: Tree, i: int, depth: int) -> int:
    """Return the ancestor of an element at a depth; the element itself where it is not so deep."""
    while tree.depth[i] > depth:
        i = tree.parents[i]
    return i


def _are_alike(tree: Tree, a: int, b: int) -> bool:
    """Return whether two elements have the same tag path, and a class in common if they have any."""
    if tree.path[a] != tree.path[b]:
        return False
    one, other = tree.classes[a], tree.classes[b]
    return one == other or not set(one.split()).isdisjoint(other.split())
