"""Captures out of records: what is a page, what its payload is, what is passed over and counted."""

import gzip
import io
from datetime import UTC, datetime

import pytest

from archiver.defaults import MAX_PAYLOAD_BYTES
from archiver.sources.found import RevisitOf
from archiver.sources.selection import PassedOver, Selection
from archiver.sources.warc import RecordFile, read_captures
from tests.warcs import DATE, LISTING_URL, arc, chunked, http, record

PAGE = b"<!doctype html><p>boats"


def read(data, include=(), exclude=(), *, everything=False):
    """What is found in a file, and what is passed over."""
    passed = PassedOver()
    file = RecordFile(io.BytesIO(data).read, len(data), "some.warc", "kept/some.warc")
    found = list(read_captures(file, Selection(include, exclude, everything=everything), passed))
    return found, str(passed)


def capture(data):
    (found,), _ = read(data)
    assert found.capture, found.error
    return found.capture


def error(data):
    (found,), _ = read(data)
    return found.error


def test_a_response_becomes_a_capture_with_where_it_comes_from():
    block = http(PAGE, Server="some", status="200 Fine", content_type="text/html; charset=utf-8")
    data = record(
        url=f"<{LISTING_URL}>",
        block=block,
        date="2026-03-01T12:00:00.987654321Z",
        version="1.1",
        WARC_Record_ID="<urn:uuid:1>",
        WARC_Payload_Digest="sha1:ABC",
        WARC_IP_Address="192.0.2.7",
        WARC_Truncated="TIME",
    )
    (found,), _ = read(data)
    one = found.capture
    assert found.where == f"some.warc: byte 0: {LISTING_URL}"
    assert found.head == block.removesuffix(PAGE)
    assert (one.url, one.captured_at) == (LISTING_URL, datetime(2026, 3, 1, 12, tzinfo=UTC))
    assert (one.status, one.phrase, one.payload, one.truncated) == (200, "Fine", PAGE, "time")
    assert (one.path, one.time_basis, one.url_basis) == ("kept/some.warc", "warc", "warc")
    assert (one.record_id, one.stated_digest, one.address) == ("<urn:uuid:1>", "sha1:ABC", "192.0.2.7")
    assert one.header("server") == "some"
    assert one.protocol == "HTTP/1.1"


@pytest.mark.parametrize("version", [1, 2])
def test_a_response_of_an_arc_file_is_one_of_a_warc_file(version):
    one = capture(arc((LISTING_URL, http(PAGE)), version=version))
    assert one.key == capture(record(block=http(PAGE))).key
    assert one.record_id is None


@pytest.mark.parametrize(
    ("head", "body", "payload", "truncated"),
    [
        ({"Transfer_Encoding": "chunked"}, chunked(PAGE * 20), PAGE * 20, None),
        ({"Transfer_Encoding": "chunked"}, chunked(PAGE * 20).replace(b"\r\n", b"\n"), PAGE * 20, None),
        ({"Transfer_Encoding": "chunked"}, PAGE, PAGE, None),
        ({"Transfer_Encoding": "chunked"}, chunked(PAGE * 20)[:212], (PAGE * 20)[:200], "disconnect"),
        ({}, chunked(PAGE), chunked(PAGE), None),
        ({"Content_Encoding": "gzip"}, gzip.compress(PAGE, mtime=0), gzip.compress(PAGE, mtime=0), None),
        (
            {"Content_Encoding": "gzip", "Transfer_Encoding": "chunked"},
            chunked(gzip.compress(PAGE, mtime=0)),
            gzip.compress(PAGE, mtime=0),
            None,
        ),
    ],
    ids=["chunked", "LF", "no longer chunked", "cut", "no coding named", "content coding", "both"],
)
def test_the_payload_is_what_the_transfer_coding_held(head, body, payload, truncated):
    one = capture(record(block=http(body, **head)))
    assert (one.payload, one.truncated) == (payload, truncated)


@pytest.mark.parametrize(
    ("head", "status", "protocol"),
    [
        (b"HTTP/2 200\r\nContent-Type: text/html\r\n\r\n", 200, "HTTP/2"),
        (b"HTTP/2.0 200 OK\r\ncontent-type: text/html\r\n\r\n", 200, "HTTP/2"),
        (b"HTTP/1.1 404\nContent-Type: text/html\n\n", 404, "HTTP/1.1"),
        (b"HTTP/1.0 200 OK\r\nno colon\r\nContent-Type: text/html\r\n folded\r\n\r\n", 200, "HTTP/1.0"),
        (b"\r\nhttp/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", 200, "HTTP/1.1"),
    ],
)
def test_heads_out_of_form_are_read(head, status, protocol):
    one = capture(record(block=head + PAGE))
    assert (one.status, one.protocol, one.payload) == (status, protocol, PAGE)


def test_the_protocol_that_the_record_states_counts():
    assert capture(record(block=http(PAGE), WARC_Protocol="h2")).protocol == "HTTP/2"


@pytest.mark.parametrize(
    ("content_type", "payload", "taken"),
    [
        ("text/html", b"anything", True),
        ("TEXT/HTML; charset=x", b"anything", True),
        ("application/xhtml+xml", b"<html>", True),
        ("application/atom+xml", b"<feed>", True),
        ("application/feed+json", b"{}", True),
        ("text/plain", b"a text", True),
        ("application/xml", b"<?xml version='1.0'?><rss>", True),
        ("application/xml", b"<urlset>", False),
        ("application/json", b'{"version": "https://jsonfeed.org/version/1.1"}', True),
        ("application/json", b"{}", False),
        (None, PAGE, True),
        (None, b"\x89PNG", False),
        ("application/octet-stream", PAGE, True),
        ("application/octet-stream", gzip.compress(PAGE, mtime=0), True),
        ("image/png", PAGE, False),
        ("application/javascript", PAGE, False),
        ("text/css", b"p {}", False),
    ],
)
def test_pages_are_taken_by_type_and_first_bytes(content_type, payload, taken):
    data = record(block=http(payload, content_type=content_type))
    found, passed = read(data)
    assert bool(found) is taken
    assert passed.startswith("1 (" if not taken else "0")
    assert read(data, everything=True)[0]


