"""Cards that stand beside the chosen group in another form: sticky rows, a featured card above a grid.

A page and its chosen group come in; the group with these cards goes out. A card that stands far from the
group, or lacks a date or text where the members have it, is left out, and so is the front page. These cards
are found by the place of their permalink: their own element has neither the class nor the path of the others.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from archiver.parse.document.links import LEAST, STRONG
from archiver.parse.document.tree import HEADINGS, Tree
from archiver.parse.listing.forms import is_folder, names_story, url_form
from archiver.parse.listing.score import (
    MOST_LINKS,
    PROSE,
    Evidence,
    Group,
    LinkPlace,
    Member,
    is_in_brackets,
    place,
    whole,
)

_LEVELS_ABOVE = 2
"""Levels above the element that holds all members where a featured card may stand."""
_MOST_CELLS = 40
"""Cells of a row that are compared."""
_DEEPEST = 40
"""Levels between a card and its permalink, at most."""
_MOST = 0.8
"""Share of members that makes a feature a rule for the group."""
_SOME = 0.2
"""Share of members with a date right above them where dates head the cards."""


@dataclass(frozen=True, slots=True)
class _Form:
    """What the cards of a group have in common.

    They stand in the element `around`, and others may stand in `holder`.
    """

    around: int
    holder: int
    depth: int
    starts: list[int]
    keys: set[str]
    places: set[LinkPlace]
    paths: set[int]
    parents: set[int]
    names: set[str]
    """Classes that nearly all of the cards have that are links themselves."""
    cells: set[tuple[str, ...]]
    """The tags of the cells of the cards that are rows of a table."""


def add_featured(evidence: Evidence, group: Group) -> Group:
    """Return the group with the cards that it missed, in page order."""
    around = _around(evidence, group) if len(group.members) > 1 else -1
    if around < 0:
        return group
    form = _form(evidence, group, around)
    added: list[Member] = []
    keys = set(form.keys)
    for row in _free_rows(evidence, group, form):
        key, i = evidence.links.key[row], evidence.links.element[row]
        if key in keys or (added and i < added[-1].end) or not _may_be_featured(evidence, i, keys):
            continue
        member = _card(evidence, group, form, row)
        if member:
            added.append(member)
            keys.add(key)
    if not added or len(added) > max(2, len(group.members)):
        return group
    members = sorted([*group.members, *added], key=lambda m: m.start)
    return replace(group, members=_disjoint(members))


def _around(evidence: Evidence, group: Group) -> int:
    """Return the smallest element round all members; -1 where there is none."""
    tree, first, last = evidence.tree, group.members[0], group.members[-1]
    around = tree.parents[first.start]
    while around >= 0 and tree.end[around] < last.end:
        around = tree.parents[around]
    return around


def _holder(tree: Tree, around: int) -> int:
    """Return the element in which featured cards may stand, some levels above the members."""
    for _ in range(_LEVELS_ABOVE):
        if tree.parents[around] >= 0 and tree.tags[tree.parents[around]] != "html":
            around = tree.parents[around]
    return around


def _form(evidence: Evidence, group: Group, around: int) -> _Form:
    tree, links, members = evidence.tree, evidence.links, group.members
    return _Form(
        around=around,
        holder=_holder(tree, around),
        depth=tree.depth[members[0].start],
        starts=[m.start for m in members],
        keys={links.key[m.row] for m in members},
        places={place(tree, links, m, m.row) for m in members},
        paths={tree.path[m.start] for m in members},
        parents={tree.parents[m.start] for m in members},
        names=_shared_names(evidence, members),
        cells={_cells(tree, m.start) for m in members if tree.tags[m.start] == "tr"},
    )


def _cells(tree: Tree, row: int) -> tuple[str, ...]:
    """Return the tags of the children of a row, as far as they are compared."""
    found: list[str] = []
    i = row + 1
    while i < tree.end[row] and len(found) < _MOST_CELLS:
        found.append(tree.tags[i])
        i = tree.end[i]
    return tuple(found)


def _shared_names(evidence: Evidence, members: list[Member]) -> set[str]:
    """Return the classes that nearly all of those members have that are links themselves."""
    tree, links = evidence.tree, evidence.links
    own = [set(tree.classes[m.start].split()) for m in members if links.element[m.row] == m.start]
    counts = Counter(chain.from_iterable(own))
    return {name for name, count in counts.items() if count >= _MOST * len(own)}


def _free_rows(evidence: Evidence, group: Group, form: _Form) -> Iterator[int]:
    """Yield the possible permalinks in the holder that lie in no member."""
    tree, links = evidence.tree, evidence.links
    start, end = form.holder, tree.end[form.holder]
    for row in range(bisect_left(links.element, start), bisect_left(links.element, end)):
        i = links.element[row]
        at = bisect_left(form.starts, i + 1) - 1
        if (
            links.points[row] > LEAST
            and "/" in links.key[row]
            and (at < 0 or i >= group.members[at].end)
            and tree.depth[i] - form.depth <= _DEEPEST
            and not is_in_brackets(tree, i)
        ):
            yield row


def _may_be_featured(evidence: Evidence, i: int, keys: set[str]) -> bool:
    """Return whether a link stands in the content, or in an `aside` that holds one card.

    Such an `aside` has one heading's link, to a place that no card in *keys* leads to.
    """
    tree, links, region = evidence.tree, evidence.links, evidence.tree.region[i]
    if region < 0:
        return True
    rows = range(bisect_left(links.element, region), bisect_left(links.element, tree.end[region]))
    strong = {links.key[row] for row in rows if links.points[row] >= STRONG and links.heading[row] >= region}
    return tree.tags[region] == "aside" and len(strong) == 1 and strong.isdisjoint(keys)


def _card(evidence: Evidence, group: Group, form: _Form, row: int) -> Member | None:
    """Return the card of a link: in the form of the members, else a featured one."""
    tree = evidence.tree
    card = evidence.links.element[row]
    while tree.depth[card] > form.depth:
        card = tree.parents[card]
    alike = whole(tree, card, row)
    if tree.path[card] not in form.paths or not (
        place(tree, evidence.links, alike, row) in form.places or _is_one_of_the_links(evidence, form, alike)
    ):
        return _featured(evidence, group, form, row)
    if tree.parents[card] in form.parents:
        return alike
    if form.cells and _cells(tree, card) not in form.cells:  # a name and its value, in another table
        return None
    if group.features.dated > _MOST:
        return alike if evidence.has_date(alike.text_start, alike.text_end) else None
    is_headed = group.features.dated_above >= _SOME
    return None if is_headed and not tree.inside(card, form.around) else alike


def _is_one_of_the_links(evidence: Evidence, form: _Form, card: Member) -> bool:
    """Return whether a card is a link among cards that are links: classes of its own say how wide it is."""
    tree = evidence.tree
    return (
        evidence.links.element[card.row] == card.start
        and tree.parents[card.start] in form.parents
        and not form.names.isdisjoint(tree.classes[card.start].split())
    )


def _featured(evidence: Evidence, group: Group, form: _Form, row: int) -> Member | None:
    """Return the card of a heading's link above the last member, if it has what the members have."""
    tree, links, starts = evidence.tree, evidence.links, form.starts
    i = links.element[row]
    if (
        links.points[row] < STRONG
        or links.heading[row] < 0
        or group.features.headed < _MOST
        or i > starts[-1]
    ):
        return None
    following = _story_below(evidence, row)
    while tree.parents[i] != form.holder and tree.parents[i] >= 0:
        up = tree.parents[i]
        at = bisect_left(starts, up)
        if at < len(starts) and starts[at] < tree.end[up]:
            break
        if tree.end[up] > following and (
            tree.size(i) > PROSE or evidence.has_date(tree.text_start[i], tree.text_end[i])
        ):
            break
        i = up
    if tree.tags[i] in {"a", "header"} or tree.tags[i] in HEADINGS or _is_box(evidence, i, row):
        return None
    dated = evidence.has_date(tree.text_start[i], tree.text_end[i])
    has_prose = tree.size(i) > PROSE
    if (group.features.dated > _MOST and not dated) or (group.features.prose > _MOST and not has_prose):
        return None
    return whole(tree, i, row) if dated or has_prose else None


