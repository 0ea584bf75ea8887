"""Importing WARC, ARC and WACZ files: the same captures as by any door, revisits, counts, interrupts."""

import gzip
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from archiver import Archive, ImportOptions
from archiver.crawl import captures
from tests.servers import LISTING
from tests.warcs import DATE, LISTING_URL, arc, chunked, http, members, record, sha1, wacz

OLDER = (
    LISTING.replace(b"<main", b"<main data-older", 1).replace(b"</title>", b" of last year</title>", 1)
    + b"<p>"
)
ARTICLE = b"<!DOCTYPE html><title>A boat</title><article><h1>A boat</h1><p>" + b"It sails. " * 100
IDENTICAL = {"WARC_Profile": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"}
PAGE = record(block=http(LISTING), WARC_Record_ID="<urn:uuid:page>", WARC_Payload_Digest=sha1(LISTING))
OTHER = record(url=f"{LISTING_URL}2", block=http(OLDER))
LATER = "2026-03-02T12:00:00Z"


def revisit(date=LATER, url=LISTING_URL, block=b"", digest=None, **headers):
    digest = digest or sha1(LISTING)
    return record("revisit", url, block, date, WARC_Payload_Digest=digest, **IDENTICAL, **headers)


@pytest.fixture
def on(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: run("--archive", tmp_path / "archive", *arguments)


@pytest.fixture
def write(tmp_path):
    def written(**files):
        for name, data in files.items():
            path = tmp_path / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    return written


def captures_of(on):
    rows = on("export", "captures", "--format", "jsonl").rows()
    return [(row["url"], row["captured_at"], row["digest"], row["cards"]) for row in rows]


def test_one_page_by_every_door_is_one_capture_with_the_same_cards(on, tmp_path, write):
    write(
        a_warc_gz=members(PAGE),
        b_warc=record(block=http(chunked(LISTING), Transfer_Encoding="chunked"), version="1.1"),
        c_arc_gz=gzip.compress(arc((LISTING_URL, http(LISTING)))),
        d_wacz=wacz({"x.warc.gz": members(PAGE)}),
        e_warc=record("resource", block=LISTING, Content_Type="text/html"),
        **{"20260301120000_html": LISTING},
    )
    cards = set()
    for source in ("a.warc.gz", "b.warc", "c.arc.gz", "d.wacz", "e.warc", "20260301120000.html"):
        ran = on("crawl", source, "--base-url", LISTING_URL)
        new = 1 if source == "a.warc.gz" else 0
        assert f"1 captures ({new} new), 5 cards, 0 failed" in ran.err, ran.err
        assert ran.code == 0
        alone = Archive(tmp_path / "alone" / source)
        alone.crawl(source, imports=ImportOptions(base_url=LISTING_URL))
        alone.dedupe()
        rows = list(alone.rows("cards"))
        cards.add(json.dumps([{**row, "capture": {**row["capture"], "path": None}} for row in rows]))
        assert alone.verify() == []
    alone.rebuild()
    assert list(alone.rows("cards")) == rows
    assert len(cards) == 1


def test_a_record_becomes_ours_with_its_id_and_the_name_of_its_file(on, tmp_path, write):
    write(
        a_warc=record(block=http(LISTING, Server="some", Transfer_Encoding="identity"), WARC_Record_ID="<x>")
    )
    assert on("crawl", tmp_path / "a.warc").code == 0
    (row,) = on("export", "captures", "--format", "jsonl").rows()
    assert (row["path"], row["time_basis"], row["status"]) == ("a.warc", "warc", 200)
    with (tmp_path / "archive/warc/archiver-00001.warc.gz").open("rb") as file:
        (ours,) = ArchiveIterator(file, record_types=WarcRecordType.response)
        assert ours.http_headers["Server"] == "some"
        assert "WARC-Refers-To" not in ours.headers
        facts = json.loads(ours.headers["WARC-JSON-Metadata"])
    assert facts == {"path": "a.warc", "time_basis": "warc", "url_basis": "warc", "record_id": "<x>"}
    before = on("export", "captures").out
    assert on("rebuild").code == 0
    assert on("export", "captures").out == before


@pytest.mark.parametrize(
    "reference",
    [
        {},
        {"WARC_Refers_To_Target_URI": LISTING_URL, "WARC_Refers_To_Date": DATE},
        {"digest": "sha1:OTHERDIGEST", "WARC_Refers_To": "<urn:uuid:page>"},
        {"url": "https://mirror.example/", "WARC_Refers_To_Target_URI": LISTING_URL},
        {"block": http(b"", status="304 Not Modified")},
    ],
    ids=["URL and digest", "URL and time", "record id", "another URL", "not modified"],
)
@pytest.mark.parametrize("place", ["before", "after", "another file", "the archive"])
def test_a_revisit_gets_the_payload_of_its_original(on, write, reference, place):
    again = revisit(**reference)
    files = {
        "before": {"a_warc": PAGE + again},
        "after": {"a_warc": again + PAGE},
        "another file": {"a_warc": again, "b_warc_gz": members(PAGE)},
        "the archive": {"b_warc": PAGE, "a_warc": again},
    }[place]
    write(**files)
    names = [name.replace("_", ".") for name in files]
    for sources in [names] if place != "the archive" else [[name] for name in names]:
        ran = on("crawl", *sources)
        assert ran.code == 0, ran.err
    first, second = captures_of(on)
    url = reference.get("url", LISTING_URL)
    assert second == (url, LATER, *first[2:])
    assert first[3] == 5
    assert on("verify").code == 0
    if place == "before":
        before = on("export", "captures").out
        on("rebuild")
        assert on("export", "captures").out == before


def test_a_revisit_without_an_original_is_said_and_makes_no_page(on, write):
    other = {"WARC_Refers_To_Target_URI": "https://elsewhere.example/", "WARC_Refers_To_Date": DATE}
    write(a_warc=PAGE + revisit(digest=sha1(b"else")) + revisit(digest=sha1(b"more"), **other))
    ran = on("crawl", "a.warc")
    assert ran.code == 1
    assert (
        "a.warc: revisits whose original is neither here nor in the archive: 2 in a.warc; import" in ran.err
    )
    assert len(captures_of(on)) == 1


def test_a_digest_that_does_not_fit_is_no_original(on, write):
    named = {"WARC_Refers_To_Target_URI": LISTING_URL, "WARC_Refers_To_Date": DATE}
    write(a_warc=record(block=http(LISTING)) + revisit(digest=sha1(b"else"), **named))
    assert on("crawl", "a.warc").code == 1
    assert len(captures_of(on)) == 1


def test_a_revisit_of_what_is_passed_over_is_passed_over(on, write):
    image = record(
        url=f"{LISTING_URL}x.png",
        block=http(b"PNG", content_type="image/png"),
        WARC_Payload_Digest="sha1:P",
    )
    write(a_warc=PAGE + image + revisit(url=f"{LISTING_URL}y.png", digest="sha1:P"))
    ran = on("crawl", "a.warc")
    assert ran.code == 0
    assert "records that were passed over: 2 (image/png 1, revisits of such records 1)" in ran.err


def test_statuses_and_damage_are_counted_and_said(on, write):
    missing = record(url=f"{LISTING_URL}3", block=http(b"<p>gone", status="404 Not Found"))
    write(a_warc_gz=members(PAGE, missing) + b"\x1f\x8b\x08\x00damage" + members(OTHER))
    ran = on("crawl", "a.warc.gz")
    assert ran.code == 1
    offset = len(members(PAGE, missing))
    assert f"archiver: a.warc.gz: byte {offset}: damaged gzip data" in ran.err.splitlines()
    assert "archiver: a.warc.gz: responses with an error status, which hold no cards: 404: 1" in ran.err
    assert "3 captures (3 new), 10 cards, 1 failed" in ran.err


def test_a_file_without_pages_has_failed(on, write):
    write(a_warc=record("request", block=b"GET / HTTP/1.1\r\n\r\n"), b_warc=record(block=http(ARTICLE)))
    ran = on("crawl", "a.warc")
    assert ran.code == 1
    assert ran.err.splitlines()[1:3] == [
        "archiver: a.warc: records that were passed over: 1 (request records 1)",
        "archiver: a.warc: holds no pages that were asked for",
    ]
    ran = on("crawl", "b.warc")
    assert ran.code == 1
    assert (
        ran.err.splitlines()[0]
        == f"archiver: b.warc: byte 0: {LISTING_URL}: no cards were found on this page"
    )


def test_listings_alone_are_kept(on, write):
    write(a_warc=PAGE + record(url=f"{LISTING_URL}boat", block=http(ARTICLE)) + OTHER)
    ran = on("crawl", "a.warc", "--listings-only")
    assert ran.code == 0
    assert "archiver: a.warc: pages without cards that were not kept: 1" in ran.err
    assert [url for url, *_ in captures_of(on)] == [LISTING_URL, f"{LISTING_URL}2"]
    assert "2 captures (0 new), 10 cards" in on("crawl", "a.warc", "--listings-only").err
    assert "3 captures (1 new), 10 cards" in on("crawl", "a.warc").err
    again = revisit(url=f"{LISTING_URL}boat", digest=sha1(ARTICLE))
    write(b_warc=record(url=f"{LISTING_URL}boat", block=http(ARTICLE)) + again)
    ran = on("--archive", "another", "crawl", "b.warc", "--listings-only")
    assert (ran.code, "b.warc: none of its pages shows cards" in ran.err) == (1, True)
    assert "passed over: 1 (revisits of what the archive does not hold 1)" in ran.err


def test_patterns_choose_what_is_taken(on, write):
    write(
        a_warc=PAGE + OTHER + record(url=f"{LISTING_URL}x.png", block=http(b"PNG", content_type="image/png"))
    )
    assert on("crawl", "a.warc", "--include", "*/2").code == 0
    assert [url for url, *_ in captures_of(on)] == [f"{LISTING_URL}2"]
    assert "3 captures (2 new)" in on("crawl", "a.warc", "--all").err
    assert "2 captures (0 new)" in on("crawl", "a.warc", "--all", "--exclude", "image/*").err


def test_a_folder_of_mixed_files_is_taken_whole(on, write):
    write(
        all__a_warc_gz=members(PAGE),
        all__deep__b_wacz=wacz({"x.warc.gz": members(OTHER)}),
        all__20260305120000__index_html=LISTING + b"<p>saved",
        all__style_css=b"p {}",
    )
    ran = on("crawl", "all", "--base-url", LISTING_URL)
    assert ran.code == 0
    assert "3 captures (3 new), 15 cards, 0 failed" in ran.err
    assert "all: WARC and WACZ files in this folder: 2" in ran.err
    assert "all: 1 files are no pages and were passed over, such as all/style.css" in ran.err
    assert {row["path"] for row in on("export", "captures", "--format", "jsonl").rows()} == {
        "all/a.warc.gz",
        "all/deep/b.wacz",
        "all/20260305120000/index.html",
    }
    write(only__a_warc=PAGE)
    assert on("crawl", "only").code == 0


def test_a_link_out_of_a_folder_is_not_followed(on, tmp_path, write):
    write(a_warc=PAGE, all__b_warc=OTHER)
    (tmp_path / "all" / "c.warc").symlink_to(tmp_path / "a.warc")
    ran = on("crawl", "all")
    assert (ran.code, "all/c.warc: a link to a file outside all" in ran.err) == (1, True)
    assert len(captures_of(on)) == 1


def test_the_archive_itself_is_no_source(on, write):
    write(a_warc=PAGE)
    on("crawl", "a.warc")
    assert on("crawl", ".").code == 0
    ran = on("crawl", "archive/warc/archiver-00001.warc.gz")
    assert (ran.code, "is a file of this archive" in ran.err) == (1, True)
    assert on("--archive", "another", "crawl", "archive/warc/archiver-00001.warc.gz").code == 0


def test_what_another_archive_wrote_gives_the_same_posts(on, write):
    """Its card records and its revisits, too."""
    write(
        a_warc=PAGE + revisit() + OTHER,
        cards_jsonl=b'{"title": "A boat came back", "url": "https://harbour.example/boat"}\n',
        saved__20260305120000__index_html=LISTING + b"<p>saved",
    )
    on("crawl", "a.warc", "cards.jsonl", "saved", "--base-url", LISTING_URL)
    on("dedupe")
    warc = "archive/warc/archiver-00001.warc.gz"
    assert on("--archive", "another", "crawl", warc).code == 0
    on("--archive", "another", "dedupe")
    assert on("--archive", "another", "export", "posts").out == on("export", "posts").out


def test_hostile_files_are_one_line_each(on, tmp_path, write):
    write(
        a_wacz=wacz({"x.warc.gz": members(PAGE)}, **{"../../evil.html": b"x"}),
        b_wacz=b"PK",
        c_warc=b"<html>",
        d_warc=b"WARC/1.0\r\n" + b"x" * 200_000,
        e_warc=record(block=b"x", **{"Content-Length": "-1"}),
        f_warc_zst=b"\x28\xb5\x2f\xfd",
    )
    (tmp_path / "g.warc").mkdir()
    os.mkfifo(tmp_path / "h.warc")
    for name in (
        "a.wacz",
        "b.wacz",
        "c.warc",
        "d.warc",
        "e.warc",
        "f.warc.zst",
        "g.warc",
        "h.warc",
        "i.warc",
    ):
        ran = on("crawl", name)
        lines = [line for line in ran.err.splitlines() if "a new archive is begun" not in line]
        assert (ran.code, len(lines)) == (1, 2), ran.err
    assert sorted(path.name for path in tmp_path.iterdir() if "evil" in path.name) == []


def test_a_file_of_nothing_but_damage_has_few_lines(on, write):
    write(a_warc=PAGE + b"WARC/1.0\r\nno length\r\n\r\n" * 150)
    ran = on("crawl", "a.warc")
    assert (ran.code, len(ran.err.splitlines())) == (1, 103)
    assert "archiver: a.warc: 50 more faults like these" in ran.err.splitlines()


def test_inspect_names_the_way(on, write):
    write(a_warc=PAGE)
    ran = on("inspect", "a.warc")
    assert ran.code == 2
    assert "a.warc: holds many captures, not one page (`archiver crawl`)" in ran.err


def test_an_interrupted_import_counts_what_was_kept(on, tmp_path):
    many = 400
    pages = [record(url=f"{LISTING_URL}{n}", block=http(LISTING + b"<p>%d" % n)) for n in range(many)]
    (tmp_path / "a.warc.gz").write_bytes(members(*pages))
    command = [sys.executable, "-m", "archiver", "--archive", tmp_path / "archive", "crawl", "a.warc.gz"]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=tmp_path)
    database = tmp_path / "archive" / "archive.db"

    def kept():
        try:
            with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
                return db.execute("SELECT count(*) FROM captures").fetchone()[0]
        except sqlite3.Error:
            return 0

    while running.poll() is None and not kept():
        time.sleep(0.001)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=120)
    assert (running.returncode, "interrupted; what was captured is kept" in told) == (130, True), told
    assert re.findall(r"(\d+) captures", told) == [str(kept())]
    assert 0 < kept() < many
    again = on("crawl", "a.warc.gz")
    assert (again.code, f"{many} captures" in again.err) == (0, True)
    assert f"{5 * many} cards" in again.err


