"""How cards were shown: rows that are shared by all sightings which show the same.

The `href` of a row is NULL where the permalink is written as it resolves, since the card has it. A card with
nothing to note has no row.
"""

from collections.abc import Iterable, Sequence

from sqlite_utils import Database

from archiver.models import Card, content_key
from archiver.store.db.cards import as_json


def details_key(card: Card) -> str | None:
    """Return the public id of how the card was shown; None where there is nothing to note."""
    values = _values(card)
    return content_key(*values) if any(values) else None


def insert_details(db: Database, cards: Sequence[Card]) -> list[int | None]:
    """Insert the rows of these cards where they are missing; return the row id of each card."""
    keys = [details_key(card) for card in cards]
    shown = {key: _values(card) for key, card in zip(keys, cards, strict=True) if key}
    if not shown:
        return [None] * len(keys)
    db.conn.executemany(
        "INSERT INTO card_details (key, href, printed, precision, place, updated, image, language)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
        ((key, *values) for key, values in shown.items()),
    )
    ids: dict[str | None, int] = dict(
        db.execute(
            "SELECT key, id FROM card_details WHERE key IN (SELECT value FROM json_each(?))",
            (as_json(shown),),
        )
    )
    return [ids.get(key) for key in keys]


def remove_unshown_details(db: Database, details_ids: Iterable[int]) -> None:
    """Remove those of the rows that no sighting refers to any more."""
    db.conn.executemany(
        "DELETE FROM card_details WHERE id = ?1"
        " AND NOT EXISTS (SELECT 1 FROM sightings WHERE details_id = ?1)",
        ((details_id,) for details_id in sorted(details_ids)),
    )


def _values(card: Card) -> tuple[str | None, ...]:
    printed = card.printed
    return (
        card.href if card.href != card.url else None,
        *((printed.text, printed.precision, printed.place) if printed else (None, None, None)),
        card.updated,
        card.image,
        card.language,
    )
