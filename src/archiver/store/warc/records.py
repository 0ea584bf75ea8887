"""Captures, overrides, thresholds and retired cards as WARC 1.1 records, and back: bytes in, bytes out.

Each record is one gzip member, ready to be appended. A response's head is written as it came, malformed lines
included, but with CRLF as line ends and without `Transfer-Encoding`, since the chunks are gone when the body
reaches us; that of HTTP/2 is written in HTTP/1.1 style. The warcinfo record says so
(https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/).

What WARC has no header for (the path as given, where time and URL come from) is JSON in the header
`WARC-JSON-Metadata`, as other web archiving tools write it. Overrides, thresholds and retired cards are
`metadata` records. The scheme of their target URIs is our own, so that replay never takes them for pages.
Records are never rewritten: a field that was renamed is read by its former name for ever.

Each record names the warcinfo of its file (`WARC-Warcinfo-ID`), a random id that no site can know: a record
that is found inside damage proves by it that it is ours, and not one that a site has put into a payload.
"""

import gzip
import hashlib
import io
import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, NamedTuple

from fastwarc.warc import WarcRecord, WarcRecordType
from isal import isal_zlib
from pydantic import AliasChoices, Field, TypeAdapter

import archiver
from archiver.cardrow import is_records
from archiver.httphead import head_length, parse_head, without_transfer_coding
from archiver.models import Capture, Model, Time, iso_time
from archiver.sources import OutsideRecord

IDENTICAL_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
OVERRIDE_SCHEME = "archiver-override"
RETIRED_SCHEME = "archiver-retired-cards"
THRESHOLD_SCHEME = "archiver-threshold"
HTTP_RESPONSE = "application/http; msgtype=response"
HTTP_REQUEST = "application/http; msgtype=request"
PROTOCOLS = {"HTTP/1.0": "http/1.0", "HTTP/1.1": "http/1.1", "HTTP/2": "h2"}
"""Our names of protocols, and those of the proposed WARC-Protocol header."""
MAX_304_HEAD_BYTES = 8 << 10
"""Largest head of a 304 that is put into a WARC header. Readers accept record heads of up to 32 KiB."""

_NAMESPACE = uuid.UUID("5f0f6f0c-27a4-5e0b-9f0e-3c1c8f6c5a10")
"""Record ids are UUIDs of the capture's key in this name space: the same capture, the same record."""


_PROTOCOL_NAMES = {name: ours for ours, name in PROTOCOLS.items()}
_FACTS = ("path", "time_basis", "url_basis", "robots", "record_id", "stated_digest", "replay_url")
"""The fields of a capture that are written to WARC-JSON-Metadata."""
_FACTS_JSON = TypeAdapter(dict[str, Any])
"""Unlike `json`, it refuses lone surrogates, which no database takes, and deep nesting by a ValueError."""


@dataclass(frozen=True, slots=True)
class Original:
    """The capture whose record holds the payload that a revisit points to."""

    key: str
    url: str
    captured_at: str


class PlacedCard(Model):
    """A card as a record names it: by its public id, and by where it stood and what it showed there.

    `capture` is a public id, `of` the number of cards on that capture. A better parser may give the card
    another id; it is then found by its place.
    """

    id: str
    capture: str | None
    position: int | None = None
    of: int | None = None
    url: str | None
    title: str | None
    excerpt: str | None


class OverrideRecord(Model):
    """A manual override: whether two cards (the lesser id first) are the same post, decided at one time."""

    same: bool
    decided_at: Annotated[Time, Field(validation_alias=AliasChoices("decided_at", "said_at"))]
    cards: tuple[PlacedCard, PlacedCard]


class ThresholdRecord(Model):
    """The score (0 to 100) from which on two cards are one post, as the user set it at one time."""

    score: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
    decided_at: Annotated[Time, Field(validation_alias=AliasChoices("decided_at", "said_at"))]


class RetiredCard(PlacedCard):
    """A card that is shown nowhere any more, at its last place, with the beginning of its text.

    `post` is the public id that its post had, `siblings` are some other cards of that post.
    """

    post: str
    siblings: Annotated[tuple[str, ...], Field(validation_alias=AliasChoices("siblings", "beside"))]


class RetirementRecord(Model):
    """Cards whose ids were given out and that were retired at one time, in order."""

    retired_at: Annotated[Time, Field(validation_alias=AliasChoices("retired_at", "gone_at"))]
    cards: tuple[RetiredCard, ...]


