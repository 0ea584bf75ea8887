"""Which cards or texts have a key: an index of 64-bit keys that is kept as a few sorted arrays.

In: keys with their owners (numbers below 2^32), and owners that go. Out: the owners of keys, the keys of
owners. Refuses nothing. The one surprise: an index never changes. Its successor shares the parts; the owners
that go are a list beside each part until a quarter of it is theirs. New entries are a part of their own, and
a part is joined with the one before it once it is half as large (the logarithmic method of Bentley and Saxe
1980), so that each entry is written a few times only; none is made of more than `MOST`. A row of a table per
entry would take half as much room again and thirty times the time.
"""

from collections.abc import Collection, Iterable
from itertools import count
from typing import NamedTuple

import numpy as np

from archiver.dedupe.arrays import Keys, Owners, Postings

MOST = 1 << 24
"""Entries of a part: their keys are 128 MiB, and a value of SQLite has at most 1,000,000,000 bytes."""


_NONE = np.empty(0, np.int64)


class Segment(NamedTuple):
    """Some of the entries, under the number by which they are kept, and the owners gone since it was made."""

    number: int
    entries: Postings
    gone: Owners = _NONE

    def left(self, some: Postings) -> Postings:
        """Those of some of its entries whose owners are not gone."""
        return some.where(~some.have(self.gone)) if len(self.gone) else some

    def without(self, owners: Owners, number: int) -> "Segment":
        """The part without these owners as well; under that number where few of its entries are left."""
        lost = self.entries.owners[self.entries.have(owners)]
        if not len(lost):
            return self
        gone = np.fromiter({*self.gone.tolist(), *lost.tolist()}, np.int64)
        dead = self.entries.have(gone)
        if np.count_nonzero(dead) * 4 < len(dead):
            return Segment(self.number, self.entries, gone)
        return Segment(number, self.entries.where(~dead))


class InvertedIndex:
    """Entries in parts, the oldest first; `last` is the highest number that a part of it ever had."""

    def __init__(self, parts: Iterable[Segment] = (), last: int = 0) -> None:
        self.parts = tuple(parts)
        self.last = max([last, *(part.number for part in self.parts)])

    @classmethod
    def kept(cls, rows: Iterable[tuple[int, bytes, bytes, bytes]]) -> "InvertedIndex":
        """The index out of its parts as they are kept: number, keys, owners, those of them that are gone."""
        return cls(
            Segment(number, Postings(np.frombuffer(keys, "<u8"), _owners(owners)), _owners(gone))
            for number, keys, owners, gone in rows
        )

    def numbers(self) -> list[int]:
        """The numbers of the parts."""
        return [part.number for part in self.parts]

    def rows(self, kept: Collection[int]) -> Iterable[tuple[int, bytes, bytes]]:
        """The parts that are still to be kept. No two parts ever have one number."""
        for number, (keys, owners), _ in self.parts:
            if number not in kept:
                yield number, keys.astype("<u8").tobytes(), owners.astype("<u4").tobytes()

    def gone(self) -> Iterable[tuple[int, bytes]]:
        """The owners that are gone, by part."""
        return ((part.number, part.gone.astype("<u4").tobytes()) for part in self.parts if len(part.gone))

    def find(self, keys: Keys) -> Postings:
        """The entries with these keys (sorted, distinct), in no order."""
        found = []
        for part in self.parts:
            there, owners = part.entries
            starts = np.searchsorted(there, keys, "left")
            sizes = np.searchsorted(there, keys, "right") - starts
            index = np.repeat(starts - (np.cumsum(sizes) - sizes), sizes) + np.arange(sizes.sum())
            found.append(part.left(Postings(there[index], owners[index])))
        return Postings.joined(found)

    def of(self, owners: Owners) -> Postings:
        """The entries of these owners; each part's in order."""
        return Postings.joined(
            [part.left(part.entries.where(part.entries.have(owners))) for part in self.parts]
        )

    def owned_by(self, owners: Collection[int]) -> Postings:
        """The same, for any collection of owners."""
        return self.of(np.fromiter(owners, np.int64, len(owners)))

    def counts(self, below: np.uint64, owners: int) -> Owners:
        """For each owner up to so many how many keys below that one it has."""
        total = np.zeros(owners, np.int64)
        for part in self.parts:
            keys, whose = part.entries
            found = np.bincount(whose[: np.searchsorted(keys, below)], minlength=owners)[:owners]
            found[part.gone[part.gone < owners]] = 0
            total += found
        return total

    def owners_of(self, keys: Collection[int]) -> set[int]:
        """The owners of these keys."""
        return set(self.find(distinct_keys(np.fromiter(keys, np.uint64, len(keys)))).owners.tolist())

    def tied_to(self, entries: Postings) -> set[int]:
        """The owners of the keys of these entries."""
        return set(self.find(distinct_keys(entries.keys)).owners.tolist())

    def missing(self, entries: Postings) -> Postings:
        """Those of the entries, which are all different, that the index has not."""
        there = self.of(entries.owners)
        keys, owners = Postings.joined([there, entries])
        order = np.lexsort((owners, keys))  # which leaves the one that is there in front of its equal
        keys, owners = keys[order], owners[order]
        new = order >= len(there.keys)
        new[1:] &= (keys[1:] != keys[:-1]) | (owners[1:] != owners[:-1])
        return Postings(keys[new], owners[new])

    def large(self, keys: Collection[int], least: int) -> set[int]:
        """Those of the keys that have so many owners."""
        found, counts = np.unique(
            self.find(distinct_keys(np.fromiter(keys, np.uint64, len(keys)))).keys, return_counts=True
        )
        return set(found[counts >= least].tolist())

    def keys_of(self, owners: Collection[int]) -> dict[int, list[int]]:
        """The keys of each of these owners that has any."""
        found: dict[int, list[int]] = {}
        keys, whose = self.owned_by(owners)
        for key, owner in zip(keys.tolist(), whose.tolist(), strict=True):
            found.setdefault(owner, []).append(key)
        return found

    def changed_to(self, gone: Collection[int], new: Postings) -> "InvertedIndex":
        """The index without the owners that are `gone`, and then with the entries in `new`."""
        return self.without(gone).with_entries(new)

    def without(self, gone: Collection[int]) -> "InvertedIndex":
        """The index without these owners."""
        going = np.fromiter(gone, np.int64, len(gone))
        if not len(going):
            return self
        found = [part.without(going, number) for number, part in enumerate(self.parts, self.last + 1)]
        last = self.last + len(self.parts)
        return InvertedIndex((part for part in found if len(part.entries.keys)), last)

    def with_entries(self, new: Postings) -> "InvertedIndex":
        """The index with further entries, which are in order."""
        parts = [*self.parts]
        while parts and len(parts[-1].entries.keys) <= min(len(new.keys) * 2, MOST - len(new.keys)):
            last = parts.pop()
            new = Postings.of(*Postings.joined([last.left(last.entries), new]))
        pieces = [slice(start, start + MOST) for start in range(0, len(new.keys), MOST)]
        made = [Postings(new.keys[piece], new.owners[piece]) for piece in pieces]
        return InvertedIndex([*parts, *map(Segment, count(self.last + 1), made)], self.last)


def _owners(kept: bytes) -> Owners:
    return np.frombuffer(kept, "<u4").astype(np.int64)


def distinct_keys(keys: Keys) -> Keys:
    """The keys in order, each once: by sorting, where `numpy.unique` hashes, at three times the time."""
    keys = np.sort(keys)
    fresh = np.ones(len(keys), bool)
    fresh[1:] = keys[1:] != keys[:-1]
    return keys[fresh]
