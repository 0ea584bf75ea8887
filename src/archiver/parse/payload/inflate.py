"""A payload without its content codings (RFC 9110, section 8.4).

In: the bytes, the value of Content-Encoding, a limit. Out: the bytes that were coded, and whether that is all
of them. Refuses: to hold more than the limit, whatever a few bytes inflate to. The one surprise: a cut or
damaged stream gives what could be read of it, because captures are cut short; only one that gives nothing is
an error.
"""

import zlib
from typing import NamedTuple

import brotli  # type: ignore[import-untyped]
import zstandard

_STEP = 1 << 20  # bytes asked of a decoder at a time


class ContentError(Exception):
    """The payload cannot be had in plain: the message says why in one clause. `parse` catches it."""


class Content(NamedTuple):
    """A payload in plain; not `whole` where a coded stream ends before its end or is damaged."""

    payload: bytes
    whole: bool = True


def decode_content(payload: bytes, content_encoding: str | None, limit: int) -> Content:
    """The payload with all codings undone, the last one first.

    A payload that lacks the marks of the coding it is said to have is taken as it is: tools that write
    captures often undo the coding and keep the header.

    Raises:
        ContentError: of an unknown coding, a stream that gives nothing, or more than *limit* bytes.

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
    """What a decoder gave so far, never more than one step above the limit."""

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
    """As RFC 9110 has it (a zlib stream), or raw, as many servers send it; else as it is."""
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
    """Brotli has no mark to know it by: what does not decode is taken as it is if it is text."""
    output, decoder, fault = _Output(limit), brotli.Decompressor(), None
    try:
        output.add(decoder.process(payload, output_buffer_limit=_STEP))
        while not decoder.is_finished() and (chunk := decoder.process(b"", output_buffer_limit=_STEP)):
            output.add(chunk)
    except brotli.error as error:
        if not output.size and payload.lstrip()[:1] in (b"<", b"{"):
            return Content(payload)
        fault = error
    return output.end("brotli", fault, ended=fault is None and decoder.is_finished())  # a broken one raises


def _unzstd(payload: bytes, limit: int) -> Content:
    if not payload.startswith(b"\x28\xb5\x2f\xfd"):
        return Content(payload)
    output, fault, ended = _Output(limit), None, False
    try:
        with zstandard.ZstdDecompressor().stream_reader(payload, read_across_frames=True) as reader:
            while chunk := reader.read(_STEP):
                output.add(chunk)
        # The reader passes over a missing end without a word. It kept to the limit, so this does, too.
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
