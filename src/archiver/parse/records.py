"""A payload of card records (see `archiver.cardrow`): JSON Lines to a page.

In: the payload, the capture's URL. Out: a `Page` of kind "listing" with a card for each line. Refuses the
payload where a line is no card record: those that were taken in as records all are. The one surprise: the URL
of a part of a data set (`#row=1001-2000`) says that its cards did not stand together, and where it begins.
"""

from functools import lru_cache

import orjson

from archiver.cardrow import card_of, first_row, position_of
from archiver.models import Card, Page

_SHORT = 4096
"""Bytes of a line up to which its card is held in memory, for the next capture that shows it."""


def read_records(payload: bytes, url: str) -> Page:
    """The cards of the lines in their order; a line without a position stands one behind the line before."""
    first = first_row(url)
    cards: list[Card] = []
    positions: list[int] = []
    position = (first or 1) - 1
    try:
        for line in payload.splitlines():
            given, card = (_short_line if len(line) <= _SHORT else _line)(line)
            position = position + 1 if given is None else given
            cards.append(card)
            positions.append(position)
    except (ValueError, AttributeError) as error:
        return Page(
            url=url,
            kind="empty",
            confidence=1,
            error=f"line {len(cards) + 1} is no card record: {error}",
        )
    return Page(
        url=url,
        kind="listing",
        confidence=1,
        cards=tuple(cards),
        positions=tuple(positions),
        together=first is None,
        charset="utf-8",
        why="card records: each line is a card",
    )


def _line(line: bytes) -> tuple[int | None, Card]:
    row = orjson.loads(line)
    given = row.get("position")
    return None if given is None else position_of(given), card_of(row)


_short_line = lru_cache(4096)(_line)
