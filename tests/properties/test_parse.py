"""Any capture gives a page, and the same capture the same page."""

import gzip
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.models import Capture
from archiver.parse import parse_page
from archiver.parse.document.visible import visible_text
from archiver.parse.feeds.json import read_json_feed
from archiver.parse.feeds.xml import read_feed
from archiver.parse.payload.encoding import decode
from archiver.parse.plaintext.cards import read_text
from tests.paths import FIXTURES

SEEDS = [
    path.read_bytes() for path in sorted(FIXTURES.glob("feeds/*.*")) + sorted(FIXTURES.glob("text/*.txt"))
]
TIME = datetime(2024, 3, 5, tzinfo=UTC)
TYPES = st.sampled_from(
    ["", "text/html", "text/plain", "application/xml; charset=big5", "text/html; charset=utf-16"]
)
CODINGS = st.sampled_from(["", "gzip", "deflate", "br", "zstd", "gzip, br", "shoe"])


@st.composite
def payloads(draw: st.DrawFn) -> bytes:
    """Any bytes, or a real capture with pieces cut, doubled, overwritten."""
    payload = draw(st.one_of(st.binary(max_size=300), st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(payload)))
        end = draw(st.integers(start, min(len(payload), start + 200)))
        piece = draw(
            st.sampled_from(
                [b"", b"<", b"]]>", b'"', b"&", b"\0", b"\xff", b"<![CDATA[", payload[start:end] * 2]
            )
        )
        payload = payload[:start] + piece + payload[end:]
    return gzip.compress(payload, mtime=0) if draw(st.booleans()) else payload


@settings(max_examples=300, deadline=None)
@given(payloads(), TYPES, CODINGS, st.sampled_from(["https://example.com/a", "file:///a.txt", "", "::"]))
def test_every_capture_gives_a_page(payload: bytes, content_type: str, coding: str, url: str) -> None:
    headers = (("content-type", content_type), ("Content-Encoding", coding))
    capture = Capture(url=url, captured_at=TIME, payload=payload, headers=headers)
    page = parse_page(capture)
    assert page.url == url
    is_cut = page.error is not None and page.error.startswith("cut short")  # what there is of it was read
    assert page.error is None or is_cut or (page.kind == "empty" and not page.cards)
    assert parse_page(capture) == page


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from(["", "x; charset=gbk", "x; charset=euc-jp", "x; charset=utf-16be"]),
)
def test_any_bytes_are_text(payload: bytes, content_type: str) -> None:
    decoded = decode(payload, content_type, url="https://example.jp/")
    assert decoded.replacements >= 0
    assert decoded.text.encode("utf-8", "strict").decode() == decoded.text


@given(st.text(max_size=300), st.sampled_from(["utf-8", "utf-8-sig"]))
def test_utf_8_comes_back(text: str, codec: str) -> None:
    text = text.replace("\0", "").lstrip("\ufeff")
    assert decode(text.encode(codec), "text/html; charset=utf-8").text == text


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(st.text(max_size=120), st.sampled_from(["2024-03-05", "1 2 3", "Boats", "x" * 80, ""]))
    )
)
def test_no_line_of_a_text_is_lost(lines: list[str]) -> None:
    page = read_text("\n".join(lines), "file:///capture.txt")
    shown = "".join([*page.labels, *(card.excerpt or "" for card in page.cards)])
    for line in lines:
        if line.isascii() and len(line.split()) == 1 and line.isalpha():
            assert line in shown or any(line in card.categories for card in page.cards)


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_as_whatever_it_is_called(text: str) -> None:
    for read in (read_text, read_feed, read_json_feed):
        read(text, "https://example.com/")
    visible_text(text)
    visible_text("<p>" + text)
