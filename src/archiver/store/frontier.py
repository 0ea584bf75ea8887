"""What of a crawl is still to be fetched, kept in the database beside what it made.

In: an open database inside a transaction, sources and URLs. Out: `Item`s. Refuses: to queue a URL of one
crawl twice. The one surprise: a crawl that was interrupted is found by its source, and the same command goes
on with it; one that came to its end is forgotten when its source is crawled again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

Kind = Literal["source", "page", "feed", "feed page"]
"""What a URL is: the source itself, an older page of it, a feed that it announces, an older page of that."""


@dataclass(frozen=True, slots=True)
class Item:
    """A URL of a crawl. `redirects` counts those that led to it; `capture_id` is its capture, once held."""

    id: int
    source: str
    url: str
    kind: Kind
    redirects: int
    capture_id: int | None


def begin(db: Database, source: str) -> bool:
    """Queue the source, unless an interrupted crawl of it is to be gone on with; True if one is."""
    unfinished = "SELECT 1 FROM frontier WHERE source = ? AND state IN ('queued', 'in flight') LIMIT 1"
    if db.execute(unfinished, (source,)).fetchone():
        return True
    db.execute("DELETE FROM frontier WHERE source = ?", (source,))
    add(db, source, [(source, "source", 0)])
    return False


def add(db: Database, source: str, found: Iterable[tuple[str, Kind, int]]) -> None:
    """Queue the URLs (with kind and number of redirects) that this crawl has not met yet."""
    db.conn.executemany(
        "INSERT INTO frontier (source, url, kind, redirects, state) VALUES (?, ?, ?, ?, 'queued')"
        " ON CONFLICT (source, url) DO NOTHING",
        ((source, url, kind, redirects) for url, kind, redirects in found),
    )


def take(db: Database, source: str) -> Item | None:
    """The next URL of the crawl, now in flight: first what was in flight when the last run ended."""
    row = db.execute(
        "SELECT id, source, url, kind, redirects, capture_id FROM frontier"
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


def source_urls(db: Database, source: str) -> list[str]:
    """The source and where it has redirected to."""
    rows = db.execute("SELECT url FROM frontier WHERE source = ? AND kind = 'source' ORDER BY id", (source,))
    return [row[0] for row in rows]


def pages_taken(db: Database, source: str, kinds: tuple[Kind, Kind]) -> int:
    """How many pages of these kinds the crawl has met; a redirect counts with what it leads to."""
    row = db.execute(
        "SELECT count(*) FROM frontier WHERE source = ? AND kind IN (?, ?) AND redirects = 0",
        (source, *kinds),
    ).fetchone()
    return int(row[0])


def new_cards(db: Database, source: str, capture_id: int) -> tuple[int, int, int]:
    """How many cards a capture of this crawl shows, and how many of them are new.

    The three numbers: all; those that no capture outside of this crawl shows; those that no other capture
    of this crawl shows.
    """
    row = db.execute(
        """
        WITH ours AS (SELECT capture_id FROM frontier WHERE source = :source AND capture_id IS NOT NULL),
             shown AS (SELECT DISTINCT card_id FROM sightings WHERE capture_id = :capture)
        SELECT count(*),
               sum(NOT EXISTS (SELECT 1 FROM sightings s WHERE s.card_id = shown.card_id
                               AND s.capture_id NOT IN ours)),
               sum(NOT EXISTS (SELECT 1 FROM sightings s WHERE s.card_id = shown.card_id
                               AND s.capture_id IN ours AND s.capture_id != :capture))
        FROM shown
        """,
        {"source": source, "capture": capture_id},
    ).fetchone()
    return int(row[0]), int(row[1] or 0), int(row[2] or 0)