OwnRecord = OverrideRecord | ThresholdRecord | RetirementRecord
"""What our own metadata records hold."""


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """What a member of one of our WARC files holds.

    `capture` is None where the record is no capture (warcinfo, request, metadata). A revisit's capture has an
    empty payload; `digest` names the payload, which an earlier record holds, or one of another program's file
    (`outside`). `own` is set for our own metadata records.
    """

    type: str
    id: str
    block_digest: str | None
    capture: Capture | None = None
    digest: str | None = None
    is_revisit: bool = False
    outside: OutsideRecord | None = None
    own: OwnRecord | None = None


class Warcinfo(NamedTuple):
    """The first record of a WARC file: its own id, and that of the archive.

    `archive_id` is None in files of former versions. In all others the records name the id of the warcinfo.
    """

    id: str
    archive_id: str | None


class _Head(NamedTuple):
    """The head of an HTTP response; a saved page has no status and at most its Content-Type."""

    status: int | None
    phrase: str
    headers: tuple[tuple[str, str], ...]


_OWN: dict[str, type[OwnRecord]] = {
    OVERRIDE_SCHEME: OverrideRecord,
    RETIRED_SCHEME: RetirementRecord,
    "archiver-former-cards": RetirementRecord,  # as they were called up to m013
    THRESHOLD_SCHEME: ThresholdRecord,
}
"""Our own metadata records by the scheme of their target URIs."""
_CONTENT_LENGTH = re.compile(rb"\r\nContent-Length: *(\d{1,18})\r\n", re.IGNORECASE)
_ARCHIVE_ID = re.compile(rb"\r\nisPartOf: (\S+)\r\n")
_CAPTURES = (WarcRecordType.response, WarcRecordType.resource, WarcRecordType.revisit)


def new_id() -> str:
    """Return a random id for a file or an archive."""
    return f"<urn:uuid:{uuid.uuid4()}>"


def warcinfo_record(file_name: str, now: datetime, warcinfo: Warcinfo) -> bytes:
    """Return the first record of a WARC file: which software wrote it, by which rules, for which archive."""
    fields = {
        "software": f"archiver/{archiver.__version__}",
        "format": "WARC File Format 1.1",
        "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "description": "Transfer-Encoding is removed from response heads, their lines end in CRLF, bodies are"
        " stored without chunks",
    }
    if warcinfo.archive_id:
        fields["isPartOf"] = warcinfo.archive_id
    block = "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()
    headers = {
        "WARC-Date": iso_time(now),
        "WARC-Filename": file_name,
        "Content-Type": "application/warc-fields",
    }
    return _member(WarcRecordType.warcinfo, warcinfo.id.strip("<>").removeprefix("urn:"), headers, block)


def read_warcinfo(data: bytes) -> Warcinfo | None:
    """Read the warcinfo in the bytes of one member (already inflated); None where it is none."""
    record = read_record(data)
    if record is None or record.type != str(WarcRecordType.warcinfo):
        return None
    named = _ARCHIVE_ID.search(data)
    return Warcinfo(record.id, named[1].decode() if named else None)


def names_warcinfo(head: bytes, warcinfo_id: str) -> bool:
    """Whether a record whose first bytes are *head* says that it is of the file with that warcinfo."""
    fields = head.partition(b"\r\n\r\n")[0]
    return fields.startswith(b"WARC/") and f"\r\nWARC-Warcinfo-ID: {warcinfo_id}".encode() in fields


def is_record_of(head: bytes, capture: str) -> bool:
    """Whether a record whose first bytes are *head* is that of a capture, by its public id."""
    return f"WARC-Record-ID: <urn:{_record_id(capture)}>".encode() in head.partition(b"\r\n\r\n")[0]


