"""Captures, a person's words and former ids as WARC 1.1 records, and back (pure: bytes in, bytes out).

In: a `Capture`, and what a revisit of it refers to; a `Word`, a `Threshold`, `RetiredCards`. Out: one gzip
member per record, ready to be appended; and the same again out of a member's bytes. Refuses: nothing that
`Capture` admits. The one surprise: a response's head is written in HTTP/1.1 style and without
`Transfer-Encoding`, since the chunks are gone when the body reaches us (https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/);
the warcinfo record says so.

What a WARC record has no field for (the path as given, where time and URL come from) stands as JSON in the
`WARC-JSON-Metadata` header, the name that other web archiving tools use for such facts. What a person
said, and what is kept of cards that have gone, are `metadata` records whose target is a URI of a scheme of
our own, so that replay never takes them for pages.
"""

import gzip
import hashlib
import io
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastwarc.warc import WarcRecord, WarcRecordType
from isal import isal_zlib

import archiver
from archiver.cardrow import is_records
from archiver.models import Capture, Model, Time, iso_time

IDENTICAL_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
OVERRIDE_SCHEME = "archiver-override"
FORMER_SCHEME = "archiver-former-cards"
THRESHOLD_SCHEME = "archiver-threshold"
HTTP_RESPONSE = "application/http; msgtype=response"
HTTP_REQUEST = "application/http; msgtype=request"
PROTOCOLS = {"HTTP/1.0": "http/1.0", "HTTP/1.1": "http/1.1", "HTTP/2": "h2"}
"""Our names of protocols, and those of the proposed WARC-Protocol header."""
MAX_304_HEAD_BYTES = 8 << 10
"""What of a 304 may stand in a WARC header; readers take heads of records up to 32 KiB."""
MAX_HEAD_BYTES = 1 << 20
"""A record's or response's head beyond this is damage or an attack."""

_NAMESPACE = uuid.UUID("5f0f6f0c-27a4-5e0b-9f0e-3c1c8f6c5a10")
"""Record ids are UUIDs of the capture's key in this name space: the same capture, the same record."""


_PROTOCOL_NAMES = {name: ours for ours, name in PROTOCOLS.items()}
_FACTS = ("path", "time_basis", "url_basis", "robots")
"""The fields of a capture that stand in WARC-JSON-Metadata."""


@dataclass(frozen=True, slots=True)
class Original:
    """The capture whose record holds the payload that a revisit points to."""

    key: str
    url: str
    captured_at: str


class PlacedCard(Model):
    """A card as a record names it.

    By its public id, and by what a capture (a public id) shows at which of how many positions: a better
    parser may give the card another id, and it has to be found all the same.
    """

    id: str
    capture: str | None
    position: int | None = None
    of: int | None = None
    url: str | None
    title: str | None
    excerpt: str | None


class Word(Model):
    """What a person said at one time about two cards (the lesser id first)."""

    same: bool
    said_at: Time
    cards: tuple[PlacedCard, PlacedCard]


class Threshold(Model):
    """From which score on (0 to 100) two cards are one post, as a person said at one time."""

    score: float
    said_at: Time


class RetiredCard(PlacedCard):
    """A card that has gone from its last place, as it was there, with the beginning of its text.

    `post` is the public id that its post had, `beside` some other cards of it.
    """

    post: str
    beside: tuple[str, ...]


class RetiredCards(Model):
    """Cards whose ids were given out and that went at one time, in the order in which they went."""

    gone_at: Time
    cards: tuple[RetiredCard, ...]


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """What a member of one of our WARC files holds.

    `capture` is None for a record that is no capture (warcinfo, request, those that only we read). That of a
    revisit has an empty payload: `digest` names the payload, and an earlier record holds it. `word` is what
    an override says, `threshold` what was said of that, `former` are cards that have gone.
    """

    type: str
    id: str
    capture: Capture | None
    digest: str | None
    block_digest: str | None
    is_revisit: bool
    word: Word | None = None
    former: RetiredCards | None = None
    threshold: Threshold | None = None


_OWN: dict[str, tuple[str, type[Model]]] = {
    OVERRIDE_SCHEME: ("word", Word),
    FORMER_SCHEME: ("former", RetiredCards),
    THRESHOLD_SCHEME: ("threshold", Threshold),
}
"""What the records that only we read hold, by the scheme of their targets."""


