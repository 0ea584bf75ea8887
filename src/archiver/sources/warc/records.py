"""The records of a WARC or ARC file of any program: the head as a mapping, the block as a stream.

An open file goes in; `ForeignRecord`s come out, and `DamagedSpan`s for what is none. WARC 0.17 to 1.1 is
read, with or without a gzip member for each record, and ARC 1 and 2, whose heads become those of WARC. What a
head says is checked here no further than reading needs: a length is a number, and within the file.

The block of a record is to be read before the next record is asked for; what is left of it is passed over.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from archiver.errors import SourceError
from archiver.sources.warc.unpack import BytePlace, DamagedError, Unpacker

MAX_HEAD_BYTES = 64 << 10
"""Bytes of the longest line in a record's head, and of the lines together."""

_ZSTD = b"\x28\xb5\x2f\xfd"
_ZSTD_DICTIONARY = b"\x5d\x2a\x4d\x18"
_WARC = re.compile(rb"^WARC/\d", re.MULTILINE)
_ARC = re.compile(rb"^[a-z][a-z0-9+.-]*:\S.{0,4000} \d{12,14} .{0,200} \d{1,15}\r?$", re.MULTILINE)
"""The line in front of a block of an ARC file (https://archive.org/web/researcher/ArcFileFormat.php)."""
_ARC_START = b"filedesc:"
_LENGTH = re.compile(r"\d{1,15}")
_NEWLINES = b"\r\n"
_SHOWN_BYTES = 8


class DamagedSpan(NamedTuple):
    """Bytes that are no whole record: where they begin, and why."""

    place: BytePlace
    reason: str


class Block:
    """The block of a record, as a stream of *length* bytes."""

    def __init__(self, unpacker: Unpacker, length: int) -> None:
        self._unpacker = unpacker
        self.left = length

    def read(self, most: int) -> bytes:
        """Return the next *most* bytes, fewer at the end of the block only. Raises DamagedError."""
        parts: list[bytes] = []
        wanted = min(most, self.left)
        while wanted:
            data = self._unpacker.read_within(wanted)
            if not data:
                self._go_on()
            parts.append(data)
            wanted -= len(data)
            self.left -= len(data)
        return b"".join(parts)

    def finish(self) -> None:
        """Pass over what is left. Raises DamagedError where the record does not end behind it.

        Only then is a payload known to be whole: the checksum of a gzip member is at its end. ARC files have
        a single new line behind a record, and some programs write none.
        """
        while self.left:
            data = self._unpacker.read_within(self.left)
            if not data:
                self._go_on()
            self.left -= len(data)
        follows = self._unpacker.ahead(_SHOWN_BYTES)
        if follows[:1] in _NEWLINES or self._unpacker.begins.match(follows):
            return
        if len(follows) >= _SHOWN_BYTES:  # fewer may be the start of what the next gzip member goes on with
            raise DamagedError("the record does not end where its Content-Length says")

    def end(self) -> int | None:
        """Return where the file goes on behind the finished record; None within a gzip member."""
        return self._unpacker.end() if self._unpacker.member_is_read() else None

    def _go_on(self) -> None:
        """Go on in the next gzip member, for some programs divide a file without regard to its records."""
        if self._unpacker.packed and self._unpacker.record_follows():
            raise DamagedError("the record has fewer bytes than its Content-Length says")
        if not self._unpacker.peek(1):
            raise DamagedError("the file ends within this record")


@dataclass(frozen=True, slots=True)
class ForeignRecord:
    """A record of another program's file.

    `number` counts the records of the file from 1. `headers` has the first value of each header by its name
    in lower case.
    """

    number: int
    place: BytePlace
    headers: Mapping[str, str]
    block: Block

    @property
    def type(self) -> str:
        """The WARC-Type in lower case."""
        return self.headers.get("warc-type", "").lower()

    def length(self) -> int | None:
        """Return the bytes that the finished record takes in its file; None where others share its member."""
        end = self.block.end()
        return None if end is None or self.place.inside else end - self.place.offset


