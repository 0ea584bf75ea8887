"""The archive on disk: `archive.db` and `warc/`, opened together.

A row never points to bytes that are not on the disk. Opening for writing first recovers the records that have
no row, as an interrupted run leaves them. So an empty database next to a full `warc/` folder is filled again.
"""

import sqlite3
import traceback
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from sqlite_utils import Database

from archiver.errors import ConfigError, StoreError
from archiver.filters import CaptureFilter, PostFilter
from archiver.store.db import database
from archiver.store.db.captures import Captures
from archiver.store.db.cards import Cards
from archiver.store.db.dedupe_state import DedupeState
from archiver.store.db.export_rows import EXPORTS, captures_of, last_revised_at, posts_where
from archiver.store.db.frontier import Frontier
from archiver.store.db.known_records import KnownRecords
from archiver.store.db.lock import folder_lock
from archiver.store.db.lookup import Lookup
from archiver.store.db.overrides import Overrides
from archiver.store.db.overview import Overview
from archiver.store.db.pages import Pages
from archiver.store.db.pauses import Pauses
from archiver.store.db.posts import Posts
from archiver.store.db.published import Published
from archiver.store.db.retired_cards import RetiredCards
from archiver.store.db.sites import Sites
from archiver.store.db.thresholds import Thresholds
from archiver.store.db.transaction import snapshot, transaction
from archiver.store.db.visits import Visits
from archiver.store.db.web_index import WebIndex
from archiver.store.db.windows import Windows
from archiver.store.recovery import Recovered, Recovery
from archiver.store.warc import files
from archiver.store.warc.append import WarcAppender

DB_NAME = "archive.db"
Mode = Literal["read", "write", "create"]


def utc_now() -> datetime:
    """Return the time of the system's clock in UTC."""
    return datetime.now(UTC)


def has_warc_files(folder: Path) -> bool:
    """Return whether the archive folder holds records from which a database can be rebuilt."""
    return bool(files.list_files(folder / "warc"))


