"""CDXJ and WACZ: an archive that other programs of web archiving can open."""

import gzip
import json
import zipfile

import pytest

from archiver import Archive, ImportOptions
from archiver.errors import ConfigError, CorruptError
from archiver.export import cdxj, wacz
from archiver.rows import IndexRow
from tests.paths import ROOT
from tests.wacz import wacz_faults

SAMPLE = ROOT / "data" / "sample"
BASE = "https://harbour.example/"


@pytest.fixture
def archive(tmp_path):
    archive = Archive(tmp_path / "archive")
    archive.crawl(SAMPLE, imports=ImportOptions(base_url=BASE))
    return archive


def lines_of(archive):
    return b"".join(archive.export_iter("captures", "cdxj")).decode().splitlines()


def entry_of(line):
    return json.loads(line.split(" ", 2)[2])


def pages_of(path):
    with zipfile.ZipFile(path) as file:
        return [json.loads(line) for line in file.read("pages/pages.jsonl").splitlines()][1:]


def test_the_index_names_every_capture_and_its_record(archive):
    lines = lines_of(archive)
    assert lines == sorted(lines, key=str.encode)
    entries = {(entry["url"], line.split(" ")[1]): entry for line in lines for entry in [entry_of(line)]}
    for row in archive.rows("captures"):
        stamp = "".join(filter(str.isdigit, row["captured_at"]))
        assert entries.pop((row["url"], stamp)) == {
            "url": row["url"],
            "mime": row["media_type"],
            "digest": row["digest"],
            "length": str(row["warc"]["length"]),
            "offset": str(row["warc"]["offset"]),
            "filename": row["warc"]["file"],
        }
    assert entries == {}


def test_a_revisit_is_one_and_a_304_has_no_status():
    row = IndexRow("http://a.example/", "2026-01-02T03:04:05Z", 0, "text/html", 200, "sha256:0", "f", 1, 2)
    assert cdxj.cdxj_line(row) == (
        'example,a)/ 20260102030405 {"url": "http://a.example/", "mime": "text/html", "status": "200",'
        ' "digest": "sha256:0", "length": "2", "offset": "1", "filename": "f"}'
    )
    confirmed = entry_of(cdxj.cdxj_line(row._replace(is_revisit=1, status=304)))
    assert confirmed["mime"] == "warc/revisit"
    assert "status" not in confirmed
    assert entry_of(cdxj.cdxj_line(row._replace(status=304)))["status"] == "304"
    assert "mime" not in entry_of(cdxj.cdxj_line(row._replace(media_type=None)))


def test_a_wacz_holds_the_files_the_index_and_the_listings(archive, tmp_path):
    path = archive.export("captures", tmp_path / "a.wacz")
    assert wacz_faults(path) == []
    with zipfile.ZipFile(path) as file:
        warcs = {name for name in file.namelist() if name.startswith("archive/")}
        assert warcs == {f"archive/{warc.name}" for warc in (archive.folder / "warc").iterdir()}
        index = gzip.decompress(file.read("indexes/index.cdx.gz"))
    assert index == b"".join(archive.export_iter("captures", "cdxj"))
    pages = pages_of(path)
    assert {page["url"].removeprefix(BASE) for page in pages} == {
        "index.html",
        "page/2/index.html",
        "index.txt",
    }  # the feed is none that a person looks at
    assert pages[1]["title"] == "Harbour Notes, page 2"
    assert "title" not in pages[-1]


def test_the_same_archive_is_the_same_wacz(archive, tmp_path):
    first = archive.export("captures", tmp_path / "a.wacz").read_bytes()
    assert b"".join(archive.export_iter("captures", "wacz")) == first
    archive.rebuild()
    assert archive.export("captures", tmp_path / "b.wacz").read_bytes() == first


def test_a_long_index_is_compressed_in_blocks(archive, tmp_path, monkeypatch):
    monkeypatch.setattr(cdxj, "_BLOCK_LINES", 3)
    path = archive.export("captures", tmp_path / "a.wacz")
    assert wacz_faults(path) == []
    with zipfile.ZipFile(path) as file:
        assert len(file.read("indexes/index.idx").splitlines()) == 1 + 3


