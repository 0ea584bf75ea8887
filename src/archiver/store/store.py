"""The archive on disk: captures into WARC files and rows, computed values into rows, all of it out again.

In: `Capture`, `Page`, `Post` values. Out: the same values, and export rows. Refuses: to point a row at bytes
that are not on the disk. The one surprise: opening for writing first takes in what the WARC files hold
beyond the rows (a run was killed between the two), so an empty database over a full `warc/` folder is
simply filled again.
"""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, NamedTuple, Self

from sqlite_utils import Database

from archiver.errors import ConfigError, StoreError
from archiver.models import Capture, Card, CardCount, Override, Page, Post, Sighting
from archiver.store.db import (
    captures,
    database,
    export_rows,
    ids,
    lookup,
    overrides,
    pages,
    thresholds,
    tombstones,
)
from archiver.store.db.dedupe_state import DedupeState
from archiver.store.db.frontier import Frontier, FrontierEntry
from archiver.store.db.lookup import FoundPosts
from archiver.store.db.pages import FormerPage
from archiver.store.db.posts import read_cards, read_sightings, replace_posts
from archiver.store.db.sites import Sites
from archiver.store.recovery import Recovered, recover
from archiver.store.warc import files
from archiver.store.warc.append import append, place_for, set_known_length
from archiver.store.warc.locate import CapturePlace, RecordPlace, read_capture_at
from archiver.store.warc.records import (
    RetiredCard,
    RetiredCards,
    capture_record,
    former_record,
    override_record,
    request_record,
    threshold_record,
)

DB_NAME = "archive.db"
_AT_ONCE = 1000
Mode = Literal["read", "write", "create"]

EXPORTS = {
    "posts": export_rows.posts,
    "cards": export_rows.cards,
    "captures": export_rows.captures,
    "revisions": export_rows.revisions,
}


class NewCapture(NamedTuple):
    """A capture to be kept, with the head that was sent for it, and the URL of a crawl that it belongs to."""

    capture: Capture
    request: bytes | None = None
    item: FrontierEntry | None = None


@dataclass(frozen=True, slots=True)
class StoredCapture:
    """A capture's row, and whether the archive did not hold the capture before."""

    id: int
    new: bool


@dataclass(slots=True)
class _Written:
    """Records that are to be written behind the known end of a WARC file, and the end that it then has."""

    id: int
    name: str
    start: int
    end: int
    records: list[bytes]


@dataclass(frozen=True, slots=True)
class LastPayload:
    """What the archive holds of a URL, with the validators that the server gave for it."""

    digest: str
    etag: str | None
    last_modified: str | None


def has_warc_files(folder: Path) -> bool:
    """Whether the archive folder holds records from which a database can be made."""
    return bool(files.list_files(folder / "warc"))


