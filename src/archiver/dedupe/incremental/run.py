"""One run of incremental deduplication, and the resolution of single components.

A store goes in, with rules and overrides; posts are written to it. A run is three steps, each a value: the
affected cards, their resolution, and what is written. A run from scratch is the same after the store has been
reset: then every capture is new.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from archiver.dedupe.clustering.resolve import Resolution, components, overrides_by_pair, resolve_batch
from archiver.dedupe.incremental.affected import Affected, find_affected
from archiver.dedupe.incremental.load import LoadedBatch, SearchIndexes, load_components
from archiver.dedupe.incremental.state import CardId, ComponentId, DedupeStore, StateUpdate
from archiver.dedupe.posts import posts_of
from archiver.dedupe.rules import Rules
from archiver.models import Override, Post


class Resolved(NamedTuple):
    """The posts of all affected cards, and the component of each of these cards."""

    loaded: LoadedBatch
    components: dict[CardId, ComponentId]
    posts: tuple[Post, ...]


def run(store: DedupeStore, rules: Rules) -> int:
    """Bring the posts up to date with the changes since the last run.

    The caller opens the transaction.

    Returns:
        How many posts were made.
    """
    overrides = store.overrides()
    affected = find_affected(store, rules, overrides)
    resolved = resolve_affected(store, affected, rules, overrides)
    store.save(update_of(affected, resolved))
    store.replace_posts(resolved.posts, resolved.loaded.card_rows, resolved.loaded.capture_rows)
    return len(resolved.posts)


def resolve_affected(
    store: DedupeStore, affected: Affected, rules: Rules, overrides: list[Override]
) -> Resolved:
    """Resolve all members of the affected components together."""
    loaded = load_components(store, affected.members, affected.lookup, rules, affected.at_hand)
    ids = loaded.batch.ids
    rows = [loaded.card_rows[card] for card in ids]
    labels = components(loaded.batch, overrides_by_pair(ids, overrides))
    return Resolved(
        loaded,
        {row: ComponentId(rows[label]) for row, label in zip(rows, labels, strict=True)},
        posts_of(resolve_batch(loaded.batch, rules, overrides), loaded.cards),
    )


def update_of(affected: Affected, resolved: Resolved) -> StateUpdate:
    """Return what is to be kept for the next run."""
    component_of, updated = resolved.components, affected.updated
    return StateUpdate(
        affected.summary,
        cards=[own._replace(component=component_of[row]) for row, own in updated.items()],
        removed_cards=affected.removed,
        components={
            row: component
            for row, component in component_of.items()
            if row not in updated and component != affected.members[row].component
        },
        texts=affected.added_texts,
        removed_texts=affected.removed_texts,
        indexes=affected.indexes,
    )


def resolve_components(
    store: DedupeStore,
    some: Collection[ComponentId],
    lookup: SearchIndexes,
    rules: Rules,
    overrides: Iterable[Override],
) -> Resolution:
    """Resolve these components as the last run did. No change may be due."""
    loaded = load_components(store, store.members(some), lookup, rules)
    return resolve_batch(loaded.batch, rules, overrides)


def batches(sizes: Iterable[tuple[ComponentId, int]], cards_at_once: int) -> Iterator[list[ComponentId]]:
    """Yield components of several cards, as many together as have at least *cards_at_once* cards."""
    batch: list[ComponentId] = []
    cards = 0
    for component, size in sizes:
        if size > 1:
            batch.append(component)
            cards += size
        if cards >= cards_at_once:
            yield batch
            batch, cards = [], 0
    if batch:
        yield batch
