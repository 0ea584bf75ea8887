"""Posts brought up to date with the cards: the transaction round `archiver.dedupe.incremental`.

A store goes in; its posts are renewed, and counted. A run is one transaction: either all of it is done or
nothing. There is one way of working only: a run from scratch forgets what the last run left and finds that
everything has changed.
"""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, NamedTuple

from archiver.dedupe import Resolution, Rules
from archiver.dedupe.clustering.resolve import resolve
from archiver.dedupe.incremental.load import SearchIndexes
from archiver.dedupe.incremental.run import batches, resolve_components, run
from archiver.dedupe.incremental.state import DedupeStore
from archiver.fingerprint import fingerprint
from archiver.models import Override

if TYPE_CHECKING:  # posts are made of what `DedupeStore` hands out; the rest of the store decides nothing
    from archiver.store import Store

ALGORITHM_VERSION = 1
"""Raised where the same cards become other posts though no code of the computation changes."""
ALGORITHM_ROOTS = ("archiver.merging", "archiver.store.db.dedupe_state")
"""The modules in which the computation of posts begins: this one, and the store's side of `DedupeStore`."""
CARDS_AT_ONCE = 10_000
"""Cards that are resolved together where all are asked for. Bounds the memory."""


class Merged(NamedTuple):
    """How many posts there are, of how many sightings; `renewed` of them were made by this run."""

    posts: int
    sightings: int
    renewed: int


def bring_up_to_date(
    store: "Store", *, from_scratch: bool = False, dry_run: bool = False, rules: Rules | None = None
) -> Merged:
    """Rebuild the posts that new cards, captures or overrides affect.

    Args:
        store: An archive that is open for writing.
        from_scratch: Rebuild all posts.
        dry_run: Only count what a run would do.
        rules: Used in place of the archive's own.
    """
    rules = rules or rules_of(store)
    version = algorithm_version(rules)
    state: DedupeStore = store.dedupe_state
    with store.atomic(keep=not dry_run):
        if from_scratch or state.algorithm_version() != version:
            state.reset(version)
        renewed = run(state, rules)
        return Merged(*store.posts.counts(), renewed)


def rules_of(store: "Store") -> Rules:
    """Return the rules of the archive: the default ones, with the threshold that was set for it."""
    score = store.thresholds.current()
    return Rules() if score is None else Rules(threshold=score)


def algorithm_version(rules: Rules) -> str:
    """Name the code and the rules by which this program makes posts of cards."""
    return f"{fingerprint(ALGORITHM_VERSION, ALGORITHM_ROOTS)}-{rules.key}"


def resolve_for(store: "Store", cards: Collection[str]) -> Resolution:
    """Resolve the components of these cards (public ids) as a run would; all cards where a run is due."""
    rules, state = rules_of(store), store.dedupe_state
    overrides = state.overrides()
    if _is_due(state, rules, overrides):
        return resolve(store.cards.by_id(), store.cards.sightings(), rules, overrides)
    rows = state.card_rows(cards).values()
    some = {known.component for known in state.cards(rows).values()}
    return resolve_components(state, some, SearchIndexes.of_last_run(state, rules), rules, overrides)


def resolve_all(store: "Store", cards_at_once: int = CARDS_AT_ONCE) -> Iterator[Resolution]:
    """Resolve all components of several cards, some at a time; all cards together where a run is due."""
    rules, state = rules_of(store), store.dedupe_state
    overrides = state.overrides()
    if _is_due(state, rules, overrides):
        yield resolve(store.cards.by_id(), store.cards.sightings(), rules, overrides)
        return
    lookup = SearchIndexes.of_last_run(state, rules)
    for some in batches(state.component_sizes(), cards_at_once):
        yield resolve_components(state, some, lookup, rules, overrides)


def _is_due(state: DedupeStore, rules: Rules, overrides: list[Override]) -> bool:
    """Whether anything has changed since the last run."""
    return (
        state.algorithm_version() != algorithm_version(rules)
        or any(state.changes())
        or state.summary().overrides != overrides
    )
