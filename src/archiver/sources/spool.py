"""Rows of card records in a temporary file, from which they come back capture by capture.

Rows with their origins go in, in the order of the source file; the rows of each capture come out together. In
memory are two numbers for each run of rows of one origin, and the run that is being added to.
"""

import hashlib
from array import array
from collections.abc import Iterator
from datetime import datetime
from itertools import chain, groupby
from typing import IO, NamedTuple

import orjson

from archiver.models import TimeBasis, UrlBasis, iso_time

PART_ROWS = 1000
"""Rows of a data set in one capture. Public ids of captures depend on this number: it never changes."""
MAX_BYTES = 4 << 20
"""Bytes of rows at which a capture ends sooner."""


class RowOrigin(NamedTuple):
    """Where a row was seen: what the rows of one capture share."""

    url: str
    captured_at: datetime
    path: str | None
    url_basis: UrlBasis
    time_basis: TimeBasis
    is_page: bool

    @property
    def capture(self) -> tuple[str, datetime, bool]:
        """The fields by which captures differ."""
        return self.url, self.captured_at, self.is_page


class RecordRow(NamedTuple):
    """An accepted row: its line in the file, its number among the rows, its position, its fields as JSON."""

    line: int
    number: int
    position: int | None
    facts: bytes


class RowSpool:
    """Rows in a temporary file, in runs of one origin.

    A header line in front of each run holds the origin and the numbers of the rows.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._keys = array("Q")
        self._starts = array("Q")
        self._place: RowOrigin | None = None
        self._run: list[RecordRow] = []
        self._size = 0

    def add(self, place: RowOrigin, row: RecordRow) -> None:
        """Append a row."""
        if (
            (place is not self._place and (self._place is None or place.capture != self._place.capture))
            or len(self._run) == PART_ROWS
            or self._size > MAX_BYTES
        ):
            self._end_run()
            self._place = place
        self._run.append(row)
        self._size += len(row.facts)

    def by_capture(self) -> Iterator[tuple[RowOrigin, Iterator[RecordRow]]]:
        """Yield the rows of each capture, in the order in which captures first appear.

        Consume the rows of one capture before asking for the next.
        """
        self._end_run()
        first: dict[int, int] = {}
        order = sorted(range(len(self._keys)), key=lambda run: first.setdefault(self._keys[run], run))
        for _, together in groupby(order, key=self._keys.__getitem__):
            runs = map(self._read, together)
            place, rows = next(runs)
            yield place, chain(rows, chain.from_iterable(rows for _, rows in runs))

    def _end_run(self) -> None:
        """Write the current run and begin another one."""
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

    def _read(self, run: int) -> tuple[RowOrigin, Iterator[RecordRow]]:
        self._file.seek(self._starts[run])
        (url, captured_at, *others), lines, numbers, positions = orjson.loads(self._file.readline())
        facts = [self._file.readline().rstrip(b"\n") for _ in lines]
        place = RowOrigin(url, datetime.fromisoformat(captured_at), *others)
        return place, map(RecordRow, lines, numbers, positions, facts)
