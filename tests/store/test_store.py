"""The store: what it keeps, and what it recovers after every kind of accident."""

import contextlib
import gzip
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlite_utils import Database

from archiver.errors import ConfigError, CorruptError, SchemaTooNewError, StoreError
from archiver.models import Card, Page, PrintedDate
from archiver.store import Store, verify
from archiver.store.db.database import LOG_BYTES
from archiver.store.db.schema import migrations
from archiver.store.warc import files
from tests.conftest import NOON

PAGE = Page(
    url="https://harbour.example/",
    kind="listing",
    confidence=1,
    cards=(Card(title="One", url="https://harbour.example/1"), Card(title="Two", tags=("a", "b"))),
    feeds=("https://harbour.example/feed.xml",),
    language="en",
)


def warc(folder):
    return folder / "warc" / "archiver-00001.warc.gz"


def fill(folder, captures):
    with Store(folder, "create") as store:
        return [store.captures.add(capture).id for capture in captures]


def warcinfo_id(path):
    warcinfo = files.warcinfo_of(path)
    assert warcinfo
    return warcinfo.id


def faults(folder):
    with Store(folder, "write") as store:
        return list(verify(store))


def rows(folder, kind):
    with Store(folder, "read") as store:
        return list(store.rows(kind))


def test_a_capture_comes_back_with_its_payload(tmp_path, make_capture, make_response):
    imported, fetched = (
        make_capture(b"one"),
        make_response(b"two", minutes=1, headers=(("Content-Length", "3"),)),
    )
    ids = fill(tmp_path, [imported, fetched])
    with Store(tmp_path, "read") as store:
        assert [store.captures.read(i) for i in ids] == [imported, fetched]
    assert faults(tmp_path) == []


def test_the_same_captures_at_the_same_time_give_the_same_records(tmp_path, make_capture):
    """But for the ids of the file and of the archive, which are random."""
    written = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        with Store(folder, "create", now=lambda: NOON) as store:
            store.captures.add(make_capture())
            store.thresholds.add(70)
        _, *records = gzip.decompress(warc(folder).read_bytes()).split(b"WARC/1.1\r\n")[1:]
        own_id = warcinfo_id(warc(folder)).encode()
        assert all(b"WARC-Warcinfo-ID: " + own_id in record for record in records)
        written.append([record.replace(own_id, b"") for record in records])
    assert written[0] == written[1]


def test_a_capture_that_is_held_is_not_stored_again(tmp_path, make_capture):
    (first,) = fill(tmp_path, [make_capture()])
    size = warc(tmp_path).stat().st_size
    assert fill(tmp_path, [make_capture()]) == [first]
    assert warc(tmp_path).stat().st_size == size


def test_a_payload_is_stored_once_and_a_revisit_finds_it(tmp_path, make_capture):
    page = os.urandom(20_000)
    ids = fill(tmp_path, [make_capture(page, minutes=minute) for minute in range(5)])
    assert warc(tmp_path).stat().st_size < 2 * len(page)
    with Store(tmp_path, "read") as store:
        assert [store.captures.read(i).payload for i in ids] == [page] * 5
        assert store.counts()["payloads"] == 1
    assert faults(tmp_path) == []


def test_a_revisit_is_of_its_own_kind_and_a_redirect_is_none(tmp_path, make_capture, make_response):
    captures = [
        make_capture(b"same"),
        make_response(b"same", 1),
        make_response(b"same", 2),
        make_response(b"", 3, status=301, headers=(("Location", "/a"), ("Content-Length", "0"))),
        make_response(b"", 4, status=301, headers=(("Location", "/b"), ("Content-Length", "0"))),
    ]
    ids = fill(tmp_path, captures)
    with Store(tmp_path, "read") as store:
        assert [store.captures.read(i).payload for i in ids] == [capture.payload for capture in captures]
        assert [store.captures.read(i).header("Location") for i in ids[3:]] == ["/a", "/b"]
    assert gzip.decompress(warc(tmp_path).read_bytes()).count(b"WARC-Type: revisit") == 1
    fill(tmp_path, [make_capture(b"same", 5)])
    assert gzip.decompress(warc(tmp_path).read_bytes()).count(b"WARC-Type: revisit") == 2
    assert faults(tmp_path) == []


