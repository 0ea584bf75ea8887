"""Manual overrides: whether two cards are the same post, as the user decided, and when.

No row is ever changed or removed. A later decision about the same two cards replaces an earlier one.
"""

import json
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlite_utils import Database

from archiver.models import Override, iso_time
from archiver.store.db import retired_cards
from archiver.store.db.transaction import transaction
from archiver.store.warc.records import OverrideRecord, PlacedCard, override_record

if TYPE_CHECKING:  # how a record is written is no part of the computation of posts
    from archiver.store.warc.append import RecordStart, WarcAppender


class Overrides:
    """The overrides of one archive."""

    def __init__(self, db: Database, warc: "WarcAppender") -> None:
        self._db = db
        self._warc = warc

    def add(self, left: str, right: str, *, same: bool) -> bool:
        """Keep a decision about two cards: its record, flushed, then its row.

        Returns:
            False where the last decision about the two cards is the same.
        """
        with transaction(self._db):
            override = self._new(*sorted((left, right)), same=same)
            if override is None:
                return False
            self.insert(override, *self._warc.append(partial(override_record, override)))
            return True

    def _new(self, left: str, right: str, *, same: bool) -> OverrideRecord | None:
        """Return the override to be kept, dated after the last one even where the clock went back."""
        now = self._warc.now()
        last = self._db.execute(
            "SELECT decided_at, same FROM overrides WHERE left_card = ? AND right_card = ?"
            " ORDER BY decided_at DESC LIMIT 1",
            (left, right),
        ).fetchone()
        if last:
            if bool(last[1]) is same:
                return None
            now = max(now, datetime.fromisoformat(last[0]) + timedelta(seconds=1))
        cards = retired_cards.placed(self._db, left), retired_cards.placed(self._db, right)
        return OverrideRecord(same=same, decided_at=now, cards=cards)

    def insert(self, override: OverrideRecord, start: "RecordStart", length: int) -> bool:
        """Insert the row of a record of *length* bytes; return False where it is there already."""
        left, right = override.cards
        added = self._db.execute(
            "INSERT INTO overrides (left_card, right_card, same, decided_at, cards, warc_file_id,"
            " warc_offset, warc_length) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (
                left.id,
                right.id,
                override.same,
                iso_time(override.decided_at),
                json.dumps([card.model_dump() for card in override.cards], ensure_ascii=False),
                *start,
                length,
            ),
        )
        return added.rowcount == 1

    def take_over(self, former: Database) -> int:
        """Record again what only another database of this archive has; return how many."""
        held = set(self._db.execute("SELECT left_card, right_card, decided_at FROM overrides"))
        rows = former.execute("SELECT left_card, right_card, decided_at, same, cards FROM overrides")
        missing = [row for row in rows if row[:3] not in held]
        for _, _, decided_at, same, cards in missing:
            facts = {"same": bool(same), "decided_at": decided_at, "cards": json.loads(cards)}
            override = OverrideRecord.model_validate(facts)
            self.insert(override, *self._warc.append(partial(override_record, override)))
        return len(missing)

    def current(self) -> list[Override]:
        """Return the last decision about each two cards, by the ids that the cards have now."""
        decided: dict[tuple[str, str], bool] = {}
        rows = self._db.execute("SELECT cards, same FROM overrides ORDER BY decided_at, id").fetchall()
        for cards, same in rows:
            left, right = sorted(self._current_id(PlacedCard(**card)) for card in json.loads(cards))
            decided[left, right] = bool(same)
        return [Override(left=a, right=b, same=same) for (a, b), same in sorted(decided.items())]

    def _current_id(self, card: PlacedCard) -> str:
        """Return the card's id, or that of the card in its place where another parser gave it another one."""
        if self._db.execute("SELECT 1 FROM cards WHERE key = ?", (card.id,)).fetchone():
            return card.id
        return retired_cards.in_place(self._db, card) or card.id
