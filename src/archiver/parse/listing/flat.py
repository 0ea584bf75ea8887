"""Flat lists: where a card ends that is continued by the elements after it (`h2 p p h2 p`, `dt dd`).

The elements of a group come in; for each, the text that its card begins with and the element and the text
that it ends before go out. No member reaches over what may be a card of its own, or over a heading. The last
member is given the length of the longest of the others, since nothing else shows where it ends. What stands
before a member in its line (`<b>5 March</b> - <a>`) belongs to that member, not to the previous one, and so
does the heading that stands right before each (`h2 div h2 div`), or a date that is the line above it, if the
first member has one, too.
"""

import itertools
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from archiver.parse.dates.find import find_date, has_date, is_date
from archiver.parse.document.links import STRONG, Links
from archiver.parse.document.tree import HEADINGS, LINE, Tree
from archiver.parse.listing.score import find_permalink

_STOPS = HEADINGS | {"dt", "nav", "footer"}
"""Elements that end a card: none reaches over them."""
_HEADED = 0.8
"""Share of the members that must have a heading right before them for it to be theirs."""
_FILLED, _OTHERS = 0.6, 0.2
"""Shares of the gaps that must hold text, and that may hold what looks like a card."""
_LONGEST_GAP = 60
"""Elements between two members, at most."""
_MOST_LINES = 6
"""Lines above a sibling that may belong to it."""
_BOLD = frozenset({"b", "strong"})
_LONGEST_LEAD = 80
"""Characters that may stand before a member in its line: a date, a number, a label."""


@dataclass(slots=True)
class Span:
    """The extent of a member: its first element and text, and the element and text that it ends before."""

    start: int
    text_start: int
    end: int
    text_end: int


class _Gap(NamedTuple):
    """What may continue a card after its element: the element that it ends before, and how many it takes."""

    end: int
    elements: int


def member_spans(tree: Tree, links: Links, elements: list[int]) -> list[Span]:
    """Return the span of each member, in the order of the elements."""
    if _is_flat(tree, links, elements):
        return _with_leads(tree, elements, _extended(tree, elements))
    starts = _headings_before(tree, elements)
    return [
        Span(start, tree.text_start[start], tree.end[i], tree.text_end[i])
        for start, i in zip(starts, elements, strict=True)
    ]


def _headings_before(tree: Tree, elements: list[int]) -> list[int]:
    """Return for each element the heading right before it, where nearly all have one; else the elements.

    An element with a heading of its own has no other, and what is above it is a day's or a topic's.
    """
    starts, found = list(elements), 0
    for at, i in enumerate(elements):
        after = bisect_left(tree.headings, i)
        if after < len(tree.headings) and tree.headings[after] < tree.end[i]:
            return elements
        heading = tree.headings[after - 1] if after else -1
        if heading >= 0 and tree.end[heading] == i and tree.parents[heading] == tree.parents[i]:
            starts[at] = heading
            found += 1
    return starts if found >= _HEADED * len(elements) else elements


def _is_flat(tree: Tree, links: Links, elements: list[int]) -> bool:
    """Return whether most gaps between siblings hold text, and few of them what looks like a card."""
    parents, length = tree.parents, tree.length
    gaps = [(i, j) for i, j in itertools.pairwise(elements) if parents[i] == parents[j] >= 0]
    filled = others = 0
    for done, (i, j) in enumerate(gaps):
        if length[tree.text_start[j]] > length[tree.text_end[i]]:
            stop = _gap(tree, tree.end[i], j).end
            filled += length[_text_before(tree, stop)] > length[tree.text_end[i]]
            other = find_permalink(links, tree.end[i], stop)
            if other and (links.points[other.row] >= STRONG or _is_alike(tree, links, i, other.row)):
                others += 1
                if others > _OTHERS * len(gaps):
                    return False
        if filled + len(gaps) - done - 1 < _FILLED * len(gaps):
            return False
    return bool(gaps)


def _extended(tree: Tree, elements: list[int]) -> list[Span]:
    """Return the spans of the members of a flat list."""
    spans = []
    longest = 1
    for i, j in zip(elements, [*elements[1:], -1], strict=True):
        parent = tree.parents[i]
        if j >= 0 and tree.parents[j] == parent:
            stop, steps = _gap(tree, tree.end[i], j)
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
        spans.append(Span(i, tree.text_start[i], stop, max(text, tree.text_end[i])))
    return spans


def _with_leads(tree: Tree, elements: list[int], spans: list[Span]) -> list[Span]:
    """Begin each span at the start of its line, and end the previous one there."""
    limits = [tree.text_start[max(0, tree.parents[elements[0]])], *(tree.text_end[i] for i in elements[:-1])]
    leads = [_lead(tree, i, least) for i, least in zip(elements, limits, strict=True)]
    stops = _lines_above(tree, elements, leads)
    if stops:
        leads = stops
    else:
        stops = _date_lines_above(tree, elements, spans[-1], leads, limits)
        if all(map(int.__lt__, stops, leads)):  # else a date stands above several members
            leads = stops
    own = [tree.text_start[i] for i in elements]
    if 2 * sum(map(int.__lt__, stops, own)) <= len(elements) and not any(map(int.__lt__, stops, leads)):
        return spans
    result = []
    for i, span, lead, following in zip(elements, spans, leads, [*stops[1:], len(tree.texts)], strict=True):
        end = tree.end[i]
        while end < span.end and tree.text_start[end] < following:
            end = tree.end[end]
        result.append(Span(i, lead, end, max(min(span.text_end, following), tree.text_end[i])))
    return result


