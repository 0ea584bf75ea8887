"""The bytes of a WARC or ARC file, front to back, unpacked where they are gzip.

An open file goes in; bytes come out, with the place of each in the file. Two chunks of the file are in
memory, whatever its size. Damage raises DamagedError; `find_start` then goes on behind it.

A gzip member may hold one record, as the standards ask, or all of them. An inflater that meets damage reads
on into the next member before it notices, so the search for that begins in front of where it stopped.
"""

import re
import zlib
from collections.abc import Callable
from typing import NamedTuple

CHUNK_BYTES = 64 << 10
"""Bytes that are read from a file, and asked of an inflater, at a time."""
MAX_RATIO = 200
FREE_BYTES = 256 << 20
"""A gzip member of more than FREE_BYTES must not inflate to more than MAX_RATIO times its size. Text that
repeats itself reaches 100; only what is made for it comes near the 1,032 that the format allows."""
MAX_VAIN_STARTS = 16
"""Starts in front of the last damage that may fail as well, before the search goes on behind it: so each byte
is read a bounded number of times, whatever the file holds."""

_GZIP = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
_SHOWN_BYTES = 1 << 10
"""Bytes at the start of a gzip member, or of a line, that show whether a record begins there."""


class DamagedError(Exception):
    """Bytes that are no part of a record; the message says why, in one clause."""


class BytePlace(NamedTuple):
    """Where a byte is: the offset of its gzip member and the byte in that, or the offset in the file."""

    offset: int
    inside: int = 0

    def __str__(self) -> str:
        return f"byte {self.offset}, byte {self.inside} unpacked" if self.inside else f"byte {self.offset}"


