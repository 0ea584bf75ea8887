"""`Fetcher` over TLS and HTTP/2, with servers that break off, forge headers or show a wrong certificate."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from archiver.errors import NoResponseError
from archiver.fetch import Fetcher, FetchOptions, FetchResult
from tests.clocks import FakeClock
from tests.servers import Http2, serve, server_side

Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter

OPTIONS = FetchOptions(delay_s=0, timeout_s=20, total_timeout_s=20, ignore_robots=True)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """A certificate authority that `Fetcher` trusts, as it would a company's own: by SSL_CERT_FILE."""
    ca = trustme.CA()
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return ca


async def fetch_all(url: str, *paths: str, clock: FakeClock, retries: int = 0) -> list[FetchResult]:
    options = OPTIONS.model_copy(update={"retries": retries})
    async with Fetcher(options, clock=clock.clock) as fetcher, asyncio.timeout(60):
        return [await fetcher.fetch(url + path, named=True) for path in paths]


@pytest.mark.parametrize("trusted", [True, False])
def test_certificate_that_does_not_verify_is_final(authority: trustme.CA, trusted: bool) -> None:
    context = server_side(
        authority if trusted else trustme.CA(), "elsewhere.example" if trusted else "127.0.0.1"
    )
    clock = FakeClock()

    async def connected(reader: Reader, _writer: Writer) -> None:
        await reader.read()

    async def run() -> None:
        async with serve(connected, tls=context) as url:
            await fetch_all(url, "/", clock=clock, retries=3)

    with pytest.raises(NoResponseError, match="certificate verify failed"):
        asyncio.run(run())
    assert clock.waits == []


def test_tls_with_a_server_that_speaks_none() -> None:
    async def connected(_reader: Reader, writer: Writer) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async def run() -> None:
        async with serve(connected) as url:
            await fetch_all(url.replace("http", "https"), "/", clock=FakeClock())

    with pytest.raises(NoResponseError):
        asyncio.run(run())


def h2_visits(
    authority: trustme.CA, answer: Callable[[Http2, int], None], *paths: str, retries: int = 0
) -> list[FetchResult]:
    async def run() -> list[FetchResult]:
        context = server_side(authority, "127.0.0.1", "h2")
        async with serve(Http2(answer).connected, tls=context) as url:
            return await fetch_all(url, *paths, clock=FakeClock(), retries=retries)

    return asyncio.run(run())


def test_http2_is_spoken(authority: trustme.CA) -> None:
    def answer(server: Http2, stream: int) -> None:
        server.send(stream, b"hello", ("content-type", "text/plain"))

    first, second = h2_visits(authority, answer, "/", "/b")
    assert first.exchanges[0].capture.protocol == "HTTP/2"
    assert first.capture.headers == (("content-type", "text/plain"),)
    assert (first.capture.payload, second.capture.truncated) == (b"hello", None)


@pytest.mark.parametrize("last_stream", [0, 1])
def test_goaway_before_the_head_is_asked_again(authority: trustme.CA, last_stream: int) -> None:
    def answer(server: Http2, stream: int) -> None:
        if server.requests == 1:
            server.connection.close_connection(last_stream_id=last_stream)
        else:
            server.send(stream, b"hello")

    (got,) = h2_visits(authority, answer, "/", retries=1)
    assert (got.capture.payload, got.capture.truncated) == (b"hello", None)


def test_goaway_between_two_pages(authority: trustme.CA) -> None:
    def answer(server: Http2, stream: int) -> None:
        server.send(stream, b"hello")
        server.connection.close_connection(last_stream_id=stream)

    for got in h2_visits(authority, answer, "/", "/b", "/c", retries=1):
        assert (got.capture.payload, got.capture.truncated) == (b"hello", None)


def test_faults_within_an_http2_body(authority: trustme.CA) -> None:
    def goaway(server: Http2, stream: int) -> None:
        server.send(stream, b"half", end=False)
        server.connection.close_connection()

    def reset(server: Http2, stream: int) -> None:
        server.send(stream, b"half", end=False)
        server.connection.reset_stream(stream, error_code=2)

    def short(server: Http2, stream: int) -> None:
        server.send(stream, b"half", ("content-length", "10"))

    for answer in (goaway, reset):
        (got,) = h2_visits(authority, answer, "/")
        assert got.capture.truncated == "disconnect", answer.__name__
    with pytest.raises(NoResponseError):  # found while the head is read, as all of it comes at once
        h2_visits(authority, short, "/")


def test_http2_header_that_would_forge_another_is_passed_over(authority: trustme.CA) -> None:
    def answer(server: Http2, stream: int) -> None:
        forged = [("x", "a\r\nset-cookie: b"), ("y\r\nz", "1"), ("n", "a\0b"), ("", "1"), ("two words", "1")]
        server.send(stream, b"hello", *forged, ("kept", "caf\xe9"))

    (got,) = h2_visits(authority, answer, "/")
    assert got.capture.payload == b"hello"
    assert got.capture.headers == (("kept", "caf\xc3\xa9"),)  # h2 sends texts as UTF-8


@pytest.mark.parametrize("status", ["abc", "", "-200", "20", "2000", "90000000000000000000", "9" * 9000])
def test_http2_status_that_is_none_is_no_response(authority: trustme.CA, status: str) -> None:
    def answer(server: Http2, stream: int) -> None:
        server.connection.send_headers(stream, [(":status", status)], end_stream=True)

    with pytest.raises(NoResponseError):
        h2_visits(authority, answer, "/")


def test_http2_head_of_a_megabyte_is_no_response(authority: trustme.CA) -> None:
    """Sent by hand, since the engine of the tests would take a minute to pack it."""
    status = b"\x08\x7f" + bytes([0xC1, 0x83, 0x3D]) + b"9" * 1_000_000  # ":status", the length, the value
    parts = [status[start : start + 16_384] for start in range(0, len(status), 16_384)]

    def frame(kind: int, flags: int, data: bytes) -> bytes:
        return len(data).to_bytes(3, "big") + bytes([kind, flags]) + bytes([0, 0, 0, 1]) + data

    async def connected(reader: Reader, writer: Writer) -> None:
        writer.write(b"\0\0\0\4\0\0\0\0\0")  # empty settings
        await reader.readuntil(b"\r\n\r\nSM\r\n\r\n")
        await reader.read(65536)
        for part in parts:
            kind = 1 if part is parts[0] else 9  # HEADERS, then CONTINUATION
            writer.write(frame(kind, (kind == 1) | 4 * (part is parts[-1]), part))
        await reader.read()

    async def run() -> None:
        async with serve(connected, tls=server_side(authority, "127.0.0.1", "h2")) as url:
            await fetch_all(url, "/", clock=FakeClock())

    with pytest.raises(NoResponseError, match="Oversized header block"):
        asyncio.run(run())
