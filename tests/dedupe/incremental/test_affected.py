"""Which cards a change reaches: a run after it makes the posts of a run over all cards."""

from datetime import UTC, datetime

import pytest

from archiver.dedupe import Rules, dedupe
from archiver.dedupe.incremental.run import run
from archiver.models import Card, Page
from tests.dedupe.incremental.memory import MemoryStore

START = datetime(2026, 3, 1, tzinfo=UTC)
TEXT = "The harbour master counted every boat twice, wrote both down and went home before the storm came."
EDITED = "Our harbour master counted every boat twice, wrote both down and went home before the storm came."
AS_TITLE, AS_TEXT, LIKE = Card(title=TEXT), Card(excerpt=TEXT), Card(excerpt=EDITED)


def page_of(card):
    return Page(url="https://a.example/", kind="listing", confidence=1, cards=(card,))


@pytest.mark.parametrize("tag", "abcd")  # for the text's card to stand in front of the title's, or behind it
@pytest.mark.parametrize(
    "runs",
    [
        [[AS_TITLE, LIKE], [AS_TEXT]],
        [[AS_TITLE], [LIKE], [AS_TEXT]],
        [[AS_TITLE, LIKE, AS_TEXT], [AS_TEXT], [LIKE], [AS_TITLE]],
    ],
)
def test_a_title_that_becomes_a_text_is_compared_with_texts(runs, tag):
    store, captures = MemoryStore(), 0
    as_text = AS_TEXT.model_copy(update={"tags": (tag,)})
    for cards in runs:
        for card in cards:
            captures += 1
            store.show(captures, page_of(as_text if card is AS_TEXT else card), START)
        run(store, Rules())
        wanted = dedupe(store.all_cards(), store.all_sightings())
        assert sorted(store.posts.values(), key=lambda p: (p.first_seen, p.id)) == list(wanted)
    assert any({as_text.key, LIKE.key} <= set(post.cards) for post in wanted)
