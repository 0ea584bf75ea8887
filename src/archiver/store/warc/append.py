"""Records at the end of the WARC files, and the rows that say how much of each file is known.

In: an open database inside a transaction, the folder of the files, records. Out: where they stand. Refuses:
to write anywhere but at the known end of the last file. The one surprise: the write lock of the transaction
is what keeps two processes from writing into one another's records.
"""

from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from archiver.store.warc import files
from archiver.store.warc.records import warcinfo_record


def append(db: Database, folder: Path, record: bytes) -> tuple[int, int]:
    """Write a record behind all others, flushed; the id of its file, and where it stands in it."""
    file_id, name, offset = place_for(db, folder, len(record))
    files.append(folder / name, offset, record)
    set_known_length(db, file_id, offset + len(record))
    return file_id, offset


def place_for(db: Database, folder: Path, length: int) -> tuple[int, str, int]:
    """The file to append *length* bytes to: its id, name and known end. A new one gets its warcinfo."""
    row = db.execute("SELECT id, name, length FROM warc_files ORDER BY id DESC LIMIT 1").fetchone()
    if row and row[2] + length <= files.MAX_FILE_BYTES:
        return row[0], row[1], row[2]
    number = int(files.FILE_NAME.sub(r"\1", row[1])) + 1 if row else 1
    name = files.file_name(number)
    head = warcinfo_record(name, datetime.now(UTC))
    files.append(folder / name, 0, head)
    return known_file(db, name)[0], name, len(head)


def known_file(db: Database, name: str) -> tuple[int, int]:
    """The row of a file, which is made where there is none: its id, and how many bytes of it are known."""
    db.execute("INSERT INTO warc_files (name, length) VALUES (?, 0) ON CONFLICT DO NOTHING", (name,))
    row: tuple[int, int] = db.execute("SELECT id, length FROM warc_files WHERE name = ?", (name,)).fetchone()
    return row


def set_known_length(db: Database, file_id: int, length: int) -> None:
    """So many bytes of the file are whole records with their rows."""
    db.execute("UPDATE warc_files SET length = ? WHERE id = ?", (length, file_id))
