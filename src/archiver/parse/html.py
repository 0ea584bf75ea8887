"""Cards from an HTML page, without rules for any site.

Decoded markup and the URL of the page come in, a `Page` goes out; no text raises. Where no group of elements
is clearly the cards, the page has none. The next page is the next older one, whatever its label is.

The stages are those of web extraction: the document is read, candidates for the listing are found, one of
them is chosen, then the fields of its cards and the pager are read. The template of the site takes part in
the choice where the page leaves it uncertain. A rule of the user takes the place of every stage it names.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import accumulate
from operator import attrgetter
from typing import NamedTuple

from archiver.models import Card, Page, PageBlock
from archiver.parse.dates.find import has_date
from archiver.parse.document.links import Links, read_links
from archiver.parse.document.structured import read_structured
from archiver.parse.document.tree import Tree, read_tree
from archiver.parse.document.urls import Resolver, resolve, same_place
from archiver.parse.document.walls import meta_refresh, obstacle
from archiver.parse.embedded.listing import EmbeddedCards, embedded_cards
from archiver.parse.fields.card import group_scope, read_card
from archiver.parse.listing.boxes import other_lists
from archiver.parse.listing.candidates import Ranking, rank_groups
from archiver.parse.listing.explain import explain, runners_up
from archiver.parse.listing.featured import add_featured
from archiver.parse.listing.headings import days_of_list, read_headings
from archiver.parse.listing.headlines import with_whole_cards
from archiver.parse.listing.lead import with_headline, with_lead_card
from archiver.parse.listing.lists import list_numbers
from archiver.parse.listing.model import MODEL, probability
from archiver.parse.listing.rating import likeliest
from archiver.parse.listing.score import Evidence, Group, Member
from archiver.parse.pager.next_page import next_page
from archiver.parse.wrapper.apply import rule_group, rule_next_url, with_rule
from archiver.parse.wrapper.learned import learned_group
from archiver.parse.wrapper.rules import SiteRule
from archiver.parse.wrapper.signatures import distinct_groups, page_blocks
from archiver.parse.wrapper.site import NOTHING_KNOWN, Site

_FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "application/rdf+xml",
        "text/xml",
    }
)
_LONGEST_DATED = 80
"""Characters: a longer text is a sentence, and a date in it is not the card's."""
_ARTICLE_PROSE = 600
"""Characters of prose that make a page without cards an article."""
_CERTAIN_SCORE = 4.0
"""Score of a group that is certain, where a rule or the template of the site chose it."""
_EMBEDDED = 0.5
"""Confidence in cards that only the data of a page shows."""
_DIGIT = re.compile(r"\d")


class Document(NamedTuple):
    """A page, read into its parts.

    `dated` is for each text of the tree whether a date is in it.
    """

    url: str
    tree: Tree
    resolver: Resolver
    links: Links
    dated: list[bool]


class Choice(NamedTuple):
    """The group that is the cards of a page, if any, with the best of the others.

    `lists` are the other lists of the page, a group for each template. `blocks` describe the groups as they
    were seen without the template of the site; `is_learned` says that the template found the group.
    """

    group: Group | None
    lists: list[Group]
    others: list[Group]
    blocks: tuple[PageBlock, ...]
    is_learned: bool


