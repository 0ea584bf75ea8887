"""Opening and closing `archive.db`, and SQLite's errors as ours.

A path comes in; a migrated `sqlite_utils.Database` with foreign keys on goes out. A database of a newer
version, or a file that is none, is refused. The journal is a write-ahead log while a writer has the archive
open. Closing removes it: at rest an archive is one file that can be copied and served read-only.
"""

import sqlite3
from contextlib import suppress
from pathlib import Path

from sqlite_utils import Database

from archiver.errors import CorruptError, SchemaTooNewError, StoreError
from archiver.store.db.schema import migrations
from archiver.store.db.search import indexed

LOCK_TIMEOUT_S = 5.0
"""How long a command waits for the write lock of another one, in seconds."""
CACHE_BYTES = 64 << 20
"""SQLite's page cache of a writer. With its default of 2 MiB the index of keys takes twice the time."""


def connect(path: Path, *, write: bool) -> Database:
    """Open the database at *path*; for writing, create and migrate it where needed.

    Raises:
        StoreError: where it cannot be opened.
        SchemaTooNewError: where a newer version wrote it.
        CorruptError: where it is damaged, or no database.
    """
    connection: sqlite3.Connection | None = None
    try:
        uri = f"{path.absolute().as_uri()}?mode={'rwc' if write else 'ro'}"
        connection = sqlite3.connect(uri, uri=True, timeout=LOCK_TIMEOUT_S, check_same_thread=False)
        # the first statement fails where the file is no database
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        db = Database(connection, execute_plugins=False)
        _check_version(db, path)
        if not write and migrations.applied(db) and migrations.pending(db):
            # written by an older version only: migrate it first
            db.close()
            close(connect(path, write=True), write=True)
            return connect(path, write=False)
        db.execute("PRAGMA foreign_keys = ON")
        if write:
            db.execute(f"PRAGMA cache_size = -{CACHE_BYTES >> 10}")
            db.execute("PRAGMA journal_mode = WAL")
            # Rows that a power cut takes are recovered from the WARC files, which are flushed one by one.
            db.execute("PRAGMA synchronous = NORMAL")
            connection.create_function("indexed", 1, indexed, deterministic=True)  # for posts_fts
            migrations.apply(db)
        return db
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        raise store_error(error, path) from error
    except StoreError:
        if connection is not None:
            connection.close()
        raise


def close(db: Database, *, write: bool) -> None:
    """Close the database; one file is left unless another process has it open."""
    if write:
        with suppress(sqlite3.Error):  # another process reads it, and removes the log when it closes
            db.execute("PRAGMA journal_mode = DELETE")
    db.close()


def store_error(error: sqlite3.Error, path: Path) -> StoreError:
    """Return SQLite's error as ours: one line that says what to do."""
    text = str(error)
    if "locked" in text:
        return StoreError(f"{path}: another process is writing to the archive; try again when it is done")
    if "full" in text:
        return StoreError(f"{path}: the disk is full; free some space and run the same command again")
    if "not a database" in text or "malformed" in text or "corrupt" in text:
        return CorruptError(
            f"{path}: the database is damaged ({text}); rebuild the archive", remedy="rebuild"
        )
    if "no such table" in text or "no such column" in text:
        return CorruptError(
            f"{path}: the database lacks tables of this version ({text}): dedupe migrates it, else"
            " rebuild the archive",
            remedy="rebuild",
        )
    return StoreError(f"{path}: {text}")


def _check_version(db: Database, path: Path) -> None:
    empty = Database(memory=True, execute_plugins=False)
    known = {migration.name for migration in migrations.pending(empty)}
    empty.close()
    unknown = [migration.name for migration in migrations.applied(db) if migration.name not in known]
    if unknown:
        raise SchemaTooNewError(
            f"{path}: written by a newer version (migration {unknown[-1]!r}); upgrade archiver"
        )
