"""Card records: the rows of a `.jsonl` or `.csv` file (also `.gz`) become captures.

In: a file whose rows have any of the fields of a card and perhaps say where it was seen (`capture_url`,
`captured_at`, `position`), or an export of cards. Out: a `Capture` for the rows of each page; its payload is
the rows as JSON Lines, in one spelling for the same facts, whatever the file's format. Refuses, line by line,
what does not fit; the other rows are taken. The one surprise: nothing comes out before the file was read to
its end. The rows of one capture may stand anywhere in it, and a capture that is kept is never added to: so
all rows go through a temporary file, and only where each run of rows of one capture begins is in memory.

A row with a `capture_url`, or with a `captured_at` and a `position`, stood on a page; what it does not say
of it, the file does. All other rows, and a page of more than MAX_PAGE_ROWS, are a data set: captures of
PART_ROWS rows, with the rows' numbers as the fragment of their URL, whose cards did not stand together.
"""

import errno
import gzip
import hashlib
import io
import os
import stat
import tempfile
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain, groupby
from pathlib import Path, PurePath
from typing import IO, Any, NamedTuple
from urllib.parse import urljoin

import orjson

from archiver.cardrow import MEDIA_TYPE, facts_of, first_row, part_url, position_of, shown_value
from archiver.errors import SourceError
from archiver.models import Capture, TimeBasis, UrlBasis, clean_text, iso_time
from archiver.sources.files import ImportOptions, capture_time, files_below, page_url, parse_time, shown
from archiver.sources.tables import BadRow, Row, rows_of

PART_ROWS = 1000
"""Rows of a data set that are one capture. The ids of captures hang on it: it never changes."""
MAX_PAGE_ROWS = 5000
"""No page shows more cards."""
MAX_BYTES = 4 << 20
"""Where a capture of long rows is cut sooner."""

_GZIP_MAGIC = b"\x1f\x8b"

Refused = Callable[[int, str], None]
"""Told of a line of the file, by its number, and why it does not fit."""


class _Place(NamedTuple):
    """What the rows of one capture have in common."""

    url: str
    captured_at: datetime
    path: str | None
    url_basis: UrlBasis
    time_basis: TimeBasis
    is_page: bool

    @property
    def capture(self) -> tuple[str, datetime, bool]:
        """What tells captures apart."""
        return self.url, self.captured_at, self.is_page


class _Taken(NamedTuple):
    """A row that fits: its line in the file, its number among the rows, its position, its facts as JSON."""

    line: int
    number: int
    position: int | None
    facts: bytes


def is_record_file(source: str) -> bool:
    """Whether the source is named as card records are."""
    return PurePath(source.lower().removesuffix(".gz")).suffix in (".jsonl", ".csv")


def find_record_files(folder: str) -> list[Path]:
    """The files in a folder and below it that are named as card records are; none of what is no folder.

    Raises SourceError.
    """
    path = Path(folder)
    return [file for file in files_below(path) if is_record_file(file.name)] if path.is_dir() else []


def read_records(source: str, options: ImportOptions, refused: Refused) -> Iterator[Capture]:
    """The captures of a file of card records, in the order in which the file first comes to them.

    Raises SourceError where nothing can be taken of it.
    """
    file = Path(source)
    try:
        with file.open("rb", buffering=0) as opened, tempfile.TemporaryFile(prefix="archiver-") as spooled:
            facts = os.fstat(opened.fileno())
            if not stat.S_ISREG(facts.st_mode):
                raise SourceError(f"{shown(file)}: is not a regular file")
            time, time_basis = capture_time(file, datetime.fromtimestamp(facts.st_mtime, UTC), options)
            url, url_basis = page_url(file, source, options)
            own = _Place(url, time, shown(file), url_basis, time_basis, is_page=False)
            packed = opened.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
            opened.seek(0)
            unpacked = gzip.GzipFile(fileobj=opened) if packed else opened
            spool = _Spool(spooled)
            with io.BufferedReader(unpacked, 1 << 20) as buffered:
                for place, row in _fitting(rows_of(file, buffered), own, refused):
                    spool.add(place, row)
            for place, rows in spool.by_capture():
                yield from _captures(place, rows, refused)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(
            f"{shown(file)}: is a damaged gzip file ({error}); nothing of it was taken"
        ) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):  # all that is written here is the temporary file
            raise SourceError(
                f"{shown(file)}: its rows go through a file in {tempfile.gettempdir()}, where the disk is"
                " full; make room or set TMPDIR to another folder, and run the same command again"
            ) from error
        raise SourceError(f"{shown(error.filename or file)}: {error.strerror}") from error


