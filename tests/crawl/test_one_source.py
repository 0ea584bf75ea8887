"""Whatever one source holds or does, it fails alone: it stops neither the others nor later runs."""

import asyncio
import threading

import pytest
import trustme

from archiver.archive import Archive
from archiver.crawl import reading
from archiver.parse import parse_page
from archiver.store.db import captures
from archiver.store.warc.records import capture_record
from tests.crawl.test_web import feed, with_feeds
from tests.servers import LISTING, Http2, Route, serve, server_side, site_server

FAULTS = [ValueError, OverflowError, RecursionError, MemoryError, KeyError, AssertionError]


@pytest.fixture
def crawl(run, tmp_path):
    return lambda *sources: run("--archive", tmp_path, "crawl", "--delay", "0", *sources)


@pytest.fixture
def sites():
    with site_server({"/": LISTING + b"<!-- bad -->"}) as bad, site_server({"/": LISTING}) as good:
        yield bad.url + "/", good.url.replace("127.0.0.1", "localhost") + "/"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_parser_is_that_pages(monkeypatch, run, crawl, tmp_path, sites, fault):
    def failing(capture, site):
        if b"<!-- bad -->" in capture.payload:
            raise fault("told nowhere")
        return parse_page(capture, site)

    monkeypatch.setattr(reading, "parse_page", failing)
    bad, good = sites
    ran = crawl(bad, good)
    assert ran.code == 1
    assert f"{bad}: the parser failed on this page ({fault.__name__}); please report it; what was" in ran.err
    assert "2 captures (2 new), 5 cards, 1 failed" in ran.err
    assert run("--archive", tmp_path, "dedupe").err == "archiver: 5 posts from 5 sightings\n"
    assert Archive(tmp_path).rebuild().captures == 2


@pytest.mark.parametrize("fault", FAULTS)
def test_a_capture_that_cannot_be_stored_is_that_sources(monkeypatch, crawl, tmp_path, sites, fault):
    def failing(capture, original, warcinfo_id, head, outside):
        if b"<!-- bad -->" in capture.payload:
            raise fault("told nowhere")
        return capture_record(capture, original, warcinfo_id, head=head, outside=outside)

    monkeypatch.setattr(captures, "capture_record", failing)
    bad, good = sites
    for _ in range(2):
        ran = crawl(bad, good)
        assert ran.code == 1
        assert f"{bad}: failed by a fault of archiver ({fault.__name__}); please report it" in ran.err
        assert "1 failed; not seen: 1 page and what is behind it" in ran.err
        assert "5 cards, 1 failed" in ran.err
    assert Archive(tmp_path).verify() == []


def test_what_is_stored_together_fails_apart(monkeypatch, crawl):
    """Many sources on one host: while the first capture is stored, others come, and are stored together."""
    pages = {f"/{n}": LISTING + (b"<!-- bad -->" if n % 3 == 0 else b"") for n in range(12)}

    def failing(capture, original, warcinfo_id, head, outside):
        if b"<!-- bad -->" in capture.payload:
            raise OverflowError
        return capture_record(capture, original, warcinfo_id, head=head, outside=outside)

    monkeypatch.setattr(captures, "capture_record", failing)
    with site_server(pages) as site:
        ran = crawl("--concurrency", "12", *(site.url + path for path in pages))
    assert "8 captures (8 new), 40 cards, 4 failed" in ran.err


def test_an_archive_that_cannot_be_written_ends_all(monkeypatch, crawl, sites):
    def full(*_arguments, **_named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(captures, "capture_record", full)
    ran = crawl(*sites)
    assert (ran.code, "No space left" in ran.err, "failed by a fault" in ran.err) == (1, True, False), ran.err


@pytest.mark.parametrize("status", ["90000000000000000000", "abc", "-200", "2000"])
def test_a_status_that_is_none_fails_alone(monkeypatch, crawl, tmp_path, status):
    """Over HTTP/2 a status is any text; SQLite holds no number as large as the first of these."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))

    def answer(server, stream):
        server.connection.send_headers(stream, [(":status", status)], end_stream=True)

    async def serving():
        context = server_side(authority, "127.0.0.1", "h2")
        async with serve(Http2(answer).connected, tls=context) as url:
            urls.append(url)
            started.set()
            await asyncio.to_thread(over.wait)

    urls: list[str] = []
    started, over = threading.Event(), threading.Event()
    thread = threading.Thread(target=asyncio.run, args=(serving(),))
    thread.start()
    started.wait()
    try:
        with site_server({"/": LISTING}) as site:
            for lines in (3, 2):  # the first one begins the archive, which is a line
                good = site.url.replace("127.0.0.1", "localhost") + "/"
                ran = crawl("--ignore-robots", "--retries", "0", urls[0] + "/", good)
                assert (ran.code, "5 cards, 1 failed" in ran.err) == (1, True)
                assert len(ran.err.splitlines()) == lines
    finally:
        over.set()
        thread.join()


def test_a_feed_whose_page_has_a_number_of_five_thousand_digits_ends_there(crawl):
    path = "/feed?paged=" + "9" * 5000
    pages = {
        "/": with_feeds(LISTING, path),
        path: Route(feed(["a", "b"]), headers={"Content-Type": "text/xml"}),
    }
    with site_server(pages) as site:
        ran = crawl("--feeds", site.url + "/")
    assert (ran.code, "2 captures (2 new), 7 cards, 0 failed" in ran.err) == (0, True)
