"""Resolution of cards: all candidate pairs weighed, and the cards clustered into posts.

Cards by public id, their sightings, rules and overrides go in; a `Resolution` comes out, from which posts,
explanations and the review queue are read. A card is a number here: its place among the sorted public ids.
So the order of numbers is one of content, and a card is resolved alike with all cards or with its component
alone.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import NamedTuple

import numpy as np

from archiver.dedupe.arrays import Postings
from archiver.dedupe.blocking.candidates import card_pairs, worth_comparing
from archiver.dedupe.blocking.keys import fields_shared, neighbour_key, neighbour_keys
from archiver.dedupe.blocking.winnow import candidate_pairs
from archiver.dedupe.clustering.cluster import Edge, Refusal, cluster
from archiver.dedupe.evidence.authors import AuthorRanks, author_key, author_ranks
from archiver.dedupe.evidence.corpus import CorpusStats
from archiver.dedupe.evidence.hosts import HostPair, host_key, kin_hosts
from archiver.dedupe.evidence.pair import Pair
from archiver.dedupe.evidence.sightings import (
    CaptureRef,
    CardSightings,
    Sightings,
    bulk_timestamps,
    by_card,
    captures_before,
    followed,
    in_columns,
    neighbour_pairs_of,
    sightings_of_cards,
)
from archiver.dedupe.evidence.signals import MatchWeight, Signal, Verdict
from archiver.dedupe.keys.boilerplate import without_boilerplate
from archiver.dedupe.keys.card import AuthorRank, CardKeys, card_keys
from archiver.dedupe.rules import Rules
from archiver.dedupe.unionfind import UnionFind, connected
from archiver.models import Card, Comparison, Override, Sighting, SignalWeight

_BY_OVERRIDE = (MatchWeight(Signal.OVERRIDE, Signal.OVERRIDE.weight),)


class Batch(NamedTuple):
    """Cards that are resolved together, by number: whole components, as `components` finds them.

    `captures` are those that showed the cards, sorted; `similar_texts` are the pairs of the cards' texts and
    titles that share fingerprints, the lesser first. `kin_hosts` are the hosts of the archive that are one
    site.
    """

    ids: Sequence[str]
    keys: Sequence[CardKeys]
    sightings: Sequence[CardSightings]
    captures: Sequence[CaptureRef]
    similar_texts: Sequence[tuple[str, str]]
    kin_hosts: frozenset[HostPair]


@dataclass(frozen=True, slots=True)
class Resolution:
    """The cards by number, their weighed pairs, and for each the least card of its cluster in `labels`.

    `edges` are the pairs that may hold a cluster together, those of overrides with a score of 100.
    `overrides` are those about two cards of the batch, by pair. `refusals` give for each edge that joined no
    clusters what keeps these apart.
    """

    rules: Rules
    batch: Batch
    context: CorpusStats
    labels: Sequence[int]
    edges: Sequence[Edge]
    overrides: Mapping[Pair, bool]
    refusals: Mapping[Pair, Refusal]

    @property
    def ids(self) -> Sequence[str]:
        """Public ids of the cards."""
        return self.batch.ids

    def comparison(self, a: int, b: int, *, same: bool) -> Comparison:
        """Return the evidence for one pair, as it is stored: an override where that is what decides it."""
        left, right = sorted((self.ids[a], self.ids[b]))
        if self.overrides.get((min(a, b), max(a, b))) is same:
            score, weights = 100.0 if same else 0.0, signal_weights(_BY_OVERRIDE)
        else:
            verdict = self.context.verdict(a, b)
            score, weights = verdict.score, signal_weights(verdict.match_weights)
        return Comparison(left=left, right=right, same=same, score=score, match_weights=weights)

    def groups(self) -> dict[int, list[int]]:
        """Return the cards of each cluster by its label."""
        found: dict[int, list[int]] = defaultdict(list)
        for i, label in enumerate(self.labels):
            found[label].append(i)
        return found

    def held_edges(self) -> dict[int, list[Edge]]:
        """Return the edges within each cluster by its label."""
        found: dict[int, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            label = self.labels[edge.left]
            if label == self.labels[edge.right]:
                found[label].append(edge)
        return found

    def post_id(self, label: int) -> str:
        """Return the public id of a cluster's post: that of the card that was seen first."""
        cards = (i for i, own in enumerate(self.labels) if own == label)
        return self.ids[min(cards, key=lambda i: (self.batch.sightings[i].first, i))]

    def is_cannot_link(self, a: int, b: int) -> bool:
        """Whether the evidence holds two cards apart, however alike they are."""
        return _is_cannot_link(self.context.verdict(a, b), self.rules)


