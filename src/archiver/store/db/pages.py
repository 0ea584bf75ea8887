"""Pages into rows: what parsing made of each capture, and what a later reading makes of it.

In: an open database inside a transaction, a capture's row, its `Page`. Out: how the page's cards were, and
are. Refuses: to begin or end a transaction. The one surprise: a card that no capture shows any more goes, and
a post that has no card left goes with it; posts that have lost one are made anew by the next `dedupe`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlite_utils import Database

from archiver.models import CardCount, Page
from archiver.store.db import search
from archiver.store.db.card_details import details_key, insert_details, remove_unshown_details
from archiver.store.db.posts import as_json
from archiver.store.db.retired_cards import Place, remembered
from archiver.store.db.sites import replace_blocks
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
_FIELDS = tuple({"parser_version": "reading", "same_page": "together"}.get(name, name) for name in _COLUMNS)
"""The fields of `Page` in the order of the columns."""
_AT_ONCE = 1000
_NEXT_URL = _COLUMNS.index("next_url")


class FormerPage(NamedTuple):
    """What a page showed: the public ids of its cards with their URLs, in page order, and its next page."""

    cards: tuple[tuple[str, str | None], ...]
    next_url: str | None


def insert_pages(db: Database, pages: Sequence[tuple[int, Page]]) -> list[int]:
    """The pages of captures that have none yet: their rows, cards and sightings. How many cards are new."""
    names, places = ", ".join(_COLUMNS), ", ".join("?" for _ in _COLUMNS)
    db.conn.executemany(
        f"INSERT INTO pages (capture_id, {names}) VALUES (?, {places})",
        ((capture_id, *_row_of(page)) for capture_id, page in pages),
    )
    for capture_id, page in pages:
        if page.blocks:
            replace_blocks(db, capture_id, page)
    return _insert_cards(db, pages)


def replace_page(db: Database, capture_id: int, page: Page, gone: list[RetiredCard]) -> FormerPage | None:
    """Put the page in the place of the capture's former one; what that one showed, None if there was none.

    Cards that no capture shows any more go with what hangs on them; those whose ids were given out are added
    to *gone*.
    """
    names = ", ".join(_COLUMNS)
    row = db.execute(f"SELECT {names} FROM pages WHERE capture_id = ?", (capture_id,)).fetchone()
    if row is None:
        insert_pages(db, [(capture_id, page)])
        return None
    shown = db.execute(
        "SELECT cards.id, details_id, position, cards.key, card_details.key, cards.url FROM sightings"
        " JOIN cards ON cards.id = card_id LEFT JOIN card_details ON card_details.id = details_id"
        " WHERE capture_id = ? ORDER BY position",
        (capture_id,),
    ).fetchall()
    before = FormerPage(tuple((key, url) for *_, key, _, url in shown), row[_NEXT_URL])
    if row != _row_of(page):
        settings = ", ".join(f"{name} = ?" for name in _COLUMNS)
        db.execute(
            f"UPDATE pages SET {settings}, template_applied = 0 WHERE capture_id = ?",
            (*_row_of(page), capture_id),
        )
        replace_blocks(db, capture_id, page)
    shows = [(at, card.key, details_key(card)) for at, card in zip(page.shown_at, page.cards, strict=True)]
    if [(at, key, details) for *_, at, key, details, _ in shown] != shows:
        db.execute("DELETE FROM sightings WHERE capture_id = ?", (capture_id,))
        _insert_cards(db, [(capture_id, page)])
        (capture,) = db.execute("SELECT key FROM captures WHERE id = ?", (capture_id,)).fetchone()
        places = {
            card_id: (key, Place(capture, at, len(shown))) for card_id, _, at, key, *_ in reversed(shown)
        }
        gone += _remove_unseen(db, places)
        remove_unshown_details(db, {details_id for _, details_id, *_ in shown if details_id})
    return before


def readings(db: Database) -> Iterator[tuple[int, str, str | None]]:
    """Every capture's id and URL, with its page's reading, the latest first.

    Some at a time: the rows may change on the way.
    """
    last: tuple[str, str, str] = ("a", "", "")  # behind every time
    while found := db.execute(
        "SELECT captures.id, url, parser_version, captured_at, key FROM captures"
        " LEFT JOIN pages ON pages.capture_id = captures.id WHERE (captured_at, url, key) < (?, ?, ?)"
        f" ORDER BY captured_at DESC, url DESC, key DESC LIMIT {_AT_ONCE}",
        last,
    ).fetchall():
        yield from ((capture_id, url, reading) for capture_id, url, reading, *_ in found)
        _, url, _, captured_at, key = found[-1]
        last = captured_at, url, key


def unparsed(db: Database) -> Iterator[int]:
    """The ids of the captures that have no page, likewise."""
    last = 0
    while found := db.execute(
        "SELECT captures.id FROM captures LEFT JOIN pages ON pages.capture_id = captures.id"
        f" WHERE pages.capture_id IS NULL AND captures.id > ? ORDER BY captures.id LIMIT {_AT_ONCE}",
        (last,),
    ).fetchall():
        yield from (capture_id for (capture_id,) in found)
        last = found[-1][0]


def card_counts(db: Database, after: int, *, near: bool) -> Iterator[CardCount]:
    """How many cards the captures show that could be read, by URL, then by time.

    Those with an id beyond *after* are new; *near*: only captures of the sites that these are of.
    """
    for start, end in _sites(db, after) if near else [("", "\U0010ffff")]:
        for url, captured_at, cards, has_next, is_new in db.execute(
            "SELECT url, captured_at, (SELECT count(*) FROM sightings WHERE capture_id = captures.id),"
            " next_url IS NOT NULL, captures.id > ? FROM captures JOIN pages ON capture_id = captures.id"
            " WHERE url >= ? AND url < ? AND error IS NULL"
            " AND (status IS NULL OR status BETWEEN 200 AND 299 OR status = 304)"
            " ORDER BY url, captured_at, key",
            (after, start, end),
        ):
            yield CardCount(url, datetime.fromisoformat(captured_at), cards, bool(has_next), bool(is_new))


def _sites(db: Database, after: int) -> list[tuple[str, str]]:
    """Of every site with a capture beyond *after*: where its URLs begin, and end, in their order."""
    urls = db.execute("SELECT url FROM captures WHERE id > ?", (after,))
    roots = {"/".join(url.split("/", 3)[:3]) for (url,) in urls}
    return [(f"{root}/", f"{root}0") for root in sorted(roots)]  # 0 comes after / in ASCII


def _row_of(page: Page) -> tuple[str | float | None, ...]:
    """The values of the columns."""
    lists = {"feeds": as_json(page.feeds), "labels": as_json(page.labels)}
    return tuple(lists.get(name, getattr(page, name)) for name in _FIELDS)


def _insert_cards(db: Database, pages: Sequence[tuple[int, Page]]) -> list[int]:
    """The cards of the pages that the archive does not know, and the sightings of all; how many were new."""
    cards = {card.key: card for _, page in pages for card in page.cards}
    ids: dict[str, int] = dict(
        db.execute(
            "SELECT key, id FROM cards WHERE key IN (SELECT value FROM json_each(?))", (as_json(cards),)
        )
    )
    (last,) = db.execute("SELECT coalesce(max(id), 0) FROM cards").fetchone()
    new = [card for key, card in cards.items() if key not in ids]
    ids |= {card.key: card_id for card_id, card in enumerate(new, start=last + 1)}
    db.conn.executemany(
        "INSERT INTO cards (id, key, title, url, date, author, categories, tags, excerpt)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (n, c.key, c.title, c.url, c.date, c.author, as_json(c.categories), as_json(c.tags), c.excerpt)
            for n, c in enumerate(new, start=last + 1)
        ),
    )
    details = iter(insert_details(db, [card for _, page in pages for card in page.cards]))
    db.conn.executemany(
        "INSERT INTO sightings (capture_id, position, card_id, details_id) VALUES (?, ?, ?, ?)",
        (
            (capture_id, position, ids[card.key], next(details))
            for capture_id, page in pages
            for position, card in zip(page.shown_at, page.cards, strict=True)
        ),
    )
    unseen = {card.key for card in new}
    counts = []
    for _, page in pages:
        first_shown = unseen.intersection(card.key for card in page.cards)
        unseen -= first_shown
        counts.append(len(first_shown))
    return counts


def _remove_unseen(db: Database, places: Mapping[int, tuple[str, Place]]) -> Iterator[RetiredCard]:
    """Remove those of the cards that no capture shows, and the posts that are left without a card.

    What is to be remembered of each is told before it goes.
    """
    for card_id, (key, place) in places.items():
        unseen = db.execute(
            "SELECT post_id FROM cards WHERE id = ?1"
            " AND NOT EXISTS (SELECT 1 FROM sightings WHERE card_id = ?1)",
            (card_id,),
        ).fetchone()
        if unseen is None:
            continue
        if card := remembered(db, key, place):
            yield card
        db.execute("DELETE FROM matches WHERE left_card_id = ?1 OR right_card_id = ?1", (card_id,))
        db.execute("DELETE FROM field_sources WHERE card_id = ?", (card_id,))
        db.execute("DELETE FROM cards WHERE id = ?", (card_id,))
        if db.execute("SELECT 1 FROM cards WHERE post_id = ?", unseen).fetchone() is None:
            for table in ("field_sources", "revisions"):
                db.execute(f"DELETE FROM {table} WHERE post_id = ?", unseen)
            search.remove(db, unseen)
            db.execute("DELETE FROM posts WHERE id = ?", unseen)
