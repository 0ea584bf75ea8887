"""Flat lists: where a member ends whose card goes on in the elements after it (`h2 p p h2 p`, `dt dd dt dd`).

In: the elements of a group. Out: for each, the element and the text that its card ends before. Refuses to
reach over what may be a card of its own, or over a heading. The one surprise: the last member reaches as far
as the longest of the others did, since nothing else tells where it ends.
"""

import itertools

from archiver.parse.judge import best_row
from archiver.parse.links import STRONG, Links
from archiver.parse.tree import HEADINGS, Tree

_STOPS = HEADINGS | {"dt", "nav", "footer"}
_FILLED, _OTHERS = 0.6, 0.2
"""Shares of the gaps that must hold text, and that may hold what looks like a card."""
_LONGEST_GAP = 60
"""Elements between two members, at most."""


def member_ends(tree: Tree, links: Links, elements: list[int]) -> list[tuple[int, int]]:
    """The end of each member as (element, text), both excluded."""
    plain = [(tree.end[i], tree.text_end[i]) for i in elements]
    gaps = [(i, j) for i, j in itertools.pairwise(elements) if tree.parents[i] == tree.parents[j] >= 0]
    if not gaps:
        return plain
    filled = others = 0
    for done, (i, j) in enumerate(gaps):
        if tree.length[tree.text_start[j]] > tree.length[tree.text_end[i]]:
            stop, _ = _gap_end(tree, tree.end[i], j)
            filled += tree.length[_text_before(tree, stop)] > tree.length[tree.text_end[i]]
            row, _ = best_row(links, tree.end[i], stop)
            if row >= 0 and (links.points[row] >= STRONG or _is_twin(tree, links, i, row)):
                others += 1
                if others > _OTHERS * len(gaps):
                    return plain
        if filled + len(gaps) - done - 1 < _FILLED * len(gaps):
            return plain
    return _extended(tree, elements)


def _extended(tree: Tree, elements: list[int]) -> list[tuple[int, int]]:
    ends = []
    longest = 1
    for i, j in zip(elements, [*elements[1:], -1], strict=True):
        parent = tree.parents[i]
        if j >= 0 and tree.parents[j] == parent:
            stop, steps = _gap_end(tree, tree.end[i], j)
            longest = max(longest, steps)
        else:
            stop = tree.end[i]
            limit = tree.end[parent] if parent >= 0 else stop
            for _ in range(longest):
                if stop >= limit or tree.tags[stop] in _STOPS:
                    break
                stop = tree.end[stop]
        text = _text_before(tree, stop)
        if parent >= 0:
            text = min(text, tree.text_end[parent])
        ends.append((stop, max(text, tree.text_end[i])))
    return ends


def _gap_end(tree: Tree, start: int, stop: int) -> tuple[int, int]:
    """The first element between two siblings that ends a card, else *stop*; and how many were passed."""
    steps = 0
    while start < stop and steps < _LONGEST_GAP and tree.tags[start] not in _STOPS:
        start = tree.end[start]
        steps += 1
    return start, steps


def _text_before(tree: Tree, i: int) -> int:
    """The number of texts before element *i*."""
    return tree.text_start[i] if i < len(tree.tags) else len(tree.texts)


def _is_twin(tree: Tree, links: Links, member: int, row: int) -> bool:
    """Whether a link after a member stands as the member's own permalink does: it is a card's, too."""
    own, _ = best_row(links, member, tree.end[member])
    if own < 0 or tree.tags[tree.end[member]] != tree.tags[member]:
        return False
    a, b = links.element[own], links.element[row]
    return (
        tree.path[a] == tree.path[b]
        and tree.classes[a] == tree.classes[b]
        and tree.classes[tree.parents[a]] == tree.classes[tree.parents[b]]
    )
