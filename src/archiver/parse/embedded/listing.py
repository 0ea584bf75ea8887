"""The list of objects that is the cards of a page whose markup shows none.

A page comes in; its cards go out, with the reason in words, or None. What a page carries is more than it
shows: menus, stories of other sections, settings. So the objects of a list need more than a title and a URL,
and the list must be what the page shows: its titles or its URLs stand in the markup, or the markup has less
text than the list, as it has before the scripts have run. A page that is one article, product or discussion
lists nothing.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from archiver.models import Card
from archiver.parse.document.structured import Subject
from archiver.parse.document.urls import Resolver
from archiver.parse.embedded.card import read_cards
from archiver.parse.embedded.fields import SiteUrls, find_fields
from archiver.parse.embedded.objects import FEWEST, MOST, Place, tables
from archiver.parse.embedded.values import embedded_values
from archiver.parse.listing.score import Evidence

_SHOWN_EXCERPT = 200
"""Characters of an excerpt that a page would show."""
_MANY = 16
"""Cards: a menu, or a box of related stories on an article, has fewer objects of one kind."""
_MOST_CARDS = 10_000
"""Cards that are read from the data of a page to choose among them."""
_COVERAGE = 0.05
"""Share of the text of a page that its list has, at the least."""


class EmbeddedCards(NamedTuple):
    """The cards that the data of a page holds, and why they are the page's."""

    cards: tuple[Card, ...]
    why: str


@dataclass(frozen=True, slots=True)
class _CardList:
    """Cards of one shape, and what speaks for them.

    `size` is about the characters that a page would show of them. The others are shares of the cards: those
    with a date or an excerpt (`told`), with a picture (`pictured`), with a URL that the markup links to
    (`linked`), with a title that it shows (`shown`).
    """

    cards: tuple[Card, ...]
    size: int
    told: float
    pictured: float
    linked: float
    shown: float


def embedded_cards(evidence: Evidence, resolver: Resolver) -> EmbeddedCards | None:
    """Return the cards of a page from the data that it carries, if one list in it clearly is these."""
    subjects = evidence.data.subjects
    if evidence.data.is_published or subjects & {Subject.ARTICLE, Subject.PRODUCT, Subject.THREAD}:
        return None
    is_claimed = Subject.LISTING in subjects
    lists = [found for found in _lists(evidence, resolver) if _is_listing(evidence, found, is_claimed)]
    if not lists:
        return None
    best = max(lists, key=lambda found: (found.linked >= MOST, found.size))
    named = f"{len(best.cards)} objects in the data of the page"
    shown = f"the markup shows {best.shown:.0%} of their titles and {best.linked:.0%} of their URLs"
    return EmbeddedCards(best.cards, f"{named}, with a title and a URL each; {shown}")


def _lists(evidence: Evidence, resolver: Resolver) -> Iterator[_CardList]:
    """Yield the cards in the data of a page; lists of the same shape are sections of one list."""
    urls = SiteUrls(evidence.page_url, resolver, evidence.links.url)
    sections: dict[tuple[Place | None, ...], dict[str, Card]] = defaultdict(dict)
    left = _MOST_CARDS
    for table in tables(embedded_values(evidence.tree)):
        if left >= len(table.rows) and (fields := find_fields(table, urls)):
            left -= len(table.rows)
            for key, card in read_cards(table, fields, resolver, evidence.tree.language).items():
                sections[fields.shape].setdefault(key, card)
    texts = frozenset(evidence.tree.texts)
    for cards in sections.values():
        if len(cards) >= FEWEST:
            yield _measured(tuple(cards.values()), texts, urls)


def _measured(cards: tuple[Card, ...], texts: frozenset[str], urls: SiteUrls) -> _CardList:
    """Measure what speaks for cards; *texts* are those of the markup."""
    n = len(cards)
    dated = sum(card.date is not None for card in cards)
    described = sum(card.excerpt is not None for card in cards)
    return _CardList(
        cards,
        size=sum(len(card.title or "") + len((card.excerpt or "")[:_SHOWN_EXCERPT]) for card in cards),
        told=max(dated, described) / n,
        pictured=sum(card.image is not None for card in cards) / n,
        linked=sum(urls.is_linked(card.url or "") for card in cards) / n,
        shown=sum(card.title in texts for card in cards) / n,
    )


def _is_listing(evidence: Evidence, found: _CardList, is_claimed: bool) -> bool:
    """Return whether cards are those of the page. *is_claimed*: the page says that it is a list."""
    text = evidence.tree.length[-1]
    if found.size >= text:
        return found.told >= MOST
    is_shown = max(found.linked, found.shown) >= MOST and max(found.told, found.pictured) >= MOST
    is_large = is_claimed or len(found.cards) >= _MANY or found.size >= evidence.prose[-1]
    return is_shown and is_large and found.size >= _COVERAGE * text
