"""Crawling a listing over HTTP into an archive."""

import contextlib
import gzip
import json
import sqlite3
import time

import pytest

from archiver.crawl.follow import MAX_FEEDS
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


def last_line(ran):
    return ran.err.splitlines()[-1]


def next_second():
    """Captures have whole seconds: two of one URL and payload within one second are one capture."""
    time.sleep(1.01 - time.time() % 1)


def export(run, folder, kind):
    return json.loads(run("--archive", folder, "export", kind).out)


def test_a_listing_is_followed_to_its_oldest_page(run, crawl, tmp_path):
    with site_server(PAGES) as site:
        ran = crawl(site.url + "/")
        assert (ran.code, last_line(ran)) == (0, "archiver: 3 captures (3 new), 12 cards, 0 failed")
        assert site.counts == {"/robots.txt": 1, "/": 1, "/page/2/": 1, "/page/3/": 1}
    captures = export(run, tmp_path, "captures")
    assert {row["status"] for row in captures} == {200}
    assert {row["time_basis"] for row in captures} == {"fetched"}
    assert {row["path"] for row in captures} == {None}
    assert run("--archive", tmp_path, "dedupe").err == "archiver: 12 posts from 12 sightings\n"
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
        assert crawl(site.url.replace("127.0.0.1", "localhost") + "/").code == 1
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


def test_a_part_of_a_page_is_not_the_page(crawl):
    part = Route(PAGES["/"][:700], status=206, headers={"Content-Range": "bytes 0-699/2000"})
    with site_server({"/": part}) as site:
        ran = crawl(site.url + "/")
    assert (ran.code, "only a part of the page" in ran.err) == (1, True)


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


def test_the_next_crawl_stops_where_nothing_is_new(crawl):
    with site_server(PAGES) as site:
        crawl(site.url + "/")
        next_second()
        site.pages["/"] = listing(["post-0", *POSTS[:3]], "/page/2/")
        site.requests.clear()
        assert crawl(site.url + "/").err == "archiver: 2 captures (2 new), 8 cards, 0 failed\n"
        assert site.counts == {"/robots.txt": 1, "/": 1, "/page/2/": 1}
        site.requests.clear()
        assert crawl(site.url + "/", "--full").code == 0
        assert site.counts == {"/robots.txt": 1, "/": 1, "/page/2/": 1, "/page/3/": 1}


def test_a_pager_that_counts_on_for_ever_ends(crawl):
    """Every address gives the last page again; and one more pager leads to pages without cards."""
    pages = {f"/page/{n}/": listing(POSTS[8:], f"/page/{n + 1}/") for n in range(3, 60)}
    empty = {f"/day/{n}/": listing([], f"/day/{n + 1}/") for n in range(2, 60)}
    with site_server(PAGES | pages | empty | {"/days": listing(POSTS[:3], "/day/2/")}) as site:
        assert crawl("--full", site.url + "/", site.url + "/days").code == 0
        asked = sorted(path for path in site.counts if path.startswith(("/page/", "/day/")))
        assert asked == ["/day/2/", "/page/2/", "/page/3/", "/page/4/"]


def test_a_page_that_redirects_elsewhere_is_not_followed(run, crawl, tmp_path):
    with site_server(PAGES) as other:
        away = Route(
            status=302, headers={"Location": other.url.replace("127.0.0.1", "localhost") + "/page/3/"}
        )
        with site_server(PAGES | {"/page/2/": away}) as site:
            ran = crawl(site.url + "/")
    assert ran.code == 1
    assert "redirects to another site" in ran.err
    assert other.requests == []
    assert {row["status"] for row in export(run, tmp_path, "captures")} == {200, 302}


def test_a_source_that_has_moved_is_followed_to_its_new_host(crawl):
    with site_server({}) as site:
        host = site.url.replace("127.0.0.1", "localhost")
        site.pages.update(PAGES | {"/old": Route(status=301, headers={"Location": host + "/"})})
        # the new host was not named and is on this machine, so it is only asked for if the guard lets it
        ran = crawl(site.url + "/old")
    assert ran.code == 1
    assert "localhost" in ran.err


