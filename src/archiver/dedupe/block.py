"""Candidate pairs of texts: the few pairs worth comparing, found in time linear in the texts.

In: distinct text keys, sorted. Out: `Blocks`: pairs of positions in that list, and how large the blocks were.
Refuses to list every pair of a large block: of a block beyond the cap only neighbours in sorted order are
paired. The one surprise: the hashes sample the text by winnowing (Schleimer, Wilkerson and Aiken 2003), so
that a text cut anywhere keeps the fingerprints of what is left of it: containment, not resemblance, is found.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
HashArray = npt.NDArray[np.uint64]

_GRAM_DENSE = 5
"""Characters a fingerprint covers where one character is about a word (Chinese, Japanese, Korean)."""
_GRAM = 12
"""Characters a fingerprint covers elsewhere: about two words."""
_WINDOW = 8
"""Of each run of so many grams one is kept."""
_HEAD = 10
"""Characters that neighbours in sorted order must share at their beginnings."""
_PAD = _GRAM + _WINDOW
_READ = 12_000
"""Characters of a key that are fingerprinted: a text that long is told by its beginning."""
_SLICE = 60_000
"""Characters that are hashed at once: few enough for the arrays to stay near the processor."""
_FEW = 8
"""Fingerprints below which a key is also paired with its neighbours: one edit may spoil most of them."""
_TEXT_BITS = 26
"""Bits that a text's number takes beside a hash: 38 are left for the hash, for 67 million texts."""
_WEIGHT_BITS = 12
"""Bits that a count of shared fingerprints takes beside its pair: 25 million texts can still be paired."""
_NONE = np.uint64(0xFFFFFFFFFFFFFFFF)
_BASE = np.uint64(0x9E3779B97F4A7C15)


class Blocks(NamedTuple):
    """Candidate pairs (rows of two positions, the lesser first, sorted) and the sizes behind them."""

    pairs: IntArray
    blocks: int
    largest: int


class Prints(NamedTuple):
    """The fingerprints of all texts: parallel arrays sorted by hash, then text."""

    hashes: HashArray
    texts: IntArray
    counts: IntArray
    """For each text its number of distinct fingerprints."""


def fingerprints(keys: Sequence[str]) -> Prints:
    """The winnowed fingerprints of each key. A key shorter than one gram has none."""
    empty = Prints(np.empty(0, np.uint64), np.empty(0, np.int64), np.zeros(len(keys), np.int64))
    if not keys:
        return empty
    hashes, texts = [], []
    start = 0
    while start < len(keys):  # in slices, so that the arrays stay small whatever the number of keys
        stop, size = start, 0
        while stop < len(keys) and (size == 0 or size + min(len(keys[stop]), _READ) <= _SLICE):
            size += min(len(keys[stop]), _READ) + _PAD
            stop += 1
        h, t = _slice_prints(keys[start:stop])
        hashes.append(h)
        texts.append(t + start)
        start = stop
    # one number holds both, the hash in front, so that one quick sort orders hash and text
    bits = np.uint64(max(_TEXT_BITS, len(keys).bit_length()))
    low = (np.uint64(1) << bits) - np.uint64(1)
    packed = np.concatenate(hashes) & ~low
    packed |= np.concatenate(texts).astype(np.uint64)
    packed.sort()
    fresh = np.ones(len(packed), bool)
    fresh[1:] = packed[1:] != packed[:-1]
    packed = packed[fresh]
    t = (packed & low).astype(np.int64)
    return Prints(packed & ~low, t, np.bincount(t, minlength=len(keys)))


def _slice_prints(keys: Sequence[str]) -> tuple[HashArray, IntArray]:
    keys = [k if len(k) <= _READ else k[:_READ] for k in keys]
    pad = "\x01" * _PAD
    joined = pad + pad.join(keys) + pad  # no text's fingerprints depend on what stands beside it
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = np.fromiter((len(k) for k in keys), np.int64, len(keys))
    dense = (codes >= 0x2E80) & (codes < 0x10000)
    # doubling: a gram of 2n characters is two grams of n
    one = (codes.astype(np.uint64) + np.uint64(1)) * _BASE
    one ^= one >> np.uint64(29)
    two = _join(one, one, 1)
    four = _join(two, two, 2)
    five = _join(four, one, 4)
    eight = _join(four, four, 4)
    twelve = _join(eight, four, 8)
    grams = np.where(dense, five, twelve)
    grams ^= grams >> np.uint64(31)
    grams *= np.uint64(0xBF58476D1CE4E5B9)
    grams ^= grams >> np.uint64(27)
    ends = np.cumsum(lengths + _PAD)
    # room[i]: characters from i to the end of its text
    owner = np.concatenate((np.zeros(_PAD, np.int64), np.repeat(np.arange(len(keys)), lengths + _PAD)))
    room = ends[owner] - np.arange(len(codes))
    grams[room < np.where(dense, _GRAM_DENSE, _GRAM)] = _NONE
    grams[:_PAD] = _NONE
    least = _slide(grams, np.minimum, _WINDOW)
    kept = np.zeros_like(grams)
    kept[_WINDOW - 1 :] = _slide(least, np.maximum, _WINDOW)[: len(grams) - _WINDOW + 1]
    chosen = np.flatnonzero((kept == grams) & (grams != _NONE))
    return grams[chosen], owner[chosen]


