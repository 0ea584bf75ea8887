"""Printed dates as days of the calendar."""

from datetime import date
from functools import lru_cache


@lru_cache(4096)  # a day stands in many rows
def day_of(text: str) -> date | None:
    """Return the day of a printed date; None for one that is in no calendar, such as 30 February."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
