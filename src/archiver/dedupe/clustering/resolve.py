"""All cards weighed and clustered: what posts, explanations and doubts are read from.

In: cards by public id, their sightings, rules and overrides. Out: a `Resolution`. Refuses to look at anything
else. The one surprise: a card is a number here, its place among the sorted public ids, so that whatever is
settled by number is settled by content, whether all cards are solved at once or each component alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from archiver.dedupe.arrays import Postings
from archiver.dedupe.blocking.candidates import card_pairs
from archiver.dedupe.blocking.keys import blocking_keys, neighbour_keys
from archiver.dedupe.blocking.winnow import candidate_pairs
from archiver.dedupe.clustering.cluster import Edge, Refusal, cluster, connected
from archiver.dedupe.evidence.corpus import CorpusStats
from archiver.dedupe.evidence.pair import Pair
from archiver.dedupe.evidence.sightings import (
    CaptureRef,
    CardSightings,
    bulk_timestamps,
    by_card,
    in_columns,
    neighbour_pairs_of,
    shown_of,
)
from archiver.dedupe.evidence.signals import MatchWeight, Signal
from archiver.dedupe.keys.boilerplate import without_boilerplate
from archiver.dedupe.keys.card import CardKeys, card_keys
from archiver.dedupe.rules import Rules
from archiver.models import Card, Comparison, Override, Sighting, SignalWeight

_BY_OVERRIDE = (MatchWeight(Signal.OVERRIDE, Signal.OVERRIDE.weight),)


class Batch(NamedTuple):
    """Cards that are solved together, by number: all those that `components` ties to one another.

    `alike` are the pairs of their texts that share fingerprints, `moments` the captures that showed them.
    """

    ids: Sequence[str]
    faces: Sequence[CardKeys]
    shown: Sequence[CardSightings]
    moments: Sequence[CaptureRef]
    alike: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Resolution:
    """The cards by number, what was weighed, and the cluster of each: `labels` name its least card.

    `edges` are the pairs that may hold a cluster together, those of overrides at the score of 100; `words`
    are the overrides that count, by pair. `refusals` say of each pair that might hold two clusters together
    what keeps these apart.
    """

    rules: Rules
    batch: Batch
    context: CorpusStats
    labels: Sequence[int]
    edges: Sequence[Edge]
    words: Mapping[Pair, bool]
    refusals: Mapping[Pair, Refusal]

    @property
    def ids(self) -> Sequence[str]:
        """The public ids of the cards."""
        return self.batch.ids

    def comparison(self, a: int, b: int, *, same: bool) -> Comparison:
        """Return the evidence for one pair, as it is stored: an override where that is what decides it."""
        left, right = sorted((self.ids[a], self.ids[b]))
        if self.words.get((min(a, b), max(a, b))) is same:
            score, weights = 100.0 if same else 0.0, signal_weights(_BY_OVERRIDE)
        else:
            verdict = self.context.verdict(a, b)
            score, weights = verdict.score, signal_weights(verdict.match_weights)
        return Comparison(left=left, right=right, same=same, score=score, match_weights=weights)

    def groups(self) -> dict[int, list[int]]:
        """The cards of each cluster, by its label."""
        found: dict[int, list[int]] = defaultdict(list)
        for i, label in enumerate(self.labels):
            found[label].append(i)
        return found

    def held_edges(self) -> dict[int, list[Edge]]:
        """The edges within each cluster, by its label."""
        found: dict[int, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            if self.labels[edge[1]] == self.labels[edge[2]]:
                found[self.labels[edge[1]]].append(edge)
        return found

    def post_id(self, label: int) -> str:
        """The public id of the post of a cluster: that of the card that was seen first."""
        cards = (i for i, own in enumerate(self.labels) if own == label)
        return self.ids[min(cards, key=lambda i: (self.batch.shown[i].first, i))]

    def apart(self, a: int, b: int) -> bool:
        """Whether two cards are held apart by something that no likeness outweighs."""
        verdict = self.context.verdict(a, b)
        return verdict.contradicted and verdict.score < self.rules.apart


def signal_weights(weights: Iterable[MatchWeight]) -> tuple[SignalWeight, ...]:
    """Return match weights as they are stored, in hundredths."""
    return tuple([SignalWeight(w.signal.label, round(w.weight, 2), w.value_text) for w in weights])


def resolve(
    cards: Mapping[str, Card], sightings: Iterable[Sighting], rules: Rules, overrides: Iterable[Override]
) -> Resolution:
    """Weigh and cluster the cards that were seen. A sighting of a card not in `cards` is a KeyError."""
    sightings = list(sightings)
    ids = sorted({s.card for s in sightings})
    return resolve_batch(load_batch([cards[i] for i in ids], ids, sightings, rules), rules, overrides)


def load_batch(
    cards: Sequence[Card], ids: Sequence[str], sightings: Iterable[Sighting], rules: Rules
) -> Batch:
    """All cards of an archive, sorted by id, with what their decisions rest on."""
    seen, languages = in_columns({card: i for i, card in enumerate(ids)}, [*sightings])
    faces = card_keys(cards)
    cut = without_boilerplate({f.text for f in faces if f.text})
    faces = [f._replace(text=cut[f.text]) if f.text in cut else f for f in faces]
    places = by_card(neighbour_pairs_of(seen, neighbour_keys(faces)), range(len(ids)))
    shown = shown_of(seen, places, bulk_timestamps(seen.moments, rules.bulk_captures), languages)
    keys = sorted({f.text for f in faces if f.text})
    pairs = candidate_pairs(keys, cap=rules.block_cap, reach=rules.block_reach).pairs
    return Batch(ids, faces, shown, seen.moments, [(keys[x], keys[y]) for x, y in pairs.tolist()])


def components(batch: Batch, words: Iterable[Pair]) -> list[int]:
    """The least card that each card is tied to: by `blocking_keys`, by texts that are alike, or by a person.

    Cards of two components know nothing of each other: each component can be solved alone.
    """
    cards = enumerate(zip(batch.faces, batch.shown, strict=True))
    keys, owners = Postings.of_sets({i: blocking_keys(face, shown.places) for i, (face, shown) in cards})
    tied = keys[1:] == keys[:-1]
    ties = zip(owners[:-1][tied].tolist(), owners[1:][tied].tolist(), strict=True)
    bearer = {face.text: i for i, face in enumerate(batch.faces)}
    alike = ((bearer[x], bearer[y]) for x, y in batch.alike)
    return connected(len(batch.ids), chain(ties, alike, words))


def resolve_batch(batch: Batch, rules: Rules, overrides: Iterable[Override]) -> Resolution:
    """Weigh and cluster the cards of whole components."""
    context = CorpusStats(batch.faces, batch.shown)
    words = overrides_by_pair(batch.ids, overrides)
    context.weigh_all(sorted(card_pairs(batch.faces, batch.shown, batch.alike, rules)))
    edges = [(100.0, a, b) for (a, b), same in words.items() if same]
    apart = []
    for (a, b), verdict in context.verdicts.items():
        if verdict.contradicted and verdict.score < rules.apart:  # whatever the threshold
            apart.append((a, b))
        elif verdict.score >= rules.threshold and (a, b) not in words:
            edges.append((verdict.score, a, b))

    def contradicts(a: int, b: int) -> bool:
        verdict = context.verdict(a, b)
        return verdict.contradicted and verdict.score < rules.apart

    def unlike(a: int, b: int) -> bool:
        return context.verdict(a, b).score < rules.apart

    found = cluster(
        [s.captures for s in batch.shown],
        [len(f.text) for f in batch.faces],
        (edge for edge in edges if edge[1:] not in words),
        apart,
        contradicts=contradicts,
        unlike=unlike,
        joined=[pair for pair, same in words.items() if same],
        parted=[pair for pair, same in words.items() if not same],
    )
    return Resolution(rules, batch, context, found.labels, edges, words, found.refusals)


def overrides_by_pair(ids: Sequence[str], overrides: Iterable[Override]) -> dict[Pair, bool]:
    """The overrides by pair of numbers; of two about one pair, the one that holds apart."""
    number = {card: i for i, card in enumerate(ids)}
    words: dict[Pair, bool] = {}
    for o in overrides:
        a, b = number.get(o.left), number.get(o.right)
        if a is None or b is None or a == b:
            continue
        pair = (min(a, b), max(a, b))
        words[pair] = o.same and words.get(pair, True)
    return dict(sorted(words.items()))


def best_tree(edges: Iterable[Edge]) -> list[Edge]:
    """The strongest edges that suffice to hold one cluster, strongest first: the last is the weakest link."""
    root: dict[int, int] = {}

    def find(i: int) -> int:
        root.setdefault(i, i)
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    tree = []
    for edge in sorted(edges, key=lambda e: (-e[0], e[1], e[2])):
        x, y = find(edge[1]), find(edge[2])
        if x != y:
            root[y] = x
            tree.append(edge)
    return tree
