"""Mend the framing of chunked bodies, which the HTTP engine would refuse for one byte out of form.

Chunks go in as they come, and go out as h11 wants them. As with wget, their lines may end in LF alone, spaces
may stand round a size, and what the trailer says is passed over. Where the framing is broken for good, so is
what goes out: the engine then says so, behind the chunks that were whole.
"""

import re
from typing import Literal

MAX_LINE_BYTES = 16 << 10
MAX_TRAILER_BYTES = 256 << 10

_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?", re.DOTALL)
_BROKEN = b"no size\r\n"


class ChunkMender:
    """Mends one body, piece by piece."""

    def __init__(self) -> None:
        self._left = 0  # bytes of the chunk that are to come
        self._line = bytearray()
        self._trailer_bytes = 0
        self._expected: Literal["size", "end of chunk", "trailer", "nothing"] = "size"

    def mend(self, data: bytes) -> bytes:
        """Return the chunks in these bytes, in form; nothing while a line is not whole."""
        mended: list[bytes] = []
        at = 0
        while at < len(data) and self._expected != "nothing":
            if self._left:
                piece = data[at : at + self._left]
                mended.append(b"%x\r\n%b\r\n" % (len(piece), piece))
                self._left -= len(piece)
                at += len(piece)
                continue
            end = data.find(b"\n", at) + 1
            self._line += data[at : end or None]
            at = end or len(data)
            if end or len(self._line) > MAX_LINE_BYTES:
                mended.append(self._line_taken(bytes(self._line.strip(b" \t\r\n"))))
                self._line.clear()
        return b"".join(mended)

    def _line_taken(self, line: bytes) -> bytes:
        """Take a line between chunks; return what goes out for it."""
        size = _SIZE.fullmatch(line) if len(line) <= MAX_LINE_BYTES else None
        self._trailer_bytes += len(line) if self._expected == "trailer" else 0
        if self._expected == "size" and size:
            self._left = int(size[1], 16)
            self._expected = "end of chunk" if self._left else "trailer"
            return b""
        if self._expected == "end of chunk" and not line:
            self._expected = "size"
            return b""
        if self._expected == "trailer" and line and self._trailer_bytes <= MAX_TRAILER_BYTES:
            return b""
        is_whole = self._expected == "trailer" and not line
        self._expected = "nothing"
        return b"0\r\n\r\n" if is_whole else _BROKEN