def read_html(markup: str, url: str, site: Site = NOTHING_KNOWN) -> Page:
    """Parse the page at *url* into its cards in page order, its next older page and its feeds.

    The template of the *site* decides where the page alone is uncertain.
    """
    rule = site.rule
    document = read_document(markup, url, rule.selectors() if rule else ())
    evidence = evidence_of(document)
    choice = _choose(document, evidence, rank_groups(evidence), site)
    group = choice.group
    has_rule = rule is not None and bool(rule.cards)
    embedded = None if group or has_rule else embedded_cards(evidence, document.resolver)
    groups = [group, *choice.lists] if group else []
    whole = [with_whole_cards(evidence, g) for g in groups]
    cards = _cards(document, whole, rule) if groups else embedded.cards if embedded else ()
    base = document.resolver.base
    has_prose = evidence.prose[-1] > _ARTICLE_PROSE
    return Page(
        url=url,
        kind="listing" if group or embedded else "article" if has_prose else "empty",
        confidence=_confidence(group, embedded),
        cards=cards,
        next_url=_next_url(document, groups, cards, rule),
        feeds=_feeds(document),
        language=document.tree.language,
        why=embedded.why if embedded else _why(choice, rule),
        error=_finds_nothing(rule) if rule and has_rule and not group else None,
        blocks=choice.blocks,
        shares=MODEL.shares(group.weighed) if group and group.weighed else (),
        runners_up=runners_up(choice.others, document.links),
        refresh_url=None if cards else meta_refresh(markup, base, url),
        obstacle=None if cards else obstacle(document.tree, base),
    )


def _confidence(group: Group | None, embedded: EmbeddedCards | None) -> float:
    """Return how certain it is that these are the cards of the page.

    The learned model says it, unless a rule or the template of the site chose the group.
    """
    if group and group.log_odds is not None:
        return round(probability(group.log_odds), 3)
    if group:
        return round(min(1.0, group.score / _CERTAIN_SCORE), 3)
    return _EMBEDDED if embedded else 0.0


def read_document(markup: str, url: str, selectors: Sequence[str] = ()) -> Document:
    """Read the tree, the hyperlinks and the dated texts of a page."""
    tree = read_tree(markup, selectors)
    resolver = Resolver(base_url(tree, url))
    dated = [
        len(t) <= _LONGEST_DATED
        and _DIGIT.search(t) is not None
        and (tree.tags[owner] == "time" or _is_dated(t))
        for t, owner in zip(tree.texts, tree.owner, strict=True)
    ]
    return Document(url, tree, resolver, read_links(tree, resolver, url, dated), dated)


@lru_cache(maxsize=20_000)
def _is_dated(text: str) -> bool:
    """Return whether a short text holds a date. Cached from page to page: sidebars repeat."""
    return has_date(text)


def evidence_of(document: Document) -> Evidence:
    """Return the page as the choice of its cards needs it."""
    tree = document.tree
    data = read_structured(tree, document.resolver)
    return Evidence(tree, document.links, document.url, [0, *accumulate(document.dated)], data)


def base_url(tree: Tree, url: str) -> str:
    """Return the URL that hyperlinks are resolved against: the first `<base href>`, else the page's own."""
    for tag, attributes in tree.head:
        if tag == "base" and attributes.get("href"):
            return resolve(url, attributes["href"]) or url
    return url


def _choose(document: Document, evidence: Evidence, ranking: Ranking, site: Site) -> Choice:
    """Choose the cards of a page: by the rule, by the template, or by what the page shows alone."""
    has_rule = site.rule is not None and bool(site.rule.cards)
    chosen = (
        rule_group(evidence, site.rule) if site.rule and has_rule else _clear_group(evidence, ranking.groups)
    )
    distinct = distinct_groups(ranking.groups, chosen)
    blocks = page_blocks(evidence, distinct, chosen, ranking.unscored)
    learned = None
    if not has_rule and site.template.concerns(evidence.page_url, blocks):
        learned = learned_group(evidence, site.template)
    if learned:
        chosen = add_featured(evidence, learned)
    lists = [] if learned or has_rule else _other_lists(document, evidence, chosen, ranking.groups)
    taken = {m.start for group in lists for m in group.members}
    others = [g for g in distinct if g is not chosen and taken.isdisjoint(m.start for m in g.members)]
    return Choice(chosen, lists, others, blocks, learned is not None)


def _clear_group(evidence: Evidence, groups: list[Group]) -> Group | None:
    """Return the group that is clearly the cards of the page, with all its cards."""
    best = likeliest(evidence, groups)
    if best is None:
        return None
    return with_headline(evidence, add_featured(evidence, with_lead_card(evidence, best, groups)))


