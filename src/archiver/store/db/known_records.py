"""What a database knows of the WARC files beside it: which files they are, and where their records begin.

By this, records that are found inside damage are told from what a site has put into a payload.
"""

from collections.abc import Iterator
from pathlib import Path

from sqlite_utils import Database

from archiver.store.warc import files
from archiver.store.warc.append import COLUMNS, KnownFile
from archiver.store.warc.files import RecordSpan
from archiver.store.warc.records import Warcinfo, is_record_of

_SPANS = """
SELECT CAST(warc_offset AS INTEGER), CAST(warc_length AS INTEGER) FROM (
  SELECT warc_offset, warc_length FROM captures WHERE warc_file_id = :file
  UNION ALL SELECT warc_offset, warc_length FROM overrides WHERE warc_file_id = :file
  UNION ALL SELECT warc_offset, 0 FROM thresholds WHERE warc_file_id = :file
  UNION ALL SELECT DISTINCT warc_offset, 0 FROM retired_cards WHERE warc_file_id = :file
)
"""
"""Integers also where somebody else wrote something else into the columns."""
_SAMPLES = 4
"""Captures by which a file is recognized where the database knows no id of it."""


class KnownRecords:
    """The files and records that one database knows."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def archive_id(self) -> str | None:
        """Return the id of the archive; None where no file of this version was written yet."""
        row = self._db.execute(
            "SELECT archive FROM warc_files WHERE archive IS NOT NULL ORDER BY id LIMIT 1"
        ).fetchone()
        return row[0] if row else None

    def files(self) -> dict[str, KnownFile]:
        """Return the files by name, in the order in which they were begun."""
        rows = self._db.execute(f"SELECT {COLUMNS} FROM warc_files ORDER BY id")
        return {file.name: file for file in map(KnownFile._make, rows)}

    def file(self, name: str, warcinfo: Warcinfo | None) -> KnownFile | None:
        """Return the file with that warcinfo, whatever its name is; by its name where either is unknown."""
        known = self.files()
        if warcinfo:
            found = next((file for file in known.values() if file.warcinfo_id == warcinfo.id), None)
            if found:
                return found
        named = known.get(name)
        return named if named and (warcinfo is None or named.warcinfo_id is None) else None

    def is_file(self, file: KnownFile, path: Path, warcinfo: Warcinfo | None) -> bool | None:
        """Return whether the file at *path*, with that warcinfo, is the one that the database knows.

        Where it knows no warcinfo, a few captures are looked for at their places: damage hides one of them,
        but not all. None where that does not let tell.
        """
        if file.warcinfo_id:
            return warcinfo.id == file.warcinfo_id if warcinfo else None
        rows = self._db.execute(
            "SELECT key, warc_offset FROM captures WHERE warc_file_id = ?"
            f" AND typeof(warc_offset) = 'integer' AND warc_offset BETWEEN 0 AND ? LIMIT {_SAMPLES}",
            (file.id, path.stat().st_size),
        ).fetchall()
        if any(is_record_of(files.head_at(path, offset), key) for key, offset in rows):
            return True
        return False if len(rows) == _SAMPLES else None

    def refusal(
        self, name: str, warcinfo: Warcinfo | None, former: "KnownRecords | None" = None
    ) -> str | None:
        """Return why a file that has no row here is none to be read: it is a copy, or of another archive.

        None where it may be ours: a process was interrupted, or has just begun it. *former* is the database
        that this one is to replace.
        """
        if warcinfo is None:
            return None
        for file in self.files().values():
            if file.warcinfo_id == warcinfo.id:
                return f"is a copy of {file.name}"
        ours = self.archive_id() or (former.archive_id() if former else None)
        if ours in (None, warcinfo.archive_id):
            return None
        if warcinfo.archive_id is None and former and former.file(name, warcinfo):
            return None  # written by a former version
        return "is of another archive"

    def spans(self, file: KnownFile) -> Iterator[RecordSpan]:
        """Yield where the records of the file are, in any order."""
        return map(RecordSpan._make, self._db.execute(_SPANS, {"file": file.id}))
