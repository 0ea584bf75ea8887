"""Cards and their sightings. A card's row is shared by all captures that show the identical card."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlite_utils import Database

from archiver.models import CARD_FIELDS, Card, Sighting

CAPTURE_ORDER = "captures.captured_at, captures.url, captures.key"
"""The order of captures everywhere: by time, then by URL, so that it never depends on the order of work."""

text_as_json = json.JSONEncoder(ensure_ascii=False).encode  # a tenth of the time that a list takes


def as_json(values: Iterable[str | int]) -> str:
    """Return a list as the JSON array that its column holds."""
    return f"[{', '.join(map(text_as_json, values))}]"


def read_cards_by_id(db: Database, condition: str, *values: str) -> dict[int, tuple[str, Card]]:
    """Return the public ids and the fields of some cards, by the ids of their rows."""
    rows = db.execute(f"SELECT id, key, {', '.join(CARD_FIELDS)} FROM cards {condition}", values)
    fields = set(Card.model_fields)  # one set for all: by itself it takes as much room as a card
    unknown = dict.fromkeys(("href", "printed", "updated", "image", "language"))
    return {
        # a card was validated before it became a row; to do it again takes five times as long
        card_id: (
            key,
            Card.model_construct(
                _fields_set=fields,
                url=url,
                title=title,
                date=date,
                author=author,
                categories=tuple(json.loads(categories)) if categories != "[]" else (),
                tags=tuple(json.loads(tags)) if tags != "[]" else (),
                excerpt=excerpt,
                **unknown,
                list_number=0,
            ),
        )
        for card_id, key, url, title, date, author, categories, tags, excerpt in rows
    }


class Cards:
    """The cards of one archive, and where they were seen."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def by_id(self) -> dict[str, Card]:
        """Return every card by its public id."""
        return dict(read_cards_by_id(self._db, "ORDER BY key").values())

    def sightings(self) -> Iterator[Sighting]:
        """Yield every sighting, in capture order, then by position."""
        rows = self._db.execute(
            "SELECT captures.key, captures.captured_at, sightings.position, cards.key,"
            " coalesce(card_details.language, pages.language), pages.same_page, captures.url,"
            " sightings.list_number"
            " FROM sightings JOIN captures ON captures.id = sightings.capture_id"
            " JOIN pages ON pages.capture_id = captures.id JOIN cards ON cards.id = sightings.card_id"
            " LEFT JOIN card_details ON card_details.id = sightings.details_id"
            f" ORDER BY {CAPTURE_ORDER}, sightings.position"
        )
        for capture, captured_at, position, card, language, same_page, url, list_number in rows:
            yield Sighting(
                capture=capture,
                captured_at=datetime.fromisoformat(captured_at),
                position=position,
                card=card,
                language=language,
                same_page=same_page,
                url=url,
                list_number=list_number,
            )
