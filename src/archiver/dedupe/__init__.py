"""Cards to posts, pure: normalize, block, compare, cluster, canonical.

In: cards by public id, their sightings, and a person's overrides. Out: posts sorted by first sighting and
id; every card that has a sighting stands in exactly one. Refuses to look at anything else: no clock, no
network, no database. The one surprise: the result is a function of the sets of cards, sightings and
overrides; their order does not matter.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from archiver.dedupe.canonical import Showing, canonical
from archiver.dedupe.doubt import Doubt, doubts
from archiver.dedupe.explain import Change, PairExplained, PostExplained, Weight, explain, explain_post
from archiver.dedupe.parts import component_names, part_of
from archiver.dedupe.rules import Rules
from archiver.dedupe.solve import Solved, gather, solve, solve_batch
from archiver.dedupe.texts import label_texts
from archiver.models import Card, Model, Override, Post, Sighting

__all__ = [
    "Change",
    "Deduped",
    "Doubt",
    "Override",
    "PairExplained",
    "PostExplained",
    "Renewed",
    "Rules",
    "Weight",
    "dedupe",
    "dedupe_with_doubts",
    "explain",
    "explain_post",
    "label_texts",
    "renew",
]

_DEFAULT = Rules()


class Deduped(Model):
    """Posts, and the decisions behind them that a person may want to look at."""

    posts: tuple[Post, ...]
    doubts: tuple[Doubt, ...]


def dedupe(
    cards: Mapping[str, Card],
    sightings: Iterable[Sighting],
    *,
    rules: Rules = _DEFAULT,
    overrides: Iterable[Override] = (),
) -> tuple[Post, ...]:
    """Merge the cards that show one post. A sighting of a card that is not in `cards` is a KeyError."""
    return _sorted(_posts(cards, solve(cards, sightings, rules, overrides)))


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
    posts = _posts(cards, solved)
    names = {label: post.id for label, post in posts.items()}
    return Deduped(posts=_sorted(posts), doubts=doubts(solved, names, most))


class Renewed(NamedTuple):
    """What a run comes to: the components whose posts stand, and the posts of all others by component."""

    standing: frozenset[str]
    posts: Mapping[str, tuple[Post, ...]]


def renew(
    cards: Mapping[str, Card],
    sightings: Iterable[Sighting],
    known: Collection[str],
    *,
    recipe: str,
    rules: Rules = _DEFAULT,
    overrides: Iterable[Override] = (),
) -> Renewed:
    """The posts of the components that are not among the `known` ones.

    With those of the standing components they are what `dedupe` gives: a component's name holds all that its
    posts rest on. *recipe* names what else they rest on: the program.
    """
    sightings, overrides = list(sightings), list(overrides)
    ids = sorted({s.card for s in sightings})
    batch = gather([cards[i] for i in ids], ids, sightings, rules)
    names = component_names(batch, rules, overrides, recipe)
    new = [i for i, name in enumerate(names) if name not in known]
    name_of = {ids[i]: names[i] for i in new}
    made: dict[str, list[Post]] = {}
    if new:
        for post in _sorted(_posts(cards, solve_batch(part_of(batch, new), rules, overrides))):
            made.setdefault(name_of[post.id], []).append(post)
    return Renewed(
        frozenset(name for name in names if name in known),
        {name: tuple(posts) for name, posts in made.items()},
    )


def _posts(cards: Mapping[str, Card], solved: Solved) -> dict[int, Post]:
    """The post of each cluster, by its label."""
    ids, batch = solved.ids, solved.batch
    edges = solved.held_edges()
    return {
        label: canonical(
            [Showing(ids[i], cards[ids[i]], batch.faces[i], batch.shown[i]) for i in group],
            batch.moments,
            [solved.match(a, b, same=True) for _, a, b in edges.get(label, ())],
        )
        for label, group in solved.groups().items()
    }


def _sorted(posts: Mapping[int, Post]) -> tuple[Post, ...]:
    return tuple(sorted(posts.values(), key=lambda p: (p.first_seen, p.id)))
