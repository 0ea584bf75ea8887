"""What a repair and a rebuild keep: all that the database still has, though a record is lost."""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys

import pytest

from archiver.archive import Archive
from archiver.errors import CorruptError
from archiver.sources import ImportOptions
from archiver.store import FormerDatabase, NewCapture, Store
from archiver.store.warc import files
from tests.paths import SAMPLE

BASE = ImportOptions(base_url="https://harbour.example/")
COUNTED = ("captures", "cards", "sightings", "posts", "revisions")


@pytest.fixture
def archive(tmp_path):
    archive = Archive(tmp_path / "archive")
    archive.crawl(SAMPLE, imports=BASE)
    archive.dedupe()
    return archive


def counts(archive):
    status = archive.status()
    return {name: getattr(status, name) for name in COUNTED}


def exported(archive, kind):
    return b"".join(archive.export_iter(kind, "jsonl"))


def warc(archive):
    return archive.folder / "warc" / files.file_name(1)


def flip(archive, at):
    data = bytearray(warc(archive).read_bytes())
    data[at] ^= 0x10
    warc(archive).write_bytes(data)


def middle(row):
    return row["warc"]["offset"] + row["warc"]["length"] // 2


def test_a_repair_keeps_what_was_read_of_every_record_that_is_lost(archive):
    before = counts(archive), exported(archive, "posts"), exported(archive, "cards")
    rows = list(archive.rows("captures"))
    for row in rows:
        whole = warc(archive).read_bytes()
        flip(archive, middle(row))
        left = archive.repair()
        assert (counts(archive), exported(archive, "posts"), exported(archive, "cards")) == before
        lost = [fault for fault in left if "lost for good" in fault]
        assert any(row["id"] in fault and f"its cards are kept: {row['cards']}" in fault for fault in lost)
        marked = [one["id"] for one in archive.rows("captures") if "lost" in (one["error"] or "")]
        assert row["id"] in marked
        assert archive.reparse().failed == 0
        assert archive.rebuild().lost == len(marked)
        warc(archive).write_bytes(whole)
        assert archive.repair() == []
        assert not any(one["error"] for one in archive.rows("captures"))
    assert (counts(archive), exported(archive, "posts"), exported(archive, "cards")) == before


def test_a_lost_page_that_is_imported_again_is_whole_again(archive):
    row = next(row for row in archive.rows("captures") if row["cards"])
    flip(archive, middle(row))
    archive.repair()
    summary = archive.crawl(SAMPLE, imports=BASE)
    assert (summary.new, summary.failed) == (0, 0)
    assert not any("lost for good" in fault for fault in archive.verify())
    with Store(archive.folder, "read") as store:
        for capture_id in range(1, store.captures.last_id() + 1):
            store.captures.read(capture_id)


def test_a_lost_payload_is_no_original_of_later_captures(tmp_path, make_response):
    page = os.urandom(500)
    with Store(tmp_path, "create") as store:
        store.captures.add(make_response(page, headers=(("ETag", '"a"'),)))
    archive = Archive(tmp_path)
    archive.dedupe()
    flip(archive, middle(next(archive.rows("captures"))))
    archive.repair()
    with Store(tmp_path, "write") as store:
        assert store.captures.last_payload("https://harbour.example/") is None
        stored = store.captures.add(make_response(page, 1))
        assert store.captures.read(stored.id).payload == page


def test_lost_overrides_and_thresholds_are_recorded_again(archive):
    cards = [row["card_id"] for row in archive.rows("cards")][:2]
    archive.merge(*cards)
    archive.dedupe(threshold=70)
    with Store(archive.folder, "read") as store:
        rows = store.db.execute("SELECT warc_offset FROM overrides UNION SELECT warc_offset FROM thresholds")
        places = [offset for (offset,) in rows]
    assert len(places) == 2
    for offset in places:
        flip(archive, offset + 60)
    posts = exported(archive, "posts")
    left = archive.repair()
    assert left
    assert all("no whole record" in fault for fault in left)
    (archive.folder / "archive.db").unlink()
    archive.rebuild()
    assert archive.threshold() == 70
    assert exported(archive, "posts") == posts


