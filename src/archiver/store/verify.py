"""Verification of an archive: every row against its record, every record against its digests and rows.

Nothing is repaired. The WARC files are read once, front to back, and the rows are compared as the records
come.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archiver.errors import CorruptError
from archiver.models import Capture, iso_time
from archiver.store.db.transaction import snapshot
from archiver.store.store import Store
from archiver.store.warc import files
from archiver.store.warc.files import Damage, GzipMember, OwnRecords
from archiver.store.warc.locate import whole_capture
from archiver.store.warc.records import (
    OverrideRecord,
    ReadRecord,
    RetirementRecord,
    ThresholdRecord,
    read_record,
)

_CAPTURES = (
    "SELECT captures.warc_offset, captures.key, url, captured_at, captures.warc_length, digest, is_lost,"
    " (SELECT count(*) FROM sightings WHERE capture_id = captures.id)"
    " FROM captures JOIN payloads ON payloads.id = payload_id"
    " JOIN warc_files ON warc_files.id = captures.warc_file_id WHERE warc_files.name = ?"
)
_OVERRIDES = (
    "SELECT warc_offset, left_card, right_card, same, decided_at, warc_length FROM overrides"
    " JOIN warc_files ON warc_files.id = warc_file_id WHERE warc_files.name = ?"
)
_THRESHOLDS = (
    "SELECT warc_offset, score, decided_at FROM thresholds"
    " JOIN warc_files ON warc_files.id = warc_file_id WHERE warc_files.name = ?"
)
_PAYLOADS = (
    "SELECT warc_offset, digest, warc_length FROM payloads"
    " JOIN warc_files ON warc_files.id = warc_file_id WHERE warc_files.name = ?"
)
"""What the rows that point into a file state, by the offset of the record."""


def verify(store: Store) -> Iterator[str]:
    """Yield each fault of the archive as one line: where, and what."""
    for (text,) in store.db.execute("PRAGMA integrity_check"):
        if text != "ok":
            yield f"{store.db_path}: {text}"
    for table, rowid, parent, _ in store.db.execute("PRAGMA foreign_key_check"):
        yield f"{store.db_path}: row {rowid} of {table} points to a missing row of {parent}"
    # Another process may begin a file, and then its row: looked for in this order, neither is missed.
    known = store.db.execute("SELECT name, length FROM warc_files ORDER BY name").fetchall()
    there = sorted(store.warc_folder.iterdir()) if store.warc_folder.is_dir() else []
    paths = files.list_files(store.warc_folder)
    names = {path.name for path in paths}
    for name, length in known:
        if name not in names:
            try:
                path = files.path_in(store.warc_folder, name)
            except CorruptError as error:
                yield str(error)
            else:
                yield f"{path}: is missing; the database expects {length} bytes"
    for path in paths:
        yield from _FileCheck(store, path).faults()
    for path in there:
        if path.name not in names:
            yield f"{path}: is none of this archive's WARC files"


@dataclass(frozen=True, slots=True)
class _CaptureRow:
    """What the rows of a capture state: public id, URL, time, length of the record, payload digest.

    `is_lost`: a repair found that the record is damaged. `cards` counts those that the capture shows.
    """

    key: str
    url: str
    captured_at: str
    length: int
    digest: str
    is_lost: bool
    cards: int

    def __str__(self) -> str:
        return f"capture {self.key} of {self.url} at {self.captured_at}"

    def state(self) -> str:
        """Say what became of its record or payload, and what is left of it."""
        return f"{'lost for good' if self.is_lost else 'missing'}; its cards are kept: {self.cards}"


class _FileCheck:
    """The check of one WARC file. Rows whose record was found are taken out; the rest have none."""

    def __init__(self, store: Store, path: Path) -> None:
        self._store = store
        self._path = path
        self._known = store.known_records
        with snapshot(store.db):  # another process may be adding rows
            self._file = self._known.files().get(path.name)
            self._captures = {offset: _CaptureRow(*row) for offset, row in self._rows(_CAPTURES).items()}
            self._payloads = self._rows(_PAYLOADS)
            self._overrides = self._rows(_OVERRIDES)
            self._thresholds = self._rows(_THRESHOLDS)
            self._retired = store.retired_cards.record_offsets(path.name)

    def _rows(self, sql: str) -> dict[int, list[Any]]:
        return {offset: row for offset, *row in self._store.db.execute(sql, (self._path.name,))}

    def faults(self) -> Iterator[str]:
        """Yield the faults of the file's records, then the rows that have no record.

        What lies behind the records that the database knows is left to the next command that writes: another
        process is writing it, or was interrupted.
        """
        warcinfo = files.warcinfo_of(self._path)
        file = self._file
        if file is None:
            if refused := self._known.refusal(self._path.name, warcinfo):
                yield f"{self._path}: {refused}"
            return
        if self._known.is_file(file, self._path, warcinfo) is False:
            yield f"{self._path}: is another file than the database knows by this name"
        own = OwnRecords(file.named_by_records, lambda: self._known.spans(file))
        for span in files.members(self._path, own, end=file.length):
            if isinstance(span, Damage):
                yield f"{self._path}: byte {span.offset}: {span.length} bytes are no whole record"
            else:
                for fault in self._member_faults(span):
                    yield f"{self._path}: byte {span.offset}: {fault}"
        for offset, what in self._without_record():
            yield f"{self._path}: byte {offset}: the record of {what}"

    def _member_faults(self, member: GzipMember) -> Iterator[str]:
        record = read_record(member.data)
        if record is None:
            yield "no WARC record"
            return
        block = member.data.partition(b"\r\n\r\n")[2][:-4]
        if record.block_digest != "sha256:" + hashlib.sha256(block).hexdigest():
            yield "the block does not match the digest in its record"
        if record.capture:
            yield from self._capture_faults(record, record.capture, member)
        elif isinstance(record.own, OverrideRecord):
            ids = [card.id for card in record.own.cards]
            expected = [*ids, int(record.own.same), iso_time(record.own.decided_at), member.length]
            yield from _row_faults("override", self._overrides.pop(member.offset, None), expected)
        elif isinstance(record.own, ThresholdRecord):
            expected = [record.own.score, iso_time(record.own.decided_at)]
            yield from _row_faults("threshold", self._thresholds.pop(member.offset, None), expected)
        elif isinstance(record.own, RetirementRecord):
            self._retired.discard(member.offset)
            rows = self._store.retired_cards.of_record(self._path.name, member.offset)
            if rows != list(record.own.cards):
                yield "the rows of these retired cards differ from the record"

    def _capture_faults(self, record: ReadRecord, capture: Capture, member: GzipMember) -> Iterator[str]:
        if record.outside:
            try:
                whole_capture(record, self._path)
            except CorruptError as error:
                yield f"the payload of {capture.url}, imported in place: {error}"
        elif not record.is_revisit and capture.digest != record.digest:
            yield "the payload does not match the digest in its record"
        payload = self._payloads.pop(member.offset, None)
        if payload:
            yield from _row_faults("payload", payload, [record.digest, member.length])
        row = self._captures.pop(member.offset, None)
        if row is None:
            yield f"no row for this capture of {capture.url}"
            return
        stated = [row.url, row.captured_at, row.length, row.digest]
        expected = [capture.url, iso_time(capture.captured_at), member.length, record.digest]
        yield from _row_faults(f"capture {row.key}", stated, expected)
        if record.is_revisit and record.digest:
            try:
                self._store.captures.payload(record.digest)
            except CorruptError as error:
                yield f"{row} is a revisit whose payload is {row.state()}: {error}"
                return
        if row.is_lost:
            yield f"{row} is marked as lost, but its record is there"

    def _without_record(self) -> Iterator[tuple[int, str]]:
        """Yield the rows that are left, by offset, with what they are of."""
        for offset, (digest, _) in self._payloads.items():
            if offset not in self._captures:
                yield offset, f"payload {digest} is missing"
        for offset, row in self._captures.items():
            yield offset, f"{row} is {row.state()}"
        for offset, (left, right, *_) in self._overrides.items():
            yield offset, f"the override of {left} and {right} is missing"
        for offset, (score, _) in self._thresholds.items():
            yield offset, f"the threshold {score:g} is missing"
        for offset in sorted(self._retired):
            yield offset, "retired cards is missing"


def _row_faults(what: str, stated: list[Any] | None, expected: list[Any]) -> Iterator[str]:
    """Yield a fault where the row of a record states other values than the record."""
    if stated is None:
        yield f"no row for this {what}"
    elif stated != expected:
        yield f"the row of this {what} has {stated}, the record {expected}"