def capture_record(
    capture: Capture,
    original: Original | None = None,
    warcinfo_id: str | None = None,
    *,
    head: bytes | None = None,
    outside: OutsideRecord | None = None,
) -> bytes:
    """Return the capture's record: a `response` if it was fetched, else a `resource`.

    Args:
        capture: the capture.
        original: makes it a `revisit`, which holds no payload.
        warcinfo_id: of the file, where its records name it.
        head: the head of the response as it came; without it, one is made of the capture's headers.
        outside: makes it a `revisit` of the record of another program's file, which holds the payload.
    """
    fetched = capture.status is not None
    head = _response_head(capture, head) if fetched else b""
    headers = _of_file(warcinfo_id) | _capture_headers(capture)
    facts = {name: value for name in _FACTS if (value := getattr(capture, name)) is not None}
    if original and capture.status == 304 and len(head) <= MAX_304_HEAD_BYTES:
        # Replay shows a block's own 304 in place of the page; without one it shows what the 304 confirms.
        facts["head"], head = head.decode("latin-1"), b""
    if outside and original is None:
        facts |= {"outside": outside._asdict(), "truncated": capture.truncated}
    headers["WARC-JSON-Metadata"] = json.dumps(facts)
    if original is None and outside is None:
        if fetched:
            return _member(WarcRecordType.response, _record_id(capture.key), headers, head + capture.payload)
        headers["WARC-Block-Digest"] = capture.digest  # the block is the payload
        packed = _packed_fast if is_records(headers["Content-Type"]) else _packed
        return _member(WarcRecordType.resource, _record_id(capture.key), headers, capture.payload, packed)
    if original:
        refers_to = f"<urn:{_record_id(original.key)}>", original.url, original.captured_at
    else:
        refers_to = capture.record_id or "", capture.url, iso_time(capture.captured_at)
    names = ("WARC-Refers-To", "WARC-Refers-To-Target-URI", "WARC-Refers-To-Date")
    headers |= {name: value for name, value in zip(names, refers_to, strict=True) if value}
    headers |= {
        "WARC-Profile": NOT_MODIFIED if capture.status == 304 else IDENTICAL_PAYLOAD,
        "WARC-Truncated": "length",  # the block holds the head only (WARC 1.1, section 6.7.2)
    }
    return _member(WarcRecordType.revisit, _record_id(capture.key), headers, head)


def _capture_headers(capture: Capture) -> dict[str, str]:
    """Return the WARC headers that every record of a capture has."""
    content_type = capture.header("Content-Type") or "application/octet-stream"
    headers = {
        "WARC-Target-URI": capture.url,
        "WARC-Date": iso_time(capture.captured_at),
        "WARC-Payload-Digest": capture.digest,
        "Content-Type": content_type if capture.status is None else HTTP_RESPONSE,
    }
    if capture.truncated:
        headers["WARC-Truncated"] = capture.truncated
    if capture.address:
        headers["WARC-IP-Address"] = capture.address
    if capture.protocol:
        headers["WARC-Protocol"] = PROTOCOLS.get(capture.protocol, capture.protocol)
    return headers


def _of_file(warcinfo_id: str | None) -> dict[str, str]:
    return {"WARC-Warcinfo-ID": warcinfo_id} if warcinfo_id else {}


def request_record(capture: Capture, request: bytes, warcinfo_id: str | None = None) -> bytes:
    """Return the record of the request that the capture answers, as it was sent."""
    response_id = _record_id(capture.key)
    headers = _of_file(warcinfo_id) | {
        "WARC-Target-URI": capture.url,
        "WARC-Date": iso_time(capture.captured_at),
        "WARC-Concurrent-To": f"<urn:{response_id}>",
        "Content-Type": HTTP_REQUEST,
    }
    return _member(WarcRecordType.request, _record_id(f"request {capture.key}"), headers, request)


def override_record(override: OverrideRecord, warcinfo_id: str | None = None) -> bytes:
    """Return the record of an override."""
    left, right = override.cards
    return _own_record(f"{OVERRIDE_SCHEME}:{left.id}:{right.id}", override.decided_at, override, warcinfo_id)


def retirement_record(retirement: RetirementRecord, warcinfo_id: str | None = None) -> bytes:
    """Return the record of retired cards."""
    return _own_record(
        f"{RETIRED_SCHEME}:{retirement.cards[0].id}", retirement.retired_at, retirement, warcinfo_id
    )


def threshold_record(threshold: ThresholdRecord, warcinfo_id: str | None = None) -> bytes:
    """Return the record of a threshold."""
    return _own_record(
        f"{THRESHOLD_SCHEME}:{threshold.score:g}", threshold.decided_at, threshold, warcinfo_id
    )


def _own_record(target: str, at: datetime, value: OwnRecord, warcinfo_id: str | None) -> bytes:
    """Return a metadata record whose block is JSON, indented for people to read."""
    headers = _of_file(warcinfo_id)
    headers |= {"WARC-Target-URI": target, "WARC-Date": iso_time(at), "Content-Type": "application/json"}
    block = value.model_dump_json(indent=1).encode()
    record_id = _record_id(f"{target} {iso_time(at)} {hashlib.sha256(block).hexdigest()}")
    return _member(WarcRecordType.metadata, record_id, headers, block)


