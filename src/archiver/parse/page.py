"""Captures to pages: the cards that a captured page shows, its next older page, its feeds.

A `Capture` goes in, a `Page` comes out. The same capture gives the same page: no network, no clock, no
database. No payload raises; what cannot be read is a `Page` of kind "empty" whose `error` says why in one
clause.
"""

import re

from archiver.cardrow import is_records
from archiver.models import Capture, Page
from archiver.parse.document.walls import refresh_target
from archiver.parse.feeds.json import read_json_feed
from archiver.parse.feeds.xml import read_feed
from archiver.parse.html import read_html
from archiver.parse.payload.encoding import Decoded, decode
from archiver.parse.payload.inflate import ContentError, decode_content
from archiver.parse.payload.limits import refusal
from archiver.parse.payload.sniff import (
    TextKind,
    binary_format,
    content_encoding,
    label_of,
    starts_xml_feed,
    text_kind,
)
from archiver.parse.plaintext.cards import read_text
from archiver.parse.records import read_records
from archiver.parse.wrapper.site import NOTHING_KNOWN, Site
from archiver.rewritten import undo_rewriting

MAX_PAGE_BYTES = 32 << 20
"""Bytes of the largest payload that is read, after inflation: twenty times the largest listing known."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def parse_page(capture: Capture, site: Site = NOTHING_KNOWN) -> Page:
    """Read the page that a capture shows.

    Args:
        capture: any payload, with or without headers.
        site: what is known of an HTML page from the user's rules and other pages of its site.

    Returns:
        The page. Its `error` is set where the payload is not a page, or is not a whole one.

    """
    content_type = capture.header("Content-Type") or ""
    if is_records(content_type):
        return read_records(capture.payload, capture.url)
    try:
        content = decode_content(capture.payload, content_encoding(capture), MAX_PAGE_BYTES)
    except ContentError as error:
        return _unreadable(capture.url, str(error))
    if not content.payload.strip():
        return _unreadable(capture.url, "empty file")
    if name := binary_format(content.payload, content_type):
        return _unreadable(capture.url, f"binary data ({name}), not a page")
    label = label_of(capture)
    is_feed = starts_xml_feed(content.payload, label)
    decoded = decode(content.payload, content_type, xml=is_feed, url=capture.url)
    page = _read(text_kind(decoded.text, label), decoded.text, capture.url, site)
    fault = None if content.whole else "cut short: the coded body lacks its end"
    refresh_url = page.refresh_url
    if not page.cards:
        refresh_url = refresh_target(capture.header("Refresh"), capture.url, capture.url) or refresh_url
    leads_on = f"it sends its readers on to {refresh_url}" if refresh_url else page.obstacle
    return page.model_copy(
        update={
            "charset": decoded.charset,
            "language": page.language or _language(capture),
            "refresh_url": refresh_url,
            "why": "; ".join(filter(None, (page.why, leads_on, _charset_clause(decoded)))),
            "error": page.error or fault,
        }
    )


def _read(kind: TextKind, text: str, url: str, site: Site) -> Page:
    """Read a text as what it is."""
    if kind is TextKind.XML_FEED:
        return read_feed(text, url)
    if kind is TextKind.JSON_FEED:
        return read_json_feed(text, url)
    if kind is TextKind.PLAIN_TEXT:
        return read_text(text, url)
    if reason := refusal(text):
        return _unreadable(url, f"not parsed: {reason}")
    return read_html(undo_rewriting(text), url, site)


def _unreadable(url: str, error: str) -> Page:
    return Page(url=url, kind="empty", confidence=1.0, error=error)


def _charset_clause(decoded: Decoded) -> str:
    """Return in one clause what the choice of the charset rests on."""
    clause = f"text in {decoded.charset} ({decoded.basis})"
    if decoded.declared:
        clause += f", labelled {decoded.declared}"
    if decoded.replacements:
        clause += f", {decoded.replacements} undecodable"
    return clause


def _language(capture: Capture) -> str | None:
    """Read the language that Content-Language names; a page for readers of several languages has none."""
    value = (capture.header("Content-Language") or "").strip()
    return value if _LANGUAGE.fullmatch(value) else None
