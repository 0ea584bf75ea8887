"""The decisions worth a review: the least certain merges and the least certain refusals.

`Resolution`s go in; `UncertainDecision`s come out, the most uncertain first, merges before refusals. Manual
overrides are certain. A post is as uncertain as its weakest link, the edge whose removal parts its cards, and
not as its worst pair. Two cards that nobody would take for one post are often one through a third.
"""

from collections.abc import Iterable, Iterator
from heapq import nsmallest
from itertools import chain
from typing import NamedTuple

from archiver.dedupe.clustering.resolve import Resolution, best_tree
from archiver.dedupe.decisions import Ground, decision
from archiver.dedupe.evidence.signals import Verdict, log_odds
from archiver.models import Comparison, Model

_MARGIN = 2.0
"""Log odds on either side of the threshold within which a decision is uncertain: at a threshold of 80 the
scores from 35 to 97."""


class UncertainDecision(Model):
    """One uncertain decision: its evidence, what decided it, and the posts: one of a merge, two of a refusal.

    `threshold` is the score from which on two cards are one post. `held_apart_by`: the other pair that keeps
    the two posts apart, where one does.
    """

    comparison: Comparison
    threshold: float
    posts: tuple[str, ...]
    ground: Ground
    held_apart_by: Comparison | None


class _Rank(NamedTuple):
    """How uncertain a decision is, the most uncertain first: what is only contradicted comes last."""

    contradicted: bool
    value: float


class _Candidate(NamedTuple):
    """A decision of a resolution that may be uncertain, on two cards by number."""

    rank: _Rank
    a: int
    b: int


class _Queued(NamedTuple):
    """An uncertain decision and what sorts it, whatever resolution it is of."""

    rank: _Rank
    left: str
    right: str
    decision: UncertainDecision


def review_queue(parts: Iterable[Resolution], most: int) -> tuple[UncertainDecision, ...]:
    """Return at most *most* uncertain merges and as many refusals.

    Args:
        parts: resolutions of whole components. One is looked at at a time, and nothing else of it is kept.
        most: how many decisions of either kind.
    """
    merges: list[_Queued] = []
    refusals: list[_Queued] = []
    for resolution in parts:
        for kept, found, same in (
            (merges, _merges(resolution), True),
            (refusals, _refusals(resolution), False),
        ):
            new = [_queued(resolution, one, same=same) for one in nsmallest(most, found)]
            kept[:] = nsmallest(most, chain(kept, new))
    return tuple(queued.decision for queued in chain(merges, refusals))


def _queued(resolution: Resolution, candidate: _Candidate, *, same: bool) -> _Queued:
    rank, a, b = candidate
    comparison = resolution.comparison(a, b, same=same)
    ground, apart = decision(resolution, a, b)
    uncertain = UncertainDecision(
        comparison=comparison,
        threshold=resolution.rules.threshold,
        posts=tuple(sorted({resolution.post_id(resolution.labels[i]) for i in (a, b)})),
        ground=ground,
        held_apart_by=resolution.comparison(*apart, same=False) if apart else None,
    )
    return _Queued(rank, comparison.left, comparison.right, uncertain)


def _merges(resolution: Resolution) -> Iterator[_Candidate]:
    """Find the weakest link of each post, where it is uncertain."""
    threshold = log_odds(resolution.rules.threshold)
    for edges in resolution.held_edges().values():
        score, a, b = best_tree(edges)[-1]
        if log_odds(score) < threshold + _MARGIN and (a, b) not in resolution.overrides:
            yield _Candidate(_Rank(contradicted=False, value=score), a, b)


def _refusals(resolution: Resolution) -> Iterator[_Candidate]:
    """Find of each two posts the pair whose refusal is the most uncertain."""
    threshold = log_odds(resolution.rules.threshold)
    refusals: dict[tuple[int, int], _Candidate] = {}
    for (a, b), verdict in resolution.context.verdicts.items():
        x, y = resolution.labels[a], resolution.labels[b]
        if x == y or (a, b) in resolution.overrides:
            continue
        rank = _refusal(verdict, threshold)
        posts = (min(x, y), max(x, y))
        if rank and (posts not in refusals or _Candidate(rank, a, b) < refusals[posts]):
            refusals[posts] = _Candidate(rank, a, b)
    yield from refusals.values()


def _refusal(verdict: Verdict, threshold: float) -> _Rank | None:
    """Rank an uncertain refusal, or return None: first the nearly merged, then the contradicted."""
    if verdict.odds > threshold - _MARGIN:
        return _Rank(contradicted=False, value=-verdict.odds)
    if verdict.likeness >= threshold and verdict.contradicted:
        return _Rank(contradicted=True, value=-verdict.likeness)
    return None