def read_record(data: bytes) -> ReadRecord | None:
    """Read the record in the bytes of one member (already inflated); None where they are no WARC record."""
    head_end = data.find(b"\r\n\r\n")
    length = _CONTENT_LENGTH.search(data, 0, head_end + 2)
    # The library takes memory for the stated length at once, and reads a shortened block without an error.
    if length is None or len(data) != head_end + int(length[1]) + 2 * len(b"\r\n\r\n"):
        return None
    try:
        record = WarcRecord.from_bytes(data)
        headers = record.headers
        kind, record_id = record.record_type, headers["WARC-Record-ID"]
        block_digest = headers.get("WARC-Block-Digest")
        if kind in _CAPTURES:
            is_revisit = kind == WarcRecordType.revisit
            facts = _FACTS_JSON.validate_json(headers.get("WARC-JSON-Metadata") or "{}")
            outside = _outside_of(facts) if is_revisit else None
            capture, digest = _capture_of(record, facts), headers["WARC-Payload-Digest"]
            return ReadRecord(
                str(kind), record_id, block_digest, capture, digest, is_revisit and not outside, outside
            )
        scheme = (headers.get("WARC-Target-URI") or "").partition(":")[0]
        own = _OWN.get(scheme) if kind == WarcRecordType.metadata else None
        value = own.model_validate_json(record.reader.read()) if own else None
    except (KeyError, TypeError, ValueError, AttributeError, OSError, RuntimeError):  # the last: recursion
        return None
    return ReadRecord(str(kind), record_id, block_digest, own=value)


def _outside_of(facts: dict[str, Any]) -> OutsideRecord | None:
    """Return the place of the record of another program that holds the payload, where the facts name one."""
    return TypeAdapter(OutsideRecord).validate_python(facts["outside"]) if "outside" in facts else None


def _capture_of(record: WarcRecord, facts: dict[str, Any]) -> Capture:
    headers = record.headers
    is_revisit = record.record_type == WarcRecordType.revisit
    head, body = _head_and_body(record, facts.pop("head", None))
    return Capture.model_validate(
        {
            "url": headers["WARC-Target-URI"].strip("<>"),
            "captured_at": datetime.fromisoformat(headers["WARC-Date"]),
            "payload": b"" if is_revisit else body,
            "status": head.status,
            "phrase": head.phrase,
            "headers": head.headers,
            "address": headers.get("WARC-IP-Address"),
            "protocol": _PROTOCOL_NAMES.get(headers.get("WARC-Protocol") or ""),
            "truncated": facts.get("truncated") if is_revisit else headers.get("WARC-Truncated"),
            **{name: facts[name] for name in _FACTS if name in facts},
        }
    )


def _head_and_body(record: WarcRecord, head_of_304: str | None) -> tuple[_Head, bytes]:
    """Split the block of a capture's record; the head of a 304 is in its WARC-JSON-Metadata."""
    if head_of_304:
        return _parsed(head_of_304.encode("latin-1")), b""
    content_type = record.headers.get("Content-Type")
    block = record.reader.read()
    if content_type == HTTP_RESPONSE:
        length = head_length(block) or 0
        return _parsed(block[:length]), block[length:]
    return _Head(None, "", (("Content-Type", content_type),) if content_type else ()), block


def _parsed(raw: bytes) -> _Head:
    head = parse_head(raw)
    if head is None:
        raise ValueError("the block does not begin with the head of a response")
    return _Head(head.status, head.phrase, head.headers)


def _record_id(name: str) -> str:
    return f"uuid:{uuid.uuid5(_NAMESPACE, name)}"


def _response_head(capture: Capture, head: bytes | None) -> bytes:
    # the space before an empty phrase is required (RFC 9112, section 4)
    made = [f"HTTP/1.1 {capture.status} {capture.phrase}"]
    made += [f"{name}: {value}" for name, value in capture.headers]
    lines = without_transfer_coding(head or "\n".join([*made, "", ""]).encode("latin-1", "replace"))
    has_length = capture.header("Content-Length") is not None
    if not has_length and capture.status != 304:  # a 304 has no body to have a length
        lines.append(b"Content-Length: %d" % len(capture.payload))
    return b"\r\n".join([*lines, b"", b""])


def _packed(record: bytes) -> bytes:
    return gzip.compress(record, compresslevel=6, mtime=0)


def _packed_fast(record: bytes) -> bytes:
    """Compress in a tenth of the time to up to 8% more bytes: card records come by the million rows."""
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
