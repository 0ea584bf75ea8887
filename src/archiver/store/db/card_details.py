"""How cards were shown, as rows that all sightings share which show the same.

In: an open database inside a transaction, cards. Out: the ids of the rows of
`card_details` that their sightings point to.
Refuses: nothing. The one surprise: where a permalink is written as it is resolved, its `href` is NULL, since
the card has it; and a card of which there is nothing to be said has no row.
"""

from collections.abc import Iterable, Sequence

from sqlite_utils import Database

from archiver.models import Card, content_key
from archiver.store.db.posts import as_json


def details_key(card: Card) -> str | None:
    """The public id of how the card was shown; None where there is nothing to be said."""
    values = _values(card)
    return content_key(*values) if any(values) else None


def insert_details(db: Database, cards: Sequence[Card]) -> list[int | None]:
    """The rows of these cards where they are not there yet; the id of each."""
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
    """Remove those of the rows that no sighting points to any more."""
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
