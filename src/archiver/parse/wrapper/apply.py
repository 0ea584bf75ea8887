"""Cards by a user's rule: the elements and the fields that its selectors find.

In: a page's evidence, whose tree knows what the rule's selectors found. Out: the group of the rule's cards;
their fields in the place of those that were read generically; the next page. Refuses a card without a link:
it would have no address. The one surprise: where the rule names a field and the card has no such element, the
card has no such field, whatever the generic reading found.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from archiver.models import Card
from archiver.parse.document.links import Links
from archiver.parse.document.tree import Tree
from archiver.parse.document.urls import Resolver
from archiver.parse.fields.card import Reader
from archiver.parse.listing.headings import Heading
from archiver.parse.listing.score import Evidence, Group, Member, measure
from archiver.parse.wrapper.rules import SiteRule


def rule_group(evidence: Evidence, rule: SiteRule) -> Group | None:
    """The elements that the rule calls cards, of nested ones the outermost; None where none has a link."""
    tree, links = evidence.tree, evidence.links
    assert rule.cards  # noqa: S101 - for the type checker
    members: list[Member] = []
    for i in tree.selected[rule.cards]:
        if members and i < members[-1].end:
            continue
        row = _named_row(evidence, rule, i)
        if row < 0:
            permalink = evidence.permalink(i, tree.end[i])
            row = permalink.row if permalink else -1
        if row < 0:  # a link that looks like no permalink is better than none
            row = bisect_left(links.element, i)
            if row == len(links.element) or links.element[row] >= tree.end[i]:
                continue
        members.append(Member(i, tree.end[i], tree.text_start[i], tree.text_end[i], row))
    if not members:
        return None
    return measure(evidence, rule.cards, members, 1.0, 1.0)


def _named_row(evidence: Evidence, rule: SiteRule, card: int) -> int:
    """The link that is, holds or lies in what the rule calls the card's url; -1 where there is none."""
    tree, links = evidence.tree, evidence.links
    for i in _within(tree, rule.url, card) or ():
        row = bisect_left(links.element, i)
        if row < len(links.element) and links.element[row] < tree.end[i]:
            return row
        if row and links.element[row - 1] >= card and tree.inside(i, links.element[row - 1]):
            return row - 1
    return -1


def rule_next_url(tree: Tree, resolver: Resolver, rule: SiteRule) -> str | None:
    """Where the first link leads that is, or lies in, what the rule calls the next page."""
    for i in tree.selected[rule.next or ""]:
        for link in tree.within(tree.links, i):
            if url := resolver.resolve(tree.attributes[link].get("href")):
                return url
    return None


@dataclass(slots=True)
class RuleReader:
    """A reader of cards that takes a rule's word for the fields that it names."""

    reader: Reader
    rule: SiteRule

    @property
    def tree(self) -> Tree:
        """The page that is read."""
        return self.reader.tree

    @property
    def links(self) -> Links:
        """Its links."""
        return self.reader.links

    def card(self, member: Member, rows: range, context: Heading) -> Card:
        """The card of a member, as `Reader.card`."""
        card = self.reader.card(member, rows, context)
        tree, rule = self.tree, self.rule
        said: dict[str, object] = {}
        for name in ("title", "author", "excerpt", "categories", "tags"):
            found = _within(tree, getattr(rule, name), member.start)
            if found is not None:
                texts = [tree.text(i) for i in found]
                if name in ("categories", "tags"):
                    said[name] = texts
                else:
                    said[name] = " ".join(texts) if name == "excerpt" else next(filter(None, texts), None)
        dates = _within(tree, rule.date, member.start)
        if dates is not None:
            said["date"], said["printed"] = self.reader.date_of(dates, context)
        pictures = _within(tree, rule.image, member.start)
        if pictures is not None:
            said["image"] = self.reader.picture_of(pictures)
        return Card.model_validate({**dict(card), **said}) if said else card


def _within(tree: Tree, selector: str | None, card: int) -> Sequence[int] | None:
    """What the selector found in the card, in order; None where there is no selector."""
    return None if selector is None else tree.within(tree.selected[selector], card)
