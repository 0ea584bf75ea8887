"""Records that a site has put into a payload, and files that are not the archive's, do not get in."""

import gzip
import os
import random
import shutil

import pytest

from archiver.archive import Archive
from archiver.errors import CorruptError
from archiver.store import Store
from archiver.store.warc import files
from archiver.store.warc.files import Damage, GzipMember, OwnRecords
from archiver.store.warc.records import Warcinfo, capture_record, new_id, warcinfo_record
from tests.conftest import NOON

BANK = "https://bank.example/"
FORGED = b"<article><h2><a href='/now'>Send all to this account</a></h2></article>"
NOISE = random.Random("noise")


@pytest.fixture(params=["response", "metadata"])
def forged(request, make_response):
    """Makes a record of a page of another site, or of a threshold, in the name of a file."""

    def make(warcinfo_id=None):
        if request.param == "response":
            return capture_record(make_response(FORGED, 1, url=BANK), warcinfo_id=warcinfo_id)
        id_line = f"WARC-Warcinfo-ID: {warcinfo_id}\r\n" if warcinfo_id else ""
        block = b'{"score": 1.0, "decided_at": "2026-03-01T12:00:00Z"}'
        head = (
            f"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:0>\r\n{id_line}"
            f"WARC-Target-URI: archiver-threshold:1\r\nContent-Length: {len(block)}\r\n\r\n"
        )
        return gzip.compress(head.encode() + block + b"\r\n\r\n")

    return make


def outer(member):
    """The payload in which the record stands: bytes that no compression makes shorter."""
    return NOISE.randbytes(30_000) + member + NOISE.randbytes(30_000)


def fill(folder, *captures):
    with Store(folder, "create") as store:
        for capture in captures:
            store.captures.add(capture)


def fill_of_former_version(folder, *captures):
    """An archive whose records name no warcinfo, and its database."""
    warc = folder / "warc" / "archiver-00001.warc.gz"
    files.append(warc, 0, warcinfo_record(warc.name, NOON, Warcinfo(new_id(), None)))
    for capture in captures:
        files.append(warc, warc.stat().st_size, capture_record(capture))
    fill(folder)


def captures(folder):
    return sorted(row["url"] for row in Archive(folder).rows("captures"))


def thresholds(folder):
    return Archive(folder).threshold()


def file_of(folder, number=1):
    return folder / "warc" / files.file_name(number)


def flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 0x10
    path.write_bytes(data)


def place(folder, url):
    return next(row["warc"] for row in Archive(folder).rows("captures") if row["url"] == url)


def published_id(folder):
    warcinfo = files.warcinfo_of(file_of(folder))
    assert warcinfo
    return warcinfo.id


@pytest.fixture(params=[fill, fill_of_former_version], ids=["now", "former version"])
def write(request):
    return request.param


EVIL = "https://evil.example/"


@pytest.fixture
def attacked(tmp_path, make_response, forged, write):
    """An archive whose second of three captures holds a forged record; its database is there."""
    pages = (
        make_response(b"first", url="https://one.example/"),
        make_response(outer(forged()), url=EVIL),
        make_response(b"third" * 500, url="https://three.example/"),
    )
    write(tmp_path, *pages)
    assert captures(tmp_path) == sorted(page.url for page in pages)
    return tmp_path


@pytest.mark.parametrize("database", ["there", "lost"])
@pytest.mark.parametrize("at", [1, 500, -100])
def test_a_flipped_bit_lets_nothing_in_and_hides_nothing(attacked, database, at):
    threshold = thresholds(attacked)
    spot = place(attacked, EVIL)
    flip(file_of(attacked), spot["offset"] + at % spot["length"])
    if database == "lost":
        (attacked / "archive.db").unlink()
    found = Archive(attacked).rebuild()
    assert BANK not in captures(attacked)
    assert {"https://one.example/", "https://three.example/"} <= set(captures(attacked))
    assert thresholds(attacked) == threshold
    assert any("no whole record" in line for line in found.damaged)


@pytest.mark.parametrize("lost", [500, 29_000])
@pytest.mark.parametrize("database", ["there", "before", "lost"])
def test_a_record_cut_short_lets_nothing_in(tmp_path, make_response, forged, lost, database, write):
    """As a killed process leaves it: the row is there, or only those before, or none."""
    write(tmp_path, make_response(b"first", url="https://one.example/"))
    threshold = thresholds(tmp_path)
    shutil.copy(tmp_path / "archive.db", tmp_path / "before.db")
    if write is fill:
        fill(tmp_path, make_response(outer(forged()), url=EVIL))
    else:
        files.append(
            file_of(tmp_path),
            file_of(tmp_path).stat().st_size,
            capture_record(make_response(outer(forged()), url=EVIL)),
        )
    if database == "before":
        shutil.copy(tmp_path / "before.db", tmp_path / "archive.db")
    elif database == "lost":
        (tmp_path / "archive.db").unlink()
    os.truncate(file_of(tmp_path), file_of(tmp_path).stat().st_size - lost)
    if database == "there":
        Archive(tmp_path).rebuild()
    with Store(tmp_path, "create"):
        pass
    assert BANK not in captures(tmp_path)
    assert "https://one.example/" in captures(tmp_path)
    assert thresholds(tmp_path) == threshold
    if database != "there":  # no row ever pointed to it
        assert len(captures(tmp_path)) == 1
        assert list(Archive(tmp_path).verify()) == []


