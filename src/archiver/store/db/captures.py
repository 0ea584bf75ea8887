"""The rows of captures and of the payloads that they share.

In: an open database inside a transaction (for writing), a `Capture`, where its record stands. Out: rows.
Refuses: a capture that is held already; it is left as it is. The one surprise: the media type of a capture
that states none (a 304) is that of the first capture with its payload.
"""

from pathlib import Path

from sqlite_utils import Database

from archiver.errors import CorruptError
from archiver.models import Capture, iso_time
from archiver.store.warc.locate import RecordPlace, read_original
from archiver.store.warc.records import Original


def insert(
    db: Database, capture: Capture, file_id: int, offset: int, length: int, *, is_revisit: bool
) -> bool:
    """The rows of a capture whose record of *length* bytes stands at *offset*; False if it is held."""
    db.execute(
        "INSERT INTO payloads (digest, length, warc_file_id, warc_offset, warc_length)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING",
        (capture.digest, len(capture.payload), file_id, offset, length),
    )
    content_type = capture.header("Content-Type") or ""
    added = db.execute(
        "INSERT INTO captures (key, url, path, captured_at, time_basis, url_basis, status, media_type,"
        " etag, last_modified, truncated, robots, payload_id, is_revisit, warc_file_id,"
        " warc_offset, warc_length)"
        " SELECT ?, ?, ?, ?, ?, ?, ?, coalesce(?, (SELECT media_type FROM captures"
        " WHERE payload_id = payloads.id AND media_type IS NOT NULL ORDER BY captured_at, key LIMIT 1)),"
        " ?, ?, ?, ?, id, ?, ?, ?, ? FROM payloads WHERE digest = ?"
        " ON CONFLICT (key) DO NOTHING",
        (
            capture.key,
            capture.url,
            capture.path,
            iso_time(capture.captured_at),
            capture.time_basis,
            capture.url_basis,
            capture.status,
            content_type.partition(";")[0].strip().lower() or None,
            capture.header("ETag"),
            capture.header("Last-Modified"),
            capture.truncated,
            capture.robots,
            is_revisit,
            file_id,
            offset,
            length,
            capture.digest,
        ),
    )
    return added.rowcount == 1


def original_of(db: Database, capture: Capture) -> Original | None:
    """The capture of which this one is a revisit, if the archive holds one.

    Imported pages refer to imported ones, responses to responses, and redirects to none: replay takes the
    head of a page from the original, and that of a redirect is all there is to it.
    """
    status = capture.status
    if capture.truncated or (status is not None and 300 <= status < 400 and status != 304):
        return None
    row = db.execute(
        "SELECT key, url, captured_at FROM captures JOIN payloads ON payloads.id = payload_id"
        " WHERE digest = ? AND NOT is_revisit AND (status IS NULL) = ? AND truncated IS NULL"
        " ORDER BY captures.id LIMIT 1",
        (capture.digest, status is None),
    ).fetchone()
    return Original(*row) if row else None


def payload(db: Database, folder: Path, digest: str) -> bytes:
    """The payload with that digest, out of its record. Raises CorruptError where the archive has none."""
    row = db.execute(
        "SELECT warc_files.name, warc_offset, warc_length FROM payloads"
        " JOIN warc_files ON warc_files.id = warc_file_id WHERE digest = ?",
        (digest,),
    ).fetchone()
    if row is None:
        raise CorruptError(f"{folder}: holds no payload {digest}")
    name, offset, length = row
    return read_original(RecordPlace(folder / name, offset, length), digest).payload
