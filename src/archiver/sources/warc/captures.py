"""Captures out of the records of a WARC or ARC file, as a stream.

The records of `response`, `resource` and `revisit` whose URL and media type are wanted become captures. What
is passed over is counted, what is damaged is reported with its place. A revisit has its head only: the caller
finds the payload.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import NamedTuple, get_args

from archiver.defaults import MAX_PAYLOAD_BYTES
from archiver.httpchunks import Unchunked, without_chunks
from archiver.httphead import ResponseHead, head_length, parse_head
from archiver.models import Capture, Truncated
from archiver.sources.files import shown
from archiver.sources.found import FoundCapture, OutsideRecord, RevisitOf
from archiver.sources.paths import parse_time
from archiver.sources.selection import PassedOver, Selection, is_page, media_type_of
from archiver.sources.warc.records import Block, DamagedSpan, ForeignRecord, read_records
from archiver.sources.warc.unpack import DamagedError

MAX_HTTP_HEAD_BYTES = 256 << 10
"""A longer head of a response is refused, as it is when it is fetched."""

_FIRST_BYTES = 16 << 10
_SCHEMES = ("http", "https", "file")
"""Schemes of URLs of pages. Programs keep their logs, screenshots and texts under `metadata:` and `urn:`."""
_PROFILES = ("identical-payload-digest", "server-not-modified")
"""How the profiles end that say where a revisit's payload is (WARC 1.1, section 6.7)."""
_PROTOCOLS = {"http/1.0": "HTTP/1.0", "http/1.1": "HTTP/1.1", "h2": "HTTP/2", "http/2": "HTTP/2"}


class RecordFile(NamedTuple):
    """An open file of records.

    `read` gives at most so many of its next bytes, `size` is its length in bytes. `name` is for messages,
    `path` is kept with each capture.
    """

    read: Callable[[int], bytes]
    size: int
    name: str
    path: str


class _UnfitError(Exception):
    """A record that gives no capture; the message says why, in one clause."""


class _PassOverError(Exception):
    """A record that is not wanted, by the kind that it is counted as."""


class _Response(NamedTuple):
    """The block of a record: the head of the response, where there is one, and the payload."""

    head: ResponseHead | None
    payload: bytes
    truncated: str | None = None


def read_captures(
    file: RecordFile, selection: Selection, passed: PassedOver, only: Collection[int] | None = None
) -> Iterator[FoundCapture]:
    """Yield the captures of a file in order, and its faults; what is not wanted is added to *passed*.

    *only* gives the numbers of the records that are read; of the others nothing is said. Raises SourceError
    where the file is neither WARC nor ARC.
    """
    for record in read_records(file.read, file.size, file.name):
        where = f"{file.name}: {record.place}"
        if isinstance(record, DamagedSpan):
            if only is None:
                yield FoundCapture(where, error=record.reason)
        elif only is None or record.number in only:
            try:
                yield _found(record, where, file, selection)
            except _PassOverError as kind:
                passed.add(str(kind), record.headers.get("warc-payload-digest"))
            except _UnfitError as error:
                yield FoundCapture(f"{where}: {shown(_url_of(record))}", error=str(error))
            except DamagedError:
                continue  # the reader reports it next


def _url_of(record: ForeignRecord) -> str:
    return record.headers.get("warc-target-uri", "").removeprefix("<").removesuffix(">")


def _found(record: ForeignRecord, where: str, file: RecordFile, selection: Selection) -> FoundCapture:
    """Return the capture of a record."""
    if record.type not in ("response", "resource", "revisit"):
        raise _PassOverError(f"{record.type or 'nameless'} records")
    url = _url_of(record)
    scheme = url.partition(":")[0].lower()
    if scheme not in _SCHEMES:
        raise _PassOverError(f"{scheme}: URLs" if scheme.isalnum() else "records without a URL")
    if not selection.wants_url(url):
        raise _PassOverError("URLs that are not wanted")
    if any(char < " " or char == "\x7f" for char in url):
        raise _UnfitError("the URL has control characters")
    captured_at = _time(record.headers.get("warc-date", ""))
    if captured_at is None:
        raise _UnfitError(f"invalid WARC-Date {record.headers.get('warc-date', '')!r}")
    response = _read_block(record, selection)
    record.block.finish()
    headers = record.headers
    content_type = headers.get("content-type")
    of_file = (("Content-Type", content_type),) if content_type and record.type == "resource" else ()
    head = response.head
    truncated = headers.get("warc-truncated", response.truncated)
    capture = Capture(
        url=url,
        captured_at=captured_at,
        payload=response.payload,
        status=head.status if head else None,
        phrase=head.phrase if head else "",
        headers=head.headers if head else of_file,
        path=file.path,
        time_basis="warc",
        url_basis="warc",
        truncated=None if record.type == "revisit" else _truncated(truncated),
        protocol=_protocol(headers.get("warc-protocol", ""), head),
        address=headers.get("warc-ip-address"),
        record_id=headers.get("warc-record-id"),
        stated_digest=headers.get("warc-payload-digest"),
    )
    revisit_of = _revisit_of(record, url) if record.type == "revisit" else None
    raw = head.raw if head else None
    length = record.length()
    outside = OutsideRecord(file.name, record.place.offset, length) if length else None
    return FoundCapture(f"{where}: {url}", capture, None, raw, revisit_of, record.number, outside)


