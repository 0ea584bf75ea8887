"""MHTML: a page with all that it shows in one file."""

import base64
import quopri
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.errors import SourceError
from archiver.sources import ImportOptions, find_files, read_capture
from archiver.sources.mhtml import read_mhtml

URL = "https://harbour.example/page/2/"
PAGE = "<!DOCTYPE html><link rel=canonical href=https://harbour.example/><p>Zürich = 5".encode()
HEAD = (
    b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://harbour.example/page/2/#top\r\n"
    b"Subject: =?utf-8?Q?H=C3=A4fen?=\r\nDate: Tue, 7 Mar 2023 00:38:59 +0800\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----Boundary--x----"\r\n\r\n\r\n'
)


def part(payload, kind="text/html", coding="quoted-printable", **more):
    encoded = quopri.encodestring(payload) if coding == "quoted-printable" else base64.encodebytes(payload)
    fields = {"Content-Type": kind, "Content-Transfer-Encoding": coding} | more
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return b"------Boundary--x----\r\n" + lines.encode() + b"\r\n" + encoded.replace(b"\n", b"\r\n") + b"\r\n"


END = b"------Boundary--x------\r\n"
FRAME = part(b"<p>advertisement", Content_Location="https://ads.example/")
PICTURE = part(b"\x89PNG", "image/png", "base64", Content_Location="https://harbour.example/a.png")


@pytest.mark.parametrize("coding", ["quoted-printable", "base64"])
def test_the_page_comes_with_the_url_and_time_of_the_browser(tmp_path, coding):
    file = tmp_path / "Häfen.mhtml"
    file.write_bytes(HEAD + PICTURE + part(PAGE, "text/html; charset=utf-8", coding) + FRAME + END)
    (found,) = find_files(str(tmp_path)).pages
    capture = read_capture(found, str(tmp_path), ImportOptions(base_url="https://other.example/"))
    assert capture.payload.rstrip() == PAGE
    assert (capture.url, capture.url_basis) == (URL, "page")
    assert (capture.captured_at, capture.time_basis) == (datetime(2023, 3, 6, 16, 38, 59, tzinfo=UTC), "page")
    assert capture.header("Content-Type") == "text/html; charset=utf-8"


def test_the_parts_say_what_the_head_does_not():
    start = b'Content-Type: multipart/related; start="<page>"; boundary="----Boundary--x----"\n\n'
    saved = read_mhtml(start + FRAME + part(PAGE, Content_ID="<page>", Content_Location=URL) + END)
    assert (saved.payload.rstrip(), saved.own) == (PAGE, (URL, None, True))


def test_a_page_alone_needs_no_parts():
    saved = read_mhtml(b"Content-Type: text/html\nContent-Location: cid:frame@mhtml.blink\n\n" + PAGE)
    assert (saved.payload, saved.own) == (PAGE, (None, None, False))


@pytest.mark.parametrize("data", [b"", b"GIF89a", PAGE, HEAD, HEAD + PICTURE + END])
def test_a_file_without_a_page_is_said_in_one_line(tmp_path, data):
    file = tmp_path / "a.mht"
    file.write_bytes(data)
    with pytest.raises(SourceError, match=r"a\.mht: no page in this MHTML file"):
        read_capture(file, str(file), ImportOptions())


def test_a_file_that_breaks_off_gives_what_is_there():
    assert read_mhtml(HEAD + part(PAGE)[:-40]).payload.startswith(PAGE[:30])


def test_parts_in_parts_are_refused():
    nested = b"".join(
        b'Content-Type: multipart/related; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3000)
    )
    with pytest.raises(ValueError, match="MHTML"):
        read_mhtml(nested + b"Content-Type: text/html\n\n" + PAGE)


@given(
    st.lists(st.sampled_from([HEAD, PICTURE, FRAME, END, PAGE, b"--", b"\r\n", b"Date: x\n", b"=?", b"\xff"]))
)
def test_no_file_is_an_error(pieces):
    try:
        read_mhtml(b"".join(pieces))
    except ValueError as error:
        assert "MHTML" in str(error)  # noqa: PT017 - any other error fails
