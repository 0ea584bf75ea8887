"""The kind of a payload: binary data, a feed, HTML or plain text.

A capture and its text come in, the kind comes out; nothing is parsed here. The content decides before the
headers and the name do: a feed served as HTML is a feed, and an image named `.html` is not a page. Headers
and names decide only where the content leaves it open, as between a few lines of text and a piece of HTML.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from archiver.models import Capture

_HEAD = 4096
"""Bytes or characters at the start of a payload that show its kind."""

_XML_SUFFIXES = frozenset({".xml", ".rss", ".atom", ".rdf"})
_BLANK = "\ufeff \t\r\n"
_MARKUP = re.compile(r"[\ufeff\s]*<(?:!doctype\s+html|html|head|body|\?xml)\b", re.IGNORECASE)
_PROLOG = re.compile(
    r"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?:[^>\[]|\[.*?\]\s*(?=>))*>", re.DOTALL | re.IGNORECASE
)
_FEED_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]{0,30}:)?(?:rss|rdf|feed|channel)[\s>]", re.IGNORECASE)


class TextKind(Enum):
    """The reader that a decoded payload needs."""

    XML_FEED = auto()
    JSON_FEED = auto()
    HTML = auto()
    PLAIN_TEXT = auto()


@dataclass(frozen=True, slots=True)
class Label:
    """What headers and file name call a payload, in lower case; an empty string where they give none."""

    media_type: str
    suffix: str

    @property
    def is_xml(self) -> bool:
        """Whether the payload is called XML; XHTML does not count."""
        is_xml = "xml" in self.media_type and "xhtml" not in self.media_type
        return is_xml or self.suffix in _XML_SUFFIXES


def label_of(capture: Capture) -> Label:
    """Read the media type and the suffix of a capture: the file name's, else the URL's, without `.gz`.

    The file of a capture from a WARC holds others, too, so that its name says nothing about this one.
    """
    media_type = (capture.header("Content-Type") or "").partition(";")[0].strip().lower()
    name = None if capture.time_basis == "warc" else capture.path
    if name is None:
        try:
            name = urlsplit(capture.url).path
        except ValueError:
            name = ""
    return Label(media_type, PurePosixPath(name.lower().removesuffix(".gz")).suffix)


def content_encoding(capture: Capture) -> str | None:
    """Join the Content-Encoding headers; return "gzip" for a gzip payload without any."""
    named = ", ".join(value for name, value in capture.headers if name.lower() == "content-encoding")
    return named or ("gzip" if capture.payload.startswith(b"\x1f\x8b\x08") else None)


def text_kind(text: str, label: Label) -> TextKind:
    """Return which reader a decoded text needs."""
    if is_xml_feed(text, label):
        return TextKind.XML_FEED
    is_called_json = "json" in label.media_type or label.suffix == ".json"
    if _is_json_feed(text) or (is_called_json and text.lstrip(_BLANK)[:1] in ("", "{", "[")):
        return TextKind.JSON_FEED
    if _MARKUP.match(text) is None:
        is_called_text = label.media_type == "text/plain" or label.suffix == ".txt"
        if is_called_text or (label.media_type == "" and "<" not in text):
            return TextKind.PLAIN_TEXT
    return TextKind.HTML


def is_xml_feed(text: str, label: Label) -> bool:
    """Return whether the root element is a feed's, after any declarations and comments.

    A payload that is called XML may have other text before its root, such as the warnings of a program.
    """
    at = prolog_end(text)
    root = _FEED_ROOT.search(text, at, at + _HEAD) if label.is_xml else _FEED_ROOT.match(text, at)
    return root is not None


def prolog_end(text: str) -> int:
    """Return where what may stand in front of a root element ends: declarations, comments and white space."""
    at = 1 if text.startswith("\ufeff") else 3 if text.startswith("ï»¿") else 0
    while match := _PROLOG.match(text, at):
        at = match.end()
    return at


def starts_xml_feed(payload: bytes, label: Label) -> bool:
    """Return whether the first bytes, before any decoding, show a feed in XML."""
    return is_xml_feed(payload[:_HEAD].decode("latin-1"), label)


def _is_json_feed(text: str) -> bool:
    """Return whether the text is an object that names JSON Feed's version or has items."""
    head = text[:_HEAD]
    return head.lstrip(_BLANK).startswith("{") and ("jsonfeed.org/version" in head or '"items"' in text)


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
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\f\r\x1b")


def binary_format(payload: bytes, content_type: str) -> str | None:
    """Name the format of a binary payload, or return None for text.

    The first bytes decide, else the share of control characters: more than a tenth is binary of "unknown
    kind". UTF-16 is half zeros; a byte order mark, the header, or zeros in every second byte show that it is
    text.
    """
    for magic, name in _MAGIC:
        if payload.startswith(magic):
            return name
    if payload[4:8] == b"ftyp":
        return "MP4 media"
    head = payload[:_HEAD]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or "utf-16" in content_type.lower():
        return None
    if 0 in head:
        fewer, more = sorted((head[::2].count(0), head[1::2].count(0)))
        if more * 4 > len(head) and fewer * 8 < more:
            return None
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return "unknown kind" if controls * 10 > len(head) else None