def _fitting(
    rows: Iterable[tuple[int, Row | BadRow]], own: _Place, refused: Refused
) -> Iterator[tuple[_Place, _Taken]]:
    """The rows that fit, each with the place where it was seen."""
    place, said_last = own, None
    for number, (line, row) in enumerate(rows, start=1):
        if isinstance(row, BadRow):
            refused(line, row.why)
            continue
        try:
            value = row.get("position")
            position = None if _is_missing(value) else position_of(value)
            path = row.get("capture_path", own.path)
            said = (row.get("capture_url"), row.get("captured_at"), path, position is not None)
            if said != said_last:
                place, said_last = _place(*said, own), said
            facts = facts_of(row)
            if "url" in facts and "://" not in facts["url"] and place.url.startswith("http"):
                facts["url"] = _resolved(place.url, facts["url"])
        except ValueError as error:
            refused(line, str(error))
        else:
            yield place, _Taken(line, number, position, orjson.dumps(facts))


def _place(url: Any, captured_at: Any, path: Any, has_position: bool, own: _Place) -> _Place:  # noqa: ANN401
    """Where a row was seen by what it says of that, and else by its file. Raises ValueError."""
    if path is not None and not isinstance(path, str):
        raise ValueError(f"the path of its capture {shown_value(path)} is no text")
    place = own._replace(
        path=path or None, is_page=not _is_missing(url) or (has_position and not _is_missing(captured_at))
    )
    if not _is_missing(url):
        if not isinstance(url, str) or not url.isprintable() or "<" in url or ">" in url:
            raise ValueError(f"capture_url {shown_value(url)} is no address")
        place = place._replace(url=url.strip(), url_basis="record")
    if not _is_missing(captured_at):
        place = place._replace(captured_at=_time(captured_at), time_basis="record")
    return place


def _resolved(page: str, url: str) -> str:
    """A card's relative URL as that of its page makes it absolute; what is no URL stays as it is."""
    try:
        return clean_text(urljoin(page, url))
    except ValueError:
        return url


def _time(value: object) -> datetime:
    """A time as ISO 8601 or 14 digits. Raises ValueError."""
    try:
        if isinstance(value, str | int):
            time = parse_time(str(value).strip()).astimezone(UTC).replace(microsecond=0)
            if time.year >= 1990:  # the web is not older
                return time
    except (ValueError, OverflowError):
        pass
    raise ValueError(
        f"captured_at {shown_value(value)} is no time; write 2026-11-21T09:30:00Z or 20261121093000"
    )


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, str) and (not value or value.isspace()))


