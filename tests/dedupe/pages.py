"""Cards on pages of a site, for tests of what becomes of them."""

import random
from datetime import UTC, datetime, timedelta

from archiver.models import Card, Sighting

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def text(seed: int, words: int = 40) -> str:
    """Made-up words, no two alike in two seeds."""
    draw = random.Random(seed)
    return " ".join("".join(draw.choices("bcdfghjklmnprstvz", k=draw.randint(3, 8))) for _ in range(words))


def archive(*pages: list[Card]) -> tuple[dict[str, Card], list[Sighting]]:
    """Cards and sightings of pages, each a list of cards, one captured a day after the other."""
    cards: dict[str, Card] = {}
    sightings: list[Sighting] = []
    for day, page in enumerate(pages):
        for position, card in enumerate(page, 1):
            cards[card.key] = card
            time = NOON + timedelta(days=day)
            sightings.append(Sighting(capture=f"c{day}", captured_at=time, position=position, card=card.key))
    return cards, sightings