def test_sources_that_lead_to_one_page_fetch_it_once(run, crawl, tmp_path):
    moved = {f"/{name}": Route(status=301, headers={"Location": "/"}) for name in ("a", "b", "c")}
    with site_server(PAGES | moved) as site:
        ran = crawl(*(site.url + path for path in ("/a", "/b", "/", "/c")))
        assert (ran.code, last_line(ran)) == (0, "archiver: 9 captures (6 new), 24 cards, 0 failed")
        assert set(site.counts.values()) == {1}
        next_second()
        site.requests.clear()
        assert crawl("--full", *(site.url + path for path in ("/a", "/b"))).code == 0
        assert set(site.counts.values()) == {1}  # once in each run
    assert run("--archive", tmp_path, "verify").code == 0


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ({}, "/4: the redirect names no URL"),
        ({"Location": ""}, "/4: the redirect names no URL"),
        ({"Location": "http://[::1"}, "/4: redirects to http://[::1: not an http or https URL"),
        ({"Location": "mailto:a@b.example"}, "/4: redirects to mailto:a@b.example: not an http or https URL"),
        ({"Location": "/2"}, "/4: the redirects form a loop, back to"),
    ],
)
def test_a_damaged_link_in_a_chain_of_redirects_is_named(crawl, link, told):
    chain = {f"/{n}": Route(status=302, headers={"Location": f"/{n + 1}"}) for n in range(1, 6)}
    with site_server(PAGES | chain | {"/4": Route(status=302, headers=link), "/6": PAGES["/"]}) as site:
        ran = crawl(site.url + "/1", site.url + "/page/3/")
        assert (ran.code, "5 captures (5 new), 4 cards, 1 failed" in ran.err) == (1, True)
        assert f"{site.url}{told}" in ran.err
        site.pages.update(chain)
        next_second()
        assert crawl(site.url + "/1").code == 0


@pytest.mark.parametrize("first", ["inside", "hostile"])
def test_no_source_is_led_to_the_private_host_of_another(crawl, first):
    """Both are named in one run, so each may be at a private address; that holds for its own crawl only."""
    with site_server(PAGES) as inside:
        away = Route(status=302, headers={"Location": inside.url + "/page/2/"})
        with site_server({"/": away, "/feed": away}) as hostile:
            named = [inside.url + "/", hostile.url + "/"]
            ran = crawl(*(named if first == "inside" else reversed(named)))
        assert ran.code == 1
        assert "which is not a public address" in ran.err
        assert "4 captures (4 new), 12 cards, 1 failed" in ran.err
        assert inside.counts == {"/robots.txt": 1, "/": 1, "/page/2/": 1, "/page/3/": 1}


@pytest.mark.parametrize("status", [300, 304, 305, 399])
def test_a_status_that_leads_nowhere_is_told(crawl, status):
    with site_server({"/": Route(status=status)}) as site:
        ran = crawl(site.url + "/")
    assert (ran.code, f"/: the redirect names no URL (status {status})" in ran.err) == (1, True)


def test_redirects_that_go_round_end(crawl):
    loop = {f"/{n}": Route(status=302, headers={"Location": f"/{(n + 1) % 3}"}) for n in range(3)}
    with site_server(loop) as site:
        ran = crawl(site.url + "/0")
        assert site.counts == {"/robots.txt": 1, "/0": 1, "/1": 1, "/2": 1}
    assert (ran.code, "3 captures" in ran.err) == (1, True)
    assert "/2: the redirects form a loop, back to" in ran.err


def test_a_body_whose_coding_was_cut_is_no_whole_page(crawl):
    """A proxy died in the middle of the stream and stated the length of what it had."""
    headers = {"Content-Encoding": "gzip", "ETag": '"half"'}
    with site_server({"/": Route(gzip.compress(PAGES["/"])[:-30], headers=headers)}) as site:
        ran = crawl(site.url + "/")
        assert (ran.code, "cut short" in ran.err) == (1, True)
        next_second()
        site.pages["/"] = Route(gzip.compress(PAGES["/"]), headers=headers)
        assert "cut short" not in crawl("--max-pages", "1", site.url + "/").err
        assert "If-None-Match" not in site.requests[-1].headers


def test_an_unmodified_page_is_seen_again(run, crawl, tmp_path):
    page = Route(
        PAGES["/page/3/"], headers={"ETag": '"v1"', "Last-Modified": "Mon, 02 Feb 2026 10:00:00 GMT"}
    )
    with site_server({"/": page}) as site:
        crawl(site.url + "/")
        next_second()
        assert crawl(site.url + "/").err == "archiver: 1 captures (1 new), 4 cards, 0 failed\n"
        sent = site.requests[-1].headers
        assert (sent["If-None-Match"], sent["If-Modified-Since"]) == ('"v1"', "Mon, 02 Feb 2026 10:00:00 GMT")
        next_second()
        crawl(site.url + "/")  # the validators of the payload that was confirmed
        assert site.requests[-1].headers["If-None-Match"] == '"v1"'
    rows = export(run, tmp_path, "captures")
    assert sorted(row["status"] for row in rows) == [200, 304, 304]
    assert {row["media_type"] for row in rows} == {"text/html"}
    assert len({row["digest"] for row in rows}) == 1
    assert len(export(run, tmp_path, "cards")) == 12
    assert run("--archive", tmp_path, "verify").code == 0
    run("--archive", tmp_path, "dedupe")
    before = [run("--archive", tmp_path, "export", kind).out for kind in ("cards", "captures")]
    (tmp_path / "archive.db").unlink()
    assert run("--archive", tmp_path, "rebuild").code == 0
    assert [run("--archive", tmp_path, "export", kind).out for kind in ("cards", "captures")] == before


