"""What a crawl stores, read by others: pywb plays it back byte for byte, and no checker finds a fault.

pywb has an environment of its own in pytest's cache folder, made once (`tests/pywb.py`).
"""

import asyncio
import gzip
import hashlib
import http.client
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import brotli
import pytest
import trustme
from fastwarc.warc import ArchiveIterator, WarcRecordType

from archiver import Archive
from archiver.models import Capture
from archiver.parse import parse_page
from tests.pywb import pywb_server
from tests.servers import Http2, Request, Route, Site, fault_server, serve, server_side, site_server
from tests.wacz import wacz_faults

pytestmark = pytest.mark.slow


def page(name: str) -> bytes:
    cards = "".join(
        f'<article><h2><a href="/{name}-{day}/">Nöte {day} of {name}</a></h2><time>2026-02-{day:02}</time>'
        f"<p>What this note of {name} is about, in a sentence that is long enough.</p></article>"
        for day in range(1, 6)
    )
    return f"<!DOCTYPE html><html lang=en><title>{name}</title><main>{cards}</main></html>".encode()


PLAIN = page("plain")
SITE: dict[str, bytes | Route] = {
    "/": PLAIN,
    "/twin": PLAIN,
    "/query?b=2&a=1&B=%C3%B6": page("query"),
    "/gzip": Route(gzip.compress(page("gzip"), mtime=0), headers={"Content-Encoding": "gzip"}),
    "/brotli": Route(brotli.compress(page("brotli")), headers={"Content-Encoding": "br"}),
    "/latin": Route(
        page("latin").decode().encode("latin-1"),
        headers={"Content-Type": "text/html; charset=iso-8859-1", "X-Odd": "\xff\xe4", "x-lower": ""},
    ),
    "/tagged": Route(page("tagged"), headers={"ETag": 'W/"1"'}),
    "/dated": Route(page("dated"), headers={"Last-Modified": "Sun, 01 Mar 2026 12:00:00 GMT"}),
    "/moved": Route(b"<p>Elsewhere", 301, {"Location": "/latin"}),
    "/gone": Route(b"<p>Gone", 404),
    "/changes": page("before"),
    "/imported": page("imported"),  # a saved page of the same bytes is in the archive before
}
CHUNKED = page("chunked")


