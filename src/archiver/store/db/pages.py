"""Pages: what the parser made of each capture, replaced when a later parser version reads it again.

A card that no capture shows any more is removed, and with it a post that has no card left. A post that lost
one of its cards is rebuilt by the next `dedupe`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlite_utils import Database

from archiver.models import CARD_FIELDS, Card, CardCount, Page, SeenListing
from archiver.store.db import search
from archiver.store.db.card_details import details_key, insert_details, remove_unshown_details
from archiver.store.db.cards import as_json
from archiver.store.db.retired_cards import Place, RetiredCards, snapshot
from archiver.store.db.sites import replace_blocks
from archiver.store.db.transaction import transaction
from archiver.store.warc.records import RetiredCard

_COLUMNS = (
    "kind",
    "confidence",
    "charset",
    "language",
    "next_url",
    "feeds",
    "labels",
    "why",
    "error",
    "parser_version",
    "same_page",
)
_NEXT_URL = _COLUMNS.index("next_url")
_AT_ONCE = 1000
"""Rows that are read with one statement, so that other statements may change them in between."""


class FormerPage(NamedTuple):
    """What a page showed: the public ids of its cards with their URLs, in page order, and its next page."""

    cards: tuple[tuple[str, str | None], ...]
    next_url: str | None


class PageSummary(NamedTuple):
    """How many cards a capture shows, and the error of its page."""

    cards: int
    error: str | None


class ParsedCapture(NamedTuple):
    """A capture's row id and URL, and the parser version that made its page; None without a page."""

    capture_id: int
    url: str
    parser_version: str | None


class _Shown(NamedTuple):
    """One card of a page as the database has it."""

    card_id: int
    details_id: int | None
    position: int
    key: str
    details_key: str | None
    list_number: int
    url: str | None