class _Spool:
    """Rows in a temporary file, in runs of one place, each behind a line that tells it and their numbers.

    In memory there are two numbers for each run, the key of its place and where in the file it begins, and
    the run that is being added to.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._keys = array("Q")
        self._starts = array("Q")
        self._place: _Place | None = None
        self._run: list[_Taken] = []
        self._size = 0

    def add(self, place: _Place, row: _Taken) -> None:
        """Put a row behind the others."""
        if (
            (place is not self._place and (self._place is None or place.capture != self._place.capture))
            or len(self._run) == PART_ROWS
            or self._size > MAX_BYTES
        ):
            self._end_run()
            self._place = place
        self._run.append(row)
        self._size += len(row.facts)

    def by_capture(self) -> Iterator[tuple[_Place, Iterator[_Taken]]]:
        """The rows of each capture, in the order in which the captures were first come to.

        The rows of one are to be taken before the next is asked for.
        """
        self._end_run()
        first: dict[int, int] = {}
        order = sorted(range(len(self._keys)), key=lambda run: first.setdefault(self._keys[run], run))
        for _, together in groupby(order, key=self._keys.__getitem__):
            runs = map(self._read, together)
            place, rows = next(runs)
            yield place, chain(rows, chain.from_iterable(rows for _, rows in runs))

    def _end_run(self) -> None:
        """Write the run that was added to, and begin another one."""
        if self._place and self._run:
            digest = hashlib.blake2b(repr(self._place.capture).encode(), digest_size=8).digest()
            self._keys.append(int.from_bytes(digest, "little"))
            self._starts.append(self._file.tell())
            url, captured_at, *others = self._place
            lines, numbers, positions, facts = zip(*self._run, strict=True)
            head = ((url, iso_time(captured_at), *others), lines, numbers, positions)
            self._file.write(orjson.dumps(head) + b"\n")
            self._file.write(b"\n".join(facts) + b"\n")
        self._run = []
        self._size = 0

    def _read(self, run: int) -> tuple[_Place, Iterator[_Taken]]:
        self._file.seek(self._starts[run])
        (url, captured_at, *others), lines, numbers, positions = orjson.loads(self._file.readline())
        facts = [self._file.readline().rstrip(b"\n") for _ in lines]
        place = _Place(url, datetime.fromisoformat(captured_at), *others)
        return place, map(_Taken, lines, numbers, positions, facts)


def _captures(place: _Place, rows: Iterator[_Taken], refused: Refused) -> Iterator[Capture]:
    """The rows of one place as one capture, or as parts of a data set."""
    if place.is_page:
        held = _beginning(rows, MAX_PAGE_ROWS)
        after = next(rows, None)
        if after is None:
            yield _capture(place, place.url, held, refused)
            return
        rows = (row._replace(number=n) for n, row in enumerate(chain(held, (after,), rows), start=1))
    for part in _parts(rows):
        yield _capture(place, part_url(place.url, part[0].number, part[-1].number), part, refused)


def _parts(rows: Iterator[_Taken]) -> Iterator[list[_Taken]]:
    """The rows of a data set in parts, each at its number where it has no position."""
    waiting = next(rows, None)
    while waiting:
        last = waiting.number + PART_ROWS - (waiting.number - 1) % PART_ROWS
        part: list[_Taken] = []
        size = 0
        while waiting and waiting.number < last and size <= MAX_BYTES:
            line, number, position, facts = waiting
            part.append(waiting if position is not None else _Taken(line, number, number, facts))
            size += len(facts)
            waiting = next(rows, None)
        yield part


def _beginning(rows: Iterator[_Taken], most: int) -> list[_Taken]:
    """The first rows, until there are so many or they are too long for a page."""
    found: list[_Taken] = []
    size = 0
    for row in rows:
        found.append(row)
        size += len(row.facts)
        if len(found) == most or size > MAX_BYTES:
            break
    return found


def _capture(place: _Place, url: str, rows: Sequence[_Taken], refused: Refused) -> Capture:
    expected = first_row(url) or 1
    if [row.position for row in rows] == list(range(expected, expected + len(rows))):
        lines = [row.facts for row in rows]
    else:
        lines = []
        for position, facts in sorted(_placed(rows, expected, refused)):
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


def _placed(rows: Iterable[_Taken], start: int, refused: Refused) -> Iterator[tuple[int, bytes]]:
    """The facts of each row with its position; a row without one stands behind the row before it.

    A row that says again what another says of one position is that one. Where it says something else, it gets
    a position that is free, and is told: it is not lost.
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
                refused(
                    row.line, f"position {position} is another row's on this capture; it was put at {last}"
                )
            position = last
        taken[position] = row.facts
        last = position
    return iter(taken.items())