def test_a_file_that_is_missing_keeps_its_rows(archive):
    before = counts(archive)
    archive.dedupe(threshold=70)
    warc(archive).rename(archive.folder / "aside")
    shutil.copy(archive.folder / "aside", warc(archive))
    (archive.folder / "warc" / files.file_name(2)).write_bytes(b"")
    warc(archive).unlink()
    left = archive.repair()
    assert any("is missing" in fault for fault in left)
    assert counts(archive) == before
    archive.dedupe(threshold=80)  # begins another file
    (archive.folder / "aside").rename(warc(archive))
    (archive.folder / "warc" / files.file_name(2)).unlink(missing_ok=True)
    assert archive.repair() == []
    assert counts(archive) == before


def test_the_database_of_another_archive_is_noticed_and_kept(archive, tmp_path, run):
    other = Archive(tmp_path / "other")
    other.crawl(SAMPLE / "20251216080000", imports=BASE)
    other.dedupe()
    before = exported(archive, "posts")
    theirs = (other.folder / "archive.db").read_bytes()
    (archive.folder / "archive.db").write_bytes(theirs)
    for command in (["dedupe"], ["crawl", SAMPLE, "--base-url", BASE.base_url]):
        ran = run("--archive", archive.folder, *command)
        assert ran.code == 1
        assert "another file than the database knows" in ran.err.splitlines()[-1]
    assert run("--archive", archive.folder, "verify").code == 1
    ran = run("--archive", archive.folder, "verify", "--repair")
    assert "is the database of another archive" in ran.err
    assert ran.code == 0
    assert exported(archive, "posts") == before
    (archive.folder / "archive.db.old").replace(other.folder / "archive.db")
    assert other.verify() == []


def test_the_database_of_another_archive_of_a_former_version_is_noticed(archive, tmp_path):
    """It knows no file's id, but which capture comes first in each."""
    other = Archive(tmp_path / "other")
    other.crawl(SAMPLE, imports=ImportOptions(base_url="https://other.example/"))
    with Store(other.folder, "write") as store:
        store.db.execute("UPDATE warc_files SET warcinfo = NULL, archive = NULL")
        store.db.conn.commit()
    before = exported(archive, "posts")
    shutil.copy(other.folder / "archive.db", archive.folder / "archive.db")
    with pytest.raises(CorruptError, match="another file than the database knows"):
        archive.dedupe()
    assert archive.repair() == []
    assert exported(archive, "posts") == before
    assert (archive.folder / "archive.db.old").exists()


def test_a_database_that_cannot_be_read_is_kept_and_said(archive, caplog):
    before = exported(archive, "posts")
    for number in range(2):
        (archive.folder / "archive.db").write_bytes(b"\xff" * (5000 + number))
        rebuilt = archive.rebuild()
        assert rebuilt.kept in ("archive.db.old", "archive.db.old-2")
        assert (archive.folder / rebuilt.kept).stat().st_size == 5000 + number
    assert "cannot be read" in caplog.text
    assert "kept as archive.db.old-2" in caplog.text
    assert exported(archive, "posts") == before


def test_a_database_with_a_torn_table_is_kept_and_said(archive, caplog):
    """It opens, and is found to be damaged only when it is read."""
    path = archive.folder / "archive.db"
    with contextlib.closing(sqlite3.connect(path)) as db:
        pages = dict(db.execute("SELECT name, rootpage FROM sqlite_schema WHERE rootpage"))
        (size,) = db.execute("PRAGMA page_size").fetchone()
    data = bytearray(path.read_bytes())
    data[(pages["frontier"] - 1) * size : pages["frontier"] * size] = b"\xff" * size
    path.write_bytes(data)
    before = exported(archive, "posts")
    assert archive.rebuild().kept
    assert "is damaged" in caplog.text
    assert exported(archive, "posts") == before


KILLED = """
import os, signal, sys
from pathlib import Path
from archiver.archive import Archive

steps = int(sys.argv[2])
def counted(event, _):
    global steps
    if event in ("os.rename", "os.remove", "os.link", "os.truncate"):
        steps -= 1
        if steps == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(counted)
Archive(sys.argv[1]).rebuild()
print("done")
"""