def _story_below(evidence: Evidence, row: int) -> int:
    """Return the next link that leads to another story by the form of its URL: no part of the card."""
    links = evidence.links
    form = url_form(links.url[row])
    return next(
        (
            links.element[r]
            for r in range(row + 1, min(row + MOST_LINKS, len(links.key)))
            if links.points[r] > 0
            and links.key[r] != links.key[row]
            and names_story(links.url[r])
            and url_form(links.url[r]) == form
        ),
        len(evidence.tree.tags),
    )


def _is_box(evidence: Evidence, i: int, row: int) -> bool:
    """Return whether an element is no card but a box by topic: its link is to the folder of several in it."""
    links = evidence.links
    first = bisect_left(links.element, i)
    last = min(bisect_left(links.element, evidence.tree.end[i], first), first + MOST_LINKS)
    url = links.url[row]
    return len({links.key[r] for r in range(first, last) if is_folder(url, [links.url[r]])}) > 1


def _disjoint(members: list[Member]) -> list[Member]:
    """End each member where the next begins: one of a flat list may reach over an added card."""
    result = list(members)
    for at, (a, b) in enumerate(pairwise(members)):
        if a.end > b.start:
            result[at] = replace(a, end=b.start, text_end=min(a.text_end, b.text_start))
    return result