def _lines_above(tree: Tree, elements: list[int], leads: list[int]) -> list[int] | None:
    """Return where the lines above siblings begin that belong to them: the name in bold, the date.

    Where fewer lines follow the last sibling than stand between two, the others begin the next one, and as
    many stand above the first.
    """
    parent = tree.parents[elements[0]]
    if parent < 0 or tree.parents[elements[-1]] != parent or tree.within(tree.headings, elements[0]):
        return None
    texts = range(tree.text_start[parent], tree.text_end[parent])
    if leads[0] == texts.start or texts.stop - tree.text_end[elements[-1]] > _LONGEST_GAP:
        return None
    lines = [k for k in texts if tree.gap[k] == LINE]
    starts = [bisect_right(lines, k) - 1 for k in leads]
    ends = [bisect_left(lines, tree.text_end[i]) for i in elements]
    between = Counter(map(int.__sub__, starts[1:], ends))
    usual, count = max(between.items(), key=itemgetter(1))
    above = usual - (len(lines) - ends[-1])
    if not 0 < above <= min(usual, _MOST_LINES, starts[0]) or count < _HEADED * between.total():
        return None
    first = lines[starts[0] - above : starts[0]]
    form = [tree.tags[tree.owner[k]] for k in first]
    if _BOLD.isdisjoint(form) and not any(has_date(tree.texts[k]) for k in first):
        return None
    begins = [lines[max(0, at - above) : at] for at in starts]
    alike = [[tree.tags[tree.owner[k]] for k in begin] == form for begin in begins]
    if sum(alike) < _HEADED * len(alike):
        return None
    return [begin[0] if same else lead for begin, same, lead in zip(begins, alike, leads, strict=True)]


def _date_lines_above(
    tree: Tree, elements: list[int], last: Span, leads: list[int], limits: list[int]
) -> list[int]:
    """Return where the dates begin that are the lines above siblings; the leads of those without one.

    There are none where the first sibling has none, or where such dates stand below.
    """
    above = [_line_above(tree, leads[0], limits[0])]
    frame = _date_frame(tree.join(above[0], leads[0]))
    if frame is None or _ends_with_date(tree, elements[-1], last, frame):
        return leads
    above += [_line_above(tree, lead, least) for lead, least in zip(leads[1:], limits[1:], strict=True)]
    return [
        k if _date_frame(tree.join(k, lead)) == frame else lead for k, lead in zip(above, leads, strict=True)
    ]


def _lead(tree: Tree, i: int, least: int) -> int:
    """Return the first text of the line that element *i* begins in, if it is near; else the element's own."""
    own = k = tree.text_start[i]
    while k > least and k < len(tree.texts) and tree.gap[k] != LINE:
        k -= 1
        if tree.length[own] - tree.length[k] > _LONGEST_LEAD:
            return own
    return k if k < len(tree.texts) and tree.gap[k] == LINE else own


def _line_above(tree: Tree, lead: int, least: int) -> int:
    """Return the first text of the line above a lead, if it is short and not above *least*, else the lead."""
    k = lead - 1
    while k > least and tree.gap[k] != LINE and tree.length[lead] - tree.length[k] < _LONGEST_LEAD:
        k -= 1
    is_line = k >= least and tree.gap[k] == LINE and tree.length[lead] - tree.length[k] <= _LONGEST_LEAD
    return k if is_line else lead


def _date_frame(line: str) -> str | None:
    """Return the words round the date of a line, none if it is nothing but a date; None without a date."""
    if is_date(line):
        return ""
    found = find_date(line, order="mdy")  # any order: where the date stands is asked
    return line[: found.start] + "|" + line[found.end :] if found else None


def _ends_with_date(tree: Tree, i: int, span: Span, frame: str) -> bool:
    """Return whether a text of a span after its element has a date in this frame: dates stand below."""
    return any(_date_frame(text) == frame for text in tree.texts[tree.text_end[i] : span.text_end])


def _gap(tree: Tree, start: int, stop: int) -> _Gap:
    """Return the gap from element *start* to its sibling *stop*, or to the first that ends a card."""
    steps = 0
    while start < stop and steps < _LONGEST_GAP and tree.tags[start] not in _STOPS:
        start = tree.end[start]
        steps += 1
    return _Gap(start, steps)


def _text_before(tree: Tree, i: int) -> int:
    """Return the number of texts before element *i*."""
    return tree.text_start[i] if i < len(tree.tags) else len(tree.texts)


def _is_alike(tree: Tree, links: Links, member: int, row: int) -> bool:
    """Return whether a link after a member stands as the member's own permalink does: it is a card's, too."""
    own = find_permalink(links, member, tree.end[member])
    if own is None or tree.tags[tree.end[member]] != tree.tags[member]:
        return False
    a, b = links.element[own.row], links.element[row]
    return (
        tree.path[a] == tree.path[b]
        and tree.classes[a] == tree.classes[b]
        and tree.classes[tree.parents[a]] == tree.classes[tree.parents[b]]
    )
