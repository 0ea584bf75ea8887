"""The review queue is the same whether it is made of all cards together or of some components at a time."""

import random
from itertools import combinations

import pytest

from archiver.dedupe import dedupe_with_review, review_queue
from archiver.dedupe.clustering.resolve import resolve
from archiver.merging import resolve_all
from archiver.store import Store
from tests.properties.test_dedupe import check_explanation
from tests.properties.test_merging import History


@pytest.mark.parametrize("seed", range(0, 20, 2))  # histories by the rules of use
def test_parts_give_the_queue_of_the_whole(seed, tmp_path):
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
        assert len(list(resolve_all(store, 1))) == sum(
            size > 1 for _, size in store.dedupe_state.component_sizes()
        )
        history.crawl(store)
        (part,) = resolve_all(store, 1)
        assert len(part.ids) == len(store.cards.by_id())


@pytest.mark.parametrize("seed", range(8))
def test_explanations_agree_with_the_posts(seed, tmp_path):
    """Of random histories: any two cards, in the resolution of their components."""
    history = History(seed, tmp_path)
    with Store(history.folder, "create") as store:
        for step in (history.crawl, history.tell, history.crawl, history.tell, history.reparse, history.tell):
            step(store)
        history.dedupe(store, keep=True)
        rules = history.rules
        posts = {row["card_id"]: row["post_id"] for row in store.rows("cards")}
        resolution = resolve(store.cards.by_id(), store.cards.sightings(), rules, store.overrides.current())
        pairs = list(combinations(sorted(posts), 2))
        for left, right in random.Random(seed).sample(pairs, min(len(pairs), 400)):
            check_explanation(resolution, posts[left] == posts[right], left, right)
        for left, right in [(resolution.ids[a], resolution.ids[b]) for a, b in sorted(resolution.refusals)]:
            check_explanation(resolution, posts[left] == posts[right], left, right)
