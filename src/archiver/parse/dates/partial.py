"""What is printed in the place of a date and tells no day: a month, a year, numbers in an open order.

In: a short text, such as that of an element which calls itself a date. Out: a `PrintedDate`: the part of the
text that is one, with how much of a date it tells. Refuses a text that says anything else beside labels:
"March 2023" is a date, "The storms of March 2023" is a title. The one surprise: "03/05/2024" is printed to
the day, though nothing on its page may tell which day that is.
"""

import re
from functools import lru_cache

from archiver.models import DatePlace, Precision, PrintedDate
from archiver.parse.dates.calendar import FIRST_YEAR, LAST_YEAR, FoundDate, full_year
from archiver.parse.dates.find import is_date
from archiver.parse.dates.months import month_number, name_key
from archiver.parse.dates.words import LABELS

_LONGEST, _MOST_LOOKED_AT = 40, 200  # characters: a longer text is a sentence; white space is collapsed
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_OPEN = re.compile(r"(?<!\d)\d{1,2}\s?[-/.‐-–−]\s?\d{1,2}\s?[-/.‐-–−]\s?\d{4}(?!\d)")
_NUMBERED = re.compile(
    r"(?:tháng|thg\.?)\s?(?P<vi>\d{1,2})[\s,/-]{1,3}\d{4}"
    r"|\d{4}\s?[年년]\s?(?P<cjk>\d{1,2})\s?[月월]"
    r"|\d{4}\s?[-/.]\s?(?P<after>\d{1,2})(?!\d)|(?<!\d)(?P<before>\d{1,2})\s?[-/.]\s?\d{4}",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\s\d.,;:|/()\[\]·•\-–—'’\"«»、，年년月월日]+")
_THAI = re.compile("[\u0e00-\u0e7f]")


def printed_date(text: str, found: FoundDate, place: DatePlace) -> PrintedDate:
    """What a text prints of the date that was found in it."""
    return _printed_date(text[found.start : found.end], "day", place)


@lru_cache(maxsize=20_000)
def _printed_date(text: str, precision: Precision, place: DatePlace) -> PrintedDate:
    """Remembered: the same dates stand on many pages."""
    return PrintedDate(text=text, precision=precision, place=place)


def find_inexact(text: str, place: DatePlace, language: str | None = None) -> PrintedDate | None:
    """The month or year that the whole text is, or the date of an open order, or None.

    *place* is where the text stands; *language* (a BCP 47 tag) settles what a month's name means in several.
    """
    text = " ".join(text.split()) if len(text) <= _MOST_LOOKED_AT else text
    if len(text) > _LONGEST or not _YEAR.search(text):
        return None
    printed, precision = _printed(text, language)
    return _printed_date(printed, precision, place) if printed else None


@lru_cache(maxsize=20_000)
def _printed(text: str, language: str | None) -> tuple[str, Precision]:
    """The part of a text that is a date; empty where it is none. Remembered: pages repeat themselves."""
    years = _YEAR.findall(text)
    if is_date(text):
        return (found[0] if (found := _OPEN.search(text)) else ""), "day"
    calendar = "th" if _THAI.search(text) else language
    if len(years) != 1 or not FIRST_YEAR <= full_year(years[0], calendar) <= LAST_YEAR:
        return "", "year"
    if numbered := _NUMBERED.search(text):
        month = int(next(filter(None, numbered.groups())))
        rest = text[: numbered.start()] + " " + text[numbered.end() :]
        return (numbered[0] if 1 <= month <= 12 and _is_nothing(rest) else ""), "month"
    named = [word for word in _WORD.finditer(text) if month_number(word[0], language)]
    if not named:
        return (years[0] if _is_nothing(text.replace(years[0], " ")) else ""), "year"
    at = text.index(years[0])
    start, end = min(at, named[0].start()), max(at + len(years[0]), named[-1].end())
    beside = text.replace(years[0], " ").replace(named[0][0], " ", 1)
    return (text[start:end] if len(named) == 1 and _is_nothing(beside) else ""), "month"


def _is_nothing(text: str) -> bool:
    """Whether there is nothing in a text but labels and punctuation."""
    return not any(c.isdigit() for c in text) and all(name_key(w[0]) in LABELS for w in _WORD.finditer(text))
