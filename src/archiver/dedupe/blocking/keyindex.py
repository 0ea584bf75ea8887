"""An inverted index of 64-bit keys: which cards or texts have a key, kept as a few sorted segments.

Keys with their owners (numbers below 2^32) go in, and owners that are deleted; out come the owners of keys
and the keys of owners. An index never changes: its successor shares the segments. Deletions are tombstones,
and a segment is compacted once 25% of it is dead. New postings make a segment of their own, and a segment is
merged with the one before it once it is half as large (the logarithmic method of Bentley and Saxe 1980), so
that each posting is written a few times only. A table row per posting would take half as much room again and
thirty times the time.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import count
from typing import NamedTuple

import numpy as np

from archiver.dedupe.arrays import Keys, Owners, Postings

MOST_POSTINGS = 1 << 24
"""Postings of a segment: their keys are 128 MiB, and a value of SQLite has at most 1,000,000,000 bytes."""
_DEAD_SHARE = 4
"""A segment is compacted once one in so many of its postings is dead."""
_NO_OWNERS = np.empty(0, np.int64)


class StoredSegment(NamedTuple):
    """A segment as it is stored: keys of 8 bytes, owners and the deleted owners of 4 bytes, little-endian."""

    number: int
    keys: bytes
    owners: bytes
    tombstones: bytes


class Segment(NamedTuple):
    """Some of the postings, sorted, under a number of their own; `tombstones` are owners deleted since."""

    number: int
    postings: Postings
    tombstones: Owners = _NO_OWNERS

    @classmethod
    def load(cls, stored: StoredSegment) -> "Segment":
        """Read a segment as it is stored."""
        postings = Postings(np.frombuffer(stored.keys, "<u8"), _owners(stored.owners))
        return cls(stored.number, postings, _owners(stored.tombstones))

    def stored(self) -> StoredSegment:
        """Return the segment as it is stored."""
        keys, owners = self.postings
        return StoredSegment(
            self.number,
            keys.astype("<u8").tobytes(),
            owners.astype("<u4").tobytes(),
            self.stored_tombstones(),
        )

    def stored_tombstones(self) -> bytes:
        """Return the tombstones as they are stored."""
        return self.tombstones.astype("<u4").tobytes()

    def living(self, some: Postings) -> Postings:
        """Return those of some of the segment's postings whose owners are not deleted."""
        return some.where(~some.have(self.tombstones)) if len(self.tombstones) else some

    def without(self, owners: Owners, number: int) -> "Segment":
        """Return the segment with these owners deleted as well, compacted under *number* where many are."""
        lost = self.postings.owners[self.postings.have(owners)]
        if not len(lost):
            return self
        tombstones = np.fromiter({*self.tombstones.tolist(), *lost.tolist()}, np.int64)
        dead = self.postings.have(tombstones)
        if np.count_nonzero(dead) * _DEAD_SHARE < len(dead):
            return Segment(self.number, self.postings, tombstones)
        return Segment(number, self.postings.where(~dead))


