"""Cards by a user's rule: the elements and the fields that its selectors find.

The evidence of a page comes in, whose tree knows what the selectors found; the group of the rule's cards goes
out, then their fields and the next page. An element without a hyperlink is no card: it would have no URL.
Where the rule names a field and a card has no such element, the card has no such field, whatever the generic
parser found.
"""

from bisect import bisect_left
from collections.abc import Sequence

from archiver.models import Card
from archiver.parse.document.tree import Tree
from archiver.parse.document.urls import Resolver
from archiver.parse.fields.dates import date_of
from archiver.parse.fields.pictures import picture_of
from archiver.parse.fields.scope import GroupScope
from archiver.parse.listing.headings import Heading
from archiver.parse.listing.score import Evidence, Group, Member, measure
from archiver.parse.wrapper.rules import SiteRule


def rule_group(evidence: Evidence, rule: SiteRule) -> Group | None:
    """Group the elements that the rule's `cards` finds, of nested ones the outermost.

    Returns:
        The group, or None where no element has a hyperlink.
    """
    tree = evidence.tree
    assert rule.cards  # noqa: S101 - for the type checker
    members: list[Member] = []
    for i in tree.selected[rule.cards]:
        if members and i < members[-1].end:
            continue
        row = _permalink_row(evidence, rule, i)
        if row is not None:
            members.append(Member(i, tree.end[i], tree.text_start[i], tree.text_end[i], row))
    if not members:
        return None
    return measure(evidence, rule.cards, members, 1.0, 1.0)


def _permalink_row(evidence: Evidence, rule: SiteRule, card: int) -> int | None:
    """Return the row of a card's permalink: the rule's, else the likeliest, else the first hyperlink."""
    named = _named_row(evidence, rule, card)
    if named is not None:
        return named
    tree, element = evidence.tree, evidence.links.element
    likeliest = evidence.permalink(card, tree.end[card])
    if likeliest:
        return likeliest.row
    first = bisect_left(element, card)
    return first if first < len(element) and element[first] < tree.end[card] else None


def _named_row(evidence: Evidence, rule: SiteRule, card: int) -> int | None:
    """Return the row of the hyperlink that is, holds or lies in what the rule's `url` finds."""
    tree, element = evidence.tree, evidence.links.element
    for i in _found_in(tree, rule.url, card) or ():
        row = bisect_left(element, i)
        if row < len(element) and element[row] < tree.end[i]:
            return row
        if row and element[row - 1] >= card and tree.inside(i, element[row - 1]):
            return row - 1
    return None


def rule_next_url(tree: Tree, resolver: Resolver, rule: SiteRule) -> str | None:
    """Return the URL of the first hyperlink that is, or lies in, what the rule's `next` finds."""
    for i in tree.selected[rule.next or ""]:
        for link in tree.within(tree.links, i):
            if url := resolver.resolve(tree.attributes[link].get("href")):
                return url
    return None


def with_rule(card: Card, group: GroupScope, rule: SiteRule, member: Member, heading: Heading) -> Card:
    """Return the card with the fields that the rule names read by the rule."""
    tree = group.tree
    fields: dict[str, object] = {}
    for name in ("title", "author", "excerpt", "categories", "tags"):
        found = _found_in(tree, getattr(rule, name), member.start)
        if found is not None:
            texts = [tree.text(i) for i in found]
            if name in ("categories", "tags"):
                fields[name] = texts
            else:
                fields[name] = " ".join(texts) if name == "excerpt" else next(filter(None, texts), None)
    dates = _found_in(tree, rule.date, member.start)
    if dates is not None:
        fields["date"], fields["printed"] = date_of(group, dates, heading)
    pictures = _found_in(tree, rule.image, member.start)
    if pictures is not None:
        fields["image"] = picture_of(group, pictures)
    return Card.model_validate({**dict(card), **fields}) if fields else card


def _found_in(tree: Tree, selector: str | None, card: int) -> Sequence[int] | None:
    """Return what the selector found in the card, in order; None where there is no selector."""
    return None if selector is None else tree.within(tree.selected[selector], card)
