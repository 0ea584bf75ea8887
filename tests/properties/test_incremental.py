"""The engine of incremental deduplication needs no database: it makes the posts of `dedupe` on any store."""

import os
from datetime import UTC, datetime

import pytest

from archiver.dedupe import Override, dedupe
from archiver.dedupe.incremental.run import run
from tests.dedupe.incremental.memory import MemoryStore
from tests.properties.test_merging import History

START = datetime(2026, 3, 1, 3, tzinfo=UTC)
HISTORIES = int(os.environ.get("ARCHIVER_HISTORIES", "20"))


def crawl(history, store):
    """Show some new pages, and some old ones as other pages or as nothing."""
    r = history.r
    for _ in range(r.randint(1, 8)):
        store.show(len(store.refs) + 1, history.page(history.listing()), START)
    for capture in r.sample(sorted(store.refs), r.choice([0, 0, 1, len(store.refs) // 2])):
        page = history.page(store.refs[capture].url)
        store.show(capture, page.model_copy(update={"cards": page.cards[: r.choice([0, 9])]}), START)


def override(history, store):
    cards = sorted(own.id for own in store.archived.values())
    if len(cards) > 1:
        left, right = sorted(history.r.sample(cards, 2))
        store.said[left, right] = Override(left=left, right=right, same=history.r.random() < 0.5)


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_the_engine_runs_without_a_database(seed):
    history, store = History(seed, None), MemoryStore()
    for _ in range(history.r.randint(2, 8)):
        crawl(history, store)
        if history.r.random() < 0.4:
            override(history, store)
        run(store, history.rules)
        posts = dedupe(
            store.all_cards(), store.all_sightings(), rules=history.rules, overrides=store.overrides()
        )
        assert sorted(store.posts.values(), key=lambda p: (p.first_seen, p.id)) == list(posts)
        in_use = {text for own in store.known.values() for text in (own.text_id, own.title_id)} - {None}
        assert in_use == store.stored_texts.keys()
        assert store.known.keys() == store.archived.keys()
