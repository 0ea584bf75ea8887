"""Thresholds: the score from which on two cards are one post, as the user set it for this archive.

No row is ever changed or removed; the last one counts, as with overrides.
"""

from datetime import datetime, timedelta
from functools import partial

from sqlite_utils import Database

from archiver.models import iso_time
from archiver.store.db.transaction import transaction
from archiver.store.warc.append import RecordStart, WarcAppender
from archiver.store.warc.records import ThresholdRecord, threshold_record

_LAST = "FROM thresholds ORDER BY decided_at DESC, id DESC LIMIT 1"


class Thresholds:
    """The thresholds of one archive."""

    def __init__(self, db: Database, warc: WarcAppender) -> None:
        self._db = db
        self._warc = warc

    def add(self, score: float) -> None:
        """Keep a threshold (0 to 100): its record, flushed, then its row. Nothing if it is the last one."""
        with transaction(self._db):
            now = self._warc.now()
            last = self._db.execute(f"SELECT score, decided_at {_LAST}").fetchone()
            if last:
                if last[0] == score:
                    return
                now = max(now, datetime.fromisoformat(last[1]) + timedelta(seconds=1))
            threshold = ThresholdRecord(score=score, decided_at=now)
            self.insert(threshold, self._warc.append(partial(threshold_record, threshold)).start)

    def insert(self, threshold: ThresholdRecord, start: RecordStart) -> None:
        """Insert the row of a record."""
        self._db.execute(
            "INSERT INTO thresholds (score, decided_at, warc_file_id, warc_offset) VALUES (?, ?, ?, ?)",
            (threshold.score, iso_time(threshold.decided_at), *start),
        )

    def take_over(self, former: Database) -> int:
        """Record again what only another database of this archive has; return how many."""
        held = set(self._db.execute("SELECT decided_at, score FROM thresholds"))
        rows = former.execute("SELECT decided_at, score FROM thresholds ORDER BY id")
        missing = [row for row in rows if row not in held]
        for decided_at, score in missing:
            threshold = ThresholdRecord.model_validate({"decided_at": decided_at, "score": score})
            self.insert(threshold, self._warc.append(partial(threshold_record, threshold)).start)
        return len(missing)

    def current(self) -> float | None:
        """Return the last threshold; None where none was ever set."""
        row = self._db.execute(f"SELECT score {_LAST}").fetchone()
        return float(row[0]) if row else None
