"""A capture as a WARC record, and back."""

import gzip
import hashlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.models import Capture
from archiver.store.warc.records import (
    Original,
    OverrideRecord,
    OwnRecord,
    ReadRecord,
    RetirementRecord,
    ThresholdRecord,
    Warcinfo,
    capture_record,
    new_id,
    override_record,
    read_record,
    read_warcinfo,
    request_record,
    retirement_record,
    threshold_record,
    warcinfo_record,
)

TOKEN = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", min_size=1, max_size=20)
VALUE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=40)


def read(data: bytes) -> ReadRecord:
    record = read_record(data)
    assert record is not None
    return record


def round_trip(capture: Capture) -> tuple[ReadRecord, Capture]:
    """Write a capture and read it: the record, and the capture that it holds."""
    record = read(gzip.decompress(capture_record(capture)))
    assert record.capture is not None
    return record, record.capture


def test_an_imported_page_is_a_resource_record_that_gives_the_capture_back(make_capture):
    capture = make_capture(b"\x00\xff\r\n\r\nbytes", path="pages/été/index.html")
    record, again = round_trip(capture)
    assert record.type == "resource"
    assert again == capture
    assert again.key == capture.key


def test_a_fetched_page_is_a_response_record_with_its_head(make_response):
    headers = (
        ("Content-Type", "text/html"),
        ("Set-Cookie", "a"),
        ("set-cookie", "b"),
        ("Content-Length", "8"),
    )
    capture = make_response(b"<p>hello", headers=headers)
    record, again = round_trip(capture)
    assert record.type == "response"
    assert again == capture


def test_chunk_framing_is_gone_from_the_head_and_the_length_is_stated(make_response):
    capture = make_response(b"12345", headers=(("Transfer-Encoding", "chunked"), ("X-Kept", "yes")))
    _, again = round_trip(capture)
    assert again.headers == (("X-Kept", "yes"), ("Content-Length", "5"))


def test_a_request_stands_beside_its_response(make_response):
    sent = b"GET / HTTP/1.1\r\nHost: harbour.example\r\n\r\n"
    capture = make_response()
    data = gzip.decompress(request_record(capture, sent))
    record = read(data)
    assert (record.type, record.capture) == ("request", None)
    assert sent in data
    response, _ = round_trip(capture)
    assert response.id.encode() in data


def test_a_revisit_holds_the_head_and_no_payload(make_response):
    capture = make_response(b"known", minutes=5)
    member = capture_record(
        capture, Original("0123456789abcdef", "https://harbour.example/", "2026-03-01T12:00:00Z")
    )
    record = read(gzip.decompress(member))
    assert record.type == "revisit"
    assert record.is_revisit
    assert record.digest == capture.digest
    assert record.capture is not None
    assert record.capture.payload == b""
    assert record.capture.with_payload(b"known").key == capture.key
    assert b"known" not in gzip.decompress(member)


def test_a_304_keeps_its_head_and_has_no_block(make_response):
    headers = (("ETag", '"v1"'), ("X-Odd", "caf\xe9"), ("X-Empty", ""))
    capture = make_response(b"known", status=304, phrase="Not Modified", headers=headers)
    member = capture_record(
        capture, Original("0123456789abcdef", "https://harbour.example/", "2026-03-01T12:00:00Z")
    )
    record = read(gzip.decompress(member))
    assert b"Content-Length: 0\r\n" in gzip.decompress(member)
    assert record.capture is not None
    assert record.capture.with_payload(b"known") == capture
    assert b"server-not-modified" in gzip.decompress(member)


def test_a_limit_that_cut_the_payload_is_kept(make_response):
    _, again = round_trip(make_response(truncated="disconnect"))
    assert again.truncated == "disconnect"


@given(
    payload=st.binary(max_size=400),
    status=st.integers(100, 999),
    headers=st.lists(st.tuples(TOKEN, VALUE.map(str.strip)), max_size=6),
    phrase=st.sampled_from(["", "OK", "Not Found", "Très bien"]),
)
def test_any_response_comes_back(payload, status, headers, phrase):
    headers = [h for h in headers if h[0].lower() not in ("transfer-encoding", "content-length")]
    capture = Capture(
        url="https://harbour.example/a%20b",
        captured_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
        payload=payload,
        status=status,
        headers=(*headers, ("Content-Length", "7")),
        phrase=phrase,
        protocol="HTTP/2",
        address="192.0.2.7",
        robots="robots.txt allows this URL",
    )
    record, again = round_trip(capture)
    assert again == capture
    assert record.digest == capture.digest


@given(st.binary(max_size=300))
def test_bytes_that_are_no_record_give_none(data):
    assert read_record(data) is None


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_a_shortened_record_is_none(make_response, part):
    data = gzip.decompress(capture_record(make_response(b"x" * 500)))
    assert read_record(data[: int(len(data) * part)]) is None


