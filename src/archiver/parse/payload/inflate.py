"""A payload without its content codings (RFC 9110, section 8.4).

The bytes, the value of Content-Encoding and a limit come in; the decoded bytes go out, with whether they are
all. A decoder never holds more than the limit, whatever a few bytes inflate to. A cut or damaged stream gives
what can be decoded of it, because captures are cut short; only a stream that gives nothing is an error.
"""

import zlib
from typing import NamedTuple

import brotli
import zstandard

MAX_CODINGS = 5
"""Codings of one payload that are undone, as many as curl undoes: each is a pass over up to *limit* bytes."""

_FIRST_STEP = 1 << 10
_STEP = 1 << 20
"""Bytes given to a decoder first, and at most, at a time; the latter are asked of it at a time, too."""
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZSTD_HEAD_BYTES = 18
"""Bytes of the longest header of a zstd frame, with its magic number."""
_ZSTD_RUN = 1
"""The kind of block that is one byte, repeated."""


class ContentError(Exception):
    """A payload that cannot be decoded; the message says why in one clause. `parse_page` catches it."""


class Content(NamedTuple):
    """A decoded payload; `whole` is False where a coded stream is cut short or damaged."""

    payload: bytes
    whole: bool = True


def decode_content(payload: bytes, content_encoding: str | None, limit: int) -> Content:
    """Undo all content codings of a payload, the last one first.

    A payload that lacks the marks of its coding is returned as it is: tools that write captures often undo
    the coding and keep the header.

    Args:
        payload: bytes as received.
        content_encoding: codings, separated by commas, in the order in which they were applied.
        limit: bytes of the largest decoded payload.

    Raises:
        ContentError: a coding is unknown, there are more than MAX_CODINGS of them, the stream gives nothing,
            or it gives more than *limit* bytes.

    """
    codings = [coding.strip().lower() for coding in (content_encoding or "").split(",")]
    codings = [coding for coding in codings if coding not in _NO_CODINGS]
    if len(codings) > MAX_CODINGS:
        raise ContentError(f"more than {MAX_CODINGS} content codings")
    content = Content(payload)
    for coding in reversed(codings):
        decode = _DECODERS.get(coding)
        if decode is None:
            raise ContentError(f"unknown content coding {coding[:40]!r}")
        plain = decode(content.payload, limit)
        content = Content(plain.payload, content.whole and plain.whole)
    if len(content.payload) > limit:
        raise ContentError(f"larger than {limit >> 20} MiB")
    return content


class _Output:
    """The decoded bytes so far, never more than one step above the limit."""

    def __init__(self, limit: int) -> None:
        self.limit, self.size = limit, 0
        self.chunks: list[bytes] = []

    def add(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.size > self.limit:
            raise ContentError(f"inflates to more than {self.limit >> 20} MiB")
        if chunk:
            self.chunks.append(chunk)

    def end(self, coding: str, fault: Exception | None, *, ended: bool) -> Content:
        if fault is not None and not self.size:
            raise ContentError(f"not {coding} data") from fault
        return Content(b"".join(self.chunks), whole=ended and fault is None)


def _feed(decoder: "zlib._Decompress", payload: bytes, at: int, output: _Output) -> int:
    """Decode the stream that begins at *at*; return where it ends: the payload's end, if it is cut short.

    A decoder copies what it was given beyond the end of its stream. So a little is given first and then ever
    more: a payload of streams of some bytes, each given all that follows it, took quadratic time.
    """
    step = _FIRST_STEP
    while not decoder.eof:
        chunk = decoder.unconsumed_tail
        if not chunk:
            chunk, step = payload[at : at + step], min(2 * step, _STEP)
            at += len(chunk)
        plain = decoder.decompress(chunk, _STEP)
        if not chunk and not plain:
            break
        output.add(plain)
    return at - len(decoder.unused_data)


def _gunzip(payload: bytes, limit: int) -> Content:
    if not payload.startswith(_GZIP):
        return Content(payload)
    output, fault, ended, at = _Output(limit), None, True, 0
    while ended and payload.startswith(_GZIP, at):  # members may follow one another
        decoder = zlib.decompressobj(31)
        try:
            at = _feed(decoder, payload, at, output)
        except zlib.error as error:
            fault = error
        ended = decoder.eof and fault is None
    return output.end("gzip", fault, ended=ended)


def _undeflate(payload: bytes, limit: int) -> Content:
    """Undo deflate: a zlib stream (RFC 9110), or a raw one, as many servers send it; else as it is."""
    for window in (15, -15):
        output, decoder = _Output(limit), zlib.decompressobj(window)
        try:
            _feed(decoder, payload, 0, output)
        except zlib.error:
            if not output.size:
                continue
        if output.size:
            return output.end("deflate", None, ended=decoder.eof)
    return Content(payload)


def _unbrotli(payload: bytes, limit: int) -> Content:
    """Undo Brotli, which has no magic number: text that does not decode is returned as it is."""
    output, decoder, fault = _Output(limit), brotli.Decompressor(), None
    try:
        output.add(decoder.process(payload, output_buffer_limit=_STEP))
        while not decoder.is_finished() and (chunk := decoder.process(b"", output_buffer_limit=_STEP)):
            output.add(chunk)
    except brotli.error as error:
        if not output.size and payload.lstrip()[:1] in (b"<", b"{"):
            return Content(payload)
        fault = error
    return output.end("brotli", fault, ended=fault is None and decoder.is_finished())  # damaged ones raise


def _unzstd(payload: bytes, limit: int) -> Content:
    if not payload.startswith(_ZSTD):
        return Content(payload)
    output, fault = _Output(limit), None
    try:
        with zstandard.ZstdDecompressor().stream_reader(payload, read_across_frames=True) as reader:
            while chunk := reader.read(_STEP):
                output.add(chunk)
        ended = _ends_with_frame(payload)
    except zstandard.ZstdError as error:
        fault, ended = error, False
    return output.end("zstd", fault, ended=ended)


def _ends_with_frame(payload: bytes) -> bool:
    """Whether the last zstd frame is whole (RFC 8878, section 3.1.1), which the reader does not report.

    The frames are stepped over block by block; raises ZstdError for what is no frame.
    """
    at = 0
    while payload.startswith(_ZSTD, at):
        head = payload[at : at + _ZSTD_HEAD_BYTES]
        at += zstandard.frame_header_size(head)
        last = 0
        while not last:
            block = int.from_bytes(payload[at : at + 3], "little")
            last, kind, size = block & 1, block >> 1 & 3, block >> 3
            at += 3 + (1 if kind == _ZSTD_RUN else size)
            if at > len(payload):
                return False
        at += 4 * zstandard.get_frame_parameters(head).has_checksum
    return at <= len(payload)


_NO_CODINGS = frozenset({"", "identity", "none", "utf-8"})
"""What names no coding; the last two are common mistakes."""
_DECODERS = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _undeflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