def remove_database(path: Path) -> None:
    """Remove a database with its journals: one left behind would be played into the next of that name."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


class Store:
    """One archive folder: `archive.db` and `warc/`. A context manager; every method needs it open.

    Any thread may use it, but only one at a time.

    *mode* `read` writes nothing, `write` needs an archive (ConfigError), `create` begins one where none is.
    SQLite's errors leave the `with` block as StoreError. `recovered` says what opening found, `frontier` what
    its crawls still have to fetch, `sites` which pages belong together, `settled` what `dedupe` last knew.
    """

    db: Database
    frontier: Frontier
    settled: DedupeState
    sites: Sites

    def __init__(self, folder: Path, mode: Mode, db_name: str = DB_NAME) -> None:
        self.folder = folder
        self.warc_folder = folder / "warc"
        self.db_path = folder / db_name
        self.recovered: tuple[Recovered, ...] = ()
        self._mode = mode
        self._write = mode != "read"

    def __enter__(self) -> Self:
        if self._mode == "create":
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(f"{self.folder}: cannot be made: {error.strerror}") from error
        elif not self.db_path.is_file():
            if has_warc_files(self.folder):
                raise ConfigError(f"{self.db_path}: is missing; rebuild it from warc/", remedy="rebuild")
            raise ConfigError(f"{self.db_path}: there is no archive here; crawl a source", remedy="crawl")
        self.db = database.connect(self.db_path, write=self._write)
        self.frontier = Frontier(self.db)
        self.settled = DedupeState(self.db)
        self.sites = Sites(self.db)
        if self._write:
            try:
                self.recovered = tuple(recover(self.db, self.warc_folder, self.frontier))
            except BaseException as error:
                self.__exit__(type(error), error, None)
                raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        database.close(self.db, write=self._write)
        if isinstance(error, sqlite3.Error):
            raise database.store_error(error, self.db_path) from error

    def add_capture(self, capture: Capture) -> StoredCapture:
        """Keep one capture, as `add_captures` does."""
        return self.add_captures([NewCapture(capture)])[0]

    def add_captures(self, captures: Sequence[NewCapture]) -> list[StoredCapture]:
        """Keep the captures: their records into a WARC file, flushed together, then their rows.

        A payload that is held already is not stored again: its capture becomes a revisit of it. One
        transaction: either all are kept or, where the disk refuses, none has a row.
        """
        with database.transaction(self.db):
            written: list[_Written] = []
            kept = [self._add_capture(new, written) for new in captures]
            for file in written:
                files.append(self.warc_folder / file.name, file.start, b"".join(file.records))
                set_known_length(self.db, file.id, file.end)
            return kept

    def _add_capture(self, new: NewCapture, written: list[_Written]) -> StoredCapture:
        """The rows of a capture, and its records among those to be *written*."""
        capture = new.capture
        row = self._row("SELECT id FROM captures WHERE key = ?", capture.key)
        if row:
            kept = StoredCapture(row[0], new=False)
        else:
            original = captures.original_of(self.db, capture)
            record = capture_record(capture, original)
            sent = request_record(capture, new.request) if new.request else b""
            file = self._file_for(len(record) + len(sent), written)
            captures.insert(self.db, capture, file.id, file.end, len(record), is_revisit=original is not None)
            file.records.append(record + sent)
            file.end += len(record) + len(sent)
            kept = StoredCapture(self._row("SELECT id FROM captures WHERE key = ?", capture.key)[0], new=True)
        if new.item:
            self.frontier.hold(new.item, kept.id)
        return kept

    def _file_for(self, length: int, written: list[_Written]) -> _Written:
        """The one of the files to be *written* that takes the next *length* bytes."""
        if written and written[-1].end + length <= files.MAX_FILE_BYTES:
            return written[-1]
        if written:
            set_known_length(self.db, written[-1].id, written[-1].end)
        file_id, name, end = place_for(self.db, self.warc_folder, length)
        written.append(_Written(file_id, name, end, end, []))
        return written[-1]

    def place(self, capture_id: int) -> CapturePlace:
        """Where the capture's records stand."""
        url, captured_at, digest, *own, held_name, held_offset, held_length = self._row(
            "SELECT url, captured_at, digest, own.name, c.warc_offset, c.warc_length, held.name,"
            " p.warc_offset, p.warc_length FROM captures c JOIN payloads p ON p.id = payload_id"
            " JOIN warc_files own ON own.id = c.warc_file_id"
            " JOIN warc_files held ON held.id = p.warc_file_id WHERE c.id = ?",
            capture_id,
        )
        record = RecordPlace(self.warc_folder / own[0], own[1], own[2])
        payload = RecordPlace(self.warc_folder / held_name, held_offset, held_length)
        return CapturePlace(url, captured_at, record, payload, digest)

    def capture(self, capture_id: int) -> Capture:
        """The capture with its payload, which a revisit finds in another record. Raises CorruptError."""
        return read_capture_at(self.place(capture_id))

    def payload(self, digest: str) -> bytes:
        """The payload with that digest. Raises CorruptError where the archive does not hold it."""
        return captures.payload(self.db, self.warc_folder, digest)

    def last_payload(self, url: str) -> LastPayload | None:
        """What a server may be asked to confirm: the last whole payload of the URL that had a validator."""
        row = self._row(
            "SELECT digest, etag, last_modified FROM captures JOIN payloads ON payloads.id = payload_id"
            " JOIN pages ON pages.capture_id = captures.id"
            " WHERE url = ? AND status IN (200, 304) AND pages.error IS NULL"
            " AND (etag IS NOT NULL OR last_modified IS NOT NULL) ORDER BY captured_at DESC, key LIMIT 1",
            url,
        )
        return LastPayload(*row) if row else None

    def unparsed(self) -> Iterator[int]:
        """The ids of the captures that have no page yet; the rows may change on the way."""
        return pages.unparsed(self.db)

    def readings(self) -> Iterator[tuple[int, str, str | None]]:
        """Every capture's id and URL, with its page's reading, likewise."""
        return pages.readings(self.db)

    def has_page(self, capture_id: int) -> bool:
        """Whether the capture has been parsed."""
        return self._row("SELECT 1 FROM pages WHERE capture_id = ?", capture_id) is not None

    def held_page(self, capture_id: int) -> tuple[int, str | None]:
        """How many cards a capture that is held has, and its page's error."""
        row: tuple[int, str | None] = self._row(
            "SELECT (SELECT count(*) FROM sightings WHERE capture_id = captures.id), pages.error"
            " FROM captures LEFT JOIN pages ON pages.capture_id = captures.id WHERE captures.id = ?",
            capture_id,
        )
        return row

    def atomic(self, *, keep: bool = True) -> AbstractContextManager[None]:
        """Make the writes inside one transaction, which takes them back unless they are to be kept."""
        return database.transaction(self.db, keep=keep)

    def add_page(self, capture_id: int, page: Page) -> int:
        """Keep what parsing made of a capture; how many of its cards no capture has shown before."""
        return self.add_pages([(capture_id, page)])[0]

    def add_pages(self, read: Sequence[tuple[int, Page]]) -> list[int]:
        """Keep the pages of captures in one transaction; of each, how many cards nothing had shown before."""
        with database.transaction(self.db):
            return pages.insert_pages(self.db, read)

    def replace_pages(self, new: Mapping[int, Page]) -> dict[int, FormerPage | None]:
        """Put pages in the place of their captures' former ones; what these showed, None where none was.

        Of cards that go and whose ids were given out a record is kept, flushed, before the rows are.
        """
        with database.transaction(self.db):
            gone: list[RetiredCard] = []
            shown = {at: pages.replace_page(self.db, at, page, gone) for at, page in new.items()}
            self.remember(gone)
            return shown

    def remember(self, gone: Sequence[RetiredCard]) -> None:
        """Keep what is to be known of cards that are not there any more, in one record."""
        if not gone:
            return
        with database.transaction(self.db):
            record = former_record(RetiredCards(gone_at=datetime.now(UTC), cards=tuple(gone)))
            tombstones.insert(self.db, gone, *append(self.db, self.warc_folder, record))

    def lost_to(self, other: Self) -> Iterator[RetiredCard]:
        """The cards with a post here that another store of the same captures does not have."""
        last = ""
        while keys := self.db.execute(
            f"SELECT key FROM cards WHERE post_id IS NOT NULL AND key > ? ORDER BY key LIMIT {_AT_ONCE}",
            (last,),
        ).fetchall():
            last = keys[-1][0]
            for card in tombstones.lacking(other.db, [key for (key,) in keys]):
                if remembered := tombstones.remembered(self.db, card):
                    yield remembered

    def card_counts(self, after: int = 0, *, near: bool = False) -> Iterator[CardCount]:
        """How many cards the captures show that could be read, by URL, then by time.

        Those that were kept after *after* (a `last_id`) are new; *near*: only captures of the same sites.
        """
        return pages.card_counts(self.db, after, near=near)

    def last_id(self) -> int:
        """The id of the capture that was kept last; 0 if there is none."""
        return int(self._row("SELECT coalesce(max(id), 0) FROM captures")[0])

    def cards(self) -> dict[str, Card]:
        """Every card by its public id."""
        return read_cards(self.db)

    def sightings(self) -> Iterator[Sighting]:
        """Every sighting, in capture order, then by position."""
        return read_sightings(self.db)

    def card_id(self, beginning: str) -> str:
        """The public id of the one card whose id begins so. Raises ConfigError."""
        return ids.card_id(self.db, beginning)

    def post_id(self, beginning: str) -> str:
        """The public id of the post whose id, or a card's id, begins so. Raises ConfigError."""
        return ids.post_id(self.db, beginning)

    def post_row(self, post: str) -> dict[str, Any]:
        """The post as it is exported, with its cards, the source of each field, and every sighting."""
        return lookup.post(self.db, post)

    def card_rows(self, cards: Collection[str]) -> dict[str, dict[str, Any]]:
        """The cards by public id: their fields, how often and from when to when they were seen."""
        return lookup.cards(self.db, cards)

    def find_posts(self, words: str, most: int) -> FoundPosts:
        """The posts that have all the words, at most so many, the best first. Raises ConfigError."""
        return lookup.find(self.db, words, most)

    def add_override(self, left: str, right: str, *, same: bool) -> bool:
        """Keep a person's word about two cards: its record, flushed, then its row. False if it is held.

        Held is a word that says the same as the last one about the two.
        """
        with database.transaction(self.db):
            word = overrides.new_word(self.db, left, right, same=same, now=datetime.now(UTC))
            if word is None:
                return False
            record = override_record(word)
            file_id, offset = append(self.db, self.warc_folder, record)
            overrides.insert(self.db, word, file_id, offset, len(record))
            return True

    def overrides(self) -> list[Override]:
        """The last word about each two cards."""
        return overrides.read(self.db)

    def set_threshold(self, score: float) -> None:
        """Keep a person's word of the score from which on two cards are one post, as an override is kept."""
        with database.transaction(self.db):
            if threshold := thresholds.new(self.db, score, datetime.now(UTC)):
                record = threshold_record(threshold)
                thresholds.insert(self.db, threshold, *append(self.db, self.warc_folder, record))

    def threshold(self) -> float | None:
        """The score from which on two cards are one post, where a person said so."""
        return thresholds.read(self.db)

    def post_counts(self) -> tuple[int, int]:
        """How many posts there are, and how many sightings they have."""
        posts, sightings = self._row("SELECT count(*), coalesce(sum(sightings), 0) FROM posts")
        return posts, sightings

    def replace_posts(
        self, posts: Sequence[Post], cards: Mapping[str, int], captures: Mapping[str, int]
    ) -> None:
        """Put these posts in the place of those that any of the cards was in.

        `cards` and `captures` are the rows of all that the posts name, by public id.
        """
        with database.transaction(self.db):
            replace_posts(self.db, posts, cards, captures)

    def post_of(self, card: str) -> str | None:
        """The public id of the post that a card is in, by the card's; None where it is in none."""
        row = self._row(
            "SELECT posts.key FROM cards JOIN posts ON posts.id = post_id WHERE cards.key = ?", card
        )
        return str(row[0]) if row else None

    def rows(self, kind: str) -> Iterator[dict[str, Any]]:
        """The rows of an export: posts, cards, captures or revisions."""
        return EXPORTS[kind](self.db)

    def counts(self) -> dict[str, int]:
        """How much the archive holds: rows by table, pages with an error, crawls that were interrupted."""
        names = ("captures", "payloads", "cards", "sightings", "posts", "revisions")
        counted = {name: self._row(f"SELECT count(*) FROM {name}")[0] for name in names}
        counted["unreadable"] = self._row("SELECT count(*) FROM pages WHERE error IS NOT NULL")[0]
        counted["interrupted"] = len({saved.source for saved in self.frontier.unfinished()})
        return counted

    def _row(self, sql: str, *values: object) -> Any:
        return self.db.execute(sql, values).fetchone()
