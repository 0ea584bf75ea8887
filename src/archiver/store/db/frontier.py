"""What of a crawl is still to be fetched, kept in the database beside what it made.

In: sources and URLs. Out: `FrontierEntry`s. Refuses: to queue a URL of one crawl twice. The one surprise: a
crawl that was interrupted is found by its source, and the same command goes on with it; one that came to
its end is forgotten when its source is crawled again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from sqlite_utils import Database

from archiver.store.db.database import transaction

Kind = Literal["source", "page", "feed", "feed page"]
"""What a URL is: the source itself, an older page of it, a feed that it announces, an older page of that."""


class DiscoveredUrl(NamedTuple):
    """A URL to be queued. `chain` is the URL with which its line of older pages begins: the source or a feed.

    `redirects` counts those that led to it.
    """

    url: str
    kind: Kind
    chain: str
    redirects: int = 0


@dataclass(frozen=True, slots=True)
class FrontierEntry:
    """A URL of a crawl, with what `DiscoveredUrl` says of it; `capture_id` is its capture, once held."""

    id: int
    source: str
    url: str
    kind: Kind
    chain: str
    redirects: int
    capture_id: int | None


class NewCards(NamedTuple):
    """How many cards a capture shows, and how many of them are new to the archive, and to its chain."""

    shown: int
    to_archive: int
    to_chain: int


class UnfinishedCrawl(NamedTuple):
    """A row of the frontier without what only its own database knows; *capture* is a public id."""

    source: str
    url: str
    kind: str
    chain: str
    redirects: int
    state: str
    reason: str | None
    capture: str | None


_IS_UNFINISHED = "state IN ('queued', 'in flight')"


class Frontier:
    """The frontier of every crawl of one archive; each method that writes is one transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, source: str) -> None:
        """Queue the source, unless an interrupted crawl of it is to be gone on with."""
        with transaction(self._db):
            unfinished = f"SELECT 1 FROM frontier WHERE source = ? AND {_IS_UNFINISHED} LIMIT 1"
            if self._db.execute(unfinished, (source,)).fetchone() is None:
                self._db.execute("DELETE FROM frontier WHERE source = ?", (source,))
                self._add(source, [DiscoveredUrl(source, "source", source)])

    def take(self, source: str) -> FrontierEntry | None:
        """The next URL of the crawl, now in flight: first what was in flight when the last run ended."""
        with transaction(self._db):
            row = self._db.execute(
                "SELECT id, source, url, kind, chain, redirects, capture_id FROM frontier"
                f" WHERE source = ? AND {_IS_UNFINISHED} ORDER BY state = 'queued', id LIMIT 1",
                (source,),
            ).fetchone()
            if row is None:
                return None
            self._db.execute("UPDATE frontier SET state = 'in flight' WHERE id = ?", (row[0],))
            return FrontierEntry(*row)

    def hold(self, item: FrontierEntry, capture_id: int) -> None:
        """The capture of a URL in flight is kept."""
        self._db.execute("UPDATE frontier SET capture_id = ? WHERE id = ?", (capture_id, item.id))

    def adopt(self, url: str, capture_id: int) -> None:
        """A capture that was found beyond the rows is that of the URL in flight when the run was killed."""
        self._db.execute(
            "UPDATE frontier SET capture_id = ? WHERE url = ? AND state = 'in flight' AND capture_id IS NULL",
            (capture_id, url),
        )

    def finish(self, item: FrontierEntry, error: str | None, found: Iterable[DiscoveredUrl] = ()) -> None:
        """The URL is done, or failed for that reason; queue what it led to and this crawl has not met yet."""
        with transaction(self._db):
            state = "failed" if error else "done"
            self._db.execute(
                "UPDATE frontier SET state = ?, reason = ? WHERE id = ?", (state, error, item.id)
            )
            self._add(item.source, found)

    def has_redirected(self, item: FrontierEntry, url: str) -> bool:
        """Whether this crawl has asked for that URL and was redirected from it."""
        row = self._db.execute(
            "SELECT 1 FROM frontier JOIN captures ON captures.id = frontier.capture_id"
            " WHERE source = ? AND frontier.url = ? AND status BETWEEN 300 AND 399 AND status != 304",
            (item.source, url),
        ).fetchone()
        return row is not None

    def source_urls(self, source: str) -> list[str]:
        """The source and where it has redirected to."""
        rows = self._db.execute(
            "SELECT url FROM frontier WHERE source = ? AND kind = 'source' ORDER BY id", (source,)
        )
        return [row[0] for row in rows]

    def pages_taken(self, item: FrontierEntry) -> int:
        """How many pages of the item's chain the crawl has met; a redirect counts with what it leads to."""
        row = self._db.execute(
            "SELECT count(*) FROM frontier WHERE source = ? AND chain = ? AND redirects = 0",
            (item.source, item.chain),
        ).fetchone()
        return int(row[0])

    def new_cards(self, item: FrontierEntry, capture_id: int) -> NewCards:
        """What is new on a capture: to the archive is what no capture outside of this crawl shows."""
        row = self._db.execute(
            """
            WITH crawl AS (SELECT chain, capture_id FROM frontier
                           WHERE source = :source AND capture_id IS NOT NULL),
                 shown AS (SELECT DISTINCT card_id FROM sightings WHERE capture_id = :capture)
            SELECT count(*),
                   sum(NOT EXISTS (SELECT 1 FROM sightings s WHERE s.card_id = shown.card_id
                                   AND s.capture_id NOT IN (SELECT capture_id FROM crawl))),
                   sum(NOT EXISTS (SELECT 1 FROM sightings s WHERE s.card_id = shown.card_id
                                   AND s.capture_id != :capture AND s.capture_id IN
                                   (SELECT capture_id FROM crawl WHERE chain = :chain)))
            FROM shown
            """,
            {"source": item.source, "chain": item.chain, "capture": capture_id},
        ).fetchone()
        return NewCards(*(int(value or 0) for value in row))

    def unfinished(self) -> list[UnfinishedCrawl]:
        """All rows of the crawls that have not come to their end, in order."""
        rows = self._db.execute(
            "SELECT source, frontier.url, kind, chain, redirects, state, reason, captures.key FROM frontier"
            " LEFT JOIN captures ON captures.id = frontier.capture_id WHERE source IN"
            f" (SELECT source FROM frontier WHERE {_IS_UNFINISHED}) ORDER BY frontier.id"
        )
        return [UnfinishedCrawl(*row) for row in rows]

    def restore(self, rows: Iterable[UnfinishedCrawl]) -> None:
        """Take the unfinished crawls over from another database of the same captures."""
        with transaction(self._db):
            self._db.conn.executemany(
                "INSERT INTO frontier (source, url, kind, chain, redirects, state, reason, capture_id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT id FROM captures WHERE key = ?))",
                rows,
            )

    def _add(self, source: str, found: Iterable[DiscoveredUrl]) -> None:
        self._db.conn.executemany(
            "INSERT INTO frontier (source, url, kind, chain, redirects, state)"
            " VALUES (?, ?, ?, ?, ?, 'queued') ON CONFLICT (source, url) DO NOTHING",
            ((source, *one) for one in found),
        )
