"""Cards that are gone, and what stands in their place: an id that was given out goes on to resolve.

In: an open database inside a transaction (for writing), public ids of cards. Out: `RetiredCard`s to be
recorded, and the ids of cards that are there. Refuses to guess: where nothing is like the card that stood
there, and no other card of its post is left, its id leads nowhere. The one surprise: an id leads to a place
on a capture, not to another id, so that it is found by whatever reading the page has by then.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sqlite_utils import Database

from archiver.store.db.posts import CAPTURE_ORDER
from archiver.store.warc.records import PlacedCard, RetiredCard
from archiver.urlkey import url_key

_BEGINNING = 64
"""Characters of an excerpt by which it is known again: a better reading rarely changes the beginning."""

_BESIDE = 16
"""Cards of its post that are kept with one that goes: of a large post, all with all would be too many."""


class Place(NamedTuple):
    """Where a card stood: its capture (a public id), its position, among how many cards."""

    capture: str | None
    position: int | None
    of: int | None


def named(db: Database, card: str, place: Place | None = None) -> PlacedCard:
    """A card by what it shows and where: at that place, else where it was seen first."""
    url, title, excerpt = db.execute(
        "SELECT url, title, excerpt FROM cards WHERE key = ?", (card,)
    ).fetchone()
    return PlacedCard(
        id=card, **(place or _first_place(db, card))._asdict(), url=url, title=title, excerpt=excerpt
    )


def remembered(db: Database, card: str, place: Place | None = None) -> RetiredCard | None:
    """What is kept of a card when it goes from that place, its last; None if its id was no post's."""
    post = db.execute(
        "SELECT posts.id, posts.key FROM cards JOIN posts ON posts.id = post_id WHERE cards.key = ?", (card,)
    ).fetchone()
    if post is None:
        return None
    facts = named(db, card, place).model_dump()
    facts["excerpt"] = (facts["excerpt"] or "")[:_BEGINNING] or None
    others = db.execute(
        "SELECT key FROM cards WHERE post_id = ? AND key <> ?"
        " AND EXISTS (SELECT 1 FROM sightings WHERE card_id = cards.id) ORDER BY key LIMIT ?",
        (post[0], card, _BESIDE),
    )
    return RetiredCard(**facts, post=post[1], siblings=tuple(key for (key,) in others))


def in_place(db: Database, card: PlacedCard) -> str | None:
    """The one card that stands now where this one stood, on its capture.

    It is the one with most in common (beginning of the text, title, address), of several the one at the same
    position; where none has anything in common, the one at that position if as many cards stand there as did.
    """
    shown = db.execute(
        "SELECT cards.key, position, cards.url, cards.title, cards.excerpt FROM sightings"
        " JOIN cards ON cards.id = card_id JOIN captures ON captures.id = capture_id WHERE captures.key = ?",
        (card.capture,),
    ).fetchall()
    mine = _signs(card.url, card.title, card.excerpt)
    found: dict[tuple[int, bool], set[str]] = defaultdict(set)
    for key, position, *shows in shown:
        alike = sum(a is not None and a == b for a, b in zip(mine, _signs(*shows), strict=True))
        here = position == card.position
        if alike or (here and len(shown) == card.of):
            found[alike, here].add(key)
    best = found[max(found)] if found else set()
    return best.pop() if len(best) == 1 else None


def beginning(db: Database, first: str) -> list[str]:
    """The ids of cards that are gone which begin so."""
    rows = db.execute(
        "SELECT DISTINCT card FROM retired_cards WHERE card BETWEEN ? AND ? || 'g'"
        " AND NOT EXISTS (SELECT 1 FROM cards WHERE key = card) ORDER BY card",
        (first, first),
    )
    return [card for (card,) in rows]


def resolve_id(db: Database, card: str) -> str | None:
    """The card to which an id leads: itself, the one in its place, or another one of its post.

    A card that went more than once is looked for where it stood last, first; so are those of its post.
    """
    todo, seen = [card], set()
    while todo:
        key = todo.pop()
        if key in seen:
            continue
        seen.add(key)
        if db.execute("SELECT 1 FROM cards WHERE key = ?", (key,)).fetchone():
            return key
        beside: list[str] = []
        for former in _rows(db, "card = ? ORDER BY id DESC", key):
            if found := in_place(db, former):
                return found
            gone = db.execute(
                "SELECT card FROM retired_cards WHERE post = ? ORDER BY id DESC", (former.post,)
            )
            beside += (former.post, *former.siblings, *(card for (card,) in gone))
        todo += reversed(beside)
    return None


def lacking(db: Database, cards: Sequence[str]) -> list[str]:
    """Those of the ids that are no card's."""
    rows = db.execute(
        "SELECT value FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM cards WHERE key = value)",
        (json.dumps(cards),),
    )
    return [card for (card,) in rows]


def of_record(db: Database, file: str, offset: int) -> list[RetiredCard]:
    """What is kept of the record at that place."""
    file_id = "(SELECT id FROM warc_files WHERE name = ?)"
    return list(_rows(db, f"warc_file_id = {file_id} AND warc_offset = ? ORDER BY id", file, offset))


def places(db: Database, file: str) -> set[int]:
    """Where the records stand in that file of which something is kept."""
    rows = db.execute(
        "SELECT DISTINCT warc_offset FROM retired_cards JOIN warc_files ON warc_files.id = warc_file_id"
        " WHERE name = ?",
        (file,),
    )
    return {offset for (offset,) in rows}


def insert(db: Database, cards: Iterable[RetiredCard], file_id: int, offset: int) -> None:
    """The rows of cards whose record stands at *offset*."""
    db.conn.executemany(
        "INSERT INTO retired_cards (card, post, snapshot, warc_file_id, warc_offset) VALUES (?, ?, ?, ?, ?)",
        ((card.id, card.post, card.model_dump_json(), file_id, offset) for card in cards),
    )


def _rows(db: Database, condition: str, *values: str | int) -> Iterator[RetiredCard]:
    rows = db.execute(f"SELECT snapshot FROM retired_cards WHERE {condition}", values).fetchall()
    return (RetiredCard.model_validate_json(snapshot) for (snapshot,) in rows)


def _signs(url: str | None, title: str | None, excerpt: str | None) -> tuple[str | None, ...]:
    """By what a card is known again; the address of a front page is that of many."""
    return (excerpt or "")[:_BEGINNING] or None, title, url_key(url) or None


def _first_place(db: Database, card: str) -> Place:
    row = db.execute(
        "SELECT captures.key, position, (SELECT count(*) FROM sightings WHERE capture_id = captures.id)"
        " FROM cards JOIN sightings ON card_id = cards.id JOIN captures ON captures.id = capture_id"
        f" WHERE cards.key = ? ORDER BY {CAPTURE_ORDER}, position LIMIT 1",
        (card,),
    ).fetchone()
    return Place(*row) if row else Place(None, None, None)
