"""What decided on two cards: read from a `Resolution`, never scored a second time.

Two cards of a `Resolution` go in; the ground on which they stand in one post or in two comes out. A pair
may score above the threshold and not have been compared: only pairs that share a URL, a title, a neighbour
pair or much of a text are.
"""

from enum import Enum
from typing import NamedTuple

from archiver.dedupe.clustering.cluster import Refusal, RefusalReason
from archiver.dedupe.clustering.resolve import Resolution
from archiver.dedupe.evidence.pair import Pair


class Ground(Enum):
    """What decided whether two cards are one post."""

    SCORE = "score"
    """The pair's own score, against the threshold."""
    CONTRADICTION = "contradiction"
    """A single signal of the pair, which nothing that speaks for one post outweighs."""
    OVERRIDE = "override"
    """A manual override of the pair."""
    OTHER_CARDS = "other-cards"
    """Further cards of the post, through which the two hang together."""
    OTHER_OVERRIDE = "other-override"
    """A manual override of two other cards, which holds the two posts apart."""
    CANNOT_LINK = "cannot-link"
    """Two other cards, one of each post, that are certainly two posts."""
    UNLIKE_TEXTS = "unlike-texts"
    """The fullest texts of the two posts, which are unlike: those of two other cards, or of these."""
    NOT_COMPARED = "not-compared"
    """Nothing that the two share brought them together, so that they were not compared."""


_OF_REFUSAL = {
    RefusalReason.OVERRIDE: Ground.OTHER_OVERRIDE,
    RefusalReason.CANNOT_LINK: Ground.CANNOT_LINK,
    RefusalReason.UNLIKE_TEXTS: Ground.UNLIKE_TEXTS,
}


class Decision(NamedTuple):
    """What decided on two cards, and the other pair that holds their posts apart, where one does."""

    ground: Ground
    held_apart_by: Pair | None = None


def decision(resolution: Resolution, a: int, b: int) -> Decision:
    """Return what decided on two cards, by number, the lesser first."""
    if resolution.labels[a] != resolution.labels[b]:
        return _parted(resolution, a, b)
    if resolution.overrides.get((a, b)):
        return Decision(Ground.OVERRIDE)
    own = any(edge[1:] == (a, b) for edge in resolution.edges)
    return Decision(Ground.SCORE if own else Ground.OTHER_CARDS)


def _parted(resolution: Resolution, a: int, b: int) -> Decision:
    """Return what decided that two cards are two posts."""
    if resolution.overrides.get((a, b)) is False:
        return Decision(Ground.OVERRIDE)
    refusal = resolution.refusals.get((a, b))
    if refusal is None:
        if resolution.is_cannot_link(a, b):
            return Decision(Ground.CONTRADICTION)
        if resolution.context.verdict(a, b).score < resolution.rules.threshold:
            return Decision(Ground.SCORE)
        refusal = _refusal_between(resolution, a, b)
    if refusal is None:
        return Decision(Ground.NOT_COMPARED)
    return Decision(_OF_REFUSAL[refusal.reason], None if refusal.pair == (a, b) else refusal.pair)


def _refusal_between(resolution: Resolution, a: int, b: int) -> Refusal | None:
    """Find why other pairs across the two posts do not hold these together; of the first such pair."""
    labels = resolution.labels
    posts = {labels[a], labels[b]}
    pairs = (pair for pair in resolution.refusals if {labels[pair[0]], labels[pair[1]]} == posts)
    first = min(pairs, default=None)
    return None if first is None else resolution.refusals[first]
