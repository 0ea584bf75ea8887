"""An archive that is brought up to date bit by bit holds what one made from scratch holds."""

import os
import random
from datetime import UTC, datetime, timedelta

import pytest

from archiver.archive import Archive
from archiver.merging import bring_up_to_date
from archiver.models import Capture, Card, Page
from archiver.store import Store
from tests.dumps import dump
from tests.sites import words

HISTORIES = int(os.environ.get("ARCHIVER_HISTORIES", "12"))
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
BANNER = "harbour news every day "


def site(r):
    """What the pages of a site show, by capture: series, cuts, reused titles and addresses, a banner."""
    posts = []
    for n in range(20):
        body = words(r.random(), 24)
        for part in range(r.choice([1, 1, 1, 4])):
            title = r.choice([None, f"Notes {n}", f"Notes {n // 4}", words(r.random(), 3)])
            posts.append((title, f"/p/{n + (r.random() < 0.1)}", f"{part} {body}" if part else body))
    pages = []
    for visit in range(16):
        banner = BANNER if visit > 8 and r.random() < 0.8 else ""
        for page in range(2):
            cards = []
            for title, url, body in posts[visit + page * 5 :][: r.randint(3, 6)]:
                text = body if r.random() < 0.5 else body[: r.randint(30, 120)] + "…"
                cards.append(
                    Card(
                        title=title if r.random() < 0.7 else None,
                        url=f"https://a.example{url}" if r.random() < 0.6 else None,
                        date=f"2026-01-{1 + visit % 28:02}" if r.random() < 0.2 else None,
                        excerpt=banner + text if r.random() < 0.9 else None,
                        language=r.choice([None, None, "de"]),
                    )
                )
            cards = [card for card in cards if card.title or card.url or card.excerpt]
            pages.append((visit, page, tuple(cards)))
    r.shuffle(pages)
    return pages


def keep(store, visit, page, cards):
    capture = Capture(
        url=f"https://a.example/page/{page}",
        captured_at=NOON + timedelta(days=visit),
        payload=f"{visit}.{page}".encode(),
        headers=(("Content-Type", "text/html"),),
    )
    capture_id = store.add_capture(capture).id
    store.add_page(capture_id, page_of(capture.url, cards))
    return capture_id, capture.url


def page_of(url, cards):
    return Page(url=url, kind="listing", confidence=1, cards=cards, language="en")


def live(folder, r, *, from_scratch):
    """A history: captures in batches, runs in between, a person's words, pages that are read again."""
    held = []
    pages = site(r)
    while pages:
        with Store(folder, "create") as store:
            for _ in range(r.randint(1, 8)):
                if pages:
                    visit, page, cards = pages.pop()
                    held.append((*keep(store, visit, page, cards), cards))
            if r.random() < 0.4:  # another parser reads some pages otherwise, and perhaps as before
                for capture_id, url, cards in r.sample(held, min(3, len(held))):
                    store.replace_page(capture_id, page_of(url, r.choice([cards[1:], (), cards[::-1]])))
                    if r.random() < 0.5:
                        store.replace_page(capture_id, page_of(url, cards))
            known = sorted(store.cards())
            if len(known) > 1 and r.random() < 0.5:
                store.add_override(*r.sample(known, 2), same=r.random() < 0.5)
            if r.random() < 0.6 or not pages:
                bring_up_to_date(store, from_scratch=from_scratch)
                assert bool(store.known_components()) == bool(store.cards())


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_a_history_ends_as_if_all_were_made_from_scratch(tmp_path, seed):
    live(tmp_path / "bits", random.Random(seed), from_scratch=False)
    live(tmp_path / "whole", random.Random(seed), from_scratch=True)
    assert dump(tmp_path / "bits") == dump(tmp_path / "whole")
    for kind in ("posts", "cards", "revisions"):
        assert b"".join(Archive(tmp_path / "bits").export(kind, "json")) == b"".join(
            Archive(tmp_path / "whole").export(kind, "json")
        )
    found, expected = (Archive(tmp_path / name).search("harbour") for name in ("bits", "whole"))
    assert found == expected


def test_what_is_not_touched_is_left_alone(tmp_path):
    with Store(tmp_path, "create") as store:
        for n in range(30):
            texts = [words(1000 * n + k, 30) for k in range(4)]
            cards = tuple(Card(url=f"https://a.example/{n}/{k}", excerpt=t) for k, t in enumerate(texts))
            keep(store, n, 0, cards)
        first = bring_up_to_date(store)
        assert first.renewed == first.posts == 120
        assert bring_up_to_date(store) == type(first)(120, 120, 0)
        before = dict(store.db.execute("SELECT key, id FROM posts"))
        keep(store, 99, 0, (Card(url="https://a.example/7/2", excerpt=words(7002, 30)),))
        second = bring_up_to_date(store)
        assert (second.posts, second.sightings) == (120, 121)
        assert 1 <= second.renewed <= 4
        after = dict(store.db.execute("SELECT key, id FROM posts"))
        assert sum(before[key] != row for key, row in after.items()) == second.renewed
        assert bring_up_to_date(store, from_scratch=True).renewed == 120
