"""Retired cards: those that no page shows any more, and the cards that their ids lead to.

An id that was given out keeps resolving. It leads to a place on a capture, not to another id, so that any
later parser version finds the card there. Where no card at that place resembles the retired one, and no other
card of its post is left, the id leads nowhere.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from sqlite_utils import Database

from archiver.store.db.cards import CAPTURE_ORDER
from archiver.store.db.transaction import transaction
from archiver.store.warc.records import PlacedCard, RetiredCard, RetirementRecord, retirement_record
from archiver.urlkey import url_key

if TYPE_CHECKING:  # how a record is written is no part of the computation of posts
    from archiver.store.warc.append import RecordStart, WarcAppender

_BEGINNING = 64
"""Characters of an excerpt by which it is recognized: a better parser rarely changes the beginning."""

_SIBLINGS = 16
"""Cards of its post that are kept with a retired card; all with all would be too many in a large post."""

_AT_ONCE = 1000
"""Cards that are looked up with one statement."""


class Place(NamedTuple):
    """Where a card stood: its capture (a public id), its position, among how many cards."""

    capture: str | None
    position: int | None
    of: int | None


class RetiredCards:
    """The retired cards of one archive."""

    def __init__(self, db: Database, warc: "WarcAppender") -> None:
        self._db = db
        self._warc = warc

    def add(self, cards: Sequence[RetiredCard]) -> None:
        """Keep the cards: one record, flushed, then their rows."""
        if not cards:
            return
        with transaction(self._db):
            retirement = RetirementRecord(retired_at=self._warc.now(), cards=tuple(cards))
            self.insert(cards, self._warc.append(partial(retirement_record, retirement)).start)

    def insert(self, cards: Iterable[RetiredCard], start: "RecordStart") -> None:
        """Insert the rows of a record."""
        self._db.conn.executemany(
            "INSERT INTO retired_cards (card, post, snapshot, warc_file_id, warc_offset)"
            " VALUES (?, ?, ?, ?, ?)",
            ((card.id, card.post, card.model_dump_json(), *start) for card in cards),
        )

    def take_over(self, former: Database) -> None:
        """Record again what only another database of this archive has."""
        held = set(self._db.execute("SELECT card, post FROM retired_cards"))
        rows = former.execute("SELECT card, post, snapshot FROM retired_cards ORDER BY id")
        self.add([RetiredCard.model_validate_json(row[2]) for row in rows if row[:2] not in held])

    def missing_in(self, other: "RetiredCards") -> Iterator[RetiredCard]:
        """Yield the cards with a post here that another archive of the same captures does not have."""
        last = ""
        while keys := self._db.execute(
            f"SELECT key FROM cards WHERE post_id IS NOT NULL AND key > ? ORDER BY key LIMIT {_AT_ONCE}",
            (last,),
        ).fetchall():
            last = keys[-1][0]
            for card in other.unknown([key for (key,) in keys]):
                if retired := snapshot(self._db, card):
                    yield retired

    def unknown(self, cards: Sequence[str]) -> list[str]:
        """Return those of the ids that no card has now."""
        rows = self._db.execute(
            "SELECT value FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM cards WHERE key = value)",
            (json.dumps(cards),),
        )
        return [card for (card,) in rows]

    def of_record(self, file: str, offset: int) -> list[RetiredCard]:
        """Return the rows of the record at that offset of a WARC file."""
        file_id = "(SELECT id FROM warc_files WHERE name = ?)"
        return _rows(self._db, f"warc_file_id = {file_id} AND warc_offset = ? ORDER BY id", file, offset)

    def record_offsets(self, file: str) -> set[int]:
        """Return the offsets of the records in a WARC file that have rows."""
        rows = self._db.execute(
            "SELECT DISTINCT warc_offset FROM retired_cards JOIN warc_files ON warc_files.id = warc_file_id"
            " WHERE name = ?",
            (file,),
        )
        return {offset for (offset,) in rows}


def placed(db: Database, card: str, place: Place | None = None) -> PlacedCard:
    """Return a card with what it shows, at that place or else where it was seen first."""
    url, title, excerpt = db.execute(
        "SELECT url, title, excerpt FROM cards WHERE key = ?", (card,)
    ).fetchone()
    at = place or _first_place(db, card)
    return PlacedCard(id=card, **at._asdict(), url=url, title=title, excerpt=excerpt)


def snapshot(db: Database, card: str, place: Place | None = None) -> RetiredCard | None:
    """Return what is kept of a card that is retired from that place; None if it never was in a post."""
    post = db.execute(
        "SELECT posts.id, posts.key FROM cards JOIN posts ON posts.id = post_id WHERE cards.key = ?", (card,)
    ).fetchone()
    if post is None:
        return None
    facts = placed(db, card, place).model_dump()
    facts["excerpt"] = (facts["excerpt"] or "")[:_BEGINNING] or None
    siblings = db.execute(
        "SELECT key FROM cards WHERE post_id = ? AND key <> ?"
        " AND EXISTS (SELECT 1 FROM sightings WHERE card_id = cards.id) ORDER BY key LIMIT ?",
        (post[0], card, _SIBLINGS),
    )
    return RetiredCard(**facts, post=post[1], siblings=tuple(key for (key,) in siblings))


def in_place(db: Database, card: PlacedCard) -> str | None:
    """Return the id of the one card that now stands where this one stood; None where no single card does.

    The card with most in common (beginning of the text, title, permalink) wins; of several, the one at the
    same position. Where none has anything in common, the card at the same position is taken if the capture
    shows as many cards as it did.
    """
    shown = db.execute(
        "SELECT cards.key, position, cards.url, cards.title, cards.excerpt FROM sightings"
        " JOIN cards ON cards.id = card_id JOIN captures ON captures.id = capture_id WHERE captures.key = ?",
        (card.capture,),
    ).fetchall()
    wanted = _features(card.url, card.title, card.excerpt)
    found: dict[tuple[int, bool], set[str]] = defaultdict(set)
    for key, position, *shows in shown:
        alike = sum(a is not None and a == b for a, b in zip(wanted, _features(*shows), strict=True))
        same_position = position == card.position
        if alike or (same_position and len(shown) == card.of):
            found[alike, same_position].add(key)
    best = found[max(found)] if found else set()
    return best.pop() if len(best) == 1 else None


def ids_beginning(db: Database, digits: str) -> list[str]:
    """Return the ids of retired cards that begin with these digits."""
    rows = db.execute(
        "SELECT DISTINCT card FROM retired_cards WHERE card BETWEEN ? AND ? || 'g'"
        " AND NOT EXISTS (SELECT 1 FROM cards WHERE key = card) ORDER BY card",
        (digits, digits),
    )
    return [card for (card,) in rows]


def resolve_id(db: Database, card: str) -> str | None:
    """Return the card that an id leads to: itself, the card in its place, or another one of its post.

    Of a card that was retired more than once, the last place is tried first; so it is with its post's cards.
    """
    todo, seen = [card], set()
    while todo:
        key = todo.pop()
        if key in seen:
            continue
        seen.add(key)
        if db.execute("SELECT 1 FROM cards WHERE key = ?", (key,)).fetchone():
            return key
        others: list[str] = []
        for retired in _rows(db, "card = ? ORDER BY id DESC", key):
            if found := in_place(db, retired):
                return found
            of_post = db.execute(
                "SELECT card FROM retired_cards WHERE post = ? ORDER BY id DESC", (retired.post,)
            )
            others += (retired.post, *retired.siblings, *(other for (other,) in of_post))
        todo += reversed(others)
    return None


def _rows(db: Database, condition: str, *values: str | int) -> list[RetiredCard]:
    rows = db.execute(f"SELECT snapshot FROM retired_cards WHERE {condition}", values)
    return [RetiredCard.model_validate_json(snapshot) for (snapshot,) in rows]


def _features(url: str | None, title: str | None, excerpt: str | None) -> tuple[str | None, ...]:
    """Return what a card is recognized by; the permalink of a front page is that of many cards."""
    return (excerpt or "")[:_BEGINNING] or None, title, url_key(url) or None


def _first_place(db: Database, card: str) -> Place:
    row = db.execute(
        "SELECT captures.key, position, (SELECT count(*) FROM sightings WHERE capture_id = captures.id)"
        " FROM cards JOIN sightings ON card_id = cards.id JOIN captures ON captures.id = capture_id"
        f" WHERE cards.key = ? ORDER BY {CAPTURE_ORDER}, position LIMIT 1",
        (card,),
    ).fetchone()
    return Place(*row) if row else Place(None, None, None)