def _join(left: HashArray, right: HashArray, shift: int) -> HashArray:
    out: HashArray = left * np.uint64(0x100000001B3 + 2 * shift)
    out ^= out >> np.uint64(32)
    out[: len(out) - shift] += right[shift:]
    return out


def _slide(values: HashArray, pick: np.ufunc, width: int) -> HashArray:
    """For each position the least (or greatest) of the `width` values from there on; width a power of 2."""
    out = values.copy()
    step = 1
    while step < width:
        out[: len(out) - step] = pick(out[: len(out) - step], out[step:])
        step *= 2
    return out


def candidate_pairs(keys: Sequence[str], *, cap: int = 24, reach: int = 3, share: float = 0.4) -> Blocks:
    """The pairs of sorted distinct `keys` that may show one text.

    Two keys are paired when they share at least `share` of the fingerprints of the poorer one, or, where that
    one has only a few, stand within `reach` of each other in sorted order. A block of more than `cap` keys
    pairs each with the next `reach` only.
    """
    n = len(keys)
    prints = fingerprints(keys)
    codes: list[IntArray] = []
    hashes, texts = prints.hashes, prints.texts
    blocks = largest = 0
    if len(hashes):
        starts = np.flatnonzero(np.concatenate(([True], hashes[1:] != hashes[:-1])))
        sizes = np.diff(np.append(starts, len(hashes)))
        shared = sizes > 1
        starts, sizes = starts[shared], sizes[shared]
        blocks, largest = len(sizes), int(sizes.max(initial=0))
        starts, sizes, weights = _distinct_lists(texts, starts, sizes)
        found, hits = _pairs_within(texts, starts, sizes, weights, n, cap, reach)
        left, right = found // n, found % n
        enough = hits >= share * np.minimum(prints.counts[left], prints.counts[right])
        codes.append(found[enough])
    few = np.flatnonzero(prints.counts < _FEW).tolist()
    for step in range(1, reach + 1):
        near = [i for i in few if i + step < n and keys[i + step].startswith(keys[i][:_HEAD])]
        near += [i - step for i in few if i >= step and keys[i].startswith(keys[i - step][:_HEAD])]
        left = np.array(near, np.int64)
        codes.append(left * n + left + step)
    merged = np.unique(np.concatenate(codes)) if codes else np.empty(0, np.int64)
    return Blocks(np.column_stack((merged // max(n, 1), merged % max(n, 1))), blocks, largest)


def _distinct_lists(
    texts: IntArray, starts: IntArray, sizes: IntArray
) -> tuple[IntArray, IntArray, IntArray]:
    """Blocks with the same members once, with how often they stood: a shared paragraph is one block."""
    if not len(starts):
        return starts, sizes, np.empty(0, np.int64)
    mixed = (texts.astype(np.uint64) + np.uint64(1)) * _BASE
    mixed ^= mixed >> np.uint64(32)
    mixed *= np.uint64(0x94D049BB133111EB)
    sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(mixed)))
    names = sums[starts + sizes] - sums[starts]
    _, first, counts = np.unique(names, return_index=True, return_counts=True)
    return starts[first], sizes[first], counts


def _pairs_within(
    texts: IntArray, starts: IntArray, sizes: IntArray, weights: IntArray, n: int, cap: int, reach: int
) -> tuple[IntArray, IntArray]:
    """All pairs of the small blocks and the near ones of the large, with the fingerprints that they share."""
    found: list[IntArray] = []
    hits: list[IntArray] = []
    for step in range(1, cap):
        live = (sizes > step) & ((sizes <= cap) | (step <= reach))
        if not live.any():
            break
        counts = sizes[live] - step
        offsets = np.repeat(starts[live] - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
        index = offsets + np.arange(int(counts.sum()))
        found.append(texts[index] * n + texts[index + step])
        hits.append(np.repeat(weights[live], counts))
        if sum(map(len, found)) > 8_000_000:
            found, hits = _summed(found, hits)
    if not found:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    found, hits = _summed(found, hits)
    return found[0], hits[0]


def _summed(found: list[IntArray], hits: list[IntArray]) -> tuple[list[IntArray], list[IntArray]]:
    # pair and weight in one number, as above: a quick sort, where an index sort takes three times as long
    packed = np.concatenate(found) << _WEIGHT_BITS
    packed |= np.minimum(np.concatenate(hits), (1 << _WEIGHT_BITS) - 1)
    packed.sort()
    codes = packed >> _WEIGHT_BITS
    starts = np.flatnonzero(np.concatenate(([True], codes[1:] != codes[:-1])))
    return [codes[starts]], [np.add.reduceat(packed & ((1 << _WEIGHT_BITS) - 1), starts)]
