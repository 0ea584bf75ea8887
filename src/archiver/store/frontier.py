"""What of a crawl is still to be fetched, kept in the database beside what it made.

In: an open database inside a transaction, sources and URLs. Out: `Item`s. Refuses: to queue a URL of one
crawl twice. The one surprise: a crawl that was interrupted is found by its source, and the same command goes
on with it; one that came to its end is forgotten when its source is crawled again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from sqlite_utils import Database

Kind = Literal["source", "page", "feed", "feed page"]
"""What a URL is: the source itself, an older page of it, a feed that it announces, an older page of that."""


class Found(NamedTuple):
    """A URL to be queued. `chain` is the URL with which its line of older pages begins: the source or a feed.

    `redirects` counts those that led to it.
    """

    url: str
    kind: Kind
    chain: str
    redirects: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """A URL of a crawl, with what `Found` says of it; `capture_id` is its capture, once held."""

    id: int
    source: str
    url: str
    kind: Kind
    chain: str
    redirects: int
    capture_id: int | None


def begin(db: Database, source: str) -> bool:
    """Queue the source, unless an interrupted crawl of it is to be gone on with; True if one is."""
    unfinished = "SELECT 1 FROM frontier WHERE source = ? AND state IN ('queued', 'in flight') LIMIT 1"
    if db.execute(unfinished, (source,)).fetchone():
        return True
    db.execute("DELETE FROM frontier WHERE source = ?", (source,))
    add(db, source, [Found(source, "source", source)])
    return False


def add(db: Database, source: str, found: Iterable[Found]) -> None:
    """Queue the URLs that this crawl has not met yet."""
    db.conn.executemany(
        "INSERT INTO frontier (source, url, kind, chain, redirects, state) VALUES (?, ?, ?, ?, ?, 'queued')"
        " ON CONFLICT (source, url) DO NOTHING",
        ((source, *one) for one in found),
    )


def take(db: Database, source: str) -> Item | None:
    """The next URL of the crawl, now in flight: first what was in flight when the last run ended."""
    row = db.execute(
        "SELECT id, source, url, kind, chain, redirects, capture_id FROM frontier"
        " WHERE source = ? AND state IN ('queued', 'in flight') ORDER BY state = 'queued', id LIMIT 1",
        (source,),
    ).fetchone()
    if row is None:
        return None
    db.execute("UPDATE frontier SET state = 'in flight' WHERE id = ?", (row[0],))
    return Item(*row)


def finish(db: Database, item: Item, error: str | None) -> None:
    """The URL is done, or failed for that reason."""
    state = "failed" if error else "done"
    db.execute("UPDATE frontier SET state = ?, reason = ? WHERE id = ?", (state, error, item.id))


def hold(db: Database, item_id: int, capture_id: int) -> None:
    """The capture of a URL in flight is kept."""
    db.execute("UPDATE frontier SET capture_id = ? WHERE id = ?", (capture_id, item_id))


def adopt(db: Database, url: str, capture_id: int) -> None:
    """A capture that was found beyond the rows is that of the URL in flight when the run was killed."""
    db.execute(
        "UPDATE frontier SET capture_id = ? WHERE url = ? AND state = 'in flight' AND capture_id IS NULL",
        (capture_id, url),
    )


class Saved(NamedTuple):
    """A row of the frontier without what only its own database knows; *capture* is a public id."""

    source: str
    url: str
    kind: str
    chain: str
    redirects: int
    state: str
    reason: str | None
    capture: str | None


def unfinished(db: Database) -> list[Saved]:
    """All rows of the crawls that have not come to their end, in order."""
    rows = db.execute(
        "SELECT source, frontier.url, kind, chain, redirects, state, reason, captures.key FROM frontier"
        " LEFT JOIN captures ON captures.id = frontier.capture_id WHERE source IN"
        " (SELECT source FROM frontier WHERE state IN ('queued', 'in flight')) ORDER BY frontier.id"
    )
    return [Saved(*row) for row in rows]


def restore(db: Database, rows: Iterable[Saved]) -> None:
    """Put the rows of another database's unfinished crawls into this one."""
    db.conn.executemany(
        "INSERT INTO frontier (source, url, kind, chain, redirects, state, reason, capture_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT id FROM captures WHERE key = ?))",
        rows,
    )


def source_urls(db: Database, source: str) -> list[str]:
    """The source and where it has redirected to."""
    rows = db.execute("SELECT url FROM frontier WHERE source = ? AND kind = 'source' ORDER BY id", (source,))
    return [row[0] for row in rows]


def pages_taken(db: Database, item: Item) -> int:
    """How many pages of the item's chain the crawl has met; a redirect counts with what it leads to."""
    row = db.execute(
        "SELECT count(*) FROM frontier WHERE source = ? AND chain = ? AND redirects = 0",
        (item.source, item.chain),
    ).fetchone()
    return int(row[0])


def new_cards(db: Database, item: Item, capture_id: int) -> tuple[int, int, int]:
    """How many cards the item's capture shows, and how many of them are new.

    The three numbers: all; those that no capture outside of this crawl shows; those that no other capture
    of the item's chain shows.
    """
    row = db.execute(
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
    return int(row[0]), int(row[1] or 0), int(row[2] or 0)
