"""When each source was crawled last, and what its captures show of its pace.

A crawl that brought nothing leaves no capture, so that the times of crawls are rows of their own.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlite_utils import Database

from archiver.models import iso_time
from archiver.store.db.cards import as_json
from archiver.store.db.transaction import transaction


class Visit(NamedTuple):
    """The last crawl of a source: its time, and how many failed in a row up to it."""

    at: datetime
    failures: int


class WindowSeen(NamedTuple):
    """What one capture of a source shows: how many posts, and how many of them no capture had shown."""

    at: datetime
    posts: int
    new: int


class SourceSeen(NamedTuple):
    """When a URL of a source was captured last, and when one last showed cards; None for never."""

    source: str
    captured_at: datetime | None
    cards_at: datetime | None


class BroughtPost(NamedTuple):
    """A post that a crawl of a source brought."""

    id: str
    title: str | None
    url: str | None
    date: str | None


class Visits:
    """The crawls of the sources of one archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, source: str, at: datetime, *, failed: bool) -> None:
        """Note that a source was crawled."""
        with transaction(self._db):
            self._db.execute(
                "INSERT INTO visits (source, at, failures) VALUES (?, ?, ?) ON CONFLICT (source) DO UPDATE"
                " SET at = excluded.at, failures = iif(excluded.failures, failures + 1, 0)",
                (source, iso_time(at), int(failed)),
            )

    def last(self, source: str) -> Visit | None:
        """Return the last crawl of a source, None where it never was crawled."""
        row = self._db.execute("SELECT at, failures FROM visits WHERE source = ?", (source,)).fetchone()
        return Visit(datetime.fromisoformat(row[0]), row[1]) if row else None

    def all(self) -> dict[str, Visit]:
        """Return the last crawl of each source."""
        rows = self._db.execute("SELECT source, at, failures FROM visits")
        return {source: Visit(datetime.fromisoformat(at), failures) for source, at, failures in rows}

    def sources_seen(self) -> list[SourceSeen]:
        """Return when the URLs of each source that was fetched were captured last, and last showed cards."""
        rows = self._db.execute(
            "SELECT source, max(captured_at), max(iif(EXISTS (SELECT 1 FROM sightings"
            " WHERE sightings.capture_id = captures.id), captured_at, NULL))"
            " FROM frontier LEFT JOIN captures"
            " ON captures.url = frontier.url OR captures.id = frontier.capture_id GROUP BY source"
        )
        return [
            SourceSeen(source, *(time and datetime.fromisoformat(time) for time in times))
            for source, *times in rows
        ]

    def sources_of(self, urls: Sequence[str]) -> list[str]:
        """Return the sources whose crawls led to one of these URLs."""
        rows = self._db.execute(
            "SELECT DISTINCT source FROM frontier WHERE url IN (SELECT value FROM json_each(?))"
            " ORDER BY source",
            (as_json(urls),),
        )
        return [source for (source,) in rows]

    def restore(self, visits: Mapping[str, Visit]) -> None:
        """Keep the crawls that another database of the archive knew."""
        with transaction(self._db):
            self._db.conn.executemany(
                "INSERT INTO visits (source, at, failures) VALUES (?, ?, ?)",
                [(source, iso_time(at), failures) for source, (at, failures) in visits.items()],
            )

    def windows(self, urls: Sequence[str], most: int) -> list[WindowSeen]:
        """Return what the last captures of a source's URLs show, at most so many, in order of time.

        Captures without posts (redirects, errors, cards that no `dedupe` has seen) show nothing.
        """
        rows = self._db.execute(
            "SELECT captured_at, count(DISTINCT post_id),"
            " count(DISTINCT iif(first_seen = captured_at, post_id, NULL))"
            " FROM captures JOIN sightings ON capture_id = captures.id JOIN cards ON cards.id = card_id"
            " JOIN posts ON posts.id = post_id WHERE captures.url IN (SELECT value FROM json_each(?))"
            " GROUP BY captures.id ORDER BY captured_at DESC LIMIT ?",
            (as_json(urls), most),
        ).fetchall()
        return [WindowSeen(datetime.fromisoformat(at), posts, new) for at, posts, new in reversed(rows)]

    def new_posts(self, source: str, after: int) -> list[BroughtPost]:
        """Return the posts that the last crawl of a source showed and no capture up to that row id, in order.

        The order is that in which they were first shown.
        """
        rows = self._db.execute(
            "SELECT posts.key, posts.title, posts.url, posts.date"
            " FROM frontier JOIN sightings USING (capture_id) JOIN cards ON cards.id = card_id"
            " JOIN posts ON posts.id = post_id WHERE source = :source AND capture_id > :after"
            " AND NOT EXISTS (SELECT 1 FROM cards c JOIN sightings s ON s.card_id = c.id"
            " WHERE c.post_id = posts.id AND s.capture_id <= :after)"
            " GROUP BY posts.id ORDER BY min(capture_id), min(position)",
            {"source": source, "after": after},
        )
        return [BroughtPost(*row) for row in rows]
