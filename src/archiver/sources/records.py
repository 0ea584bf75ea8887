"""Convert card records, the rows of a file or a table, to captures.

A `.jsonl` or `.csv` file (also `.gz`), a database or a Parquet file goes in whose rows have any of the fields
of a card and optionally where it was seen (`capture_url`, `captured_at`, `position`), or an export of cards.
A `Capture` comes out for the rows of each page. Its payload is the rows as JSON Lines, spelled the same way
for the same fields, whatever the format of the file. Invalid rows are rejected line by line, and the others
are kept.

Nothing comes out before the file was read to its end: the rows of one capture may stand anywhere in it, and a
stored capture is never added to. All rows go through a temporary file (`spool`).

A row with a `capture_url`, or with a `captured_at` and a `position`, stood on a page; the file supplies what
the row lacks. All other rows, and a page of more than MAX_PAGE_ROWS, are a data set: captures of PART_ROWS
rows, with the rows' numbers as the fragment of their URL, whose cards did not stand on the same page.
"""

import errno
import gzip
import io
import os
import sys
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path, PurePath
from typing import Any, cast
from urllib.parse import urljoin

import orjson

from archiver.cardrow import MEDIA_TYPE, RowError, facts_of, first_row, part_url, position_of, shown_value
from archiver.errors import SourceError
from archiver.models import Capture, clean_text
from archiver.sources import database, parquet
from archiver.sources.faults import RowFaults
from archiver.sources.files import (
    ImportOptions,
    capture_time,
    kept_path,
    open_regular,
    page_url,
    shown,
)
from archiver.sources.paths import parse_time
from archiver.sources.spool import MAX_BYTES, PART_ROWS, RecordRow, RowOrigin, RowSpool
from archiver.sources.tables import BadRow, RecordFields, Row, rows_of

MAX_PAGE_ROWS = 5000
"""Rows of one page; no page shows more cards."""

STANDARD_INPUT = "-"
"""The source that is card records on standard input."""
_GZIP_MAGIC = b"\x1f\x8b"


def is_record_source(source: str) -> bool:
    """Whether a source is card records: standard input, or a file of them by its name or first bytes."""
    return (
        source == STANDARD_INPUT
        or is_record_file(source)
        or _is_array_of_objects(source)
        or _head(source, len(database.MAGIC)).startswith((database.MAGIC, parquet.MAGIC))
    )


def is_record_file(name: str) -> bool:
    """Whether the name of a file is one of card records."""
    return PurePath(name.lower().removesuffix(".gz")).suffix in (".jsonl", ".csv")


def _is_array_of_objects(source: str) -> bool:
    """Whether a file is called `.json` and begins as an array of objects does, which no JSON Feed is."""
    return source.lower().endswith(".json") and begins_as_records(_head(source, 1 << 10), lines=False)


def _head(source: str, size: int) -> bytes:
    """Return the first bytes of a regular file."""
    with suppress(OSError):
        if Path(source).is_file():
            with Path(source).open("rb") as opened:
                return opened.read(size)
    return b""


