"""Pages that a browser saved in one file with all that they show (MHTML, RFC 2557).

The bytes of the file go in; the page comes out, decoded, with the URL and the time that the browser wrote.
All other parts (pictures, style sheets, frames) are left: they are no pages.
"""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from archiver.sources.ownurl import OwnPage, is_absolute

PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml")
"""The media types of a page; what a browser shows of XML is the page, too."""


MAX_PARTS = 50_000
"""Lines that may be the boundary of a part. A page shows thousands of pictures at most, and a part takes
2 kB of memory and more."""


class SavedPage(NamedTuple):
    """A page out of a file of its own kind."""

    payload: bytes
    content_type: str
    own: OwnPage


def read_mhtml(data: bytes) -> SavedPage:
    """Return the page of an MHTML file. Raises ValueError where the file holds none."""
    if data.count(b"\n--") > MAX_PARTS:
        raise ValueError(f"an MHTML file of more than {MAX_PARTS:,} parts")
    try:
        whole = message_from_bytes(data)
        root = _root(whole)
        payload = root.get_payload(decode=True) if root else None
    except (RecursionError, LookupError) as error:  # parts in parts, made to do harm; no such charset
        raise ValueError("damaged MHTML file") from error
    if root is None or not isinstance(payload, bytes):
        raise ValueError("no page in this MHTML file")
    locations = (whole["Snapshot-Content-Location"], root["Content-Location"], whole["Content-Location"])
    urls = (str(location).strip().partition("#")[0] for location in locations if location)
    url = next((url for url in urls if is_absolute(url)), None)
    content_type = " ".join(str(root["Content-Type"] or PAGE_TYPES[0]).split())
    return SavedPage(payload, content_type, OwnPage(url, _date(whole), by_program=url is not None))


def _root(whole: Message) -> Message | None:
    """Return the root part: the one that `start` names, else the first one that is a page (RFC 2387)."""
    if not whole.is_multipart():
        return whole if whole.get_content_type() in PAGE_TYPES and whole["Content-Type"] else None
    pages = [part for part in whole.walk() if part.get_content_type() in PAGE_TYPES]
    start = whole.get_param("start")
    return next(
        (part for part in pages if start and part["Content-ID"] == start), pages[0] if pages else None
    )


def _date(whole: Message) -> datetime | None:
    try:
        time = parsedate_to_datetime(str(whole["Date"]))
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
