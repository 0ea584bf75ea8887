"""The rows of thresholds: from which score on two cards are one post, as a person said for this archive.

In: an open database inside a transaction (for writing). Out: a `Threshold` to be recorded, and the one that
counts. Refuses: what was said last already. The one surprise: the rows are words of a person, as overrides
are: none is changed or removed, and the last one counts.
"""

from datetime import datetime, timedelta

from sqlite_utils import Database

from archiver.models import iso_time
from archiver.store.warc.records import Threshold


def new(db: Database, score: float, now: datetime) -> Threshold | None:
    """The word to be kept, later than the last one; None where that says the same."""
    last = db.execute(
        "SELECT score, decided_at FROM thresholds ORDER BY decided_at DESC, id DESC LIMIT 1"
    ).fetchone()
    if last:
        if last[0] == score:
            return None
        now = max(now, datetime.fromisoformat(last[1]) + timedelta(seconds=1))
    return Threshold(score=score, said_at=now)


def insert(db: Database, threshold: Threshold, file_id: int, offset: int) -> None:
    """The row of a threshold whose record stands at *offset*."""
    db.execute(
        "INSERT INTO thresholds (score, decided_at, warc_file_id, warc_offset) VALUES (?, ?, ?, ?)",
        (threshold.score, iso_time(threshold.said_at), file_id, offset),
    )


def read(db: Database) -> float | None:
    """The threshold that was said last; None where none ever was."""
    row = db.execute("SELECT score FROM thresholds ORDER BY decided_at DESC, id DESC LIMIT 1").fetchone()
    return float(row[0]) if row else None
