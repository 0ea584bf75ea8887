"""Where the records of a capture are, and the capture read from there, without a database.

A place can be sent to another process, which reads the capture from the WARC files itself. The payload may
also be in a file of another program that was imported in place: our record then says where, and its digest
proves that the file is the same.
"""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from archiver.errors import DamagedRecordError, SourceError
from archiver.models import Capture
from archiver.sources import PassedOver, RecordFile, Selection, open_regular, read_captures
from archiver.store.warc.files import MAX_MEMBER_BYTES, read_member
from archiver.store.warc.records import ReadRecord, read_record


class RecordPlace(NamedTuple):
    """The bytes of a WARC file that are one record."""

    file: Path
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class CapturePlace:
    """Where a capture's own record is, and the one that holds its payload: another one for a revisit."""

    url: str
    captured_at: str
    record: RecordPlace
    payload: RecordPlace
    digest: str


def read_capture_at(place: CapturePlace) -> Capture:
    """Read the capture at that place with its payload. Raises DamagedRecordError."""
    record = read_record(read_member(*place.record))
    if record is None or record.capture is None:
        file, offset, _ = place.record
        raise DamagedRecordError(
            f"{file}: byte {offset}: no capture found; verify the archive", remedy="verify"
        )
    if not record.is_revisit:
        return whole_capture(record, place.record.file)
    original = read_original(place.payload, place.digest)
    capture = record.capture.with_payload(original.payload)
    return capture.with_headers_of(original) if capture.status == 304 else capture


def read_original(place: RecordPlace, digest: str) -> Capture:
    """Read the capture whose record holds the payload with that digest. Raises DamagedRecordError."""
    record = read_record(read_member(*place))
    if record and record.capture:
        capture = whole_capture(record, place.file)
        if capture.digest == digest:
            return capture
    raise DamagedRecordError(
        f"{place.file}: byte {place.offset}: expected payload {digest}; verify the archive", remedy="verify"
    )


def whole_capture(record: ReadRecord, file: Path) -> Capture:
    """Return the capture of a record of our *file*, which is no revisit, with its payload.

    Raises DamagedRecordError where that is in a file of another program which is missing, or another one now.
    """
    assert record.capture is not None  # noqa: S101 - of the caller
    if record.outside is None:
        return record.capture
    name, offset, length = record.outside
    path = file.parent.parent / name  # it is relative to the archive's folder, unless absolute
    try:
        with open_regular(path) as opened:
            opened.seek(offset)
            data = opened.read(min(length, MAX_MEMBER_BYTES))
        records = RecordFile(io.BytesIO(data).read, len(data), str(path), str(path))
        found = next(read_captures(records, Selection(everything=True), PassedOver()), None)
    except OSError as error:
        raise DamagedRecordError(
            f"{path}: {error.strerror}; captures of this archive have their payloads there: put it back"
        ) from error
    except SourceError:
        found = None
    if found is None or found.capture is None or found.capture.digest != record.digest:
        raise DamagedRecordError(
            f"{path}: byte {offset}: is not the record that was imported; put the file back as it was"
        )
    return record.capture.with_payload(found.capture.payload)
