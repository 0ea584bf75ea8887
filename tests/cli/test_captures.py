"""Captures on the command line: which are listed, in which order, and what is wrong with them."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from archiver import CaptureFilter
from archiver.archive import Archive
from archiver.models import Page
from archiver.store import NewCapture, Store, utc_now

URLS = ("https://www.harbour.example/", "https://harbour.example:8080/notes", "https://pier.example/")


@pytest.fixture
def archive(tmp_path, make_response):
    """Six captures, two of each URL, an hour apart; the last cannot be read."""
    with Store(tmp_path, "create") as store:
        made = [make_response(b"%d" % n, minutes=60 * n, url=URLS[n % 3]) for n in range(6)]
        for n, kept in enumerate(store.captures.add_all(list(map(NewCapture, made)))):
            error = "takes too long to read" if n == 5 else None
            store.pages.add(kept.id, Page(url=URLS[n % 3], kind="empty", confidence=0, error=error))
    return Archive(tmp_path)


@pytest.fixture
def listed(run, archive):
    def call(*arguments):
        ran = run("--archive", archive.folder, "captures", *arguments, "--json")
        assert ran.code == 0, ran.err
        return json.loads(ran.out)

    return call


def test_captures_are_listed_latest_first(listed, archive):
    rows = listed()
    assert rows == list(archive.captures()) == list(archive.rows("captures"))[::-1]
    assert len(rows) == 6


def test_captures_of_a_site_a_url_or_a_time_are_listed(listed):
    def urls(*arguments):
        return [row["url"] for row in listed(*arguments)]

    harbour = [URLS[1], URLS[0], URLS[1], URLS[0]]
    assert urls("--site", "harbour.example") == urls("--site", "https://www.Harbour.example/x") == harbour
    assert urls("--site", "arbour.example") == []
    assert urls(URLS[2]) == [URLS[2]] * 2
    assert urls("--since", "2026-03-01T16:00:00Z") == [URLS[2], URLS[1]]
    assert urls("--since", "2026-03-01T16:00:00Z", "--site", "harbour.example") == [URLS[1]]
    hours = (utc_now() - datetime(2026, 3, 1, 16, tzinfo=UTC)) // timedelta(hours=1) + 1
    days = hours // 24 + 1  # an age has four digits
    assert urls("--since", f"{hours}h" if hours < 10_000 else f"{days}d")[:2] == [URLS[2], URLS[1]]


def test_captures_are_listed_page_by_page(listed):
    ids = [row["id"] for row in listed()]
    pages = [[row["id"] for row in listed("--limit", "4", "--page", n)] for n in (1, 2, 3)]
    assert pages == [ids[:4], ids[4:], []]


def test_a_page_without_a_limit_is_refused(run, archive):
    ran = run("--archive", archive.folder, "captures", "--page", "2")
    assert (ran.code, ran.out) == (2, b"")
    assert "--page needs --limit" in ran.err


def test_a_capture_that_could_not_be_read_says_so(run, archive):
    lines = run("--archive", archive.folder, "captures").out.decode().splitlines()
    assert len(lines) == 8
    assert lines[1].startswith("2026-03-01 17:00     200      0  text/html")
    assert lines[1].endswith(URLS[2])
    assert lines[2] == "    error: takes too long to read"


def test_captures_of_a_crawled_source_are_listed(run, tmp_path, site):
    assert run("--archive", tmp_path, "crawl", site.url, "--delay", "0").code == 0
    archive = Archive(tmp_path)
    of_source = list(archive.captures(CaptureFilter(source=site.url)))
    assert [row["url"] for row in of_source] == [row["url"] for row in archive.captures()] != []


def test_no_archive_and_an_empty_one_are_told_apart(run, tmp_path):
    ran = run("--archive", tmp_path, "captures")
    assert (ran.code, ran.out) == (2, b"")
    with Store(tmp_path, "create"):
        pass
    assert run("--archive", tmp_path, "captures", "--json").out == b"[]\n"
