"""What tests ask of an inverted index, and how a store keeps one."""

from collections.abc import Collection, Mapping

from archiver.dedupe.blocking.keyindex import IndexUpdate, InvertedIndex, StoredSegment


def keys_of(index: InvertedIndex, owners: Collection[int]) -> dict[int, list[int]]:
    """Return the keys of each of these owners that has any."""
    found: dict[int, list[int]] = {}
    keys, whose = index.owned_by(owners)
    for key, owner in zip(keys.tolist(), whose.tolist(), strict=True):
        found.setdefault(owner, []).append(key)
    return found


def stored_after(segments: Mapping[int, StoredSegment], update: IndexUpdate) -> dict[int, StoredSegment]:
    """Return the stored segments by number after an update of their index."""
    removed = update.removed()
    kept = {
        number: segment._replace(tombstones=b"")
        for number, segment in segments.items()
        if number not in removed
    }
    for segment in update.added():
        assert segment.number not in segments
        kept[segment.number] = segment
    for number, tombstones in update.tombstones():
        kept[number] = kept[number]._replace(tombstones=tombstones)
    return dict(sorted(kept.items()))