def test_card_records_are_in_neither_and_pages_without_a_url_in_the_index_alone(archive, tmp_path, caplog):
    (tmp_path / "cards.jsonl").write_text(
        f'{{"title": "A card", "url": "{BASE}a", "capture_url": "{BASE}", "captured_at": "20260102030405"}}\n'
    )
    archive.crawl([tmp_path / "cards.jsonl", SAMPLE / "20260317080000"])
    path = archive.export("captures", tmp_path / "a.wacz")
    assert "not in the index: 1 of card records" in caplog.text
    assert wacz_faults(path) == []
    assert not any(entry_of(line)["url"] == BASE for line in lines_of(archive))
    assert any(line.startswith("file:/") for line in lines_of(archive))
    assert not any(page["url"].startswith("file:") for page in pages_of(path))


def test_a_file_that_was_there_stays_where_a_warc_file_is_cut_short(archive, tmp_path):
    path = tmp_path / "a.wacz"
    path.write_bytes(b"before")
    (warc,) = (archive.folder / "warc").iterdir()
    warc.write_bytes(warc.read_bytes()[:-10])
    with pytest.raises(CorruptError, match="ends 10 bytes early"):
        archive.export("captures", path)
    assert path.read_bytes() == b"before"
    assert list(tmp_path.glob("*.part")) == []


def test_what_is_stored_meanwhile_is_in_the_warc_files_alone(archive, tmp_path):
    """An export goes on with the records that its index names, while a crawl appends others."""
    pieces = archive.export_iter("captures", "wacz")
    begun = next(pieces)
    Archive(archive.folder).crawl(SAMPLE / "20260317080000")
    path = tmp_path / "a.wacz"
    path.write_bytes(begun + b"".join(pieces))
    assert wacz_faults(path) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("wacz", "-o", "a.wacz"),
        ("captures", "-o", "a.wacz"),
        ("-o", "a.wacz"),
        ("--format", "wacz", "-o", "a.wacz"),
        ("wacz", "-o", "a.zip"),
    ],
)
def test_the_format_is_named_by_the_argument_the_option_or_the_ending(
    archive, run, tmp_path, monkeypatch, arguments
):
    monkeypatch.chdir(tmp_path)
    assert run("--archive", archive.folder, "export", *arguments).code == 0
    assert wacz_faults(tmp_path / arguments[-1]) == []
    assert run("--archive", archive.folder, "export", "wacz").out == (tmp_path / arguments[-1]).read_bytes()


def test_rows_have_no_format_of_web_archives(archive, run):
    with pytest.raises(ConfigError, match="holds captures, not posts"):
        archive.export_iter("posts", "cdxj")
    on = ("--archive", archive.folder, "export")
    assert run(*on, "cards", "-o", "a.wacz").code == 2
    assert run(*on, "wacz", "--format", "csv").code == 2


@pytest.mark.parametrize(
    ("name", "change", "fault"),
    [
        ("pages/pages.jsonl", None, "pages/pages.jsonl: is missing"),
        ("archive/archiver-00001.warc.gz", zipfile.ZIP_DEFLATED, "is deflated"),
        ("indexes/index.cdx.gz", zipfile.ZIP_DEFLATED, "is deflated"),
    ],
)
def test_the_check_finds_what_a_validator_misses(archive, tmp_path, name, change, fault):
    path = archive.export("captures", tmp_path / "a.wacz")
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(tmp_path / "b.wacz", "w") as other:
        for entry in whole.infolist():
            if entry.filename != name:
                other.writestr(entry, whole.read(entry))
            elif change is not None:
                other.writestr(entry, whole.read(entry), compress_type=change)
    (found,) = wacz_faults(tmp_path / "b.wacz")
    assert fault in found


def test_an_empty_archive_is_a_wacz_without_pages(tmp_path):
    parts = wacz.WaczParts(pages=(), index_lines=(), warcs=(), created=None, software="x")
    path = tmp_path / "a.wacz"
    path.write_bytes(b"".join(wacz.write_wacz(parts)))
    assert pages_of(path) == []