def _other_lists(
    document: Document, evidence: Evidence, chosen: Group | None, groups: list[Group]
) -> list[Group]:
    """Return the other lists of the page. A list that older pages go on with is the only one of its page."""
    found = other_lists(evidence, chosen, groups) if chosen else []
    return [] if found and chosen and _older_page(document, chosen.members, None) else found


def _cards(document: Document, groups: Sequence[Group], rule: SiteRule | None) -> tuple[Card, ...]:
    """Read the cards of a page in page order, those of each template with what they have in common."""
    members = _in_page_order(groups)
    numbers = list_numbers(document.tree, members)
    number_of = {m.start: number for m, number in zip(members, numbers, strict=True)}
    cards = {start: card for group in groups for start, card in _cards_of(document, group, number_of, rule)}
    return tuple(cards[m.start] for m in members)


def _in_page_order(groups: Sequence[Group]) -> list[Member]:
    """Return the members of several groups as they stand on the page."""
    return sorted((m for group in groups for m in group.members), key=attrgetter("start"))


def _cards_of(
    document: Document, group: Group, numbers: Mapping[int, int], rule: SiteRule | None
) -> Iterator[tuple[int, Card]]:
    """Yield the cards of a group by their first elements; those fields that the rule names are read by it."""
    tree, element = document.tree, document.links.element
    scope = group_scope(tree, document.links, document.resolver, group.members, document.dated)
    headings = read_headings(tree, group.members, scope.date_language, scope.order)
    if not scope.date_cells and not any(heading.printed for heading in headings):
        days = days_of_list(tree, group.members, scope.date_language, scope.order)
        headings = days if days[0].date else headings
    for member, heading in zip(group.members, headings, strict=True):
        rows = range(bisect_left(element, member.start), bisect_left(element, member.end))
        card = read_card(scope, member, rows, heading, numbers[member.start])
        yield member.start, with_rule(card, scope, rule, member, heading) if rule else card


def _next_url(
    document: Document, groups: Sequence[Group], cards: Sequence[Card], rule: SiteRule | None
) -> str | None:
    """Find the next older page: by the rule, if it names one; else a page with cards may have one."""
    if rule and rule.next:
        return rule_next_url(document.tree, document.resolver, rule)
    if not cards:
        return None
    last_day = next((date.fromisoformat(card.date) for card in reversed(cards) if card.date), None)
    if groups:
        return _older_page(document, _in_page_order(groups), last_day)
    keys = {same_place(card.url) for card in cards if card.url}
    return next_page(document.tree, document.links, document.resolver, document.url, keys, [], last_day)


def _older_page(document: Document, members: Sequence[Member], last_day: date | None) -> str | None:
    """Find the next older page of a list whose cards are the *members*."""
    url, tree, resolver, links, _ = document
    keys = {links.key[m.row] for m in members}
    ranges = [(m.start, tree.end[m.start]) for m in members]
    return next_page(tree, links, resolver, url, keys, ranges, last_day)


def _feeds(document: Document) -> tuple[str, ...]:
    """List the feeds that the head announces, in its order."""
    found = []
    for tag, attributes in document.tree.head:
        rel = (attributes.get("rel") or "").lower().split()
        kind = (attributes.get("type") or "").partition(";")[0].strip().lower()
        if tag == "link" and "alternate" in rel and kind in _FEED_TYPES:
            feed = document.resolver.resolve(attributes.get("href"))
            if feed:
                found.append(feed)
    return tuple(found)


def _why(choice: Choice, rule: SiteRule | None) -> str:
    """Explain the choice in a sentence."""
    reasons = explain(choice.group, choice.others)
    if choice.lists:
        reasons += f"; and {sum(len(group.members) for group in choice.lists)} in other lists of the page"
    if choice.is_learned:
        reasons += "; as on other pages of the site"
    return f"by the rule for {rule.host} {rule.path}: {reasons}" if rule else reasons


def _finds_nothing(rule: SiteRule) -> str:
    return f"the rule for {rule.host} {rule.path} finds no card on this page (cards = {rule.cards!r})"
