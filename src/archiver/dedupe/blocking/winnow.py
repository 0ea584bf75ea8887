"""Candidate pairs of texts: the few pairs worth comparing, found in time linear in the texts.

Distinct text keys, sorted, go in; `Blocks` come out: pairs of positions in that list, and how large the
blocks were. Of a block beyond the cap only neighbours in sorted order are paired. The hashes sample the text
by winnowing (Schleimer, Wilkerson and Aiken 2003), so that a text cut anywhere keeps the fingerprints of what
is left of it: containment, not resemblance, is found.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
HashArray = npt.NDArray[np.uint64]
Codes = npt.NDArray[np.uint32]

_DENSE = range(0x2E80, 0x10000)
"""Characters of which each is about a word (Chinese, Japanese, Korean)."""
_GRAM_DENSE = 5
"""Characters that a fingerprint covers where each is about a word."""
_GRAM = 12
"""Characters that a fingerprint covers elsewhere: about two words."""
_WINDOW = 8
"""Grams of which one is kept."""
_HEAD = 10
"""Characters at the beginning of a key that are a fingerprint of their own, for keys with few others."""
_PAD = _GRAM
"""Characters between two texts: so many that no window reaches from the grams of one to those of the next."""
_READ = 12_000
"""Characters of a key that are fingerprinted: these suffice to recognise a text that long."""
_SLICE = 60_000
"""Characters that are hashed at once: few enough for the arrays to stay in the processor's cache."""
_FEW = 8
"""Fingerprints below which a key is also paired by its beginning: one edit may spoil most of them."""
IS_HEAD = np.uint64(1 << 63)
"""The bit that marks the hash of a beginning."""
_TEXT_BITS = 31
"""Bits that a text's number takes below the 32 of a hash. A hash of 64 bits takes twice the time, and two
texts that share a hash by chance share no other."""
OF_TEXT = np.uint64((1 << _TEXT_BITS) - 1)
"""These bits, which are 0 in a hash."""
_WEIGHT_BITS = 12
"""Bits that a count of shared fingerprints takes beside its pair: 25 million texts can still be paired."""
_PAIRS_AT_ONCE = 8_000_000
"""Pairs that are collected before they are added up. Bounds the memory: 128 MB."""
_INTEREST = 2
"""What the interest in the two texts of a pair must add up to."""
_NONE = np.uint32(0xFFFFFFFF)
"""The hash of no gram."""


class Blocks(NamedTuple):
    """Candidate pairs (rows of two positions, the lesser first, sorted) and the sizes behind them."""

    pairs: IntArray
    blocks: int
    largest: int


class Prints(NamedTuple):
    """Fingerprints of all texts: parallel arrays sorted by hash, then text; those of beginnings last."""

    hashes: HashArray
    texts: IntArray
    counts: IntArray
    """For each text its number of distinct fingerprints without that of its beginning."""


class _Runs(NamedTuple):
    """Runs of one hash among sorted hashes: where each begins, and its size."""

    starts: IntArray
    sizes: IntArray


class _Lists(NamedTuple):
    """Distinct lists of members: where each begins, its size, and how many blocks have these members."""

    starts: IntArray
    sizes: IntArray
    weights: IntArray


class _Shared(NamedTuple):
    """Pairs of texts, each as one number, and how many fingerprints the two share."""

    pairs: IntArray
    counts: IntArray


