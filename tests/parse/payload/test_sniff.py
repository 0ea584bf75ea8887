from datetime import UTC, datetime

import pytest

from archiver.models import Capture
from archiver.parse.payload.sniff import (
    Label,
    TextKind,
    binary_format,
    content_encoding,
    label_of,
    starts_xml_feed,
    text_kind,
)

UNLABELLED = Label("", "")


def capture(url="https://example.com/list", payload=b"x", path=None, headers=()):
    time = datetime(2024, 3, 5, tzinfo=UTC)
    return Capture(url=url, captured_at=time, payload=payload, headers=headers, path=path)


@pytest.mark.parametrize(
    ("text", "label", "kind"),
    [
        ("<rss><channel>", UNLABELLED, TextKind.XML_FEED),
        (
            "<?xml version='1.0'?><!-- a --><atom:feed xmlns:atom='x'>",
            Label("text/html", ""),
            TextKind.XML_FEED,
        ),
        ("Warning: no net<rss>", Label("text/xml", ""), TextKind.XML_FEED),
        ("Warning: no net<rss>", Label("text/html", ""), TextKind.HTML),
        ("<html><rss>", Label("application/xhtml+xml", ""), TextKind.HTML),
        ('\ufeff {"items": []}', Label("text/html", ".html"), TextKind.JSON_FEED),
        ("[1]", Label("", ".json"), TextKind.JSON_FEED),
        ("[1]", UNLABELLED, TextKind.PLAIN_TEXT),
        ("1 < 2", UNLABELLED, TextKind.HTML),
        ("1 < 2", Label("text/plain", ""), TextKind.PLAIN_TEXT),
        ("<!DOCTYPE html>x", Label("text/plain", ".txt"), TextKind.HTML),
        ("plain words", Label("text/html", ""), TextKind.HTML),
    ],
)
def test_the_reader_that_a_text_needs(text, label, kind):
    assert text_kind(text, label) is kind


def test_a_feed_is_seen_before_it_is_decoded():
    assert starts_xml_feed(b"\xef\xbb\xbf<?xml version='1.0'?><rss>", UNLABELLED)
    assert not starts_xml_feed(b"<html><rss>", UNLABELLED)


@pytest.mark.parametrize(
    ("given", "label"),
    [
        ({"path": "A/Index.TXT.gz"}, Label("", ".txt")),
        ({"url": "https://example.com/a.json?x=.html"}, Label("", ".json")),
        ({"url": "https://[example"}, UNLABELLED),
        ({"headers": (("content-type", "Text/HTML; charset=utf-8"),)}, Label("text/html", "")),
    ],
)
def test_the_label_of_a_capture(given, label):
    assert label_of(capture(**given)) == label


def test_content_encodings_are_joined_and_gzip_is_known_without_one():
    headers = (("Content-Encoding", "gzip"), ("content-encoding", "br"))
    assert content_encoding(capture(headers=headers)) == "gzip, br"
    assert content_encoding(capture(payload=b"\x1f\x8b\x08...")) == "gzip"
    assert content_encoding(capture()) is None


@pytest.mark.parametrize(
    ("payload", "content_type", "name"),
    [
        (b"GIF89a", "text/html", "GIF image"),
        (b"\0\0\0\x18ftypmp42", "", "MP4 media"),
        (b"\1\2" * 50, "", "unknown kind"),
        (b"\xff\xfe" + bytes(50), "", None),
        (bytes(50), "text/plain; charset=UTF-16", None),
        ("words and more words".encode("utf-16-le"), "", None),
        (b"words", "image/png", None),
    ],
)
def test_the_format_of_binary_data(payload, content_type, name):
    assert binary_format(payload, content_type) == name