def begins_as_records(head: bytes, *, lines: bool = True) -> bool:
    """Whether a text begins as an array of JSON objects does, or (with *lines*) as JSON Lines do."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"["):
        return start[1:].lstrip()[:1] in (b"{", b"]")
    return lines and start.startswith(b"{")


def read_records(source: str, options: ImportOptions, faults: RowFaults) -> Iterator[Capture]:
    """Yield the captures of a file of card records, in the order in which they first appear in it.

    What does not fit is noted in *faults*. Raises SourceError where the file cannot be read at all.
    """
    file = Path(source)
    fields = RecordFields(
        {theirs: ours for ours, theirs in options.fields.items()}, options.strict, faults.ignore
    )
    try:
        with _opened(source) as opened, tempfile.TemporaryFile(prefix="archiver-") as spooled:
            facts = os.fstat(opened.fileno())
            time = capture_time(file, datetime.fromtimestamp(facts.st_mtime, UTC), options)
            url = page_url(file, source, options)
            path = kept_path(file, source)
            own = RowOrigin(url.url, time.captured_at, path, url.basis, time.basis, is_page=False)
            spool = RowSpool(spooled)
            for place, row in _fitting(_rows(file, opened, options, fields), own, faults):
                spool.add(place, row)
            for place, rows in spool.by_capture():
                yield from _captures(place, rows, faults)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(
            f"{shown(file)}: damaged gzip file ({error}); nothing of it was imported"
        ) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):  # only the temporary file is written here
            raise SourceError(
                f"{shown(file)}: the disk is full in {tempfile.gettempdir()}, where its rows are sorted;"
                " make room or set TMPDIR to another folder, and run the same command again"
            ) from error
        raise SourceError(f"{shown(error.filename or file)}: {error.strerror}") from error


def _rows(
    file: Path, opened: "io.BufferedReader[Any]", options: ImportOptions, fields: RecordFields
) -> Iterator[tuple[int, Row | BadRow]]:
    """Yield the rows of a file by the reader that its first bytes ask for."""
    head = opened.peek(len(database.MAGIC))
    if head.startswith(database.MAGIC) and file.is_file():  # both readers need a file of a name
        return database.database_rows(file, options.table, fields)
    if head.startswith(parquet.MAGIC) and file.is_file():
        return parquet.parquet_rows(file, fields)
    return rows_of(file, _unpacked(opened), fields)


def _unpacked(opened: "io.BufferedReader[Any]") -> "io.BufferedReader[Any]":
    packed = opened.peek(len(_GZIP_MAGIC)).startswith(_GZIP_MAGIC)
    return io.BufferedReader(gzip.GzipFile(fileobj=opened), 1 << 20) if packed else opened


def _opened(source: str) -> AbstractContextManager["io.BufferedReader[Any]"]:
    """Open a regular file, or standard input, which stays open."""
    if source == STANDARD_INPUT:
        return nullcontext(cast("io.BufferedReader[Any]", sys.stdin.buffer))
    return io.BufferedReader(open_regular(Path(source)), 1 << 20)


def _fitting(
    rows: Iterable[tuple[int, Row | BadRow]], own: RowOrigin, faults: RowFaults
) -> Iterator[tuple[RowOrigin, RecordRow]]:
    """Yield the valid rows, each with its origin."""
    place, last_stated = own, None
    for number, (line, row) in enumerate(rows, start=1):
        if isinstance(row, BadRow):
            faults.add(line, row.kind, row.value)
            continue
        try:
            value = row.get("position")
            position = None if _is_missing(value) else position_of(value)
            path = row.get("capture_path", own.path)
            stated = (row.get("capture_url"), row.get("captured_at"), path, position is not None)
            if stated != last_stated:
                place, last_stated = _place(*stated, own), stated
            facts = facts_of(row)
            if "url" in facts and "://" not in facts["url"] and place.url.startswith("http"):
                facts["url"] = _resolved(place.url, facts["url"])
        except RowError as error:
            faults.add(line, error.kind, error.value)
        else:
            yield place, RecordRow(line, number, position, orjson.dumps(facts))


def _place(url: Any, captured_at: Any, path: Any, has_position: bool, own: RowOrigin) -> RowOrigin:  # noqa: ANN401
    """Find the origin of a row: the row's own values, else its file's. Raises RowError."""
    if path is not None and not isinstance(path, str):
        raise RowError("capture_path: expected text", shown_value(path))
    place = own._replace(
        path=path or None, is_page=not _is_missing(url) or (has_position and not _is_missing(captured_at))
    )
    if not _is_missing(url):
        if not isinstance(url, str) or not url.isprintable() or "<" in url or ">" in url:
            raise RowError("capture_url: expected a URL", shown_value(url))
        place = place._replace(url=url.strip(), url_basis="record")
    if not _is_missing(captured_at):
        place = place._replace(captured_at=_time(captured_at), time_basis="record")
    return place


def _resolved(page: str, url: str) -> str:
    """Resolve a card's relative URL against its page; what is no URL stays as it is."""
    try:
        return clean_text(urljoin(page, url))
    except ValueError:
        return url


