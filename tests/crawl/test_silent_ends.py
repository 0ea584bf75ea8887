"""A crawl that ends without what it was to fetch says so, and says what to do."""

import pytest

from tests.servers import LISTING, Route, site_server

ELSEWHERE = "https://staging.harbour.example"
OLDER = b'<nav class="pagination"><a rel="next" href="%s">Older posts</a></nav></main>'


def leads_to(url, page=LISTING):
    return page.replace(b"</main>", OLDER % url.encode())


def refresh(url, delay=0):
    return f'<html><head><meta content="{delay};url={url}" http-equiv="refresh"><title>Moved</title>'.encode()


SECOND = LISTING.replace(b"post-", b"note-")
WALL = (
    b'<html><head><title>...</title></head><body><div id="app"></div><script src="/app.js"></script></body>'
)


@pytest.fixture
def crawl(run, tmp_path):
    def crawled(pages, *arguments):
        with site_server(pages) as site:
            ran = run("--archive", tmp_path, "crawl", "--delay", "0", site.url + "/", *arguments)
            return ran.code, ran.err.replace(site.url, "SITE"), [r.path for r in site.requests[1:]]

    return crawled


@pytest.mark.parametrize(
    "start",
    [
        refresh("/blog/"),
        refresh("/blog/", delay=5),
        Route(b"<html><title>Moved</title>", headers={"Refresh": "0; url=/blog/"}),
        b"<html><head><noscript>" + refresh("/blog/") + b"</noscript></head>",
    ],
)
def test_a_refresh_is_followed_on_its_site(crawl, start):
    code, err, asked = crawl({"/": start, "/blog/": LISTING})
    assert (code, asked) == (0, ["/", "/blog/"])
    assert err.splitlines()[1:] == ["archiver: 2 captures (2 new), 5 cards, 0 failed"]


def test_an_older_page_that_refreshes_is_followed(crawl):
    code, _, asked = crawl({"/": leads_to("/2"), "/2": refresh("/two/"), "/two/": SECOND})
    assert (code, asked) == (0, ["/", "/2", "/two/"])


def test_a_page_with_cards_is_not_left(crawl):
    page = LISTING.replace(b"<title>", b'<meta http-equiv="refresh" content="5;url=/other"><title>')
    code, _, asked = crawl({"/": page, "/other": SECOND})
    assert (code, asked) == (0, ["/"])


def test_refreshes_that_go_round_end(crawl):
    code, err, asked = crawl({"/": refresh("/a"), "/a": refresh("/b"), "/b": refresh("/a")})
    assert (code, asked) == (1, ["/", "/a", "/b"])
    assert "SITE/b: the redirects form a loop, back to SITE/a" in err


def test_a_chain_of_refreshes_ends(crawl):
    code, err, asked = crawl({"/": refresh("/1"), **{f"/{n}": refresh(f"/{n + 1}") for n in range(1, 40)}})
    assert (code, len(asked)) == (1, 11)
    assert "more than 10 redirects" in err


def test_a_refresh_to_another_site_is_told(crawl):
    code, err, asked = crawl({"/": refresh(ELSEWHERE + "/")})
    assert (code, asked) == (1, ["/"])
    assert f"no cards were found on this page: it sends its readers to another site: {ELSEWHERE}/" in err


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (WALL, "it shows nothing without scripts"),
        (b'<body><script>location.href="/real/"</script>', "a script of it leads on to SITE/real/"),
        (
            b"<body><script>window.location.replace('/real/')</script>",
            "a script of it leads on to SITE/real/",
        ),
        (b"<body><script>document.cookie='k=1';location.reload()</script>", "a script of it leads on"),
        (b"<body><script>document.cookie='k=1'</script>", "a script of it sets a cookie first"),
        (b"<frameset><frame src=/menu><frame src=/b></frameset>", "it shows other pages in frames, such as"),
        (refresh("/"), "nothing on it looks like a list of posts"),
        (b"<html><title>Blog</title><p>Nothing here yet.", "nothing on it looks like a list of posts"),
        (
            Route(b"<rss version='2.0'><channel/></rss>", headers={"Content-Type": "text/xml"}),
            "the feed is empty",
        ),
    ],
)
def test_a_source_without_cards_has_failed(crawl, page, told):
    code, err, asked = crawl({"/": page})
    assert (code, asked) == (1, ["/"])
    _, first, last = err.splitlines()
    assert f"SITE/: no cards were found on this page: {told}" in first
    assert first.endswith("(`archiver inspect SITE/`)")
    assert "0 cards, 1 failed" in last


def test_a_wall_instead_of_an_older_page_is_no_end(crawl):
    code, err, _ = crawl({"/": leads_to("/2"), "/2": WALL})
    assert code == 1
    assert "SITE/2: no cards were found on this page: it shows nothing without scripts" in err


def test_an_empty_page_behind_the_last_is_the_end(crawl):
    menu = b"".join(b"<a href=/%d>menu</a>" % n for n in range(9))
    empty = b"<html lang=en><title>Blog</title>" + menu + b"<main></main><script src=/x.js></script>"
    code, err, _ = crawl({"/": leads_to("/2"), "/2": empty})
    assert code == 0
    assert "SITE/2: no cards were found on this page, and the listing ends here" in err


@pytest.mark.parametrize("page", [Route(status=302, headers={"Location": "/"}), refresh("/")])
def test_an_older_page_that_leads_back_is_the_end(crawl, page):
    code, err, asked = crawl({"/": leads_to("/2"), "/2": page})
    assert (code, asked) == (0, ["/", "/2"])
    assert "SITE/2: leads back to SITE/, and the listing ends here" in err


def test_a_next_page_on_another_site_is_told(crawl):
    code, err, asked = crawl({"/": leads_to(ELSEWHERE + "/page/2")})
    assert (code, asked) == (1, ["/"])
    assert f"its next page is on another site, which is a source of its own: {ELSEWHERE}/page/2" in err
    assert "5 cards, 1 failed\n" in err


def test_a_cookie_wall_is_named(crawl):
    wall = {"Location": "/", "Set-Cookie": "seen=1"}
    check = {"Location": "/", "Cache-Control": "no-store"}
    for pages in (
        {"/": Route(status=302, headers=wall)},
        {
            "/": Route(status=302, headers=wall | {"Location": "/check"}),
            "/check": Route(status=302, headers=check),
        },
    ):
        code, err, _ = crawl(pages)
        assert code == 1
        assert "the redirects form a loop" in err
        assert "the site waits for a cookie, and archiver sends only yours" in err
