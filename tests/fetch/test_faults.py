"""`Fetcher` against servers that do everything wrong: it neither hangs nor takes a part for the whole."""

import asyncio
import socket
import struct
import tracemalloc
import zlib

import pytest

from archiver.errors import NoResponseError
from archiver.fetch import Fetcher, FetchOptions, FetchResult
from tests.clocks import FakeClock
from tests.servers import Fault, Reader, Writer, fault_server, goes_on, says, site_server

OPTIONS = FetchOptions(delay_s=0, retries=0, timeout_s=20, total_timeout_s=20, max_bytes=100_000)


def visit(fault: Fault, options: FetchOptions = OPTIONS, clock: FakeClock | None = None) -> FetchResult:
    async def run() -> FetchResult:
        clock_ = (clock or FakeClock()).clock
        async with fault_server(fault) as url, Fetcher(options, clock=clock_) as fetcher:
            async with asyncio.timeout(60):
                return await fetcher.fetch(url, named=True)

    return asyncio.run(run())


def resets(*parts: bytes) -> Fault:
    async def fault(_path: str, _reader: Reader, writer: Writer) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    return fault


HEAD = b"HTTP/1.1 200 OK\r\n"
LENGTH_10 = HEAD + b"Content-Length: 10\r\n\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("fault", "payload"),
    [
        pytest.param(says(LENGTH_10, b"12345"), b"12345", id="ends before its Content-Length"),
        pytest.param(says(LENGTH_10), b"", id="ends after the head"),
        pytest.param(says(CHUNKED, b"5\r\n12345\r\n"), b"12345", id="ends without the last chunk"),
        pytest.param(says(CHUNKED, b"5\r\n12345\r\nZZ\r\nno\r\n"), b"12345", id="chunk size is no number"),
        pytest.param(says(CHUNKED, b"3\r\n12345\r\n0\r\n\r\n"), None, id="chunk longer than its size"),
        pytest.param(says(CHUNKED, b"5\r\n12345\r\n" + b"F" * 200_000), b"12345", id="chunk size never ends"),
        pytest.param(resets(LENGTH_10, b"12345"), b"12345", id="reset within the body"),
        pytest.param(
            resets(HEAD + b"\r\n", b"12345"), b"12345", id="reset within a body of no stated length"
        ),
        pytest.param(resets(LENGTH_10), b"", id="reset after the head"),
    ],
)
def test_half_a_page_is_marked_as_one(fault: Fault, payload: bytes | None) -> None:
    capture = visit(fault).capture
    assert capture.truncated == "disconnect"
    assert capture.status == 200
    if payload is not None:
        assert capture.payload == payload


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(says(), id="closes at once"),
        pytest.param(resets(), id="reset before the head"),
        pytest.param(says(b"HTTP/1.1 200 OK\r\nServer: x"), id="closes within the head"),
        pytest.param(resets(b"HTTP/1.1 200 OK\r\nServer: x"), id="reset within the head"),
        pytest.param(says(b"SSH-2.0-OpenSSH_9.6\r\n"), id="is no web server"),
        pytest.param(says(b"\x00\xff\xfe" * 1000), id="says anything"),
        pytest.param(says(b"HTTP/1.1 2x0 OK\r\n\r\n"), id="status is no number"),
        pytest.param(says(b"HTTP/1.1 20 OK\r\n\r\n"), id="status of two digits"),
        pytest.param(says(b"HTTP/1.1 2000 OK\r\n\r\n"), id="status of four digits"),
        pytest.param(says(b"HTTP/1.1 099 OK\r\n\r\n"), id="status below 100"),
        pytest.param(says(b"<html>a page without a head</html>\n"), id="HTTP/0.9"),
        pytest.param(goes_on(HEAD, more=b"X-Many: headers\r\n" * 1000), id="headers without end"),
        pytest.param(goes_on(HEAD + b"X-Long: ", more=b"x" * 65536), id="a header without end"),
    ],
)
def test_no_head_is_no_response(fault: Fault) -> None:
    with pytest.raises(NoResponseError) as caught:
        visit(fault)
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is not None


def test_longer_than_its_length_ends_at_its_length() -> None:
    """By the protocol this is a whole response; what follows it must not become the next one's."""

    async def fault(path: str, reader: Reader, writer: Writer) -> None:
        if path == "/long":
            writer.write(LENGTH_10 + b"0123456789" + b"and a good deal more")
            await reader.readuntil(b"\r\n\r\n")
        writer.write(LENGTH_10 + b"abcdefghij")

    async def run() -> list[bytes]:
        options = FetchOptions(delay_s=0, ignore_robots=True)
        async with fault_server(fault) as url, Fetcher(options, clock=FakeClock().clock) as fetcher:
            visits = [await fetcher.fetch(url + path, named=True) for path in ("/long", "/next")]
            return [v.capture.payload for v in visits]

    assert asyncio.run(run()) == [b"0123456789", b"abcdefghij"]


