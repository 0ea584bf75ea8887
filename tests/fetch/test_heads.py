"""`Fetcher` against servers whose heads break the rules: one bad line costs that line, never the page."""

import asyncio

import pytest

from archiver.fetch import Fetcher, FetchOptions
from archiver.fetch.exchange import Exchange
from tests.clocks import FakeClock
from tests.servers import Fault, Reader, Writer, fault_server, says, serve

OPTIONS = FetchOptions(delay_s=0, retries=0, timeout_s=20, total_timeout_s=20, ignore_robots=True)
STATUS = b"HTTP/1.1 200 OK\r\n"
LENGTH = b"Content-Length: 10\r\n"
BODY = b"0123456789"
CHUNKS = b"a\r\n0123456789\r\n0\r\n\r\n"


def fetch(fault: Fault, count: int = 1) -> list[Exchange]:
    async def run() -> list[Exchange]:
        async with fault_server(fault) as url, Fetcher(OPTIONS, clock=FakeClock().clock) as fetcher:
            return [(await fetcher.fetch(url, named=True)).exchanges[0] for _ in range(count)]

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("line", "header"),
    [
        pytest.param(b"app/page.php: userdata not supported", None, id="a warning with a colon"),
        pytest.param(b"a warning without one", None, id="no colon"),
        pytest.param(b"X-Set By-Proxy: 1", None, id="a name of two words"),
        pytest.param(b": 1", None, id="no name"),
        pytest.param(b"X-\xe9: 1", None, id="a name beyond ASCII"),
        pytest.param(b"X-A: 1\x002", None, id="NUL in a value"),
        pytest.param(b"X-A: 1\rX-B: 2", None, id="a bare CR in a value"),
        pytest.param(b" X-A: 1", None, id="a folded line with nothing to fold into"),
        pytest.param(b"no colon\r\n X-A: 1", None, id="a folded line of a bad one"),
        pytest.param(b"X-A : 1", ("X-A", "1"), id="a space before the colon"),
        pytest.param(b"X-A:1", ("X-A", "1"), id="no space after the colon"),
        pytest.param(b"X-A: 1\r\n\tand 2", ("X-A", "1 and 2"), id="folded"),
        pytest.param(b"X-A: caf\xe9", ("X-A", "caf\xe9"), id="a value beyond ASCII"),
        pytest.param(b"X-A:", ("X-A", ""), id="no value"),
        pytest.param(b"X-A: " + b"a" * 200_000, ("X-A", "a" * 200_000), id="a long line"),
    ],
)
@pytest.mark.parametrize("end", [b"\r\n", b"\n"], ids=["CRLF", "LF"])
def test_a_line_out_of_form_costs_that_line(line: bytes, header: tuple[str, str] | None, end: bytes) -> None:
    head = (STATUS + line + b"\r\n" + LENGTH + b"\r\n").replace(b"\r\n", end)
    (got,) = fetch(says(head + BODY))
    assert (got.capture.payload, got.capture.truncated) == (BODY, None)
    assert got.capture.headers == (*([header] if header else []), ("Content-Length", "10"))
    assert got.head == head


@pytest.mark.parametrize(
    ("status_line", "expected"),
    [
        (b"HTTP/1.1 200", (200, "", "HTTP/1.1")),
        (b"HTTP/1.1 200 ", (200, "", "HTTP/1.1")),
        (b"HTTP/1.0 404 Not here", (404, "Not here", "HTTP/1.0")),
        (b"HTTP/1.1  200  OK ", (200, "OK", "HTTP/1.1")),
        (b"http/1.1 200 ok", (200, "ok", "HTTP/1.1")),
        (b"HTTP/2 200 OK", (200, "OK", "HTTP/1.1")),
        (b"HTTP/1.1 999 Denied", (999, "Denied", "HTTP/1.1")),
        (b"HTTP/1.1 200 Tr\xe8s bien", (200, "Tr\xe8s bien", "HTTP/1.1")),
        (b"\r\n\r\nHTTP/1.1 200 OK", (200, "OK", "HTTP/1.1")),
    ],
)
def test_status_lines_that_others_read_are_read(status_line: bytes, expected: tuple[int, str, str]) -> None:
    (got,) = fetch(says(status_line + b"\r\n" + LENGTH + b"\r\n" + BODY))
    assert (got.capture.status, got.capture.phrase, got.capture.protocol) == expected
    assert got.capture.payload == BODY


@pytest.mark.parametrize(
    ("framing", "sent"),
    [
        pytest.param(b"Transfer-Encoding: identity\r\n", BODY, id="identity"),
        pytest.param(b"Transfer-Encoding: identity\r\n" + LENGTH, BODY + b"!", id="identity and a length"),
        pytest.param(b"Transfer-Encoding: Chunked\r\n" + LENGTH, CHUNKS, id="chunked and a length"),
        pytest.param(LENGTH + b"Transfer-Encoding: chunked\r\n", CHUNKS, id="a length and chunked"),
        pytest.param(b"Transfer-Encoding: chunked\r\n" * 2, CHUNKS, id="chunked twice"),
        pytest.param(b"Transfer-Encoding: chunked, chunked\r\n", CHUNKS, id="chunked twice in a line"),
        pytest.param(b"Transfer-Encoding : chunked\r\n", CHUNKS, id="chunked after a space"),
        pytest.param(b"Transfer-Encoding: own\r\n", BODY, id="an unknown coding"),
        pytest.param(LENGTH * 2, BODY + b"!", id="a length twice"),
        pytest.param(b"Content-Length: 10, 10\r\n", BODY + b"!", id="a length twice in a line"),
        pytest.param(b"Content-Length : 10\r\n", BODY + b"!", id="a length after a space"),
        pytest.param(LENGTH + b"Content-Length: 5\r\n", BODY, id="two lengths"),
        pytest.param(LENGTH + b"Content-Length: -1\r\n", BODY + b"!", id="a length and a negative one"),
        pytest.param(b"Content-Length: -1\r\n", BODY, id="a negative length"),
        pytest.param(b"Content-Length: 1e1\r\n", BODY, id="a length that is no number"),
        pytest.param(b"Content-Length: \xb2\r\n", BODY, id="a length in other digits"),
        pytest.param(b"Content-Length: " + b"9" * 5000 + b"\r\n", BODY, id="a length of 5000 digits"),
        pytest.param(b"", BODY, id="nothing"),
    ],
)
def test_all_of_the_body_is_kept(framing: bytes, sent: bytes) -> None:
    (got,) = fetch(says(STATUS + framing + b"\r\n" + sent))
    assert (got.capture.payload, got.capture.truncated) == (BODY, None)


