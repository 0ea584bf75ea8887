"""Arrays of numbers that several rooms share: rows of three numbers, and postings.

Rows and keys go in as numbers; arrays come out. Nothing here knows what a number stands for.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
Owners = npt.NDArray[np.int64]
Row = TypeVar("Row", bound=int)
"""A number that names a card, a capture or a text."""
_OWNER_BITS = 32
"""Bits of an owner's number."""


def rows_of(found: Iterable[tuple[int, int, int]]) -> IntArray:
    """Put rows of three numbers into an array, which takes a tenth of their memory as tuples."""
    return np.fromiter(chain.from_iterable(found), np.int64).reshape(-1, 3)


def of_cards(rows: IntArray, cards: Collection[int]) -> IntArray:
    """Return those of the rows whose first number is one of these cards."""
    return rows[np.isin(rows[:, 0], np.fromiter(cards, np.int64, len(cards)))]


def distinct(column: IntArray) -> set[int]:
    """Return the distinct numbers of a column."""
    return set(np.flatnonzero(np.bincount(column)).tolist())


class Postings(NamedTuple):
    """Keys with their owners, as two parallel arrays; in a segment they are sorted by key, then by owner."""

    keys: Keys
    owners: Owners

    @classmethod
    def of(cls, keys: Keys, owners: Owners) -> "Postings":
        """Sort the postings: by key, then by owner within a key. `lexsort` takes three times as long."""
        order = np.argsort(keys)
        keys, owners = keys[order], owners[order]
        runs = np.cumsum(keys[1:] != keys[:-1], dtype=np.int64)
        packed = owners.copy()
        packed[1:] |= runs << _OWNER_BITS
        packed.sort()
        return cls(keys, packed & ((1 << _OWNER_BITS) - 1))

    @classmethod
    def of_sets(cls, sets: Mapping[Row, Collection[int]]) -> "Postings":
        """Return the keys of each owner as sorted postings."""
        sizes = np.fromiter(map(len, sets.values()), np.int64, len(sets))
        keys = np.fromiter(chain.from_iterable(sets.values()), np.uint64, int(sizes.sum()))
        return cls.of(keys, np.repeat(np.fromiter(sets, np.int64, len(sets)), sizes))

    @classmethod
    def joined(cls, found: Sequence["Postings"]) -> "Postings":
        """Concatenate postings."""
        if len(found) == 1:
            return found[0]
        if not found:
            return cls(np.empty(0, np.uint64), np.empty(0, np.int64))
        return cls(np.concatenate([e.keys for e in found]), np.concatenate([e.owners for e in found]))

    def without_repeats(self) -> "Postings":
        """Return the postings sorted, each once."""
        keys, owners = Postings.of(*self)
        first = np.ones(len(keys), bool)
        first[1:] = (keys[1:] != keys[:-1]) | (owners[1:] != owners[:-1])
        return Postings(keys[first], owners[first])

    def owned_by(self, owners: Collection[int]) -> "Postings":
        """Return the postings of these owners."""
        return self.where(self.have(np.fromiter(owners, np.int64, len(owners))))

    def where(self, chosen: npt.NDArray[np.bool_]) -> "Postings":
        """Return the chosen postings."""
        if chosen.all():
            return self
        places = np.flatnonzero(chosen)  # where few are chosen, a third of the time of two boolean masks
        return Postings(self.keys[places], self.owners[places])

    def have(self, owners: Owners) -> npt.NDArray[np.bool_]:
        """Return for each posting whether its owner is one of these."""
        if not len(owners) or not len(self.owners):
            return np.zeros(len(self.owners), bool)
        wanted = np.zeros(int(max(owners.max(), self.owners.max())) + 1, bool)
        wanted[owners] = True
        return wanted[self.owners]
