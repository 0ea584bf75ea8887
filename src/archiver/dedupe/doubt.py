"""The decisions that a person may want to look at: the least certain merges and the least certain refusals.

In: a `Solved`. Out: `Doubt`s, the most doubtful first, merges before refusals. Refuses to doubt a person's
word. The one surprise: a post is as doubtful as its weakest link, the edge whose removal parts its cards, not
as its worst pair: two cards that nobody would take for one are often one through a third.
"""

import math

from archiver.dedupe.compare import Verdict
from archiver.dedupe.solve import Solved, best_tree
from archiver.models import Match, Model

_MARGIN = 2.0
"""Log odds on either side of the threshold within which a decision is doubtful: at a threshold of 80 the
scores from 35 to 97."""


class Doubt(Model):
    """One doubtful decision: its evidence, and the posts concerned: one for a merge, two for a refusal."""

    match: Match
    posts: tuple[str, ...]


def doubts(solved: Solved, post_of: dict[int, str], most: int) -> tuple[Doubt, ...]:
    """At most `most` doubtful merges and as many refusals; `post_of` names the post of each label."""
    threshold = log_odds(solved.rules.threshold)
    merges = []
    for label, edges in solved.held_edges().items():
        score, a, b = best_tree(edges)[-1]
        if log_odds(score) < threshold + _MARGIN and (a, b) not in solved.words:
            merges.append((score, a, b, label))
    found = [
        Doubt(match=solved.match(a, b, same=True), posts=(post_of[label],))
        for _, a, b, label in sorted(merges)[:most]
    ]
    refusals: dict[tuple[int, int], tuple[tuple[bool, float], int, int]] = {}
    for (a, b), verdict in solved.context.verdicts.items():
        x, y = solved.labels[a], solved.labels[b]
        if x == y or (a, b) in solved.words:
            continue
        rank = _refusal(verdict, threshold)
        posts = (min(x, y), max(x, y))
        if rank and (posts not in refusals or (rank, a, b) < refusals[posts]):
            refusals[posts] = (rank, a, b)
    for _, a, b in sorted(refusals.values())[:most]:
        names = sorted((post_of[solved.labels[a]], post_of[solved.labels[b]]))
        found.append(Doubt(match=solved.match(a, b, same=False), posts=tuple(names)))
    return tuple(found)


def _refusal(verdict: Verdict, threshold: float) -> tuple[bool, float] | None:
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
