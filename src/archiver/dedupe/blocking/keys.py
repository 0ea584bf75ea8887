"""The blocking keys of a card: what it shares with every card that may bear on it, as numbers.

Keys of cards and their neighbour pairs go in; 63-bit hashes come out, the same in every run. Cards that
share no blocking key and are no candidates by text do not bear on each other.
"""

import hashlib
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from archiver.dedupe.keys.card import CardKeys

_NAME = 24
"""Characters at the beginning of a text that name a neighbour without a title."""


def neighbour_keys(faces: Sequence[CardKeys]) -> npt.NDArray[np.uint64]:
    """What each card is named by as the neighbour of others: its title, else how its text begins."""
    return np.array([neighbour_key(f) for f in faces], np.uint64)


def neighbour_key(face: CardKeys) -> int:
    """What a card is named by as the neighbour of others, as a number."""
    return hashed_key("name", face.title or face.text[:_NAME])


def blocking_keys(face: CardKeys, places: Iterable[int]) -> set[int]:
    """What ties a card to others: its text, title and address, and its places.

    Of cards that share none of these and are no candidates, neither bears on what becomes of the other.
    """
    named = (("text", face.text), ("title", face.title), ("url", face.url))
    return {hashed_key(field, key) for field, key in named if key}.union(places)


def hashed_key(field: str, key: str) -> int:
    """A value of a field as one number of 63 bits, the same in every run; 0 for the empty value."""
    if not key:
        return 0
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8, person=field.encode())
    return int.from_bytes(digest.digest(), "little") >> 1  # what an integer of SQLite holds