def _read_block(record: ForeignRecord, selection: Selection) -> _Response:
    """Read the head of a response, and the payload where it is wanted."""
    start = record.block.read(_FIRST_BYTES)
    if record.type == "resource":
        content_type = record.headers.get("content-type", "")
        return _Response(None, _payload(record, selection, content_type, start))
    if record.type == "revisit" and not _is_known_profile(record):
        raise _PassOverError("revisits of an unknown profile")
    if not start.strip():
        if record.type == "revisit":
            return _Response(None, b"")
        raise _PassOverError("empty responses")
    head, body = _head(record.block, start)
    content_type = next((value for name, value in head.headers if name.lower() == "content-type"), "")
    if record.type == "revisit" or head.status == 304:
        if content_type and selection.wants_type(content_type) is False:
            raise _PassOverError(media_type_of(content_type))
        if record.type == "response":
            raise _PassOverError("responses with status 304 alone")
        return _Response(head, b"")
    is_redirect = 300 <= head.status < 400 and any(name.lower() == "location" for name, _ in head.headers)
    body = _rest(record.block, body) if is_redirect else _payload(record, selection, content_type, body, head)
    unchunked = _unchunked(head, body)
    if not unchunked.body and 200 <= head.status < 300:
        raise _PassOverError("empty responses")
    return _Response(head, unchunked.body, None if unchunked.whole else "disconnect")


def _head(block: Block, start: bytes) -> tuple[ResponseHead, bytes]:
    """Return the head of a response, and what of the body came with it."""
    stripped = start.lstrip(b"\r\n")
    length = head_length(stripped)
    if length is None:
        stripped += block.read(MAX_HTTP_HEAD_BYTES - len(stripped))
        length = head_length(stripped)
    if length is None and not block.left and b"\n" in stripped:  # the head is all there is
        stripped += b"\n\n" if stripped.endswith(b"\n") else b"\r\n\r\n"
        length = head_length(stripped)
    head = parse_head(stripped[:length]) if length is not None and length <= MAX_HTTP_HEAD_BYTES else None
    if head is None:
        raise _UnfitError(f"no HTTP response; the record begins with {stripped[:20]!r}")
    return head, stripped[length:]


def _payload(
    record: ForeignRecord,
    selection: Selection,
    content_type: str,
    start: bytes,
    head: ResponseHead | None = None,
) -> bytes:
    """Return the body if it is wanted, by its media type, or else by its first bytes."""
    media_type = media_type_of(content_type)
    wanted = selection.wants_type(content_type)
    if wanted is None:
        wanted = is_page(media_type, _unchunked(head, start).body if head else start)
    if media_type == "text/plain" and _url_of(record).lower().endswith("/robots.txt"):
        raise _PassOverError("robots.txt")
    if not wanted:
        raise _PassOverError(media_type if "/" in media_type else "no media type")
    return _rest(record.block, start)


def _rest(block: Block, start: bytes) -> bytes:
    if block.left + len(start) > MAX_PAYLOAD_BYTES:
        raise _UnfitError(f"larger than {MAX_PAYLOAD_BYTES >> 20} MiB, which no page is")
    return start + block.read(block.left)


def _unchunked(head: ResponseHead, body: bytes) -> Unchunked:
    """Remove the transfer-coding, which is no part of the payload."""
    chunked = head.values("transfer-encoding")[-1:] == ["chunked"]
    return (without_chunks(body) if chunked else None) or Unchunked(body, whole=True)


def _is_known_profile(record: ForeignRecord) -> bool:
    """Return whether a revisit says by its profile where its payload is; some programs write no profile."""
    profile = record.headers.get("warc-profile", "").strip("<>")
    return not profile or profile.endswith(_PROFILES)


def _revisit_of(record: ForeignRecord, url: str) -> RevisitOf:
    headers = record.headers
    return RevisitOf(
        url=headers.get("warc-refers-to-target-uri", url).strip("<>"),
        captured_at=_time(headers.get("warc-refers-to-date", "")),
        digest=headers.get("warc-payload-digest"),
        record_id=headers.get("warc-refers-to"),
    )


def _time(text: str) -> datetime | None:
    try:
        return parse_time(text)
    except ValueError:
        return None


def _truncated(value: str | None) -> Truncated | None:
    """Return the value of WARC-Truncated as the standard has it."""
    if value is None:
        return None
    return next((known for known in get_args(Truncated) if known == value.lower()), "unspecified")


def _protocol(stated: str, head: ResponseHead | None) -> str | None:
    """Return the protocol of an exchange; heads of HTTP/2 are written in the style of HTTP/1.1."""
    known = _PROTOCOLS.get(stated.lower())
    if known or head is None:
        return known
    return "HTTP/2" if head.version.startswith("2") else f"HTTP/{head.version}"
