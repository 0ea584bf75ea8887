"""Printed dates without a certain day: a month, a year, or numbers in an unknown order.

A short text comes in, such as that of an element that calls itself a date; a `PrintedDate` goes out, the part
of the text that is the date, with its precision. A text with anything else but labels has none:
"March 2023" is a date, "The storms of March 2023" is a title. "03/05/2024" has the precision of a day even
where nothing on its page shows which day that is.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from archiver.models import DatePlace, Precision, PrintedDate
from archiver.parse.dates.calendar import FIRST_YEAR, LAST_YEAR, FoundDate, full_year
from archiver.parse.dates.find import is_date
from archiver.parse.dates.months import month_number, name_key
from archiver.parse.dates.words import LABELS

_MAX_TEXT = 40
"""Characters of a text with its white space collapsed: a longer one is a sentence."""
_MAX_UNCOLLAPSED = 200
"""Characters of a text whose white space is worth collapsing."""
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_NUMBERS = re.compile(r"(?<!\d)\d{1,2}\s?[-/.‐-–−]\s?\d{1,2}\s?[-/.‐-–−]\s?\d{4}(?!\d)")
_NUMBERED = re.compile(
    r"(?:tháng|thg\.?)\s?(?P<vi>\d{1,2})[\s,/-]{1,3}\d{4}"
    r"|\d{4}\s?[年년]\s?(?P<cjk>\d{1,2})\s?[月월]"
    r"|\d{4}\s?[-/.]\s?(?P<after>\d{1,2})(?!\d)|(?<!\d)(?P<before>\d{1,2})\s?[-/.]\s?\d{4}",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\s\d.,;:|/()\[\]·•\-–—'’\"«»、，年년月월日]+")
_THAI = re.compile("[\u0e00-\u0e7f]")


def printed_date(text: str, found: FoundDate, place: DatePlace) -> PrintedDate:
    """Return what the text prints of the date that was found in it."""
    return _printed(text[found.start : found.end], "day", place)


@lru_cache(4096)  # the captures of a listing print the same dates: 8 us saved for each
def _printed(text: str, precision: Precision, place: DatePlace) -> PrintedDate:
    return PrintedDate(text=text, precision=precision, place=place)


def find_inexact(text: str, place: DatePlace, language: str | None = None) -> PrintedDate | None:
    """Return the month or year that the whole text is, or its date in numbers of an unknown order.

    Args:
        text: of an element or a line.
        place: where the text stands.
        language: a BCP 47 tag. It decides between the meanings of a month's name.

    """
    text = " ".join(text.split()) if len(text) <= _MAX_UNCOLLAPSED else text
    if len(text) > _MAX_TEXT or not _YEAR.search(text):
        return None
    part = _find_part(text, language)
    return _printed(part.text, part.precision, place) if part else None


def find_month(text: str, language: str | None = None) -> int | None:
    """Return the number of the month in a text that `find_inexact` says to be a month."""
    if numbered := _NUMBERED.search(text):
        return int(next(filter(None, numbered.groups())))
    return next((n for word in _WORD.finditer(text) if (n := month_number(word[0], language))), None)


class _DatePart(NamedTuple):
    """The part of a text that is a date."""

    text: str
    precision: Precision


@lru_cache(4096)  # as above
def _find_part(text: str, language: str | None) -> _DatePart | None:
    """Return the part that is a date, where all else in the text is labels."""
    if is_date(text):
        return _DatePart(numbers[0], "day") if (numbers := _NUMBERS.search(text)) else None
    years = _YEAR.findall(text)
    calendar = "th" if _THAI.search(text) else language
    if len(years) != 1 or not FIRST_YEAR <= full_year(years[0], calendar) <= LAST_YEAR:
        return None
    year = years[0]
    if numbered := _NUMBERED.search(text):
        month = find_month(text) or 0
        rest = text[: numbered.start()] + " " + text[numbered.end() :]
        return _DatePart(numbered[0], "month") if 1 <= month <= 12 and _are_labels(rest) else None
    named = [word for word in _WORD.finditer(text) if month_number(word[0], language)]
    rest = text.replace(year, " ")
    if not named:
        return _DatePart(year, "year") if _are_labels(rest) else None
    name = named[0]
    if len(named) > 1 or not _are_labels(rest.replace(name[0], " ", 1)):
        return None
    at = text.index(year)
    return _DatePart(text[min(at, name.start()) : max(at + len(year), name.end())], "month")


def _are_labels(text: str) -> bool:
    """Return whether there is nothing in the text but labels and punctuation."""
    return not any(c.isdigit() for c in text) and all(name_key(w[0]) in LABELS for w in _WORD.finditer(text))
