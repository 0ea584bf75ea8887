"""Which candidate pairs of texts change when texts come and go."""

import random

import numpy as np
import pytest

from archiver.dedupe import Rules
from archiver.dedupe.blocking.keyindex import InvertedIndex
from archiver.dedupe.blocking.winnow import candidate_pairs
from archiver.dedupe.incremental.textpairs import (
    TextOrder,
    changed_pairs,
    fingerprint_postings,
    pairs_with,
)

WORDS = ["".join(random.Random(i).choices("bcdfghjklmnprstvz", k=3 + i % 6)) for i in range(200)]
RULES = (Rules(), Rules(block_cap=3, block_reach=1), Rules(block_cap=6, block_reach=2))


def texts_of(r):
    """Texts of which many share a phrase, some begin alike, and some are cuts and edits of others."""
    found: set[str] = set()
    phrases = ["".join(r.choices(WORDS, k=6)) for _ in range(4)]
    while len(found) < r.choice([40, 120]):
        text = "".join(r.choices(WORDS, k=r.choice([2, 5, 12])))
        text = r.choice(["", *phrases]) + text + r.choice(["", *phrases])
        for _ in range(r.choice([1, 1, 2, 8])):
            found.add(text)
            at = r.randrange(len(text))
            text = r.choice([text[: max(12, at)], text[:at] + r.choice(WORDS) + text[at:]])
    return sorted(found)


def pairs_of_all(numbers, rules):
    """The candidate pairs of numbered texts, found from all of them."""
    texts = sorted(numbers)
    pairs = candidate_pairs(texts, cap=rules.block_cap, reach=rules.block_reach).pairs
    return {(numbers[texts[a]], numbers[texts[b]]) for a, b in pairs.tolist()}


def index_of(numbers):
    return InvertedIndex().changed_to((), fingerprint_postings(list(numbers.values()), list(numbers)))


@pytest.mark.parametrize("seed", range(60))
def test_no_pair_changes_beside_those_that_are_found(seed):
    r = random.Random(seed)
    rules, texts = RULES[seed % len(RULES)], texts_of(r)
    numbers = dict(zip(texts, r.sample(range(1, 10_000), len(texts)), strict=True))
    text_of = {number: text for text, number in numbers.items()}
    going = set(r.sample(texts, r.randint(0, 5)))
    coming = set(r.sample(texts, r.randint(0, 30))) - going
    before = {text: numbers[text] for text in texts if text not in coming}
    after = {text: numbers[text] for text in texts if text not in going}
    index = index_of(before)
    then = index.changed_to(
        [numbers[text] for text in going],
        fingerprint_postings([numbers[text] for text in coming], list(coming)),
    )
    order = TextOrder(np.array([before[text] for text in sorted(before)], np.int64))
    new = [(text, numbers[text]) for text in coming]
    order = order.with_texts(new, lambda asked: {number: text_of[number] for number in asked})
    staying = set(r.sample(sorted(before.keys() & after), 2))
    changed = {numbers[text] for text in going | coming | staying}
    was, now = pairs_of_all(before, rules), pairs_of_all(after, rules)
    assert changed_pairs(index, then, order, changed, rules) == (was ^ now) | {
        pair for pair in now if changed.intersection(pair)
    }
    order = order.without([numbers[text] for text in going])
    some, others = (set(r.sample(sorted(after.values()), len(after) // n)) for n in (5, 2))
    found = set(map(tuple, pairs_with(then, order, rules, texts=some, among=others).tolist()))
    assert found == {pair for pair in now if some.intersection(pair) or others.issuperset(pair)}
