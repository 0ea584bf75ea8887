"""The same pages by every door: the same posts, ids and cards; by two doors into one archive, nothing twice.

What may differ is where a capture came from: its path, what its URL and time are from, its status (nobody
knows it of a saved page) and its place in the WARC files. Card records are captures of their own, with ids of
their own, for their bytes are not those of the page. git holds a page once for as long as it stays the same.
"""

import base64
import io
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from archiver import Archive, ImportOptions
from archiver.sources import parse_time
from tests.paths import SAMPLE
from tests.pywb import pywb_server
from tests.warcs import wacz

BASE = "https://harbour.example/"


class Page(NamedTuple):
    """A page of the corpus: `name` is its path below its timestamp."""

    url: str
    stamp: str
    name: str
    media_type: str
    payload: bytes

    @property
    def time(self) -> datetime:
        return parse_time(self.stamp)


def pages_of(rows: list[Any], folder: Path) -> list[Page]:
    pages = []
    for row in rows:
        stamp, _, name = row["path"].partition("/")
        payload = (folder / row["path"]).read_bytes()
        pages.append(Page(row["url"], stamp, name, row["media_type"], payload))
    return pages


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def warc_of(pages: list[Page]) -> bytes:
    """The pages as responses, written by warcio."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    for page in pages:
        headers = [("Content-Type", page.media_type), ("Content-Length", str(len(page.payload)))]
        record = writer.create_warc_record(
            page.url,
            "response",
            payload=io.BytesIO(page.payload),
            http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Date": page.time.isoformat().replace("+00:00", "Z")},
        )
        writer.write_record(record)
        record.raw_stream.close()
    return out.getvalue()


def as_warc(pages: list[Page], work: Path) -> list[str]:
    write(work / "pages.warc.gz", warc_of(pages))
    return ["pages.warc.gz"]


def as_warc_in_place(pages: list[Page], work: Path) -> list[str]:
    return [*as_warc(pages, work), "--in-place"]


def as_wacz(pages: list[Page], work: Path) -> list[str]:
    write(work / "pages.wacz", wacz({"pages.warc.gz": warc_of(pages)}))
    return ["pages.wacz"]


def as_own_wacz(pages: list[Page], work: Path) -> list[str]:
    """What archiver exports of an archive into which the WARC file was imported."""
    another = Archive(work / "another")
    another.crawl(work / as_warc(pages, work)[0])
    another.export("captures", work / "own.wacz")
    return ["own.wacz"]


def as_waybackpack_tree(pages: list[Page], work: Path) -> list[str]:
    for page in pages:
        write(work / "tree" / page.stamp / BASE.split("/")[2] / page.name, page.payload)
    return ["tree"]


def as_commits(pages: list[Page], work: Path) -> list[str]:
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@harbour.example", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "init", "-q", "history"], cwd=work, check=True)
    for stamp in sorted({page.stamp for page in pages}):
        for page in pages:
            if page.stamp == stamp:
                write(work / "history" / page.name, page.payload)
        environment = os.environ | {"GIT_AUTHOR_DATE": parse_time(stamp).isoformat()}
        subprocess.run(["git", "-C", "history", "add", "-A"], cwd=work, check=True)
        commit = [*git, "-C", "history", "commit", "-qm", "x", "--allow-empty"]
        subprocess.run(commit, cwd=work, check=True, env=environment)
    return ["git:history", "--base-url", BASE]


def as_har(pages: list[Page], work: Path) -> list[str]:
    entries = [
        {
            "startedDateTime": page.time.isoformat(),
            "request": {"method": "GET", "url": page.url, "headers": []},
            "response": {
                "status": 200,
                "statusText": "OK",
                "httpVersion": "HTTP/1.1",
                "headers": [{"name": "Content-Type", "value": page.media_type}],
                "content": {
                    "mimeType": page.media_type,
                    "text": base64.b64encode(page.payload).decode(),
                    "encoding": "base64",
                },
            },
        }
        for page in pages
    ]
    write(work / "pages.har", json.dumps({"log": {"version": "1.2", "entries": entries}}).encode())
    return ["pages.har"]


def as_mhtml(pages: list[Page], work: Path) -> list[str]:
    for number, page in enumerate(pages):
        head = (
            f"Snapshot-Content-Location: {page.url}\r\nDate: {format_datetime(page.time)}\r\n"
            f"Content-Type: multipart/related; type={page.media_type}; boundary=b\r\n\r\n"
            f"--b\r\nContent-Type: {page.media_type}\r\nContent-Transfer-Encoding: base64\r\n"
            f"Content-Location: {page.url}\r\n\r\n"
        )
        body = base64.encodebytes(page.payload).decode()
        write(work / "mhtml" / f"{number:03}.mhtml", f"{head}{body}\r\n--b--\r\n".encode())
    return ["mhtml"]


DOORS: dict[str, Callable[[list[Page], Path], list[str]]] = {
    "WARC": as_warc,
    "WARC in place": as_warc_in_place,
    "WACZ": as_wacz,
    "WACZ of archiver": as_own_wacz,
    "waybackpack": as_waybackpack_tree,
    "git": as_commits,
    "HAR": as_har,
    "MHTML": as_mhtml,
}


class Corpus(NamedTuple):
    """The pages, and what an archive of them as saved files holds."""

    archive: Archive
    pages: list[Page]
    cards: list[Any]
    posts: list[Any]


def cards_of(archive: Archive) -> list[Any]:
    """The sightings, without what may differ."""
    return [row | {"capture": row["capture"] | {"path": None}} for row in archive.rows("cards")]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    archive = Archive(tmp_path_factory.mktemp("doors") / "files")
    archive.crawl(SAMPLE, imports=ImportOptions(base_url=BASE))
    archive.dedupe()
    pages = pages_of(list(archive.rows("captures")), SAMPLE)
    return Corpus(archive, pages, cards_of(archive), list(archive.rows("posts")))


@pytest.fixture
def check(corpus, run, tmp_path, monkeypatch):
    """Crawl the sources into a new archive, and into one that holds the saved files."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        assert run("--archive", "alone", "crawl", *arguments).code == 0
        alone = Archive("alone")
        alone.dedupe()
        assert list(alone.rows("posts")) == corpus.posts
        assert cards_of(alone) == corpus.cards
        assert alone.verify() == []
        shutil.copytree(corpus.archive.folder, "both")
        ran = run("--archive", "both", "crawl", *arguments)
        assert f"{len(corpus.pages)} captures (0 new), " in ran.err, ran.err
        both = Archive("both")
        both.dedupe()
        assert list(both.rows("posts")) == corpus.posts
        assert cards_of(both) == corpus.cards

    return call


