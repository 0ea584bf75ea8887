"""Mend the framing of chunked bodies, which the HTTP engine would refuse for one byte out of form.

Chunks go in as they come, and go out as h11 wants them. Where the framing is broken for good, so is what goes
out: the engine then says so, behind the chunks that were whole.
"""

from archiver.httpchunks import ChunkReader

_ENDS = {None: b"", "whole": b"0\r\n\r\n", "broken": b"no size\r\n"}


class ChunkMender:
    """Mends one body, piece by piece."""

    def __init__(self) -> None:
        self._chunks = ChunkReader()

    def mend(self, data: bytes) -> bytes:
        """Return the chunks in these bytes, in form; nothing while a line is not whole."""
        if self._chunks.end:
            return b""
        mended = [b"%x\r\n%b\r\n" % (len(piece), piece) for piece in self._chunks.read(data)]
        return b"".join([*mended, _ENDS[self._chunks.end]])
