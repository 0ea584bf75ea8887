"""Which cards or texts have a key: an index of 64-bit keys that is kept as a few sorted arrays.

In: keys with their owners (numbers below 2^32), and owners that go. Out: the owners of keys, the keys of
owners. Refuses nothing. The one surprise: an index never changes. Its successor shares the parts that nothing
was taken from; new entries are a part of their own, and a part is joined with the one before it once it is
half as large (the logarithmic method of Bentley and Saxe 1980), so that each entry is written a few times
only. A row of a table per entry would take half as much room again and thirty times the time.
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Owners = npt.NDArray[np.int64]


class Entries(NamedTuple):
    """Keys and their owners; where they stand in a part, sorted by key, then by owner."""

    keys: Keys
    owners: Owners

    @classmethod
    def of(cls, keys: Keys, owners: Owners) -> "Entries":
        """The entries in order."""
        order = np.lexsort((owners, keys))
        return cls(keys[order], owners[order])

    def where(self, chosen: npt.NDArray[np.bool_]) -> "Entries":
        """Some of the entries."""
        return Entries(self.keys[chosen], self.owners[chosen])

    def have(self, owners: Owners) -> npt.NDArray[np.bool_]:
        """For each entry whether it is one of these owners'."""
        if not len(owners) or not len(self.owners):
            return np.zeros(len(self.owners), bool)
        wanted = np.zeros(int(max(owners.max(), self.owners.max())) + 1, bool)
        wanted[owners] = True
        return wanted[self.owners]


class Part(NamedTuple):
    """Some of the entries, under the number by which they are kept."""

    number: int
    entries: Entries


class KeyIndex:
    """Entries in parts, the oldest first; `last` is the highest number that a part of it ever had."""

    def __init__(self, parts: Iterable[Part] = (), last: int = 0) -> None:
        self.parts = tuple(parts)
        self.last = max([last, *(part.number for part in self.parts)])

    @classmethod
    def kept(cls, rows: Iterable[tuple[int, bytes, bytes]]) -> "KeyIndex":
        """The index out of its parts as they are kept: number, keys, owners."""
        return cls(
            Part(number, Entries(np.frombuffer(keys, "<u8"), np.frombuffer(owners, "<u4").astype(np.int64)))
            for number, keys, owners in rows
        )

    def numbers(self) -> list[int]:
        """The numbers of the parts."""
        return [part.number for part in self.parts]

    def rows(self, kept: Collection[int]) -> Iterable[tuple[int, bytes, bytes]]:
        """The parts that are still to be kept. No two parts ever have one number."""
        for number, (keys, owners) in self.parts:
            if number not in kept:
                yield number, keys.astype("<u8").tobytes(), owners.astype("<u4").tobytes()

    def find(self, keys: Keys) -> Entries:
        """The entries with these keys (sorted, distinct), in no order."""
        found = []
        for _, entries in self.parts:
            starts = np.searchsorted(entries.keys, keys, "left")
            sizes = np.searchsorted(entries.keys, keys, "right") - starts
            index = np.repeat(starts - (np.cumsum(sizes) - sizes), sizes) + np.arange(sizes.sum())
            found.append(Entries(entries.keys[index], entries.owners[index]))
        return _joined(found)

    def of(self, owners: Owners) -> Entries:
        """The entries of these owners, in no order."""
        return _joined([entries.where(entries.have(owners)) for _, entries in self.parts])

    def counts(self, below: np.uint64, owners: int) -> Owners:
        """For each owner up to so many how many keys below that one it has."""
        total = np.zeros(owners, np.int64)
        for _, (keys, whose) in self.parts:
            total += np.bincount(whose[: np.searchsorted(keys, below)], minlength=owners)
        return total

    def owners_of(self, keys: Collection[int]) -> set[int]:
        """The owners of these keys."""
        return set(self.find(np.unique(np.fromiter(keys, np.uint64, len(keys)))).owners.tolist())

    def large(self, keys: Collection[int], least: int) -> set[int]:
        """Those of the keys that have so many owners."""
        found, counts = np.unique(
            self.find(np.unique(np.fromiter(keys, np.uint64, len(keys)))).keys, return_counts=True
        )
        return set(found[counts >= least].tolist())

    def keys_of(self, owners: Collection[int]) -> dict[int, list[int]]:
        """The keys of each of these owners that has any."""
        found: dict[int, list[int]] = {}
        keys, whose = self.of(np.fromiter(owners, np.int64, len(owners)))
        for key, owner in zip(keys.tolist(), whose.tolist(), strict=True):
            found.setdefault(owner, []).append(key)
        return found

    def with_pairs(self, gone: Collection[int], new: Collection[tuple[int, int]]) -> "KeyIndex":
        """The index without the owners that are `gone`, and then with the pairs of key and owner in `new`."""
        keys = np.fromiter((key for key, _ in new), np.uint64, len(new))
        owners = np.fromiter((owner for _, owner in new), np.int64, len(new))
        return self.changed_to(gone, Entries.of(keys, owners))

    def changed_to(self, gone: Collection[int], new: Entries) -> "KeyIndex":
        """The index without the owners that are `gone`, and then with the entries in `new`."""
        going = np.fromiter(gone, np.int64, len(gone))
        parts: list[Part] = []
        number = self.last
        for part in self.parts:
            lost = part.entries.have(going)
            if lost.any():
                number += 1
                part = Part(number, part.entries.where(~lost))  # noqa: PLW2901
            if len(part.entries.keys):
                parts.append(part)
        if len(new.keys):
            while parts and len(new.keys) * 2 >= len(parts[-1].entries.keys):
                new = Entries.of(*_joined([parts.pop().entries, new]))
            number += 1
            parts.append(Part(number, new))
        return KeyIndex(parts, number)


def _joined(found: Collection[Entries]) -> Entries:
    if not found:
        return Entries(np.empty(0, np.uint64), np.empty(0, np.int64))
    return Entries(np.concatenate([e.keys for e in found]), np.concatenate([e.owners for e in found]))
