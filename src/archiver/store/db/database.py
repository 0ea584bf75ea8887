"""Opening and closing `archive.db`, and SQLite's errors in our words.

In: a path and what is to be done with it. Out: a `sqlite_utils.Database`, migrated, with foreign keys on.
Refuses: a database written by a newer version, and one that is none. The one surprise: the journal is a
write-ahead log while a writer has the archive open, and gone when it is closed: at rest an archive is a
single file that can be copied and served read-only.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlite_utils import Database

from archiver.errors import CorruptError, SchemaTooNewError, StoreError
from archiver.store.db.schema import migrations
from archiver.store.db.search import indexed

LOCK_TIMEOUT_S = 5.0
"""How long a command waits for another one that is writing."""
CACHE_BYTES = 64 << 20
"""What a writer holds of the database in memory at the most."""


def connect(path: Path, *, write: bool) -> Database:
    """The database at *path*; for writing it is made and migrated where needed.

    Raises StoreError when it cannot be opened, SchemaTooNewError, CorruptError.
    """
    connection: sqlite3.Connection | None = None
    try:
        uri = f"{path.absolute().as_uri()}?mode={'rwc' if write else 'ro'}"
        connection = sqlite3.connect(uri, uri=True, timeout=LOCK_TIMEOUT_S, check_same_thread=False)
        # One statement that sees through a file which is no database before anything relies on it.
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        db = Database(connection, execute_plugins=False)
        _check_version(db, path)
        if not write and migrations.applied(db) and migrations.pending(db):
            # an older version's archive, which has not been written to since: it is brought up to date first
            db.close()
            close(connect(path, write=True), write=True)
            return connect(path, write=False)
        db.execute("PRAGMA foreign_keys = ON")
        if write:
            # An index of keys is written to all over: within SQLite's own 2 MiB that takes twice the time.
            db.execute(f"PRAGMA cache_size = -{CACHE_BYTES >> 10}")
            db.execute("PRAGMA journal_mode = WAL")
            # The WARC files are the record and are flushed one by one; rows that a power cut takes are
            # found again there, so the log need not be flushed at every commit.
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
    """Close the database, and leave one file where no other process has it open."""
    if write:
        with suppress(sqlite3.Error):  # another process reads it: the log stays until that one closes
            db.execute("PRAGMA journal_mode = DELETE")
    db.close()


@contextmanager
def transaction(db: Database, *, keep: bool = True) -> Iterator[None]:
    """One transaction that holds the write lock from its start; inside another one, a part of that.

    Unless its writes are to be kept, they are taken back at the end.

    `Database.atomic()` begins a deferred one: two crawls could then both append to one WARC file before
    the second of them learns that it has to wait.
    """
    if db.conn.in_transaction:
        yield
        return
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.conn.execute("COMMIT" if keep else "ROLLBACK")
    except BaseException:  # Ctrl-C, too, must not leave a transaction open for the next writer to join
        db.rollback()
        raise


def store_error(error: sqlite3.Error, path: Path) -> StoreError:
    """SQLite's error as ours: one line that says what to do."""
    text = str(error)
    if "locked" in text:
        return StoreError(f"{path}: another process is writing to this archive; try again when it is done")
    if "full" in text:
        return StoreError(f"{path}: the disk is full; make room and run the same command again")
    if "not a database" in text or "malformed" in text or "corrupt" in text:
        return CorruptError(
            f"{path}: the database is damaged ({text}); rebuild the archive", remedy="rebuild"
        )
    if "no such table" in text or "no such column" in text:
        return CorruptError(
            f"{path}: lacks what this version reads ({text}); dedupe migrates an older version's database,"
            " else rebuild the archive",
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
            f"{path}: was written by a newer archiver (it has the change {unknown[-1]!r}); upgrade archiver"
        )
