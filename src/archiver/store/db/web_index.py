"""The captures as the index of a web archive lists them: sorted by what another stage makes of each.

Card records are left out: no server sent them, and replay would show rows of JSON in the place of a page. So
are captures whose record is lost. All others are in, imported pages under `file:` URLs as well.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from sqlite_utils import Database

from archiver.cardrow import MEDIA_TYPE
from archiver.rows import IndexRow
from archiver.store.db.cards import CAPTURE_ORDER

_IS_RECORDS = f"(captures.status IS NULL AND captures.media_type IS '{MEDIA_TYPE.partition(';')[0]}')"
IS_INDEXED = f"NOT {_IS_RECORDS} AND NOT captures.is_lost"


class ListingCapture(NamedTuple):
    """A capture of a web page that shows cards: its row id, its public id, and the digest of its payload."""

    row_id: int
    id: str
    url: str
    captured_at: str
    digest: str


class LeftOut(NamedTuple):
    """How many captures are not in the index."""

    card_records: int
    lost: int


class WebIndex:
    """The captures of one archive that replay programs can show."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def lines(self, line: Callable[[IndexRow], str]) -> Iterator[str]:
        """Yield the line of each capture, sorted by bytes; SQLite sorts many of them on the disk."""
        self._db.conn.create_function(
            "index_line", len(IndexRow._fields), lambda *values: line(IndexRow(*values)), deterministic=True
        )
        rows = self._db.execute(
            "SELECT index_line(captures.url, captured_at, is_revisit, media_type, status, digest,"
            " warc_files.name, captures.warc_offset, captures.warc_length) AS line"
            " FROM captures JOIN payloads ON payloads.id = payload_id"
            " JOIN warc_files ON warc_files.id = captures.warc_file_id"
            f" WHERE {IS_INDEXED} ORDER BY line"
        )
        for (text,) in rows:
            yield text

    def listings(self) -> Iterator[ListingCapture]:
        """Yield the captures of listings in the web, in capture order: no feeds, no `file:` URLs."""
        rows = self._db.execute(
            "SELECT captures.id, captures.key, captures.url, captured_at, digest"
            " FROM captures JOIN payloads ON payloads.id = payload_id"
            " JOIN pages ON pages.capture_id = captures.id"
            f" WHERE {IS_INDEXED} AND pages.kind IN ('listing', 'text') AND captures.url LIKE 'http%://%'"
            " AND EXISTS (SELECT 1 FROM sightings WHERE capture_id = captures.id)"
            f" ORDER BY {CAPTURE_ORDER}"
        )
        yield from map(ListingCapture._make, rows)

    def left_out(self) -> LeftOut:
        """Count the captures that are not in the index."""
        row = self._db.execute(
            f"SELECT coalesce(sum({_IS_RECORDS} AND NOT is_lost), 0), coalesce(sum(is_lost), 0) FROM captures"
        )
        return LeftOut(*row.fetchone())

    def last_captured_at(self) -> str | None:
        """Return the time of the last capture; None where there is none."""
        row = self._db.execute("SELECT max(captured_at) FROM captures").fetchone()
        return row[0] if row else None
