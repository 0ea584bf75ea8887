"""Labels for bare texts: the short way for data sets of millions, without cards, captures or evidence.

Texts go in; for each a number comes out, and equal numbers are one post. The decisions are those that cards
with nothing but these texts would get. No evidence is kept for them, which takes a tenth of the memory.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import count

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Prefix

from archiver.dedupe.blocking.winnow import candidate_pairs
from archiver.dedupe.clustering.cluster import Pair, cluster
from archiver.dedupe.evidence.passages import weigh_texts
from archiver.dedupe.evidence.signals import score_of
from archiver.dedupe.evidence.templates import filled_differently
from archiver.dedupe.evidence.weights import WEIGHTS
from archiver.dedupe.keys.boilerplate import without_boilerplate
from archiver.dedupe.keys.normalize import text_keys
from archiver.dedupe.rules import Rules

_DEFAULT = Rules()


def label_texts(texts: Sequence[str], *, rules: Rules = _DEFAULT) -> list[int]:
    """Return a number for each text; equal numbers are one post by their text alone.

    Numbers count from 0 in the order of first mention. A text without letters, digits or emoji is one post
    with its exact repeats only.
    """
    number: dict[str, int] = defaultdict(count().__next__)
    numbers = list(map(number.__getitem__, texts))
    labels = _labels_of_distinct(list(number), rules)
    return list(map(labels.__getitem__, numbers))


def _labels_of_distinct(texts: Sequence[str], rules: Rules) -> list[int]:
    keys = text_keys(texts)
    cut = without_boilerplate(set(keys) - {""})
    keys = [cut.get(key, key) for key in keys]
    order = sorted(set(keys) - {""})
    post = dict(zip(order, _cluster(order, rules), strict=True))
    first: dict[int | str, int] = {}
    return [
        first.setdefault(post[key] if key else text, len(first))
        for text, key in zip(texts, keys, strict=True)
    ]


def _cluster(keys: Sequence[str], rules: Rules) -> list[int]:
    """Return for each of the sorted distinct keys the place of the least key of its cluster."""
    odds: dict[Pair, float] = {}
    cannot_links: list[Pair] = []
    least = min(rules.apart, rules.threshold)
    pairs = candidate_pairs(keys, cap=rules.block_cap, reach=rules.block_reach).pairs.T.tolist()
    both = [[keys[i] for i in side] for side in pairs]
    shared = process.cpdist(*both, scorer=Prefix.similarity, dtype=np.int32).tolist()
    for pair, a, b, begins in zip(zip(*pairs, strict=True), *both, shared, strict=True):
        weight, contradicted = weigh_texts(a, b, begins)
        if contradicted and score_of(weight) < least:
            cannot_links.append(pair)
        else:
            odds[pair] = weight
    edited = [(a, b) for (a, b), o in odds.items() if o > 0 and not keys[b].startswith(keys[a])]
    for pair in filled_differently(keys, edited):
        odds[pair] += WEIGHTS.template
    scores = {pair: score_of(o) for pair, o in odds.items()}
    edges = [(score, a, b) for (a, b), score in scores.items() if score >= rules.threshold]

    def unlike(a: int, b: int) -> bool:
        pair = (min(a, b), max(a, b))
        if pair not in scores:
            x, y = keys[a], keys[b]
            return score_of(weigh_texts(x, y, Prefix.similarity(x, y))[0]) < rules.apart
        return scores[pair] < rules.apart

    nowhere: list[tuple[str, ...]] = [()] * len(keys)
    return cluster(
        nowhere, list(map(len, keys)), edges, cannot_links, contradicts=unlike, unlike=unlike
    ).labels
