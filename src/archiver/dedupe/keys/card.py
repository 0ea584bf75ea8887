"""Cards reduced to the keys that are compared.

Cards go in, with the text keys where they are known; out come `CardKeys`, in the order of the cards. A
field that a card lacks is an empty key, which equals no other.
"""

from collections.abc import Sequence
from datetime import date
from enum import Enum
from typing import NamedTuple

from archiver.dedupe.keys.normalize import text_keys
from archiver.models import Card
from archiver.urlkey import host_of, url_key


class AuthorRank(Enum):
    """How many cards of their site an author has: few, some, or half of them."""

    RARE = "rare"
    USUAL = "usual"
    COMMON = "common"


class CardKeys(NamedTuple):
    """A card reduced to its keys; an empty string or None is a missing value. `date` counts days.

    `front_page` is the host whose front page the card leads to, if it does: a link that may identify a card
    of another site, but none of its own. `author_rank` is known of the archive, not of the card.
    """

    text: str = ""
    title: str = ""
    url: str = ""
    date: int | None = None
    author: str = ""
    categories: frozenset[str] = frozenset()
    front_page: str = ""
    author_rank: AuthorRank = AuthorRank.USUAL


def card_keys(cards: Sequence[Card], texts: Sequence[str] | None = None) -> list[CardKeys]:
    """Reduce cards to their keys; each distinct text is normalized once.

    Args:
        cards: the cards.
        texts: the keys of their excerpts, where these are known.
    """
    excerpts = [c.excerpt for c in cards] if texts is None else []
    values = dict.fromkeys(t for c in cards for t in (c.title, c.author, *c.categories) if t)
    values |= dict.fromkeys(t for t in excerpts if t)
    keys = dict(zip(values, text_keys(list(values)), strict=True))
    own = [keys.get(t or "", "") for t in excerpts] if texts is None else texts
    identities = {url: url_key(url) for url in {c.url for c in cards}}
    return [
        CardKeys(
            text=text,
            title=keys.get(c.title or "", ""),
            url=identities[c.url],
            date=date.fromisoformat(c.date).toordinal() if c.date else None,
            author=keys.get(c.author or "", ""),
            categories=frozenset(keys[k] for k in c.categories),
            front_page="" if identities[c.url] else host_of(c.url or ""),
        )
        for c, text in zip(cards, own, strict=True)
    ]
