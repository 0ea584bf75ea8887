"""Doubts are the same whether the cards are looked at together or some components at a time."""

import pytest

from archiver.dedupe import dedupe_with_review, review_queue
from archiver.merging import resolve_all
from archiver.store import Store
from tests.properties.test_merging import History


@pytest.mark.parametrize("seed", range(0, 20, 2))  # histories by the rules of use
def test_parts_leave_the_doubts_of_the_whole(seed, tmp_path):
    history = History(seed, tmp_path)
    with Store(history.folder, "create") as store:
        for step in (history.crawl, history.tell, history.crawl, history.reparse):
            step(store)
            history.dedupe(store, keep=True)
        cards, said = store.cards.by_id(), store.overrides.current()
        whole = dedupe_with_review(cards, store.cards.sightings(), overrides=said, most=7).review_queue
        for at_once in (1, 20, 10_000):
            parts = list(resolve_all(store, at_once))
            assert review_queue(iter(parts), 7) == whole
            assert sum(len(part.ids) for part in parts) <= len(cards)
        assert len(list(resolve_all(store, 1))) == sum(size > 1 for _, size in store.dedupe_state.sizes())
        history.crawl(store)
        (part,) = resolve_all(store, 1)
        assert len(part.ids) == len(store.cards.by_id())
