"""Which candidate pairs of texts change when texts come and go.

The fingerprints of all texts before and after go in, by text id, and the texts' order; out come the candidate
pairs of some texts, and the texts whose pairs are others than before. Only blocks with one of the texts in
question are looked at. A new text may part two others: where it makes a block too large for all of its pairs,
or comes between two neighbours of a large block.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import cast

import numpy as np

from archiver.dedupe.arrays import IntArray, Keys, Postings
from archiver.dedupe.blocking.keyindex import InvertedIndex, distinct_keys
from archiver.dedupe.blocking.winnow import IS_HEAD, OF_TEXT, Prints, fingerprints, pairs_of
from archiver.dedupe.incremental.state import TextId
from archiver.dedupe.rules import Rules


def fingerprint_postings(ids: Sequence[int], texts: Sequence[str]) -> Postings:
    """Return the fingerprints of texts, with the texts' ids as their owners."""
    order = np.argsort(np.asarray(ids, np.int64))
    prints = fingerprints([texts[n] for n in order.tolist()])
    return Postings(prints.hashes, np.asarray(ids, np.int64)[order][prints.texts])  # as they are sorted


class TextOrder:
    """Ids of texts in the order of the texts, without the texts."""

    def __init__(self, ids: IntArray) -> None:
        self.ids = ids

    @classmethod
    def load(cls, stored: bytes) -> "TextOrder":
        """Read the order as it is stored."""
        return cls(np.frombuffer(stored, "<u4").astype(np.int64))

    def stored(self) -> bytes:
        """Return the order as it is stored."""
        return self.ids.astype("<u4").tobytes()

    def last_id(self) -> int:
        """Return the highest id; 0 where there is no text."""
        return int(self.ids.max(initial=0))

    def with_texts(
        self,
        new: Collection[tuple[str, TextId]],
        texts_of: Callable[[Collection[TextId]], Mapping[TextId, str]],
    ) -> "TextOrder":
        """Return the order with further texts.

        Each is placed among the others by binary search, all side by side: *texts_of* is asked once for each
        halving, and not for each text.
        """
        ranked, ids = sorted(new), cast("list[TextId]", self.ids.tolist())
        low, high = [0] * len(ranked), [len(ids)] * len(ranked)
        while middles := {i: (low[i] + high[i]) // 2 for i in range(len(ranked)) if low[i] < high[i]}:
            texts = texts_of({ids[middle] for middle in middles.values()})
            for i, middle in middles.items():
                if texts[ids[middle]] < ranked[i][0]:
                    low[i] = middle + 1
                else:
                    high[i] = middle
        return TextOrder(np.insert(self.ids, low, [text_id for _, text_id in ranked]))

    def without(self, removed: Collection[int]) -> "TextOrder":
        """Return the order without these texts."""
        return TextOrder(self.ids[~np.isin(self.ids, np.fromiter(removed, np.int64, len(removed)))])

    def ranks(self) -> IntArray:
        """Return for each id the place of its text."""
        ranks = np.zeros(self.last_id() + 1, np.int64)
        ranks[self.ids] = np.arange(len(self.ids))
        return ranks


def pairs_with(
    prints: InvertedIndex,
    order: TextOrder,
    rules: Rules,
    *,
    texts: Collection[int] = (),
    among: Collection[int] = (),
) -> IntArray:
    """Return candidate pairs, as rows of two ids, the lesser text first.

    They are those that all texts together have: every block with such a pair is looked at whole.

    Args:
        prints: The fingerprints of all texts.
        order: The order of all texts.
        rules: The limits of a block.
        texts: Texts of which all pairs are returned.
        among: Texts of which the pairs with one another are returned.
    """
    ranks = order.ranks()
    interest = np.zeros(len(ranks), np.int64)
    interest[[*among]] = 1
    interest[[*texts]] = 2
    own = prints.of_owners(np.flatnonzero(interest))
    found = prints.find(_keys_of_several(np.repeat(own.keys, interest[own.owners])))
    places = np.flatnonzero(np.bincount(ranks[found.owners]))
    dense = np.searchsorted(places, ranks)[found.owners]
    # one number holds fingerprint and text: sorting numbers is faster than sorting an index of two arrays
    packed = np.sort(found.keys | dense.astype(np.uint64))
    ids = order.ids[places]
    block = Prints(
        packed & ~OF_TEXT, (packed & OF_TEXT).astype(np.int64), prints.counts(IS_HEAD, len(ranks))[ids]
    )
    of_block = pairs_of(block, cap=rules.block_cap, reach=rules.block_reach, interest=interest[ids])
    pairs: IntArray = ids[of_block.pairs]
    return pairs


def _keys_of_several(keys: Keys) -> Keys:
    """Return the keys that are there more than once, sorted, each once."""
    keys = np.sort(keys)
    return distinct_keys(keys[1:][keys[1:] == keys[:-1]])


def changed_pairs(
    before: InvertedIndex, after: InvertedIndex, order: TextOrder, changed: AbstractSet[TextId], rules: Rules
) -> set[tuple[TextId, TextId]]:
    """Return the candidate pairs of changed texts, and pairs of others that have come or gone.

    The others may be texts of a block that has become too large or is no longer, and the near ones in a large
    block.

    Args:
        before: The fingerprints of all texts before.
        after: Those of all texts now.
        order: The order of all texts, the removed ones included.
        changed: The texts of which the pairs are wanted: at least those that were added or removed.
        rules: The limits of a block.
    """
    touched = np.fromiter(changed, np.int64, len(changed))
    keys = distinct_keys(np.concatenate((before.of_owners(touched).keys, after.of_owners(touched).keys)))
    ranks = order.ranks()
    blocks = []
    for found in (before.find(keys), after.find(keys)):
        in_order = np.lexsort((ranks[found.owners], found.keys))
        blocks.append(Postings(found.keys[in_order], found.owners[in_order]))
    near = _near_in_blocks(blocks, keys, touched, rules)
    was, now = (
        {(TextId(x), TextId(y)) for x, y in pairs_with(p, order, rules, texts=changed, among=near).tolist()}
        for p in (before, after)
    )
    return (was ^ now) | {pair for pair in now if not changed.isdisjoint(pair)}


def _near_in_blocks(blocks: Sequence[Postings], keys: Keys, touched: IntArray, rules: Rules) -> set[int]:
    """Return the texts whose pairs the touched ones can change, of the blocks before and after."""
    sizes = [np.searchsorted(b.keys, keys, "right") - np.searchsorted(b.keys, keys, "left") for b in blocks]
    large = (np.maximum(*sizes) > rules.block_cap) | (keys >= IS_HEAD)
    turned = large & (np.minimum(*sizes) <= rules.block_cap) & (keys < IS_HEAD)
    near: set[int] = set()
    for block in blocks:
        own = block.have(touched)
        place = np.searchsorted(keys, block.keys)
        close = turned[place]
        for step in range(1, rules.block_reach + 1):
            inner = (block.keys[step:] == block.keys[:-step]) & large[place[step:]]
            close[step:] |= own[:-step] & inner
            close[:-step] |= own[step:] & inner
        near.update(block.owners[close].tolist())
    return near
