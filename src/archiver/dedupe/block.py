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
"""Characters at the beginning of a key that are a fingerprint of their own, for keys with few others."""
_PAD = _GRAM + _WINDOW
_READ = 12_000
"""Characters of a key that are fingerprinted: a text that long is told by its beginning."""
_SLICE = 60_000
"""Characters that are hashed at once: few enough for the arrays to stay near the processor."""
_FEW = 8
"""Fingerprints below which a key is also paired by its beginning: one edit may spoil most of them."""
IS_HEAD = np.uint64(1 << 63)
"""The bit that tells the hash of a beginning from that of a gram."""
_TEXT_BITS = 26
"""Bits that a text's number takes beside a hash: 38 are left for the hash, for 67 million texts."""
OF_TEXT = np.uint64((1 << _TEXT_BITS) - 1)
"""These bits, which are 0 in a hash."""
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
    """The fingerprints of all texts: parallel arrays sorted by hash, then text; those of beginnings last."""

    hashes: HashArray
    texts: IntArray
    counts: IntArray
    """For each text its number of distinct fingerprints, its beginning not counted."""


def fingerprints(keys: Sequence[str]) -> Prints:
    """The winnowed fingerprints of each key, and that of its beginning. A key shorter than these has none."""
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
    return Prints(packed & ~low, t, np.bincount(t[packed < IS_HEAD], minlength=len(keys)))


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
    grams = _mixed(np.where(dense, five, twelve))
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
    named = np.flatnonzero(lengths >= _HEAD)
    heads = _mixed(_join(eight, two, 8)[(ends - lengths)[named]])
    return (
        np.concatenate((grams[chosen] & ~IS_HEAD, heads | IS_HEAD)),
        np.concatenate((owner[chosen], named)),
    )


def _mixed(hashes: HashArray) -> HashArray:
    hashes = hashes ^ (hashes >> np.uint64(31))
    hashes *= np.uint64(0xBF58476D1CE4E5B9)
    hashes ^= hashes >> np.uint64(27)
    return hashes


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
    """The pairs of sorted distinct `keys` that may show one text: `pairs_of` their fingerprints."""
    return pairs_of(fingerprints(keys), cap=cap, reach=reach, share=share)


def pairs_of(prints: Prints, *, cap: int = 24, reach: int = 3, share: float = 0.4) -> Blocks:
    """The pairs of texts, numbered in sorted order, that may be one by their fingerprints.

    Two texts are paired when they share at least `share` of the fingerprints of the poorer one, or, where one
    of them has only a few, when they begin alike and stand within `reach` of each other in sorted order. A
    block of more than `cap` texts pairs each with the next `reach` only. So a pair depends on the blocks that
    both stand in, and on nothing else.
    """
    n = len(prints.counts)
    split = int(np.searchsorted(prints.hashes, IS_HEAD))
    starts, sizes = _blocks(prints.hashes[:split])
    blocks, largest = len(sizes), int(sizes.max(initial=0))
    texts = prints.texts[:split]
    starts, sizes, weights = _distinct_lists(texts, starts, sizes)
    found, hits = _pairs_within(texts, starts, sizes, weights, n, cap, reach)
    enough = hits >= share * np.minimum(prints.counts[found // n], prints.counts[found % n])
    codes = [found[enough]]
    few = prints.counts < _FEW
    texts = prints.texts[split:]
    starts, sizes = _blocks(prints.hashes[split:])
    for step in range(1, reach + 1):
        index = _steps(starts, sizes, step)
        left, right = texts[index], texts[index + step]
        near = few[left] | few[right]
        codes.append(left[near] * n + right[near])
    merged = np.unique(np.concatenate(codes))
    return Blocks(np.column_stack((merged // max(n, 1), merged % max(n, 1))), blocks, largest)


def _blocks(hashes: HashArray) -> tuple[IntArray, IntArray]:
    """Where the runs of one hash begin, and their sizes, of those with more than one member."""
    if not len(hashes):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    starts = np.flatnonzero(np.concatenate(([True], hashes[1:] != hashes[:-1])))
    sizes = np.diff(np.append(starts, len(hashes)))
    return starts[sizes > 1], sizes[sizes > 1]


def _steps(starts: IntArray, sizes: IntArray, step: int) -> IntArray:
    """The places of all members that have another `step` places further on in their block."""
    live = sizes > step
    counts = sizes[live] - step
    offsets = np.repeat(starts[live] - (np.cumsum(counts) - counts), counts)
    return offsets + np.arange(len(offsets))


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
        if step == reach + 1:
            small = sizes <= cap
            starts, sizes, weights = starts[small], sizes[small], weights[small]
        live = sizes > step
        if not live.any():
            break
        index = _steps(starts, sizes, step)
        found.append(texts[index] * n + texts[index + step])
        hits.append(np.repeat(weights[live], sizes[live] - step))
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