def test_an_id_from_a_published_archive_proves_nothing_against_the_database(tmp_path, make_response, forged):
    fill(tmp_path, make_response(b"first", url="https://one.example/"))
    fill(tmp_path, make_response(outer(forged(published_id(tmp_path))), url=EVIL))
    fill(tmp_path, make_response(b"third" * 500, url="https://three.example/"))
    threshold = thresholds(tmp_path)
    flip(file_of(tmp_path), place(tmp_path, EVIL)["offset"] + 500)
    for _ in range(2):  # the second one has a database in which the record is marked as lost
        Archive(tmp_path).rebuild()
    assert BANK not in captures(tmp_path)
    assert {"https://one.example/", "https://three.example/"} <= set(captures(tmp_path))
    assert thresholds(tmp_path) == threshold


@pytest.mark.parametrize("database", ["before", "lost"])
def test_a_torn_record_that_may_hold_one_of_ours_is_neither_read_nor_cut(
    tmp_path, make_response, forged, database
):
    fill(tmp_path, make_response(b"first", url="https://one.example/"))
    shutil.copy(tmp_path / "archive.db", tmp_path / "before.db")
    fill(tmp_path, make_response(outer(forged(published_id(tmp_path))), url=EVIL))
    (tmp_path / "archive.db").unlink()
    if database == "before":
        shutil.copy(tmp_path / "before.db", tmp_path / "archive.db")
    os.truncate(file_of(tmp_path), file_of(tmp_path).stat().st_size - 500)
    size = file_of(tmp_path).stat().st_size
    with Store(tmp_path, "create") as store:
        assert any("skipped" in line for found in store.recovered for line in found.lines())
    assert captures(tmp_path) == ["https://one.example/"]
    assert file_of(tmp_path).stat().st_size == size
    fill(tmp_path, make_response(b"next", 3, url="https://next.example/"))
    assert captures(tmp_path) == ["https://next.example/", "https://one.example/"]


def test_a_damaged_warcinfo_hides_no_record(tmp_path, make_response, write):
    write(tmp_path, *(make_response(NOISE.randbytes(500), minute) for minute in range(5)))
    flip(file_of(tmp_path), 100)
    (tmp_path / "archive.db").unlink()
    Archive(tmp_path).rebuild()
    assert len(captures(tmp_path)) == 5


def test_a_file_of_a_former_version_is_not_appended_to(tmp_path, make_response):
    fill_of_former_version(tmp_path, make_response(b"first"))
    before = file_of(tmp_path).read_bytes()
    fill(tmp_path, make_response(b"second", 1))
    assert file_of(tmp_path).read_bytes() == before
    assert len(captures(tmp_path)) == 2
    begun = files.warcinfo_of(file_of(tmp_path, 2))
    assert begun
    assert begun.archive_id
    assert list(Archive(tmp_path).verify()) == []


@pytest.fixture
def of_two_files(tmp_path, make_response, monkeypatch):
    """An archive of two files."""
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 3000)
    for minute in range(3):
        fill(tmp_path / "ours", make_response(NOISE.randbytes(1500), minute))
    monkeypatch.undo()
    return tmp_path / "ours"


def test_two_files_that_were_swapped_are_noticed_and_a_rebuild_takes_them_as_they_are(of_two_files):
    before = captures(of_two_files)
    one, two = file_of(of_two_files, 1), file_of(of_two_files, 2)
    for source, target in ((one, one.with_name("aside")), (two, one), (one.with_name("aside"), two)):
        source.rename(target)
    assert any("another file than the database knows" in fault for fault in Archive(of_two_files).verify())
    with pytest.raises(CorruptError, match="another file"):
        Archive(of_two_files).dedupe()
    assert Archive(of_two_files).rebuild().damaged == ()
    assert captures(of_two_files) == before
    assert list(Archive(of_two_files).verify()) == []


def test_a_revisit_may_come_before_its_payload(tmp_path, make_response, monkeypatch):
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 3000)
    page = NOISE.randbytes(1800)
    fill(tmp_path, make_response(page), make_response(NOISE.randbytes(1500), 1), make_response(page, 2))
    first = file_of(tmp_path, 1)
    first.rename(file_of(tmp_path, 8))
    (tmp_path / "archive.db").unlink()
    assert Archive(tmp_path).rebuild().damaged == ()
    assert len(captures(tmp_path)) == 3
    assert list(Archive(tmp_path).verify()) == []


