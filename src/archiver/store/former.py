"""The database that a rebuild replaces: what it still knows, and how it gives way to the new one.

The folder is locked alone meanwhile. The former database may be missing, damaged, or that of another archive;
in the last two cases nothing is read from it, and it is kept under another name.
"""

import logging
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from archiver.errors import CorruptError, StoreError
from archiver.store.db import database
from archiver.store.db.known_records import KnownRecords
from archiver.store.db.lock import folder_lock
from archiver.store.store import DB_NAME, Store, remove_database
from archiver.store.warc import files

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
_JOURNALS = ("-wal", "-shm", "-journal")


class FormerDatabase:
    """The database of an archive that is being rebuilt, as a context manager.

    Attributes:
        new_name: the name of the new database until it is whole.
        kept: the name under which the former database is kept; None where all of it was taken over.
    """

    new_name = f"{DB_NAME}.new"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / DB_NAME
        self.kept: str | None = None
        self._store: Store | None = None
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            opening.enter_context(folder_lock(self.folder, alone=True))
            remove_database(self.folder / self.new_name)
            if self.path.exists():
                try:
                    self._settle()
                    self._store = opening.enter_context(Store(self.folder, "read"))
                    if not self._is_of_these_files(self._store):
                        self._give_up("is the database of another archive")
                except database.DAMAGE_ERRORS as error:
                    self._give_up(f"cannot be read: {error.__cause__ or error}")
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._open.close()

    def _settle(self) -> None:
        """Migrate the database, and put it into one file: a journal would be applied to the new one."""
        db = database.connect(self.path, write=True)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        database.close(db, write=True)
        if database.has_log(self.path):
            raise StoreError(f"{self.path}: another process reads the archive; try again when it is done")

    def _is_of_these_files(self, store: Store) -> bool:
        """Whether the database knows one of the WARC files; also where that cannot be told."""
        known = store.known_records.files()
        ids = {file.warcinfo_id for file in known.values()}
        verdicts = set[bool | None]()
        for path in files.list_files(store.warc_folder):
            warcinfo = files.warcinfo_of(path)
            if warcinfo and warcinfo.id in ids:  # under whatever name
                return True
            if file := known.get(path.name):
                verdicts.add(store.known_records.is_file(file, path, warcinfo))
        return True in verdicts or False not in verdicts

    def _give_up(self, fault: str) -> None:
        """Read nothing more from the database, and keep it: say so before anything is dropped."""
        self._store = None
        self.kept = self._free_name()
        logger.warning(
            "%s: %s; only what the WARC files hold is rebuilt, and this database is kept as %s",
            self.path,
            fault,
            self.kept,
        )

    def _free_name(self) -> str:
        """Return a name for the kept database; that of an interrupted rebuild, where this one has it."""
        number = 1
        while True:
            name = f"{DB_NAME}.old" if number == 1 else f"{DB_NAME}.old-{number}"
            there = self.folder / name
            if not there.exists() or there.samefile(self.path):
                return name
            number += 1

    def known_records(self) -> KnownRecords | None:
        """Return what the database knows of the WARC files; None where it is of no use."""
        return self._store.known_records if self._store else None

    def read(self, reader: Callable[[Store], Result], default: Result) -> Result:
        """Return what *reader* takes from the database; *default* where that cannot be read."""
        if self._store is None:
            return default
        try:
            return reader(self._store)
        except sqlite3.Error as error:
            if not isinstance(database.store_error(error, self.path), CorruptError):
                raise
            damage: Exception = error
        except database.DAMAGE_ERRORS as error:
            damage = error
        self._give_up(f"is damaged ({damage})")
        return default

    def replace(self) -> None:
        """Put the new database in the place of the former one: at any moment there is one of the two."""
        kept = self.folder / self.kept if self.kept else None
        if kept and not kept.exists():
            try:
                os.link(self.path, kept)
            except OSError:  # a file system without hard links
                shutil.copy2(self.path, kept)
        for journal in _JOURNALS:
            path = self.path.with_name(self.path.name + journal)
            if kept and path.exists():
                path.replace(kept.with_name(kept.name + journal))
            path.unlink(missing_ok=True)
        (self.folder / self.new_name).replace(self.path)
        files.flush_folder(self.folder)