def feed(posts, older=None):
    items = "".join(
        f"<item><title>Notes on {name}</title><link>https://blog.example/{name}/</link></item>"
        for name in posts
    )
    link = f'<a:link rel="next" href="{older}"/>' if older else ""
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel>'
        f"<title>Blog</title>{link}{items}</channel></rss>"
    ).encode()


def with_feeds(page, *feeds):
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="{url}">' for url in feeds)
    return page.replace(b"<title>", links.encode() + b"<title>")


def test_feeds_are_fetched_on_request_with_their_older_pages(crawl):
    pages = {
        "/": with_feeds(listing(POSTS[:4]), "/feed/", "/archive.xml", "https://elsewhere.example/feed"),
        "/feed/": feed(POSTS[:5]),
        "/feed/?paged=2": feed(POSTS[5:9]),
        "/archive.xml": feed(POSTS[:3], "/archive-2.xml"),
        "/archive-2.xml": feed(POSTS[3:12]),
    }
    xml = {"Content-Type": "application/rss+xml"}
    pages = {path: body if path == "/" else Route(body, headers=xml) for path, body in pages.items()}
    with site_server(pages) as site:
        assert last_line(crawl(site.url + "/")) == "archiver: 1 captures (1 new), 4 cards, 0 failed"
        site.requests.clear()
        ran = crawl("--feeds", "--full", site.url + "/")
        assert ran.code == 0
        asked = {path for path in site.counts if path != "/robots.txt"}
        assert asked >= set(pages)
        assert asked - set(pages) <= {"/feed/?paged=3", "/archive-2.xml?paged=2"}
        assert set(site.counts.values()) == {1}


@pytest.mark.parametrize(
    ("older", "link", "asked"),
    [
        ("/feed?paged=2", None, {"/feed?paged=3"}),
        ("/archive.xml", '<a:link rel="next" href="/archive.xml"/>', set()),
        ("/archive.xml", '<a:link rel="prev-archive" href="/archive.xml"/>', set()),
    ],
    ids=["guessed", "paged", "archived"],
)
def test_a_feed_that_is_a_source_leads_to_its_past(crawl, older, link, asked):
    xml = {"Content-Type": "application/rss+xml"}
    newest = feed(POSTS[:5]).replace(b"</title>", b"</title>" + (link or "").encode(), 1)
    pages = {"/feed": Route(newest, headers=xml), older: Route(feed(POSTS[5:9]), headers=xml)}
    with site_server(pages) as site:
        count = len(pages) + len(asked)
        summary = f"archiver: {count} captures ({count} new), 9 cards, 0 failed\n"
        assert crawl(site.url + "/feed").err.endswith(summary)
        assert set(site.counts) - {"/robots.txt"} == {*pages, *asked}


def test_of_feeds_by_the_thousand_some_are_fetched_and_the_number_is_said(crawl):
    feeds = [f"/feed/{number}" for number in range(3000)]
    items = Route(feed(POSTS[:2]), headers={"Content-Type": "application/rss+xml"})
    pages = {"/": with_feeds(listing(POSTS[:4]), *feeds)} | dict.fromkeys(feeds, items)
    with site_server(pages) as site:
        ran = crawl("--feeds", site.url + "/")
        asked = [path for path in site.counts if path in feeds]
    assert sorted(asked) == sorted(feeds[:MAX_FEEDS])
    told = f"announces 3000 feeds, of which the first {MAX_FEEDS} are fetched; name others as sources"
    assert ran.err.count(told) == 1


def test_a_rebuild_goes_on_with_an_interrupted_crawl(run, crawl, tmp_path):
    with site_server(PAGES | {"/robots.txt": b"User-agent: *\nDisallow:"}) as site:
        crawl(site.url + "/")
        with contextlib.closing(sqlite3.connect(tmp_path / "archive.db")) as db, db:
            db.execute(
                "UPDATE frontier SET state = 'in flight', capture_id = NULL WHERE url LIKE '%/page/3/'"
            )
            db.execute("DELETE FROM sightings WHERE capture_id = 3")
            db.execute("DELETE FROM pages WHERE capture_id = 3")
            db.execute("DELETE FROM captures WHERE id = 3")
        assert run("--archive", tmp_path, "rebuild").code == 0
        site.requests.clear()
        assert crawl(site.url + "/").code == 0
        assert set(site.counts) == {"/robots.txt", "/page/3/"}


def test_a_server_that_is_not_there_is_one_line(crawl):
    with site_server({}) as site:
        pass
    ran = crawl(site.url + "/")
    assert ran.code == 1
    assert len(ran.err.splitlines()) == 3
    assert site.url in ran.err