def test_a_truncated_payload_is_no_ones_original(tmp_path, make_response):
    ids = fill(tmp_path, [make_response(b"same", truncated="time"), make_response(b"same", minutes=1)])
    with Store(tmp_path, "read") as store:
        assert [store.captures.read(i).truncated for i in ids] == ["time", None]


def test_identical_cards_are_one_row(tmp_path, make_capture):
    with Store(tmp_path, "create") as store:
        for minute in range(3):
            store.pages.add(store.captures.add(make_capture(str(minute).encode(), minute)).id, PAGE)
        counts = store.counts()
        assert [counts[name] for name in ("captures", "cards", "sightings", "posts")] == [3, 2, 6, 0]
        assert list(store.cards.by_id().values()) == sorted(PAGE.cards, key=lambda card: card.key)
        assert [s.position for s in store.cards.sightings()] == [1, 2] * 3
        assert {s.language for s in store.cards.sightings()} == {"en"}


SHOWN = Card(
    title="One",
    url="https://harbour.example/1",
    href="/1",
    date="2024-03-05",
    printed=PrintedDate(text="5 March 2024", precision="day", place="element"),
    updated="2024-03-06",
    image="https://harbour.example/1.jpg",
    language="de",
)


def test_how_cards_were_shown_is_one_row_for_all_that_were_shown_so(tmp_path, make_capture):
    captures = [make_capture(), make_capture(minutes=1), make_capture(minutes=2)]
    bare = SHOWN.model_copy(update={"href": SHOWN.url, "printed": None, "updated": None, "image": None})
    pages = [
        PAGE.model_copy(update={"cards": (SHOWN, Card(title="Two", href=None))}),
        PAGE.model_copy(update={"cards": (SHOWN,)}),
        PAGE.model_copy(update={"cards": (bare.model_copy(update={"language": None}),)}),
    ]
    for capture_id, page in zip(fill(tmp_path, captures), pages, strict=True):
        with Store(tmp_path, "write") as store:
            store.pages.add(capture_id, page)
    with Store(tmp_path, "read") as store:
        details = store.db.execute(
            "SELECT href, printed, precision, place, updated, image, language FROM card_details"
        )
        assert details.fetchall() == [
            ("/1", "5 March 2024", "day", "element", "2024-03-06", "https://harbour.example/1.jpg", "de")
        ]
        assert len(store.cards.by_id()) == 2
        assert [sighting.language for sighting in store.cards.sightings()] == ["de", "en", "de", "en"]
        shown = list(store.db.query("SELECT * FROM cards_as_shown"))
    assert [(row["href"], row["printed"], row["image"]) for row in shown] == [
        ("/1", "5 March 2024", "https://harbour.example/1.jpg"),
        (None, None, None),
        ("/1", "5 March 2024", "https://harbour.example/1.jpg"),
        ("https://harbour.example/1", None, None),
    ]


def test_the_list_is_kept_for_each_sighting(tmp_path, make_capture):
    one, two = Card(title="One", image="/1.jpg"), Card(title="Two")
    ids = fill(tmp_path, [make_capture(), make_capture(minutes=1)])
    pages = [(one, two), (one, two.model_copy(update={"list_number": 1}))]
    with Store(tmp_path, "write") as store:
        for capture_id, cards in zip(ids, pages, strict=True):
            store.pages.add(capture_id, PAGE.model_copy(update={"cards": cards}))
        assert [s.list_number for s in store.cards.sightings()] == [0, 0, 0, 1]
        assert [row["list_number"] for row in store.db.query("SELECT * FROM cards_as_shown")] == [0, 0, 0, 1]
        assert len(store.cards.by_id()) == 2
        assert len(list(store.db.query("SELECT * FROM card_details"))) == 1
        assert all("list_number" not in row for row in store.rows("cards"))


