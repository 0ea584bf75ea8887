"""The WARC files of an archive as bytes on disk: append, read at an offset, iterate over gzip members.

Bytes between two members are reported as damage and skipped, since a damaged record must not hide those
behind it. What is found by a search inside damage may be a part of what a site sent: it is taken for a record
only if it proves to be the archive's own (`OwnRecords`). What follows a record without a gap is ours, since a
payload lies inside its record. Members are found by inflating them with zlib. A WARC library's iterator stops
without an error at a torn end, and gives no length for the last record.
"""

import os
import re
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from archiver.defaults import MAX_PAYLOAD_BYTES
from archiver.errors import CorruptError, DamagedRecordError, StoreError
from archiver.store.warc.records import Warcinfo, names_warcinfo, read_warcinfo

_FILE_NAME = re.compile(r"archiver-([0-9]{5,18})\.warc\.gz")
MAX_FILE_BYTES = 1 << 30
"""Largest size of a file before a new one is begun: 1 GiB, as is customary for WARC files."""

MAX_MEMBER_BYTES = MAX_PAYLOAD_BYTES + (2 << 20)
"""Bytes of a member once inflated: a payload with its heads. A larger one is no record of an archive."""

_FIRST_CHUNK = 1 << 12
_CHUNK = 1 << 18
"""Bytes of a file that are read first, and at most, at a time: most members are small, a few are not."""
_RECORD = b"WARC/"
_FIRST_BYTES = 512
_HEAD_BYTES = 1 << 16
"""Of a member that is found inside damage, this much is inflated to see whether it is a record of ours."""
_GZIP_MAGIC = b"\x1f\x8b\x08"


@dataclass(frozen=True, slots=True)
class GzipMember:
    """One whole gzip member: its offset and length in the file, and its inflated bytes."""

    offset: int
    length: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Damage:
    """A span of bytes that is no whole member.

    `torn`: an incomplete member at the end of the file, as an interrupted write leaves it.
    """

    offset: int
    length: int
    torn: bool


class RecordSpan(NamedTuple):
    """Where a record stands in its file, as the database has it; a length of 0 is unknown."""

    offset: int
    length: int


class OwnRecords:
    """What is known of the records of one file that are the archive's own.

    Args:
        warcinfo_id: The id that they name; None where they name none, or where the warcinfo is damaged.
        spans: Gives the records that the database knows, in any order; called when the first damage is met.
    """

    def __init__(self, warcinfo_id: str | None, spans: Callable[[], Iterable[RecordSpan]] = tuple) -> None:
        self.warcinfo_id = warcinfo_id
        self._load = spans

    @cached_property
    def _spans(self) -> list[RecordSpan]:
        return sorted(self._load())

    def begin_at(self, offset: int) -> bool:
        """Whether the database knows a record that begins there."""
        at = bisect_right(self._spans, offset, key=lambda span: span.offset) - 1
        return at >= 0 and self._spans[at].offset == offset

    def surround(self, offset: int) -> bool:
        """Whether that byte is inside a record that the database knows: nothing else can begin there."""
        at = bisect_right(self._spans, offset, key=lambda span: span.offset) - 1
        return at >= 0 and 0 < offset - self._spans[at].offset < self._spans[at].length


class _NoMember(Enum):
    """Why no whole member begins at an offset."""

    TORN = "the file ends within it"
    NO_GZIP = "the bytes are no gzip member"


def file_name(number: int) -> str:
    """Return the name of the WARC file of that number, counted from 1."""
    return f"archiver-{number:05d}.warc.gz"


def file_number(name: str) -> int:
    """Return the number in the name of one of our files. Raises CorruptError for any other name."""
    found = _FILE_NAME.fullmatch(str(name))  # a column may hold anything
    if found is None:
        raise CorruptError(
            f"{name!r}: the database names this WARC file, which no archiver wrote; use no archive of an"
            " unknown origin, or rebuild it",
            remedy="rebuild",
        )
    return int(found[1])


def path_in(folder: Path, name: str) -> Path:
    """Return the path of a file that a database names: one in the folder, whatever somebody wrote into it.

    Raises CorruptError where the name is none of ours.
    """
    file_number(name)
    return folder / name


