"""How much an author tells: whether few cards of a site have one, or half of them.

Which author each card has, and which hosts show it, go in as postings; the authors of few cards and those of
half a site come out. An author who wrote nearly all says nothing of a pair; one whom few cards have names
their post nearly as a title does, so these cards are compared.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from archiver.dedupe.arrays import IntArray, Postings
from archiver.dedupe.keys.hashing import hashed_key
from archiver.dedupe.rules import Rules

_COMMON = 1 / 2
"""Share of a host's cards from which on their author says nothing, unless they are few."""


class AuthorRanks(NamedTuple):
    """The authors (`author_key`) that say more of a pair than others do, and those that say nothing."""

    rare: frozenset[int] = frozenset()
    common: frozenset[int] = frozenset()

    def changed_to(self, after: "AuthorRanks") -> frozenset[int]:
        """Return the authors that have another rank there."""
        return (self.rare ^ after.rare) | (self.common ^ after.common)


def author_key(author: str) -> int:
    """Return the hash of an author's key."""
    return hashed_key("author", author)


def author_ranks(authors: Postings, shown: Postings, rules: Rules) -> AuthorRanks:
    """Rank all authors of an archive.

    An author has one rank: that on the host of which they wrote most. So the sole author of a small site is
    not rare in a large archive. Pages of unknown hosts count as those of one.

    Args:
        authors: The author of each card that has one, with the cards as owners.
        shown: The hosts that show each card, without repeats.
        rules: The bounds of a rare author.
    """
    if not len(authors.keys):
        return AuthorRanks()
    names, number, cards = np.unique(authors.keys, return_inverse=True, return_counts=True)
    author_of = np.full(int(max(authors.owners.max(), shown.owners.max(initial=0))) + 1, -1, np.int64)
    author_of[authors.owners] = number
    signed = shown.where(author_of[shown.owners] >= 0)
    elsewhere = authors.owners[~authors.have(signed.owners)]
    known = np.unique(signed.keys, return_inverse=True)[1]
    host = np.concatenate((known + 1, np.zeros(len(elsewhere), np.int64)))
    author = author_of[np.concatenate((signed.owners, elsewhere))]
    few = cards <= rules.rare_author_cards
    share = _greatest_share(host, author, len(names))
    return AuthorRanks(
        frozenset(names[few & (share <= rules.rare_author_share)].tolist()),
        frozenset(names[~few & (share >= _COMMON)].tolist()),
    )


def _greatest_share(host: IntArray, author: IntArray, authors: int) -> npt.NDArray[np.float64]:
    """Return for each author the greatest share of a host's cards, each given by its host and author."""
    codes, counts = np.unique(host * authors + author, return_counts=True)
    share = np.zeros(authors)
    np.maximum.at(share, codes % authors, counts / np.bincount(host)[codes // authors])
    return share
