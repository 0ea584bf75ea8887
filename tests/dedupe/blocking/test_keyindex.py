"""An inverted index has what was put in and not deleted, however it is stored meanwhile."""

import random

import pytest

from archiver.dedupe.arrays import Postings
from archiver.dedupe.blocking import keyindex
from archiver.dedupe.blocking.keyindex import IndexUpdate, InvertedIndex, StoredSegment
from tests.dedupe.blocking.index import keys_of, stored_after


def postings_of(pairs):
    """Sort pairs of key and owner."""
    owners = sorted({owner for _, owner in pairs})
    return Postings.of_sets({owner: {key for key, own in pairs if own == owner} for owner in owners})


@pytest.mark.parametrize("seed", range(10))
def test_an_index_knows_what_was_put_in_and_not_taken_out(seed, monkeypatch):
    monkeypatch.setattr(keyindex, "MOST_POSTINGS", (1 << 24, 9)[seed % 2])
    r, index = random.Random(seed), InvertedIndex()
    known: set[tuple[int, int]] = set()
    segments: dict[int, StoredSegment] = {}
    for _ in range(30):
        gone = set(r.sample(range(50), r.choice([0, 0, 1, 5])))
        new = {(r.choice([3, 2**63 - 1, r.randrange(40)]), r.randrange(50)) for _ in range(r.randint(0, 20))}
        known = {pair for pair in known if pair[1] not in gone}
        new -= known
        again = r.sample(sorted(known), len(known) // 2)
        known |= new
        stored = index
        index = index.without(gone)
        missing = index.missing(postings_of(new.union(again)))
        assert set(zip(missing.owners.tolist(), missing.keys.tolist(), strict=True)) == {
            (owner, key) for key, owner in new
        }
        index = index.with_postings(missing)
        segments = stored_after(segments, IndexUpdate(stored, index))
        index = InvertedIndex.load(segments.values())
        keys = {key for key, _ in known}
        asked = set(r.sample(sorted(keys), len(keys) // 2)) | {41}
        assert index.owners_of(asked) == {owner for key, owner in known if key in asked}
        by_owner = keys_of(index, range(50))
        assert {(key, owner) for owner, found in by_owner.items() for key in found} == known
        often = {key for key in keys if sum(pair[0] == key for pair in known) >= 3}
        assert index.large(keys, 3) == often
        assert all(len(segment.postings.keys) <= keyindex.MOST_POSTINGS for segment in index.segments)
        assert len(index.segments) <= 10 + 2 * len(known) // keyindex.MOST_POSTINGS


def test_few_segments_hold_what_came_in_many_runs():
    index = InvertedIndex()
    for n in range(1000):
        index = index.with_postings(postings_of({(n, n)}))
    assert len(index.segments) <= 11
    assert index.owners_of(range(1000)) == set(range(1000))
