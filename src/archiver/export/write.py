"""Write JSON, JSON Lines (https://jsonlines.org), CSV (RFC 4180) and Parquet row by row.

Rows, their kind and a format go in; bytes come out. In CSV a list is joined by `; `, and a list of objects
(the revisions of a post) is JSON in its cell.
"""

import csv
import io
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from archiver.cardrow import quote_formulas
from archiver.export.columns import COLUMNS, NESTED
from archiver.export.parquet import write_parquet
from archiver.rows import Format

_GZIP = 31
"""The `wbits` for which zlib writes a gzip header, with its largest window."""


def write(
    rows: Iterable[Mapping[str, Any]], kind: str, form: Format, *, csv_raw: bool = False
) -> Iterator[bytes]:
    """Write rows in a format, piece by piece; the same rows give the same bytes."""
    columns = COLUMNS[kind]
    picked = ({column: row[column] for column in columns} for row in rows)
    if form == "parquet":
        return write_parquet(rows, kind)
    if form == "csv":
        return _csv(picked, columns, raw=csv_raw)
    return _json_lines(picked) if form == "jsonl" else _json(picked)


def gzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Compress an export piece by piece; no time is in the header, so the same rows give the same bytes."""
    packer = zlib.compressobj(wbits=_GZIP)
    for piece in pieces:
        yield packer.compress(piece)
    yield packer.flush()


def _json_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    for row in rows:
        yield orjson.dumps(row) + b"\n"


def _json(rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Write one array with a row on each line."""
    before = b"[\n"
    for row in rows:
        yield before + orjson.dumps(row)
        before = b",\n"
    yield b"\n]\n" if before != b"[\n" else b"[]\n"


def _csv(rows: Iterable[Mapping[str, Any]], columns: tuple[str, ...], *, raw: bool) -> Iterator[bytes]:
    names = [
        f"{column}.{part}" if part else column for column in columns for part in NESTED.get(column, ("",))
    ]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        yield _taken(buffer)
        cells = [
            row[column][part] if part else row[column]
            for column in columns
            for part in NESTED.get(column, ("",))
        ]
        writer.writerow([_cell(value, raw=raw) for value in cells])
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _cell(value: object, *, raw: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        texts = [item if isinstance(item, str) else orjson.dumps(item).decode() for item in value]
        text = "; ".join(texts) if all(isinstance(item, str) for item in value) else f"[{','.join(texts)}]"
    else:
        text = str(value)
    return text if raw else quote_formulas(text)
