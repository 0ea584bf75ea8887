"""A pause that a host asks for holds for every source of the host, and for the runs to come."""

import sqlite3
from contextlib import closing

import pytest

from archiver.archive import Archive
from tests.servers import LISTING, Route, site_server

HOUR = {"Retry-After": "3600"}


@pytest.fixture
def crawl(run, tmp_path):
    return lambda *sources: run("--archive", tmp_path, "crawl", "--delay", "0", *sources)


def move_pauses(folder, by):
    """Let time pass for the pauses of an archive: nobody waits an hour for a test."""
    with closing(sqlite3.connect(folder / "archive.db")) as db, db:
        db.execute("UPDATE pauses SET until = strftime('%Y-%m-%dT%H:%M:%SZ', until, ?)", (by,))


@pytest.mark.parametrize("status", [429, 503, 302])
def test_the_next_run_asks_nothing_within_the_pause(crawl, tmp_path, status):
    busy = Route(b"later", status, HOUR | {"Location": "/other"})
    with site_server({"/": busy, "/other": LISTING}) as site:
        assert crawl(site.url + "/").code == 1
        asked = len(site.requests)
        again = crawl(site.url + "/", site.url + "/other")
        assert again.code == 1
        assert len(site.requests) == asked
        for source in ("/", "/other"):
            assert f"{site.url}{source}: 127.0.0.1 asked for a pause until 20" in again.err
        move_pauses(tmp_path, "-2 hours")
        site.pages["/"] = LISTING
        assert crawl(site.url + "/").code == 0
        assert len(site.requests) > asked


def test_another_source_of_the_host_is_not_asked_in_the_same_run(crawl):
    with site_server({"/": Route(b"later", 503, HOUR), "/other": LISTING}) as site:
        ran = crawl(site.url + "/", site.url + "/other")
        assert ran.code == 1
        assert len(site.requests) <= 2  # robots.txt, and one of the two
        assert "asked for a pause until" in ran.err


def test_the_pause_of_a_robots_txt_is_kept_as_well(crawl):
    with site_server({"/robots.txt": Route(b"later", 503, HOUR), "/": LISTING}) as site:
        crawl(site.url + "/")
        asked = len(site.requests)
        assert "asked for a pause until" in crawl(site.url + "/").err
        assert len(site.requests) == asked


def test_another_host_is_asked_meanwhile(crawl):
    with site_server({"/": Route(b"later", 503, HOUR)}) as busy, site_server({"/": LISTING}) as site:
        other = site.url.replace("127.0.0.1", "localhost")
        crawl(busy.url + "/")
        assert "5 cards, 1 failed" in crawl(busy.url + "/", other + "/").err


def test_a_pause_survives_a_rebuild(crawl, tmp_path):
    with site_server({"/": Route(b"later", 503, HOUR)}) as site:
        crawl(site.url + "/")
        Archive(tmp_path).rebuild()
        asked = len(site.requests)
        crawl(site.url + "/")
        assert len(site.requests) == asked


def test_no_pause_is_longer_than_a_day_though_a_clock_was_wrong(crawl, tmp_path):
    with site_server({"/": Route(b"later", 503, HOUR)}) as site:
        crawl(site.url + "/")
        move_pauses(tmp_path, "+9 years")
        error = crawl(site.url + "/").err
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        (tomorrow,) = db.execute("SELECT strftime('%Y-%m-%d', 'now', '+25 hours')").fetchone()
    until = error.partition("pause until ")[2][:10]
    assert until <= tomorrow