def warcinfo_record(file_name: str, now: datetime) -> bytes:
    """The first record of a WARC file: which software wrote it, by which rules."""
    fields = {
        "software": f"archiver/{archiver.__version__}",
        "format": "WARC File Format 1.1",
        "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "description": "Transfer-Encoding is removed from response heads, bodies are stored without chunks",
    }
    block = "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()
    headers = {
        "WARC-Date": iso_time(now),
        "WARC-Filename": file_name,
        "Content-Type": "application/warc-fields",
    }
    return _member(WarcRecordType.warcinfo, _record_id(f"{file_name} {iso_time(now)}"), headers, block)


def capture_record(capture: Capture, original: Original | None = None) -> bytes:
    """The capture's record: a `response` if fetched, else a `resource`; with *original* a `revisit` of it."""
    fetched = capture.status is not None
    head = _response_head(capture) if fetched else b""
    headers = {
        "WARC-Target-URI": capture.url,
        "WARC-Date": iso_time(capture.captured_at),
        "WARC-Payload-Digest": capture.digest,
        "Content-Type": HTTP_RESPONSE
        if fetched
        else capture.header("Content-Type") or "application/octet-stream",
    }
    if capture.truncated:
        headers["WARC-Truncated"] = capture.truncated
    if capture.address:
        headers["WARC-IP-Address"] = capture.address
    if capture.protocol:
        headers["WARC-Protocol"] = PROTOCOLS.get(capture.protocol, capture.protocol)
    facts = {name: value for name in _FACTS if (value := getattr(capture, name)) is not None}
    if original and capture.status == 304 and len(head) <= MAX_304_HEAD_BYTES:
        # Replay shows a block's own 304 in place of the page; without one it shows what the 304 confirms.
        facts["head"], head = head.decode("latin-1"), b""
    headers["WARC-JSON-Metadata"] = json.dumps(facts)
    if original is None:
        if fetched:
            return _member(WarcRecordType.response, _record_id(capture.key), headers, head + capture.payload)
        headers["WARC-Block-Digest"] = capture.digest  # the block is the payload
        packed = _packed_fast if is_records(headers["Content-Type"]) else _packed
        return _member(WarcRecordType.resource, _record_id(capture.key), headers, capture.payload, packed)
    headers |= {
        "WARC-Profile": NOT_MODIFIED if capture.status == 304 else IDENTICAL_PAYLOAD,
        "WARC-Refers-To": f"<urn:{_record_id(original.key)}>",
        "WARC-Refers-To-Target-URI": original.url,
        "WARC-Refers-To-Date": original.captured_at,
        "WARC-Truncated": "length",  # the block holds the head only (WARC 1.1, section 6.7.2)
    }
    return _member(WarcRecordType.revisit, _record_id(capture.key), headers, head)


def request_record(capture: Capture, request: bytes) -> bytes:
    """The request that the capture answers, as it was sent, beside the capture's own record."""
    response_id = _record_id(capture.key)
    headers = {
        "WARC-Target-URI": capture.url,
        "WARC-Date": iso_time(capture.captured_at),
        "WARC-Concurrent-To": f"<urn:{response_id}>",
        "Content-Type": HTTP_REQUEST,
    }
    return _member(WarcRecordType.request, _record_id(f"request {capture.key}"), headers, request)


def override_record(word: Word) -> bytes:
    """The record of an override."""
    left, right = word.cards
    return _own_record(f"{OVERRIDE_SCHEME}:{left.id}:{right.id}", word.said_at, word)


def former_record(former: RetiredCards) -> bytes:
    """The record of cards that have gone."""
    return _own_record(f"{FORMER_SCHEME}:{former.cards[0].id}", former.gone_at, former)


def threshold_record(threshold: Threshold) -> bytes:
    """The record of a threshold."""
    return _own_record(f"{THRESHOLD_SCHEME}:{threshold.score:g}", threshold.said_at, threshold)


def _own_record(target: str, at: datetime, value: Model) -> bytes:
    """A record that only we read: JSON that a person can read, too."""
    headers = {"WARC-Target-URI": target, "WARC-Date": iso_time(at), "Content-Type": "application/json"}
    block = value.model_dump_json(indent=1).encode()
    record_id = _record_id(f"{target} {iso_time(at)} {hashlib.sha256(block).hexdigest()}")
    return _member(WarcRecordType.metadata, record_id, headers, block)