def _is_cannot_link(verdict: Verdict, rules: Rules) -> bool:
    return verdict.contradicted and verdict.score < rules.apart  # whatever the threshold


def signal_weights(weights: Iterable[MatchWeight]) -> tuple[SignalWeight, ...]:
    """Return match weights as they are stored, in hundredths."""
    return tuple([SignalWeight(w.signal.label, round(w.weight, 2), w.value_text) for w in weights])


def resolve(
    cards: Mapping[str, Card], sightings: Iterable[Sighting], rules: Rules, overrides: Iterable[Override]
) -> Resolution:
    """Weigh and cluster the cards that were seen.

    Raises:
        KeyError: A sighting is of a card that is not in *cards*.
    """
    sightings = list(sightings)
    ids = sorted({s.card for s in sightings})
    return resolve_batch(load_batch([cards[i] for i in ids], ids, sightings, rules), rules, overrides)


def load_batch(
    cards: Sequence[Card], ids: Sequence[str], sightings: Iterable[Sighting], rules: Rules
) -> Batch:
    """Gather all cards of an archive, sorted by id, with what their decisions rest on."""
    seen, languages = in_columns({card: i for i, card in enumerate(ids)}, [*sightings])
    keys = card_keys(cards)
    cut = without_boilerplate({k.text for k in keys if k.text})
    keys = [k._replace(text=cut[k.text]) if k.text in cut else k for k in keys]
    pairs_of_card = by_card(neighbour_pairs_of(seen, neighbour_keys(keys)), range(len(ids)))
    bulk = bulk_timestamps(seen.refs, rules.bulk_captures)
    texts = sorted({text for k in keys for text in (k.text, k.title) if text})
    pairs = candidate_pairs(texts, cap=rules.block_cap, reach=rules.block_reach).pairs
    summed = sightings_of_cards(seen, pairs_of_card, bulk, languages)
    keys = with_author_ranks(without_own_front_pages(keys, summed), _author_ranks(keys, summed, rules))
    return Batch(
        ids,
        keys,
        with_captures_before(keys, summed, _captures_before(keys, seen)),
        seen.refs,
        worth_comparing(
            ((texts[x], texts[y]) for x, y in pairs.tolist()),
            {k.text for k in keys},
            {k.title for k in keys},
        ),
        _kin_hosts(keys, summed),
    )


def without_own_front_pages(keys: Sequence[CardKeys], sightings: Sequence[CardSightings]) -> list[CardKeys]:
    """Return the keys of cards without the front pages of the hosts that showed them, or of unknown ones."""
    return [
        own._replace(front_page="")
        if own.front_page and (not seen.hosts or own.front_page in seen.hosts)
        else own
        for own, seen in zip(keys, sightings, strict=True)
    ]


def with_author_ranks(keys: Sequence[CardKeys], ranks: AuthorRanks) -> list[CardKeys]:
    """Return the keys of cards with the ranks of their authors."""
    rank_of = {}
    for author in {own.author for own in keys if own.author}:
        key = author_key(author)
        if key in ranks.rare:
            rank_of[author] = AuthorRank.RARE
        elif key in ranks.common:
            rank_of[author] = AuthorRank.COMMON
    return [own._replace(author_rank=rank_of[own.author]) if own.author in rank_of else own for own in keys]


def with_captures_before(
    keys: Sequence[CardKeys], sightings: Sequence[CardSightings], before: Mapping[int, int]
) -> list[CardSightings]:
    """Return the sightings of cards, those of rare authors with the captures before.

    Args:
        keys: The keys of the cards.
        sightings: Their sightings.
        before: The captures that followed another, each with that one.
    """
    return [
        seen._replace(captures_before=frozenset([before[c] for c in seen.captures if c in before]))
        if own.author_rank is AuthorRank.RARE
        else seen
        for own, seen in zip(keys, sightings, strict=True)
    ]


def _captures_before(keys: Sequence[CardKeys], seen: Sightings) -> Mapping[int, int]:
    """Return the captures of an archive that followed another, each with that one."""
    if not any(own.author_rank is AuthorRank.RARE for own in keys):
        return {}
    return followed(captures_before(seen.refs), seen.cards, seen.captures)


def _author_ranks(keys: Sequence[CardKeys], sightings: Sequence[CardSightings], rules: Rules) -> AuthorRanks:
    """Rank the authors of all cards of an archive."""
    key_of = {author: author_key(author) for author in {own.author for own in keys if own.author}}
    if not key_of:
        return AuthorRanks()
    hosts = {host: host_key(host) for seen in sightings for host in seen.hosts}
    return author_ranks(
        Postings.of_sets({i: [key_of[own.author]] for i, own in enumerate(keys) if own.author}),
        Postings.of_sets({i: [hosts[host] for host in seen.hosts] for i, seen in enumerate(sightings)}),
        rules,
    )