class Pages:
    """The pages of one archive, with their cards and sightings."""

    def __init__(self, db: Database, retired: RetiredCards) -> None:
        self._db = db
        self._retired = retired

    def add(self, capture_id: int, page: Page) -> int:
        """Insert the page of a capture; return how many of its cards no capture has shown before."""
        return self.add_all([(capture_id, page)])[0]

    def add_all(self, pages: Sequence[tuple[int, Page]]) -> list[int]:
        """Insert the pages of captures in one transaction; return of each how many of its cards are new.

        A capture that has a page keeps it: another process may have parsed it meanwhile.
        """
        names, marks = ", ".join(_COLUMNS), ", ".join("?" for _ in _COLUMNS)
        with transaction(self._db):
            new = [(capture_id, page) for capture_id, page in pages if not self.has(capture_id)]
            self._db.conn.executemany(
                f"INSERT INTO pages (capture_id, {names}) VALUES (?, {marks})",
                ((capture_id, *_row_of(page)) for capture_id, page in new),
            )
            for capture_id, page in new:
                if page.blocks:
                    replace_blocks(self._db, capture_id, page)
            new_cards = dict(zip((at for at, _ in new), self._insert_cards(new), strict=True))
            return [new_cards.get(capture_id, 0) for capture_id, _ in pages]

    def replace(self, pages: Mapping[int, Page]) -> dict[int, FormerPage | None]:
        """Replace the pages of captures in one transaction; return the former ones, None where none was.

        Cards that are retired by it and whose ids were given out are recorded, flushed, before the rows
        change for good.
        """
        with transaction(self._db):
            retired: list[RetiredCard] = []
            former = {at: self._replace(at, page, retired) for at, page in pages.items()}
            self._retired.add(retired)
            return former

    def has(self, capture_id: int) -> bool:
        """Return whether the capture has a page."""
        found = self._db.execute("SELECT 1 FROM pages WHERE capture_id = ?", (capture_id,)).fetchone()
        return found is not None

    def summary(self, capture_id: int) -> PageSummary:
        """Return how many cards the capture shows, and the error of its page."""
        row = self._db.execute(
            "SELECT (SELECT count(*) FROM sightings WHERE capture_id = captures.id), pages.error"
            " FROM captures LEFT JOIN pages ON pages.capture_id = captures.id WHERE captures.id = ?",
            (capture_id,),
        ).fetchone()
        return PageSummary(*row)

    def parsed_captures(self) -> Iterator[ParsedCapture]:
        """Yield every capture whose record is there, latest first; rows may change meanwhile."""
        last: tuple[str, str, str] = ("a", "", "")  # sorts after every time
        while found := self._db.execute(
            "SELECT captures.id, url, parser_version, captured_at, key FROM captures"
            " LEFT JOIN pages ON pages.capture_id = captures.id WHERE (captured_at, url, key) < (?, ?, ?)"
            f" AND NOT is_lost ORDER BY captured_at DESC, url DESC, key DESC LIMIT {_AT_ONCE}",
            last,
        ).fetchall():
            yield from (ParsedCapture(*row[:3]) for row in found)
            _, url, _, captured_at, key = found[-1]
            last = captured_at, url, key

    def unparsed(self) -> Iterator[int]:
        """Yield the ids of captures without a page whose record is there; rows may change meanwhile."""
        last = 0
        while found := self._db.execute(
            "SELECT captures.id FROM captures LEFT JOIN pages ON pages.capture_id = captures.id"
            " WHERE pages.capture_id IS NULL AND NOT is_lost AND captures.id > ?"
            f" ORDER BY captures.id LIMIT {_AT_ONCE}",
            (last,),
        ).fetchall():
            yield from (capture_id for (capture_id,) in found)
            last = found[-1][0]

    def with_links_to_files(self, after: int) -> int:
        """Count the captures kept after the one with this id whose cards link to files, not to a site."""
        row = self._db.execute(
            "SELECT count(DISTINCT capture_id) FROM sightings JOIN cards ON cards.id = card_id"
            " WHERE capture_id > ? AND cards.url >= 'file:' AND cards.url < 'file;'",
            (after,),
        ).fetchone()
        return int(row[0])

    def seen_listings(self) -> list[SeenListing]:
        """Return the captures of pages that showed cards; data sets are no pages, and have none."""
        rows = self._db.execute(
            "SELECT captures.id, captures.url, pages.next_url, captured_at FROM captures"
            " JOIN pages ON pages.capture_id = captures.id WHERE pages.same_page"
            " AND EXISTS (SELECT 1 FROM sightings WHERE capture_id = captures.id)"
        )
        return [SeenListing(row, url, older, datetime.fromisoformat(at)) for row, url, older, at in rows]

    def posts_of(self, capture_id: int) -> list[int]:
        """Return the rows of the posts that a capture shows; a card in no post stands for itself, negated."""
        rows = self._db.execute(
            "SELECT coalesce(post_id, -cards.id) FROM sightings JOIN cards ON cards.id = card_id"
            " WHERE capture_id = ?",
            (capture_id,),
        )
        return [post for (post,) in rows]

    def card_counts(self, after: int = 0, *, near: bool = False) -> Iterator[CardCount]:
        """Count the cards of the captures that could be read, by URL, then by time.

        Args:
            after: a capture's id; captures that were kept later are new.
            near: only captures of the sites that the new ones are of.
        """
        for start, end in self._url_ranges(after) if near else [("", "\U0010ffff")]:
            for url, captured_at, cards, has_next, is_new in self._db.execute(
                "SELECT url, captured_at, (SELECT count(*) FROM sightings WHERE capture_id = captures.id),"
                " next_url IS NOT NULL, captures.id > ? FROM captures JOIN pages ON capture_id = captures.id"
                " WHERE url >= ? AND url < ? AND error IS NULL"
                " AND (status IS NULL OR status BETWEEN 200 AND 299 OR status = 304)"
                " ORDER BY url, captured_at, key",
                (after, start, end),
            ):
                yield CardCount(url, datetime.fromisoformat(captured_at), cards, bool(has_next), bool(is_new))

    def _url_ranges(self, after: int) -> list[tuple[str, str]]:
        """Return the range of URLs of every site with a capture later than *after*, in order."""
        urls = self._db.execute("SELECT url FROM captures WHERE id > ?", (after,))
        roots = {"/".join(url.split("/", 3)[:3]) for (url,) in urls}
        return [(f"{root}/", f"{root}0") for root in sorted(roots)]  # 0 comes after / in ASCII

    def _replace(self, capture_id: int, page: Page, retired: list[RetiredCard]) -> FormerPage | None:
        """Replace the page of one capture, and add the cards that are retired by it."""
        names = ", ".join(_COLUMNS)
        row = self._db.execute(f"SELECT {names} FROM pages WHERE capture_id = ?", (capture_id,)).fetchone()
        if row is None:
            self.add(capture_id, page)
            return None
        shown = self._shown(capture_id)
        if row != _row_of(page):
            settings = ", ".join(f"{name} = ?" for name in _COLUMNS)
            self._db.execute(
                f"UPDATE pages SET {settings}, template_applied = 0 WHERE capture_id = ?",
                (*_row_of(page), capture_id),
            )
            replace_blocks(self._db, capture_id, page)
        now = [
            (at, card.key, details_key(card), card.list_number)
            for at, card in zip(page.shown_at, page.cards, strict=True)
        ]
        if [(card.position, card.key, card.details_key, card.list_number) for card in shown] != now:
            self._db.execute("DELETE FROM sightings WHERE capture_id = ?", (capture_id,))
            self._insert_cards([(capture_id, page)])
            retired += self._remove_unseen(capture_id, shown)
            remove_unshown_details(self._db, {card.details_id for card in shown if card.details_id})
        return FormerPage(tuple((card.key, card.url) for card in shown), row[_NEXT_URL])

    def _shown(self, capture_id: int) -> list[_Shown]:
        rows = self._db.execute(
            "SELECT cards.id, details_id, position, cards.key, card_details.key, list_number, cards.url"
            " FROM sightings"
            " JOIN cards ON cards.id = card_id LEFT JOIN card_details ON card_details.id = details_id"
            " WHERE capture_id = ? ORDER BY position",
            (capture_id,),
        )
        return [_Shown(*row) for row in rows]

    def _insert_cards(self, pages: Sequence[tuple[int, Page]]) -> list[int]:
        """Insert the sightings, and the cards that are new; return the number of new cards of each page."""
        cards = {card.key: card for _, page in pages for card in page.cards}
        ids: dict[str, int] = dict(
            self._db.execute(
                "SELECT key, id FROM cards WHERE key IN (SELECT value FROM json_each(?))", (as_json(cards),)
            )
        )
        (last,) = self._db.execute("SELECT coalesce(max(id), 0) FROM cards").fetchone()
        new = [card for key, card in cards.items() if key not in ids]
        ids |= {card.key: card_id for card_id, card in enumerate(new, start=last + 1)}
        self._db.conn.executemany(
            f"INSERT INTO cards (id, key, {', '.join(CARD_FIELDS)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (_card_row(ids[card.key], card) for card in new),
        )
        details = iter(insert_details(self._db, [card for _, page in pages for card in page.cards]))
        self._db.conn.executemany(
            "INSERT INTO sightings (capture_id, position, card_id, details_id, list_number)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                (capture_id, position, ids[card.key], next(details), card.list_number)
                for capture_id, page in pages
                for position, card in zip(page.shown_at, page.cards, strict=True)
            ),
        )
        return _first_shown(pages, {card.key for card in new})

    def _remove_unseen(self, capture_id: int, shown: Sequence[_Shown]) -> Iterator[RetiredCard]:
        """Remove those of the cards that no capture shows, and posts without a card; yield what is kept."""
        (capture,) = self._db.execute("SELECT key FROM captures WHERE id = ?", (capture_id,)).fetchone()
        first = {card.card_id: card for card in reversed(shown)}
        for card_id, card in first.items():
            unseen = self._db.execute(
                "SELECT post_id FROM cards WHERE id = ?1"
                " AND NOT EXISTS (SELECT 1 FROM sightings WHERE card_id = ?1)",
                (card_id,),
            ).fetchone()
            if unseen is None:
                continue
            if kept := snapshot(self._db, card.key, Place(capture, card.position, len(shown))):
                yield kept
            self._remove_card(card_id, unseen[0])

    def _remove_card(self, card_id: int, post_id: int | None) -> None:
        self._db.execute("DELETE FROM comparisons WHERE left_card_id = ?1 OR right_card_id = ?1", (card_id,))
        self._db.execute("DELETE FROM field_sources WHERE card_id = ?", (card_id,))
        self._db.execute("DELETE FROM cards WHERE id = ?", (card_id,))
        if post_id is None:
            return
        if self._db.execute("SELECT 1 FROM cards WHERE post_id = ?", (post_id,)).fetchone() is None:
            for table in ("field_sources", "revisions"):
                self._db.execute(f"DELETE FROM {table} WHERE post_id = ?", (post_id,))
            search.remove(self._db, [post_id])
            self._db.execute("DELETE FROM posts WHERE id = ?", (post_id,))


def _row_of(page: Page) -> tuple[str | float | None, ...]:
    """Return the values of the columns."""
    lists = {"feeds": as_json(page.feeds), "labels": as_json(page.labels)}
    return tuple(lists.get(name, getattr(page, name)) for name in _COLUMNS)


def _card_row(card_id: int, card: Card) -> tuple[int | str | None, ...]:
    lists = as_json(card.categories), as_json(card.tags)
    return card_id, card.key, card.url, card.title, card.date, card.author, *lists, card.excerpt


def _first_shown(pages: Sequence[tuple[int, Page]], new: set[str]) -> list[int]:
    """Return for each page how many of the new cards it is the first to show."""
    counts = []
    for _, page in pages:
        first = new.intersection(card.key for card in page.cards)
        new -= first
        counts.append(len(first))
    return counts
