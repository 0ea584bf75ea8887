"""The title that an HTML page gives itself, as a browser shows it on a tab.

A capture goes in, a text comes out; None where the payload is no readable HTML, or has no title.
"""

from selectolax.lexbor import LexborHTMLParser

from archiver.models import Capture, clean_text
from archiver.parse.payload.encoding import decode
from archiver.parse.payload.inflate import ContentError, decode_content
from archiver.parse.payload.limits import refusal
from archiver.parse.payload.sniff import content_encoding

_MAX_BYTES = 32 << 20
_HEAD_CHARS = 1 << 17
"""Characters in which a title is looked for: heads with styles and scripts in them are that long."""
_MAX_TITLE = 300
"""Characters of a title that are kept."""


def page_title(capture: Capture) -> str | None:
    """Return the title of the page that a capture shows."""
    try:
        payload = decode_content(capture.payload, content_encoding(capture), _MAX_BYTES).payload
    except ContentError:
        return None
    head = decode(payload, capture.header("Content-Type"), url=capture.url).text[:_HEAD_CHARS]
    if refusal(head):
        return None
    title = LexborHTMLParser(head).css_first("title")
    return (clean_text(title.text()) or "")[:_MAX_TITLE] or None if title else None
