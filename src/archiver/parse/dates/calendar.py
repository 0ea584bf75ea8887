"""A day of the calendar as found in a text, and the years and orders that people write.

Numbers as printed come in, with the language of their page; a `FoundDate`, a year of the Gregorian calendar
or an order of day and month goes out. Days that no calendar has are refused, and so are years in which no
page is dated: such a number is something else, or a year of another calendar (2080 is one of Nepal's). A page
in Thai counts years from the Buddha's death.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Order = Literal["dmy", "mdy", "ymd"]
"""The order in which a page prints day, month and year as numbers."""

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
    """Make the date at this place of a text; None where the calendar has no such day."""
    if FIRST_YEAR <= year <= LAST_YEAR:
        try:
            iso = date(year, month, day).isoformat()
        except ValueError:
            return None
        return FoundDate(iso, month, day, year, start, end)
    return None


_BUDDHIST = 543  # years that the Thai calendar is ahead of the Gregorian
_FIRST_BUDDHIST = 40  # the least two digits that are a year of that calendar: 2540 is 1997
UNKNOWN_YEAR = 0
"""What two digits mean that can be of several calendars; no date has this year."""


def full_year(digits: str, language: str | None = None) -> int:
    """Return the year that two or four digits print; `UNKNOWN_YEAR` where two can be of another calendar.

    Two digits are read as RFC 5322 (4.3) does: 00 to 49 are of this century.
    """
    number, tag = int(digits.lstrip("'’")), _primary(language)
    if len(digits) >= 4:
        return number - _BUDDHIST if tag == "th" and number > LAST_YEAR else number
    if tag in _OTHER_CALENDARS or (tag == "th" and number < _FIRST_BUDDHIST):
        return UNKNOWN_YEAR
    if tag == "th":
        return 2500 + number - _BUDDHIST
    return number + (1900 if number >= 50 else 2000)


_OTHER_CALENDARS = frozenset({"am", "fa", "ne", "ps", "ti"})
"""Languages whose pages count years by calendars of their own, beside the Gregorian."""
_SEVERAL_ORDERS = frozenset({"en", "en-ca", "en-ph", "en-za", "am", "ti", "mt", "so", "ha"})
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
"""Languages of `_YEAR_FIRST` that print the day first in a date without its year."""


_ENGLISH_OF = dict.fromkeys(("gov", "mil", "edu", "us"), "en-US") | dict.fromkeys(
    ("uk", "ie", "au", "nz", "in"), "en-GB"
)
"""Top-level domains of countries that print dates in English, to a language whose order theirs is."""


def with_country(language: str | None, host: str) -> str | None:
    """Return the language of a page, where it is English or not declared, as its host's country writes it.

    Many pages declare "en" or the default of their generator, "en-US", wherever they are from.
    """
    if _primary(language) not in ("en", ""):
        return language
    return _ENGLISH_OF.get(host.partition(":")[0].rpartition(".")[2], language)


def order_of(language: str | None, *, digits: int = 4) -> Order | None:
    """Return the order of the short dates of a language (CLDR), or None where several are printed.

    Args:
        language: a BCP 47 tag. English without a country has several orders.
        digits: of the year; 0 for a date without a year. Where a year of four digits stands last, languages
            that put the year first have no known order.

    """
    if not language:
        return None
    tag = language.replace("_", "-").lower()
    primary = _primary(tag)
    if tag in _SEVERAL_ORDERS:
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
    """Return the primary subtag of a language tag, in lower case."""
    return (language or "").replace("_", "-").partition("-")[0].lower()