def list_files(folder: Path) -> list[Path]:
    """List our WARC files in the folder, in the order in which they were written."""
    if not folder.is_dir():
        return []
    found = [path for path in folder.iterdir() if _FILE_NAME.fullmatch(path.name) and path.is_file()]
    return sorted(found, key=lambda path: (len(path.name), path.name))


def append(path: Path, offset: int, data: bytes) -> None:
    """Write *data* at *offset*, the known end of the file, and flush it to the disk.

    Raises StoreError when a write fails; the file then ends at *offset* as before.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = not path.exists()
        # unbuffered: a buffer would be written once more when a file is closed after a failure
        with open(path, "ab", buffering=0, opener=_no_link) as file:
            if file.tell() != offset:
                raise CorruptError(
                    f"{path}: has {file.tell()} bytes, expected {offset}; rebuild the archive",
                    remedy="rebuild",
                )
            try:
                rest = memoryview(data)
                while rest:
                    rest = rest[file.write(rest) or 0 :]
                os.fsync(file.fileno())
            except OSError:
                file.truncate(offset)
                if new:
                    path.unlink()  # an empty file is no valid WARC file
                raise
        if new:
            flush_folder(path.parent)
    except OSError as error:
        raise StoreError(
            f"{path}: cannot write: {error.strerror}; earlier captures are safe; "
            "free some space and run the same command again"
        ) from error


def truncate(path: Path, offset: int) -> None:
    """Cut off a torn end; a file of which nothing is left is removed. Raises StoreError when that fails."""
    try:
        if offset == 0:
            path.unlink()  # an empty file is no valid WARC file
            return
        with open(path, "r+b", buffering=0, opener=_no_link) as file:
            file.truncate(offset)
    except OSError as error:
        raise StoreError(f"{path}: cannot cut off the torn end: {error.strerror}") from error


def read_member(path: Path, offset: int, length: int) -> bytes:
    """Read and inflate the member at that place. Raises DamagedRecordError where there is none.

    The place may be anything: it is what a database says.
    """
    try:
        with path.open("rb") as file:
            if not 0 <= offset < offset + length <= path.stat().st_size:
                raise ValueError("outside the file")
            file.seek(offset)
            data = file.read(length)
        inflater = zlib.decompressobj(wbits=31)
        inflated = inflater.decompress(data, MAX_MEMBER_BYTES)
    except (OSError, TypeError, ValueError, zlib.error) as error:
        raise DamagedRecordError(
            f"{path}: byte {offset}: cannot read a record: {error}; verify the archive", remedy="verify"
        ) from error
    if not inflater.eof or inflater.unused_data:
        raise DamagedRecordError(
            f"{path}: byte {offset}: no whole record of {length} bytes; verify the archive", remedy="verify"
        )
    return inflated


def read_bytes(path: Path, length: int) -> Iterator[bytes]:
    """Yield the first *length* bytes of a file piece by piece. Raises CorruptError where it has fewer."""
    left = length
    try:
        with path.open("rb") as file:
            while left and (piece := file.read(min(left, _CHUNK))):
                left -= len(piece)
                yield piece
    except OSError as error:
        raise CorruptError(f"{path}: cannot read: {error.strerror}") from error
    if left:
        raise CorruptError(f"{path}: ends {left} bytes early; verify the archive", remedy="verify")


def members(
    path: Path, own: OwnRecords, start: int = 0, end: int | None = None
) -> Iterator[GzipMember | Damage]:
    """Yield every record from byte *start* to *end*, and every span between them that is none, in order.

    One member at a time is in memory. One that inflates to more than MAX_MEMBER_BYTES is damage, to its end.
    A torn end is reported as such only where it holds nothing that could be a record of ours.

    Raises:
        CorruptError: where the file cannot be read.
    """
    try:
        size = path.stat().st_size
        end = size if end is None else min(end, size)
        offset = start
        while offset < end:
            found = _member_at(path, offset)
            if not isinstance(found, _NoMember):
                yield found
                offset += found.length
            else:
                span = _damage(path, own, offset, size, torn=found is _NoMember.TORN)
                yield span
                offset += span.length
    except OSError as error:
        raise CorruptError(f"{path}: cannot read: {error.strerror}") from error


def warcinfo_of(path: Path) -> Warcinfo | None:
    """Return what the first record of the file says; None where it is no whole warcinfo."""
    try:
        head = head_at(path, 0)
    except OSError as error:
        raise CorruptError(f"{path}: cannot read: {error.strerror}") from error
    return read_warcinfo(head) if head else None


def _damage(path: Path, own: OwnRecords, offset: int, size: int, *, torn: bool) -> Damage:
    """Return the span from *offset* to the next record that is proved to be our own, or to the end.

    A *torn* member inflates without an error up to the end of the file, so all that follows may be its
    payload, and an id in there may be one that a site has read in a published archive. Only the database
    proves a record in there; another one that names our id is neither taken in nor cut off.
    """
    in_doubt = False
    in_vain = set[int]()
    for at in _candidates(path, offset + 1, size):
        known = own.begin_at(at)
        if not known and (own.surround(at) or not _names_our_file(path, at, own, in_vain)):
            continue
        if not isinstance(_member_at(path, at), GzipMember):
            continue
        if known or not torn:
            return Damage(offset, at - offset, torn=False)
        in_doubt = True
    return Damage(offset, size - offset, torn=torn and not in_doubt)


def _names_our_file(path: Path, offset: int, own: OwnRecords, in_vain: set[int]) -> bool:
    """Whether the member at *offset* says that it is of our file.

    Records of former versions name no file. There it has to be the first of members that reach the end of the
    file without a gap: a payload is followed by the rest of its record. Members from which the end was not
    reached are *in_vain*.
    """
    head = head_at(path, offset)
    if own.warcinfo_id:
        return names_warcinfo(head, own.warcinfo_id)
    if not head.startswith(_RECORD):
        return False
    size = path.stat().st_size
    passed = set[int]()
    while offset < size:
        found = None if offset in in_vain else _member_at(path, offset)
        passed.add(offset)
        if not isinstance(found, GzipMember):
            in_vain |= passed
            return False
        offset += found.length
    return True


def _member_at(path: Path, offset: int) -> GzipMember | Damage | _NoMember:
    """Return the member that begins at *offset*, as damage where it is too large, or why there is none.

    One that is too large is inflated to its end all the same: what it holds is not searched for members.
    """
    inflater = zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    taken = size = 0
    step = _FIRST_CHUNK
    with path.open("rb", buffering=0) as file:
        file.seek(offset)
        while not inflater.eof:
            chunk = inflater.unconsumed_tail
            if not chunk:
                chunk, step = file.read(step), min(2 * step, _CHUNK)
                taken += len(chunk)
            try:
                part = inflater.decompress(chunk, _CHUNK)
            except zlib.error:
                return _NoMember.NO_GZIP
            if not chunk and not part and not inflater.eof:
                return _NoMember.TORN
            size += len(part)
            if size > MAX_MEMBER_BYTES:
                parts.clear()
            else:
                parts.append(part)
    length = taken - len(inflater.unused_data)
    if size > MAX_MEMBER_BYTES:
        return Damage(offset, length, torn=False)
    return GzipMember(offset, length, b"".join(parts))


def head_at(path: Path, offset: int) -> bytes:
    """Inflate the first bytes of the member at *offset*; none where there is no member with a record."""
    inflater = zlib.decompressobj(wbits=31)
    with path.open("rb") as file:
        file.seek(offset)
        try:
            begins = inflater.decompress(file.read(_FIRST_BYTES), len(_RECORD))
            if begins != _RECORD:
                return b""
            more = inflater.unconsumed_tail + file.read(_HEAD_BYTES)
            return begins + inflater.decompress(more, _HEAD_BYTES)
        except zlib.error:
            return b""


def _candidates(path: Path, offset: int, size: int) -> Iterator[int]:
    """Yield every place at or after *offset* where a gzip member may begin."""
    overlap = len(_GZIP_MAGIC) - 1
    with path.open("rb") as file:
        while offset < size:
            file.seek(offset)
            chunk = file.read(_CHUNK)
            at = chunk.find(_GZIP_MAGIC)
            while at >= 0:
                yield offset + at
                at = chunk.find(_GZIP_MAGIC, at + 1)
            offset += max(len(chunk) - overlap, 1)


def _no_link(path: str, flags: int) -> int:
    """Open a file to be written to, but no symbolic link: it may lead to a file outside the archive."""
    return os.open(path, flags | os.O_NOFOLLOW, 0o666)


def flush_folder(folder: Path) -> None:
    """Flush a folder: only then is the name of a new file on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
