"""Labels for bare texts: the short way for data sets of millions, without cards, captures or evidence.

In: texts. Out: for each a number; equal numbers are one post. Refuses to use anything but the texts. The one
surprise: the decisions are those that cards with nothing but these texts would get, but no account of them is
kept, which takes a tenth of the memory.
"""

from collections.abc import Sequence

from archiver.dedupe.block import candidate_pairs
from archiver.dedupe.boilerplate import without_boilerplate
from archiver.dedupe.cluster import Edge, Pair, cluster
from archiver.dedupe.compare import TEMPLATE, score_of, weigh_texts
from archiver.dedupe.normalize import text_keys
from archiver.dedupe.rules import Rules
from archiver.dedupe.templates import filled_differently

_DEFAULT = Rules()


def label_texts(texts: Sequence[str], *, rules: Rules = _DEFAULT) -> list[int]:
    """For each text a number; equal numbers are one post by their text alone. Numbers follow first mention.

    A text without letters, digits or emoji is like no other but itself.
    """
    number: dict[str, int] = {}
    numbers = [number.setdefault(text, len(number)) for text in texts]
    keys = text_keys(list(number))
    cut = without_boilerplate(set(keys) - {""})
    keys = [cut.get(key, key) for key in keys]
    order = sorted(set(keys) - {""})
    post = dict(zip(order, _cluster(order, rules), strict=True))
    first: dict[int | str, int] = {}
    labels = [
        first.setdefault(post[key] if key else text, len(first))
        for text, key in zip(number, keys, strict=True)
    ]
    return [labels[n] for n in numbers]


def _cluster(keys: Sequence[str], rules: Rules) -> list[int]:
    """For each of the sorted distinct keys the least key of its cluster."""
    edges: list[Edge] = []
    apart: list[Pair] = []
    scores: dict[Pair, float] = {}
    edits: dict[Pair, float] = {}
    for a, b in candidate_pairs(keys, cap=rules.block_cap, reach=rules.block_reach).pairs.tolist():
        odds, contradicted = weigh_texts(keys[a], keys[b])
        scores[a, b] = score = score_of(odds)
        if score >= rules.threshold:
            edges.append((score, a, b))
        elif contradicted and score < rules.apart:
            apart.append((a, b))
        if odds > 0 and not keys[b].startswith(keys[a]):
            edits[a, b] = odds
    template = filled_differently(keys, edits)
    for pair in template:
        scores[pair] = score_of(edits[pair] + TEMPLATE)
    edges = [e for e in edges if e[1:] not in template or scores[e[1:]] >= rules.threshold]

    def unlike(a: int, b: int) -> bool:
        pair = (min(a, b), max(a, b))
        if pair not in scores:
            scores[pair] = score_of(weigh_texts(keys[a], keys[b])[0])
        return scores[pair] < rules.apart

    nowhere: list[tuple[str, ...]] = [()] * len(keys)
    return cluster(nowhere, list(map(len, keys)), edges, apart, contradicts=unlike, unlike=unlike)
