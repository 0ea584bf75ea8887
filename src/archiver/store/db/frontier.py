"""The frontier of each crawl: the URLs that it has found, and which of them are still to be fetched.

A crawl queues no URL twice. An interrupted crawl is found by its source, and the same command resumes it. A
finished one is forgotten when its source is crawled again, but for its holes: where a page failed, the pages
behind it were not seen, and the next crawl goes there again.

Each URL bears the baseline of its crawl, the last capture that was kept before it: only what later captures
show is new. The pages behind a hole keep the baseline of the crawl that left it, so that what has moved
there from the front meanwhile, and is known, does not end the walk.

A web archive answers some URLs with another capture than its index names. Such replay URLs are kept for ever
as done, with the capture, so that they are not asked again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from sqlite_utils import Database

from archiver.store.db.cards import as_json
from archiver.store.db.transaction import transaction

Kind = Literal["source", "page", "feed", "feed page"]
"""What a URL is: the source itself, an older page of it, a feed that it announces, an older page of that."""
_REPLAY = "replay"
"""The kind of the URLs by which a web archive has served another capture than its index names."""


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
    """A URL of a crawl, with the fields of `DiscoveredUrl`; `capture_id` is None until it has one.

    `baseline_id` is the capture that was the last one before the crawl, 0 where there was none.
    """

    id: int
    source: str
    url: str
    kind: Kind
    chain: str
    redirects: int
    capture_id: int | None
    baseline_id: int


class SeenCard(NamedTuple):
    """A card, and whether the archive showed it up to the baseline of an entry, or its chain elsewhere."""

    url: str | None
    title: str | None
    date: str | None
    in_archive: bool
    in_chain: bool


class UnseenPage(NamedTuple):
    """A URL of a source that failed, and why; what is behind it was not seen either."""

    source: str
    url: str
    reason: str


class UnfinishedCrawl(NamedTuple):
    """An entry of a crawl that is not complete, without row ids; *capture* and *baseline* are public ids."""

    source: str
    url: str
    kind: str
    chain: str
    redirects: int
    state: str
    reason: str | None
    capture: str | None
    baseline: str | None


class _Hole(NamedTuple):
    """A failed entry, and the URL from which its pager is walked again, which is nearer to the start."""

    id: int
    from_source: bool
    url: str
    kind: Kind
    chain: str
    baseline_id: int


_IS_UNFINISHED = "state IN ('queued', 'in flight')"
_IS_PAGER_PAGE = """
  f.state = 'done'
  AND (f.capture_id IS NULL OR EXISTS (SELECT 1 FROM sightings WHERE capture_id = f.capture_id))
"""
"""A page that showed cards, or may have: what a crawl showed before it was resumed is forgotten."""
RESUMED_WITHIN = "1 hour"
"""The time within which an interrupted crawl is resumed where it was: no listing moves by pages in it."""
_MOST_ALIKE = 100
"""Cards of one title, and of one URL, that a card is compared with: the latest ones."""
_SEEN_CARD = """
  SELECT url, title, date,
    EXISTS (SELECT 1 FROM sightings s WHERE s.card_id = cards.id AND s.capture_id <= :baseline),
    EXISTS (SELECT 1 FROM sightings s WHERE s.card_id = cards.id AND s.capture_id != :capture
            AND s.capture_id IN (SELECT capture_id FROM frontier WHERE source = :source AND chain = :chain))
  FROM cards
