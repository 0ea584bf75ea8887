"""HAR: the pages in a log of a browser's requests."""

import base64
import gzip
import json
from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.errors import SourceError
from archiver.sources.har import read_har
from tests.servers import LISTING

URL = "https://harbour.example/blog/"
PAGE = "<!DOCTYPE html><meta charset=big5><p>Häfen"


def entry(
    url=URL, kind="text/html; charset=big5", text=PAGE, method="GET", status=200, headers=(), **content
):
    return {
        "startedDateTime": "2023-03-07T00:38:59.123+08:00",
        "request": {"method": method, "url": url, "headers": []},
        "response": {
            "status": status,
            "statusText": "OK",
            "httpVersion": "http/2.0",
            "headers": [{"name": name, "value": value} for name, value in headers],
            "content": {"size": 1, "mimeType": kind, "text": text} | content,
        },
        "_priority": "High",
    }


def log(*entries):
    return {"log": {"version": "1.2", "creator": {"name": "x"}, "pages": [{"id": "1"}], "entries": entries}}


@pytest.fixture
def read(tmp_path):
    """Write a log and read it: what was found, and what was passed over."""

    def found(data):
        file = tmp_path / "session.har"
        file.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
        passed: Counter[str] = Counter()
        return list(read_har(file, str(file), passed)), passed

    return found


def test_a_page_of_a_log_is_the_response_as_the_log_holds_it(read):
    headers = [
        (":status", "200"),
        ("content-type", "text/html; charset=big5"),
        ("Content-Encoding", "br"),
        ("Content-Length", "12"),
        ("Set-Cookie", "a=1\nb=2"),
        ("Server", "h\x00\u6e2f"),
    ]
    ((where, capture, error, *_),), passed = read(log(entry(f"{URL}#top", headers=headers)))
    assert where.endswith("session.har: entry 1")
    assert (error, passed) == (None, {})
    assert capture.payload == PAGE.encode()
    assert (capture.url, capture.url_basis, capture.path) == (URL, "entry", "session.har")
    assert (capture.captured_at, capture.time_basis) == (
        datetime(2023, 3, 6, 16, 38, 59, tzinfo=UTC),
        "entry",
    )
    assert (capture.status, capture.phrase, capture.protocol) == (200, "OK", "HTTP/2")
    assert capture.headers == (
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("Server", "h??"),
        ("Content-Type", "text/html; charset=utf-8"),
    )


def test_bytes_of_a_log_keep_their_charset(read):
    payload = "海港".encode("big5")
    text = base64.b64encode(payload).decode()
    ((_, capture, *_),), _ = read(log(entry(text=text, encoding="base64")))
    assert capture.payload == payload
    assert capture.header("Content-Type") == "text/html; charset=big5"


def test_what_is_no_page_is_counted(read):
    entries = (
        entry(kind="image/png"),
        entry(kind="application/json"),
        entry(method="POST"),
        entry(status=304),
        entry(status=0),
        entry(text=None),
        entry("data:text/html,x"),
        entry(f"{URL}feed", "application/rss+xml", "<rss version='2.0'/>"),
    )
    found, passed = read(log(*entries))
    assert [one.capture.url for one in found] == [f"{URL}feed"]
    assert passed == {
        "files that are no pages": 2,
        "POST requests": 1,
        "responses with status 304": 1,
        "responses with status 0": 1,
        "responses without a body in the log": 1,
        "requests that are not of HTTP": 1,
    }


@pytest.mark.parametrize(
    "bad",
    [
        {"startedDateTime": "yesterday"},
        {"response": None},
        {"request": {"method": "GET", "url": 3}},
        entry(text="%", encoding="base64"),
        entry(encoding="rot13"),
    ],
    ids=["time", "response", "url", "base64", "encoding"],
)
def test_a_bad_entry_is_one_line_and_the_others_are_read(read, bad):
    found, _ = read(log(entry() | bad, entry()))
    assert [one.capture is None for one in found] == [True, False]
    assert "session.har: entry 1: " in found[0].error
    assert "\n" not in found[0].error


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"log": 3}',
        b'{"log": {"entries": {}}}',
        b'{"log": {"pages": []}}',
        b"\xff",
        b"PK\3\4",
    ],
)
def test_what_is_no_log_is_refused(read, data):
    with pytest.raises(SourceError, match=r"session\.har: no HAR file"):
        read(data)


def test_a_log_that_breaks_off_gives_what_stands_in_front(tmp_path):
    file = tmp_path / "a.har"
    file.write_bytes(gzip.compress(json.dumps(log(entry(), entry(f"{URL}2"))).encode()[:-60]))
    found = read_har(file, str(file), Counter())
    assert next(found).capture
    with pytest.raises(SourceError, match=r"a\.har: .* what stands in front"):
        next(found)


VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda v: st.lists(v) | st.dictionaries(st.text(max_size=3), v),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["startedDateTime", "request", "response"]), VALUES)
def test_no_entry_is_an_error(read, key, value):
    found, passed = read(log(entry() | {key: value}))
    assert len(found) + passed.total() == 1


def test_a_log_is_crawled_and_the_archive_is_whole(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "saved").mkdir()
    entries = (entry(text=LISTING.decode(), headers=[("X-Odd Name", "1")]), entry(kind="image/png"))
    (tmp_path / "saved" / "session.har").write_text(json.dumps(log(*entries)))
    ran = run("crawl", "saved")
    assert ran.err.splitlines()[1:] == [
        "archiver: saved: passed over: files that are no pages: 1",
        "archiver: 1 captures (1 new), 5 cards, 0 failed",
    ]
    before = run("export", "captures", "--format", "jsonl").out
    assert run("verify").code == run("rebuild").code == 0
    assert run("export", "captures", "--format", "jsonl").out == before
    (tmp_path / "saved" / "notes.html").write_bytes(LISTING + b"<!-- saved by hand -->")
    assert "archiver: saved: taken: responses in HAR files: 1, saved pages: 1" in run("crawl", "saved").err
    (tmp_path / "saved" / "notes.html").unlink()
    assert run("crawl", "saved").err.splitlines()[-1] == "archiver: 1 captures (0 new), 5 cards, 0 failed"
