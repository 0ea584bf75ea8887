"""WARC files that stay where they are: the archive keeps where the payloads are, and checks them."""

import gzip

import pytest

from tests.servers import LISTING
from tests.warcs import LISTING_URL, arc, http, members, record, sha1, wacz

PAGE = record(block=http(LISTING, Server="some"), WARC_Record_ID="<urn:uuid:page>")
MISSING = record(url=f"{LISTING_URL}3", block=http(b"<p>gone", status="404 Not Found"))
CUT = record(url=f"{LISTING_URL}4", block=http(LISTING[:-100]), WARC_Truncated="length")
AGAIN = record(
    "revisit",
    block=http(),
    date="2026-03-02T12:00:00Z",
    WARC_Profile="http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
    WARC_Payload_Digest=sha1(LISTING),
)
FILE = members(PAGE, MISSING, AGAIN, CUT)


@pytest.fixture
def on(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: run("--archive", "archive", *arguments)


def rows(on):
    """The captures as they are exported, but for where their records are."""
    exported = on("export", "captures", "--format", "jsonl").rows()
    return [{name: value for name, value in row.items() if name not in ("warc", "path")} for row in exported]


FILES = {
    "a.warc.gz": FILE,
    "a.warc": PAGE + MISSING + AGAIN + CUT,
    "a.arc": arc((LISTING_URL, http(LISTING))),
    "r.warc": record("resource", block=LISTING, Content_Type="text/html"),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("form", ["relative", "absolute"])
def test_the_archive_is_the_same_but_for_the_payloads(on, run, tmp_path, monkeypatch, name, form):
    (tmp_path / name).write_bytes(FILES[name])
    source = tmp_path / name if form == "absolute" else name
    left = on("crawl", source, "--in-place")
    copied = run("--archive", "copied", "crawl", name)
    assert (left.code, left.err.splitlines()[-1]) == (copied.code, copied.err.splitlines()[-1])
    expected = [
        {key: value for key, value in row.items() if key not in ("warc", "path")}
        for row in run("--archive", "copied", "export", "captures", "--format", "jsonl").rows()
    ]
    assert rows(on) == expected
    ours = gzip.decompress((tmp_path / "archive/warc/archiver-00001.warc.gz").read_bytes())
    assert LISTING not in ours
    cards = on("export", "cards").out
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    archive = ("--archive", tmp_path / "archive")
    assert run(*archive, "verify").code == 0
    assert run(*archive, "rebuild").code == 0
    assert run(*archive, "verify").code == 0
    monkeypatch.chdir(tmp_path)
    assert rows(on) == expected
    monkeypatch.setattr("archiver.crawl.reading.PARSER_VERSION", 99)
    assert on("reparse").code == 0
    copied = run("--archive", "copied", "rebuild")
    assert on("export", "cards").out == run("--archive", "copied", "export", "cards").out != cards


def test_a_file_that_is_gone_or_changed_is_said_and_what_was_read_is_kept(on, tmp_path):
    file = tmp_path / "a.warc.gz"
    file.write_bytes(members(PAGE))
    on("crawl", "a.warc.gz", "--in-place")
    on("dedupe")
    before = on("export", "posts").out
    file.rename(tmp_path / "b")
    gone = on("verify")
    assert gone.code == 1
    assert b"a.warc.gz: No such file or directory; captures of this archive have their" in gone.out
    file.write_bytes(members(record(block=http(LISTING + b"<p>changed"))))
    assert b"a.warc.gz: byte 0: is not the record that was imported; put the file back" in on("verify").out
    file.write_bytes(b"no WARC")
    assert on("verify").code == 1
    assert on("rebuild").code == 1
    assert on("export", "posts").out == before
    (tmp_path / "b").rename(file)
    assert on("rebuild").code == 0
    assert on("verify").code == 0
    assert on("export", "posts").out == before


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.warc.gz", gzip.compress(PAGE + MISSING)),
        ("a.wacz", wacz({"a.warc.gz": members(PAGE)})),
    ],
    ids=["one member for all", "in a zip"],
)
def test_what_cannot_be_found_again_is_refused(on, tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    ran = on("crawl", name, "--in-place")
    assert ran.code == 1
    assert (
        "cannot be left in place: its records share a gzip member, or are in a zip file; import it" in ran.err
    )
    assert rows(on) == []


def test_a_copy_and_a_reference_are_one_capture(on, tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(members(PAGE))
    on("crawl", "a.warc.gz", "--in-place")
    assert "1 captures (0 new)" in on("crawl", "a.warc.gz").err
    (tmp_path / "b.warc").write_bytes(record(url=f"{LISTING_URL}b", block=http(LISTING)))
    assert "1 captures (1 new)" in on("crawl", "b.warc").err  # a revisit of the record that is elsewhere
    assert on("verify").code == 0
    assert on("rebuild").code == 0
    assert len(rows(on)) == 2
