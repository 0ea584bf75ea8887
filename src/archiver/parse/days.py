"""A day of the calendar as it is found in a text, and the years that people write.

In: numbers as printed. Out: a `FoundDate`, a year of ours. Refuses what no calendar has, and years in which
no page is dated. The one surprise: a Thai page counts from the Buddha's death.
"""

from dataclasses import dataclass
from datetime import date

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Years outside are numbers of something else, or years of another calendar."""


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text, at `text[start:end]`.

    `iso` is YYYY-MM-DD, or None where no year is printed or given (then `year` is None too).
    """

    iso: str | None
    month: int | None
    day: int | None
    year: int | None
    start: int
    end: int


def found_date(year: int, month: int, day: int, start: int, end: int) -> FoundDate | None:
    """The day at this place of a text, or None where the calendar has no such day."""
    if FIRST_YEAR <= year <= LAST_YEAR:
        try:
            iso = date(year, month, day).isoformat()
        except ValueError:
            return None
        return FoundDate(iso, month, day, year, start, end)
    return None


def full_year(digits: str) -> int:
    """The year that two digits mean, by the usual pivot (POSIX: 69 to 99 are of the 20th century)."""
    number = int(digits.lstrip("'’"))
    if len(digits) >= 4:
        return number
    return number + (1900 if number >= 69 else 2000)


def gregorian(year: int, language: str | None) -> int:
    """The year as we count it: a Thai page counts from the Buddha's death."""
    thai = language is not None and language.lower().startswith("th")
    return year - 543 if thai and year > LAST_YEAR else year
