"""Cards from an HTML page, without rules for any site.

Decoded markup and the URL of the page come in, a `Page` goes out; no text raises. Where no group of elements
is clearly the cards, the page has none. The next page is the next older one, whatever its label is.

The stages are those of web extraction: the document is read, candidates for the listing are found, one of
them is chosen, then the fields of its cards and the pager are read. The template of the site takes part in
the choice where the page leaves it uncertain. A rule of the user takes the place of every stage it names.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from archiver.models import Card, Page, PageBlock
from archiver.parse.dates.find import has_date
from archiver.parse.document.links import Links, read_links
from archiver.parse.document.tree import Tree, read_tree
from archiver.parse.document.urls import Resolver, resolve
from archiver.parse.fields.card import group_scope, read_card
from archiver.parse.listing.article import follows_article
from archiver.parse.listing.candidates import Ranking, below_headings, rank_groups
from archiver.parse.listing.explain import explain, runners_up
from archiver.parse.listing.featured import add_featured
from archiver.parse.listing.headings import read_headings
from archiver.parse.listing.score import Evidence, Group, is_listing
from archiver.parse.listing.single import single_card
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
"""Score of a listing that is certain."""
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

    `blocks` describe the groups as they were seen without the template of the site; `is_learned` says that
    the template found the group.
    """

    group: Group | None
    others: list[Group]
    blocks: tuple[PageBlock, ...]
    is_learned: bool


def read_html(markup: str, url: str, site: Site = NOTHING_KNOWN) -> Page:
    """Parse the page at *url* into its cards in page order, its next older page and its feeds.

    The template of the *site* decides where the page alone is uncertain.
    """
    rule = site.rule
    document = read_document(markup, url, rule.selectors() if rule else ())
    evidence = Evidence(document.tree, document.links, url, [0, *accumulate(document.dated)])
    choice = _choose(evidence, rank_groups(evidence), site)
    group = choice.group
    return Page(
        url=url,
        kind="listing" if group else "article" if evidence.prose[-1] > _ARTICLE_PROSE else "empty",
        confidence=round(min(1.0, group.score / _CERTAIN_SCORE), 3) if group else 0.0,
        cards=_cards(document, group, rule) if group else (),
        next_url=_next_url(document, group, rule),
        feeds=_feeds(document),
        language=document.tree.language,
        why=_why(choice, rule),
        error=_finds_nothing(rule) if rule and rule.cards and not group else None,
        blocks=choice.blocks,
        runners_up=runners_up(choice.others, document.links),
    )


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


def base_url(tree: Tree, url: str) -> str:
    """Return the URL that hyperlinks are resolved against: the first `<base href>`, else the page's own."""
    for tag, attributes in tree.head:
        if tag == "base" and attributes.get("href"):
            return resolve(url, attributes["href"]) or url
    return url


def _choose(evidence: Evidence, ranking: Ranking, site: Site) -> Choice:
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
    return Choice(chosen, [g for g in distinct if g is not chosen], blocks, learned is not None)


def _clear_group(evidence: Evidence, groups: list[Group]) -> Group | None:
    """Return the group that is clearly the cards of the page, with all its cards."""
    best = (
        next(filter(is_listing, groups), None)
        or next(filter(is_listing, (below_headings(evidence, g) for g in groups)), None)
        or single_card(evidence)
    )
    whole = add_featured(evidence, best) if best else None
    return None if whole and follows_article(evidence, whole) else whole


def _cards(document: Document, group: Group, rule: SiteRule | None) -> tuple[Card, ...]:
    """Read the fields of a group's cards; those that the rule names are read by it."""
    tree, element = document.tree, document.links.element
    dated_texts = [t for t, is_dated in zip(tree.texts, document.dated, strict=True) if is_dated]
    scope = group_scope(tree, document.links, document.resolver, group.members, dated_texts)
    cards = []
    for member, heading in zip(group.members, read_headings(tree, group.members, tree.language), strict=True):
        rows = range(bisect_left(element, member.start), bisect_left(element, member.end))
        card = read_card(scope, member, rows, heading)
        cards.append(with_rule(card, scope, rule, member, heading) if rule else card)
    return tuple(cards)


def _next_url(document: Document, group: Group | None, rule: SiteRule | None) -> str | None:
    """Find the next older page: by the rule, if it names one; else a page with cards may have one."""
    if rule and rule.next:
        return rule_next_url(document.tree, document.resolver, rule)
    if group is None:
        return None
    url, tree, resolver, links, _ = document
    keys = {links.key[m.row] for m in group.members}
    ranges = [(m.start, tree.end[m.start]) for m in group.members]
    return next_page(tree, links, resolver, url, keys, ranges)


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
    if choice.is_learned:
        reasons += "; as on other pages of the site"
    return f"by the rule for {rule.host} {rule.path}: {reasons}" if rule else reasons


def _finds_nothing(rule: SiteRule) -> str:
    return f"the rule for {rule.host} {rule.path} finds no card on this page (cards = {rule.cards!r})"
