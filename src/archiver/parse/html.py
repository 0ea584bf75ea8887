"""Cards out of an HTML page, without rules for any site.

In: the decoded markup and the page's address. Out: a `Page`. Pure, and raises on no text. Refuses to guess:
where no group of elements is clearly the cards, there are none. The one surprise: the next page is the next
older one, whatever the label on its link says.
"""

import re
from bisect import bisect_left
from collections import Counter
from functools import lru_cache
from itertools import accumulate

from archiver.models import Card, Page, PageKind
from archiver.parse.dates.find import find_order, has_date
from archiver.parse.document.links import Links, read_links
from archiver.parse.document.tree import Tree, read_tree
from archiver.parse.document.urls import Resolver, resolve
from archiver.parse.fields.card import Reader
from archiver.parse.listing.article import follows_article
from archiver.parse.listing.candidates import below_headings, find_groups
from archiver.parse.listing.explain import runners_up, why
from archiver.parse.listing.featured import completed
from archiver.parse.listing.headings import read_headings
from archiver.parse.listing.score import Evidence, Group, is_listing
from archiver.parse.listing.single import single_card
from archiver.parse.pager.next_page import next_page
from archiver.parse.wrapper.apply import RuleReader, rule_group, rule_next_url
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
_SHORT = 80
"""Characters: a longer text is a sentence, and a date in it is not the card's."""
_SOME_TEXT = 600
"""Characters of prose that make a page without cards an article."""
_SURE = 4.0
"""The score of a listing that leaves no doubt."""
_DIGIT = re.compile(r"\d")


def read_html(markup: str, url: str, site: Site = NOTHING_KNOWN) -> Page:
    """What the page at *url* shows: its cards in page order, its next older page, its feeds.

    Where the page leaves a doubt, what other pages of its *site* taught decides.
    """
    rule = site.rule
    tree = read_tree(markup, rule.selectors() if rule else ())
    resolver = Resolver(base_url(tree, url))
    dated = [
        len(t) <= _SHORT and _DIGIT.search(t) is not None and (tree.tags[owner] == "time" or _is_dated(t))
        for t, owner in zip(tree.texts, tree.owner, strict=True)
    ]
    links = read_links(tree, resolver, url, dated)
    evidence = Evidence(tree, links, url, [0, *accumulate(dated)])
    groups = find_groups(evidence)
    chosen = _chosen(evidence, groups)
    if rule and rule.cards:
        chosen = rule_group(evidence, rule)
    distinct = distinct_groups(groups, chosen)
    seen = page_blocks(evidence, distinct, chosen)
    known = None
    if not (rule and rule.cards) and site.template.concerns(url, seen):
        known = learned_group(evidence, site.template)
    if known:
        chosen = completed(evidence, known)
    others = [group for group in distinct if group is not chosen]
    cards: tuple[Card, ...] = ()
    following = None
    kind: PageKind = "article" if evidence.prose[-1] > _SOME_TEXT else "empty"
    if chosen:
        kind = "listing"
        printed = [t for t, has_date in zip(tree.texts, dated, strict=True) if has_date]
        reader = _reader(tree, links, resolver, chosen, printed)
        cards = _cards(RuleReader(reader, rule) if rule else reader, chosen)
        keys = {links.key[m.row] for m in chosen.members}
        ranges = [(m.start, tree.end[m.start]) for m in chosen.members]
        following = next_page(tree, links, resolver, url, keys, ranges)
    if rule and rule.next:
        following = rule_next_url(tree, resolver, rule)
    reasons = why(chosen, others) + ("; as on other pages of the site" if known else "")
    return Page(
        url=url,
        kind=kind,
        confidence=round(min(1.0, chosen.score / _SURE), 3) if chosen else 0.0,
        cards=cards,
        next_url=following,
        feeds=_feeds(tree, resolver),
        language=tree.language,
        why=f"by the rule for {rule.host} {rule.path}: {reasons}" if rule else reasons,
        error=None if chosen or not (rule and rule.cards) else _finds_nothing(rule),
        blocks=seen,
        runners_up=runners_up(others, links),
    )


def _chosen(evidence: Evidence, groups: list[Group]) -> Group | None:
    """The group that is clearly the cards of the page, whole."""
    best = (
        next(filter(is_listing, groups), None)
        or next(filter(is_listing, (below_headings(evidence, g) for g in groups)), None)
        or single_card(evidence)
    )
    whole = completed(evidence, best) if best else None
    return None if whole and follows_article(evidence, whole) else whole


def _finds_nothing(rule: SiteRule) -> str:
    return f"the rule for {rule.host} {rule.path} finds no card on this page (cards = {rule.cards!r})"


@lru_cache(maxsize=20_000)
def _is_dated(text: str) -> bool:
    """Whether a short text holds a date. Remembered from page to page: sidebars repeat."""
    return has_date(text)


def base_url(tree: Tree, url: str) -> str:
    """The address that links are resolved against: the first `<base href>`, else the page's own."""
    for tag, attributes in tree.head:
        if tag == "base" and attributes.get("href"):
            return resolve(url, attributes["href"]) or url
    return url


def _feeds(tree: Tree, resolver: Resolver) -> tuple[str, ...]:
    """The feeds that the head announces, in its order."""
    found = []
    for tag, attributes in tree.head:
        rel = (attributes.get("rel") or "").lower().split()
        kind = (attributes.get("type") or "").partition(";")[0].strip().lower()
        if tag == "link" and "alternate" in rel and kind in _FEED_TYPES:
            feed = resolver.resolve(attributes.get("href"))
            if feed:
                found.append(feed)
    return tuple(found)


def _reader(tree: Tree, links: Links, resolver: Resolver, group: Group, printed: list[str]) -> Reader:
    """A reader of the group's cards; *printed* are the page's texts that may prove an order of numbers."""
    labels = Counter(links.text[m.row] for m in group.members)
    repeated = frozenset(label for label, count in labels.items() if 2 * count > max(4, len(group.members)))
    return Reader(tree, links, resolver, tree.language, find_order(printed), repeated)


def _cards(reader: Reader | RuleReader, group: Group) -> tuple[Card, ...]:
    tree, element = reader.tree, reader.links.element
    contexts = read_headings(tree, group.members, tree.language)
    return tuple(
        reader.card(m, range(bisect_left(element, m.start), bisect_left(element, m.end)), context)
        for m, context in zip(group.members, contexts, strict=True)
    )
