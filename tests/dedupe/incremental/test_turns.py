"""Cards of a rare author that take turns: a capture that comes between two others parts them."""

from datetime import UTC, datetime

import pytest

from archiver.dedupe import Rules, dedupe
from archiver.dedupe.incremental.run import run
from archiver.models import Card, Page
from tests.dedupe.incremental.memory import MemoryStore

START = datetime(2026, 3, 1, 3, tzinfo=UTC)
RULES = Rules(rare_author_share=0.2)
OTHERS = [Card(title=f"News {n}", author=f"Author {n}") for n in range(20)]
BEFORE, AFTER = (Card(title=title, author="Zed") for title in ("The old crane", "Bread and nets"))


def page(*cards, url="https://a.example/"):
    return Page(url=url, kind="listing", confidence=1, cards=cards)


def posts(store):
    """Return the posts after a run, which are those that all cards together give."""
    run(store, RULES)
    found = sorted(store.posts.values(), key=lambda post: (post.first_seen, post.id))
    assert found == list(dedupe(store.all_cards(), store.all_sightings(), rules=RULES))
    return found


@pytest.fixture
def store():
    """A store in which the first and the third capture show one card each of an author."""
    store = MemoryStore()
    store.show(1, page(BEFORE, *OTHERS), START)
    store.show(3, page(*OTHERS, AFTER), START)
    return store


def test_two_cards_that_take_turns_are_one_post(store):
    assert len(posts(store)) == len(OTHERS) + 1


def test_a_capture_between_them_that_shows_neither_makes_them_two_until_it_goes(store):
    posts(store)
    store.show(2, page(*OTHERS), START)
    assert len(posts(store)) == len(OTHERS) + 2
    store.show(2, page(), START)
    assert len(posts(store)) == len(OTHERS) + 1


def test_a_capture_of_another_url_between_them_does_not_matter(store):
    store.show(2, page(*OTHERS, url="https://a.example/page/2"), START)
    assert len(posts(store)) == len(OTHERS) + 1