@pytest.mark.parametrize("door", DOORS)
def test_the_same_pages_by_another_door_are_the_same(corpus, check, tmp_path, door):
    check(*DOORS[door](corpus.pages, tmp_path))


@pytest.mark.slow
def test_the_same_pages_in_pywb_are_the_same(corpus, check, peers, tmp_path):
    write(tmp_path / "warcs" / "pages.warc.gz", warc_of(corpus.pages))
    indexer = [peers / "cdxj-indexer", "--sort", tmp_path / "warcs" / "pages.warc.gz"]
    write(tmp_path / "index.cdxj", subprocess.run(indexer, capture_output=True, check=True).stdout)
    with pywb_server(peers, tmp_path / "index.cdxj", tmp_path / "warcs", tmp_path) as port:
        index = f"http://127.0.0.1:{port}/archive/cdx"
        check(f"wayback:{BASE}", "--cdx", index, "--match-type", "prefix", "--delay", "0")


@pytest.mark.parametrize("ending", ["jsonl", "csv"])
def test_exported_cards_give_the_same_cards_and_posts(corpus, run, tmp_path, monkeypatch, ending):
    """Their captures are others, for their bytes are the rows; a row does not hold the page's language."""
    monkeypatch.chdir(tmp_path)
    corpus.archive.export("cards", tmp_path / f"cards.{ending}")
    assert run("--archive", "alone", "crawl", f"cards.{ending}").code == 0
    alone = Archive("alone")
    alone.dedupe()
    assert [post | {"language": None} for post in alone.rows("posts")] == [
        post | {"language": None} for post in corpus.posts
    ]
    assert without_ids(cards_of(alone)) == without_ids(corpus.cards)
    # beside the pages, no post and no card is new, and again nothing at all
    shutil.copytree(corpus.archive.folder, "both")
    for new in (len(set(capture_ids(corpus.cards))), 0):
        ran = run("--archive", "both", "crawl", f"cards.{ending}")
        assert f"({new} new)" in ran.err, ran.err
    both = Archive("both")
    both.dedupe()
    assert [row["id"] for row in both.rows("posts")] == [row["id"] for row in corpus.posts]
    assert {row["card_id"] for row in both.rows("cards")} == {row["card_id"] for row in corpus.cards}


def capture_ids(cards: list[Any]) -> list[str]:
    return [row["capture"]["id"] for row in cards]


def without_ids(cards: list[Any]) -> list[Any]:
    return [row | {"capture": row["capture"] | {"id": None}} for row in cards]
