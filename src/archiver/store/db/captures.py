"""Captures and the payloads that they share: records in the WARC files, and their rows.

A payload is stored once. A later capture with the same payload is a revisit, whose record points to the
first. The media type of a capture that states none (a 304) is that of the first capture with its payload.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from sqlite_utils import Database

from archiver.errors import CorruptError
from archiver.models import Capture, iso_time
from archiver.sources import OutsideRecord
from archiver.store.db.frontier import Frontier, FrontierEntry
from archiver.store.db.transaction import transaction
from archiver.store.warc.append import AppendBatch, RecordStart, WarcAppender
from archiver.store.warc.files import path_in
from archiver.store.warc.locate import (
    CapturePlace,
    RecordPlace,
    read_capture_at,
    read_original,
    whole_capture,
)
from archiver.store.warc.records import Original, ReadRecord, capture_record, request_record


class NewCapture(NamedTuple):
    """A capture to be kept, with what is known of its exchange.

    `request` is the request as sent, `head` the head of the response as it came, `entry` the frontier's entry
    that it answers. `outside` is the record of another program's file in which the payload stays.
    """

    capture: Capture
    request: bytes | None = None
    entry: FrontierEntry | None = None
    head: bytes | None = None
    outside: OutsideRecord | None = None


@dataclass(frozen=True, slots=True)
class StoredCapture:
    """The row of a capture, and whether the archive did not hold the capture before."""

    id: int
    new: bool


@dataclass(frozen=True, slots=True)
class LastPayload:
    """The payload that the archive holds of a URL, with the validators that the server sent for it."""

    digest: str
    etag: str | None
    last_modified: str | None


class Captures:
    """The captures of one archive. They are added, and never changed or removed."""

    def __init__(self, db: Database, warc: WarcAppender, frontier: Frontier) -> None:
        self._db = db
        self._warc = warc
        self._frontier = frontier

    def add(self, capture: Capture) -> StoredCapture:
        """Keep one capture, as `add_all` does."""
        return self.add_all([NewCapture(capture)])[0]

    def add_all(self, captures: Sequence[NewCapture]) -> list[StoredCapture]:
        """Keep the captures: write their records, flushed together, then their rows.

        Either all are kept or, where a write fails, none has a row.
        """
        with transaction(self._db):
            batch = self._warc.batch()
            kept = [self._add(new, batch) for new in captures]
            batch.write()
            return kept

    def _add(self, new: NewCapture, batch: AppendBatch) -> StoredCapture:
        capture = new.capture
        held = self._row("SELECT id, is_lost FROM captures WHERE key = ?", capture.key)
        if held and not held[1]:
            kept = StoredCapture(held[0], new=False)
        else:
            original = self._original_of(capture)
            placed = batch.add(partial(capture_record, capture, original, head=new.head, outside=new.outside))
            if new.request:
                batch.add(partial(request_record, capture, new.request))
            is_revisit = original is not None
            if held:
                self._place_again(held[0], capture, *placed, is_revisit=is_revisit)
                kept = StoredCapture(held[0], new=False)
            else:
                kept = StoredCapture(self._insert(capture, *placed, is_revisit=is_revisit), new=True)
        if new.entry:
            self._frontier.hold(new.entry, kept.id)
        return kept

    def recover(
        self, record: ReadRecord, file: Path, start: RecordStart, length: int
    ) -> StoredCapture | None:
        """Add the rows of a capture whose record of *length* bytes in the file has none.

        None where the record is damaged: its payload is missing, or does not have its digest.
        """
        if record.capture is None or record.digest is None:
            return None
        try:
            if record.is_revisit:
                capture = record.capture.with_payload(self.payload(record.digest))
            else:
                capture = whole_capture(record, file)
        except CorruptError:
            return None
        if capture.digest != record.digest:
            return None
        capture_id = self._id_of(capture)
        is_new = capture_id is None
        if capture_id is None:
            capture_id = self._insert(capture, start, length, is_revisit=record.is_revisit)
        self._frontier.adopt(capture.url, capture_id)
        return StoredCapture(capture_id, is_new)

    def place(self, capture_id: int) -> CapturePlace:
        """Return where the records of a capture are."""
        url, captured_at, digest, *places = self._row(
            f"SELECT url, captured_at, digest, {_place('own', 'captures')}, {_place('held', 'payloads')}"
            " FROM captures JOIN payloads ON payloads.id = payload_id"
            " JOIN warc_files own ON own.id = captures.warc_file_id"
            " JOIN warc_files held ON held.id = payloads.warc_file_id WHERE captures.id = ?",
            capture_id,
        )
        record, payload = self._record_place(*places[:3]), self._record_place(*places[3:])
        return CapturePlace(url, captured_at, record, payload, digest)

    def read(self, capture_id: int) -> Capture:
        """Read a capture with its payload, which a revisit has in another record. Raises CorruptError."""
        return read_capture_at(self.place(capture_id))

    def held(self, key: str) -> int | None:
        """Return the row id of the capture with that public id whose record is there; None for none."""
        row = self._row("SELECT id FROM captures WHERE key = ? AND NOT is_lost", key)
        return row[0] if row else None

    def near(self, url: str, captured_at: datetime, most: int) -> Iterator[Capture]:
        """Yield at most *most* captures of a URL with their payloads, the nearest to that time first.

        Those whose record cannot be read are passed over.
        """
        rows = self._db.execute(
            "SELECT id FROM captures WHERE url = ? AND NOT is_lost"
            " ORDER BY abs(julianday(captured_at) - julianday(?)), id LIMIT ?",
            (url, iso_time(captured_at), most),
        ).fetchall()
        for (capture_id,) in rows:
            with suppress(CorruptError):
                yield self.read(capture_id)

    def has_payload(self, digest: str) -> bool:
        """Return whether the database knows a payload with that digest."""
        return self._row("SELECT 1 FROM payloads WHERE digest = ?", digest) is not None

    def payload(self, digest: str) -> bytes:
        """Read the payload with that digest. Raises CorruptError where the archive does not hold it."""
        row = self._row(
            f"SELECT {_place('warc_files', 'payloads')} FROM payloads"
            " JOIN warc_files ON warc_files.id = warc_file_id WHERE digest = ?",
            digest,
        )
        if row is None:
            raise CorruptError(f"{self._warc.folder}: holds no payload {digest}")
        return read_original(self._record_place(*row), digest).payload

    def last_payload(self, url: str) -> LastPayload | None:
        """Return the last whole payload of a URL with a validator: what a server can confirm by a 304."""
        row = self._row(
            "SELECT digest, etag, last_modified FROM captures JOIN payloads ON payloads.id = payload_id"
            " JOIN pages ON pages.capture_id = captures.id"
            " WHERE url = ? AND status IN (200, 304) AND pages.error IS NULL AND NOT is_lost"
            " AND (etag IS NOT NULL OR last_modified IS NOT NULL) ORDER BY captured_at DESC, key LIMIT 1",
            url,
        )
        return LastPayload(*row) if row else None

    def fetched_since(self, url: str, last_id: int) -> int | None:
        """Return the row id of the last response for a URL that was kept after that row; None for none."""
        row = self._row(
            "SELECT max(id) FROM captures WHERE url = ? AND id > ? AND status IS NOT NULL", url, last_id
        )
        return row[0]  # type: ignore[no-any-return]

    def key_at(self, url: str, time: datetime) -> str | None:
        """Return the public id of the capture of a URL at a time; None where there is none."""
        row = self._row(
            "SELECT key FROM captures WHERE url = ? AND captured_at = ? AND NOT is_lost ORDER BY id LIMIT 1",
            url,
            iso_time(time),
        )
        return row[0] if row else None

    def row_of(self, key: str) -> int:
        """Return the row id of the capture with that public id, which is there."""
        return int(self._row("SELECT id FROM captures WHERE key = ?", key)[0])

    def last_id(self) -> int:
        """Return the row id of the capture that was kept last; 0 where there is none."""
        return int(self._row("SELECT coalesce(max(id), 0) FROM captures")[0])

    def _record_place(self, file: str, offset: int, length: int) -> RecordPlace:
        return RecordPlace(path_in(self._warc.folder, file), offset, length)

    def _id_of(self, capture: Capture) -> int | None:
        row = self._row("SELECT id FROM captures WHERE key = ?", capture.key)
        return row[0] if row else None

    def _original_of(self, capture: Capture) -> Original | None:
        """Return the capture of which this one is a revisit, if the archive holds one.

        Imported pages refer to imported ones and responses to responses, since replay takes the head of a
        page from the original. A redirect refers to none: its head is all there is to it.
        """
        status = capture.status
        if capture.truncated or (status is not None and 300 <= status < 400 and status != 304):
            return None
        row = self._row(
            "SELECT key, url, captured_at FROM captures JOIN payloads ON payloads.id = payload_id"
            " WHERE digest = ? AND NOT is_revisit AND NOT is_lost"
            " AND (status IS NULL) = ? AND truncated IS NULL"
            " ORDER BY captures.id LIMIT 1",
            capture.digest,
            status is None,
        )
        return Original(*row) if row else None

    def _insert(self, capture: Capture, start: RecordStart, length: int, *, is_revisit: bool) -> int:
        """Insert the rows of a capture whose record of *length* bytes begins at *start*; return its id."""
        self._insert_payload(capture, start, length)
        content_type = capture.header("Content-Type") or ""
        values = {
            "key": capture.key,
            "url": capture.url,
            "path": capture.path,
            "captured_at": iso_time(capture.captured_at),
            "time_basis": capture.time_basis,
            "url_basis": capture.url_basis,
            "status": capture.status,
            "media_type": content_type.partition(";")[0].strip().lower() or None,
            "etag": capture.header("ETag"),
            "last_modified": capture.header("Last-Modified"),
            "truncated": capture.truncated,
            "robots": capture.robots,
            "is_revisit": is_revisit,
            "file_id": start.file_id,
            "offset": start.offset,
            "length": length,
            "digest": capture.digest,
        }
        row_id = self._db.execute(_INSERT_CAPTURE, values).lastrowid
        assert row_id is not None  # noqa: S101 - for the type checker: one row was inserted
        return row_id

    def _insert_payload(self, capture: Capture, start: RecordStart, length: int) -> None:
        """Insert the row of a payload; one whose own record is lost is here again."""
        self._db.execute(
            "INSERT INTO payloads (digest, length, warc_file_id, warc_offset, warc_length)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (digest) DO UPDATE SET warc_file_id = excluded.warc_file_id,"
            " warc_offset = excluded.warc_offset, warc_length = excluded.warc_length"
            " WHERE EXISTS (SELECT 1 FROM captures WHERE payload_id = payloads.id AND is_lost)"
            " AND NOT EXISTS (SELECT 1 FROM captures WHERE payload_id = payloads.id"
            " AND NOT is_lost AND NOT is_revisit)",
            (capture.digest, len(capture.payload), *start, length),
        )

    def _place_again(
        self, capture_id: int, capture: Capture, start: RecordStart, length: int, *, is_revisit: bool
    ) -> None:
        """Let the row of a capture whose record was lost point to the new one."""
        if not is_revisit:
            self._insert_payload(capture, start, length)
        self._db.execute(
            "UPDATE captures SET is_lost = 0, is_revisit = ?, warc_file_id = ?, warc_offset = ?,"
            " warc_length = ? WHERE id = ?",
            (is_revisit, *start, length, capture_id),
        )

    def _row(self, sql: str, *values: object) -> Any:
        return self._db.execute(sql, values).fetchone()


def _place(file: str, record: str) -> str:
    """Return the columns of a record's place: numbers, whatever a database of unknown origin holds there."""
    numbers = (f"CAST({record}.{column} AS INTEGER)" for column in ("warc_offset", "warc_length"))
    return ", ".join((f"{file}.name", *numbers))


_INSERT_CAPTURE = """
INSERT INTO captures (key, url, path, captured_at, time_basis, url_basis, status, media_type, etag,
  last_modified, truncated, robots, payload_id, is_revisit, warc_file_id, warc_offset, warc_length)
SELECT :key, :url, :path, :captured_at, :time_basis, :url_basis, :status,
  coalesce(:media_type, (SELECT media_type FROM captures
    WHERE payload_id = payloads.id AND media_type IS NOT NULL ORDER BY captured_at, key LIMIT 1)),
  :etag, :last_modified, :truncated, :robots, id, :is_revisit, :file_id, :offset, :length
FROM payloads WHERE digest = :digest
"""
