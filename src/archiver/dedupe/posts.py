"""Cards to posts, pure: normalize, block, compare, cluster, canonical.

Cards by public id, their sightings and manual overrides go in; posts come out, sorted by first sighting and
id. Every card that has a sighting stands in exactly one. No clock, no network and no database is used: the
result is a function of the sets of cards, sightings and overrides, whose order does not matter.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from archiver.dedupe.clustering.resolve import Resolution, resolve
from archiver.dedupe.review import UncertainDecision, review_queue
from archiver.dedupe.rules import Rules
from archiver.dedupe.survivorship import Showing, canonical
from archiver.models import Card, Override, Post, Sighting

_DEFAULT = Rules()


class DedupeReview(NamedTuple):
    """Posts, and the decisions behind them that are worth a review."""

    posts: tuple[Post, ...]
    review_queue: tuple[UncertainDecision, ...]


def dedupe(
    cards: Mapping[str, Card],
    sightings: Iterable[Sighting],
    *,
    rules: Rules = _DEFAULT,
    overrides: Iterable[Override] = (),
) -> tuple[Post, ...]:
    """Merge the cards that show one post. Raises KeyError for a sighting of a card that is not in `cards`."""
    return posts_of(resolve(cards, sightings, rules, overrides), cards)


def dedupe_with_review(
    cards: Mapping[str, Card],
    sightings: Iterable[Sighting],
    *,
    rules: Rules = _DEFAULT,
    overrides: Iterable[Override] = (),
    most: int = 100,
) -> DedupeReview:
    """Merge the cards likewise, and list at most `most` uncertain merges and as many refusals."""
    resolution = resolve(cards, sightings, rules, overrides)
    return DedupeReview(posts=posts_of(resolution, cards), review_queue=review_queue([resolution], most))


def posts_of(resolution: Resolution, cards: Mapping[str, Card]) -> tuple[Post, ...]:
    """Return the posts of a resolution, in order."""
    ids, batch = resolution.ids, resolution.batch
    edges = resolution.held_edges()
    posts = [
        canonical(
            [Showing(ids[i], cards[ids[i]], batch.keys[i], batch.sightings[i]) for i in group],
            batch.captures,
            [resolution.comparison(a, b, same=True) for _, a, b in edges.get(label, ())],
        )
        for label, group in resolution.groups().items()
    ]
    return tuple(sorted(posts, key=lambda p: (p.first_seen, p.id)))
