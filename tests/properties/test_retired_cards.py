"""An id that was ever given out goes on to resolve, to what its post has become: on random histories."""

import os
from collections import defaultdict

import pytest

from archiver.archive import Archive
from archiver.errors import ConfigError
from archiver.store import Store
from tests.properties.test_merging import History

HISTORIES = int(os.environ.get("ARCHIVER_HISTORIES", "20"))


class Followed:
    """All cards that were ever in a post: with which others, last and ever, and on which captures.

    Posts are one over time where they have a card in common; their id is one of their cards.
    """

    def __init__(self):
        self.ids, self.last = set(), {}
        self.ever, self.captures = {}, defaultdict(set)

    def see(self, store):
        posts = defaultdict(set)
        for row in store.rows("cards"):
            posts[row["post_id"]].add(row["card_id"])
            self.captures[row["card_id"]].add(row["capture"]["id"])
        self.ids |= posts.keys()
        for post, cards in posts.items():
            self.last |= dict.fromkeys(cards, cards)
            kin = cards.union({post}, *(self.ever.get(card, ()) for card in {post, *cards}))
            self.ever |= dict.fromkeys(kin, kin)

    def left_of(self, card, there):
        """The cards that its post has come to, by way of those that it was with last when it went."""
        todo, seen = [card], set()
        while todo:
            one = todo.pop()
            if one not in seen:
                seen.add(one)
                todo += () if one in there else self.last[one]
        return seen & there


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_every_id_that_was_given_out_resolves(seed, tmp_path):
    history, followed = History(seed, tmp_path), Followed()
    steps = (history.crawl, history.reparse, history.reparse, history.tell)
    with Store(history.folder, "create") as store:
        history.crawl(store)
        for _ in range(history.r.randint(4, 16)):
            history.dedupe(store, keep=True)
            followed.see(store)
            history.r.choice(steps)(store)
        history.dedupe(store, keep=True)
        followed.see(store)
        there = set(store.cards.by_id())
        posts = {row["card_id"]: row["post_id"] for row in store.rows("cards")}
        stand_on = defaultdict(set)
        for row in store.rows("cards"):
            stand_on[row["capture"]["id"]].add(row["post_id"])
        resolved = 0
        for post in followed.ids:
            ever = followed.ever[post]
            right = {posts[card] for card in ever & there}
            right |= {on for card in ever for capture in followed.captures[card] for on in stand_on[capture]}
            try:
                assert store.lookup.post_id(post) in right
                resolved += 1
            except ConfigError:
                assert not followed.left_of(post, there)
    assert resolved
    assert list(Archive(history.folder).verify()) == []
