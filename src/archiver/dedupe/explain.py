"""Why cards are one post, or are not.

What `dedupe` takes and the cards asked about go in; a `PairExplained` or a `PostExplained` comes out. Nothing
is scored a second time: an explanation reads the verdicts, edges and refusals of the resolution. Two cards
may be one post though their own score is low, because other cards connect them (`path`), and two posts though
it is high (`held_apart_by`).
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping

from archiver.dedupe.clustering.cluster import Edge
from archiver.dedupe.clustering.resolve import Resolution, best_tree, resolve, signal_weights
from archiver.dedupe.decisions import Ground, decision
from archiver.dedupe.evidence.compare import absent
from archiver.dedupe.evidence.pair import Pair
from archiver.dedupe.evidence.signals import Signal, log_odds
from archiver.dedupe.rules import Rules
from archiver.models import Card, Comparison, MatchWeights, Model, Override, Sighting


class Flip(Model):
    """What would change a verdict: that a present signal were not there, or that a missing one turned up."""

    signal: str
    weight: float
    present: bool


class PairExplained(Model):
    """The verdict on two cards (the lesser id first), and all that it rests on.

    `same`: whether they stand in one post, and `ground` what decided so. `score` is that of the pair alone,
    against `threshold`, and `match_weights` are what it is made up of. `override` is that of the pair, if
    any. `path`: the pairs by which the two hang together, where they do. `held_apart_by`: the other pair that
    keeps their posts apart, where one does. `nearest`: the least single change that would lift the pair's
    score to the threshold, or bring it below, where that would change the verdict; an override always would.
    """

    left: str
    right: str
    same: bool
    ground: Ground
    score: float
    threshold: float
    match_weights: MatchWeights
    override: bool | None
    path: tuple[Comparison, ...]
    held_apart_by: Comparison | None
    nearest: Flip


class PostExplained(Model):
    """Why the cards of one post are one.

    `edges` are all pairs that speak for it, strongest first; `tree` are those that suffice; `weakest` is the
    last of these, without which the post falls into two: `part` are the cards on the side of `weakest.right`.
    """

    post: str
    cards: tuple[str, ...]
    edges: tuple[Comparison, ...]
    tree: tuple[Comparison, ...]
    weakest: Comparison | None
    part: tuple[str, ...]


_DEFAULT = Rules()


def explain(
    cards: Mapping[str, Card],
    sightings: Iterable[Sighting],
    left: str,
    right: str,
    *,
    rules: Rules = _DEFAULT,
    overrides: Iterable[Override] = (),
) -> PairExplained:
    """Explain whether two cards are one post. Raises KeyError for a card that was never seen."""
    return explain_pair_in(resolve(cards, sightings, rules, overrides), left, right)


def explain_pair_in(resolution: Resolution, left: str, right: str) -> PairExplained:
    """Explain two cards of a resolution; the components of both suffice for it."""
    number = {card: i for i, card in enumerate(resolution.ids)}
    a, b = sorted((number[left], number[right]))
    same = resolution.labels[a] == resolution.labels[b]
    path = _path(best_tree(resolution.held_edges()[resolution.labels[a]]), a, b) if same else []
    verdict = resolution.context.verdict(a, b)
    ground, apart = decision(resolution, a, b)
    return PairExplained(
        left=resolution.ids[a],
        right=resolution.ids[b],
        same=same,
        ground=ground,
        score=verdict.score,
        threshold=resolution.rules.threshold,
        match_weights=signal_weights(verdict.match_weights),
        override=resolution.overrides.get((a, b)),
        path=tuple(resolution.comparison(x, y, same=True) for x, y in path),
        held_apart_by=resolution.comparison(*apart, same=False) if apart else None,
        nearest=_nearest(resolution, a, b, ground),
    )


def explain_post(
    cards: Mapping[str, Card],
    sightings: Iterable[Sighting],
    card: str,
    *,
    rules: Rules = _DEFAULT,
    overrides: Iterable[Override] = (),
) -> PostExplained:
    """Explain why the cards of one post, named by any of them, are one. Raises KeyError as `explain` does."""
    return explain_post_in(resolve(cards, sightings, rules, overrides), card)


def explain_post_in(resolution: Resolution, card: str) -> PostExplained:
    """Explain the post of a card of a resolution; the card's component suffices for it."""
    label = resolution.labels[{c: i for i, c in enumerate(resolution.ids)}[card]]
    group = resolution.groups()[label]
    edges = sorted(resolution.held_edges()[label], key=lambda e: (-e[0], e[1], e[2]))
    tree = best_tree(edges)
    group.sort(key=lambda i: (resolution.batch.sightings[i].first, i))
    part = _side(tree[:-1], tree[-1][2]) if tree else set()
    return PostExplained(
        post=resolution.ids[group[0]],
        cards=tuple(resolution.ids[i] for i in group),
        edges=tuple(resolution.comparison(a, b, same=True) for _, a, b in edges),
        tree=tuple(resolution.comparison(a, b, same=True) for _, a, b in tree),
        weakest=resolution.comparison(tree[-1][1], tree[-1][2], same=True) if tree else None,
        part=tuple(resolution.ids[i] for i in group if i in part),
    )