def test_a_page_that_is_read_into_other_lists_is_due_for_dedupe(tmp_path, make_capture):
    (capture_id,) = fill(tmp_path, [make_capture()])
    boxes = [card.model_copy(update={"list_number": n}) for n, card in enumerate(PAGE.cards)]
    with Store(tmp_path, "write") as store:
        store.pages.add(capture_id, PAGE)
        store.db.execute("DELETE FROM dedupe_changed_captures")
        store.pages.replace({capture_id: PAGE})
        assert store.db.execute("SELECT * FROM dedupe_changed_captures").fetchall() == []
        store.pages.replace({capture_id: PAGE.model_copy(update={"cards": tuple(boxes)})})
        assert store.db.execute("SELECT * FROM dedupe_changed_captures").fetchall() == [(capture_id, 0)]
        assert [s.list_number for s in store.cards.sightings()] == [0, 1]


def test_the_archive_of_an_older_version_is_migrated_even_to_be_read(tmp_path, make_capture):
    fill(tmp_path, [make_capture()])
    path = tmp_path / "archive.db"
    path.unlink()
    db = Database(path)
    migrations.apply(db, stop_before="m002_overrides")
    db.close()
    with Store(tmp_path, "read") as store:
        assert list(store.cards.sightings()) == []
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["archive.db"]


def test_a_full_file_is_followed_by_a_new_one(tmp_path, make_capture, monkeypatch):
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 3000)
    ids = fill(tmp_path, [make_capture(os.urandom(1000), minute) for minute in range(7)])
    found = files.list_files(tmp_path / "warc")
    assert [path.name for path in found] == [f"archiver-{n:05d}.warc.gz" for n in range(1, len(found) + 1)]
    assert len(found) > 2
    assert all(path.stat().st_size <= 3000 for path in found)
    with Store(tmp_path, "read") as store:
        assert all(len(store.captures.read(i).payload) == 1000 for i in ids)
    assert faults(tmp_path) == []


def test_other_readers_find_no_fault(tmp_path, make_capture, make_response):
    fill(
        tmp_path,
        [make_capture(b"one"), make_response(b"two", 1), make_response(b"two", 2), make_capture(b"", 3)],
    )
    for command in (["warcio", "check"], ["fastwarc", "check"]):
        subprocess.run([Path(sys.executable).with_name(command[0]), command[1], warc(tmp_path)], check=True)
    assert gzip.decompress(warc(tmp_path).read_bytes()).count(b"WARC/1.1\r\n") == 5


@pytest.mark.parametrize("lost", [1, 10, 200])
def test_a_torn_end_is_cut_off_and_what_is_before_it_is_recovered(tmp_path, make_capture, lost):
    fill(tmp_path, [make_capture(b"first"), make_capture(b"second", 1)])
    (tmp_path / "archive.db").unlink()
    whole = warc(tmp_path).read_bytes()
    warc(tmp_path).write_bytes(whole[:-lost])
    with Store(tmp_path, "create") as store:
        (recovered,) = store.recovered
        assert recovered.captures == 1
        assert recovered.damage[0].torn
        assert store.captures.add(make_capture(b"second", 1)).new
    assert warc(tmp_path).read_bytes() == whole
    assert faults(tmp_path) == []


def test_records_without_rows_are_recovered(tmp_path, make_capture):
    """The run was killed between the record and its row."""
    fill(tmp_path, [make_capture(b"first")])
    shutil.copy(tmp_path / "archive.db", tmp_path / "before.db")
    fill(tmp_path, [make_capture(b"second", 1), make_capture(b"first", 2)])
    after = rows(tmp_path, "captures")
    (tmp_path / "before.db").rename(tmp_path / "archive.db")
    with Store(tmp_path, "write") as store:
        assert store.recovered[0].captures == 2
        assert len(list(store.pages.unparsed())) == 3
    assert rows(tmp_path, "captures") == after
    assert faults(tmp_path) == []