def read_records(read: Callable[[int], bytes], size: int, name: str) -> Iterator[ForeignRecord | DamagedSpan]:
    """Yield the records of a file, and what is damaged, in order.

    Args:
        read: Gives at most so many of the next bytes, none at the end.
        size: The length of the file in bytes.
        name: The file's, for messages.

    Raises:
        SourceError: the file is neither WARC nor ARC.

    """
    unpacker = Unpacker(read, size, _WARC)
    start = _start(unpacker)
    if start.startswith((_ZSTD, _ZSTD_DICTIONARY)):
        raise SourceError(f"{name}: is compressed by zstd, which is not read; decompress it (zstd -d)")
    if start.startswith(_ARC_START) or _ARC.match(start):
        unpacker.begins = _ARC
    elif start and not _WARC.match(start):
        raise SourceError(f"{name}: is neither a WARC nor an ARC file; it begins with {start[:20]!r}")
    read_head = _arc_head if unpacker.begins is _ARC else _warc_head
    number = 0
    while True:
        place = None
        try:
            while (data := unpacker.peek()) and data[:1] in _NEWLINES:
                unpacker.read(len(data) - len(data.lstrip(_NEWLINES)))
            if not data:
                return
            place = unpacker.place()
            headers = read_head(unpacker)
            record = ForeignRecord(number := number + 1, place, headers, Block(unpacker, _length(headers)))
            left = unpacker.left()
            if left is not None and record.block.left > left:
                raise DamagedError("the record is longer than the rest of the file")
            yield record
            record.block.finish()
        except DamagedError as error:
            place = place or unpacker.place()
            yield DamagedSpan(place, str(error))
            if not _found_start(unpacker, place):
                return


def _start(unpacker: Unpacker) -> bytes:
    """Return the first bytes, of a gzip file unpacked."""
    try:
        return unpacker.peek(8 << 10)
    except DamagedError:
        return b""  # the first record is damaged, as will be said


def _found_start(unpacker: Unpacker, place: BytePlace) -> bool:
    while True:
        try:
            return unpacker.find_start(place)
        except DamagedError:
            continue  # of the same span, which was said


def _length(headers: Mapping[str, str]) -> int:
    text = headers.get("content-length", "")
    if not _LENGTH.fullmatch(text):
        raise DamagedError(f"the record has no valid Content-Length but {text[:20]!r}")
    return int(text)


def _warc_head(unpacker: Unpacker) -> Mapping[str, str]:
    """Read the lines of a WARC head (WARC 1.1, section 4)."""
    first = unpacker.line(MAX_HEAD_BYTES)
    if not _WARC.match(first):
        raise DamagedError("no WARC record begins here")
    headers: dict[str, str] = {}
    size, name = 0, ""
    while (line := unpacker.line(MAX_HEAD_BYTES)).strip():
        size += len(line)
        if _WARC.match(line):
            raise DamagedError("another record begins within the head of this one")
        if size > MAX_HEAD_BYTES:
            raise DamagedError(f"a head of more than {MAX_HEAD_BYTES >> 10} KiB")
        text = line.decode("utf-8", "replace").strip()
        if line[:1] in b" \t" and name:  # folded, as WARC 1.0 allows
            headers[name] += f" {text}"
            continue
        found, colon, value = text.partition(":")
        name = found.strip().lower() if colon else ""
        if name in headers:
            name = ""
        if name:
            headers[name] = value.strip()
    return headers


def _arc_head(unpacker: Unpacker) -> Mapping[str, str]:
    """Read the line in front of a block of an ARC file, as the head that a WARC record would have.

    Version 1 has URL, IP address, time, media type and length; version 2 has five more fields in front of the
    length. A URL may hold spaces.
    """
    line = unpacker.line(MAX_HEAD_BYTES)
    text = line.decode("utf-8", "replace").strip()
    is_file = line.startswith(_ARC_START)
    if not is_file and not _ARC.match(line):
        raise DamagedError("no record of an ARC file begins here")
    fields = text.split(" ")
    if len(fields) < 5:
        raise DamagedError("no record of an ARC file begins here")
    at = next((at for at in (-9, -4) if len(fields) > -at and _is_arc_time(fields[at + 1])), None)
    if at is None:
        raise DamagedError("the record of an ARC file has no time")
    return {
        "warc-type": "warcinfo" if is_file else "response",
        "warc-target-uri": " ".join(fields[:at]),
        "warc-ip-address": fields[at],
        "warc-date": fields[at + 1],
        "content-type": "application/http; msgtype=response",
        "content-length": fields[-1],
    }


def _is_arc_time(text: str) -> bool:
    return len(text) in (12, 14) and text.isdecimal()