def remove_database(path: Path) -> None:
    """Remove a database with its journals; a journal left behind would be applied to the next database."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


class Store:
    """One archive folder, as a context manager; its parts exist while it is open.

    Any thread may use it, but only one at a time. SQLite's errors leave the `with` block as StoreError.

    Args:
        folder: the archive's folder.
        mode: `read` writes nothing, `write` needs an archive (ConfigError), `create` begins one if needed.
        db_name: the name of the database in the folder.
        now: the clock that dates overrides, thresholds, retired cards and new WARC files.
        former: what the database knows that this one is to replace; the caller holds the folder's lock alone.

    Attributes:
        captures: what was received, with its payloads.
        pages: what the parser made of each capture.
        cards: the cards of the pages, and their sightings.
        posts: what `dedupe` made of the cards.
        published: the posts as a static site shows them.
        lookup: posts and cards by id or by words.
        overrides: manual decisions that two cards are one post, or are not.
        thresholds: the scores from which on two cards are one post.
        retired_cards: cards that no page shows any more.
        frontier: what the crawls still have to fetch.
        pauses: until when no request may be sent to a host.
        visits: when each source was crawled last, and what its captures show of its pace.
        sites: which pages belong to one site, and their blocks.
        dedupe_state: the state between two runs of `dedupe`.
        windows: what each page shows, beside what it showed before.
        web_index: the captures as the index of a web archive lists them.
        known_records: which WARC files the database knows, and where their records are.
        overview: what a feed says of the archive as a whole.
        recovered: what opening recovered.
        is_new: whether opening began the archive.
    """

    db: Database
    captures: Captures
    pages: Pages
    cards: Cards
    posts: Posts
    published: Published
    lookup: Lookup
    overrides: Overrides
    thresholds: Thresholds
    retired_cards: RetiredCards
    frontier: Frontier
    pauses: Pauses
    visits: Visits
    sites: Sites
    dedupe_state: DedupeState
    web_index: WebIndex
    windows: Windows
    known_records: KnownRecords
    overview: Overview

    def __init__(
        self,
        folder: Path,
        mode: Mode,
        db_name: str = DB_NAME,
        now: Callable[[], datetime] = utc_now,
        former: KnownRecords | None = None,
    ) -> None:
        self.folder = folder
        self.warc_folder = folder / "warc"
        self.db_path = folder / db_name
        self.recovered: tuple[Recovered, ...] = ()
        self.is_new = False
        self._mode = mode
        self._write = mode != "read"
        self._now = now
        self._former = former
        self._lock = ExitStack()

    def __enter__(self) -> Self:
        if self._mode == "create":
            self.is_new = not self.db_path.exists() and not has_warc_files(self.folder)
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(f"{self.folder}: cannot create the folder: {error.strerror}") from error
        elif not self.db_path.is_file():
            if has_warc_files(self.folder):
                raise ConfigError(f"{self.db_path}: is missing; rebuild it from warc/", remedy="rebuild")
            raise ConfigError(f"{self.db_path}: no archive here; crawl a source", remedy="crawl")
        self.resume()
        try:
            self._open()
        except BaseException:
            self.rest()
            raise
        return self

    def resume(self) -> None:
        """Hold the lock of the folder with other writers; a new database is locked by who builds it.

        Raises StoreError where another process is replacing the database.
        """
        if self._write and self.db_path.name == DB_NAME:
            self._lock.enter_context(folder_lock(self.folder, alone=False))

    def rest(self) -> None:
        """Let go of the lock until `resume`: the database may be replaced, and nothing is to be written."""
        self._lock.close()

    def _open(self) -> None:
        self.db = database.connect(self.db_path, write=self._write)
        self._file = database.file_id(self.db_path)
        warc = WarcAppender(self.db, self.warc_folder, self._now)
        self.frontier = Frontier(self.db)
        self.pauses = Pauses(self.db, self._now)
        self.visits = Visits(self.db)
        self.captures = Captures(self.db, warc, self.frontier)
        self.retired_cards = RetiredCards(self.db, warc)
        self.pages = Pages(self.db, self.retired_cards)
        self.cards = Cards(self.db)
        self.posts = Posts(self.db)
        self.published = Published(self.db)
        self.lookup = Lookup(self.db)
        self.overrides = Overrides(self.db, warc)
        self.thresholds = Thresholds(self.db, warc)
        self.dedupe_state = DedupeState(self.db, self.overrides, self.posts)
        self.sites = Sites(self.db)
        self.windows = Windows(self.db)
        self.web_index = WebIndex(self.db)
        self.known_records = KnownRecords(self.db)
        self.overview = Overview(self.db)
        if not self._write:
            return
        recovery = Recovery(
            self.db,
            warc,
            self.captures,
            self.overrides,
            self.thresholds,
            self.retired_cards,
            self._former,
        )
        try:
            self.recovered = tuple(recovery.run())
        except BaseException as error:
            self.__exit__(type(error), error, None)
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        stack: TracebackType | None,
    ) -> None:
        if error:
            # Half-read rows in the locals of these frames would keep the closed database locked.
            traceback.clear_frames(stack)
        with self._lock:
            # where a rebuild has replaced the file meanwhile, the journals by its name are not ours
            database.close(self.db, write=self._write and self._file == database.file_id(self.db_path))
        if isinstance(error, sqlite3.Error):
            raise database.store_error(error, self.db_path) from error

    def atomic(self, *, keep: bool = True) -> AbstractContextManager[None]:
        """Make the writes inside one transaction; with *keep* False they are rolled back at its end."""
        return transaction(self.db, keep=keep)

    def at_one_moment(self) -> AbstractContextManager[None]:
        """Read everything inside as it is at one moment, whatever other processes write meanwhile."""
        return snapshot(self.db)

    def rows(self, kind: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of an export: posts, cards, captures or revisions."""
        return EXPORTS[kind](self.db)

    def posts_where(self, where: PostFilter, gone: Collection[str] = ()) -> Iterator[dict[str, Any]]:
        """Yield the posts of a filter; *gone* are the ids of the posts that are gone, if it asks for them."""
        return posts_where(self.db, where, gone)

    def captures_where(self, where: CaptureFilter) -> Iterator[dict[str, Any]]:
        """Yield the captures of a filter, the latest first."""
        return captures_of(self.db, where)

    def last_revised_at(self, where: PostFilter, gone: Collection[str] = ()) -> str | None:
        """Return when the last revision of the posts of a filter was first seen; None where there is none."""
        return last_revised_at(self.db, where, gone)

    def warc_bytes(self) -> Iterator[tuple[str, int, Iterator[bytes]]]:
        """Yield the name, the known length and that many bytes of each WARC file."""
        for name, file in self.known_records.files().items():
            yield name, file.length, files.read_bytes(files.path_in(self.warc_folder, name), file.length)

    def counts(self) -> dict[str, int]:
        """Count the rows of each table, the pages with an error or unread, and the interrupted crawls."""
        names = ("captures", "payloads", "cards", "sightings", "posts", "revisions")
        counted = {name: self._count(name) for name in names}
        counted["unreadable"] = self._count("pages WHERE error IS NOT NULL")
        counted["unread"] = self._count("pages WHERE error IS NOT NULL AND parser_version IS NULL")
        counted["in_no_post"] = self._count("cards WHERE post_id IS NULL")
        counted["interrupted"] = self.frontier.interrupted()
        return counted

    def _count(self, rows: str) -> int:
        return int(self.db.execute(f"SELECT count(*) FROM {rows}").fetchone()[0])
