"""The blocking keys of a card: what it shares with every card that may bear on it, as numbers.

Keys of cards and their neighbour pairs go in; 63-bit hashes come out, the same in every run. Cards that
share no blocking key and have no similar texts do not bear on each other.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from archiver.dedupe.keys.card import AuthorRank, CardKeys
from archiver.dedupe.keys.hashing import hashed_key

_RARE = AuthorRank.RARE  # Python 3.11 takes 0.2 us to look a member up

_TEXT_CHARACTERS = 24
"""Characters at the beginning of a text that name a neighbour without a title."""


def neighbour_keys(cards: Sequence[CardKeys]) -> npt.NDArray[np.uint64]:
    """Return the `neighbour_key` of each card."""
    return np.array([neighbour_key(keys) for keys in cards], np.uint64)


def neighbour_key(keys: CardKeys) -> int:
    """Return the hash that names a card as a neighbour: of its title, else of its text's beginning."""
    return hashed_key("name", keys.title or keys.text[:_TEXT_CHARACTERS])


def blocking_keys(keys: CardKeys, neighbour_pairs: Iterable[int]) -> set[int]:
    """Return the hashes of the fields that a card may share, and its neighbour pairs."""
    return {hashed_key(field, key) for field, key in fields_shared(keys)}.union(neighbour_pairs)


def fields_shared(keys: CardKeys) -> list[tuple[str, str]]:
    """Return the fields of a card that it may share: text, title, URL, front page, and a rare author."""
    fields = (("text", keys.text), ("title", keys.title), ("url", keys.url), ("host", keys.front_page))
    found = [(field, key) for field, key in fields if key]
    return [*found, ("author", keys.author)] if keys.author_rank is _RARE else found