class Unpacker:
    """Reads a file of records.

    Args:
        read: Gives at most so many of the next bytes, none at the end.
        size: The length of the file in bytes.
        begins: Matches the start of a record; a pattern of many lines.
    """

    def __init__(self, read: Callable[[int], bytes], size: int, begins: re.Pattern[bytes]) -> None:
        self._read = read
        self._size = size
        self.begins = begins
        self._former = b""  # the chunk before the current one, in which a search may begin
        self._chunk = read(CHUNK_BYTES)
        self._chunk_at = 0
        self._used = 0  # bytes of the chunk that are unpacked
        self._inflater: zlib._Decompress | None = None
        self._member_at = 0
        self._unpacked = 0  # bytes that came out of this member, or of a file that is not packed
        self._out = b""
        self._out_at = 0
        self._fault = ""  # why the gzip member cannot be inflated any further
        self._damaged_at = 0
        self._vain_starts = 0
        self.packed = self._chunk.startswith(b"\x1f\x8b")

    def place(self) -> BytePlace:
        """Return where the next byte is."""
        inside = self._unpacked - (len(self._out) - self._out_at)
        return BytePlace(self._member_at, inside) if self.packed else BytePlace(inside)

    def end(self) -> int:
        """Return the offset behind what is unpacked."""
        return self._chunk_at + self._used if self.packed else self.place().offset

    def member_is_read(self) -> bool:
        """Return whether nothing but line ends is left of this gzip member; True in a file without any."""
        if not self.packed:
            return True
        ended = self._inflater is None or self._inflater.eof
        return ended and not self._out[self._out_at :].strip(b"\r\n")

    def left(self) -> int | None:
        """Return how many bytes of a file that is not packed are left; None where it is packed."""
        return None if self.packed else self._size - self.place().offset

    def peek(self, most: int = CHUNK_BYTES) -> bytes:
        """Return the next bytes and leave them there; none at the end of the file only."""
        while not self._within():
            if not self._begin():
                return b""
        return self._out[self._out_at : self._out_at + most]

    def read(self, most: int) -> bytes:
        """Return the next bytes; none at the end of the file only."""
        return self._take(self.peek(most))

    def read_within(self, most: int) -> bytes:
        """Return the next bytes of this gzip member, or of the file; none at the end."""
        self._within()
        return self._take(self._out[self._out_at : self._out_at + most])

    def ahead(self, least: int) -> bytes:
        """Return *least* or more of the next bytes of this gzip member, or of the file; fewer at its end."""
        while len(self._out) - self._out_at < least and (more := self._unpack()):
            self._out, self._out_at = self._out[self._out_at :] + more, 0
        return self._out[self._out_at :]

    def line(self, most: int) -> bytes:
        """Return the next line with its end. Raises DamagedError for one of more than *most* bytes."""
        parts: list[bytes] = []
        size = 0
        while data := self.peek(most + 1 - size):
            end = data.find(b"\n") + 1
            parts.append(self._take(data[: end or None]))
            size += len(parts[-1])
            if size > most:
                raise DamagedError(f"a line of more than {most >> 10} KiB")
            if end:
                break
        return b"".join(parts)

    def record_follows(self) -> bool:
        """Return whether the file ends behind this gzip member, or a record begins there."""
        if len(self._chunk) - self._used < _SHOWN_BYTES:
            self._former, self._chunk = self._chunk[: self._used], self._chunk[self._used :]
            self._chunk_at += self._used
            self._used = 0
            self._chunk += self._read(CHUNK_BYTES)
        start = self._chunk[self._used : self._used + _SHOWN_BYTES]
        return not start or self._starts_record(start)

    def find_start(self, behind: BytePlace) -> bool:
        """Go to a place where a record may begin, behind the start of a damaged one; False for none.

        Raises DamagedError where the search for it meets more damage.
        """
        if self.packed and not self._fault:
            return self._find_unpacked()
        self._fault = ""
        at = self._search_from(behind.offset)
        data_at = self._chunk_at - len(self._former)
        data = (self._former + self._chunk)[max(0, at - data_at) :]
        data_at = max(at, data_at)
        pattern = _GZIP if self.packed else self.begins
        more = b"more"
        while True:
            searched = max(0, len(data) - _SHOWN_BYTES) if more else len(data)
            for found in pattern.finditer(data):
                if found.start() >= searched:
                    break  # not all that shows whether it is one may be there yet
                if self._starts_record(data[found.start() : found.start() + _SHOWN_BYTES]):
                    self._go_to(data, data_at, found.start())
                    return True
            if not more:
                break
            more = self._read(CHUNK_BYTES)
            data, data_at = data[searched:] + more, data_at + searched
        self._go_to(b"", data_at + len(data), 0)
        return False

    def _find_unpacked(self) -> bool:
        """Find the next start in what is unpacked: the gzip members are whole, what they hold is not."""
        while data := self.peek():
            found = self.begins.search(data)
            self._take(data[: found.start()] if found else data)
            if found:
                return True
        return False

    def _take(self, data: bytes) -> bytes:
        self._out_at += len(data)
        return data

    def _within(self) -> bool:
        """Unpack bytes of this gzip member if none are waiting; return whether there are any."""
        if self._out_at == len(self._out):
            self._out, self._out_at = self._unpack(), 0
        return bool(self._out)

    def _unpack(self) -> bytes:
        """Return the next bytes of this gzip member, or of the file; none at its end."""
        if not self.packed:
            data = self._next_piece()
            self._unpacked += len(data)
            return data
        while self._inflater is not None and not self._inflater.eof:
            if data := self._inflate(self._inflater):
                return data
        return b""

    def _begin(self) -> bool:
        """Begin the next gzip member; False at the end of the file."""
        if self._used == len(self._chunk):
            self._next_chunk()
        if not self.packed or not self._chunk:
            return False
        self._member_at = self._chunk_at + self._used
        self._unpacked = 0
        self._inflater = zlib.decompressobj(wbits=31)
        return True

    def _next_piece(self) -> bytes:
        """Return what is left of the chunk, else the next one."""
        if self._used == len(self._chunk):
            self._next_chunk()
        piece = self._chunk[self._used :]
        self._used = len(self._chunk)
        return piece

    def _next_chunk(self) -> None:
        if self._chunk:
            self._former = self._chunk
            self._chunk_at += len(self._chunk)
            self._chunk = self._read(CHUNK_BYTES)
            self._used = 0

    def _inflate(self, inflater: "zlib._Decompress") -> bytes:
        """Inflate some bytes of the member, maybe none."""
        if self._fault:
            raise DamagedError(self._fault)
        piece = self._next_piece()
        try:
            data = inflater.decompress(piece, CHUNK_BYTES)
        except zlib.error as error:
            self._fault = "damaged gzip data"
            raise DamagedError(self._fault) from error
        self._used -= len(inflater.unused_data if inflater.eof else inflater.unconsumed_tail)
        self._unpacked += len(data)
        if not piece and not data and not inflater.eof:
            self._fault = "the file ends within a gzip member"
        elif self._unpacked > FREE_BYTES and self._unpacked > MAX_RATIO * (self.end() - self._member_at):
            self._fault = f"a gzip member that inflates to more than {MAX_RATIO} times its size"
        if self._fault:
            raise DamagedError(self._fault)
        return data

    def _search_from(self, start: int) -> int:
        """Return where the search for a start behind *start* begins."""
        damaged_at = self.end()
        if start >= self._damaged_at:
            self._vain_starts = 0
        self._vain_starts += 1
        self._damaged_at = max(damaged_at, self._damaged_at)
        return start + 1 if self._vain_starts <= MAX_VAIN_STARTS else max(start + 1, damaged_at)

    def _starts_record(self, start: bytes) -> bool:
        """Return whether a record begins with these bytes of the file."""
        if not self.packed:
            return self.begins.match(start) is not None
        try:
            inflated = zlib.decompressobj(wbits=31).decompress(start, _SHOWN_BYTES)
        except zlib.error:
            return False
        return self.begins.match(inflated.lstrip(b"\r\n")) is not None

    def _go_to(self, data: bytes, data_at: int, used: int) -> None:
        """Go on at a byte of the data, which was read last."""
        self._former, self._chunk, self._chunk_at, self._used = b"", data, data_at, used
        self._inflater = None
        self._out, self._out_at = b"", 0
        self._unpacked = 0 if self.packed else data_at + used