@pytest.mark.parametrize(
    "chunks",
    [
        pytest.param(b"4\n0123\n6\n456789\n0\n\n", id="lines that end in LF"),
        pytest.param(b"a \r\n0123456789\r\n0 \r\n\r\n", id="a space after the size"),
        pytest.param(b" 0A ;x=y\r\n0123456789\r\n 000\r\n\r\n", id="spaces round the size"),
        pytest.param(b"a\r\n0123456789\r\n0\r\nno colon\r\n fold\r\nA: b\0\r\n\r\n", id="a bad trailer"),
        pytest.param(b"a\r\n0123456789\r\n0\r\n\r\nmore", id="something behind"),
    ],
)
@pytest.mark.parametrize("pause", [False, True], ids=["at once", "byte by byte"])
def test_chunks_that_others_read_are_read(chunks: bytes, pause: bool) -> None:
    got, _ = served(STATUS + b"Transfer-Encoding: chunked\r\n\r\n" + chunks, GOOD, pause=pause)
    assert [(one.capture.payload, one.capture.truncated) for one in got] == [(BODY, None)] * 2


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"0\r\n", id="no empty line"),
        pytest.param(b"Z\r\n1\r\n0\r\n\r\n", id="no size"),
        pytest.param(b"-1\r\n", id="a negative size"),
        pytest.param(b"1" * 17 + b"\r\n", id="a size of 17 digits"),
        pytest.param(b"f" * 16 + b"\r\n", id="a size without end"),
        pytest.param(b"5\r\n1\r\n0\r\n\r\n", id="a chunk that is too short"),
        pytest.param(b"0;" + b"x" * 100_000, id="an extension without end"),
        pytest.param(b"0\r\n" + b"A: b\r\n" * 100_000, id="a trailer without end"),
    ],
)
def test_chunks_that_break_off_are_kept_and_marked(rest: bytes) -> None:
    chunks = b"a\r\n0123456789\r\n" + rest
    (got,) = fetch(says(STATUS + b"Transfer-Encoding: chunked\r\n\r\n" + chunks))
    assert got.capture.payload[:10] == BODY
    assert got.capture.truncated == "disconnect"


def test_a_body_that_has_none_of_its_two_lengths_is_no_whole_page() -> None:
    (got,) = fetch(says(STATUS + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + BODY))
    assert (got.capture.payload, got.capture.truncated) == (BODY, "disconnect")


def served(*responses: bytes, pause: bool = False) -> tuple[list[Exchange], int]:
    """Ask for all of these responses, each the answer to one request; also count the connections."""
    connections = 0
    left = list(responses)

    async def connected(reader: Reader, writer: Writer) -> None:
        nonlocal connections
        connections += 1
        while left:
            await reader.readuntil(b"\r\n\r\n")
            response = left.pop(0)
            for piece in [bytes([byte]) for byte in response] if pause else [response]:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)
        await reader.read()

    async def run() -> list[Exchange]:
        async with serve(connected) as url, Fetcher(OPTIONS, clock=FakeClock().clock) as fetcher:
            return [(await fetcher.fetch(url, named=True)).exchanges[0] for _ in responses]

    return asyncio.run(run()), connections


GOOD = STATUS + LENGTH + b"\r\n" + BODY


def test_a_connection_is_used_again_only_after_a_head_in_form() -> None:
    assert served(GOOD, STATUS + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNKS, GOOD)[1] == 1
    doubtful = (
        STATUS + b"no colon\r\n" + LENGTH + b"\r\n" + BODY,
        STATUS + b"Transfer-Encoding: chunked\r\n" + LENGTH + b"\r\n" + CHUNKS,
        STATUS + LENGTH + b"Connection: Close\r\n\r\n" + BODY,
        b"HTTP/1.0 200 OK\r\n" + LENGTH + b"\r\n" + BODY,
    )
    for response in doubtful:
        got, connections = served(response, GOOD)
        assert ([one.capture.payload for one in got], connections) == ([BODY, BODY], 2)


@pytest.mark.parametrize("pause", [False, True], ids=["at once", "byte by byte"])
def test_interim_responses_and_pieces_change_nothing(pause: bool) -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nbad\r\n\r\n"
    got, connections = served(hints * 3 + b"\r\n" + GOOD, hints + GOOD, GOOD, pause=pause)
    assert connections == 1
    for one in got:
        assert (one.capture.status, one.capture.payload) == (200, BODY)
        assert one.head == STATUS + LENGTH + b"\r\n"


def test_another_protocol_is_refused_though_it_waits_for_us_to_speak() -> None:
    """An SSH server sends its name and waits: so would we, until the time is over."""

    async def fault(_path: str, reader: Reader, writer: Writer) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.6\r\n")
        await reader.read()

    with pytest.raises(Exception, match="not HTTP; it begins with b'SSH"):
        fetch(fault)