@pytest.mark.parametrize("position", ["head", "middle"])
def test_damage_in_the_middle_is_reported_and_hides_nothing_behind_it(tmp_path, make_capture, position):
    fill(tmp_path, [make_capture(os.urandom(3000), minute) for minute in range(3)])
    with Store(tmp_path, "read") as store:
        spoilt = next(store.rows("captures"))["warc"]
    data = bytearray(warc(tmp_path).read_bytes())
    at = spoilt["offset"] + (3 if position == "head" else spoilt["length"] // 2)
    data[at] ^= 0xFF
    warc(tmp_path).write_bytes(data)
    assert any(f"byte {spoilt['offset']}" in fault for fault in faults(tmp_path))
    (tmp_path / "archive.db").unlink()
    with Store(tmp_path, "create") as store:
        assert store.recovered[0].captures == 2
        assert not any(span.torn for span in store.recovered[0].damage)
    assert warc(tmp_path).read_bytes() == bytes(data)


def test_a_revisit_without_its_payload_is_no_empty_page(tmp_path, make_capture):
    fill(tmp_path, [make_capture(os.urandom(500))])
    first = warc(tmp_path).read_bytes()
    payload = os.urandom(500)
    fill(tmp_path, [make_capture(payload, 1)])
    middle = warc(tmp_path).stat().st_size
    fill(tmp_path, [make_capture(payload, 2)])
    revisit = warc(tmp_path).read_bytes()[middle:]
    (tmp_path / "archive.db").unlink()
    warc(tmp_path).write_bytes(first + revisit)
    with Store(tmp_path, "create") as store:
        assert sum(recovered.captures for recovered in store.recovered) == 1
        assert sum(len(recovered.damage) for recovered in store.recovered) == 1


def test_verify_reports_a_row_that_was_changed_by_hand(tmp_path, make_capture):
    fill(tmp_path, [make_capture()])
    with contextlib.closing(sqlite3.connect(tmp_path / "archive.db")) as db, db:
        db.execute("UPDATE captures SET url = 'https://elsewhere.example/'")
    assert any("elsewhere" in fault for fault in faults(tmp_path))


def test_verify_reports_a_missing_and_a_foreign_file(tmp_path, make_capture):
    fill(tmp_path, [make_capture()])
    warc(tmp_path).rename(tmp_path / "warc" / "somebody.warc.gz")
    found = faults(tmp_path)
    assert any("is missing" in fault for fault in found)
    assert any("somebody.warc.gz: is none of" in fault for fault in found)


def test_a_file_that_is_begun_meanwhile_is_no_fault(tmp_path, make_capture, monkeypatch):
    with Store(tmp_path, "create"):
        pass
    listed = files.list_files

    def before_one_is_begun(folder):
        monkeypatch.undo()
        found = listed(folder)
        fill(tmp_path, [make_capture()])
        return found

    with Store(tmp_path, "read") as store:
        monkeypatch.setattr(files, "list_files", before_one_is_begun)
        assert list(verify(store)) == []
    assert faults(tmp_path) == []


def test_nothing_is_appended_to_a_file_that_lost_its_end(tmp_path, make_capture):
    fill(tmp_path, [make_capture(os.urandom(500))])
    with warc(tmp_path).open("r+b") as file:
        file.truncate(300)
    with pytest.raises(CorruptError, match="rebuild"):
        fill(tmp_path, [make_capture(b"next", 1)])
    assert warc(tmp_path).stat().st_size == 300


def test_files_that_were_begun_in_vain_are_of_the_same_archive(tmp_path, make_capture, monkeypatch):
    """The disk is full after the first record of a file: each try begins another one."""
    written = files.append

    def full(path, offset, data):
        if offset:
            raise StoreError("the disk is full")
        written(path, offset, data)

    with Store(tmp_path, "create") as store:
        monkeypatch.setattr(files, "append", full)
        for minute in range(2):
            with pytest.raises(StoreError):
                store.captures.add(make_capture(minutes=minute))
        monkeypatch.undo()
        store.captures.add(make_capture())
    assert len(files.list_files(tmp_path / "warc")) == 3
    for database in ("there", "lost"):
        if database == "lost":
            (tmp_path / "archive.db").unlink()
        with Store(tmp_path, "create") as store:
            assert not any(recovered.refused for recovered in store.recovered)
        assert len(rows(tmp_path, "captures")) == 1
        assert faults(tmp_path) == []


def test_there_must_be_an_archive_to_read(tmp_path):
    with pytest.raises(ConfigError, match="no archive here"), Store(tmp_path / "none", "read"):
        pass
    assert not (tmp_path / "none").exists()


def test_a_file_that_is_no_database(tmp_path):
    (tmp_path / "archive.db").write_bytes(b"not a database at all " * 100)
    for mode in ("read", "write", "create"):
        with pytest.raises(CorruptError, match="rebuild"), Store(tmp_path, mode):
            pass


def test_a_database_with_a_torn_page(tmp_path, make_capture):
    with Store(tmp_path, "create") as store:
        for minute in range(200):
            store.pages.add(store.captures.add(make_capture(str(minute).encode(), minute)).id, PAGE)
    data = bytearray((tmp_path / "archive.db").read_bytes())
    data[8192:40960] = b"\xff" * (40960 - 8192)
    (tmp_path / "archive.db").write_bytes(data)
    with pytest.raises(CorruptError, match="rebuild"), Store(tmp_path, "read") as store:
        list(store.rows("captures"))


def test_an_archive_of_a_newer_version(tmp_path, make_capture):
    fill(tmp_path, [make_capture()])
    with contextlib.closing(sqlite3.connect(tmp_path / "archive.db")) as db, db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('archiver', 'm999', '')"
        )
    with pytest.raises(SchemaTooNewError, match="upgrade archiver"), Store(tmp_path, "read"):
        pass


