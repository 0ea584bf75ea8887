"""Crawling a listing over HTTP into an archive."""

import json

import pytest

from tests.servers import Route, site_server

POSTS = [f"post-{number}" for number in range(1, 13)]


def listing(posts, older=None):
    cards = "".join(
        f'<article><h2><a href="/{name}/">Notes on {name}</a></h2><time>2026-02-{day:02}</time>'
        f"<p>What {name} is about, told in a sentence that is long enough to be one.</p></article>"
        for day, name in enumerate(posts, start=1)
    )
    pager = f'<nav class="pagination"><a rel="next" href="{older}">Older posts</a></nav>' if older else ""
    return f"<!DOCTYPE html><html lang=en><title>Blog</title><main>{cards}{pager}</main></html>".encode()


PAGES = {
    "/": listing(POSTS[:4], "/page/2/"),
    "/page/2/": listing(POSTS[4:8], "/page/3/"),
    "/page/3/": listing(POSTS[8:]),
}


@pytest.fixture
def crawl(run, tmp_path):
    return lambda *arguments: run("--archive", tmp_path, "crawl", "--delay", "0", *arguments)


def export(run, folder, kind):
    return json.loads(run("--archive", folder, "export", kind).out)


def test_a_listing_is_followed_to_its_oldest_page(run, crawl, tmp_path):
    with site_server(PAGES) as site:
        ran = crawl(site.url + "/")
        assert (ran.code, ran.err) == (0, "archiver: 3 captures (3 new), 12 cards, 0 failed\n")
        assert site.counts == {"/robots.txt": 1, "/": 1, "/page/2/": 1, "/page/3/": 1}
    captures = export(run, tmp_path, "captures")
    assert {row["status"] for row in captures} == {200}
    assert {row["time_basis"] for row in captures} == {"fetched"}
    assert {row["path"] for row in captures} == {None}
    assert run("--archive", tmp_path, "dedupe").err == "archiver: 12 posts from 12 cards\n"
    assert run("--archive", tmp_path, "verify").code == 0


def test_no_more_pages_than_asked_for(crawl):
    with site_server(PAGES) as site:
        assert "2 captures (2 new), 8 cards" in crawl(site.url + "/", "--max-pages", "2").err
        assert "/page/3/" not in site.counts


def test_a_pager_that_goes_round_ends(crawl):
    pages = PAGES | {"/page/3/": listing(POSTS[8:], "/page/2/")}
    with site_server(pages) as site:
        assert crawl(site.url + "/").code == 0
        assert set(site.counts.values()) == {1}


def test_another_host_is_not_followed(crawl):
    with site_server(PAGES) as other, site_server({"/": listing(POSTS[:4], other.url + "/page/2/")}) as site:
        assert crawl(site.url.replace("127.0.0.1", "localhost") + "/").code == 0
        assert other.requests == []


def test_what_robots_disallow_is_not_fetched(crawl):
    with site_server(PAGES | {"/robots.txt": b"User-agent: *\nDisallow: /page/"}) as site:
        ran = crawl(site.url + "/")
        assert ran.code == 1
        assert "robots.txt" in ran.err
        assert "1 captures (1 new), 4 cards, 1 failed" in ran.err
        assert "/page/2/" not in site.counts


def test_an_error_page_is_kept_and_told(run, crawl, tmp_path):
    with site_server(PAGES) as site:
        ran = crawl(site.url + "/gone", site.url + "/page/3/")
    assert ran.code == 1
    assert "/gone: the server answered with status 404" in ran.err
    rows = {row["url"].rpartition("/")[2]: row for row in export(run, tmp_path, "captures")}
    assert rows["gone"]["status"] == 404
    assert rows["gone"]["error"]
    assert rows[""]["cards"] == 4


def test_a_redirect_is_a_capture_of_its_own(run, crawl, tmp_path):
    with site_server(PAGES | {"/blog": Route(status=301, headers={"Location": "/page/3/"})}) as site:
        assert crawl(site.url + "/blog").code == 0
    assert sorted(row["status"] for row in export(run, tmp_path, "captures")) == [200, 301]
    assert len(export(run, tmp_path, "cards")) == 4


def test_an_unchanged_page_is_a_new_capture_but_no_new_payload(run, crawl, tmp_path):
    with site_server({"/": PAGES["/page/3/"]}) as site:
        crawl(site.url + "/")
        size = sum(path.stat().st_size for path in (tmp_path / "warc").iterdir())
        for _ in range(3):
            assert crawl(site.url + "/").code == 0
    grown = sum(path.stat().st_size for path in (tmp_path / "warc").iterdir())
    assert grown < size + 3 * 900  # heads only
    assert json.loads(run("--archive", tmp_path, "status", "--json").out)["payloads"] == 1
    assert run("--archive", tmp_path, "verify").code == 0


def test_a_server_that_is_not_there_is_one_line(crawl):
    with site_server({}) as site:
        pass
    ran = crawl(site.url + "/")
    assert ran.code == 1
    assert len(ran.err.splitlines()) == 2
    assert site.url in ran.err
