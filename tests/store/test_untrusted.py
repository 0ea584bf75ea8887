"""An archive that somebody else made: its database names files, and its folder holds links."""

import contextlib
import gzip
import os
import sqlite3

import pytest

from archiver.archive import Archive
from archiver.errors import ArchiverError, CorruptError, StoreError
from archiver.store import Store
from archiver.store.warc import files

BEGINNING = gzip.compress(os.urandom(200))[:100]
NAMES = [
    "../../outside.warc.gz",
    "../warc/archiver-00001.warc.gz",
    "/etc/passwd",
    "archiver-00001.warc.gz\n",
    "archiver-00001.warc.gz/../../outside.warc.gz",
    "archiver-٠٠٠٠١.warc.gz",
    "archiver-00001.warc.gz\0",
    "",
    7,
    b"archiver-00001.warc.gz",
]


@pytest.fixture
def archive(tmp_path, make_capture):
    folder = tmp_path / "archive"
    with Store(folder, "create") as store:
        store.captures.add(make_capture(os.urandom(500)))
    return Archive(folder)


@pytest.fixture
def outside(tmp_path, archive):
    """A file of somebody else, which looks like a torn WARC file."""
    path = tmp_path / "outside.warc.gz"
    path.write_bytes((archive.folder / "warc" / files.file_name(1)).read_bytes() + BEGINNING)
    return path


def execute(archive, sql, *values):
    with contextlib.closing(sqlite3.connect(archive.folder / "archive.db")) as db, db:
        db.execute(sql, values)


def use(archive, make_capture):
    """Everything that opens a WARC file."""
    for act in (
        lambda: list(archive.verify_iter()),
        archive.dedupe,
        archive.reparse,
        lambda: archive.dedupe(threshold=60),
    ):
        with contextlib.suppress(ArchiverError):
            act()
    with contextlib.suppress(ArchiverError), Store(archive.folder, "write") as store:
        store.captures.add(make_capture(os.urandom(500), 1))
    with Store(archive.folder, "read") as store:
        for capture_id in range(1, store.captures.last_id() + 1):
            with contextlib.suppress(ArchiverError):
                store.captures.read(capture_id)


@pytest.mark.parametrize("name", NAMES, ids=repr)
@pytest.mark.parametrize("length", [0, 100, 10**6])
def test_no_name_in_the_database_leads_out_of_the_folder(archive, outside, make_capture, name, length):
    before = outside.read_bytes()
    execute(archive, "UPDATE warc_files SET name = ?, length = ?", name, length)
    use(archive, make_capture)
    assert outside.read_bytes() == before
    assert {path.name for path in outside.parent.iterdir()} == {"archive", "outside.warc.gz"}
    with Store(archive.folder, "read") as store, pytest.raises(CorruptError, match="no archiver wrote"):
        store.captures.read(1)


def test_a_rebuild_makes_an_archive_of_its_records(archive):
    execute(archive, "UPDATE warc_files SET name = '../outside'")
    archive.rebuild()
    assert list(archive.verify()) == []
    assert len(list(archive.rows("captures"))) == 1


def test_a_link_in_the_folder_is_not_written_through(archive, outside, make_capture):
    before = outside.read_bytes()
    link = archive.folder / "warc" / files.file_name(1)
    link.unlink()
    link.symlink_to(outside)
    with pytest.raises(StoreError):
        archive.dedupe()  # the torn end would be cut off
    with pytest.raises(StoreError), Store(archive.folder, "write") as store:
        store.captures.add(make_capture(b"next", 1))
    assert outside.read_bytes() == before


def test_what_is_no_file_is_not_opened(archive):
    """To open a pipe would wait for ever."""
    os.mkfifo(archive.folder / "warc" / files.file_name(2))
    archive.dedupe()
    assert any("archiver-00002" in fault for fault in archive.verify())


PLACES = {
    ("captures", "warc_offset"): "UPDATE captures SET warc_offset = ?",
    ("captures", "warc_length"): "UPDATE captures SET warc_length = ?",
    ("payloads", "warc_offset"): "UPDATE payloads SET warc_offset = ?",
    ("payloads", "warc_length"): "UPDATE payloads SET warc_length = ?",
}


@pytest.mark.parametrize("value", [-1, 2**62, "text", b"blob", 0.5])
@pytest.mark.parametrize(("table", "column"), PLACES)
def test_a_place_that_is_none_is_a_damaged_archive(archive, table, column, value):
    execute(archive, PLACES[table, column], value)
    if table == "captures":
        with Store(archive.folder, "read") as store, pytest.raises(CorruptError):
            store.captures.read(1)
    assert list(archive.verify())


@pytest.mark.parametrize("value", [-1, 2**62, "text", b"blob", 0.5, 2**63 - 1])
@pytest.mark.parametrize(("table", "column"), PLACES)
def test_a_place_that_is_none_proves_nothing(archive, make_capture, table, column, value):
    """Where a record is damaged, and the database knows no id of the file."""
    with Store(archive.folder, "write") as store:
        for minute in range(5):
            store.captures.add(make_capture(os.urandom(500), minute))
    execute(archive, "UPDATE warc_files SET warcinfo = NULL, archive = NULL")
    execute(archive, PLACES[table, column], value)
    path = archive.folder / "warc" / files.file_name(1)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(data)
    assert list(archive.verify())
    with contextlib.suppress(CorruptError):
        archive.dedupe()
    archive.rebuild()
    assert len(list(archive.rows("captures"))) in (5, 6)


def test_the_database_of_another_program_is_left_alone(tmp_path):
    (tmp_path / "archive").mkdir()
    path = tmp_path / "theirs.db"
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE bookmarks (url TEXT)")
    before = path.read_bytes()
    (tmp_path / "archive" / "archive.db").symlink_to(path)
    for mode in ("read", "write", "create"):
        with pytest.raises(CorruptError, match="another program"), Store(tmp_path / "archive", mode):
            pass
    assert path.read_bytes() == before


def test_a_schema_by_another_hand_calls_no_function_of_ours(archive):
    execute(archive, "CREATE TRIGGER theirs AFTER INSERT ON posts BEGIN SELECT indexed(NEW.title); END")
    execute(archive, "DROP VIEW cards_as_shown")
    execute(archive, "CREATE VIEW cards_as_shown AS SELECT indexed(url) FROM captures")
    with Store(archive.folder, "write") as store, pytest.raises(sqlite3.Error, match="unsafe use"):
        store.db.execute("SELECT * FROM cards_as_shown").fetchall()
