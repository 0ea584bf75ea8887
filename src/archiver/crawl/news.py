"""Which cards of a page are new to a crawl: those that no capture showed as the card of the same post.

The cards of a page go in, with a function that finds similar ones; the counts of new cards come out. A page
without a new card ends its pager. Identical cards are known, but views, ages and session ids make each card
another one at each visit, and a crawl must not depend on whether `dedupe` has run. So a few plain rules say
which cards are one post. They are wrong in one direction only: of two errors, to walk on costs some requests,
to stop early loses posts. A card that is wrongly known ends nothing as long as another of its page is new.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from archiver.store import SeenCard
from archiver.urlkey import url_key

_PARAMETERS = re.compile(r";[^/?#]*")
"""Parameters of a segment of the path, such as `;jsessionid=4A1B`."""


class NewCards(NamedTuple):
    """How many cards a page shows, and how many are new to the archive, and to the pager that led to it."""

    shown: int
    to_archive: int
    to_chain: int


def new_cards(shown: Sequence[SeenCard], similar: Callable[[SeenCard], Sequence[SeenCard]]) -> NewCards:
    """Count the cards that are new.

    Args:
        shown: the cards of a page; a card that was itself seen before is known.
        similar: finds the cards that have the title or the URL of a card.
    """
    urls = Counter(card.url for card in shown)
    titles = Counter(card.title for card in shown)
    to_archive = to_chain = 0
    for card in shown:
        in_archive, in_chain = card.in_archive, card.in_chain
        if not (in_archive and in_chain):
            is_own_url, is_own_title = urls[card.url] == 1, titles[card.title] == 1
            for other in similar(card):
                if (is_own_url and _one_url(card, other)) or (is_own_title and _one_title(card, other)):
                    in_archive |= other.in_archive
                    in_chain |= other.in_chain
        to_archive += not in_archive
        to_chain += not in_chain
    return NewCards(len(shown), to_archive, to_chain)


def _one_url(card: SeenCard, other: SeenCard) -> bool:
    """Whether two cards have one permalink: a headline that was rewritten, views in a title."""
    return bool(url_key(card.url)) and card.url == other.url


def _one_title(card: SeenCard, other: SeenCard) -> bool:
    """Whether two cards have one title, and one date or one path: a query or a session that changes.

    Two dates that differ are two posts, such as those of a weekly column.
    """
    if not card.title or card.title != other.title:
        return False
    if card.date and other.date:
        return card.date == other.date
    path = _path(card.url)
    return bool(path) and path == _path(other.url)


def _path(url: str | None) -> str:
    """Return the host and the path of a URL without what may change at each visit."""
    return _PARAMETERS.sub("", url_key(url).partition("?")[0].partition("#")[0])
