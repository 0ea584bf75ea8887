import gzip
from datetime import UTC, datetime

import pytest

from archiver.models import Capture, Page
from archiver.parse import MAX_PAGE_BYTES, parse_page

RSS = b'<rss version="2.0"><channel><item><title>Boats</title><link>/boats</link></item></channel></rss>'
JSON_FEED = b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "/boats", "title": "Boats"}]}'
TEXT = (
    b"Boats\n2024-03-05\nThe day began with a long walk along the harbour, where the boats came back early.\n"
)


def page(payload: bytes, content_type: str = "", *, path: str | None = None, coding: str = "") -> Page:
    headers = tuple((n, v) for n, v in (("content-type", content_type), ("content-encoding", coding)) if v)
    url = "https://example.com/list"
    time = datetime(2024, 3, 5, tzinfo=UTC)
    return parse_page(Capture(url=url, captured_at=time, payload=payload, headers=headers, path=path))


@pytest.mark.parametrize(
    "payload",
    [
        RSS,
        b'<?xml version="1.0"?>\n<?xml-stylesheet href="a.xsl"?><!-- <html> -->' + RSS,
        b"<!DOCTYPE rss [<!ENTITY x 'y'>]>\n" + RSS,
        b"\xef\xbb\xbf" + RSS,
        b"\xff\xfe" + RSS.decode().encode("utf-16-le"),
        JSON_FEED,
    ],
)
@pytest.mark.parametrize("content_type", ["text/html", "application/octet-stream", ""])
def test_a_feed_is_a_feed_whatever_it_is_called(payload: bytes, content_type: str) -> None:
    read = page(payload, content_type, path="index.html")
    assert read.kind == "feed"
    assert [(card.title, card.url) for card in read.cards] == [("Boats", "https://example.com/boats")]


@pytest.mark.parametrize(
    ("content_type", "path"), [("application/rss+xml", None), ("text/xml", None), ("", "a/index.xml")]
)
def test_a_feed_with_the_warnings_of_its_program_before_it(content_type: str, path: str | None) -> None:
    read = page(b"<br />\n<b>Warning</b>: no net in boats.php on line 3\n" + RSS, content_type, path=path)
    assert (read.kind, len(read.cards)) == ("feed", 1)


@pytest.mark.parametrize(
    ("header", "language"), [("fr", "fr"), (" pt-BR ", "pt-BR"), ("en, fr", None), ("", None)]
)
def test_the_language_of_the_header(header: str, language: str | None) -> None:
    time = datetime(2024, 3, 5, tzinfo=UTC)
    headers = (("Content-Language", header),)
    feed = Capture(url="https://example.com/", captured_at=time, headers=headers, payload=RSS)
    assert parse_page(feed).language == language
    html = Capture(url=feed.url, captured_at=time, headers=headers, payload=b"<html lang=de><p>x")
    assert parse_page(html).language == "de"


@pytest.mark.parametrize(
    ("content_type", "path"),
    [("text/plain; charset=utf-8", None), ("", "a/index.txt"), ("", "a/index.txt.gz"), ("", None)],
)
def test_text_captures(content_type: str, path: str | None) -> None:
    read = page(TEXT, content_type, path=path)
    assert (read.kind, len(read.cards), read.charset) == ("text", 1, "utf-8")


def test_html_sent_as_plain_text_is_html() -> None:
    assert page(b"<!DOCTYPE html><html><p>" + TEXT, "text/plain").kind != "text"


@pytest.mark.parametrize("coding", ["gzip", ""])
def test_gzip_named_or_not(coding: str) -> None:
    assert page(gzip.compress(RSS), coding=coding).kind == "feed"


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        (b"", "empty file"),
        (b" \r\n\t", "empty file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "binary data (PNG image), not a page"),
        (b"%PDF-1.4 ...", "binary data (PDF document), not a page"),
        (b"\0\1\2\3\4" * 50, "binary data (unknown kind), not a page"),
        (b"<p>" + bytes(MAX_PAGE_BYTES), "larger than 32 MiB"),
        (gzip.compress(bytes(MAX_PAGE_BYTES + 1)), "inflates to more than 32 MiB"),
        (b"<div>" * 6_000_000, "not parsed: 6,000,000 tags"),
        (b"<div>" * 50_000, "not parsed: 50,000 elements open at once"),
        (b'{"a": 1}', None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_page(payload: bytes, error: str | None) -> None:
    read = page(payload)
    assert not read.cards
    assert read.error == error


def test_json_that_is_no_feed() -> None:
    assert page(b'{"a": 1}', "application/json").error == "JSON, but no JSON Feed"
    assert page(b'{"items": ' + b"[" * 100_000, "application/json").error == "broken JSON"


def test_zeros_in_html_are_no_binary_data() -> None:
    assert page(b"<html><p>a\0b" + b"walk " * 100).error is None


def test_what_was_decided_about_the_charset_is_kept() -> None:
    read = page("Boats\n小船\n".encode() * 5, "text/plain; charset=gb2312")
    assert read.charset == "utf-8"
    assert read.why.endswith("text in utf-8 (utf-8 valid), labelled gbk")
