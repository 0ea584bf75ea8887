"""Cards to posts, pure: normalize, block, compare, cluster, canonical.

In: cards by public id, their sightings, and a person's overrides. Out: posts sorted by first sighting and
id; every card that has a sighting stands in exactly one. Refuses to look at anything else: no clock, no
network, no database. The one surprise: the result is a function of the sets of cards, sightings and
overrides; their order does not matter.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from archiver.dedupe.clustering.resolve import Resolution, solve
from archiver.dedupe.explain import (
    Flip,
    PairExplained,
    PostExplained,
    Weight,
    explain,
    explain_post,
    explain_post_solved,
    explain_solved,
)
from archiver.dedupe.review import UncertainDecision, doubts
from archiver.dedupe.rules import Rules
from archiver.dedupe.survivorship import Showing, canonical
from archiver.dedupe.texts import label_texts
from archiver.models import Card, Override, Post, Sighting

__all__ = [
    "Deduped",
    "Flip",
    "Override",
    "PairExplained",
    "PostExplained",
    "Resolution",
    "Rules",
    "UncertainDecision",
    "Weight",
    "dedupe",
    "dedupe_with_doubts",
    "doubts",
    "explain",
    "explain_post",
    "explain_post_solved",
    "explain_solved",
    "label_texts",
    "posts_of",
]

_DEFAULT = Rules()


class Deduped(NamedTuple):
    """Posts, and the decisions behind them that a person may want to look at."""

    posts: tuple[Post, ...]
    doubts: tuple[UncertainDecision, ...]


def dedupe(
    cards: Mapping[str, Card],
    sightings: Iterable[Sighting],
    *,
    rules: Rules = _DEFAULT,
    overrides: Iterable[Override] = (),
) -> tuple[Post, ...]:
    """Merge the cards that show one post. A sighting of a card that is not in `cards` is a KeyError."""
    return posts_of(solve(cards, sightings, rules, overrides), cards)


def dedupe_with_doubts(
    cards: Mapping[str, Card],
    sightings: Iterable[Sighting],
    *,
    rules: Rules = _DEFAULT,
    overrides: Iterable[Override] = (),
    most: int = 100,
) -> Deduped:
    """The same posts, with at most `most` doubtful merges and as many doubtful refusals."""
    solved = solve(cards, sightings, rules, overrides)
    return Deduped(posts=posts_of(solved, cards), doubts=doubts([solved], most))


def posts_of(solved: Resolution, cards: Mapping[str, Card]) -> tuple[Post, ...]:
    """The posts of what was solved, in order."""
    ids, batch = solved.ids, solved.batch
    edges = solved.held_edges()
    posts = [
        canonical(
            [Showing(ids[i], cards[ids[i]], batch.faces[i], batch.shown[i]) for i in group],
            batch.moments,
            [solved.match(a, b, same=True) for _, a, b in edges.get(label, ())],
        )
        for label, group in solved.groups().items()
    ]
    return tuple(sorted(posts, key=lambda p: (p.first_seen, p.id)))
