"""Mend the heads of HTTP/1 responses on their way from the network to the HTTP engine.

The engine (h11) refuses a response for one malformed line. So it is given a head of at most three lines,
which say how long the body is; the head as it came is kept on the stream (`RESPONSE_HEAD`). HTTP/2 passes
unchanged. Chunked bodies are mended by `chunks`.

How long the body is follows RFC 9112, section 6.3. Where a head leaves that in doubt (two lengths, a coding
that is unknown), the body lasts until the connection is closed; one that has none of the stated lengths
counts as cut short. A connection whose head was malformed serves no second request, so that no byte of one
response is ever taken for the next one.
"""

import re
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore

from archiver.fetch.chunks import ChunkMender
from archiver.httphead import ResponseHead, head_length, is_status_line, parse_head

RESPONSE_HEAD = "response_head"
"""The name by which `get_extra_info` of a stream gives the head of the last response; None for HTTP/2."""
MAX_HEAD_BYTES = 256 << 10
"""A longer head is refused, as browsers do; curl stops at 300 KB."""

_STATUS_LINE_BYTES = 1000
"""Bytes in which the first line is looked for before all of the head is there."""

_LENGTH = re.compile(r"[0-9]{1,18}")


class MendingBackend(httpcore.AsyncNetworkBackend):
    """A network backend whose connections mend the heads of responses."""

    def __init__(self, backend: httpcore.AsyncNetworkBackend) -> None:
        self._backend = backend

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  the interface is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect as the wrapped backend does."""
        return _Stream(await self._backend.connect_tcp(host, port, timeout, local_address, socket_options))

    async def sleep(self, seconds: float) -> None:
        """Sleep as the wrapped backend does."""
        await self._backend.sleep(seconds)


class _Stream(httpcore.AsyncNetworkStream):
    """A connection of HTTP/1: after each request, what is read first is the head of a response."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self._awaits_head = False
        self._unread = b""  # received with an interim response, and part of the next head
        self._head: ResponseHead | None = None
        self._chunks: ChunkMender | None = None

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """Read from the body as it comes; or a mended head, with what came of the body."""
        if not self._awaits_head:
            return await self._read_body(max_bytes, timeout)
        received, self._unread = bytearray(self._unread.lstrip(b"\r\n")), b""
        searched = 0
        while (length := head_length(received, searched)) is None and len(received) <= MAX_HEAD_BYTES:
            _check_start(received)
            searched = len(received)
            more = await self._stream.read(max_bytes, timeout)
            if not more and received:
                raise httpcore.RemoteProtocolError("the connection was closed within the head")
            if not more:
                return b""
            received += more if received else more.lstrip(b"\r\n")
        if length is None or length > MAX_HEAD_BYTES:
            raise httpcore.RemoteProtocolError(f"the head is longer than {MAX_HEAD_BYTES} bytes")
        head = parse_head(bytes(received[:length]))
        if head is None:
            raise _no_response(received)
        rest = bytes(received[length:])
        if head.status < 200:
            self._unread = rest
            return _framing(head)
        self._awaits_head, self._head = False, head
        self._chunks = ChunkMender() if _is_chunked(head) else None
        return _framing(head) + (self._chunks.mend(rest) if self._chunks else rest)

    async def _read_body(self, max_bytes: int, timeout: float | None) -> bytes:  # noqa: ASYNC109
        while data := await self._stream.read(max_bytes, timeout):
            if self._chunks is None:
                return data
            if mended := self._chunks.mend(data):
                return mended
        return b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Send bytes of a request."""
        self._awaits_head = True
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        """Encrypt the connection; one of HTTP/2 is handed on as it is."""
        stream = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        protocol = stream.get_extra_info("ssl_object").selected_alpn_protocol()
        return stream if protocol == "h2" else _Stream(stream)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  the interface is httpcore's
        """Return the head of the last response, or what the wrapped stream knows."""
        return self._head if info == RESPONSE_HEAD else self._stream.get_extra_info(info)


def _check_start(received: bytearray) -> None:
    """Raise RemoteProtocolError for what speaks another protocol, and may wait for ever to be spoken to."""
    line, end, _ = received[:_STATUS_LINE_BYTES].partition(b"\n")
    if not (is_status_line(line) if end else b"HTTP/".startswith(line[:5].upper())):
        raise _no_response(received)


def _no_response(received: bytearray) -> httpcore.RemoteProtocolError:
    return httpcore.RemoteProtocolError(f"this is not HTTP; it begins with {bytes(received[:40])!r}")


def contradicts_its_length(head: ResponseHead, length: int) -> bool:
    """Return whether a body that lasted until the connection was closed has none of its stated lengths."""
    stated = _lengths(head)
    return len(stated) > 1 and length not in stated and head.status not in (204, 304)


def _lengths(head: ResponseHead) -> set[int]:
    """Return the lengths that a head states for its body; what is no number is none."""
    if _codings(head):
        return set()
    return {int(text) for text in head.values("content-length") if _LENGTH.fullmatch(text)}


def _codings(head: ResponseHead) -> list[str]:
    return [coding for coding in head.values("transfer-encoding") if coding != "identity"]


def _is_chunked(head: ResponseHead) -> bool:
    return _codings(head)[-1:] == ["chunked"]


def _framing(head: ResponseHead) -> bytes:
    """Return a head that says no more than how long the body is, and whether the connection is used again."""
    codings, lengths = _codings(head), _lengths(head)
    version = "1.0" if head.version < "1.1" else "1.1"
    lines = [f"HTTP/{version} {head.status} "]
    if _is_chunked(head):
        lines.append("Transfer-Encoding: chunked")
    elif len(lengths) == 1:
        lines.append(f"Content-Length: {lengths.pop()}")
    is_in_doubt = not head.whole or len(codings) + len(set(head.values("content-length"))) > 1
    if is_in_doubt or "close" in head.values("connection"):
        lines.append("Connection: close")
    return "\r\n".join([*lines, "", ""]).encode("ascii")
