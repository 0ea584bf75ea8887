"""The WARC files of an archive as bytes on disk: appended to, read at an offset, walked member by member.

In: paths, offsets, gzip members. Out: inflated members, and the spans that are not whole members. Refuses:
to append anywhere but at the known end of a file. The one surprise: what stands between two members and is
none is reported and passed over, since a damaged record must not hide those behind it.

Members are found by inflating them (zlib), not by a WARC library's iterator: those stop silently at a torn
end, and give no length for the last record.
"""

import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archiver.errors import CorruptError, StoreError

FILE_NAME = re.compile(r"^archiver-(\d{5,})\.warc\.gz$")
MAX_FILE_BYTES = 1 << 30
"""A new file is begun when the current one has reached this size: 1 GiB, the customary size of WARC files."""

_CHUNK = 1 << 18
_GZIP_MAGIC = b"\x1f\x8b\x08"


@dataclass(frozen=True, slots=True)
class GzipMember:
    """One whole gzip member: where it stands, and what it inflates to."""

    offset: int
    length: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Damage:
    """A span of bytes that is no whole member.

    `torn`: a member that begins well and lacks its end, at the end of the file: a write that was cut short.
    """

    offset: int
    length: int
    torn: bool


def file_name(number: int) -> str:
    """The name of the WARC file of that number, counted from 1."""
    return f"archiver-{number:05d}.warc.gz"


def list_files(folder: Path) -> list[Path]:
    """Our WARC files in the folder, in the order in which they were written."""
    if not folder.is_dir():
        return []
    found = [path for path in folder.iterdir() if FILE_NAME.match(path.name)]
    return sorted(found, key=lambda path: (len(path.name), path.name))


def append(path: Path, offset: int, data: bytes) -> None:
    """Write *data* at *offset*, the known end of the file, and flush it to the disk.

    Raises StoreError when the disk refuses; the file then ends at *offset* as before.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = not path.exists()
        # unbuffered: a buffer would be written once more when a file is closed after a failure
        with path.open("ab", buffering=0) as file:
            if file.tell() != offset:
                raise CorruptError(
                    f"{path}: is {file.tell()} bytes long, not {offset}; rebuild the archive",
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
            f"{path}: cannot be written: {error.strerror}; what was kept before is safe, "
            "make room and run the same command again"
        ) from error


def truncate(path: Path, offset: int) -> None:
    """Cut a torn end off. Raises StoreError when the disk refuses."""
    try:
        os.truncate(path, offset)
    except OSError as error:
        raise StoreError(f"{path}: cannot be cut at its torn end: {error.strerror}") from error


def read_member(path: Path, offset: int, length: int) -> bytes:
    """The inflated member at that place. Raises CorruptError where there is none."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            data = file.read(length)
        inflater = zlib.decompressobj(wbits=31)
        inflated = inflater.decompress(data)
    except (OSError, zlib.error) as error:
        raise CorruptError(f"{path}: no record can be read at byte {offset}: {error}") from error
    if not inflater.eof or inflater.unused_data:
        raise CorruptError(f"{path}: no whole record of {length} bytes stands at byte {offset}")
    return inflated


def members(path: Path, start: int = 0) -> Iterator[GzipMember | Damage]:
    """Every member from byte *start* on, in order, and every span between them that is none.

    One member is held at a time. Raises CorruptError when the file cannot be read.
    """
    try:
        size = path.stat().st_size
        offset = start
        while offset < size:
            found, torn = _member_at(path, offset)
            if found is None:
                resume = _next_member(path, offset + 1, size)
                yield Damage(offset, resume - offset, torn=torn and resume == size)
                offset = resume
            else:
                yield found
                offset += found.length
    except OSError as error:
        raise CorruptError(f"{path}: cannot be read: {error.strerror}") from error


def _member_at(path: Path, offset: int) -> tuple[GzipMember | None, bool]:
    """The member that begins at *offset*, if a whole one does, and whether only its end is missing."""
    inflater = zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    taken = 0
    with path.open("rb") as file:
        file.seek(offset)
        while not inflater.eof:
            chunk = file.read(_CHUNK)
            if not chunk:
                return None, True
            taken += len(chunk)
            try:
                parts.append(inflater.decompress(chunk))
            except zlib.error:
                return None, False
    return GzipMember(offset, taken - len(inflater.unused_data), b"".join(parts)), False


def _next_member(path: Path, offset: int, size: int) -> int:
    """Where the next whole member begins at or after *offset*, else *size*."""
    overlap = len(_GZIP_MAGIC) - 1
    with path.open("rb") as file:
        while offset < size:
            file.seek(offset)
            chunk = file.read(_CHUNK)
            at = chunk.find(_GZIP_MAGIC)
            if at < 0:
                offset += max(len(chunk) - overlap, 1)
            elif _member_at(path, offset + at)[0] is not None:
                return offset + at
            else:
                offset += at + 1
    return size


def _flush_folder(folder: Path) -> None:
    """A new file's name is on the disk only once its folder is flushed, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
