"""Captures to pages: the cards that a captured page shows, its next older page, its feeds.

In: a `Capture`. Out: a `Page`. Pure: the same capture gives the same page, with no network, no clock and no
database. Refuses: to raise on any payload. What cannot be read as a page is a `Page` of kind "empty" whose
`error` says why in one clause. The one surprise: what a payload is, its bytes decide before its name and
headers do: a feed served as HTML is a feed, an image named .html is no page.
"""

import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from archiver.cardrow import is_records
from archiver.models import Capture, Page
from archiver.parse.feeds.json import is_json_feed, read_json_feed
from archiver.parse.feeds.xml import read_feed
from archiver.parse.html import read_html
from archiver.parse.payload.encoding import Decoded, decode
from archiver.parse.payload.inflate import ContentError, decode_content
from archiver.parse.payload.limits import refusal
from archiver.parse.plaintext.cards import read_text
from archiver.parse.records import read_records
from archiver.parse.wrapper.site import NOTHING_KNOWN, Site

MAX_PAGE_BYTES = 32 << 20
"""A larger payload, inflated, is not read: twenty times the largest listing known."""


def parse_page(capture: Capture, site: Site = NOTHING_KNOWN) -> Page:
    """The page that a capture shows; `error` is set where it shows none."""
    url = capture.url
    if is_records(capture.header("Content-Type") or ""):
        return read_records(capture.payload, url)
    try:
        payload, whole = decode_content(capture.payload, content_encoding(capture), MAX_PAGE_BYTES)
    except ContentError as error:
        return _unreadable(url, str(error))
    if not payload.strip():
        return _unreadable(url, "empty file")
    content_type = capture.header("Content-Type") or ""
    if kind := _binary_kind(payload, content_type):
        return _unreadable(url, f"binary data ({kind}), not a page")
    media_type, suffix = _media_type(content_type), _suffix(capture)
    is_xml = "xml" in media_type.replace("xhtml", "") or suffix in _XML_SUFFIXES
    decoded = decode(payload, content_type, xml=_is_feed(payload[:_LOOK].decode("latin-1"), is_xml), url=url)
    if _is_feed(decoded.text, is_xml):
        page = read_feed(decoded.text, url)
    else:
        page = _read(decoded.text, url, media_type, suffix, site)
    why = f"{page.why}; {_about(decoded)}" if page.why else _about(decoded)
    fault = page.error if whole else page.error or "cut short: the coded body lacks its end"
    language = page.language or _language(capture)
    return page.model_copy(
        update={"charset": decoded.charset, "language": language, "why": why, "error": fault}
    )


def _read(text: str, url: str, media_type: str, suffix: str, site: Site) -> Page:
    """The page of a text that is no feed in XML: by what it is, its media type, the ending of its name."""
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if is_json_feed(text) or (start in "{[" and ("json" in media_type or suffix == ".json")):
        return read_json_feed(text, url)
    if _MARKUP.match(text) is None:
        if media_type == "text/plain" or suffix == ".txt":
            return read_text(text, url)
        if media_type == "" and "<" not in text:
            return read_text(text, url)
    if reason := refusal(text):
        return _unreadable(url, f"not parsed: {reason}")
    return read_html(text, url, site)


def _unreadable(url: str, error: str) -> Page:
    return Page(url=url, kind="empty", confidence=1.0, error=error)


def _about(decoded: Decoded) -> str:
    """What the choice of the charset rests on, in one clause."""
    clause = f"text in {decoded.charset} ({decoded.basis})"
    if decoded.declared:
        clause += f", labelled {decoded.declared}"
    if decoded.replacements:
        clause += f", {decoded.replacements} undecodable"
    return clause


def content_encoding(capture: Capture) -> str | None:
    """The Content-Encoding headers as one; gzip where there is none and the payload is a .gz file."""
    named = ", ".join(value for name, value in capture.headers if name.lower() == "content-encoding")
    return named or ("gzip" if capture.payload.startswith(b"\x1f\x8b\x08") else None)


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _language(capture: Capture) -> str | None:
    """The language that the header tells, if it is one: a page for readers of several tells none."""
    value = capture.header("Content-Language") or ""
    return value.strip() if _LANGUAGE.fullmatch(value.strip()) else None


_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def _suffix(capture: Capture) -> str:
    """The ending of the file's name, else of the address's path, without .gz."""
    name = capture.path
    if name is None:
        try:
            name = urlsplit(capture.url).path
        except ValueError:
            return ""
    return PurePosixPath(name.lower().removesuffix(".gz")).suffix


_MARKUP = re.compile(r"[\ufeff\s]*<(?:!doctype\s+html|html|head|body|\?xml)\b", re.IGNORECASE)
_PROLOG = re.compile(
    r"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?:[^>\[]|\[.*?\]\s*(?=>))*>", re.DOTALL | re.IGNORECASE
)
_FEED_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]{0,30}:)?(?:rss|rdf|feed|channel)[\s>]", re.IGNORECASE)


_XML_SUFFIXES = frozenset({".xml", ".rss", ".atom", ".rdf"})


def _is_feed(text: str, is_xml: bool) -> bool:
    """Whether the root element is that of a feed, whatever declarations and comments stand before it.

    What is called XML may have other text before its root: the warnings of a program that failed half-way.
    """
    at = 1 if text.startswith("\ufeff") else 3 if text.startswith("ï»¿") else 0
    while match := _PROLOG.match(text, at):
        at = match.end()
    return (_FEED_ROOT.search(text, at, at + _LOOK) if is_xml else _FEED_ROOT.match(text, at)) is not None


_MAGIC = (
    (b"\x89PNG", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF8", "GIF image"),
    (b"RIFF", "RIFF media"),
    (b"BM\0", "bitmap image"),
    (b"\0\0\1\0", "icon"),
    (b"%PDF-", "PDF document"),
    (b"PK\3\4", "ZIP archive"),
    (b"Rar!", "RAR archive"),
    (b"7z\xbc\xaf", "7z archive"),
    (b"\x1f\x8b", "gzip data"),
    (b"BZh", "bzip2 data"),
    (b"\xfd7zXZ", "xz data"),
    (b"\x28\xb5\x2f\xfd", "zstd data"),
    (b"wOFF", "font"),
    (b"wOF2", "font"),
    (b"OggS", "Ogg media"),
    (b"ID3", "MP3 audio"),
    (b"\x1aE\xdf\xa3", "Matroska media"),
    (b"\x7fELF", "program"),
    (b"SQLite format 3", "SQLite database"),
    (b"WARC/1", "WARC file"),
)
_LOOK = 4096  # bytes that are looked at for control characters
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\f\r\x1b")


def _binary_kind(payload: bytes, content_type: str) -> str | None:
    """What the payload is if it is no text: by its first bytes, else by its share of control characters.

    UTF-16 is half zeros, so a mark of it, or a header that says so, or zeros at every second place, is text.
    """
    for magic, kind in _MAGIC:
        if payload.startswith(magic):
            return kind
    if payload[4:8] == b"ftyp":
        return "MP4 media"
    head = payload[:_LOOK]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or "utf-16" in content_type.lower():
        return None
    if 0 in head:
        less, zeros = sorted((head[::2].count(0), head[1::2].count(0)))
        if zeros * 4 > len(head) and less * 8 < zeros:
            return None
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return "unknown kind" if controls * 10 > len(head) else None
