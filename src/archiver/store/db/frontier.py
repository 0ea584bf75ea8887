"""The frontier of each crawl: the URLs that it has found, and which of them are still to be fetched.

A crawl queues no URL twice. An interrupted crawl is found by its source, and the same command resumes it. A
finished one is forgotten when its source is crawled again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from sqlite_utils import Database

from archiver.store.db.transaction import transaction

Kind = Literal["source", "page", "feed", "feed page"]
"""What a URL is: the source itself, an older page of it, a feed that it announces, an older page of that."""


class DiscoveredUrl(NamedTuple):
    """A URL to be queued.

    `chain` is the first URL of the pager that it belongs to: the source or a feed. `redirects` counts those
    that led to it.
    """

    url: str
    kind: Kind
    chain: str
    redirects: int = 0


@dataclass(frozen=True, slots=True)
class FrontierEntry:
    """A URL of a crawl, with the fields of `DiscoveredUrl`; `capture_id` is None until it has one."""

    id: int
    source: str
    url: str
    kind: Kind
    chain: str
    redirects: int
    capture_id: int | None


class NewCards(NamedTuple):
    """How many cards a capture shows, and how many of them are new to the archive and to its chain."""

    shown: int
    to_archive: int
    to_chain: int


class UnfinishedCrawl(NamedTuple):
    """An entry of an unfinished crawl without row ids; *capture* is a public id."""

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
        """Queue the source, unless an interrupted crawl of it is to be resumed."""
        with transaction(self._db):
            unfinished = f"SELECT 1 FROM frontier WHERE source = ? AND {_IS_UNFINISHED} LIMIT 1"
            if self._db.execute(unfinished, (source,)).fetchone() is None:
                self._db.execute("DELETE FROM frontier WHERE source = ?", (source,))
                self._add(source, [DiscoveredUrl(source, "source", source)])

    def take(self, source: str) -> FrontierEntry | None:
        """Take the next URL, which is in flight from now on; first one that an interrupted run left so."""
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

    def hold(self, entry: FrontierEntry, capture_id: int) -> None:
        """Note the capture of a URL in flight."""
        self._db.execute("UPDATE frontier SET capture_id = ? WHERE id = ?", (capture_id, entry.id))

    def adopt(self, url: str, capture_id: int) -> None:
        """Give a recovered capture to the entry that was in flight when the run was interrupted."""
        self._db.execute(
            "UPDATE frontier SET capture_id = ? WHERE url = ? AND state = 'in flight' AND capture_id IS NULL",
            (capture_id, url),
        )

    def finish(self, entry: FrontierEntry, error: str | None, found: Iterable[DiscoveredUrl] = ()) -> None:
        """Note that the URL is done, or why it failed; queue the URLs found that are new to this crawl."""
        with transaction(self._db):
            state = "failed" if error else "done"
            self._db.execute(
                "UPDATE frontier SET state = ?, reason = ? WHERE id = ?", (state, error, entry.id)
            )
            self._add(entry.source, found)

    def has_redirected(self, entry: FrontierEntry, url: str) -> bool:
        """Return whether this crawl has fetched that URL and was redirected."""
        row = self._db.execute(
            "SELECT 1 FROM frontier JOIN captures ON captures.id = frontier.capture_id"
            " WHERE source = ? AND frontier.url = ? AND status BETWEEN 300 AND 399 AND status != 304",
            (entry.source, url),
        ).fetchone()
        return row is not None

    def source_urls(self, source: str) -> list[str]:
        """Return the source and the URLs that it has redirected to."""
        rows = self._db.execute(
            "SELECT url FROM frontier WHERE source = ? AND kind = 'source' ORDER BY id", (source,)
        )
        return [row[0] for row in rows]

    def pages_taken(self, entry: FrontierEntry) -> int:
        """Count the pages of the entry's chain so far; a redirect counts with its target as one."""
        row = self._db.execute(
            "SELECT count(*) FROM frontier WHERE source = ? AND chain = ? AND redirects = 0",
            (entry.source, entry.chain),
        ).fetchone()
        return int(row[0])

    def new_cards(self, entry: FrontierEntry, capture_id: int) -> NewCards:
        """Count the new cards of a capture; new to the archive is what no capture of another crawl shows."""
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
            {"source": entry.source, "chain": entry.chain, "capture": capture_id},
        ).fetchone()
        return NewCards(*(int(value or 0) for value in row))

    def unfinished(self) -> list[UnfinishedCrawl]:
        """Return all entries of the unfinished crawls, in order."""
        rows = self._db.execute(
            "SELECT source, frontier.url, kind, chain, redirects, state, reason, captures.key FROM frontier"
            " LEFT JOIN captures ON captures.id = frontier.capture_id WHERE source IN"
            f" (SELECT source FROM frontier WHERE {_IS_UNFINISHED}) ORDER BY frontier.id"
        )
        return [UnfinishedCrawl(*row) for row in rows]

    def restore(self, rows: Iterable[UnfinishedCrawl]) -> None:
        """Copy unfinished crawls from another database of the same captures."""
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