def test_what_is_passed_over_is_counted_by_kind():
    data = b"".join(
        [
            record("warcinfo", None, b"software: some"),
            record("request", block=b"GET / HTTP/1.1\r\n\r\n"),
            record("metadata", block=b"via: x"),
            record("conversion", block=b"a text"),
            record("continuation", block=b"a part"),
            record("response", "dns:harbour.example", b"192.0.2.1", Content_Type="text/dns"),
            record(
                "resource", "metadata://gnu.org/software/wget/warc/wget.log", b"", Content_Type="text/plain"
            ),
            record("resource", "urn:thumbnail:https://harbour.example/", b"PNG"),
            record(url=f"{LISTING_URL}robots.txt", block=http(b"User-agent: *", content_type="text/plain")),
            record(block=b""),
            record(block=http(b"", status="204 No Content")),
            record(block=http(b"", status="304 Not Modified")),
            record(block=http(b"PNG", content_type="image/png")),
        ]
    )
    found, passed = read(data)
    assert found == []
    assert passed.startswith("13 (empty responses 2, warcinfo records 1, request records 1,")


def test_redirects_are_taken_with_their_location():
    one = capture(record(block=http(b"", status="301 Moved", content_type=None, Location="/new")))
    assert (one.status, one.header("Location"), one.payload) == (301, "/new", b"")


def test_a_resource_has_the_media_type_of_its_record():
    one = capture(record("resource", block=PAGE, Content_Type="text/html; charset=utf-8"))
    assert (one.status, one.payload, one.header("Content-Type")) == (None, PAGE, "text/html; charset=utf-8")


def test_a_revisit_says_of_what():
    data = record(
        "revisit",
        block=http(b"", Server="other"),
        WARC_Profile="http://netpreserve.org/warc/1.0/revisit/identical-payload-digest",
        WARC_Payload_Digest="sha1:ABC",
        WARC_Refers_To_Target_URI="<http://harbour.example/old>",
        WARC_Refers_To_Date=DATE,
        WARC_Refers_To="<urn:uuid:1>",
    )
    (found,), _ = read(data)
    time = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert found.revisit_of == RevisitOf("http://harbour.example/old", time, "sha1:ABC", "<urn:uuid:1>")
    assert (found.number, found.capture.header("Server"), found.capture.payload) == (1, "other", b"")


def test_a_revisit_of_an_unknown_profile_is_not_interpreted():
    found, passed = read(record("revisit", block=http(), WARC_Profile="https://some.example/profile"))
    assert (found, passed) == ([], "1 (revisits of an unknown profile 1)")


@pytest.mark.parametrize(
    ("include", "exclude", "urls"),
    [
        ((), (), "abc"),
        (("*/a",), (), "a"),
        (("harbour.example/a",), (), "a"),
        (("https://harbour.example/?",), ("*/b",), "ac"),
        ((), ("text/plain",), "ab"),
        (("text/*",), ("text/html",), "c"),
        (("image/*",), (), "d"),
        (("image/*", "*/a"), (), ""),
    ],
)
def test_patterns_choose_by_url_and_media_type(include, exclude, urls):
    types = {"a": "text/html", "b": "text/html", "c": "text/plain", "d": "image/png"}
    data = b"".join(
        record(url=f"https://harbour.example/{name}", block=http(b"x", content_type=media_type))
        for name, media_type in types.items()
    )
    found, _ = read(data, include, exclude)
    assert "".join(one.capture.url[-1] for one in found) == urls


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (record(block=b"<html>no head"), "no HTTP response; the record begins with b'<html>no head'"),
        (record(block=http(PAGE), date="yesterday"), "invalid WARC-Date 'yesterday'"),
        (record(block=http(PAGE), date="2026-13-45T00:00:00Z"), "invalid WARC-Date '2026-13-45T00:00:00Z'"),
        (record(url="https://harbour.example/\x01", block=http(PAGE)), "the URL has control characters"),
    ],
)
def test_what_gives_no_capture_is_said(data, said):
    assert error(data) == said


def test_a_payload_beyond_all_reason_is_refused(monkeypatch):
    monkeypatch.setattr("archiver.sources.warc.captures.MAX_PAYLOAD_BYTES", 1 << 20)
    assert error(record(block=http(bytes(2 << 20)))) == "larger than 1 MiB, which no page is"
    assert MAX_PAYLOAD_BYTES >> 20 == 256


def test_the_head_of_a_response_has_an_end():
    endless = b"HTTP/1.1 200 OK\r\n" + b"X-More: and more\r\n" * 20_000
    assert error(record(block=endless)).startswith("no HTTP response")


def test_only_the_records_that_are_asked_for_are_read():
    data = record(block=http(PAGE)) + record(block=http(PAGE + b"2")) + b"garbage"
    passed = PassedOver()
    file = RecordFile(io.BytesIO(data).read, len(data), "some.warc", "some.warc")
    assert [one.number for one in read_captures(file, Selection(), passed, {2})] == [2]