def test_few_captures_are_in_memory_at_once(tmp_path, monkeypatch, write):
    """Two batches, however many the file holds."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(captures, "BATCH_BYTES", 2 * len(LISTING))
    write(
        a_warc=b"".join(record(url=f"{LISTING_URL}{n}", block=http(LISTING + b"%d" % n)) for n in range(40))
    )
    ahead = 0
    most = 0
    real = captures._batches

    def counted(found, at_once):
        nonlocal ahead, most
        for batch in real(found, at_once):
            ahead += len(batch)
            most = max(most, ahead)
            yield batch

    monkeypatch.setattr(captures, "_batches", counted)
    for _ in Archive("archive").crawl_iter("a.warc"):
        ahead -= 1
    assert (ahead, most <= 10) == (0, True)


ODD = "é\x01 日\x7f\u2028\ufffd"


@pytest.mark.parametrize("in_place", [(), ("--in-place",)], ids=["copied", "in place"])
@pytest.mark.parametrize("kind", ["response", "resource"])
def test_odd_texts_in_heads_are_kept_and_verified(on, write, kind, in_place):
    """What other programs wrote into their heads goes into ours, whatever it is."""
    block = http(LISTING, X_Odd=ODD, status=f"200 {ODD}") if kind == "response" else LISTING
    odd = record(
        kind,
        "https://harbour.example/é 日/?a=\u2028",
        block,
        WARC_IP_Address=ODD,
        WARC_Record_ID=ODD,
        WARC_Payload_Digest=ODD,
        WARC_Protocol=ODD,
        Content_Type=f"text/html; {ODD}",
    )
    write(a_warc=odd + PAGE)
    assert on("crawl", "a.warc", *in_place).code == 0
    before = on("export", "captures").out
    verified = on("verify")
    assert verified.code == 0, verified.out
    assert on("rebuild").code == 0
    assert on("export", "captures").out == before
