"""Manual overrides: kept as records, and in force from then on."""

import gzip
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archiver.models import Card, Page
from archiver.store import Store, verify
from archiver.store.warc.records import OverrideRecord, PlacedCard, override_record, read_record
from tests.paths import SAMPLE

LEFT, RIGHT = "The storm of 2 February", "A dictionary of local signal flags"


@pytest.fixture
def archive(tmp_path):
    return tmp_path / "archive"


@pytest.fixture
def on(run, archive):
    """Run a command on an archive of the sample captures."""
    run("--archive", archive, "crawl", SAMPLE, "--base-url", "https://harbour.example/")
    run("--archive", archive, "dedupe")
    return lambda *arguments: run("--archive", archive, *arguments)


def post_ids(on):
    return {post["title"]: post["id"] for post in json.loads(on("export").out)}


def two(on):
    ids = post_ids(on)
    return ids[LEFT], ids[RIGHT]


def is_one(on, left, right):
    posts = {row["card_id"]: row["post_id"] for row in json.loads(on("export", "cards").out)}
    return posts[left] == posts[right]


def warc_bytes(archive):
    return b"".join(path.read_bytes() for path in sorted((archive / "warc").iterdir()))


def test_a_merge_joins_at_once_and_a_later_split_parts(on):
    left, right = two(on)
    merged = on("merge", left, right)
    assert (merged.code, merged.out) == (0, b"")
    assert "are one post" in merged.err
    assert is_one(on, left, right)
    assert on("split", right, left).code == 0
    assert not is_one(on, left, right)
    assert on("merge", left, right).code == 0
    assert is_one(on, left, right)


def test_a_split_parts_the_cards_of_one_post(on):
    rows = json.loads(on("export", "cards").out)
    post = next(post for post in json.loads(on("export").out) if "harbour-bell" in (post["url"] or ""))
    first, *others = sorted({row["card_id"] for row in rows if row["post_id"] == post["id"]})
    assert on("split", first, others[-1]).code == 0
    assert not is_one(on, first, others[-1])


def test_overrides_survive_every_later_run_and_a_rebuild(on, archive):
    left, right = two(on)
    on("merge", left, right)
    before = [on("export", kind).out for kind in ("posts", "cards", "revisions")]
    on("crawl", SAMPLE)  # without a base URL: captures of other addresses
    on("dedupe")
    assert [on("export", kind).out for kind in ("posts", "cards", "revisions")] != before
    assert is_one(on, left, right)
    before = [on("export", kind).out for kind in ("posts", "cards", "revisions")]
    (archive / "archive.db").unlink()
    assert on("rebuild").code == 0
    assert [on("export", kind).out for kind in ("posts", "cards", "revisions")] == before
    assert on("verify").code == 0


def test_the_same_override_is_not_kept_again(on, archive):
    left, right = two(on)
    on("merge", left, right)
    before = warc_bytes(archive)
    again = on("merge", right, left)
    assert again.code == 0
    assert "known before" in again.err
    assert warc_bytes(archive) == before


def test_a_dry_run_knows_the_overrides(on):
    on("merge", *two(on))
    assert "13 posts from 43 sightings" in on("dedupe", "--dry-run").err


def test_ids_may_be_shortened_but_must_name_one_card(on):
    left, right = two(on)
    assert on("merge", left[:6].upper(), right[:6]).code == 0
    assert is_one(on, left, right)
    for wrong, expected in (
        (("merge", left, left), "are one card"),
        (("explain", left, left), "are one card"),
        (("merge", left[:3], right), "4 to 16"),
        (("split", left, "zzzzzz"), "4 to 16"),
        (("split", left, "0123456789abcdef0"), "4 to 16"),
        (("split", left, "ffffffffffff0000"), "no card and no post"),
    ):
        ran = on(*wrong)
        assert (ran.code, ran.out) == (2, b"")
        assert expected in ran.err
        assert ran.err.count("\n") == 1


def test_an_ambiguous_id_names_the_cards(tmp_path, run, make_capture):
    """Ids are hashes: cards are tried until two of them begin alike."""
    cards = {}
    for number in range(100_000):
        card = Card(title=f"Card {number}")
        if card.key[:4] in cards:
            break
        cards[card.key[:4]] = card
    other = cards[card.key[:4]]
    with Store(tmp_path, "create") as store:
        page = Page(url="https://a.example/", kind="listing", confidence=1, cards=(card, other))
        store.pages.add(store.captures.add(make_capture()).id, page)
    ran = run("--archive", tmp_path, "merge", card.key[:4], other.key)
    assert ran.code == 2
    assert card.key in ran.err
    assert other.key in ran.err


