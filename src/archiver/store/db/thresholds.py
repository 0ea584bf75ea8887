"""Thresholds: the score from which on two cards are one post, as the user set it for this archive.

No row is ever changed or removed; the last one counts, as with overrides.
"""

from datetime import datetime, timedelta

from sqlite_utils import Database

from archiver.models import iso_time
from archiver.store.warc.records import ThresholdRecord


def new(db: Database, score: float, now: datetime) -> ThresholdRecord | None:
    """The word to be kept, later than the last one; None where that says the same."""
    last = db.execute(
        "SELECT score, decided_at FROM thresholds ORDER BY decided_at DESC, id DESC LIMIT 1"
    ).fetchone()
    if last:
        if last[0] == score:
            return None
        now = max(now, datetime.fromisoformat(last[1]) + timedelta(seconds=1))
    return ThresholdRecord(score=score, decided_at=now)


def insert(db: Database, threshold: ThresholdRecord, file_id: int, offset: int) -> None:
    """The row of a threshold whose record stands at *offset*."""
    db.execute(
        "INSERT INTO thresholds (score, decided_at, warc_file_id, warc_offset) VALUES (?, ?, ?, ?)",
        (threshold.score, iso_time(threshold.decided_at), file_id, offset),
    )


def read(db: Database) -> float | None:
    """The threshold that was said last; None where none ever was."""
    row = db.execute("SELECT score FROM thresholds ORDER BY decided_at DESC, id DESC LIMIT 1").fetchone()
    return float(row[0]) if row else None