def fingerprints(keys: Sequence[str]) -> Prints:
    """Return the winnowed fingerprints of each key, and that of its beginning.

    A key shorter than these has none.
    """
    if not keys:
        return Prints(np.empty(0, np.uint64), np.empty(0, np.int64), np.empty(0, np.int64))
    lengths = np.minimum(np.fromiter(map(len, keys), np.int64, len(keys)), _READ)
    # in slices, so that the arrays stay small whatever the number of keys
    cuts = np.flatnonzero(np.diff(np.cumsum(lengths + _PAD) // _SLICE)) + 1
    slices = [
        _slice_prints(keys[start:stop], lengths[start:stop], start)
        for start, stop in pairwise((0, *cuts.tolist(), len(keys)))
    ]
    grams, heads = (
        _ordered(np.concatenate(prints), _TEXT_BITS, _TEXT_BITS + 32) for prints in zip(*slices, strict=True)
    )
    grams = grams.compress(_begins(grams))
    packed = np.concatenate((grams, heads | IS_HEAD))
    texts = (packed & OF_TEXT).astype(np.int64)
    packed &= ~OF_TEXT
    return Prints(packed, texts, np.bincount(texts[: len(grams)], minlength=len(keys)))


def _slice_prints(keys: Sequence[str], lengths: IntArray, first: int) -> tuple[HashArray, HashArray]:
    """Return the fingerprints of some keys, and those of their beginnings.

    Each is one number: the hash, and below it the number of its text. *first* is that of the first text.
    """
    pad = "\x01" * _PAD
    joined = pad + pad.join([key[:_READ] for key in keys]) + pad
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    ends = np.cumsum(lengths + _PAD)
    # doubling: a gram of 2n characters is two grams of n
    one = (codes + np.uint32(1)) * np.uint32(0x9E3779B1)
    one ^= one >> np.uint32(15)
    two = _join(one, one[1:])
    four = _join(two, two[2:])
    eight = _join(four, four[4:])
    grams = np.full_like(codes, _NONE)
    grams[: 1 - _GRAM] = _mixed(_join(eight, four[8:]))
    beyond = ends[:, None] + np.arange(1 - _GRAM, _PAD)  # grams that would go beyond their text
    if codes.max() >= _DENSE.start:
        dense = (codes >= _DENSE.start) & (codes < _DENSE.stop)
        np.copyto(grams[: 1 - _GRAM_DENSE], _mixed(_join(four, one[4:])), where=dense[: 1 - _GRAM_DENSE])
        perhaps, beyond = np.split(beyond, [_GRAM - _GRAM_DENSE], axis=1)
        grams[perhaps[~dense[perhaps]]] = _NONE
    grams[beyond] = _NONE
    grams[:_PAD] = _NONE
    most = _slide(_slide(grams, np.minimum), np.maximum)
    chosen = np.flatnonzero(most == grams[_WINDOW - 1 : 1 - _WINDOW]) + _WINDOW - 1
    chosen = chosen.compress(grams.take(chosen) != _NONE)
    texts = np.repeat(np.arange(len(keys)), np.diff(np.searchsorted(chosen, ends), prepend=0))
    named = np.flatnonzero(lengths >= _HEAD)
    starts = (ends - lengths)[named]
    heads = _mixed(_join(eight[starts], two[starts + 8]))
    return _packed(grams.take(chosen), texts + first), _packed(heads, named + first)


def _packed(hashes: Codes, texts: IntArray) -> HashArray:
    return hashes.astype(np.uint64) << np.uint64(_TEXT_BITS) | texts.astype(np.uint64)


def _mixed(hashes: Codes) -> Codes:
    hashes ^= hashes >> np.uint32(16)
    hashes *= np.uint32(0x85EBCA6B)
    hashes ^= hashes >> np.uint32(13)
    return hashes


def _join(left: Codes, right: Codes) -> Codes:
    """Return the hashes of grams followed by others; *right* may end sooner."""
    out = left[: len(right)] * np.uint32(0x01000193)
    out ^= out >> np.uint32(15)
    out += right
    return out


def _slide(values: Codes, pick: np.ufunc) -> Codes:
    """Return for each position the least (or greatest) value of the window that begins there."""
    step = 1
    while step < _WINDOW:  # a power of 2
        values = pick(values[:-step], values[step:])
        step *= 2
    return values


def candidate_pairs(keys: Sequence[str], *, cap: int = 24, reach: int = 3, share: float = 0.4) -> Blocks:
    """Return the pairs of sorted distinct keys that may be one text: `pairs_of` their fingerprints."""
    return pairs_of(fingerprints(keys), cap=cap, reach=reach, share=share)


def pairs_of(
    prints: Prints, *, cap: int = 24, reach: int = 3, share: float = 0.4, interest: IntArray | None = None
) -> Blocks:
    """Return the pairs of texts, numbered in sorted order, that may be one by their fingerprints.

    Two texts are paired when they share enough of the fingerprints of the one that has fewer. Where one of
    them has only a few, they are also paired when they begin alike and are near in sorted order. So a pair
    depends on the blocks that both are in, and on nothing else.

    Args:
        prints: The fingerprints of all texts.
        cap: Texts of a block up to which all its pairs are looked at.
        reach: Next texts in sorted order that each text of a larger block is paired with.
        share: Share (0 to 1) of the fingerprints that two texts must have in common.
        interest: For each text a number from 0 to 2: only pairs whose numbers add up to 2 are found. Of all
            pairs of a few texts' blocks, nearly all are of other texts.
    """
    n = len(prints.counts)
    split = int(np.searchsorted(prints.hashes, IS_HEAD))
    blocks = _blocks(prints.hashes[:split])
    texts = prints.texts[:split]
    pairs, shared = _pairs_within(texts, _distinct_lists(texts, blocks), n, cap, reach, interest)
    left, right = pairs // n, pairs % n
    least = share * np.minimum(prints.counts[left], prints.counts[right])
    enough = shared >= least
    large = _Runs(*(column.compress(blocks.sizes > cap) for column in blocks))
    in_large = np.zeros(n, bool)
    in_large[texts.take(_steps(*large, 0))] = True
    few_shared = np.flatnonzero(~enough & in_large[left] & in_large[right])
    beyond = _shared_in(texts, large, pairs[few_shared], n)
    enough[few_shared] = shared[few_shared] + beyond >= least[few_shared]
    codes = [pairs[enough]]
    few = prints.counts < _FEW
    texts = prints.texts[split:]
    heads = _blocks(prints.hashes[split:])
    for step in range(1, reach + 1):
        index = _steps(*heads, step)
        left, right = texts[index], texts[index + step]
        near = few[left] | few[right]
        if interest is not None:
            near &= interest[left] + interest[right] >= _INTEREST
        codes.append(left[near] * n + right[near])
    merged = np.sort(np.concatenate(codes))
    merged = merged.compress(_begins(merged))
    return Blocks(
        np.column_stack((merged // max(n, 1), merged % max(n, 1))),
        len(blocks.sizes),
        int(blocks.sizes.max(initial=0)),
    )


def _blocks(hashes: HashArray) -> _Runs:
    """Return the blocks: the runs of one hash with more than one member."""
    starts = np.flatnonzero(_begins(hashes))
    sizes = np.diff(starts, append=len(hashes))
    return _Runs(starts.compress(sizes > 1), sizes.compress(sizes > 1))


def _ordered(values: npt.NDArray[Any], low: int, high: int) -> npt.NDArray[Any]:
    """Sort the values by their bits from *low* to *high*; those that agree in these keep their order.

    Radix sort, 16 bits at a time. On some processors (AMD Zen 4) the sort of numpy takes twice the time.
    """
    for bit in range(low, high, 16):
        digits = (values >> values.dtype.type(bit)).astype(np.uint16)
        values = values.take(np.argsort(digits, kind="stable"))
    return values


def _begins(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Return for each of these sorted values whether it differs from the one before it."""
    begins = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=begins[1:])
    return begins


def _steps(starts: IntArray, sizes: IntArray, step: int) -> IntArray:
    """Return the places of all members that have another one *step* places further on in their block."""
    live = sizes > step
    counts = sizes[live] - step
    offsets = np.repeat(starts[live] - (np.cumsum(counts) - counts), counts)
    return offsets + np.arange(len(offsets))


def _distinct_lists(texts: IntArray, blocks: _Runs) -> _Lists:
    """Return each list of members once, with its number of blocks: a shared paragraph is one list."""
    starts, sizes = blocks
    mixed = (texts.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(32)
    mixed *= np.uint64(0x94D049BB133111EB)
    sums = np.zeros(len(mixed) + 1, np.uint64)
    np.cumsum(mixed, out=sums[1:])
    names = sums[starts + sizes] - sums[starts]
    # a half of each name suffices to sort equal names together: lists left apart are added up later
    half = np.uint64(0xFFFFFFFF)
    order = _ordered(names & ~half | np.arange(len(names), dtype=np.uint64), 32, 64) & half
    order = order.astype(np.int64)
    first = np.flatnonzero(_begins(names.take(order)))
    chosen = order.take(first)
    return _Lists(starts[chosen], sizes[chosen], np.diff(first, append=len(names)))


def _pairs_within(
    texts: IntArray, lists: _Lists, n: int, cap: int, reach: int, interest: IntArray | None
) -> _Shared:
    """Return all pairs of the small lists and the near ones of the large lists."""
    starts, sizes, weights = lists
    found: list[_Shared] = []
    for step in range(1, cap):
        if step == reach + 1:
            small = sizes <= cap
            starts, sizes, weights = starts[small], sizes[small], weights[small]
        live = sizes > step
        if not live.any():
            break
        index = _steps(starts, sizes, step)
        left, right = texts.take(index), texts.take(index + step)
        shared = _Shared(left * n + right, np.repeat(weights[live], sizes[live] - step))
        if interest is not None:
            chosen = np.flatnonzero(interest.take(left) + interest.take(right) >= _INTEREST)
            shared = _Shared(shared.pairs.take(chosen), shared.counts.take(chosen))
        found.append(shared)
        if sum(len(part.pairs) for part in found) > _PAIRS_AT_ONCE:
            found = [_summed(found, n)]
    return _summed(found, n) if found else _Shared(np.empty(0, np.int64), np.empty(0, np.int64))


def _shared_in(texts: IntArray, blocks: _Runs, pairs: IntArray, n: int) -> IntArray:
    """Count for each pair the blocks that both texts are in.

    A title, or a count, in front of a text takes it away from its like in the order of a large block: such a
    pair is found by another fingerprint, and these count as well.
    """
    number = np.repeat(np.arange(len(blocks.sizes)), blocks.sizes)
    members = texts.take(_steps(*blocks, 0))
    packed = number * n + members
    order = np.argsort(members, kind="stable")
    starts = np.searchsorted(members.take(order), np.arange(n + 1))
    of_pair: IntArray = np.zeros(len(pairs), np.int64)
    left, right = pairs // n, pairs % n
    sizes = starts[left + 1] - starts[left]
    cuts = np.searchsorted(np.cumsum(sizes), np.arange(_PAIRS_AT_ONCE, int(sizes.sum()), _PAIRS_AT_ONCE))
    for some in np.split(np.arange(len(pairs)), cuts):
        own = sizes[some]
        which = np.repeat(np.arange(len(some)), own)
        at = np.arange(int(own.sum())) - np.repeat(np.cumsum(own) - own, own) + starts[left[some]][which]
        wanted = number.take(order.take(at)) * n + right[some][which]
        place = np.minimum(np.searchsorted(packed, wanted), max(len(packed) - 1, 0))
        of_pair[some] = np.bincount(
            which[packed.take(place) == wanted] if len(packed) else which[:0], minlength=len(some)
        )
    return of_pair


def _summed(found: Sequence[_Shared], n: int) -> _Shared:
    """Return each pair once, with all fingerprints that its texts share."""
    packed = np.concatenate([part.pairs for part in found]) << _WEIGHT_BITS
    packed |= np.minimum(np.concatenate([part.counts for part in found]), (1 << _WEIGHT_BITS) - 1)
    packed = _ordered(packed, _WEIGHT_BITS, _WEIGHT_BITS + 2 * n.bit_length())
    pairs = packed >> _WEIGHT_BITS
    starts = np.flatnonzero(_begins(pairs))
    return _Shared(pairs[starts], np.add.reduceat(packed & ((1 << _WEIGHT_BITS) - 1), starts))