@pytest.mark.parametrize("state", ["whole", "damaged"])
def test_a_rebuild_killed_at_any_step_leaves_a_database(archive, state):
    before = exported(archive, "posts")
    path = archive.folder / "archive.db"
    spoilt = b"\xff" * 5000 if state == "damaged" else path.read_bytes()
    for step in range(1, 50):
        path.write_bytes(spoilt)
        ran = subprocess.run(
            [sys.executable, "-c", KILLED, archive.folder, str(step)], capture_output=True, check=False
        )
        assert path.exists()
        if ran.returncode == 0:
            break
        assert ran.returncode == -signal.SIGKILL
        if state == "whole":
            assert exported(archive, "posts") == before
    else:
        pytest.fail("the rebuild never came to its end")
    assert step > 2
    assert exported(archive, "posts") == before
    assert archive.verify() == []


def test_a_rebuild_beside_another_writer_comes_again(archive, monkeypatch, run):
    monkeypatch.setattr("archiver.store.db.lock.LOCK_TIMEOUT_S", 0.01)
    with Store(archive.folder, "write"):
        ran = run("--archive", archive.folder, "rebuild")
    assert ran.code == 1
    assert "another process is using the archive; try again" in ran.err
    with FormerDatabase(archive.folder):
        ran = run("--archive", archive.folder, "dedupe")
        assert "another process is using the archive; try again" in ran.err
        assert run("--archive", archive.folder, "export", "posts").code == 0


def test_a_page_that_is_lost_before_it_was_read_is_asked_for_again(tmp_path, make_response):
    source = "https://harbour.example/"
    with Store(tmp_path, "create") as store:
        store.frontier.begin(source, max_pages=9, feeds=False)
        entry = store.frontier.take(source)
        store.captures.add_all([NewCapture(make_response(os.urandom(500)), None, entry)])
    archive = Archive(tmp_path)
    flip(archive, middle(next(archive.rows("captures"))))
    archive.repair()
    with Store(tmp_path, "write") as store:
        again = store.frontier.take(source)
    assert again
    assert (again.url, again.capture_id) == (source, None)


def test_an_interrupted_crawl_is_taken_over(archive):
    with Store(archive.folder, "write") as store:
        store.frontier.begin("https://harbour.example/", max_pages=9, feeds=False)
    archive.rebuild()
    assert archive.status().interrupted == 1
    assert json.loads(exported(archive, "captures").splitlines()[0])["error"] is None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE _sqlite_migrations SET name = CAST(x'ccff' AS TEXT) WHERE rowid = 3",
        "UPDATE captures SET captured_at = CAST(x'ccff' AS TEXT)",
        "UPDATE captures SET key = x'00' WHERE id = 1",
        "UPDATE warc_files SET length = 'x'",
        "UPDATE pages SET feeds = 'x', labels = '0001'",
        "UPDATE cards SET tags = '{'",
        "UPDATE payloads SET digest = 7 WHERE id = 1",
    ],
)
@pytest.mark.parametrize("repaired", [Archive.rebuild, Archive.repair])
def test_a_database_is_built_again_whatever_its_cells_hold(archive, change, repaired):
    """SQLite checks no values: any may be of another type, or no text."""
    before = counts(archive), exported(archive, "posts"), exported(archive, "cards")
    with contextlib.closing(sqlite3.connect(archive.folder / "archive.db")) as db, db:
        db.execute(change)
    repaired(archive)
    assert archive.verify() == []
    archive.rebuild()
    assert (counts(archive), exported(archive, "posts"), exported(archive, "cards")) == before


def test_texts_that_are_none_are_damage(archive):
    with contextlib.closing(sqlite3.connect(archive.folder / "archive.db")) as db, db:
        db.execute("UPDATE captures SET url = CAST(x'ccff' AS TEXT)")
    for read in (lambda: list(archive.rows("captures")), archive.verify):
        with pytest.raises(CorruptError, match="rebuild"):
            read()
    with contextlib.closing(sqlite3.connect(archive.folder / "archive.db")) as db, db:
        db.execute("UPDATE _sqlite_migrations SET name = CAST(x'ccff' AS TEXT) WHERE rowid = 3")
    for use in (archive.status, archive.dedupe):
        with pytest.raises(CorruptError, match="rebuild"):
            use()
