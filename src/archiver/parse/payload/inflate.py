"""A payload without its content codings (RFC 9110, section 8.4).

The bytes, the value of Content-Encoding and a limit come in; the decoded bytes go out, with whether they are
all. A decoder never holds more than the limit, whatever a few bytes inflate to. A cut or damaged stream gives
what can be decoded of it, because captures are cut short; only a stream that gives nothing is an error.
"""

import zlib
from typing import NamedTuple

import brotli
import zstandard

_STEP = 1 << 20
"""Bytes asked of a decoder at a time."""


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
        ContentError: the coding is unknown, the stream gives nothing, or it gives more than *limit* bytes.

    """
    codings = [coding.strip().lower() for coding in (content_encoding or "").split(",")]
    content = Content(payload)
    for coding in reversed(codings):
        if coding in ("", "identity", "none", "utf-8"):  # the last two are common mistakes
            continue
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
        self.chunks.append(chunk)

    def end(self, coding: str, fault: Exception | None, *, ended: bool) -> Content:
        if fault is not None and not self.size:
            raise ContentError(f"not {coding} data") from fault
        return Content(b"".join(self.chunks), whole=ended and fault is None)


def _gunzip(payload: bytes, limit: int) -> Content:
    if not payload.startswith(b"\x1f\x8b"):
        return Content(payload)
    output, fault, ended = _Output(limit), None, True
    while payload.startswith(b"\x1f\x8b"):  # members may follow one another
        decoder = zlib.decompressobj(31)
        try:
            while not decoder.eof and (chunk := decoder.decompress(payload, _STEP)):
                output.add(chunk)
                payload = decoder.unconsumed_tail
        except zlib.error as error:
            fault = error
        ended = decoder.eof
        if fault or not ended:
            break
        payload = decoder.unused_data
    return output.end("gzip", fault, ended=ended)


def _undeflate(payload: bytes, limit: int) -> Content:
    """Undo deflate: a zlib stream (RFC 9110), or a raw one, as many servers send it; else as it is."""
    for window in (15, -15):
        output, decoder, rest = _Output(limit), zlib.decompressobj(window), payload
        try:
            while not decoder.eof and (chunk := decoder.decompress(rest, _STEP)):
                output.add(chunk)
                rest = decoder.unconsumed_tail
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
    if not payload.startswith(b"\x28\xb5\x2f\xfd"):
        return Content(payload)
    output, fault, ended = _Output(limit), None, False
    try:
        with zstandard.ZstdDecompressor().stream_reader(payload, read_across_frames=True) as reader:
            while chunk := reader.read(_STEP):
                output.add(chunk)
        # The reader does not report a missing end. Its output kept to the limit, so this one's does, too.
        ended = True
        while ended and payload.startswith(b"\x28\xb5\x2f\xfd"):
            frame = zstandard.ZstdDecompressor().decompressobj()
            frame.decompress(payload)
            ended, payload = frame.eof, frame.unused_data
    except zstandard.ZstdError as error:
        fault = error
    return output.end("zstd", fault, ended=ended)


_DECODERS = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _undeflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
