"""The cards of a page by a listing that was learned from other pages of its site.

The evidence of a page and a `SiteTemplate` come in; a `Group` goes out, or None. One card is enough here. A
group is refused where the page has more prose outside it, or one of its cards is longer, than on the pages
that the listing was learned from: the body of an article may have the classes of a card.
"""

from bisect import bisect_left
from dataclasses import replace

from archiver.parse.listing.flat import Span, member_spans
from archiver.parse.listing.score import Evidence, Group, Member, measure, place
from archiver.parse.wrapper.learn import LearnedListing, SiteTemplate
from archiver.parse.wrapper.signatures import Signature, from_text, path_of

_LEAST_POINTS = 0.0
"""A hyperlink of no more points leads to a page above, to a label, or to what is on every page."""


def learned_group(evidence: Evidence, template: SiteTemplate) -> Group | None:
    """Find the group of the learned listing that has the most members on this page."""
    best: Group | None = None
    for listing in template.listings_for(evidence.page_url):
        group = _group_of(evidence, listing)
        if group and (best is None or len(group.members) > len(best.members)):
            best = group
    return best


def _group_of(evidence: Evidence, listing: LearnedListing) -> Group | None:
    """Find the group that has the listing's signature and keeps within its bounds."""
    signature = from_text(listing.signature)
    elements = _elements(evidence, signature)
    members = _members(evidence, elements, signature)
    if not members or not _is_within_bounds(evidence, members, listing):
        return None
    name = ".".join([evidence.tree.tags[elements[0]], *signature.classes[:1]])
    return measure(evidence, name, members, len(members) / len(elements), 1.0)


def _elements(evidence: Evidence, signature: Signature) -> list[int]:
    """Find the elements with the path and classes of the signature, outside navigation and the like."""
    tree = evidence.tree
    tag, wanted = signature.path.rpartition(" ")[2], set(signature.classes)
    on_path: dict[int, bool] = {}
    found = []
    for i, own in enumerate(tree.tags):
        if own != tag or tree.region[i] >= 0:
            continue
        path = tree.path[i]
        if path not in on_path:
            on_path[path] = path_of(tree, i) == signature.path
        if on_path[path] and wanted <= set(tree.classes[i].split()):
            found.append(i)
    return found


def _members(evidence: Evidence, elements: list[int], signature: Signature) -> list[Member]:
    """Make members of the elements that have a permalink of their own at the signature's place."""
    tree, links = evidence.tree, evidence.links
    if len(elements) == 1 and signature.reach:
        spans = [_reached(evidence, elements[0], signature.reach)]
    else:
        spans = member_spans(tree, links, elements)
    members: list[Member] = []
    keys: set[str] = set()
    for span in spans:
        member = Member(span.start, span.end, span.text_start, span.text_end, -1)
        for row in range(bisect_left(links.element, span.start), bisect_left(links.element, span.end)):
            if (
                links.points[row] > _LEAST_POINTS
                and links.key[row] not in keys
                and place(tree, links, member, row) == signature.place
            ):
                keys.add(links.key[row])
                members.append(replace(member, row=row))
                break
    return members


def _is_within_bounds(evidence: Evidence, members: list[Member], listing: LearnedListing) -> bool:
    """Return whether the cards, and the prose outside them, are no longer than the listing allows."""
    length = evidence.tree.length
    longest = max(length[m.text_end] - length[m.text_start] for m in members)
    prose = sum(evidence.prose[m.text_end] - evidence.prose[m.text_start] for m in members)
    return longest <= 2 * listing.longest and evidence.prose[-1] - prose <= listing.outside


def _reached(evidence: Evidence, i: int, reach: int) -> Span:
    """Return the span of the only member of a flat list, which takes the next *reach* elements too."""
    tree = evidence.tree
    parent = tree.parents[i]
    stop = tree.end[i]
    for _ in range(reach):
        if stop >= (tree.end[parent] if parent >= 0 else stop):
            break
        stop = tree.end[stop]
    text_end = tree.text_start[stop] if stop < len(tree.tags) else len(tree.texts)
    return Span(i, tree.text_start[i], stop, text_end)
