"""The decisions that a person may want to look at: the least certain merges and the least certain refusals.

In: `Resolution`s. Out: `UncertainDecision`s, the most doubtful first, merges before refusals. Refuses to
doubt a person's word. The one surprise: a post is as doubtful as its weakest link, the edge whose removal
parts its cards, not as its worst pair: two cards that nobody would take for one are often one through a
third.
"""

import math
from collections.abc import Iterable, Iterator
from heapq import nsmallest
from itertools import chain

from archiver.dedupe.clustering.resolve import Resolution, best_tree
from archiver.dedupe.evidence.signals import Verdict
from archiver.models import Comparison, Model

_MARGIN = 2.0
"""Log odds on either side of the threshold within which a decision is doubtful: at a threshold of 80 the
scores from 35 to 97."""


class UncertainDecision(Model):
    """One doubtful decision: its evidence, the score from which on two cards are one post, and the posts.

    These are one for a merge, two for a refusal.
    """

    match: Comparison
    threshold: float
    posts: tuple[str, ...]


_Rank = tuple[bool, float]
_Ranked = tuple[_Rank, str, str, UncertainDecision]


def review_queue(parts: Iterable[Resolution], most: int) -> tuple[UncertainDecision, ...]:
    """At most `most` doubtful merges and as many refusals, of whole components that are solved part by part.

    One part is looked at at a time, and nothing of it is kept but these.
    """
    merges: list[_Ranked] = []
    refusals: list[_Ranked] = []
    for resolution in parts:
        for kept, found, same in (
            (merges, _merges(resolution), True),
            (refusals, _refusals(resolution), False),
        ):
            new = [_doubt(resolution, *one, same=same) for one in nsmallest(most, found)]
            kept[:] = nsmallest(most, chain(kept, new))
    return tuple(doubt for *_, doubt in chain(merges, refusals))


def _doubt(resolution: Resolution, rank: _Rank, a: int, b: int, *, same: bool) -> _Ranked:
    match = resolution.match(a, b, same=same)
    posts = sorted({resolution.post_id(resolution.labels[i]) for i in (a, b)})
    doubt = UncertainDecision(match=match, threshold=resolution.rules.threshold, posts=tuple(posts))
    return rank, match.left, match.right, doubt


def _merges(resolution: Resolution) -> Iterator[tuple[_Rank, int, int]]:
    """The weakest link of each post, where it is doubtful; what sorts it, and its two cards."""
    threshold = log_odds(resolution.rules.threshold)
    for edges in resolution.held_edges().values():
        score, a, b = best_tree(edges)[-1]
        if log_odds(score) < threshold + _MARGIN and (a, b) not in resolution.overrides:
            yield (False, score), a, b


def _refusals(resolution: Resolution) -> Iterator[tuple[_Rank, int, int]]:
    """Of each two posts the pair that was refused most doubtfully, likewise."""
    threshold = log_odds(resolution.rules.threshold)
    refusals: dict[tuple[int, int], tuple[_Rank, int, int]] = {}
    for (a, b), verdict in resolution.context.verdicts.items():
        x, y = resolution.labels[a], resolution.labels[b]
        if x == y or (a, b) in resolution.overrides:
            continue
        rank = _refusal(verdict, threshold)
        posts = (min(x, y), max(x, y))
        if rank and (posts not in refusals or (rank, a, b) < refusals[posts]):
            refusals[posts] = (rank, a, b)
    yield from refusals.values()


def _refusal(verdict: Verdict, threshold: float) -> _Rank | None:
    """What sorts a doubtful refusal, or None: first the nearly merged, then the contradicted."""
    if verdict.odds > threshold - _MARGIN:
        return (False, -verdict.odds)
    if verdict.likeness >= threshold and verdict.contradicted:
        return (True, -verdict.likeness)
    return None


def log_odds(score: float) -> float:
    """The log odds behind a score of 0 to 100."""
    part = min(max(score / 100, 1e-9), 1 - 1e-9)
    return math.log(part / (1 - part))
