"""Where the records of a capture are, and the capture read from there, without a database.

A place can be sent to another process, which reads the capture from the WARC files itself.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from archiver.errors import DamagedRecordError
from archiver.models import Capture
from archiver.store.warc.files import read_member
from archiver.store.warc.records import read_record


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
        return record.capture
    original = read_original(place.payload, place.digest)
    capture = record.capture.with_payload(original.payload)
    return capture.with_headers_of(original) if capture.status == 304 else capture


def read_original(place: RecordPlace, digest: str) -> Capture:
    """Read the capture whose record holds the payload with that digest. Raises DamagedRecordError."""
    record = read_record(read_member(*place))
    if record is None or record.capture is None or record.capture.digest != digest:
        raise DamagedRecordError(
            f"{place.file}: byte {place.offset}: expected payload {digest}; verify the archive",
            remedy="verify",
        )
    return record.capture
