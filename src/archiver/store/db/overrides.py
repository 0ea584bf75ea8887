"""Manual overrides: whether two cards are the same post, as the user decided, and when.

No row is ever changed or removed. A later decision about the same two cards replaces an earlier one.
"""

import json
from datetime import datetime, timedelta

from sqlite_utils import Database

from archiver.models import Override, iso_time
from archiver.store.db import retired_cards
from archiver.store.warc.records import OverrideRecord, PlacedCard


def new_override(db: Database, left: str, right: str, *, same: bool, now: datetime) -> OverrideRecord | None:
    """The word to be kept about two cards; None where the last one about them says the same.

    A word is later than those before it even when the clock says otherwise: the last one counts.
    """
    left, right = sorted((left, right))
    last = db.execute(
        "SELECT decided_at, same FROM overrides WHERE left_card = ? AND right_card = ?"
        " ORDER BY decided_at DESC LIMIT 1",
        (left, right),
    ).fetchone()
    if last:
        if bool(last[1]) is same:
            return None
        now = max(now, datetime.fromisoformat(last[0]) + timedelta(seconds=1))
    cards = retired_cards.named(db, left), retired_cards.named(db, right)
    return OverrideRecord(same=same, decided_at=now, cards=cards)


def insert(db: Database, override: OverrideRecord, file_id: int, offset: int, length: int) -> bool:
    """The row of a word whose record of *length* bytes stands at *offset*; False if it is held."""
    left, right = override.cards
    added = db.execute(
        "INSERT INTO overrides (left_card, right_card, same, decided_at, cards, warc_file_id, warc_offset,"
        " warc_length) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            left.id,
            right.id,
            override.same,
            iso_time(override.decided_at),
            json.dumps([card.model_dump() for card in override.cards], ensure_ascii=False),
            file_id,
            offset,
            length,
        ),
    )
    return added.rowcount == 1


def read(db: Database) -> list[Override]:
    """The last word about each two cards, by the ids that the cards have now."""
    said: dict[tuple[str, str], bool] = {}
    for cards, same in db.execute("SELECT cards, same FROM overrides ORDER BY decided_at, id").fetchall():
        left, right = sorted(_current_id(db, PlacedCard(**card)) for card in json.loads(cards))
        said[left, right] = bool(same)
    return [Override(left=left, right=right, same=same) for (left, right), same in sorted(said.items())]


def _current_id(db: Database, card: PlacedCard) -> str:
    """The id itself, or, where another parser gave the card another one, that of the card in its place."""
    if db.execute("SELECT 1 FROM cards WHERE key = ?", (card.id,)).fetchone():
        return card.id
    return retired_cards.in_place(db, card) or card.id