def test_the_warcinfo_record_is_no_capture(make_capture):
    warcinfo = Warcinfo(new_id(), new_id())
    member = warcinfo_record("archiver-00001.warc.gz", make_capture().captured_at, warcinfo)
    assert read_warcinfo(gzip.decompress(member)) == warcinfo
    record = read(gzip.decompress(member))
    assert record.type == "warcinfo"
    assert record.capture is None
    assert b"software: archiver/" in gzip.decompress(member)


def test_the_same_capture_gives_the_same_bytes(make_capture):
    assert capture_record(make_capture()) == capture_record(make_capture())


CARD = {"id": "0" * 16, "capture": None, "url": None, "title": "Tide tables", "excerpt": None}


def written_again(own: OwnRecord) -> bytes:
    match own:
        case OverrideRecord():
            return override_record(own)
        case ThresholdRecord():
            return threshold_record(own)
        case RetirementRecord():
            return retirement_record(own)


@pytest.mark.parametrize(
    ("target", "block"),
    [
        ("archiver-override:a:b", {"same": True, "said_at": "2026-03-01T12:00:00Z", "cards": [CARD, CARD]}),
        ("archiver-threshold:70", {"score": 70.0, "said_at": "2026-03-01T12:00:00Z"}),
        (
            "archiver-former-cards:a",
            {"gone_at": "2026-03-01T12:00:00Z", "cards": [CARD | {"post": "1" * 16, "beside": ["2" * 16]}]},
        ),
    ],
)
def test_records_with_former_words_are_read_for_ever(target, block):
    text = json.dumps(block)
    head = f"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:0>\r\nWARC-Target-URI: {target}\r\n"
    data = f"{head}WARC-Date: 2026-03-01T12:00:00Z\r\nContent-Length: {len(text)}\r\n\r\n{text}\r\n\r\n"
    own = read(data.encode()).own
    assert own is not None
    written = gzip.decompress(written_again(own))
    assert read(written).own == own
    assert b"said_at" not in written


def foreign(
    block: bytes, kind: str = "response", target: str = "https://other.example/", facts: str = ""
) -> bytes:
    """A record that others made, as it stands in a member."""
    content_type = "application/json" if kind == "metadata" else "application/http; msgtype=response"
    lines = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        "WARC-Record-ID: <urn:uuid:5f0f6f0c-27a4-5e0b-9f0e-3c1c8f6c5a10>",
        "WARC-Date: 2024-01-01T00:00:00Z",
        f"WARC-Target-URI: {target}",
        f"Content-Type: {content_type}",
        f"WARC-Payload-Digest: sha256:{hashlib.sha256(b'<p>hi').hexdigest()}",
        *([f"WARC-JSON-Metadata: {facts}"] if facts else []),
        f"Content-Length: {len(block)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + block + b"\r\n\r\n"


PAGE = b"HTTP/1.1 200 OK\r\n\r\n<p>hi"


@pytest.mark.parametrize(
    "facts",
    ["[" * 3000, '"x"', "[1]", "7", '{"path": "\\ud800"}', '{"robots": "\\udfff"}'],
)
def test_facts_that_no_archive_writes_make_no_record(facts):
    assert read_record(foreign(PAGE, facts='{"path": "a.html"}')) is not None
    assert read_record(foreign(PAGE, facts=facts)) is None


def test_facts_do_not_replace_what_the_record_says():
    other = '{"url": "https://bank.example/", "payload": "eA==", "status": 404}'
    capture = read(foreign(PAGE, facts=other)).capture
    assert capture is not None
    assert (capture.url, capture.payload, capture.status) == ("https://other.example/", b"<p>hi", 200)


@pytest.mark.parametrize("score", ["1e999", "-1", "100.5", "NaN", '"x"', "9" * 5000])
def test_a_threshold_that_is_no_score_is_no_record(score):
    block = f'{{"score": {score}, "decided_at": "2024-01-01T00:00:00Z"}}'.encode()
    assert read_record(foreign(block, "metadata", "archiver-threshold:1")) is None


@pytest.mark.parametrize(
    "time", ["9999-12-31T23:59:59-23:00", "0001-01-01T00:00:00+23:00", "2024-01-01T00:00:00"]
)
def test_a_time_outside_the_calendar_is_no_record(time):
    block = f'{{"score": 50, "decided_at": "{time}"}}'.encode()
    assert read_record(foreign(block, "metadata", "archiver-threshold:1")) is None


@given(st.binary(max_size=300), st.integers(0, 500), st.integers(0, 40))
def test_no_bytes_of_a_record_raise(junk, at, cut):
    """Records of all kinds with some of their bytes replaced."""
    for record in (
        foreign(PAGE, facts='{"path": "a.html"}'),
        foreign(b'{"score": 50, "decided_at": "2024-01-01T00:00:00Z"}', "metadata", "archiver-threshold:1"),
        foreign(
            b"HTTP/1.1 304 Not Modified\r\n\r\n", "revisit", facts='{"head": "HTTP/1.1 304 x\\r\\n\\r\\n"}'
        ),
    ):
        read_record(record[:at] + junk + record[at + cut :])