def _neighbours(tree: Iterable[Edge]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for _, a, b in tree:
        found[a].append(b)
        found[b].append(a)
    return found


def _side(edges: Iterable[Edge], start: int) -> set[int]:
    """Find the cards that the edges tie to one card, over however many; the card itself is one of them."""
    neighbours = _neighbours(edges)
    found, todo = {start}, [start]
    while todo:
        for j in neighbours[todo.pop()]:
            if j not in found:
                found.add(j)
                todo.append(j)
    return found


def _path(tree: Iterable[Edge], a: int, b: int) -> list[Pair]:
    """Find the pairs of the tree that lead from one card to the other."""
    neighbours = _neighbours(tree)
    came: dict[int, int] = {a: a}
    todo = deque([a])
    while todo and b not in came:
        i = todo.popleft()
        for j in neighbours[i]:
            if j not in came:
                came[j] = i
                todo.append(j)
    pairs = []
    while b in came and b != a:
        pairs.append((came[b], b))
        b = came[b]
    return pairs[::-1]


def _nearest(resolution: Resolution, a: int, b: int, ground: Ground) -> Flip:
    """Find the least single change of the pair that would change the verdict; else it is an override."""
    override = Flip(signal=Signal.OVERRIDE.label, weight=Signal.OVERRIDE.weight, present=False)
    if ground not in (Ground.SCORE, Ground.CONTRADICTION):
        return override
    label = resolution.labels[a]
    if label == resolution.labels[b]:
        others = [edge for edge in resolution.held_edges()[label] if edge[1:] != (a, b)]
        if b in _side(others, a):  # without this pair the two would hang together all the same
            return override
    least = resolution.rules.threshold
    if ground is Ground.CONTRADICTION:
        least = max(least, resolution.rules.apart)
    verdict = resolution.context.verdict(a, b)
    short = log_odds(least) - verdict.odds  # what is missing, or, below 0, the surplus
    changes = [
        Flip(signal=w.signal.label, weight=round(w.weight, 2), present=True) for w in verdict.match_weights
    ]
    missing = absent(
        resolution.batch.keys[a], resolution.batch.keys[b], resolution.context.pair_context(a, b)
    )
    changes += [Flip(signal=w.signal.label, weight=w.weight, present=False) for w in missing]
    # the absence of what speaks against, and the presence of what speaks for, lift the score; and the reverse
    lifts = [(-c.weight if c.present else c.weight, c) for c in changes]
    enough = [(lift, c) for lift, c in lifts if (lift >= short > 0) or (lift < short <= 0)]
    if not enough:
        return override
    return min(enough, key=lambda e: (abs(e[0]), not e[1].present, e[1].signal))[1]
