"""A day of the calendar as it is found in a text, and the years and the orders that people write.

In: numbers as printed, the language of their page. Out: a `FoundDate`, a year of ours, an order. Refuses what
no calendar has, and years in which no page is dated: they are numbers of something else, or of another
calendar (2080 is a year of Nepal's). The one surprise: a Thai page counts from the Buddha's death.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Order = Literal["dmy", "mdy", "ymd"]
"""In which order a page prints day, month and year as numbers."""

FIRST_YEAR, LAST_YEAR = 1900, 2049


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


_BUDDHIST = 543  # years of the Thai calendar ahead of ours
_FIRST_BUDDHIST = 40  # two digits from which they are of that calendar: 2540 is 1997


def full_year(digits: str, language: str | None = None) -> int:
    """The year that is printed as two or four digits; 0 where two could be of another calendar.

    Two digits are read as RFC 5322 (4.3) does: 00 to 49 are of this century.
    """
    number, tag = int(digits.lstrip("'’")), _primary(language)
    if len(digits) >= 4:
        return number - _BUDDHIST if tag == "th" and number > LAST_YEAR else number
    if tag in _OTHER_CALENDARS or (tag == "th" and number < _FIRST_BUDDHIST):
        return 0
    if tag == "th":
        return 2500 + number - _BUDDHIST
    return number + (1900 if number >= 50 else 2000)


_OTHER_CALENDARS = frozenset({"am", "fa", "ne", "ps", "ti"})
"""Languages whose pages count years by calendars of their own, beside ours."""
_UNTOLD = frozenset({"en", "en-ca", "en-ph", "en-za", "am", "ti", "mt", "so", "ha"})
_MONTH_FIRST = frozenset({"fil", "tl", "ceb", "or", "om", "zu", "xh"})
_YEAR_FIRST = frozenset(
    {
        "zh",
        "ja",
        "ko",
        "hu",
        "lt",
        "mn",
        "eu",
        "eo",
        "si",
        "ne",
        "fa",
        "ps",
        "sd",
        "ug",
        "mg",
        "rw",
        "sv",
        "af",
    }
)
_DAY_BEFORE_MONTH = frozenset({"sv", "af", "mg", "ug"})
"""Of the former those that print a date without its year day first."""


def order_of(language: str | None, *, digits: int = 4) -> Order | None:
    """The order that a language tag tells (CLDR's short dates), or None where it is printed in several.

    English is, without a country. *digits* of the year: those who write it first do not so when it comes
    last, so their order is of no help with four digits; 0 stands for a date without a year.
    """
    if not language:
        return None
    tag = language.replace("_", "-").lower()
    primary = _primary(tag)
    if tag in _UNTOLD:
        return None
    if primary == "en":
        return "mdy" if "us" in tag.split("-") else "dmy"
    if primary in _MONTH_FIRST:
        return "mdy"
    if primary not in _YEAR_FIRST or tag.endswith("-hk"):
        return "dmy"
    if primary in _DAY_BEFORE_MONTH and digits != 2:
        return "dmy"
    return "ymd" if digits == 2 else "mdy" if digits == 0 else None


def _primary(language: str | None) -> str:
    return (language or "").replace("_", "-").partition("-")[0].lower()