"""


class Frontier:
    """The frontier of every crawl of one archive; each method that writes is one transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, source: str, *, max_pages: int, feeds: bool) -> None:
        """Queue what the next crawl of the source asks for.

        An interrupted crawl is resumed, and asks again for what failed in it; after RESUMED_WITHIN, what it
        had still to fetch is a hole, since the listing has moved. Where there is none, the source is queued,
        and for a hole of the last crawl the page in front of it, whose link leads on: the URL that failed may
        be none of the listing's by now. Holes behind the source are left to a later crawl if *max_pages* is
        1, and holes in feeds unless *feeds*.
        """
        with transaction(self._db):
            if self._is_unfinished(source):
                if not self._is_stale(source):
                    self._resume(source, feeds=feeds)
                    return
                self._db.execute(
                    "UPDATE frontier SET state = 'failed', reason = 'the crawl was interrupted'"
                    f" WHERE source = ? AND {_IS_UNFINISHED}",
                    (source,),
                )
            holes = self._holes(source)
            left = {
                hole.id
                for hole in holes
                if not hole.from_source and (max_pages == 1 if hole.chain == source else not feeds)
            }
            self._db.execute(
                "DELETE FROM frontier WHERE source = ? AND id NOT IN (SELECT value FROM json_each(?))",
                (source, as_json(left)),
            )
            resumed = _one_for_each_chain(hole for hole in holes if hole.id not in left)
            (last,) = self._db.execute("SELECT coalesce(max(id), 0) FROM captures").fetchone()
            at_source = [hole.baseline_id for hole in resumed if hole.url == source]
            self._add([DiscoveredUrl(source, "source", source)], source, min([last, *at_source]))
            for hole in resumed:
                self._add([DiscoveredUrl(hole.url, hole.kind, hole.chain)], source, hole.baseline_id)

    def _is_unfinished(self, source: str) -> bool:
        unfinished = f"SELECT 1 FROM frontier WHERE source = ? AND {_IS_UNFINISHED} LIMIT 1"
        return self._db.execute(unfinished, (source,)).fetchone() is not None

    def _is_stale(self, source: str) -> bool:
        """Return whether the last capture of a URL of an interrupted crawl is older than RESUMED_WITHIN."""
        last = (
            "SELECT max(captured_at) < strftime('%Y-%m-%dT%H:%M:%SZ', 'now', ?)"
            " FROM frontier JOIN captures USING (url) WHERE source = ?"
        )
        return bool(self._db.execute(last, (f"-{RESUMED_WITHIN}", source)).fetchone()[0])

    def _resume(self, source: str, *, feeds: bool) -> None:
        """Queue again what failed in an interrupted crawl, and forget what its pages showed.

        A page that shows only what an earlier one showed ends its pager, but not where new posts have pushed
        these cards there since.
        """
        self._db.execute(
            "UPDATE frontier SET capture_id = NULL, reason = NULL,"
            " state = CASE state WHEN 'failed' THEN 'queued' ELSE state END"
            " WHERE source = ? AND (state = 'done' OR state = 'failed' AND (? OR chain = source))",
            (source, feeds),
        )

    def _holes(self, source: str) -> list[_Hole]:
        """Return the holes that the crawls of a source have left."""
        rows = self._db.execute(
            f"""
            SELECT failed.id, failed.kind = 'source', before.url, before.kind, failed.chain,
              coalesce(failed.baseline_id, 0)
            FROM frontier failed LEFT JOIN frontier before ON before.id = (
              SELECT max(id) FROM frontier f WHERE f.source = failed.source AND f.chain = failed.chain
              AND f.baseline_id IS failed.baseline_id AND f.id < failed.id AND {_IS_PAGER_PAGE})
            WHERE failed.source = ? AND failed.state = 'failed' ORDER BY failed.id
            """,
            (source,),
        )
        holes = (_Hole(*row) for row in rows)
        return [hole if hole.kind in ("page", "feed page") else _from_start(hole, source) for hole in holes]

    def take(self, source: str) -> FrontierEntry | None:
        """Take the next URL, which is in flight from now on; first one that an interrupted run left so."""
        with transaction(self._db):
            row = self._db.execute(
                "SELECT id, source, url, kind, chain, redirects, capture_id, coalesce(baseline_id, 0)"
                " FROM frontier"
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
            self._add(found, entry.source, entry.baseline_id)

    def has(self, source: str, url: str) -> bool:
        """Return whether the crawl of the source has queued that URL."""
        row = self._db.execute("SELECT 1 FROM frontier WHERE source = ? AND url = ?", (source, url))
        return row.fetchone() is not None

    def has_led_on(self, entry: FrontierEntry, url: str) -> bool:
        """Return whether this crawl has fetched that URL and it showed no cards: a redirect, or a refresh."""
        row = self._db.execute(
            "SELECT 1 FROM frontier WHERE source = ? AND url = ? AND state != 'failed'"
            " AND capture_id IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM sightings s WHERE s.capture_id = frontier.capture_id)",
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

    def shown_cards(self, entry: FrontierEntry, capture_id: int) -> list[SeenCard]:
        """Return the distinct cards of the entry's capture, and where these very cards were seen before."""
        of_capture = "WHERE id IN (SELECT card_id FROM sightings WHERE capture_id = :capture)"
        return self._seen_cards(entry, capture_id, of_capture, {})

    def similar_cards(self, entry: FrontierEntry, capture_id: int, card: SeenCard) -> list[SeenCard]:
        """Return the latest cards with the title or the URL of a card, and where they were seen before."""
        latest = f"ORDER BY id DESC LIMIT {_MOST_ALIKE}"
        of_title_or_url = f"""
            WHERE id IN (SELECT id FROM (SELECT id FROM cards WHERE title = :title {latest})
                         UNION SELECT id FROM (SELECT id FROM cards WHERE url = :url {latest}))
        """
        return self._seen_cards(entry, capture_id, of_title_or_url, {"title": card.title, "url": card.url})

    def _seen_cards(
        self, entry: FrontierEntry, capture_id: int, condition: str, values: dict[str, str | None]
    ) -> list[SeenCard]:
        rows = self._db.execute(
            f"{_SEEN_CARD} {condition}",
            {
                "source": entry.source,
                "chain": entry.chain,
                "baseline": entry.baseline_id,
                "capture": capture_id,
                **values,
            },
        )
        return [SeenCard(*row) for row in rows]

    def resumed_after(self, entry: FrontierEntry) -> int | None:
        """Return the baseline of the crawl, where it resumes a pager at this entry; None for other entries.

        Redirects, and pages without cards, are no page of a pager: what they lead to is.
        """
        row = self._db.execute(
            f"""
            SELECT baseline_id FROM frontier WHERE source = :source AND url = :source
            AND baseline_id > :baseline AND NOT EXISTS (
              SELECT 1 FROM frontier f WHERE f.source = :source AND f.chain = :chain AND f.id < :id
              AND coalesce(f.baseline_id, 0) = :baseline AND {_IS_PAGER_PAGE})
            """,
            {
                "source": entry.source,
                "chain": entry.chain,
                "baseline": entry.baseline_id,
                "id": entry.id,
            },
        ).fetchone()
        return row[0] if row else None

    def unseen(self) -> list[UnseenPage]:
        """Return the URLs that failed when their source was crawled last, by source, in order."""
        rows = self._db.execute(
            "SELECT source, url, coalesce(reason, '') FROM frontier WHERE state = 'failed'"
            " ORDER BY source, id"
        )
        return [UnseenPage(*row) for row in rows]

    def interrupted(self) -> int:
        """Count the sources whose crawl was interrupted."""
        count = f"SELECT count(DISTINCT source) FROM frontier WHERE {_IS_UNFINISHED}"
        return int(self._db.execute(count).fetchone()[0])

    def unfinished(self) -> list[UnfinishedCrawl]:
        """Return, in order, replay URLs and the entries of crawls that were interrupted or left a hole."""
        rows = self._db.execute(
            "SELECT source, frontier.url, kind, chain, redirects, state, reason, held.key, baseline.key"
            " FROM frontier LEFT JOIN captures held ON held.id = capture_id"
            " LEFT JOIN captures baseline ON baseline.id = baseline_id WHERE kind = ? OR source IN"
            f" (SELECT source FROM frontier WHERE {_IS_UNFINISHED} OR state = 'failed') ORDER BY frontier.id",
            (_REPLAY,),
        )
        return [UnfinishedCrawl(*row) for row in rows]

    def restore(self, rows: Iterable[UnfinishedCrawl]) -> None:
        """Copy unfinished crawls from another database of this archive; what is lost is fetched again."""
        with transaction(self._db):
            self._db.conn.executemany(
                "INSERT INTO frontier"
                " (source, url, kind, chain, redirects, state, reason, capture_id, baseline_id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?,"
                " (SELECT id FROM captures WHERE key = ? AND NOT is_lost),"
                " (SELECT id FROM captures WHERE key = ?))",
                rows,
            )

    def note_replay(self, source: str, url: str, key: str) -> None:
        """Note the capture (its public id) that was served for a replay URL, if it is stored."""
        with transaction(self._db):
            self._db.execute(
                "INSERT INTO frontier (source, url, kind, chain, redirects, state, capture_id)"
                " SELECT ?, ?, ?, ?, 0, 'done', id FROM captures WHERE key = ? ON CONFLICT DO NOTHING",
                (source, url, _REPLAY, source, key),
            )

    def replayed(self, source: str, url: str) -> str | None:
        """Return the public id of the capture that a replay URL has given; None where it is not noted."""
        row = self._db.execute(
            "SELECT key FROM frontier JOIN captures ON captures.id = capture_id"
            " WHERE source = ? AND frontier.url = ? AND kind = ? AND NOT is_lost",
            (source, url, _REPLAY),
        ).fetchone()
        return row[0] if row else None

    def _add(self, found: Iterable[DiscoveredUrl], source: str, baseline_id: int) -> None:
        self._db.conn.executemany(
            "INSERT INTO frontier (source, baseline_id, url, kind, chain, redirects, state)"
            " VALUES (?, nullif(?, 0), ?, ?, ?, ?, 'queued') ON CONFLICT (source, url) DO NOTHING",
            ((source, baseline_id, *one) for one in found),
        )


def _from_start(hole: _Hole, source: str) -> _Hole:
    """Return a hole that is reached from the start of its chain: no page of the pager was seen before it."""
    return hole._replace(url=hole.chain, kind="source" if hole.chain == source else "feed")


def _one_for_each_chain(holes: Iterable[_Hole]) -> list[_Hole]:
    """Return the hole of each chain that is nearest to its start, with the earliest baseline of all.

    The walk from there passes the others. The crawl from the source has the latest baseline, so that a hole
    that it leaves is in front of older ones.
    """
    nearest: dict[str, _Hole] = {}
    for hole in holes:
        other = nearest.get(hole.chain, hole)
        first, second = (hole, other) if hole.baseline_id > other.baseline_id else (other, hole)
        nearest[hole.chain] = first._replace(baseline_id=second.baseline_id)
    return list(nearest.values())
