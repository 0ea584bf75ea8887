"""What deduplication reads of a sighting, and a light value that tells it.

In: nothing. Out: `Seen`, which `archiver.models.Sighting` satisfies, and `SeenCard`, a tuple that does so at
a tenth of the memory. Refuses nothing. The one surprise: a tuple is not validated; whoever makes millions of
them out of a database has done so before.
"""

from datetime import datetime
from typing import NamedTuple, Protocol


class Seen(Protocol):
    """A card seen at one position of one capture; `capture` and `card` are public ids."""

    @property
    def capture(self) -> str: ...  # noqa: D102
    @property
    def captured_at(self) -> datetime: ...  # noqa: D102
    @property
    def position(self) -> int: ...  # noqa: D102
    @property
    def card(self) -> str: ...  # noqa: D102
    @property
    def language(self) -> str | None: ...  # noqa: D102


class SeenCard(NamedTuple):
    """A sighting as a tuple."""

    capture: str
    captured_at: datetime
    position: int
    card: str
    language: str | None = None


def seen_order(sighting: Seen) -> tuple[datetime, str, int, str]:
    """What sorts sightings: time, then capture, position and card, so that no two are equal."""
    return (sighting.captured_at, sighting.capture, sighting.position, sighting.card)
