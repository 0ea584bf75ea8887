"""Whose candidates change when texts come and go: found from the texts that share fingerprints with these.

In: the fingerprints of all texts before and after, by number, and the texts in sorted order. Out: the
candidate pairs of some texts, and the texts whose pairs are others than before. Refuses to look at any other
block than those of the texts in question. The one surprise: a text that comes may part two that were there:
where it makes a block too large for all of its pairs, or comes between two neighbours of a large one.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np

from archiver.dedupe.arrays import Postings
from archiver.dedupe.blocking.keyindex import InvertedIndex, distinct_keys
from archiver.dedupe.blocking.winnow import IS_HEAD, OF_TEXT, IntArray, Prints, fingerprints, pairs_of
from archiver.dedupe.rules import Rules


def entries_of(numbers: Sequence[int], texts: Sequence[str]) -> Postings:
    """The fingerprints of texts, as entries of an index by the texts' numbers."""
    order = np.argsort(np.asarray(numbers, np.int64))
    prints = fingerprints([texts[n] for n in order.tolist()])
    return Postings(prints.hashes, np.asarray(numbers, np.int64)[order][prints.texts])  # as they are sorted


class Order:
    """Numbers of texts in the order of the texts, without the texts."""

    def __init__(self, numbers: IntArray) -> None:
        self.numbers = numbers

    @classmethod
    def kept(cls, row: bytes) -> "Order":
        """The order as it is kept."""
        return cls(np.frombuffer(row, "<u4").astype(np.int64))

    def row(self) -> bytes:
        """The order to be kept."""
        return self.numbers.astype("<u4").tobytes()

    def with_texts(
        self, new: Collection[tuple[str, int]], texts_of: Callable[[Collection[int]], Mapping[int, str]]
    ) -> "Order":
        """The order with further texts, each looked up among those that are there, by halving.

        All of them side by side, so that `texts_of` is asked once for each halving, and not for each text.
        """
        new, numbers = sorted(new), self.numbers.tolist()
        low, high = [0] * len(new), [len(numbers)] * len(new)
        while middles := {i: (low[i] + high[i]) // 2 for i in range(len(new)) if low[i] < high[i]}:
            texts = texts_of({numbers[middle] for middle in middles.values()})
            for i, middle in middles.items():
                if texts[numbers[middle]] < new[i][0]:
                    low[i] = middle + 1
                else:
                    high[i] = middle
        return Order(np.insert(self.numbers, low, [number for _, number in new]))

    def without(self, gone: Collection[int]) -> "Order":
        """The order without these texts."""
        return Order(self.numbers[~np.isin(self.numbers, np.fromiter(gone, np.int64, len(gone)))])

    def ranks(self) -> IntArray:
        """For each number the place of its text."""
        ranks = np.zeros(int(self.numbers.max(initial=0)) + 1, np.int64)
        ranks[self.numbers] = np.arange(len(self.numbers))
        return ranks


def pairs_with(prints: InvertedIndex, order: Order, texts: Collection[int], rules: Rules) -> IntArray:
    """The candidate pairs of which one or both are among these texts, in rows; the lesser text comes first.

    They are those of all texts together: every block of these texts is looked at whole.
    """
    wanted = np.fromiter(texts, np.int64, len(texts))
    found = prints.find(distinct_keys(prints.of(wanted).keys))
    ranks = order.ranks()
    places = np.flatnonzero(np.bincount(ranks[found.owners]))
    dense = np.searchsorted(places, ranks)[found.owners]
    # one number holds both, as fingerprints leave the room: a quick sort, and not one of an index
    packed = np.sort(found.keys | dense.astype(np.uint64))
    numbers = order.numbers[places]
    counts = prints.counts(IS_HEAD, len(ranks))[numbers]
    block = Prints(packed & ~OF_TEXT, (packed & OF_TEXT).astype(np.int64), counts)
    pairs = numbers[pairs_of(block, cap=rules.block_cap, reach=rules.block_reach).pairs]
    chosen: IntArray = pairs[np.isin(pairs, wanted).any(axis=1)]
    return chosen


def repaired(
    before: InvertedIndex, after: InvertedIndex, order: Order, changed: Collection[int], rules: Rules
) -> set[int]:
    """The texts with a pair that was not there before, or is no more; `changed` are those that came or went.

    The `order` is of all texts, those that went as well. Beside pairs of those that changed it may be others
    that do: all of a block that has become too large or is no longer, and those near by in a large one.
    """
    touched = np.fromiter(changed, np.int64, len(changed))
    keys = distinct_keys(np.concatenate((before.of(touched).keys, after.of(touched).keys)))
    ranks = order.ranks()
    blocks = []
    for found in (before.find(keys), after.find(keys)):
        in_order = np.lexsort((ranks[found.owners], found.keys))
        blocks.append(Postings(found.keys[in_order], found.owners[in_order]))
    sizes = [np.searchsorted(b.keys, keys, "right") - np.searchsorted(b.keys, keys, "left") for b in blocks]
    large = (np.maximum(*sizes) > rules.block_cap) | (keys >= IS_HEAD)
    turned = large & (np.minimum(*sizes) <= rules.block_cap) & (keys < IS_HEAD)
    near = set(changed)
    for block in blocks:
        own = block.have(touched)
        place = np.searchsorted(keys, block.keys)
        close = turned[place]
        for step in range(1, rules.block_reach + 1):
            inner = (block.keys[step:] == block.keys[:-step]) & large[place[step:]]
            close[step:] |= own[:-step] & inner
            close[:-step] |= own[step:] & inner
        near.update(block.owners[close].tolist())
    was, now = (set(map(tuple, pairs_with(p, order, near, rules).tolist())) for p in (before, after))
    return {text for pair in was ^ now for text in pair}
