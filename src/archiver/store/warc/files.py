"""The WARC files of an archive as bytes on disk: append, read at an offset, iterate over gzip members.

Bytes between two members are reported as damage and skipped, since a damaged record must not hide those
behind it. Members are found by inflating them with zlib. A WARC library's iterator stops without an error at
a torn end, and gives no length for the last record.
"""

import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from archiver.errors import CorruptError, StoreError

FILE_NAME = re.compile(r"^archiver-(\d{5,})\.warc\.gz$")
MAX_FILE_BYTES = 1 << 30
"""Largest size of a file before a new one is begun: 1 GiB, as is customary for WARC files."""

_CHUNK = 1 << 18
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


class _NoMember(Enum):
    """Why no whole member begins at an offset."""

    TORN = "the file ends within it"
    NO_GZIP = "the bytes are no gzip member"


def file_name(number: int) -> str:
    """Return the name of the WARC file of that number, counted from 1."""
    return f"archiver-{number:05d}.warc.gz"


def list_files(folder: Path) -> list[Path]:
    """List our WARC files in the folder, in the order in which they were written."""
    if not folder.is_dir():
        return []
    found = [path for path in folder.iterdir() if FILE_NAME.match(path.name)]
    return sorted(found, key=lambda path: (len(path.name), path.name))


def append(path: Path, offset: int, data: bytes) -> None:
    """Write *data* at *offset*, the known end of the file, and flush it to the disk.

    Raises StoreError when a write fails; the file then ends at *offset* as before.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = not path.exists()
        # unbuffered: a buffer would be written once more when a file is closed after a failure
        with path.open("ab", buffering=0) as file:
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
            _flush_folder(path.parent)
    except OSError as error:
        raise StoreError(
            f"{path}: cannot write: {error.strerror}; earlier captures are safe; "
            "free some space and run the same command again"
        ) from error


def truncate(path: Path, offset: int) -> None:
    """Cut off a torn end. Raises StoreError when that fails."""
    try:
        os.truncate(path, offset)
    except OSError as error:
        raise StoreError(f"{path}: cannot cut off the torn end: {error.strerror}") from error


def read_member(path: Path, offset: int, length: int) -> bytes:
    """Read and inflate the member at that place. Raises CorruptError where there is none."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            data = file.read(length)
        inflater = zlib.decompressobj(wbits=31)
        inflated = inflater.decompress(data)
    except (OSError, zlib.error) as error:
        raise CorruptError(f"{path}: byte {offset}: cannot read a record: {error}") from error
    if not inflater.eof or inflater.unused_data:
        raise CorruptError(f"{path}: byte {offset}: no whole record of {length} bytes")
    return inflated


def members(path: Path, start: int = 0) -> Iterator[GzipMember | Damage]:
    """Yield every member from byte *start* on, and every span between them that is none, in order.

    One member at a time is in memory.

    Raises:
        CorruptError: where the file cannot be read.
    """
    try:
        size = path.stat().st_size
        offset = start
        while offset < size:
            found = _member_at(path, offset)
            if isinstance(found, GzipMember):
                yield found
                offset += found.length
            else:
                resume = _next_member(path, offset + 1, size)
                yield Damage(offset, resume - offset, torn=found is _NoMember.TORN and resume == size)
                offset = resume
    except OSError as error:
        raise CorruptError(f"{path}: cannot read: {error.strerror}") from error


def _member_at(path: Path, offset: int) -> GzipMember | _NoMember:
    """Return the member that begins at *offset*, or why there is none."""
    inflater = zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    taken = 0
    with path.open("rb") as file:
        file.seek(offset)
        while not inflater.eof:
            chunk = file.read(_CHUNK)
            if not chunk:
                return _NoMember.TORN
            taken += len(chunk)
            try:
                parts.append(inflater.decompress(chunk))
            except zlib.error:
                return _NoMember.NO_GZIP
    return GzipMember(offset, taken - len(inflater.unused_data), b"".join(parts))


def _next_member(path: Path, offset: int, size: int) -> int:
    """Return where the next whole member begins at or after *offset*, else *size*."""
    overlap = len(_GZIP_MAGIC) - 1
    with path.open("rb") as file:
        while offset < size:
            file.seek(offset)
            chunk = file.read(_CHUNK)
            at = chunk.find(_GZIP_MAGIC)
            if at < 0:
                offset += max(len(chunk) - overlap, 1)
            elif isinstance(_member_at(path, offset + at), GzipMember):
                return offset + at
            else:
                offset += at + 1
    return size


def _flush_folder(folder: Path) -> None:
    """Flush a folder: only then is the name of a new file on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
