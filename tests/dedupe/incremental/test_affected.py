"""Which candidate pairs change when texts come and go, and the indexes by which that is found."""

import random

import numpy as np
import pytest

from archiver.dedupe import Rules
from archiver.dedupe.arrays import Postings
from archiver.dedupe.blocking import keyindex
from archiver.dedupe.blocking.keyindex import InvertedIndex
from archiver.dedupe.blocking.winnow import candidate_pairs
from archiver.dedupe.incremental.affected import Order, entries_of, pairs_with, repaired

WORDS = ["".join(random.Random(i).choices("bcdfghjklmnprstvz", k=3 + i % 6)) for i in range(200)]
RULES = (Rules(), Rules(block_cap=3, block_reach=1), Rules(block_cap=6, block_reach=2))


def texts_of(r):
    """Texts of which many share a phrase, some begin alike, and some are cuts and edits of others."""
    found = set()
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


def entries_in(pairs):
    """Pairs of key and owner as entries."""
    owners = sorted({owner for _, owner in pairs})
    return Postings.of_sets({owner: {key for key, own in pairs if own == owner} for owner in owners})


def index_of(numbers):
    return InvertedIndex().changed_to((), entries_of(list(numbers.values()), list(numbers)))


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
        [numbers[text] for text in going], entries_of([numbers[text] for text in coming], list(coming))
    )
    order = Order(np.array([before[text] for text in sorted(before)], np.int64))
    new = [(text, numbers[text]) for text in coming]
    order = order.with_texts(new, lambda asked: {number: text_of[number] for number in asked})
    changed = [numbers[text] for text in going | coming]
    was, now = pairs_of_all(before, rules), pairs_of_all(after, rules)
    assert repaired(index, then, order, changed, rules) == {text for pair in was ^ now for text in pair}
    order = order.without([numbers[text] for text in going])
    some = set(r.sample(sorted(after.values()), len(after) // 2))
    found = set(map(tuple, pairs_with(then, order, some, rules).tolist()))
    assert found == {pair for pair in now if some.intersection(pair)}


@pytest.mark.parametrize("seed", range(10))
def test_an_index_knows_what_was_put_in_and_not_taken_out(seed, monkeypatch):
    monkeypatch.setattr(keyindex, "MOST", (1 << 24, 9)[seed % 2])
    r, index, known, kept = random.Random(seed), InvertedIndex(), set(), {}
    for _ in range(30):
        gone = set(r.sample(range(50), r.choice([0, 0, 1, 5])))
        new = {(r.choice([3, 2**63 - 1, r.randrange(40)]), r.randrange(50)) for _ in range(r.randint(0, 20))}
        known = {pair for pair in known if pair[1] not in gone}
        new -= known
        again = r.sample(sorted(known), len(known) // 2)
        known |= new
        index = index.without(gone)
        missing = index.missing(entries_in(new.union(again)))
        assert set(zip(missing.owners.tolist(), missing.keys.tolist(), strict=True)) == {
            (owner, key) for key, owner in new
        }
        index = index.with_entries(missing)
        rows = {row[0]: row for row in index.rows(kept)}
        assert not rows.keys() & kept.keys()
        kept = {number: row for number, row in {**kept, **rows}.items() if number in index.numbers()}
        left = dict(index.gone())
        index = InvertedIndex.kept((*kept[number], left.get(number, b"")) for number in index.numbers())
        keys = {key for key, _ in known}
        asked = set(r.sample(sorted(keys), len(keys) // 2)) | {41}
        assert index.owners_of(asked) == {owner for key, owner in known if key in asked}
        by_owner = index.keys_of(range(50))
        assert {(key, owner) for owner, found in by_owner.items() for key in found} == known
        often = {key for key in keys if sum(pair[0] == key for pair in known) >= 3}
        assert index.large(keys, 3) == often
        assert all(len(part.entries.keys) <= keyindex.MOST for part in index.parts)
        assert len(index.parts) <= 10 + 2 * len(known) // keyindex.MOST


def test_few_parts_hold_what_came_in_many_runs():
    index = InvertedIndex()
    for n in range(1000):
        index = index.with_entries(entries_in({(n, n)}))
    assert len(index.parts) <= 11
    assert index.owners_of(range(1000)) == set(range(1000))
