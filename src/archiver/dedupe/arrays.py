"""Arrays of numbers that several rooms share: rows of three, and postings.

Rows and keys go in as numbers; arrays come out. Nothing here knows what a number stands for.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
Owners = npt.NDArray[np.int64]


def rows_of(found: Iterable[tuple[int, int, int]]) -> IntArray:
    """Rows of three numbers as an array: a tenth of the room that they take one by one."""
    return np.fromiter(chain.from_iterable(found), np.int64).reshape(-1, 3)


def joined(rows: Sequence[IntArray]) -> IntArray:
    """All of these rows."""
    return np.concatenate(rows)


def of_cards(rows: IntArray, cards: Collection[int]) -> IntArray:
    """Those of the rows, which begin with a card, that are of these cards."""
    return rows[np.isin(rows[:, 0], np.fromiter(cards, np.int64, len(cards)))]


def distinct(column: IntArray) -> set[int]:
    """The numbers in a column."""
    return set(np.flatnonzero(np.bincount(column)).tolist())


class Postings(NamedTuple):
    """Keys and their owners; where they stand in a part, sorted by key, then by owner."""

    keys: Keys
    owners: Owners

    @classmethod
    def of(cls, keys: Keys, owners: Owners) -> "Postings":
        """The entries in order."""
        order = np.lexsort((owners, keys))
        return cls(keys[order], owners[order])

    @classmethod
    def of_sets(cls, sets: Mapping[int, Collection[int]]) -> "Postings":
        """The keys of each owner, in order."""
        sizes = np.fromiter(map(len, sets.values()), np.int64, len(sets))
        keys = np.fromiter(chain.from_iterable(sets.values()), np.uint64, int(sizes.sum()))
        return cls.of(keys, np.repeat(np.fromiter(sets, np.int64, len(sets)), sizes))

    @classmethod
    def joined(cls, found: Sequence["Postings"]) -> "Postings":
        """All of these, one after the other."""
        if len(found) == 1:
            return found[0]
        if not found:
            return cls(np.empty(0, np.uint64), np.empty(0, np.int64))
        return cls(np.concatenate([e.keys for e in found]), np.concatenate([e.owners for e in found]))

    def without_repeats(self) -> "Postings":
        """The entries in order, each once."""
        keys, owners = Postings.of(*self)
        fresh = np.ones(len(keys), bool)
        fresh[1:] = (keys[1:] != keys[:-1]) | (owners[1:] != owners[:-1])
        return Postings(keys[fresh], owners[fresh])

    def owned_by(self, owners: Collection[int]) -> "Postings":
        """Those of these owners."""
        return self.where(self.have(np.fromiter(owners, np.int64, len(owners))))

    def where(self, chosen: npt.NDArray[np.bool_]) -> "Postings":
        """Some of the entries."""
        if chosen.all():
            return self
        places = np.flatnonzero(chosen)  # a third of the time of choosing twice, where they are few
        return Postings(self.keys[places], self.owners[places])

    def have(self, owners: Owners) -> npt.NDArray[np.bool_]:
        """For each entry whether it is one of these owners'."""
        if not len(owners) or not len(self.owners):
            return np.zeros(len(self.owners), bool)
        wanted = np.zeros(int(max(owners.max(), self.owners.max())) + 1, bool)
        wanted[owners] = True
        return wanted[self.owners]