def _kin_hosts(keys: Sequence[CardKeys], sightings: Sequence[CardSightings]) -> frozenset[HostPair]:
    """Return the pairs of hosts that are one site, from all cards of an archive.

    Cards without a title count by the beginnings of their texts: a new theme cuts these at another length.
    """
    if len(frozenset[str]().union(*(seen.hosts for seen in sightings))) < 2:
        return frozenset()
    number: dict[str | int, int] = defaultdict(count().__next__)
    shown = [
        (host_key(host), number[text])
        for own, seen in zip(keys, sightings, strict=True)
        for text in (own.text if own.title else "", neighbour_key(own))
        if text
        for host in seen.hosts
    ]
    hosts, texts = zip(*shown, strict=True) if shown else ((), ())
    return kin_hosts(Postings(np.array(hosts, np.uint64), np.array(texts, np.int64)))


def components(batch: Batch, overrides: Iterable[Pair]) -> list[int]:
    """Return for each card the least card of its component.

    Blocking keys, similar texts and overrides connect cards. Nothing in one component bears on another one:
    each can be resolved alone.
    """
    first: dict[Hashable, int] = {}
    by_key = (
        (first.setdefault(key, i), i)
        for i, (own, seen) in enumerate(zip(batch.keys, batch.sightings, strict=True))
        for key in chain(fields_shared(own), seen.neighbour_pairs)
    )
    # what one card has as its text may be the title of another one: both are compared with similar texts
    similar = {text for pair in batch.similar_texts for text in pair}
    with_text = (
        (first.setdefault(text, i), i)
        for i, own in enumerate(batch.keys)
        for text in (own.title, own.text)
        if text in similar
    )
    by_text = ((first[x], first[y]) for x, y in batch.similar_texts)
    return connected(len(batch.ids), chain(by_key, with_text, by_text, overrides))


def resolve_batch(batch: Batch, rules: Rules, overrides: Iterable[Override]) -> Resolution:
    """Weigh and cluster the cards of whole components."""
    context = CorpusStats(batch.keys, batch.sightings, batch.kin_hosts, batch.similar_texts)
    of_pair = overrides_by_pair(batch.ids, overrides)
    context.weigh_all(sorted(card_pairs(batch.keys, batch.sightings, batch.similar_texts, rules)))
    edges = [Edge(100.0, a, b) for (a, b), same in of_pair.items() if same]
    cannot_links = []
    for (a, b), verdict in context.verdicts.items():
        if _is_cannot_link(verdict, rules):
            cannot_links.append((a, b))
        elif verdict.score >= rules.threshold and (a, b) not in of_pair:
            edges.append(Edge(verdict.score, a, b))

    def contradicts(a: int, b: int) -> bool:
        return _is_cannot_link(context.verdict(a, b), rules)

    def unlike(a: int, b: int) -> bool:
        return context.verdict(a, b).score < rules.apart

    found = cluster(
        [seen.captures for seen in batch.sightings],
        [len(own.text) for own in batch.keys],
        (edge for edge in edges if edge[1:] not in of_pair),
        cannot_links,
        contradicts=contradicts,
        unlike=unlike,
        overrides=of_pair,
    )
    return Resolution(rules, batch, context, found.labels, edges, of_pair, found.refusals)


def overrides_by_pair(ids: Sequence[str], overrides: Iterable[Override]) -> dict[Pair, bool]:
    """Return the overrides by pair of numbers; of two about one pair, the one that holds it apart."""
    number = {card: i for i, card in enumerate(ids)}
    found: dict[Pair, bool] = {}
    for override in overrides:
        a, b = number.get(override.left), number.get(override.right)
        if a is None or b is None or a == b:
            continue
        pair = (min(a, b), max(a, b))
        found[pair] = override.same and found.get(pair, True)
    return dict(sorted(found.items()))


def best_tree(edges: Iterable[Edge]) -> list[Edge]:
    """Return the strongest edges that suffice to hold one cluster, strongest first.

    The last one is the cluster's weakest link.
    """
    ranked = sorted(edges, key=lambda e: (-e.score, e.left, e.right))
    number = {node: n for n, node in enumerate({node for edge in ranked for node in edge[1:]})}
    sets = UnionFind(len(number))
    return [edge for edge in ranked if sets.union(number[edge.left], number[edge.right])]