def test_a_database_that_another_process_is_writing(tmp_path, make_capture, monkeypatch):
    fill(tmp_path, [make_capture()])
    monkeypatch.setattr("archiver.store.db.database.LOCK_TIMEOUT_S", 0.01)
    with contextlib.closing(sqlite3.connect(tmp_path / "archive.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="another process"):
            fill(tmp_path, [make_capture(b"next", 1)])
    fill(tmp_path, [make_capture(b"next", 1)])
    assert len(rows(tmp_path, "captures")) == 2


def test_at_rest_an_archive_is_one_database_file(tmp_path, make_capture):
    fill(tmp_path, [make_capture()])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive.db", "warc"]
    with contextlib.closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_the_log_of_a_large_transaction_does_not_stay(tmp_path):
    log = tmp_path / "archive.db-wal"
    with Store(tmp_path, "create") as store:
        store.db.execute("CREATE TABLE filling (filling)")
        with store.atomic():
            store.db.execute("INSERT INTO filling VALUES (zeroblob(?))", (20 << 20,))
        assert log.stat().st_size > 20 << 20
        for _ in range(3):
            store.thresholds.add(70)
        assert log.stat().st_size <= LOG_BYTES


def test_every_foreign_key_is_declared_and_holds(tmp_path, make_capture):
    fill(tmp_path, [make_capture()])
    with contextlib.closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        keys = {
            (table, row[3]) for table in tables for row in db.execute(f"PRAGMA foreign_key_list({table})")
        }
        columns = {
            (table, row[1])
            for table in tables
            for row in db.execute(f"PRAGMA table_info({table})")
            if row[1].endswith("_id")
        }
    assert columns == keys
