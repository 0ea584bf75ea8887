"""Flat lists: where a member ends whose card goes on in the elements after it (`h2 p p h2 p`, `dt dd dt dd`).

In: the elements of a group. Out: for each, the text that its card begins with, the element and the text that
it ends before. Refuses to reach over what may be a card of its own, or over a heading. The one surprise: the
last member reaches as far as the longest of the others did, since nothing else tells where it ends; and what
stands in the line of a member before it (`<b>5 March</b> - <a>`) is the member's, not the last one's.
"""

import itertools
from typing import NamedTuple

from archiver.parse.document.links import STRONG, Links
from archiver.parse.document.tree import HEADINGS, LINE, Tree
from archiver.parse.listing.score import best_row

_STOPS = HEADINGS | {"dt", "nav", "footer"}
_FILLED, _OTHERS = 0.6, 0.2
"""Shares of the gaps that must hold text, and that may hold what looks like a card."""
_LONGEST_GAP = 60
"""Elements between two members, at most."""
_LONGEST_LEAD = 80
"""Characters that may stand before a member in its line: a date, a number, a label."""


class Span(NamedTuple):
    """What a member takes: its first text, and the element and the text that it ends before."""

    text_start: int
    end: int
    text_end: int


def member_spans(tree: Tree, links: Links, elements: list[int]) -> list[Span]:
    """What each member takes, in the order of the elements."""
    plain = [Span(tree.text_start[i], tree.end[i], tree.text_end[i]) for i in elements]
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
    return _with_leads(tree, elements, _extended(tree, elements))


def _extended(tree: Tree, elements: list[int]) -> list[Span]:
    spans = []
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
        spans.append(Span(tree.text_start[i], stop, max(text, tree.text_end[i])))
    return spans


def _with_leads(tree: Tree, elements: list[int], spans: list[Span]) -> list[Span]:
    """The spans, each with what stands before its element in its line, which the one before it loses."""
    first = elements[0]
    leads = [_lead(tree, first, tree.text_start[max(0, tree.parents[first])])]
    for i, j in itertools.pairwise(elements):
        leads.append(_lead(tree, j, tree.text_end[i]))
    if 2 * sum(map(int.__lt__, leads, (tree.text_start[i] for i in elements))) <= len(elements):
        return spans
    result = []
    for i, span, lead, following in zip(elements, spans, leads, [*leads[1:], len(tree.texts)], strict=True):
        end = tree.end[i]
        while end < span.end and tree.text_start[end] < following:
            end = tree.end[end]
        result.append(Span(lead, end, max(min(span.text_end, following), tree.text_end[i])))
    return result


def _lead(tree: Tree, i: int, least: int) -> int:
    """The first text of the line in which element *i* begins, if it is near; else the element's own first."""
    own = k = tree.text_start[i]
    while k > least and k < len(tree.texts) and tree.gap[k] != LINE:
        k -= 1
        if tree.length[own] - tree.length[k] > _LONGEST_LEAD:
            return own
    return k if k < len(tree.texts) and tree.gap[k] == LINE else own


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