async def odd(path: str, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """What `site_server` does not do: chunks, and a body that is cut short."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
    if path == "/cut":
        writer.write(b"Content-Length: 100000\r\n\r\n" + page("cut"))
        return
    writer.write(b"Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n")
    for start in range(0, len(CHUNKED), 100):
        chunk = CHUNKED[start : start + 100]
        writer.write(b"%x;ext=1\r\n%b\r\n" % (len(chunk), chunk))
        await writer.drain()
    writer.write(b"0\r\nX-Sum: 1\r\n\r\n")


@dataclass(frozen=True)
class Crawled:
    """The archive of two crawls of everything above and an import, and the rows of its captures."""

    folder: Path
    site: str
    rows: list[dict[str, Any]]

    @property
    def files(self) -> list[Path]:
        return sorted((self.folder / "warc").iterdir())


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    folder = tmp_path_factory.mktemp("replay")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    imported = page("imported")
    saved = {"20250102030405": imported, "20250203040506": PLAIN, "20250304050607": imported}
    for stamp, payload in saved.items():
        (folder / "saved" / stamp).mkdir(parents=True)
        (folder / "saved" / stamp / "index.html").write_bytes(payload)

    def archiver(*arguments: object, code: int = 0) -> bytes:
        ran = subprocess.run(
            [sys.executable, "-m", "archiver", "--archive", folder / "archive", *map(str, arguments)],
            env={**os.environ, "SSL_CERT_FILE": str(folder / "ca.pem")},
            capture_output=True,
            check=False,
        )
        assert ran.returncode == code, ran.stderr
        return ran.stdout

    def answer(server: Http2, stream: int) -> None:
        server.send(stream, page("http2"), ("content-type", "text/html"))

    async def crawl_all(site: Site) -> None:
        context = server_side(authority, "127.0.0.1", "h2")
        async with fault_server(odd) as other, serve(Http2(answer).connected, tls=context) as http2:
            urls = [site.url + path for path in SITE]
            urls += [other + "/chunked", other + "/cut", http2 + "/http2"]
            crawl = ("crawl", "--delay", "0", "--retries", "0", *urls)
            await asyncio.to_thread(archiver, *crawl, code=1)
            await asyncio.sleep(1.01)  # a capture's time is in whole seconds
            site.pages["/changes"] = page("after")
            await asyncio.to_thread(archiver, *crawl, code=1)

    with site_server(SITE) as site:
        first, *others = sorted((folder / "saved").iterdir())
        archiver("crawl", first, "--base-url", site.url + "/saved/")
        asyncio.run(crawl_all(site))
        archiver("crawl", *others, "--base-url", site.url + "/saved/")
        assert [status for status in asked_with_conditions(site.requests) if status] == ["/tagged", "/dated"]
    archiver("verify")
    exported = archiver("export", "captures", "--format", "jsonl")
    return Crawled(folder / "archive", site.url, [json.loads(line) for line in exported.splitlines()])


def asked_with_conditions(requests: list[Request]) -> list[str]:
    conditions = {"If-None-Match", "If-Modified-Since"}
    return sorted((r.path for r in requests if conditions & r.headers.keys()), reverse=True)


@contextmanager
def replayed(peers: Path, crawled: Crawled, work: Path) -> Iterator[int]:
    """pywb with our WARC files and our index as its collection `archive`; its port on 127.0.0.1."""
    index = Archive(crawled.folder).export("captures", work / "index.cdxj")
    with pywb_server(peers, index, crawled.folder / "warc", work) as port:
        yield port


@dataclass(frozen=True)
class Replay:
    """What pywb answers for the raw (`id_`) page of a URL at a time: the body as it came over the wire."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def digest(self) -> str:
        return "sha256:" + hashlib.sha256(self.body).hexdigest()

    @property
    def time(self) -> datetime:
        return parsedate_to_datetime(self.headers["Memento-Datetime"])


def replay(port: int, url: str, time_: str) -> Replay:
    stamp = "".join(c for c in time_ if c.isdigit())
    # pywb undoes a coding that is not asked for; a capture that was cut short is shorter than its head says,
    # and its reader would wait for the rest
    headers = {"Accept-Encoding": "gzip, br", "Connection": "close"}
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", f"/archive/{stamp}id_/{url}", headers=headers)
        response = connection.getresponse()
        try:
            body = response.read()
        except http.client.IncompleteRead as cut:
            body = cut.partial
        return Replay(response.status, response.headers, body)


def test_every_capture_is_played_back_byte_for_byte(crawled: Crawled, peers: Path, tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    with replayed(peers, crawled, tmp_path) as port:
        for row in crawled.rows:
            got = replay(port, row["url"], row["captured_at"])
            assert got.time == datetime.fromisoformat(row["captured_at"]), row
            # what a 304 confirms is played back as it was: 200
            assert got.status == (200 if row["status"] in (None, 304) else row["status"]), row
            seen[record_kind(crawled, row)] += 1
            assert got.digest == row["digest"], row
    assert seen.keys() == {
        "response of 200",
        "response of 301",
        "response of 404",
        "resource",
        "revisit of 200",
        "revisit of 304",
        "revisit of 404",
        "revisit of a resource",
    }
    assert seen["revisit of 304"] == 2


@pytest.mark.parametrize("form", ["wayback", "timemap"])
def test_what_pywb_lists_and_serves_is_crawled_as_it_was(
    crawled: Crawled, peers: Path, tmp_path: Path, form: str
) -> None:
    def archiver(*arguments: str, code: int = 0) -> bytes:
        command = [sys.executable, "-m", "archiver", "--archive", str(tmp_path / "again"), *arguments]
        ran = subprocess.run(command, capture_output=True, check=False)
        assert ran.returncode == code, ran.stderr
        return ran.stdout

    def facts(row: dict[str, Any]) -> tuple[str, str, str]:
        # brotli is not asked for, and pywb undoes it
        digest = "" if row["url"].endswith("/brotli") else row["digest"]
        return row["url"], row["captured_at"], digest

    home = f"{crawled.site}/"
    expected = {facts(row) for row in crawled.rows if row["url"].startswith(home) and row["status"] != 404}
    with replayed(peers, crawled, tmp_path) as port:
        archive = f"http://127.0.0.1:{port}/archive"
        if form == "wayback":
            options = ["--match-type", "prefix", "--cdx", f"{archive}/cdx"]
            archiver("crawl", f"wayback:{home}", *options, "--delay", "0")
        else:
            archiver("crawl", f"timemap:{archive}/timemap/link/{home}", "--delay", "0")
            expected = {fact for fact in expected if fact[0] == home}
    rows = [json.loads(line) for line in archiver("export", "captures", "--format", "jsonl").splitlines()]
    assert {facts(row) for row in rows} == expected
    moved = [row["status"] for row in rows if row["url"].endswith("/moved")]
    assert moved == ([301, 301] if form == "wayback" else [])


def test_a_page_that_pywb_rewrites_has_the_cards_of_the_page(
    crawled: Crawled, peers: Path, tmp_path: Path
) -> None:
    row = next(row for row in crawled.rows if row["url"] == f"{crawled.site}/latin")
    stamp = "".join(c for c in row["captured_at"] if c.isdigit())
    with (
        replayed(peers, crawled, tmp_path) as port,
        closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection,
    ):
        connection.request("GET", f"/archive/{stamp}mp_/{row['url']}", headers={"Connection": "close"})
        payload = connection.getresponse().read()
    assert f"{stamp}mp_/http".encode() in payload
    fields = {"url": row["url"], "captured_at": row["captured_at"]}
    rewritten, plain = (parse_page(Capture(payload=data, **fields)) for data in (payload, page("latin")))
    assert [card.key for card in rewritten.cards] == [card.key for card in plain.cards]
    assert len(plain.cards) == 5


def record_kind(crawled: Crawled, row: dict[str, Any]) -> str:
    """The type of the capture's record, and what it is a record of."""
    where = row["warc"]
    with (crawled.folder / "warc" / where["file"]).open("rb") as file:
        file.seek(where["offset"])
        record = next(iter(ArchiveIterator(file)))
    kind = record.headers["WARC-Type"]
    if kind == "resource":
        return kind
    return f"{kind} of {row['status'] or 'a resource'}"


def test_a_page_is_played_back_as_the_server_sent_it(crawled: Crawled, peers: Path, tmp_path: Path) -> None:
    rows = {row["url"].removeprefix(crawled.site): row for row in reversed(crawled.rows)}
    chunked = next(row for row in crawled.rows if row["url"].endswith("/chunked"))
    with replayed(peers, crawled, tmp_path) as port:
        zipped = replay(port, crawled.site + "/gzip", rows["/gzip"]["captured_at"])
        assert zipped.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(zipped.body) == page("gzip")
        assert replay(port, chunked["url"], chunked["captured_at"]).body == CHUNKED
        moved = replay(port, crawled.site + "/moved", rows["/moved"]["captured_at"])
        assert moved.headers["Location"] == "/latin"
        latin = replay(port, crawled.site + "/latin", rows["/latin"]["captured_at"])
        assert latin.headers["X-Odd"] == "\xff\xe4"
        assert latin.headers.get_content_charset() == "iso-8859-1"
        before, after = (row for row in crawled.rows if row["url"].endswith("/changes"))
        for row, name in ((before, "before"), (after, "after")):
            assert replay(port, row["url"], row["captured_at"]).body == page(name)


def test_a_revisit_names_its_original(crawled: Crawled) -> None:
    """What replay tools go by: the URL and the time of a record of another kind with the same digest."""
    payloads = {}
    revisits = []
    for path in crawled.files:
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                headers = record.headers
                if record.record_type in (WarcRecordType.response, WarcRecordType.resource):
                    named = (headers["WARC-Target-URI"], headers["WARC-Date"])
                    payloads[named] = (headers["WARC-Record-ID"], headers["WARC-Payload-Digest"])
                elif record.record_type == WarcRecordType.revisit:
                    revisits.append(dict(headers))
    assert len(revisits) > len(SITE)
    for revisit in revisits:
        named = (revisit["WARC-Refers-To-Target-URI"], revisit["WARC-Refers-To-Date"])
        assert payloads[named] == (revisit["WARC-Refers-To"], revisit["WARC-Payload-Digest"])


def test_checkers_find_no_fault(crawled: Crawled, peers: Path) -> None:
    # warcio of pywb's environment: with our `brotli` it breaks down on every body that is brotli
    warcio, fastwarc = peers / "warcio", Path(sys.executable).with_name("fastwarc")
    for path in crawled.files:
        for command in ([warcio, "check"], [fastwarc, "check", "--quiet"], ["gunzip", "-t"]):
            subprocess.run([*command, path], check=True)


def test_the_index_is_that_of_others(crawled: Crawled, peers: Path, tmp_path: Path) -> None:
    ran = subprocess.run([peers / "cdxj-indexer", "--sort", *crawled.files], capture_output=True, check=True)
    index = Archive(crawled.folder).export("captures", tmp_path / "index.cdxj")
    assert index.read_bytes() == ran.stdout
    found = [json.loads(line.split(b" ", 2)[2]) for line in ran.stdout.splitlines()]
    places = {(entry["filename"], int(entry["offset"]), int(entry["length"])) for entry in found}
    assert places == {tuple(row["warc"].values()) for row in crawled.rows}


def test_a_wacz_is_found_in_order(crawled: Crawled, tmp_path: Path) -> None:
    assert wacz_faults(Archive(crawled.folder).export("captures", tmp_path / "a.wacz")) == []