def test_overrides_that_contradict_each_other_are_reported(on):
    one, two, three = sorted(post_ids(on).values())[:3]
    assert on("split", one, three).code == 0
    assert on("merge", one, two).code == 0
    ran = on("merge", two, three)
    assert ran.code == 1
    assert "contradicts" in ran.err
    assert is_one(on, one, two)
    assert on("merge", one, three).code == 0
    assert is_one(on, two, three)


def test_other_readers_find_no_fault_and_take_it_for_no_page(on, archive):
    on("merge", *two(on))
    for path in (archive / "warc").iterdir():
        for tool in ("warcio", "fastwarc"):
            subprocess.run([Path(sys.executable).with_name(tool), "check", path], check=True)
        listed = subprocess.run(
            [Path(sys.executable).with_name("warcio"), "index", path, "-f", "warc-type,warc-target-uri"],
            check=True,
            capture_output=True,
            text=True,
        )
        kinds = [json.loads(line) for line in listed.stdout.splitlines()]
        (override,) = (kind for kind in kinds if kind["warc-type"] == "metadata")
        assert override["warc-target-uri"].startswith("archiver-override:")


def test_an_override_is_read_from_its_record():
    named = PlacedCard(id="0" * 16, capture=None, url=None, title="Tide “table”", excerpt="潮")
    override = OverrideRecord(
        same=True, decided_at=datetime(2026, 3, 1, 12, tzinfo=UTC), cards=(named, named)
    )
    record = read_record(gzip.decompress(override_record(override)))
    assert record is not None
    assert (record.type, record.capture, record.own) == ("metadata", None, override)


@pytest.mark.parametrize("kept", [0, 1])
def test_an_override_whose_row_is_lost_is_recovered(on, archive, kept):
    """The run was killed between the record and the row; or within the record, whose torn end is cut."""
    left, right = two(on)
    database = (archive / "archive.db").read_bytes()
    (warc,) = (archive / "warc").iterdir()
    before = warc.read_bytes()
    on("merge", left, right)
    after = warc.read_bytes()
    (archive / "archive.db").write_bytes(database)
    if not kept:
        warc.write_bytes(after[:-5])
    opened = on("dedupe")
    assert ("recovered overrides" in opened.err) == bool(kept)
    assert is_one(on, left, right) == bool(kept)
    assert warc.read_bytes() == (after if kept else before)
    assert on("verify").code == 0


def test_verify_reports_a_changed_override_and_repair_restores_it(on, archive):
    left, right = two(on)
    on("merge", left, right)
    with Store(archive, "write") as store:
        store.db.execute("UPDATE overrides SET same = 0")
        store.db.conn.commit()
    found = on("verify")
    assert found.code == 1
    assert b"override" in found.out
    assert on("verify", "--repair").code == 0
    assert is_one(on, left, right)
    with Store(archive, "write") as store:
        store.db.execute("UPDATE overrides SET warc_offset = warc_offset + 1")
        store.db.conn.commit()
        assert len(list(verify(store))) == 2


def test_a_card_that_another_parser_gives_another_id_is_found_by_what_it_shows(tmp_path, make_capture):
    """The record comes before the page here, as in a rebuild by a later version."""
    old = [Card(title="Tide tables", excerpt="High water at noon."), Card(title="Winter moorings")]
    better = [old[0].model_copy(update={"author": "Ida"}), old[1].model_copy(update={"date": "2026-01-03"})]
    captures = [make_capture(b"one"), make_capture(b"two", 1)]

    def page(card):
        return Page(url="https://harbour.example/", kind="listing", confidence=1, cards=(card,))

    with Store(tmp_path, "create") as store:
        for capture, card in zip(captures, old, strict=True):
            store.pages.add(store.captures.add(capture).id, page(card))
        assert store.overrides.add(old[1].key, old[0].key, same=True)
        (override,) = store.overrides.current()
        assert {override.left, override.right} == {card.key for card in old}
    (tmp_path / "archive.db").unlink()
    with Store(tmp_path, "create") as store:
        for capture_id, card in zip(store.pages.unparsed(), better, strict=True):
            store.pages.add(capture_id, page(card))
        (override,) = store.overrides.current()
        assert {override.left, override.right} == {card.key for card in better}


def test_a_clock_that_goes_back_does_not_undo_the_last_decision(tmp_path, make_capture):
    cards = (Card(title="One"), Card(title="Two"))

    times = iter(datetime(2026, 3, 1, 12, tzinfo=UTC) - timedelta(hours=n) for n in range(99))
    with Store(tmp_path, "create", now=lambda: next(times)) as store:
        page = Page(url="https://a.example/", kind="listing", confidence=1, cards=cards)
        store.pages.add(store.captures.add(make_capture()).id, page)
        for same in (True, False, True, False):
            assert store.overrides.add(cards[0].key, cards[1].key, same=same)
            (override,) = store.overrides.current()
            assert override.same is same
