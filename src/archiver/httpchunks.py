"""Chunked bodies as servers really send them (RFC 9112, section 7.1): bytes in, the chunks in them out.

As with wget, the lines between chunks may end in LF alone, spaces may stand round a size, and what the
trailer says is passed over. Where the framing is broken for good, the chunks that were whole are still given.
"""

import re
from typing import Literal, NamedTuple

MAX_LINE_BYTES = 16 << 10
MAX_TRAILER_BYTES = 256 << 10

_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?", re.DOTALL)


class ChunkReader:
    """Reads the chunks of one body, piece by piece.

    `end` says how the body ended: None while more is expected.
    """

    def __init__(self) -> None:
        self.end: Literal["whole", "broken"] | None = None
        self._left = 0  # bytes of the chunk that are to come
        self._line = bytearray()
        self._trailer_bytes = 0
        self._expected: Literal["size", "end of chunk", "trailer"] = "size"

    def read(self, data: bytes) -> list[bytes]:
        """Return the pieces of chunks in these bytes: one for each chunk where they hold it whole."""
        pieces: list[bytes] = []
        at = 0
        while at < len(data) and self.end is None:
            if self._left:
                pieces.append(data[at : at + self._left])
                self._left -= len(pieces[-1])
                at += len(pieces[-1])
                continue
            end = data.find(b"\n", at) + 1
            self._line += data[at : end or None]
            at = end or len(data)
            if end or len(self._line) > MAX_LINE_BYTES:
                self._take_line(bytes(self._line.strip(b" \t\r\n")))
                self._line.clear()
        return pieces

    def _take_line(self, line: bytes) -> None:
        """Take a line between chunks."""
        size = _SIZE.fullmatch(line) if len(line) <= MAX_LINE_BYTES else None
        self._trailer_bytes += len(line) if self._expected == "trailer" else 0
        if self._expected == "size" and size:
            self._left = int(size[1], 16)
            self._expected = "end of chunk" if self._left else "trailer"
        elif self._expected == "end of chunk" and not line:
            self._expected = "size"
        elif self._expected != "trailer" or self._trailer_bytes > MAX_TRAILER_BYTES:
            self.end = "broken"
        elif not line:
            self.end = "whole"


class Unchunked(NamedTuple):
    """The body that chunks hold; `whole` is False where they end before the last one."""

    body: bytes
    whole: bool


def without_chunks(body: bytes) -> Unchunked | None:
    """Join the chunks of a body; None where it has none, since many tools remove them and keep the header."""
    reader = ChunkReader()
    pieces = reader.read(body)
    if (not pieces and reader.end != "whole") or (reader.end == "broken" and len(pieces) < 2):
        return None
    return Unchunked(b"".join(pieces), reader.end == "whole")
