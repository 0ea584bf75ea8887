"""Laws of fetching: any URL and any bytes of a server give a value or an error of the tree."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.errors import FetchError, ForbiddenAddressError
from archiver.fetch import Fetcher, FetchOptions, checked_url
from tests.clocks import FakeClock
from tests.servers import fault_server

HEADS = st.sampled_from(
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: ",
        b"HTTP/1.1 503 Later\r\nContent-Length: 0\r\nRetry-After: ",
        b"HTTP/1.0 204 None\r\n",
    ]
)
ANYTHING = st.lists(
    st.one_of(
        st.binary(max_size=20),
        st.sampled_from([b"\r\n", b"\r\n\r\n", b"5\r\n", b"0\r\n\r\n", b"12345", b": "]),
    ),
    max_size=8,
).map(b"".join)


@given(st.one_of(st.text(), st.text().map("http://".__add__), st.text().map("https://a.example/".__add__)))
def test_checked_url_is_settled_at_once(text):
    try:
        url = checked_url(text)
    except ForbiddenAddressError:
        return
    assert checked_url(url) == url
    assert url.startswith(("http://", "https://"))
    assert "#" not in url


@settings(max_examples=60)
@given(HEADS, ANYTHING)
def test_any_answer_is_a_visit_or_an_error(head, rest):
    async def fault(_path, _reader, writer):
        writer.write(head + rest)

    async def run():
        options = FetchOptions(delay_s=0, retries=1, timeout_s=20, total_timeout_s=30, ignore_robots=True)
        async with fault_server(fault) as url, Fetcher(options, clock=FakeClock().clock) as fetcher:
            try:
                visit = await fetcher.fetch(url, named=True)
            except FetchError as error:
                assert "\n" not in str(error)  # noqa: PT017
                return
        capture = visit.capture
        if head.endswith(b"Content-Length: 7\r\n\r\n"):
            assert (capture.payload, capture.truncated) == (
                rest[:7],
                None if len(rest) >= 7 else "disconnect",
            )

    asyncio.run(run())


@settings(max_examples=30)
@given(st.lists(st.binary(min_size=1, max_size=200), max_size=20))
def test_chunks_are_joined(chunks):
    async def fault(_path, _reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for chunk in [*chunks, b""]:
            writer.write(b"%x;ext\r\n%s\r\n" % (len(chunk), chunk))

    async def run():
        options = FetchOptions(delay_s=0, ignore_robots=True)
        async with fault_server(fault) as url, Fetcher(options, clock=FakeClock().clock) as fetcher:
            return (await fetcher.fetch(url, named=True)).capture

    capture = asyncio.run(run())
    assert (capture.payload, capture.truncated) == (b"".join(chunks), None)
