"""Convert card records, the rows of a `.jsonl` or `.csv` file (also `.gz`), to captures.

A file goes in whose rows have any of the fields of a card and optionally where it was seen (`capture_url`,
`captured_at`, `position`), or an export of cards. A `Capture` comes out for the rows of each page. Its
payload is the rows as JSON Lines, spelled the same way for the same fields, whatever the format of the file.
Invalid rows are rejected line by line, and the others are kept.

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
import stat
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import urljoin

import orjson

from archiver.cardrow import MEDIA_TYPE, facts_of, first_row, part_url, position_of, shown_value
from archiver.errors import SourceError
from archiver.models import Capture, clean_text
from archiver.sources.files import (
    ImportOptions,
    capture_time,
    kept_path,
    page_url,
    parse_time,
    shown,
)
from archiver.sources.spool import MAX_BYTES, PART_ROWS, RecordRow, RowOrigin, RowSpool
from archiver.sources.tables import BadRow, Row, rows_of

MAX_PAGE_ROWS = 5000
"""Rows of one page; no page shows more cards."""

_GZIP_MAGIC = b"\x1f\x8b"

Reject = Callable[[int, str], None]
"""Called with the number of a rejected line and the reason."""


def is_record_file(source: str) -> bool:
    """Whether the name of a source is one of card records."""
    return PurePath(source.lower().removesuffix(".gz")).suffix in (".jsonl", ".csv")


def read_records(source: str, options: ImportOptions, reject: Reject) -> Iterator[Capture]:
    """Yield the captures of a file of card records, in the order in which they first appear in it.

    Raises SourceError where the file cannot be read at all.
    """
    file = Path(source)
    try:
        with file.open("rb", buffering=0) as opened, tempfile.TemporaryFile(prefix="archiver-") as spooled:
            facts = os.fstat(opened.fileno())
            if not stat.S_ISREG(facts.st_mode):
                raise SourceError(f"{shown(file)}: not a regular file")
            time = capture_time(file, datetime.fromtimestamp(facts.st_mtime, UTC), options)
            url = page_url(file, source, options)
            path = kept_path(file, source)
            own = RowOrigin(url.url, time.captured_at, path, url.basis, time.basis, is_page=False)
            packed = opened.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
            opened.seek(0)
            unpacked = gzip.GzipFile(fileobj=opened) if packed else opened
            spool = RowSpool(spooled)
            with io.BufferedReader(unpacked, 1 << 20) as buffered:
                for place, row in _fitting(rows_of(file, buffered), own, reject):
                    spool.add(place, row)
            for place, rows in spool.by_capture():
                yield from _captures(place, rows, reject)
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


def _fitting(
    rows: Iterable[tuple[int, Row | BadRow]], own: RowOrigin, reject: Reject
) -> Iterator[tuple[RowOrigin, RecordRow]]:
    """Yield the valid rows, each with its origin."""
    place, last_stated = own, None
    for number, (line, row) in enumerate(rows, start=1):
        if isinstance(row, BadRow):
            reject(line, row.why)
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
        except ValueError as error:
            reject(line, str(error))
        else:
            yield place, RecordRow(line, number, position, orjson.dumps(facts))


def _place(url: Any, captured_at: Any, path: Any, has_position: bool, own: RowOrigin) -> RowOrigin:  # noqa: ANN401
    """Find the origin of a row: the row's own values, else its file's. Raises ValueError."""
    if path is not None and not isinstance(path, str):
        raise ValueError(f"capture_path {shown_value(path)} is not a text")
    place = own._replace(
        path=path or None, is_page=not _is_missing(url) or (has_position and not _is_missing(captured_at))
    )
    if not _is_missing(url):
        if not isinstance(url, str) or not url.isprintable() or "<" in url or ">" in url:
            raise ValueError(f"capture_url {shown_value(url)} is not a URL")
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
    """Parse a time, ISO 8601 or 14 digits. Raises ValueError."""
    try:
        if isinstance(value, str | int):
            time = parse_time(str(value).strip()).astimezone(UTC).replace(microsecond=0)
            if time.year >= 1990:  # the web is not older
                return time
    except (ValueError, OverflowError):
        pass
    raise ValueError(
        f"invalid captured_at {shown_value(value)}: expected ISO 8601 (2026-11-21T09:30:00Z) or 14 digits"
    )


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, str) and (not value or value.isspace()))


def _captures(place: RowOrigin, rows: Iterator[RecordRow], reject: Reject) -> Iterator[Capture]:
    """Yield the rows of one origin as one capture, or as parts of a data set."""
    if place.is_page:
        held = _beginning(rows, MAX_PAGE_ROWS)
        after = next(rows, None)
        if after is None:
            yield _capture(place, place.url, held, reject)
            return
        rows = (row._replace(number=n) for n, row in enumerate(chain(held, (after,), rows), start=1))
    for part in _parts(rows):
        yield _capture(place, part_url(place.url, part[0].number, part[-1].number), part, reject)


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


def _capture(place: RowOrigin, url: str, rows: Sequence[RecordRow], reject: Reject) -> Capture:
    expected = first_row(url) or 1
    if [row.position for row in rows] == list(range(expected, expected + len(rows))):
        lines = [row.facts for row in rows]
    else:
        lines = []
        for position, facts in sorted(_placed(rows, expected, reject)):
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


def _placed(rows: Iterable[RecordRow], start: int, reject: Reject) -> Iterator[tuple[int, bytes]]:
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
                reject(
                    row.line, f"position {position} is taken by another row of this capture; moved to {last}"
                )
            position = last
        taken[position] = row.facts
        last = position
    return iter(taken.items())
