"""Pauses that hosts asked for with Retry-After: until when no request may be sent to a host.

They outlive the run that was asked, so that the next one, an hour or a second later, keeps to them too.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from sqlite_utils import Database

from archiver.models import iso_time
from archiver.store.db.transaction import transaction


class Pauses:
    """The pauses of one archive that are not over."""

    def __init__(self, db: Database, now: Callable[[], datetime]) -> None:
        self._db = db
        self._now = now

    def add(self, host: str, until: datetime) -> None:
        """Keep a pause, unless a longer one is kept; forget those that are over."""
        self.add_all({host: until})

    def add_all(self, pauses: Mapping[str, datetime]) -> None:
        """Keep the pauses of several hosts, as `add` does."""
        with transaction(self._db):
            self._db.execute("DELETE FROM pauses WHERE until <= ?", (iso_time(self._now()),))
            self._db.conn.executemany(
                "INSERT INTO pauses (host, until) VALUES (?, ?)"
                " ON CONFLICT (host) DO UPDATE SET until = max(until, excluded.until)",
                [(host, iso_time(_next_second(until))) for host, until in pauses.items()],
            )

    def all(self) -> dict[str, datetime]:
        """Return the end of each host's pause."""
        rows = self._db.execute("SELECT host, until FROM pauses WHERE until > ?", (iso_time(self._now()),))
        return {host: datetime.fromisoformat(until) for host, until in rows}


def _next_second(time: datetime) -> datetime:
    """Round up, since times are kept in whole seconds and a pause is never shortened."""
    return time.astimezone(UTC) + timedelta(seconds=1) if time.microsecond else time