def read_record(data: bytes) -> ReadRecord | None:
    """The record in the bytes of one member (already inflated), or None where they are no WARC record."""
    _, _, rest = data.partition(b"\r\n\r\n")
    try:
        record = WarcRecord.from_bytes(data)
        headers = record.headers
        if len(rest) != int(headers["Content-Length"]) + len(b"\r\n\r\n"):
            return None  # the library reads a shortened block without a word
        kind = record.record_type
        record_id = headers["WARC-Record-ID"]
        block_digest = headers.get("WARC-Block-Digest")
        target = headers.get("WARC-Target-URI") or ""
        if kind == WarcRecordType.metadata and (own := _OWN.get(target.partition(":")[0])):
            name, model = own
            value: Any = {name: model.model_validate_json(record.reader.read())}
            return ReadRecord(str(kind), record_id, None, None, block_digest, is_revisit=False, **value)
        if kind not in (WarcRecordType.response, WarcRecordType.resource, WarcRecordType.revisit):
            return ReadRecord(str(kind), record_id, None, None, block_digest, is_revisit=False)
        status: int | None = None
        phrase = ""
        http_headers: tuple[tuple[str, str], ...] = ()
        facts = json.loads(headers.get("WARC-JSON-Metadata") or "{}")
        if confirmed := facts.pop("head", None):
            status, phrase, http_headers = _parse_head(confirmed)
        elif headers.get("Content-Type") == HTTP_RESPONSE:
            record.parse_http(max_header_len=MAX_HEAD_BYTES)
            status = record.http_headers.status_code
            line = record.http_headers.status_line_bytes or b""
            phrase = line.decode("latin-1").partition(" ")[2].partition(" ")[2]
            http_headers = tuple(
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in record.http_headers.items_bytes()
            )
        elif content_type := headers.get("Content-Type"):
            http_headers = (("Content-Type", content_type),)
        is_revisit = kind == WarcRecordType.revisit
        capture = Capture.model_validate(
            {
                "url": headers["WARC-Target-URI"].strip("<>"),
                "captured_at": datetime.fromisoformat(headers["WARC-Date"]),
                "payload": b"" if is_revisit else record.reader.read(),
                "status": status,
                "phrase": phrase,
                "headers": http_headers,
                "address": headers.get("WARC-IP-Address"),
                "protocol": _PROTOCOL_NAMES.get(headers.get("WARC-Protocol") or ""),
                "truncated": None if is_revisit else headers.get("WARC-Truncated"),
                **facts,
            }
        )
        digest = headers["WARC-Payload-Digest"]
    except (KeyError, TypeError, ValueError, OSError, RuntimeError):
        return None
    return ReadRecord(str(kind), record_id, capture, digest, block_digest, is_revisit)


def _record_id(name: str) -> str:
    return f"uuid:{uuid.uuid5(_NAMESPACE, name)}"


def _response_head(capture: Capture) -> bytes:
    # the space before an empty phrase is required (RFC 9112, section 4)
    lines = [f"HTTP/1.1 {capture.status} {capture.phrase}"]
    names = {name.lower() for name, _ in capture.headers}
    lines += [f"{name}: {value}" for name, value in capture.headers if name.lower() != "transfer-encoding"]
    if "content-length" not in names and capture.status != 304:  # a 304 has no body to have a length
        lines.append(f"Content-Length: {len(capture.payload)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def _parse_head(head: str) -> tuple[int, str, tuple[tuple[str, str], ...]]:
    """A head that `_response_head` made: status, phrase, headers."""
    status_line, *lines = head.removesuffix("\r\n\r\n").split("\r\n")
    _, status, phrase = status_line.split(" ", 2)
    named = [line.split(": ", 1) for line in lines]
    return int(status), phrase, tuple((name, value) for name, value in named)


def _packed(record: bytes) -> bytes:
    return gzip.compress(record, compresslevel=6, mtime=0)


def _packed_fast(record: bytes) -> bytes:
    """A tenth of the time and up to 8% more bytes: card records are compressed by the million rows."""
    return isal_zlib.compress(record, 1, 31)


def _member(
    kind: WarcRecordType,
    record_id: str,
    headers: Mapping[str, str],
    block: bytes,
    packed: Callable[[bytes], bytes] = _packed,
) -> bytes:
    record = WarcRecord()
    record.init_headers(kind, record_id.encode())
    for name, value in headers.items():
        record.headers[name] = value
    if "WARC-Block-Digest" not in headers:
        record.headers["WARC-Block-Digest"] = "sha256:" + hashlib.sha256(block).hexdigest()
    record.set_bytes_content(block)
    out = io.BytesIO()
    record.write(out)
    return packed(out.getvalue())