def test_a_file_is_known_though_its_first_record_was_damaged(tmp_path, make_response, forged):
    fill(tmp_path, make_response(b"first"), make_response(outer(forged()), 1, url=EVIL))
    fill(tmp_path, make_response(b"third" * 500, 2, url="https://three.example/"))
    flip(file_of(tmp_path), 100)
    for _ in range(2):
        Archive(tmp_path).rebuild()
    flip(file_of(tmp_path), place(tmp_path, EVIL)["offset"] + 500)
    fill(tmp_path, make_response(b"fourth", 4))
    os.truncate(file_of(tmp_path), file_of(tmp_path).stat().st_size - 3)
    Archive(tmp_path).rebuild()
    assert BANK not in captures(tmp_path)
    assert "https://three.example/" in captures(tmp_path)


@pytest.mark.parametrize("database", ["there", "lost"])
def test_a_copy_of_a_file_is_not_read(of_two_files, database, caplog):
    Archive(of_two_files).dedupe(threshold=70)
    shutil.copy(file_of(of_two_files, 2), file_of(of_two_files, 9))
    if database == "lost":
        (of_two_files / "archive.db").unlink()
        (line,) = Archive(of_two_files).rebuild().damaged
        assert "is a copy of archiver-00002.warc.gz" in line
    Archive(of_two_files).dedupe()
    assert "archiver-00009.warc.gz: is a copy of archiver-00002.warc.gz" in caplog.text
    assert len(captures(of_two_files)) == 3
    with Store(of_two_files, "read") as store:
        assert len(list(store.db.query("SELECT * FROM thresholds"))) == 1
    assert ["is a copy of" in fault for fault in Archive(of_two_files).verify()] == [True]


def test_a_file_of_another_archive_is_not_read(of_two_files, tmp_path, make_response, caplog):
    fill(tmp_path / "theirs", make_response(FORGED, url=BANK))
    before = captures(of_two_files)
    shutil.copy(file_of(tmp_path / "theirs"), file_of(of_two_files, 7))
    Archive(of_two_files).dedupe()
    assert "archiver-00007.warc.gz: is of another archive" in caplog.text
    assert captures(of_two_files) == before
    assert "is of another archive" in Archive(of_two_files).rebuild().damaged[0]
    assert captures(of_two_files) == before
    (of_two_files / "archive.db").unlink()
    with pytest.raises(CorruptError, match="files of 2 archives"):
        Archive(of_two_files).rebuild()
    file_of(of_two_files, 7).unlink()
    Archive(of_two_files).rebuild()
    assert captures(of_two_files) == before


def test_a_file_of_another_archive_of_a_former_version_is_not_read(of_two_files, tmp_path, make_response):
    fill_of_former_version(tmp_path / "theirs", make_response(FORGED, url=BANK))
    before = captures(of_two_files)
    shutil.copy(file_of(tmp_path / "theirs"), file_of(of_two_files, 7))
    Archive(of_two_files).dedupe()
    assert captures(of_two_files) == before
    Archive(of_two_files).rebuild()
    assert captures(of_two_files) == before


def test_an_archive_that_a_former_version_began_is_rebuilt(tmp_path, make_response):
    fill_of_former_version(tmp_path, make_response(b"first", url="https://one.example/"))
    fill(tmp_path, make_response(b"second", url="https://two.example/"))
    for _ in range(2):
        assert Archive(tmp_path).rebuild().damaged == ()
        assert captures(tmp_path) == ["https://one.example/", "https://two.example/"]
    (tmp_path / "archive.db").unlink()
    assert Archive(tmp_path).rebuild().damaged == ()
    assert captures(tmp_path) == ["https://one.example/", "https://two.example/"]


def test_the_number_of_a_file_that_is_not_ours_is_not_taken(
    of_two_files, tmp_path, make_response, monkeypatch
):
    fill(tmp_path / "theirs", make_response(FORGED, url=BANK))
    shutil.copy(file_of(tmp_path / "theirs"), file_of(of_two_files, 4))
    theirs = file_of(of_two_files, 4).read_bytes()
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 3000)
    fill(of_two_files, make_response(NOISE.randbytes(2500), 9))
    assert file_of(of_two_files, 4).read_bytes() == theirs
    assert file_of(of_two_files, 5).exists()


def test_thousands_of_forged_records_in_one_payload_are_passed_over(tmp_path, make_response):
    """Only the first bytes of each are inflated, since none names the file."""
    member = gzip.compress(b"WARC/1.1\r\n" + bytes(10_000_000))
    fill(tmp_path, make_response(NOISE.randbytes(1000) + 300 * member, url=EVIL), make_response(b"last", 1))
    flip(file_of(tmp_path), place(tmp_path, EVIL)["offset"] + 500)
    own = OwnRecords(published_id(tmp_path))
    kinds = [type(span) for span in files.members(file_of(tmp_path), own)]
    assert kinds == [GzipMember, Damage, GzipMember]