def _time(value: object) -> datetime:
    """Parse a time, ISO 8601 or 14 digits. Raises RowError."""
    try:
        if isinstance(value, str | int):
            time = parse_time(str(value).strip()).astimezone(UTC).replace(microsecond=0)
            if time.year >= 1990:  # the web is not older
                return time
    except (ValueError, OverflowError):
        pass
    raise RowError("captured_at: expected ISO 8601 (2026-11-21T09:30:00Z) or 14 digits", shown_value(value))


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, str) and (not value or value.isspace()))


def _captures(place: RowOrigin, rows: Iterator[RecordRow], faults: RowFaults) -> Iterator[Capture]:
    """Yield the rows of one origin as one capture, or as parts of a data set."""
    if place.is_page:
        held = _beginning(rows, MAX_PAGE_ROWS)
        after = next(rows, None)
        if after is None:
            yield _capture(place, place.url, held, faults)
            return
        rows = (row._replace(number=n) for n, row in enumerate(chain(held, (after,), rows), start=1))
    for part in _parts(rows):
        yield _capture(place, part_url(place.url, part[0].number, part[-1].number), part, faults)


def _parts(rows: Iterator[RecordRow]) -> Iterator[list[RecordRow]]:
    """Divide the rows of a data set; a row without a position gets its number."""
    waiting = next(rows, None)
    while waiting:
        last = waiting.number + PART_ROWS - (waiting.number - 1) % PART_ROWS
        part: list[RecordRow] = []
        size = 0
        while waiting and waiting.number < last and size <= MAX_BYTES:
            line, number, position, facts = waiting
            part.append(waiting if position is not None else RecordRow(line, number, number, facts))
            size += len(facts)
            waiting = next(rows, None)
        yield part


def _beginning(rows: Iterator[RecordRow], most: int) -> list[RecordRow]:
    """Take rows until there are *most* of them or they are too long for a page."""
    found: list[RecordRow] = []
    size = 0
    for row in rows:
        found.append(row)
        size += len(row.facts)
        if len(found) == most or size > MAX_BYTES:
            break
    return found


def _capture(place: RowOrigin, url: str, rows: Sequence[RecordRow], faults: RowFaults) -> Capture:
    expected = first_row(url) or 1
    if [row.position for row in rows] == list(range(expected, expected + len(rows))):
        lines = [row.facts for row in rows]
    else:
        lines = []
        for position, facts in sorted(_placed(rows, expected, faults)):
            lines.append(facts if position == expected else b'{"position":%d,' % position + facts[1:])
            expected = position + 1
    return Capture(
        url=url,
        captured_at=place.captured_at,
        payload=b"\n".join(lines) + b"\n",
        headers=(("Content-Type", MEDIA_TYPE),),
        path=place.path,
        time_basis=place.time_basis,
        url_basis=place.url_basis,
    )


def _placed(rows: Iterable[RecordRow], start: int, faults: RowFaults) -> Iterator[tuple[int, bytes]]:
    """Give each row a position; a row without one follows the row before it.

    A row that repeats another at the same position is dropped. A different row at a taken position gets a
    free one and is reported: it is not lost.
    """
    claimed = {row.position for row in rows}
    taken: dict[int, bytes] = {}
    last = start - 1
    for row in rows:
        position = row.position
        if position is None or position in taken:
            if position is not None and taken[position] == row.facts:
                continue
            last += 1
            while last in claimed or last in taken:
                last += 1
            if position is not None:
                faults.add(
                    row.line,
                    "the position is taken by another row of the capture; the row is moved",
                    f"{position} to {last}",
                )
            position = last
        taken[position] = row.facts
        last = position
    return iter(taken.items())
