"""Records appended to the WARC files, and the rows that say how much of each file is known.

A record is written at the known end of the last file and nowhere else. Every method needs a transaction: its
write lock keeps two processes from writing into each other's records.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlite_utils import Database

from archiver.store.warc import files
from archiver.store.warc.records import warcinfo_record


class RecordStart(NamedTuple):
    """Where a record begins: the row of its file, and its offset in bytes."""

    file_id: int
    offset: int


class KnownFile(NamedTuple):
    """The row of a WARC file: the database knows its records up to *length*, in bytes."""

    id: int
    name: str
    length: int


@dataclass(slots=True)
class _Unwritten:
    """Records that are to be written at the known end of a file."""

    file: KnownFile
    end: int
    records: list[bytes] = field(default_factory=list)


class WarcAppender:
    """The WARC files of one archive, to be appended to. *now* gives the time of a new file's warcinfo."""

    def __init__(self, db: Database, folder: Path, now: Callable[[], datetime]) -> None:
        self.folder = folder
        self.now = now
        self._db = db

    def append(self, record: bytes) -> RecordStart:
        """Append a record and flush it to the disk."""
        batch = self.batch()
        start = batch.add(record)
        batch.write()
        return start

    def batch(self) -> "AppendBatch":
        """Return a batch of records that are written together, with one flush for each file."""
        return AppendBatch(self)

    def known_file(self, name: str) -> KnownFile:
        """Return the row of a file; a file without one gets it, with no known bytes."""
        self._db.execute(
            "INSERT INTO warc_files (name, length) VALUES (?, 0) ON CONFLICT DO NOTHING", (name,)
        )
        row = self._db.execute("SELECT id, name, length FROM warc_files WHERE name = ?", (name,)).fetchone()
        return KnownFile(*row)

    def set_known_length(self, file_id: int, length: int) -> None:
        """Note that the records in the first *length* bytes of the file have their rows."""
        self._db.execute("UPDATE warc_files SET length = ? WHERE id = ?", (length, file_id))

    def file_for(self, length: int) -> KnownFile:
        """Return the file that takes the next *length* bytes; a new one begins with its warcinfo record."""
        row = self._db.execute("SELECT id, name, length FROM warc_files ORDER BY id DESC LIMIT 1").fetchone()
        if row and row[2] + length <= files.MAX_FILE_BYTES:
            return KnownFile(*row)
        number = int(files.FILE_NAME.sub(r"\1", row[1])) + 1 if row else 1
        name = files.file_name(number)
        head = warcinfo_record(name, self.now())
        files.append(self.folder / name, 0, head)
        return self.known_file(name)._replace(length=len(head))


class AppendBatch:
    """Records that get their places at once, and are written when all of them are there."""

    def __init__(self, warc: WarcAppender) -> None:
        self._warc = warc
        self._unwritten: list[_Unwritten] = []

    def add(self, record: bytes) -> RecordStart:
        """Return where the record will begin once the batch is written."""
        last = self._unwritten[-1] if self._unwritten else None
        if last is None or last.end + len(record) > files.MAX_FILE_BYTES:
            if last:
                self._warc.set_known_length(last.file.id, last.end)
            file = self._warc.file_for(len(record))
            last = _Unwritten(file, file.length)
            self._unwritten.append(last)
        start = RecordStart(last.file.id, last.end)
        last.records.append(record)
        last.end += len(record)
        return start

    def write(self) -> None:
        """Write the records and flush them; raises StoreError where a write fails."""
        for part in self._unwritten:
            files.append(self._warc.folder / part.file.name, part.file.length, b"".join(part.records))
            self._warc.set_known_length(part.file.id, part.end)
