"""A WACZ 1.1.1: the WARC files of an archive with their index and a list of pages, in one ZIP file.

What is to be put in comes in lazily, and the bytes of the file come out piece by piece
(https://specs.webrecorder.net/wacz/1.1.1/). The same parts give the same bytes: no entry bears the time of
the writing. All entries are stored, not deflated: a reader seeks in the WARC files and in the compressed
index, and what zlib makes of the rest differs from one of its versions to another.

The length and checksum of an entry are known when its bytes have passed, so they follow them (a ZIP data
descriptor), as in the files of other programs. `datapackage.json`, which has the digest of every entry, is
the last but one.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from archiver.export.cdxj import compressed_blocks
from archiver.export.written import WrittenStream

VERSION = "1.1.1"
INDEX, SECOND_INDEX = "indexes/index.cdx.gz", "indexes/index.idx"
PAGES = "pages/pages.jsonl"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16


class WaczPage(NamedTuple):
    """An entry of the list of pages: where a reader of the archive may begin."""

    id: str
    url: str
    captured_at: str
    title: str | None


class WarcBytes(NamedTuple):
    """A WARC file: its name, its length in bytes, and its bytes piece by piece."""

    name: str
    length: int
    pieces: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class WaczParts:
    """What is put into a WACZ, in the order in which it is read: a later part may know more.

    `created` is the time of the last capture, None where there is no capture.
    """

    pages: Iterable[WaczPage]
    index_lines: Iterable[str]
    warcs: Iterable[WarcBytes]
    created: str | None
    software: str


def write_wacz(parts: WaczParts) -> Iterator[bytes]:
    """Write a WACZ piece by piece."""
    wacz = _Writer()
    yield from wacz.entry(PAGES, _page_list(parts.pages))
    leads = [_FIRST_LEAD]
    yield from wacz.entry(INDEX, _index(parts.index_lines, leads))
    yield from wacz.entry(SECOND_INDEX, leads)
    for warc in parts.warcs:
        yield from wacz.entry(f"archive/{warc.name}", warc.pieces, warc.length)
    package = _package(parts, wacz.resources)
    yield from wacz.entry("datapackage.json", [package])
    digest = {"path": "datapackage.json", "hash": _digest(package)}
    yield from wacz.entry("datapackage-digest.json", [_json(digest)])
    yield wacz.end()


_FIRST_LEAD = b'!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n'


def _page_list(pages: Iterable[WaczPage]) -> Iterator[bytes]:
    yield b'{"format": "json-pages-1.0", "id": "pages", "title": "Listings"}\n'
    for page in pages:
        fields = {"id": page.id, "url": page.url, "ts": page.captured_at}
        if page.title:
            fields["title"] = page.title
        yield json.dumps(fields, ensure_ascii=False).encode() + b"\n"


def _index(lines: Iterable[str], leads: list[bytes]) -> Iterator[bytes]:
    """Compress the index, and collect the lines of the second one: one for 1024 captures."""
    for block in compressed_blocks(lines):
        leads.append(block.lead)
        yield block.data


def _package(parts: WaczParts, resources: list[dict[str, str | int]]) -> bytes:
    package: dict[str, object] = {
        "profile": "data-package",
        "wacz_version": VERSION,
        "software": parts.software,
        "resources": resources,
    }
    if parts.created:
        package["created"] = parts.created
    return _json(package)


def _json(value: object) -> bytes:
    return json.dumps(value, indent=2).encode() + b"\n"


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


class _Writer:
    """The entries of a ZIP file one after the other, and what `datapackage.json` says of each."""

    def __init__(self) -> None:
        self.resources: list[dict[str, str | int]] = []
        self._out = WrittenStream()
        self._zip = ZipFile(self._out, "w", ZIP_STORED)

    def entry(self, path: str, pieces: Iterable[bytes], length: int = 0) -> Iterator[bytes]:
        """Write an entry; *length* says, where it is known before, whether it needs the fields of ZIP64."""
        info = ZipInfo(path, _EPOCH)
        info.external_attr = _READABLE
        info.create_system = 3  # Unix, on every system
        info.file_size = length
        digest, size = hashlib.sha256(), 0
        with self._zip.open(info, "w") as entry:
            for piece in pieces:
                entry.write(piece)
                digest.update(piece)
                size += len(piece)
                yield self._out.take()
        name = path.rpartition("/")[2].lower()
        resource: dict[str, str | int] = {
            "name": name,
            "path": path,
            "hash": f"sha256:{digest.hexdigest()}",
            "bytes": size,
        }
        self.resources.append(resource)
        yield self._out.take()

    def end(self) -> bytes:
        """Return the ZIP file's directory."""
        self._zip.close()
        return self._out.take()
