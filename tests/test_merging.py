"""Runs of `dedupe` one after another: what each makes anew, and what is left of one that does not end."""

import gc
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from archiver.archive import Archive
from archiver.merging import bring_up_to_date
from archiver.models import Capture, Card, Page
from archiver.store import Store
from archiver.store.db.cards import Cards
from archiver.store.db.posts import Posts
from tests.dumps import dump
from tests.sites import words

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CRANE = Card(title="The crane leaves", excerpt="The old harbour crane was lifted off its rails on Monday.")
FERRY = Card(title="A ferry less", excerpt="From spring on the ferry to the island goes twice a day only.")
SHED = Card(
    title="Sheds for rent", excerpt="The port lets three of its sheds, dry and with a gate to the quay."
)


def page_with(*cards):
    return Page(url="https://a.example/", kind="listing", confidence=1, cards=cards)


def keep(store, day, *cards):
    one = Capture(url="https://a.example/", captured_at=NOON + timedelta(days=day), payload=b"%d" % day)
    store.pages.add(store.captures.add(one).id, page_with(*cards))


def crawl(folder, *pages):
    """Take in a capture for each page."""
    with Store(folder, "create") as store:
        for day, cards in enumerate(pages, store.captures.last_id() + 1):
            keep(store, day, *cards)


def read_again(folder, capture, *cards):
    with Store(folder, "write") as store:
        store.pages.replace({capture: page_with(*cards)})


def run(folder, **options):
    with Store(folder, "write") as store:
        return bring_up_to_date(store, **options)


def test_a_run_looks_at_what_is_new_alone(tmp_path):
    crawl(tmp_path, [CRANE], [FERRY])
    assert run(tmp_path) == (2, 2, 2)
    assert run(tmp_path) == (2, 2, 0)
    crawl(tmp_path, [SHED])
    assert run(tmp_path) == (3, 3, 1)
    crawl(tmp_path, [CRANE])
    assert run(tmp_path) == (3, 4, 1)
    read_again(tmp_path, 2)
    assert run(tmp_path) == (2, 3, 0)
    assert run(tmp_path, from_scratch=True) == (2, 3, 2)


def test_another_algorithm_version_means_from_scratch(tmp_path, monkeypatch):
    crawl(tmp_path, [CRANE], [FERRY])
    run(tmp_path)
    monkeypatch.setattr("archiver.merging.algorithm_version", lambda _: "another")
    assert run(tmp_path).renewed == 2
    assert run(tmp_path).renewed == 0


def test_an_override_holds_when_its_card_comes_back(tmp_path):
    crawl(tmp_path, [CRANE], [FERRY])
    assert Archive(tmp_path).merge(CRANE.key, FERRY.key).one_post
    read_again(tmp_path, 2)
    assert run(tmp_path).posts == 1
    read_again(tmp_path, 2, FERRY)
    assert run(tmp_path) == (1, 2, 1)


def test_a_run_that_is_cut_short_has_done_nothing(tmp_path, monkeypatch):
    crawl(tmp_path, [CRANE], [FERRY])
    run(tmp_path)
    crawl(tmp_path, [Card(title=CRANE.title, excerpt=CRANE.excerpt, author="Ann"), SHED])
    before = dump(tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr(Posts, "counts", lambda _: 1 / 0)  # all is written, and not committed
        with pytest.raises(ZeroDivisionError):
            run(tmp_path)
    assert dump(tmp_path) == before
    assert run(tmp_path) == (3, 4, 2)


def test_a_dry_run_counts_what_a_run_would_do(tmp_path):
    archive = Archive(tmp_path)
    crawl(tmp_path, [CRANE], [FERRY])
    archive.dedupe()
    crawl(tmp_path, [SHED], [CRANE])
    before = dump(tmp_path)
    said = archive.dedupe(dry_run=True)
    assert dump(tmp_path) == before
    assert said == archive.dedupe() == (3, 4, 2)


def test_an_explanation_needs_no_more_than_the_component(tmp_path, monkeypatch):
    archive = Archive(tmp_path)
    cut = Card(excerpt=(CRANE.excerpt or "")[:40] + "…")
    crawl(tmp_path, [CRANE, FERRY], [cut, SHED])
    archive.dedupe()
    with monkeypatch.context() as other:
        other.setattr(
            "archiver.merging.algorithm_version", lambda _: "another"
        )  # so that all cards are looked at
        before = archive.explain(CRANE.key), archive.explain(CRANE.key, cut.key), archive.explain(cut.key)
    monkeypatch.setattr(Cards, "sightings", lambda _: 1 / 0)
    after = archive.explain(CRANE.key), archive.explain(CRANE.key, cut.key), archive.explain(cut.key)
    assert after == before


def test_what_is_not_touched_is_left_alone(tmp_path):
    with Store(tmp_path, "create") as store:
        for n in range(30):
            texts = [words(1000 * n + k, 30) for k in range(4)]
            cards = [Card(url=f"https://a.example/{n}/{k}", excerpt=t) for k, t in enumerate(texts)]
            keep(store, n, *cards)
        first = bring_up_to_date(store)
        assert first.renewed == first.posts == 120
        assert bring_up_to_date(store) == type(first)(120, 120, 0)
        before = dict(store.db.execute("SELECT key, id FROM posts"))
        keep(store, 30, Card(url="https://a.example/7/2", excerpt=words(7002, 30)))
        second = bring_up_to_date(store)
        assert (second.posts, second.sightings) == (120, 121)
        assert 1 <= second.renewed <= 4
        after = dict(store.db.execute("SELECT key, id FROM posts"))
        assert sum(before[key] != row for key, row in after.items()) <= second.renewed
        assert bring_up_to_date(store, from_scratch=True).renewed == 120


def test_no_run_touches_the_garbage_collector(tmp_path, monkeypatch):
    crawl(tmp_path, [CRANE])
    for name in ("disable", "enable", "freeze", "set_threshold"):
        monkeypatch.setattr(gc, name, lambda *_: 1 / 0)
    assert run(tmp_path).posts == 1


def test_the_command_line_makes_the_garbage_collector_rare():
    code = (
        "import atexit, gc; from archiver.cli.app import main;"
        "atexit.register(lambda: print(gc.isenabled(), gc.get_threshold()[0])); main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--version"], capture_output=True, check=True, text=True
    )
    assert done.stdout.splitlines()[-1] == "True 100000"