@pytest.mark.parametrize(
    "head",
    [HEAD + b"\r\n", HEAD + b"Content-Length: 99999999999\r\n\r\n"],
    ids=["of no stated length", "of a huge length"],
)
def test_endless_body_is_cut_at_the_limit(head: bytes) -> None:
    tracemalloc.start()
    try:
        capture = visit(goes_on(head, more=b"x" * 65536)).capture
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (capture.truncated, capture.payload) == ("length", b"x" * 100_000)
    assert peak < 8_000_000


def test_body_of_exactly_the_limit_is_whole() -> None:
    with site_server({"/": bytes(100_000), "/more": bytes(100_001)}) as site:

        async def run() -> list[str | None]:
            async with Fetcher(OPTIONS) as fetcher:
                visits = [await fetcher.fetch(site.url + path, named=True) for path in ("/", "/more")]
                return [v.capture.truncated for v in visits]

        assert asyncio.run(run()) == [None, "length"]


def test_chunk_extensions_without_end_are_cut_in_time() -> None:
    capture = visit(goes_on(CHUNKED + b"1;", more=b"x" * 65536)).capture
    assert (capture.truncated, capture.payload) == ("disconnect", b"")


def test_bomb_is_kept_as_it_came() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(60)) + packer.flush()
    head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    tracemalloc.start()
    try:
        capture = visit(says(head, bomb)).capture
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (capture.truncated, capture.payload) == (None, bomb)
    assert peak < 8_000_000


def test_drip_is_cut_at_the_deadline() -> None:
    options = OPTIONS.model_copy(update={"total_timeout_s": 2.0, "ignore_robots": True})
    capture = visit(goes_on(HEAD + b"\r\n", more=b".", pause_s=0.02), options).capture
    assert capture.truncated == "time"
    assert set(capture.payload) == set(b".")


def test_silence_within_the_body_is_cut() -> None:
    async def fault(_path: str, reader: Reader, writer: Writer) -> None:
        writer.write(LENGTH_10 + b"12345")
        await reader.read()

    options = OPTIONS.model_copy(update={"timeout_s": 2.0, "ignore_robots": True})
    capture = visit(fault, options).capture
    assert (capture.truncated, capture.payload) == ("time", b"12345")


@pytest.mark.parametrize("limit", ["timeout_s", "total_timeout_s"])
def test_silence_before_the_head_is_no_response(limit: str) -> None:
    async def fault(_path: str, reader: Reader, _writer: Writer) -> None:
        await reader.read()

    options = OPTIONS.model_copy(update={limit: 0.2, "ignore_robots": True})
    with pytest.raises(NoResponseError, match="in time"):
        visit(fault, options)


def test_interim_responses_without_end_are_no_response() -> None:
    options = OPTIONS.model_copy(update={"total_timeout_s": 0.5, "ignore_robots": True})
    fault = goes_on(more=b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", pause_s=0.01)
    with pytest.raises(NoResponseError, match="in time"):
        visit(fault, options)


@pytest.mark.parametrize(
    "fault", [resets(), says(LENGTH_10, b"12345"), says(b"garbage\r\n")], ids=["reset", "cut", "garbage"]
)
def test_a_fault_that_passes_is_asked_again(fault: Fault) -> None:
    asked = 0

    async def once(path: str, reader: Reader, writer: Writer) -> None:
        nonlocal asked
        asked += 1
        await (fault if asked == 1 else says(LENGTH_10, b"0123456789"))(path, reader, writer)

    clock = FakeClock()
    capture = visit(once, OPTIONS.model_copy(update={"retries": 1}), clock).capture
    assert (capture.truncated, capture.payload) == (None, b"0123456789")
    assert asked == 2
    assert len(clock.waits) == 1


def test_half_a_page_is_better_than_none() -> None:
    asked = 0

    async def once(path: str, reader: Reader, writer: Writer) -> None:
        nonlocal asked
        asked += 1
        await (says(LENGTH_10, b"12345") if asked == 1 else resets())(path, reader, writer)

    capture = visit(once, OPTIONS.model_copy(update={"retries": 2})).capture
    assert (capture.truncated, capture.payload) == ("disconnect", b"12345")
    assert asked == 3


def test_nobody_listening_is_no_response() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]

    async def run() -> None:
        options = OPTIONS.model_copy(update={"ignore_robots": True})
        async with Fetcher(options) as fetcher:
            await fetcher.fetch(f"http://127.0.0.1:{port}/", named=True)

    with pytest.raises(NoResponseError):
        asyncio.run(run())
