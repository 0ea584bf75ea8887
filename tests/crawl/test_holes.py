"""A page that fails leaves a hole: the pages behind it are unseen until a later crawl gets there."""

import contextlib
import json
import sqlite3
import time

import pytest

from tests.servers import Route, site_server

EACH = 4
FAILED = Route(b"later", 503)


def listing(names, older=None):
    cards = "".join(
        f'<article><h2><a href="/{name}/">Notes on {name}</a></h2>'
        f"<p>What {name} is about, told in a sentence that is long enough to be one.</p></article>"
        for name in names
    )
    pager = f'<nav class="pagination"><a rel="next" href="{older}">Older posts</a></nav>' if older else ""
    return f"<!DOCTYPE html><html lang=en><title>Blog</title><main>{cards}{pager}</main></html>".encode()


def pages(names, each=EACH):
    """The pages of a listing of these posts."""
    last = -(-len(names) // each)
    return {
        path(n): listing(names[(n - 1) * each : n * each], path(n + 1) if n < last else None)
        for n in range(1, last + 1)
    }


def path(number):
    return "/" if number == 1 else f"/page/{number}/"


def posts(*numbers):
    return [f"post-{number}" for number in numbers]


NAMES = posts(*range(24, 0, -1))
"""Six pages of posts, newest first."""


class Crawls:
    """An archive, and a site whose posts and faults a test changes between two crawls."""

    def __init__(self, run, folder, site):
        self.run, self.folder, self.site = run, folder, site

    def serve(self, names, *failing, each=EACH, **routes):
        """Serve these posts from now on, in pages that differ from those before in a comment."""
        version = f"<!-- {time.monotonic_ns()} -->".encode()  # the same page within a second is one capture
        listed = {at: version + page for at, page in pages(names, each).items()}
        self.site.pages = listed | {path(n): FAILED for n in failing} | routes
        self.site.requests.clear()

    def crawl(self, *arguments):
        fast = ("--delay", "0", "--retries", "0")
        return self.run("--archive", self.folder, "crawl", self.site.url + "/", *fast, *arguments)

    def asked(self):
        return [request.path for request in self.site.requests if request.path != "/robots.txt"]

    def seen(self):
        cards = json.loads(self.run("--archive", self.folder, "export", "cards").out)
        return {card["url"].rstrip("/").rpartition("/")[2] for card in cards}

    def status(self):
        return json.loads(self.run("--archive", self.folder, "status", "--json").out)


@pytest.fixture
def crawls(run, tmp_path):
    with site_server(pages(NAMES)) as site:
        yield Crawls(run, tmp_path, site)


@pytest.mark.parametrize("at", [2, 3, 6])
def test_a_page_that_failed_is_asked_for_again(crawls, at):
    crawls.serve(NAMES, at)
    ran = crawls.crawl()
    assert ran.code == 1
    assert ran.err.splitlines()[-1].endswith(
        "1 failed; not seen: 1 page and what is behind it, which the next crawl asks for again"
    )
    assert crawls.seen() == set(NAMES[: (at - 1) * EACH])
    crawls.serve(NAMES)
    assert crawls.crawl().code == 0
    assert crawls.seen() == set(NAMES)
    assert crawls.asked() == list(dict.fromkeys(["/", *map(path, range(at - 1, 7))]))
    crawls.serve(NAMES)
    assert crawls.crawl().code == 0
    assert crawls.asked() == ["/"]


def test_status_names_what_was_not_seen_until_it_is(crawls):
    crawls.serve(NAMES, 3)
    crawls.crawl()
    url = crawls.site.url
    assert crawls.status()["unseen"] == [
        {"source": f"{url}/", "url": f"{url}/page/3/", "reason": "the server answered with status 503"}
    ]
    ran = crawls.run("--archive", crawls.folder, "status")
    assert ran.code == 1
    assert f"not seen: {url}/page/3/: the server answered with status 503" in ran.out.decode()
    assert crawls.run("--archive", crawls.folder, "status", "--json").code == 1
    crawls.serve(NAMES, 3)
    assert crawls.crawl().code == 1
    assert len(crawls.status()["unseen"]) == 1
    crawls.serve(NAMES)
    crawls.crawl()
    assert crawls.status()["unseen"] == []
    assert crawls.run("--archive", crawls.folder, "status").code == 0


def test_a_page_that_was_cut_off_is_asked_for_again(crawls):
    crawls.serve(NAMES, **{path(3): Route(pages(NAMES)[path(3)][:300], 206)})
    assert crawls.crawl().code == 1
    crawls.serve(NAMES)
    assert crawls.crawl().code == 0
    assert crawls.seen() == set(NAMES)


def test_a_source_that_failed_is_walked_to_its_end(crawls):
    crawls.serve(NAMES, 1)
    assert crawls.crawl().code == 1
    crawls.serve(NAMES)
    assert crawls.crawl().code == 0
    assert crawls.seen() == set(NAMES)
    assert crawls.status()["unseen"] == []


@pytest.mark.parametrize("more", [1, 4, 10, 30])
def test_posts_that_came_meanwhile_do_not_hide_the_hole(crawls, more):
    """They push what is known to the page that failed, and what is unseen behind it."""
    crawls.serve(NAMES, 3)
    crawls.crawl()
    grown = posts(*range(24 + more, 24, -1)) + NAMES
    crawls.serve(grown)
    crawls.crawl()
    crawls.serve(grown)
    assert crawls.crawl().code == 0
    assert crawls.seen() == set(grown)


def test_a_page_that_failed_in_a_later_crawl_is_asked_for_again(crawls):
    crawls.crawl()
    grown = posts(*range(40, 24, -1)) + NAMES
    crawls.serve(grown, 3)
    assert crawls.crawl().code == 1
    crawls.serve(grown)
    assert crawls.crawl().code == 0
    assert crawls.seen() == set(grown)
    assert crawls.asked() == ["/", *map(path, range(2, 6))]  # the fifth page shows nothing new


@pytest.mark.parametrize("each", [2, 10])
def test_a_listing_that_moved_is_walked_from_its_start(crawls, each):
    """With ten posts a page, the page in front of the hole shows only what stood behind it."""
    crawls.serve(NAMES, 4)
    crawls.crawl()
    crawls.serve(NAMES, each=each)
    ran = crawls.crawl()
    unseen = set(NAMES) - crawls.seen()
    assert (ran.code, bool(unseen)) == ((1, True) if each == 10 else (0, False))
    crawls.serve(NAMES, each=each)
    assert crawls.crawl().code == 0
    assert crawls.seen() == set(NAMES)
    assert crawls.status()["unseen"] == []


def test_a_page_that_is_no_longer_of_the_listing_is_not_asked_for(crawls):
    crawls.serve(NAMES, 6)
    crawls.crawl()
    crawls.serve(NAMES[:20])
    assert crawls.crawl().code == 0
    assert crawls.asked() == ["/", path(5)]
    assert crawls.status()["unseen"] == []


def test_two_holes_are_closed_together(crawls):
    crawls.serve(NAMES, 6)
    crawls.crawl()
    grown = posts(*range(40, 24, -1)) + NAMES
    crawls.serve(grown, 2)  # and the page in front of the first hole is the second page's neighbour by now
    assert crawls.crawl().code == 1
    crawls.serve(grown)
    assert crawls.crawl().code == 0
    assert crawls.seen() == set(grown)


def test_a_crawl_of_one_page_leaves_the_hole_to_a_later_one(crawls):
    crawls.serve(NAMES, 2)
    crawls.crawl()
    crawls.serve(NAMES)
    assert crawls.crawl("--max-pages", "1").code == 0
    assert crawls.asked() == ["/"]
    assert len(crawls.status()["unseen"]) == 1
    crawls.serve(NAMES)
    assert crawls.crawl().code == 0
    assert crawls.seen() == set(NAMES)


def test_a_crawl_that_ends_at_the_limit_says_so(crawls, monkeypatch):
    """Unless the user has set the limit."""
    assert "stopped" not in crawls.crawl("--max-pages", "1").err
    monkeypatch.setattr("archiver.crawl.follow.MAX_PAGES", 2)
    crawls.serve(NAMES)
    ran = crawls.crawl("--full", "--max-pages", "2")
    assert ran.code == 0
    url = crawls.site.url
    assert f"{url}/: stopped after 2 pages, the limit; older ones begin at {url}/page/3/" in ran.err
    assert crawls.status()["unseen"] == []
    crawls.serve(NAMES)
    assert "stopped" not in crawls.crawl("--max-pages", "2").err


@pytest.mark.parametrize("each", [8, 12])
def test_what_stands_in_front_of_a_page_that_is_known_is_not_lost(crawls, each):
    """With more posts a page, the page in front of the hole shows what an earlier crawl brought, too."""
    crawls.crawl()
    grown = posts(*range(44, 24, -1)) + NAMES
    crawls.serve(grown, 4)
    crawls.crawl()
    crawls.serve(grown, each=each)
    ran = crawls.crawl()
    assert ran.code == 1
    assert "the listing has moved" in ran.err
    crawls.serve(grown, each=each)
    assert crawls.crawl().code == 0
    assert crawls.seen() == set(grown)


def test_a_hole_survives_a_rebuild(crawls):
    crawls.serve(NAMES, 3)
    crawls.crawl()
    crawls.run("--archive", crawls.folder, "rebuild")
    assert len(crawls.status()["unseen"]) == 1
    assert crawls.status()["interrupted"] == 0
    crawls.serve(NAMES)
    assert crawls.crawl().code == 0
    assert crawls.seen() == set(NAMES)


def test_what_failed_before_an_interruption_is_asked_for_when_it_is_resumed(crawls):
    crawls.serve(NAMES, 4)
    crawls.crawl()
    with contextlib.closing(sqlite3.connect(crawls.folder / "archive.db")) as db, db:
        db.execute("UPDATE frontier SET state = 'queued', capture_id = NULL WHERE url LIKE '%/page/3/'")
    assert crawls.status()["interrupted"] == 1
    crawls.serve(NAMES)
    assert crawls.crawl().code == 0
    assert crawls.asked() == list(map(path, range(3, 7)))
    assert crawls.seen() == set(NAMES)


def interrupt(crawls, hours=0):
    """Leave the crawl as if it had been stopped before its third page, some hours ago."""
    statements = """
        DELETE FROM frontier WHERE id > (SELECT id FROM frontier WHERE url LIKE '%/page/3/');
        UPDATE frontier SET state = 'queued', capture_id = NULL WHERE url LIKE '%/page/3/';
        DELETE FROM sightings WHERE capture_id > 2;
        DELETE FROM pages WHERE capture_id > 2;
        DELETE FROM cards WHERE id NOT IN (SELECT card_id FROM sightings);
        DELETE FROM captures WHERE id > 2;
    """
    earlier = "UPDATE captures SET captured_at = strftime('%Y-%m-%dT%H:%M:%SZ', captured_at, ?)"
    with contextlib.closing(sqlite3.connect(crawls.folder / "archive.db")) as db, db:
        db.executescript(statements)
        db.execute(earlier, (f"-{hours} hours",))


def test_posts_that_push_known_ones_to_where_a_crawl_is_resumed_do_not_end_it(crawls):
    crawls.crawl()
    interrupt(crawls)
    grown = posts(*range(34, 24, -1)) + NAMES
    crawls.serve(grown)
    assert crawls.crawl().code == 0
    assert crawls.asked() == list(map(path, range(3, 10)))
    crawls.serve(grown)
    assert crawls.crawl().code == 0
    assert crawls.seen() == set(grown)


def test_an_old_interruption_is_a_hole(crawls):
    """The listing has moved meanwhile, and what its first page shows is not to be missed."""
    crawls.crawl()
    interrupt(crawls, hours=2)
    crawls.serve(NAMES)
    assert crawls.crawl().code == 0
    assert crawls.asked() == ["/", *map(path, range(2, 7))]
    assert crawls.seen() == set(NAMES)


def test_an_older_page_of_a_feed_that_failed_is_asked_for_again(crawls):
    """A page that is only guessed ends the feed where it is missing, not where it fails."""
    announced = b'<link rel="alternate" type="application/rss+xml" href="/feed"><title>'
    front = pages(NAMES)["/"].replace(b"<title>", announced)
    rss = {"Content-Type": "application/rss+xml"}

    def feed(name):
        item = f"<item><title>A note of {name}</title><link>/{name}</link></item>"
        return Route(f"<rss version='2.0'><channel>{item}</channel></rss>".encode(), headers=rss)

    routes = {"/": front, "/feed": feed("boat"), "/feed?paged=2": FAILED}
    crawls.serve(NAMES, **routes)
    assert crawls.crawl("--feeds").code == 1
    crawls.serve(NAMES, **(routes | {"/feed?paged=2": feed("gull")}))
    assert crawls.crawl("--feeds").code == 0
    assert {"boat", "gull"} <= crawls.seen()
    assert crawls.asked() == ["/", "/feed", "/feed?paged=2", "/feed?paged=3"]


def test_a_feed_that_failed_is_asked_for_where_feeds_are(crawls):
    announced = b'<link rel="alternate" type="application/rss+xml" href="/feed"><title>'
    front = pages(NAMES)["/"].replace(b"<title>", announced)
    crawls.serve(NAMES, **{"/": front, "/feed": FAILED})
    assert crawls.crawl("--feeds").code == 1
    crawls.serve(NAMES, **{"/": front, "/feed": FAILED})
    assert crawls.crawl().code == 0
    assert crawls.asked() == ["/"]
    assert len(crawls.status()["unseen"]) == 1
    feed = b"<rss version='2.0'><channel><item><title>A note</title><link>/note</link></item></channel></rss>"
    crawls.serve(NAMES, **{"/": front, "/feed": Route(feed, headers={"Content-Type": "application/rss+xml"})})
    assert crawls.crawl("--feeds").code == 0
    assert "note" in crawls.seen()
    assert crawls.status()["unseen"] == []
