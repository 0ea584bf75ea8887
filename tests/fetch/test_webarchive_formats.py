"""What web archives list and serve: links, indexes, TimeMaps, mementos."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver import fetch
from archiver.errors import ConfigError
from archiver.fetch import WebArchiveOptions, index_url, read_index, read_timemap, replay_prefix
from archiver.fetch.weblinks import parse_links
from archiver.models import Capture

BLOG = "https://blog.example/"
NOW = datetime(2026, 3, 1, tzinfo=UTC)
PREFIX = "https://web.archive.org/web/"


def served(*headers, status=200, payload=b"<p>hello", url=f"{PREFIX}20230305120000id_/{BLOG}"):
    at = ("Memento-Datetime", "Sun, 05 Mar 2023 12:00:00 GMT")
    return Capture(url=url, captured_at=NOW, payload=payload, status=status, headers=(at, *headers))


def read_memento(response, url=BLOG):
    memento = fetch.read_memento(response, url)
    assert memento is not None
    return memento


def test_links_may_hold_commas_and_quotes():
    text = (
        '<https://a.example/?x=1,2;3>; rel="original  Memento"; title="a \\"b\\", <c>",'
        " <two>;rel=next;rel=last, no link, <three>; datetime"
    )
    first, second, third = (link for link in parse_links(text) if link.target != "c")
    assert (first.target, first.relations) == (
        "https://a.example/?x=1,2;3",
        frozenset({"original", "memento"}),
    )
    assert first.parameters["title"] == 'a "b", <c>'
    assert (second.target, second.relations) == ("two", frozenset({"next"}))
    assert (third.target, third.parameters) == ("three", {"datetime": ""})


@given(st.text(alphabet='<>;,="\\ rel\n', max_size=60))
def test_no_text_is_a_fault_of_links(text):
    assert all("<" not in link.target for link in parse_links(text))


@given(
    st.text(max_size=60)
    | st.recursive(st.none() | st.text(max_size=5), st.lists, max_leaves=9).map(json.dumps)
)
def test_no_answer_is_a_fault_of_the_index(text):
    with suppress(ValueError):
        assert read_index(text, PREFIX).rows == []


@pytest.mark.parametrize(
    ("index", "prefix"),
    [
        ("https://web.archive.org/cdx/search/cdx", PREFIX),
        ("http://localhost:8080/blog/cdx", "http://localhost:8080/blog/"),
        ("https://a.example/wayback/cdx/", "https://a.example/wayback/"),
        ("https://a.example/wayback/-cdx", "https://a.example/wayback/"),
        ("https://a.example/all-cdx", "https://a.example/all/"),
    ],
)
def test_an_index_shows_where_its_archive_replays(index, prefix):
    assert replay_prefix(index) == prefix


@pytest.mark.parametrize(
    "index", ["https://a.example/search", "a.example/cdx", "ftp://a.example/cdx", "/cdx"]
)
def test_an_index_that_does_not_is_refused(index):
    with pytest.raises(ConfigError):
        replay_prefix(index)


def test_the_index_is_asked_in_both_dialects():
    options = WebArchiveOptions(from_time="2023", to_time="2023-04-05T06:07:08+01:00", match_type="prefix")
    url = index_url("https://blog.example/?a=b&c", options, limit=None, resume_key=None)
    assert url == (
        "https://web.archive.org/cdx/search/cdx?url=https%3A%2F%2Fblog.example%2F%3Fa%3Db%26c"
        "&matchType=prefix&output=json&from=2023&to=20230405050708"
    )


@pytest.mark.parametrize("text", ["20231301", "203", "now", "2023-02-30"])
def test_a_time_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="from_time"):
        WebArchiveOptions(from_time=text)


def test_a_revisit_has_neither_status_nor_media_type():
    names = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
    row = ["example,blog)/", "20230305120000", "http://blog.example:80/", "warc/revisit", "-", "ABC", "-"]
    (found,) = read_index(json.dumps([names, row]), PREFIX).rows
    assert (found.status, found.media_type, found.length) == (None, None, None)
    assert found.replay_url == f"{PREFIX}20230305120000id_/http://blog.example:80/"


def test_a_timemap_lists_mementos_and_its_other_pages():
    text = f"""<{BLOG}>;rel="original",
    <http://a.example/timemap/link/2/{BLOG}>; rel="timemap"; type="application/link-format",
    <http://a.example/timemap/json/{BLOG}>; rel="timemap"; type="application/json",
    <http://a.example/20230305120000/{BLOG}>; rel="first last memento";
      datetime="Sun, 05 Mar 2023 12:00:00 GMT",
    <http://a.example/20230306120000/{BLOG}>; rel="memento"; datetime="soon" """
    timemap = read_timemap(text, NOW)
    assert (timemap.original, timemap.unread, len(timemap.others)) == (BLOG, 1, 1)
    assert [memento.time.day for memento in timemap.mementos] == [5]
    with pytest.raises(ValueError, match="no TimeMap"):
        read_timemap("<html><p>Not found", NOW)


def test_headers_of_a_memento_are_those_of_the_site():
    memento = read_memento(
        served(
            ("Server", "the archive"),
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Encoding", "gzip"),
            ("X-Archive-Orig-Server", "the site"),
            ("x-archive-orig-content-encoding", "br"),
            ("X-Archive-Orig-Content-Length", "12"),
            ("X-Archive-Src", "crawl.warc.gz"),
        ),
        BLOG,
    )
    assert memento.headers == (
        ("Server", "the site"),
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Encoding", "gzip"),
    )
    assert (memento.captured_at, memento.url) == (datetime(2023, 3, 5, 12, tzinfo=UTC), BLOG)


def test_an_archive_that_tells_no_headers_apart_gives_them_all_but_its_own():
    memento = read_memento(
        served(
            ("Content-Type", "text/html"),
            ("Link", f'<{BLOG}>; rel="original"'),
            ("Link", f'<{BLOG}page/2/>; rel="next"'),
            ("X-Archive-Src", "crawl.warc.gz"),
        ),
        "https://other.example/",
    )
    assert memento.headers == (("Content-Type", "text/html"), ("Link", f'<{BLOG}page/2/>; rel="next"'))
    assert memento.url == BLOG


def test_a_redirect_of_the_site_leads_where_it_led():
    memento = read_memento(served(("Location", f"{PREFIX}20230305120000id_/{BLOG}new/"), status=301), BLOG)
    assert memento.header("Location") == f"{BLOG}new/"


@pytest.mark.parametrize("stated", [(), (("Memento-Datetime", "yesterday"),)])
def test_without_a_time_it_is_no_memento(stated):
    assert fetch.read_memento(served().model_copy(update={"headers": stated}), BLOG) is None
