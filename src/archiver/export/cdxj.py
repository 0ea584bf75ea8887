"""The index of a web archive, as replay programs read it: CDXJ, and its compressed form with a second index.

Rows of captures go in, lines come out (https://specs.webrecorder.net/cdxj/0.1.0/): the SURT of the URL, the
time in 14 digits and a JSON object, separated by single spaces. All values are strings, as other indexers
write them. The store sorts the lines, by bytes: readers look for a key by halving the file.
"""

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from archiver.rows import IndexRow
from archiver.surt import surt

NOT_MODIFIED = 304
_GZIP = 31
"""The `wbits` for which zlib writes a gzip header, with its largest window."""
_BLOCK_LINES = 1024
"""Lines of a compressed block, as the `wacz` of Python has: a reader fetches 40 KB for one URL."""


def cdxj_line(row: IndexRow) -> str:
    """Return the line of a capture, without its end."""
    fields = {
        "url": row.url,
        "mime": "warc/revisit" if row.is_revisit else row.media_type,
        # of a 304 replay shows the page that it confirms
        "status": None if row.is_revisit and row.status == NOT_MODIFIED else row.status,
        "digest": row.digest,
        "length": row.length,
        "offset": row.offset,
        "filename": row.file,
    }
    stamp = "".join(filter(str.isdigit, row.captured_at))
    texts = {name: str(value) for name, value in fields.items() if value is not None}
    return f"{surt(row.url)} {stamp} {json.dumps(texts)}"


def write_cdxj(lines: Iterable[str]) -> Iterator[bytes]:
    """Write sorted lines as a CDXJ file, piece by piece."""
    return (f"{line}\n".encode() for line in lines)


class IndexBlock(NamedTuple):
    """A part of a compressed index: one gzip member, and the line of the second index that leads to it."""

    data: bytes
    lead: bytes


def compressed_blocks(lines: Iterable[str]) -> Iterator[IndexBlock]:
    """Compress sorted lines in blocks (ZipNum), so that a reader takes one block for one URL."""
    rest = iter(lines)
    offset = 0
    while block := list(islice(rest, _BLOCK_LINES)):
        packer = zlib.compressobj(wbits=_GZIP)
        data = packer.compress(b"".join(write_cdxj(block))) + packer.flush()
        place = {
            "offset": offset,
            "length": len(data),
            "digest": f"sha256:{hashlib.sha256(data).hexdigest()}",
        }
        key = block[0].partition("{")[0]
        yield IndexBlock(data, f"{key}{json.dumps(place)}\n".encode())
        offset += len(data)
