"""What the WARC files hold beyond the rows, taken in: after a kill, or into an empty database.

In: an open database, the folder of the files, the frontier of the crawls. Out: rows, and a `Recovered` for
each file that had more than was known. Refuses: to remove damage in the middle of a file; it is told and
passed over. The one surprise: an end that was cut short is taken off, since no row ever pointed to it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from archiver.errors import CorruptError
from archiver.models import Capture
from archiver.store.db import captures, database, overrides, retired_cards, thresholds
from archiver.store.db.frontier import Frontier
from archiver.store.warc import files
from archiver.store.warc.append import known_file, set_known_length
from archiver.store.warc.files import Damage
from archiver.store.warc.records import (
    OverrideRecord,
    ReadRecord,
    RetirementRecord,
    ThresholdRecord,
    read_record,
)


@dataclass(frozen=True, slots=True)
class Recovered:
    """What opening took in from a WARC file beyond the rows, and what it had to pass over.

    A torn end among the *damage* was cut off.
    """

    file: str
    captures: int
    overrides: int
    damage: tuple[Damage, ...]

    def lines(self) -> Iterator[str]:
        """What a user should know of it, a line each."""
        if self.captures:
            yield f"{self.file}: took in captures that the database did not know: {self.captures}"
        if self.overrides:
            yield f"{self.file}: took in overrides that the database did not know: {self.overrides}"
        yield from self.damage_lines()

    def damage_lines(self) -> Iterator[str]:
        """The spans that hold no whole record, a line each."""
        for span in self.damage:
            what = "a record cut short, taken off the end" if span.torn else "no whole record, passed over"
            yield f"{self.file}: byte {span.offset}: {span.length} bytes are {what}"


def recover(db: Database, folder: Path, frontier: Frontier) -> Iterator[Recovered]:
    """Take in, file by file, what stands in the WARC files beyond the rows."""
    known = dict(db.execute("SELECT name, length FROM warc_files"))
    for path in files.list_files(folder):
        if path.stat().st_size > known.get(path.name, 0):
            with database.transaction(db):
                yield _take_in(db, path, frontier)


def _take_in(db: Database, path: Path, frontier: Frontier) -> Recovered:
    file_id, end = known_file(db, path.name)
    taken = words = 0
    damage: list[Damage] = []
    for span in files.members(path, end):
        if isinstance(span, Damage) and span.torn:
            files.truncate(path, span.offset)
            damage.append(span)
            break
        end = span.offset + span.length
        record = None if isinstance(span, Damage) else read_record(span.data)
        capture = _whole_capture(db, path.parent, record) if record else None
        if record and capture:
            revisit = record.is_revisit
            taken += captures.insert(db, capture, file_id, span.offset, span.length, is_revisit=revisit)
            (capture_id,) = db.execute("SELECT id FROM captures WHERE key = ?", (capture.key,)).fetchone()
            frontier.adopt(capture.url, capture_id)
        elif record and isinstance(record.own, OverrideRecord):
            words += overrides.insert(db, record.own, file_id, span.offset, span.length)
        elif record and isinstance(record.own, RetirementRecord):
            retired_cards.insert(db, record.own.cards, file_id, span.offset)
        elif record and isinstance(record.own, ThresholdRecord):
            thresholds.insert(db, record.own, file_id, span.offset)
            words += 1
        elif record is None or record.capture is not None:
            damage.append(Damage(span.offset, span.length, torn=False))
    set_known_length(db, file_id, end)
    return Recovered(path.name, taken, words, tuple(damage))


def _whole_capture(db: Database, folder: Path, record: ReadRecord) -> Capture | None:
    """The capture of a record with its payload; None where it is none or the digest is not met."""
    if record.capture is None or record.digest is None:
        return None
    try:
        payload = captures.payload(db, folder, record.digest) if record.is_revisit else record.capture.payload
    except CorruptError:
        return None
    capture = record.capture.with_payload(payload)
    return capture if capture.digest == record.digest else None
