"""Whether an archive is whole: every row against its record, every record against its digests and rows.

In: an open store. Out: one sentence per fault; none when all is well. Refuses: to mend anything. The one
surprise: the WARC files are read once, front to back; the rows are looked up as the records come.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from archiver.errors import CorruptError
from archiver.models import Capture, iso_time
from archiver.store.db import retired_cards
from archiver.store.store import Store
from archiver.store.warc import files
from archiver.store.warc.files import Damage
from archiver.store.warc.records import (
    OverrideRecord,
    ReadRecord,
    RetirementRecord,
    ThresholdRecord,
    read_record,
)

Row = tuple[str, str, str, int, str]
"""What the row of a capture states: its public id, URL, time, and its record's length and payload digest."""


def verify(store: Store) -> Iterator[str]:
    """Each fault of the archive as one line: what, where."""
    for (text,) in store.db.execute("PRAGMA integrity_check"):
        if text != "ok":
            yield f"{store.db_path}: {text}"
    for table, rowid, parent, _ in store.db.execute("PRAGMA foreign_key_check"):
        yield f"{store.db_path}: row {rowid} of {table} points to no row of {parent}"
    paths = files.list_files(store.warc_folder)
    names = {path.name for path in paths}
    for name, length in store.db.execute("SELECT name, length FROM warc_files ORDER BY name"):
        if name not in names:
            yield f"{store.warc_folder / name}: is missing; the rows know {length} bytes of it"
    for path in paths:
        yield from _verify_file(store, path)
    if store.warc_folder.is_dir():
        for path in sorted(store.warc_folder.iterdir()):
            if path.name not in names:
                yield f"{path}: is none of this archive's WARC files"


def _verify_file(store: Store, path: Path) -> Iterator[str]:
    rows = {
        offset: (key, url, captured_at, length, digest)
        for offset, key, url, captured_at, length, digest in store.db.execute(
            "SELECT captures.warc_offset, captures.key, url, captured_at, captures.warc_length, digest"
            " FROM captures JOIN payloads ON payloads.id = payload_id"
            " JOIN warc_files ON warc_files.id = captures.warc_file_id WHERE warc_files.name = ?",
            (path.name,),
        )
    }
    words = {
        offset: stated
        for offset, *stated in store.db.execute(
            "SELECT warc_offset, left_card, right_card, same, decided_at, warc_length FROM overrides"
            " JOIN warc_files ON warc_files.id = warc_file_id WHERE warc_files.name = ?",
            (path.name,),
        )
    }
    gone = retired_cards.places(store.db, path.name)
    said = {
        offset: stated
        for offset, *stated in store.db.execute(
            "SELECT warc_offset, score, decided_at FROM thresholds"
            " JOIN warc_files ON warc_files.id = warc_file_id WHERE warc_files.name = ?",
            (path.name,),
        )
    }
    for span in files.members(path):
        where = f"{path}: byte {span.offset}"
        if isinstance(span, Damage):
            yield f"{where}: {span.length} bytes are no whole record"
            continue
        record = read_record(span.data)
        if record is None:
            yield f"{where}: is no WARC record"
            continue
        block = span.data.partition(b"\r\n\r\n")[2][:-4]
        if record.block_digest != "sha256:" + hashlib.sha256(block).hexdigest():
            yield f"{where}: the block does not have the digest that its record states"
        if record.capture:
            faults = _capture_faults(store, record, record.capture, span.length, rows.pop(span.offset, None))
            yield from (f"{where}: {fault}" for fault in faults)
        elif isinstance(record.own, OverrideRecord):
            left, right = record.own.cards
            found = [left.id, right.id, int(record.own.same), iso_time(record.own.decided_at), span.length]
            stated = words.pop(span.offset, None)
            if stated != found:
                yield f"{where}: the row of this override says {stated}, the record {found}"
        elif isinstance(record.own, ThresholdRecord):
            found = [record.own.score, iso_time(record.own.decided_at)]
            stated = said.pop(span.offset, None)
            if stated != found:
                yield f"{where}: the row of this threshold says {stated}, the record {found}"
        elif isinstance(record.own, RetirementRecord):
            gone.discard(span.offset)
            if retired_cards.of_record(store.db, path.name, span.offset) != list(record.own.cards):
                yield f"{where}: the rows of these former cards say something else than the record"
    for offset, (key, *_) in rows.items():
        yield f"{path}: byte {offset}: the record of capture {key} is missing"
    for offset, (left_card, right_card, *_) in words.items():
        yield f"{path}: byte {offset}: the record of the override of {left_card} and {right_card} is missing"
    for offset, (score, _) in said.items():
        yield f"{path}: byte {offset}: the record of the threshold {score:g} is missing"
    for offset in sorted(gone):
        yield f"{path}: byte {offset}: the record of former cards is missing"


def _capture_faults(
    store: Store, record: ReadRecord, capture: Capture, length: int, row: Row | None
) -> Iterator[str]:
    if not record.is_revisit and capture.digest != record.digest:
        yield "the payload does not have the digest that its record states"
    if row is None:
        yield f"no row points to this capture of {capture.url}"
        return
    key, *stated = row
    found = [capture.url, iso_time(capture.captured_at), length, record.digest]
    if stated != found:
        yield f"the row of capture {key} says {stated}, the record {found}"
    if record.is_revisit and record.digest:
        try:
            store.payload(record.digest)
        except CorruptError as error:
            yield f"capture {key} is a revisit without its payload: {error}"
