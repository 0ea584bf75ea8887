"""Opening and closing `archive.db`, and SQLite's errors as ours.

A path comes in; a migrated `sqlite_utils.Database` with foreign keys on goes out. A database of a newer
version, or a file that is none, is refused. The journal is a write-ahead log while a writer has the archive
open. Closing removes it: at rest an archive is one file that can be copied and served read-only.
"""

import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlite_utils import Database

from archiver.errors import CorruptError, SchemaTooNewError, StoreError
from archiver.store.db.lock import LOCK_TIMEOUT_S, POLL_S, folder_lock
from archiver.store.db.schema import migrations
from archiver.store.db.search import indexed
from archiver.store.db.transaction import transaction

ARCHIVE_ERRORS = (StoreError, sqlite3.Error, OSError)
"""What the store raises where the archive cannot be read or written; any other error is one value's."""
DAMAGE_ERRORS = (CorruptError, TypeError, ValueError, LookupError)
"""What reading a damaged database raises: SQLite checks no values, and any may be of another type."""
CACHE_BYTES = 64 << 20
"""SQLite's page cache of a writer. With its default of 2 MiB the index of keys takes twice the time."""
LOG_BYTES = 4 << 20
"""What the write-ahead log of an open archive shrinks to, once a larger transaction has been checkpointed.

SQLite checkpoints at about this size. Without a limit the file keeps the size of the largest transaction.
"""
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 256 << 20,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1 << 20,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 20,
}
"""Far above what our own rows and statements need; a schema by another hand may ask for no more."""


_OTHER_TABLE = "SELECT 1 FROM sqlite_schema WHERE tbl_name <> '_sqlite_migrations' LIMIT 1"


def connect(path: Path, *, write: bool) -> Database:
    """Open the database at *path*; for writing, create and migrate it where needed.

    Another process may be opening, migrating or closing it: it is tried again for as long as a lock is waited
    for, since SQLite does not wait where the journal changes.

    Raises:
        StoreError: where it cannot be opened.
        SchemaTooNewError: where a newer version wrote it.
        CorruptError: where it is damaged, or no archive.
    """
    end = time.monotonic() + LOCK_TIMEOUT_S
    while True:
        try:
            return _for_writing(path) if write else _for_reading(path)
        except sqlite3.Error as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise store_error(error, path) from error
        except UnicodeDecodeError as error:  # the names of migrations
            raise _damaged(path, error) from error
        time.sleep(POLL_S)


def _for_writing(path: Path) -> Database:
    with _opened(f"{path.absolute().as_uri()}?mode=rwc", path) as db:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute(f"PRAGMA cache_size = -{CACHE_BYTES >> 10}")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}").fetchall()
        # Rows that a power cut takes are recovered from the WARC files, which are flushed one by one.
        db.execute("PRAGMA synchronous = NORMAL")
        _migrate(db)
        return db


def _for_reading(path: Path) -> Database:
    uri = f"{path.absolute().as_uri()}?mode=ro"
    try:
        return _migrated_for_reading(uri, path)
    except sqlite3.OperationalError as error:
        code = getattr(error, "sqlite_errorcode", None)  # which errors of Python's own lack
        if code == sqlite3.SQLITE_READONLY_ROLLBACK:
            return _for_reading_after_writing(path) if _is_writable(path) else _rolled_back_copy(path)
        if "locked" in str(error) or _is_writable(path) or has_log(path):
            raise
        # A copy of an open database on a medium that is only read: SQLite cannot begin the files that it
        # would share with writers.
        return _migrated_for_reading(f"{uri}&immutable=1", path)


def _migrated_for_reading(uri: str, path: Path) -> Database:
    with _opened(uri, path) as db:
        if migrations.pending(db):
            if not _is_writable(path):
                return _migrated_copy(db)
            db.close()
            return _for_reading_after_writing(path)
        db.execute("PRAGMA foreign_keys = ON")
        return db


def _for_reading_after_writing(path: Path) -> Database:
    """Open a database for reading that has first to be migrated, or rolled back after a kill."""
    with folder_lock(path.parent, alone=False):
        close(_for_writing(path), write=True)
    return _for_reading(path)


def _rolled_back_copy(path: Path) -> Database:
    """Return a migrated copy of a database that a killed process was changing, and that can only be read."""
    with TemporaryDirectory() as folder:
        copy = Path(folder, path.name)
        for suffix in ("", "-journal"):
            shutil.copyfile(f"{path}{suffix}", f"{copy}{suffix}")
        with _opened(copy.as_uri(), path) as db:
            return _migrated_copy(db)


@contextmanager
def _opened(uri: str, path: Path) -> Iterator[Database]:
    """Open a database that somebody else may have written; it is closed again where that fails."""
    connection = sqlite3.connect(uri, uri=True, timeout=LOCK_TIMEOUT_S, check_same_thread=False)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")  # views and triggers call no function of ours
        connection.execute("PRAGMA cell_size_check = ON")
        if sys.version_info >= (3, 12):
            connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
        for limit, value in _LIMITS.items():
            connection.setlimit(limit, value)
        db = Database(connection, execute_plugins=False)
        _check_version(db, path)
        yield db
    except BaseException:
        connection.close()
        raise


def _migrate(db: Database) -> None:
    """Apply the migrations that are due, in one transaction: two processes may open a new archive at once."""
    db.conn.create_function("indexed", 1, indexed, deterministic=True)  # for posts_fts
    if migrations.pending(db):
        with transaction(db):
            migrations.apply(db)


def _migrated_copy(db: Database) -> Database:
    """Return a copy in a temporary file of SQLite's own, migrated; the original can only be read."""
    connection = sqlite3.connect("", check_same_thread=False)
    db.conn.backup(connection)
    db.close()
    copy = Database(connection, execute_plugins=False)
    _migrate(copy)
    return copy


def _is_writable(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def has_log(path: Path) -> bool:
    """Whether a write-ahead log beside the database holds rows of an interrupted or running command."""
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0


def file_id(path: Path) -> tuple[int, int] | None:
    """Return which file the path leads to, as device and inode: another one after a rebuild."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


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
    if "readonly" in text or "read-only" in text:
        return StoreError(f"{path}: cannot be written to; this command changes the archive")
    if "unable to open" in text:
        return StoreError(
            f"{path}: cannot be opened ({text}); copy the archive to a disk that can be written to"
        )
    if "full" in text:
        return StoreError(f"{path}: the disk is full; free some space and run the same command again")
    if any(word in text for word in ("not a database", "malformed", "corrupt", "decode")):
        return _damaged(path, error)
    if "no such table" in text or "no such column" in text:
        return CorruptError(
            f"{path}: the database lacks tables of this version ({text}): dedupe migrates it, else"
            " rebuild the archive",
            remedy="rebuild",
        )
    return StoreError(f"{path}: {text}")


def _damaged(path: Path, error: Exception) -> CorruptError:
    return CorruptError(f"{path}: the database is damaged ({error}); rebuild the archive", remedy="rebuild")


def _check_version(db: Database, path: Path) -> None:
    empty = Database(memory=True, execute_plugins=False)
    known = {migration.name for migration in migrations.pending(empty)}
    empty.close()
    applied = migrations.applied(db)
    if not applied and db.execute(_OTHER_TABLE).fetchone():
        raise CorruptError(f"{path}: is the database of another program")
    unknown = [migration.name for migration in applied if migration.name not in known]
    if unknown:
        raise SchemaTooNewError(
            f"{path}: written by a newer version (migration {unknown[-1]!r}); upgrade archiver"
        )