class InvertedIndex:
    """Postings in segments, the oldest first; `last` is the highest number that one of them ever had."""

    def __init__(self, segments: Iterable[Segment] = (), last: int = 0) -> None:
        self.segments = tuple(segments)
        self.last = max([last, *(segment.number for segment in self.segments)])

    @classmethod
    def load(cls, stored: Iterable[StoredSegment]) -> "InvertedIndex":
        """Read an index out of its stored segments, the oldest first."""
        return cls(map(Segment.load, stored))

    def find(self, keys: Keys) -> Postings:
        """Return the postings of these keys (sorted, distinct), in no order."""
        found = []
        for segment in self.segments:
            there, owners = segment.postings
            starts = np.searchsorted(there, keys, "left")
            sizes = np.searchsorted(there, keys, "right") - starts
            index = np.repeat(starts - (np.cumsum(sizes) - sizes), sizes) + np.arange(sizes.sum())
            found.append(segment.living(Postings(there[index], owners[index])))
        return Postings.joined(found)

    def postings(self) -> Postings:
        """Return all postings, sorted within each segment."""
        return Postings.joined([segment.living(segment.postings) for segment in self.segments])

    def of_owners(self, owners: Owners) -> Postings:
        """Return the postings of these owners, sorted within each segment."""
        return Postings.joined(
            [
                segment.living(segment.postings.where(segment.postings.have(owners)))
                for segment in self.segments
            ]
        )

    def owned_by(self, owners: Collection[int]) -> Postings:
        """Return the same for any collection of owners."""
        return self.of_owners(np.fromiter(owners, np.int64, len(owners)))

    def counts(self, below: np.uint64, owners: int) -> Owners:
        """Return for each owner below *owners* its number of keys below *below*."""
        total = np.zeros(owners, np.int64)
        for segment in self.segments:
            keys, whose = segment.postings
            found = np.bincount(whose[: np.searchsorted(keys, below)], minlength=owners)[:owners]
            found[segment.tombstones[segment.tombstones < owners]] = 0
            total += found
        return total

    def owners_of(self, keys: Collection[int]) -> set[int]:
        """Return the owners of these keys."""
        return set(self.find(distinct_keys(np.fromiter(keys, np.uint64, len(keys)))).owners.tolist())

    def sharing(self, postings: Postings) -> set[int]:
        """Return the owners of the keys of these postings."""
        return set(self.find(distinct_keys(postings.keys)).owners.tolist())

    def missing(self, postings: Postings) -> Postings:
        """Return those of the postings, which are sorted and all different, that the index lacks."""
        there = self.of_owners(postings.owners)
        if not len(there.keys):
            return postings
        keys, owners = Postings.joined([there, postings])
        order = np.lexsort((owners, keys))  # stable: a posting of the index stands in front of its equal
        keys, owners = keys[order], owners[order]
        new = order >= len(there.keys)
        new[1:] &= (keys[1:] != keys[:-1]) | (owners[1:] != owners[:-1])
        return Postings(keys[new], owners[new])

    def large(self, keys: Collection[int], least: int) -> set[int]:
        """Return those of the keys that have at least so many owners."""
        found, counts = np.unique(
            self.find(distinct_keys(np.fromiter(keys, np.uint64, len(keys)))).keys, return_counts=True
        )
        return set(found[counts >= least].tolist())

    def changed_to(self, deleted: Collection[int], new: Postings) -> "InvertedIndex":
        """Return the index without the deleted owners, and then with the new postings."""
        return self.without(deleted).with_postings(new)

    def without(self, owners: Collection[int]) -> "InvertedIndex":
        """Return the index without these owners."""
        deleted = np.fromiter(owners, np.int64, len(owners))
        if not len(deleted):
            return self
        found = [segment.without(deleted, n) for n, segment in enumerate(self.segments, self.last + 1)]
        last = self.last + len(self.segments)
        return InvertedIndex((segment for segment in found if len(segment.postings.keys)), last)

    def with_postings(self, new: Postings) -> "InvertedIndex":
        """Return the index with further postings, which are sorted."""
        segments = [*self.segments]
        most = MOST_POSTINGS - len(new.keys)
        while segments and len(segments[-1].postings.keys) <= min(len(new.keys) * 2, most):
            last = segments.pop()
            new = Postings.of(*Postings.joined([last.living(last.postings), new]))
            most = MOST_POSTINGS - len(new.keys)
        slices = [slice(start, start + MOST_POSTINGS) for start in range(0, len(new.keys), MOST_POSTINGS)]
        made = [Postings(new.keys[one], new.owners[one]) for one in slices]
        return InvertedIndex([*segments, *map(Segment, count(self.last + 1), made)], self.last)


class IndexUpdate(NamedTuple):
    """An index as it is stored, and as it is to be stored."""

    before: InvertedIndex
    after: InvertedIndex

    def is_changed(self) -> bool:
        """Whether a posting was added or deleted."""
        before, after = self.before.segments, self.after.segments
        return len(before) != len(after) or any(x is not y for x, y in zip(before, after, strict=True))

    def removed(self) -> list[int]:
        """Return the numbers of the stored segments that go."""
        numbers = {segment.number for segment in self.after.segments}
        return [segment.number for segment in self.before.segments if segment.number not in numbers]

    def added(self) -> Iterator[StoredSegment]:
        """Yield the segments that are to be stored; no number is that of a stored segment."""
        numbers = {segment.number for segment in self.before.segments}
        return (segment.stored() for segment in self.after.segments if segment.number not in numbers)

    def tombstones(self) -> Iterator[tuple[int, bytes]]:
        """Yield the number and the tombstones of each segment that has any, to be stored for those before."""
        for segment in self.after.segments:
            if len(segment.tombstones):
                yield segment.number, segment.stored_tombstones()


def _owners(stored: bytes) -> Owners:
    return np.frombuffer(stored, "<u4").astype(np.int64)


def distinct_keys(keys: Keys) -> Keys:
    """Return the keys sorted, each once: `numpy.unique` hashes, which takes three times the time."""
    keys = np.sort(keys)
    first = np.ones(len(keys), bool)
    first[1:] = keys[1:] != keys[:-1]
    return keys[first]
