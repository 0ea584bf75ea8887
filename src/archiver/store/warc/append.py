"""Records appended to the WARC files, and the rows that say how much of each file is known.

A record is written at the known end of the last file and nowhere else. Every method needs a transaction: its
write lock keeps two processes from writing into each other's records.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlite_utils import Database

from archiver.store.warc import files
from archiver.store.warc.records import Warcinfo, new_id, warcinfo_record

COLUMNS = "id, name, length, warcinfo, archive"
"""The columns of `KnownFile`."""


class RecordStart(NamedTuple):
    """Where a record begins: the row of its file, and its offset in bytes."""

    file_id: int
    offset: int


Record = Callable[[str | None], bytes]
"""Makes a record for the file whose warcinfo has that id."""


class PlacedRecord(NamedTuple):
    """Where a record is, and how many bytes it takes."""

    start: RecordStart
    length: int


class KnownFile(NamedTuple):
    """The row of a WARC file: the database knows its records up to *length*, in bytes.

    `warcinfo_id` is None where it is not known yet, `archive_id` in files of former versions.
    """

    id: int
    name: str
    length: int
    warcinfo_id: str | None
    archive_id: str | None

    @property
    def named_by_records(self) -> str | None:
        """The id of the warcinfo where the file's records name it, else None."""
        return self.warcinfo_id if self.archive_id else None


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

    def append(self, record: Record) -> PlacedRecord:
        """Append a record and flush it to the disk."""
        batch = self.batch()
        placed = batch.add(record)
        batch.write()
        return placed

    def batch(self) -> "AppendBatch":
        """Return a batch of records that are written together, with one flush for each file."""
        return AppendBatch(self)

    def add_file(self, name: str, warcinfo: Warcinfo | None) -> KnownFile:
        """Add the row of a file of which no record is known, where it has none; return the row."""
        self._db.execute(
            "INSERT INTO warc_files (name, length, warcinfo, archive) VALUES (?, 0, ?, ?)"
            " ON CONFLICT (name) DO NOTHING",
            (name, *(warcinfo or (None, None))),
        )
        row = self._db.execute(f"SELECT {COLUMNS} FROM warc_files WHERE name = ?", (name,)).fetchone()
        return KnownFile(*row)

    def remove_file(self, file_id: int) -> None:
        """Remove the row of a file that holds no record."""
        self._db.execute("DELETE FROM warc_files WHERE id = ?", (file_id,))

    def set_warcinfo(self, file_id: int, warcinfo: Warcinfo) -> None:
        """Note what the first record of the file says."""
        self._db.execute("UPDATE warc_files SET warcinfo = ?, archive = ? WHERE id = ?", (*warcinfo, file_id))

    def set_known_length(self, file_id: int, length: int) -> None:
        """Note that the records in the first *length* bytes of the file have their rows."""
        self._db.execute("UPDATE warc_files SET length = ? WHERE id = ?", (length, file_id))

    def last_file(self) -> KnownFile | None:
        """Return the last file, if it is there and its records name its warcinfo: then more may follow."""
        row = self._db.execute(f"SELECT {COLUMNS} FROM warc_files ORDER BY id DESC LIMIT 1").fetchone()
        file = KnownFile(*row) if row else None
        if file is None or not file.length or not file.named_by_records:
            return None
        return file if files.path_in(self.folder, file.name).is_file() else None

    def begin_file(self) -> KnownFile:
        """Begin a new file with its warcinfo record, under a name that no file has."""
        rows = self._db.execute("SELECT name, archive FROM warc_files ORDER BY id").fetchall()
        there = files.list_files(self.folder)
        taken = {*(name for name, _ in rows), *(path.name for path in there)}
        name = files.file_name(1 + max(map(files.file_number, taken), default=0))
        # a transaction that was rolled back leaves the file that it began, and the database without an id
        begun = (warcinfo.archive_id for path in there if (warcinfo := files.warcinfo_of(path)))
        ids = itertools.chain((archive_id for _, archive_id in rows), begun)
        warcinfo = Warcinfo(new_id(), next(filter(None, ids), None) or new_id())
        head = warcinfo_record(name, self.now(), warcinfo)
        files.append(self.folder / name, 0, head)
        return self.add_file(name, warcinfo)._replace(length=len(head))


class AppendBatch:
    """Records that get their places at once, and are written when all of them are there."""

    def __init__(self, warc: WarcAppender) -> None:
        self._warc = warc
        self._unwritten: list[_Unwritten] = []

    def add(self, record: Record) -> PlacedRecord:
        """Return where the record will be once the batch is written."""
        if not self._unwritten and (file := self._warc.last_file()):
            self._open(file)
        part = self._unwritten[-1] if self._unwritten else None
        data = record(part.file.warcinfo_id) if part else b""
        if part is None or part.end + len(data) > files.MAX_FILE_BYTES:
            if part:
                self._warc.set_known_length(part.file.id, part.end)
            part = self._open(self._warc.begin_file())
            data = record(part.file.warcinfo_id)
        start = RecordStart(part.file.id, part.end)
        part.records.append(data)
        part.end += len(data)
        return PlacedRecord(start, len(data))

    def _open(self, file: KnownFile) -> _Unwritten:
        self._unwritten.append(_Unwritten(file, file.length))
        return self._unwritten[-1]

    def write(self) -> None:
        """Write the records and flush them; raises StoreError where a write fails."""
        for part in self._unwritten:
            files.append(
                files.path_in(self._warc.folder, part.file.name), part.file.length, b"".join(part.records)
            )
            self._warc.set_known_length(part.file.id, part.end)
