"""WACZ files (1.1.1): the WARC files in the archive/ of a zip, checked by the digests of datapackage.json.

An open file goes in; the WARC files in it come out, and its faults. Nothing is unpacked to the disk. A name
that leads out of the zip, or stands there twice, and a directory or a size beyond all reason are refused,
whatever else the file holds. https://specs.webrecorder.net/wacz/1.1.1/
"""

import hashlib
import io
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import IO, NamedTuple

import orjson

from archiver.errors import SourceError
from archiver.sources.warc.captures import RecordFile
from archiver.sources.warc.unpack import FREE_BYTES, MAX_RATIO

MAX_DIRECTORY_BYTES = 8 << 20
"""Bytes of the largest directory of a zip that is read: it has 50,000 names and more."""
MAX_INDEX_BYTES = 8 << 20
"""Bytes of the largest datapackage.json."""

_WARC = re.compile(r"archive/[^/]+\.w?arc(?:\.gz)?", re.IGNORECASE)
_OUTSIDE = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|[\0-\x1f]")
_STEP = 1 << 20
_ENCRYPTED = 1
_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_MAX_COMMENT = 1 << 16
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    ValueError,
)


class _Resource(NamedTuple):
    """What datapackage.json says of a file: its digest (`sha256:` and hex digits) and its length."""

    digest: str
    size: object


def open_wacz(opened: IO[bytes], name: str, path: str) -> Iterator[RecordFile | SourceError]:
    """Yield the WARC files of a WACZ in the order of their names, each open until the next, and its faults.

    Args:
        opened: The file.
        name: For messages.
        path: Kept with each capture.

    Raises:
        SourceError: the file is refused as a whole.

    """
    _check_directory(opened, name)
    try:
        with zipfile.ZipFile(opened) as archive:
            entries = _entries(archive, name)
            resources = _resources(archive, entries, name)
            if isinstance(resources, SourceError):
                yield resources
                resources = {}
            for entry in sorted(entries):
                if _WARC.fullmatch(entry):
                    inside = f"{name}: {entry}"
                    if fault := _fault(archive, entries[entry], resources.get(entry)):
                        yield SourceError(f"{inside}: {fault}")
                    with archive.open(entries[entry]) as warc:
                        yield RecordFile(_reading(warc, inside), entries[entry].file_size, inside, path)
    except _BROKEN as error:
        raise SourceError(f"{name}: damaged zip file ({error})") from error


def _check_directory(opened: IO[bytes], name: str) -> None:
    """Raise SourceError where the directory of the zip, which is read into memory whole, is too large.

    (PKWARE APPNOTE, 4.3.14 to 4.3.16)
    """
    size = opened.seek(0, io.SEEK_END)
    start = max(0, size - _MAX_COMMENT - _END.size - _END64_LOCATOR.size)
    opened.seek(start)
    tail = opened.read(size - start)
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < _END.size:
        raise SourceError(f"{name}: is no zip file, as a WACZ file is, or its end is missing")
    length = _END.unpack_from(tail, at)[5]
    if at >= _END64_LOCATOR.size:
        mark, _, end64, _ = _END64_LOCATOR.unpack_from(tail, at - _END64_LOCATOR.size)
        if mark == b"PK\6\7" and end64 < size:
            opened.seek(end64)
            record = opened.read(_END64.size)
            if len(record) == _END64.size:
                length = max(length if length != 0xFFFFFFFF else 0, _END64.unpack(record)[8])
    if length > min(MAX_DIRECTORY_BYTES, size):
        raise SourceError(f"{name}: its directory is said to have {length:,} bytes, which no WACZ file needs")


def _entries(archive: zipfile.ZipFile, name: str) -> Mapping[str, zipfile.ZipInfo]:
    """Return the entries by their names. Raises SourceError for what no program writes in good faith."""
    entries = archive.infolist()
    for entry in entries:
        if _OUTSIDE.search(entry.orig_filename):
            raise SourceError(f"{name}: refused: the name {entry.orig_filename!r} leads out of the file")
        if entry.file_size > FREE_BYTES and entry.file_size > MAX_RATIO * entry.compress_size:
            raise SourceError(f"{name}: refused: {entry.filename!r} inflates to {entry.file_size:,} bytes")
        if entry.flag_bits & _ENCRYPTED:
            raise SourceError(f"{name}: refused: {entry.filename!r} is encrypted")
    twice = [entry for entry, count in Counter(entry.filename for entry in entries).items() if count > 1]
    if twice:
        raise SourceError(f"{name}: refused: it has two files called {twice[0]!r}")
    named = {entry.filename: entry for entry in entries}
    if not any(map(_WARC.fullmatch, named)):
        others = "; it holds other WACZ files: unpack it" if any(e.endswith(".wacz") for e in named) else ""
        raise SourceError(f"{name}: holds no WARC file in archive/{others}")
    return named


def _resources(
    archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo], name: str
) -> dict[str, _Resource] | SourceError:
    """Return what datapackage.json says of the files, or why it says nothing."""
    where = f"{name}: datapackage.json"
    entry = entries.get("datapackage.json")
    if entry is None:
        return SourceError(f"{where}: is missing, so that no digest can be checked")
    if entry.file_size > MAX_INDEX_BYTES:
        return SourceError(f"{where}: larger than {MAX_INDEX_BYTES >> 20} MiB")
    data = archive.read(entry)
    try:
        listed = orjson.loads(data)["resources"]
        resources = {one["path"]: _Resource(str(one["hash"]), one.get("bytes")) for one in listed}
        if own := entries.get("datapackage-digest.json"):
            stated = orjson.loads(archive.read(own))["hash"] if own.file_size <= MAX_INDEX_BYTES else ""
            if stated != "sha256:" + hashlib.sha256(data).hexdigest():
                return SourceError(f"{where}: does not have the digest that datapackage-digest.json states")
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        return SourceError(f"{where}: is not as WACZ has it ({type(error).__name__})")
    return resources


def _fault(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, resource: _Resource | None) -> str | None:
    """Say in a clause what is wrong with a WARC file, which is read all the same."""
    if resource is None:
        return "datapackage.json does not list it"
    if not resource.digest.startswith("sha256:"):
        return f"a digest that is not checked: {resource.digest[:20]!r}"
    digest = hashlib.sha256()
    with archive.open(entry) as warc:
        try:
            while data := warc.read(_STEP):
                digest.update(data)
        except _BROKEN as error:
            return f"damaged in the zip file ({error})"
    return (
        None
        if resource.digest == f"sha256:{digest.hexdigest()}"
        else "does not have the digest stated for it"
    )


def _reading(warc: IO[bytes], name: str) -> Callable[[int], bytes]:
    """Return a function that reads from a file of the zip. It raises SourceError for a damaged one."""

    def read(most: int) -> bytes:
        try:
            return warc.read(most)
        except _BROKEN as error:
            raise SourceError(
                f"{name}: damaged in the zip file ({error}); the rest of it is not read"
            ) from error

    return read
