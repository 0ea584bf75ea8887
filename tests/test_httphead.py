"""Heads of HTTP/1 responses, read as they come."""

from hypothesis import given
from hypothesis import strategies as st

from archiver.httphead import ResponseHead, head_length, parse_head, without_transfer_coding

PIECES = st.sampled_from(
    [
        b"\r\n",
        b"\n",
        b"\r",
        b" ",
        b"\t",
        b":",
        b"\0",
        b"a",
        b"A-B",
        b"\xe9",
        b"Transfer-Encoding: chunked\r\n",
    ]
)
LINES = st.lists(st.one_of(PIECES, st.binary(max_size=6)), max_size=20).map(b"".join)


def parsed(raw: bytes) -> ResponseHead:
    head = parse_head(raw)
    assert head is not None
    return head


@given(LINES)
def test_what_is_stored_of_a_head_reads_as_the_head_that_came(lines):
    data = b"HTTP/1.1 200 OK\r\n" + lines + b"\r\n\r\n"
    length = head_length(data)
    head = parsed(data[:length])
    stored = b"\r\n".join([*without_transfer_coding(head.raw), b"", b""])
    assert head_length(stored) == len(stored)
    again = parsed(stored)
    assert again.headers == tuple(h for h in head.headers if h[0].lower() != "transfer-encoding")
    assert (again.status, again.phrase) == (200, head.phrase)
    if b"Transfer-" not in lines:
        assert stored.replace(b"\r\n", b"\n") == head.raw.replace(b"\r\n", b"\n")


@given(st.binary(max_size=60))
def test_any_bytes_are_a_head_or_none(data):
    length = head_length(data)
    assert length is None or data[:length].endswith((b"\n\n", b"\n\r\n"))
    assert parse_head(data[:length]) is None or data[:5].upper() == b"HTTP/"


def test_folding_without_end_takes_linear_time():
    """Joined one by one, a hundred thousand folded lines would copy ten gigabytes."""
    head = parsed(b"HTTP/1.1 200 OK\r\nA: b" + b"\n x" * 100_000 + b"\n\n")
    assert len(head.headers[0][1]) == 200_001


def test_a_status_line_of_spaces_takes_linear_time():
    assert parsed(b"HTTP/1.1 200 " + b" " * 250_000 + b"x\n\n").phrase == "x"
    assert parse_head(b"HTTP/1.1" + b" " * 250_000 + b"x\n\n") is None
