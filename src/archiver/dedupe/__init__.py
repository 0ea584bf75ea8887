"""Cards to posts, pure: normalize, block, compare, cluster, canonical.

In: cards by public id and their sightings. Out: posts sorted by first sighting and id; every card that has a
sighting stands in exactly one. Refuses to look at anything else: no clock, no network, no database. The one
surprise: the result is a function of the sets of cards and sightings; their order does not matter.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from archiver.dedupe.candidates import card_pairs
from archiver.dedupe.canonical import canonical
from archiver.dedupe.cluster import cluster
from archiver.dedupe.compare import Face, face_of
from archiver.dedupe.context import Context
from archiver.dedupe.normalize import text_key
from archiver.dedupe.rules import Rules
from archiver.models import Card, Match, Post, Sighting

__all__ = ["Rules", "dedupe", "label_texts"]

_DEFAULT = Rules()


def dedupe(
    cards: Mapping[str, Card], sightings: Iterable[Sighting], *, rules: Rules = _DEFAULT
) -> tuple[Post, ...]:
    """Merge the cards that show one post. A sighting of a card that is not in `cards` is a KeyError."""
    seen: dict[str, list[Sighting]] = defaultdict(list)
    for s in sightings:
        seen[s.card].append(s)
    ids = sorted(seen)
    faces = [face_of(cards[i]) for i in ids]
    context = Context(faces, [seen[i] for i in ids], rules)
    labels, edges = _labels(context, rules)
    groups: dict[int, list[int]] = defaultdict(list)
    for i, label in enumerate(labels):
        groups[label].append(i)
    matches: dict[int, list[Match]] = defaultdict(list)
    for score, a, b in edges:
        if labels[a] == labels[b]:
            reasons = tuple(map(str, context.verdict(a, b).signals))
            matches[labels[a]].append(
                Match(left=ids[a], right=ids[b], same=True, score=score, reasons=reasons)
            )
    posts = [
        canonical(
            {ids[i]: cards[ids[i]] for i in group},
            {ids[i]: faces[i] for i in group},
            [s for i in group for s in seen[ids[i]]],
            matches[label],
        )
        for label, group in groups.items()
    ]
    return tuple(sorted(posts, key=lambda p: (p.first_seen, p.id)))


def label_texts(texts: Sequence[str], *, rules: Rules = _DEFAULT) -> list[int]:
    """For each text a number; equal numbers are one post by their text alone. Numbers follow first mention.

    A text without letters, digits or emoji is like no other but itself.
    """
    keys = {text: text_key(text) for text in dict.fromkeys(texts)}
    order = sorted(set(keys.values()) - {""})
    labels, _ = _labels(Context([Face(text=key) for key in order], [()] * len(order), rules), rules)
    number = dict(zip(order, labels, strict=True))
    first: dict[int | str, int] = {}
    by_text = {t: first.setdefault(number[k] if k else t, len(first)) for t, k in keys.items()}
    return [by_text[text] for text in texts]


def _labels(context: Context, rules: Rules) -> tuple[list[int], list[tuple[float, int, int]]]:
    """For each face the least face of its cluster, and the edges that may hold clusters together."""
    context.weigh_all(sorted(card_pairs(context.faces, rules) | context.successions))
    edges = []
    apart = []
    for (a, b), verdict in context.verdicts.items():
        if verdict.score >= rules.threshold:
            edges.append((verdict.score, a, b))
        elif verdict.contradicted and verdict.score < rules.apart:
            apart.append((a, b))

    def contradicts(a: int, b: int) -> bool:
        verdict = context.verdict(a, b)
        return verdict.contradicted and verdict.score < rules.apart

    def unlike(a: int, b: int) -> bool:
        return context.verdict(a, b).score < rules.apart

    lengths = [len(f.text) for f in context.faces]
    labels = cluster(context.captures, lengths, edges, apart, contradicts=contradicts, unlike=unlike)
    return labels, edges
