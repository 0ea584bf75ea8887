"""The cards of a page whose list other pages of its site have taught.

In: a page's evidence, what was learnt. Out: a group, of one member at the least, or None. Refuses a group
with more prose beside it, or in one card, than there was on the pages that taught it: an article may wear the
dress of a card. The one surprise: one card is enough here.
"""

from bisect import bisect_left

from archiver.parse.listing.flat import Span, member_spans
from archiver.parse.listing.score import Evidence, Group, Member, measure, place
from archiver.parse.wrapper.learn import LearnedList, SiteTemplate
from archiver.parse.wrapper.signatures import Signature, from_text, path_of

_LEAST_POINTS = 0.0
"""A link of fewer points leads to a page above, to a label, to what is on every page."""


def known_group(evidence: Evidence, learnt: SiteTemplate) -> Group | None:
    """The list with the most members on this page, of those that its address may have."""
    best: Group | None = None
    for known in learnt.lists_for(evidence.page_url):
        group = _group(evidence, known)
        if group and (best is None or len(group.members) > len(best.members)):
            best = group
    return best


def _group(evidence: Evidence, known: LearnedList) -> Group | None:
    tree, links = evidence.tree, evidence.links
    signature = from_text(known.signature)
    elements = _elements(evidence, signature)
    if not elements:
        return None
    spans = member_spans(tree, links, elements)
    if len(elements) == 1 and signature.reach:
        spans = [_reached(evidence, elements[0], signature.reach)]
    members: list[Member] = []
    keys: set[str] = set()
    for i, span in zip(elements, spans, strict=True):
        m = Member(i, span.end, span.text_start, span.text_end, -1)
        for row in range(bisect_left(links.element, i), bisect_left(links.element, span.end)):
            if (
                links.points[row] > _LEAST_POINTS
                and links.key[row] not in keys
                and place(tree, links, m, row) == signature.place
            ):
                keys.add(links.key[row])
                m.row = row
                members.append(m)
                break
    if not members:
        return None
    longest = max(tree.length[m.text_end] - tree.length[m.text_start] for m in members)
    prose = sum(evidence.prose[m.text_end] - evidence.prose[m.text_start] for m in members)
    if longest > 2 * known.longest or evidence.prose[-1] - prose > known.outside:
        return None
    name = ".".join([tree.tags[elements[0]], *signature.classes[:1]])
    return measure(evidence, name, members, len(members) / len(elements), 1.0)


def _elements(evidence: Evidence, signature: Signature) -> list[int]:
    """The elements outside what is aside that stand on the path and have the classes."""
    tree = evidence.tree
    tag, wanted = signature.path.rpartition(" ")[2], set(signature.classes)
    on_path: dict[int, bool] = {}
    found = []
    for i, own in enumerate(tree.tags):
        if own != tag or tree.aside[i] >= 0:
            continue
        path = tree.path[i]
        if path not in on_path:
            on_path[path] = path_of(tree, i) == signature.path
        if on_path[path] and wanted <= set(tree.classes[i].split()):
            found.append(i)
    return found


def _reached(evidence: Evidence, i: int, reach: int) -> Span:
    """The end of the only member of a flat list: as far as the members of the site's other lists reached."""
    tree = evidence.tree
    parent = tree.parents[i]
    stop = tree.end[i]
    for _ in range(reach):
        if stop >= (tree.end[parent] if parent >= 0 else stop):
            break
        stop = tree.end[stop]
    text_end = tree.text_start[stop] if stop < len(tree.tags) else len(tree.texts)
    return Span(tree.text_start[i], stop, text_end)
