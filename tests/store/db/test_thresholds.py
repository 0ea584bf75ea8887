"""The threshold that the user sets: kept with the archive, used by all that follows."""

import json
import re
from datetime import UTC, datetime

import pytest

from archiver.archive import Archive
from archiver.models import Card, Page
from archiver.store import Store
from archiver.store.verify import verify

KINDS = ("posts", "cards", "revisions")
CRANE = Card(title="The crane leaves", excerpt="The old harbour crane was lifted off its rails on Monday.")
LIKE = Card(title="The crane leaves", excerpt="A barge took it over the bay, and half of the town looked on.")
OTHER = Card(title="A ferry less", excerpt="From spring on the ferry to the island goes twice a day only.")


@pytest.fixture
def archive(tmp_path):
    """Three cards, of which two have only their title in common."""
    rows = [
        {"capture_url": "https://a.example/", "captured_at": f"2026-03-0{day}T12:00:00Z"}
        | card.model_dump(include={"title", "excerpt"})
        for day, card in enumerate((CRANE, LIKE, OTHER), 1)
    ]
    (tmp_path / "cards.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    made = Archive(tmp_path / "archive")
    assert sum(outcome.new_cards for outcome in made.crawl([str(tmp_path / "cards.jsonl")])) == 3
    return made


@pytest.fixture
def on(run, archive):
    return lambda *arguments: run("--archive", archive.folder, *arguments)


@pytest.fixture
def score(archive):
    """What the two cards score, as any explanation says."""
    archive.dedupe()
    return archive.explain(CRANE.key, LIKE.key).score


def test_a_threshold_holds_until_another_one_is_set(on, archive, score):
    assert 4 < score < 99
    first = [on("export", kind).out for kind in KINDS]
    for threshold, posts in ((score - 1, 2), (score + 0.5, 3)):
        told = on("dedupe", "--threshold", threshold)
        assert told.code == 0
        assert f"{posts} posts from 3 sightings (threshold {threshold:g}, not 80)" in told.err
        after = [on("export", kind).out for kind in KINDS]
        assert archive.status().threshold == archive.threshold() == threshold
        assert re.search(rf"threshold +{threshold:g} ", on("status").out.decode())
        explained = json.loads(on("explain", CRANE.key, LIKE.key, "--json").out)
        assert (explained["threshold"], explained["same"]) == (threshold, posts == 2)
        assert f"(threshold {threshold:g}, not 80)" in on("dedupe").err
        assert f"{posts} posts" in on("dedupe", "--from-scratch").err
        assert [on("export", kind).out for kind in KINDS] == after
        assert on("rebuild").code == 0
        assert [on("export", kind).out for kind in KINDS] == after
        assert archive.threshold() == threshold
        assert on("verify").code == 0
    assert on("dedupe", "--threshold", "80").err.endswith(" posts from 3 sightings\n")
    assert [on("export", kind).out for kind in KINDS] == first


def test_a_word_is_heard_at_the_threshold_of_the_archive(archive, score):
    archive.dedupe(threshold=score - 1)
    assert archive.split(CRANE.key, OTHER.key).posts[0] == archive.show(LIKE.key).id
    assert archive.merge(CRANE.key, OTHER.key).one_post
    assert len(archive.show(LIKE.key).cards) == 3


def test_a_dry_run_with_a_threshold_writes_nothing(on, archive, score):
    before = b"".join(path.read_bytes() for path in (archive.folder / "warc").iterdir())
    said = on("dedupe", "--dry-run", "--threshold", score - 1).err
    assert "2 posts from 3 sightings (threshold" in said
    assert "nothing was written" in said
    assert b"".join(path.read_bytes() for path in (archive.folder / "warc").iterdir()) == before
    assert archive.threshold() == 80
    assert len(list(archive.rows("posts"))) == 3


@pytest.mark.parametrize("wrong", ["-1", "100.5", "nan", "inf", "high", ""])
def test_what_is_no_score_is_refused(on, archive, wrong):
    told = on("dedupe", "--threshold", wrong)
    assert (told.code, told.out) == (2, b"")
    assert told.err.endswith("expected a score from 0 to 100\n")
    assert told.err.replace("a new archive is begun here\n", "").count("\n") == 1
    assert archive.status().threshold == 80


def test_cards_of_one_page_stay_apart_at_any_threshold(tmp_path, make_capture):
    with Store(tmp_path, "create") as store:
        page = Page(url="https://a.example/", kind="listing", confidence=1, cards=(CRANE, OTHER))
        store.pages.add(store.captures.add(make_capture()).id, page)
    assert Archive(tmp_path).dedupe(threshold=0).posts == 2


def test_the_same_threshold_again_is_not_kept_again(archive, score):
    archive.dedupe(threshold=score)
    before = b"".join(path.read_bytes() for path in (archive.folder / "warc").iterdir())
    archive.dedupe(threshold=score)
    assert b"".join(path.read_bytes() for path in (archive.folder / "warc").iterdir()) == before


def test_the_last_threshold_counts_though_the_clock_goes_back(tmp_path):
    times = iter(datetime(2026, 3, 1, 23 - n, tzinfo=UTC) for n in range(9))
    with Store(tmp_path, "create", now=lambda: next(times)) as store:
        for threshold in (70, 60, 90, 80):
            store.thresholds.add(threshold)
            assert store.thresholds.current() == threshold


def test_verify_reports_a_threshold_that_differs_from_its_record(archive, score):
    archive.dedupe(threshold=score)
    with Store(archive.folder, "write") as store:
        store.db.execute("UPDATE thresholds SET score = 3")
        assert len(list(verify(store))) == 1
        store.db.execute("UPDATE thresholds SET warc_offset = warc_offset + 1")
        assert len(list(verify(store))) == 2
