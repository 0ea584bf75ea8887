"""Why cards are one post, or are not.

In: what `dedupe` takes, and the cards asked about. Out: a `PairExplained` or a `PostExplained`. Refuses a
card that was never seen (a KeyError). The one surprise: two cards may be one post though their own score is
low, for they can hang together through others (`path`), and two posts though it is high (`parted_by`).
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping

from archiver.dedupe.clustering.cluster import Edge
from archiver.dedupe.clustering.resolve import WORD, Resolution, best_tree, resolve
from archiver.dedupe.evidence.compare import absent
from archiver.dedupe.evidence.pair import Pair
from archiver.dedupe.evidence.signals import Verdict
from archiver.dedupe.review import log_odds
from archiver.dedupe.rules import Rules
from archiver.models import Card, Comparison, Model, Override, Sighting


class Weight(Model):
    """One signal: its weight in log odds, and the value that it rests on, which may be empty."""

    name: str
    value: str = ""
    weight: float


class Flip(Model):
    """What would change a verdict: that a present signal were not there, or that a missing one turned up."""

    signal: str
    weight: float
    present: bool


class PairExplained(Model):
    """The verdict on two cards (the lesser id first), and all that it rests on.

    `same`: whether they stand in one post. `score` is that of the pair alone, against `threshold`. `path`:
    the links by which they hang together, where they do. `parted_by`: the pair that keeps their clusters
    apart, where the score alone would join them. `nearest`: the least single change that would lift the
    pair's score to the threshold, or bring it below; a person's word always would.
    """

    left: str
    right: str
    same: bool
    score: float
    threshold: float
    signals: tuple[Weight, ...]
    override: bool | None
    path: tuple[Comparison, ...]
    parted_by: Comparison | None
    nearest: Flip


class PostExplained(Model):
    """Why the cards of one post are one.

    `edges` are all pairs that speak for it, strongest first; `tree` are those that suffice; `weakest` is the
    last of these, without which the post falls in two: `part` are the cards on the side of `weakest.right`.
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
    """Say whether two cards are one post, and why. Raises KeyError for a card that was never seen."""
    return explain_pair_in(resolve(cards, sightings, rules, overrides), left, right)


def explain_pair_in(resolution: Resolution, left: str, right: str) -> PairExplained:
    """The same of cards that are solved: those of the components of both suffice."""
    number = {card: i for i, card in enumerate(resolution.ids)}
    a, b = sorted((number[left], number[right]))
    verdict = resolution.context.verdict(a, b)
    same = resolution.labels[a] == resolution.labels[b]
    word = resolution.overrides.get((a, b))
    tree = best_tree(resolution.held_edges()[resolution.labels[a]]) if same else []
    return PairExplained(
        left=resolution.ids[a],
        right=resolution.ids[b],
        same=same,
        score=verdict.score,
        threshold=resolution.rules.threshold,
        signals=tuple(
            Weight(name=s.name, value=s.value_text, weight=round(s.weight, 2)) for s in verdict.signals
        ),
        override=word,
        path=tuple(resolution.match(x, y, same=True) for x, y in _path(tree, a, b)),
        parted_by=None if same or verdict.score < resolution.rules.threshold else _parting(resolution, a, b),
        nearest=_nearest(resolution, a, b, verdict),
    )


def explain_post(
    cards: Mapping[str, Card],
    sightings: Iterable[Sighting],
    card: str,
    *,
    rules: Rules = _DEFAULT,
    overrides: Iterable[Override] = (),
) -> PostExplained:
    """Say why the cards of one post, named by any of its cards, are one. Raises KeyError as `explain`."""
    return explain_post_in(resolve(cards, sightings, rules, overrides), card)


def explain_post_in(resolution: Resolution, card: str) -> PostExplained:
    """The same of cards that are solved: those of the card's component suffice."""
    label = resolution.labels[{c: i for i, c in enumerate(resolution.ids)}[card]]
    group = resolution.groups()[label]
    edges = sorted(resolution.held_edges()[label], key=lambda e: (-e[0], e[1], e[2]))
    tree = best_tree(edges)
    group.sort(key=lambda i: (resolution.batch.sightings[i].first, i))
    part = _side(tree[:-1], tree[-1][2]) if tree else set()
    return PostExplained(
        post=resolution.ids[group[0]],
        cards=tuple(resolution.ids[i] for i in group),
        edges=tuple(resolution.match(a, b, same=True) for _, a, b in edges),
        tree=tuple(resolution.match(a, b, same=True) for _, a, b in tree),
        weakest=resolution.match(tree[-1][1], tree[-1][2], same=True) if tree else None,
        part=tuple(resolution.ids[i] for i in group if i in part),
    )


def _neighbours(tree: Iterable[Edge]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for _, a, b in tree:
        found[a].append(b)
        found[b].append(a)
    return found


def _side(tree: Iterable[Edge], start: int) -> set[int]:
    """The cards that hang together with one."""
    beside = _neighbours(tree)
    found, todo = {start}, [start]
    while todo:
        for j in beside[todo.pop()]:
            if j not in found:
                found.add(j)
                todo.append(j)
    return found


def _path(tree: Iterable[Edge], a: int, b: int) -> list[Pair]:
    """The links of the tree from one card to the other."""
    beside = _neighbours(tree)
    came: dict[int, int] = {a: a}
    todo = deque([a])
    while todo and b not in came:
        i = todo.popleft()
        for j in beside[i]:
            if j not in came:
                came[j] = i
                todo.append(j)
    blocking_keys = []
    while b in came and b != a:
        blocking_keys.append((came[b], b))
        b = came[b]
    return blocking_keys[::-1]


def _parting(resolution: Resolution, a: int, b: int) -> Comparison | None:
    """The pair across the two clusters that speaks most against their being one."""
    groups = resolution.groups()
    across = [
        (x, y)
        for x in groups[resolution.labels[a]]
        for y in groups[resolution.labels[b]]
        if _weighed(resolution, x, y)
    ]
    parted = [p for p in across if resolution.overrides.get((min(p), max(p))) is False]
    pairs = parted or [p for p in across if resolution.is_cannot_link(*p)] or across
    if not pairs:
        return None
    x, y = min(pairs, key=lambda p: (resolution.context.verdict(*p).odds, p))
    return resolution.match(x, y, same=False)


def _weighed(resolution: Resolution, a: int, b: int) -> bool:
    pair = (min(a, b), max(a, b))
    return pair in resolution.context.verdicts or pair in resolution.overrides


def _nearest(resolution: Resolution, a: int, b: int, verdict: Verdict) -> Flip:
    """The least single change that moves the pair's score across the threshold."""
    short = log_odds(resolution.rules.threshold) - verdict.odds  # what is missing, or, below 0, the surplus
    against = [Flip(signal=s.name, weight=round(s.weight, 2), present=True) for s in verdict.signals]
    missing = absent(resolution.context.faces[a], resolution.context.faces[b], resolution.context.known(a, b))
    changes = against + [Flip(signal=s.name, weight=s.weight, present=False) for s in missing]
    # the absence of what speaks against, and the presence of what speaks for, lift the score; and the reverse
    lifts = [(-c.weight if c.present else c.weight, c) for c in changes]
    enough = [(lift, c) for lift, c in lifts if (lift >= short > 0) or (lift < short <= 0)]
    if not enough:
        return Flip(signal=WORD, weight=0.0, present=False)
    return min(enough, key=lambda e: (abs(e[0]), not e[1].present, e[1].signal))[1]
