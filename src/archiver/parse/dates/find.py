"""Printed dates, in the forms of any locale.

A short text comes in (a line, the text of an element), with what is known from its page: a year, a language,
the order of its numbers. The first date in the text goes out, as year, month and day with its place. Nothing
is guessed. There is no date in what could be two dates ("03/05/2024" on a page that does not settle which is
the month), in what is relative ("3 days ago"), in what no calendar has, and in what only looks like a date
(versions, times, URLs). A date that is printed without a year is found, but has no `iso` until a year is
given.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import ge, le
from typing import NamedTuple

from archiver.parse.dates.calendar import FoundDate, Order, found_date, full_year, order_of
from archiver.parse.dates.cjk import YEARLESS, find_cjk, find_han, find_short
from archiver.parse.dates.months import ENGLISH_WORDS, FIRST_WORDS, MONTH_WORDS, month_number, name_key
from archiver.parse.dates.words import JOINS_MONTH, JOINS_YEAR, LABELS, ORDINAL, WEEKDAYS, YEAR_WORD

__all__ = [
    "MAX_TEXT",
    "FoundDate",
    "Order",
    "find_date",
    "find_order",
    "find_order_of_urls",
    "find_sequence_order",
    "find_stated_order",
    "has_date",
    "is_date",
    "is_in_numbers",
]

MAX_TEXT = 500
"""Characters that are looked at. A date stands in a short text, or at the start of a longer one."""

_MAX_LABELLED = 100  # characters: a longer text is not a date and its label
_MAX_YEARLESS = 60  # characters: in a longer text, "may 5" is a part of a sentence
_LEAP_YEAR = 2000  # in which each date without a year is a day of the calendar


def find_date(
    text: str, *, year: int | None = None, language: str | None = None, order: Order | None = None
) -> FoundDate | None:
    """Find the first printed date in a short text. A date with a year comes before a date without.

    Day and month as numbers are distinguished by their values, else by *order*, else by *language*. Where
    these do not decide, there is no date.

    Args:
        text: its first `MAX_TEXT` characters are searched.
        year: completes a date without a year.
        language: a BCP 47 tag. "en" alone does not give the order of day and month, "en-US" does.
        order: of the numbers on the page (`find_order`).

    """
    found = _first_date(text, year, language, order)
    return found if found is None or found.month else None


def has_date(text: str) -> bool:
    """Return whether there is a date in the text, though day and month may not be distinguished in it.

    Without the century of its year such a date stands alone, or is a number of another kind.
    """
    found = _first_date(text, None, None, None)
    return found is not None and (found.month is not None or found.year is not None or is_date(text))


def is_date(text: str) -> bool:
    """Return whether the text is a date, beside labels, weekday, time, zone and punctuation only.

    A date whose day and month cannot be distinguished counts as a date.
    """
    return len(text) <= _MAX_LABELLED and _DIGIT.search(text) is not None and _is_labelled_date(text)


@lru_cache(maxsize=20_000)
def _is_labelled_date(text: str) -> bool:
    """Return `is_date` of a text with a digit. Cached: each field of a card asks it of the same texts."""
    rest, dates = text, 0
    while dates < 3 and (found := _first_date(rest, None, None, None)) is not None:
        rest = rest[: found.start] + " | " + rest[found.end :]
        dates += 1
    if not dates:
        return False
    rest = _TIME.sub(" ", _LABEL.sub(" ", rest))
    return not _DIGIT.search(rest) and _are_labels(rest)


def find_order(texts: Iterable[str]) -> Order | None:
    """Find the order of day and month that the dates of one page prove together.

    "25/12/2023" proves that "03/05/2024" on the same page is in May. Proof of two orders is none.
    """
    proven: set[Order] = set()
    for text in texts:
        for match in _DAY_FIRST.finditer(_plain(text)):
            first, second = int(match["a"]), int(match["b"])
            if first > 12 >= second and first <= 31 and len(match["y"]) == 4:  # else it may be the year
                proven.add("dmy")
            elif second > 12 >= first and second <= 31:
                proven.add("mdy")
    return proven.pop() if len(proven) == 1 else None


def find_sequence_order(texts: Sequence[str]) -> Order | None:
    """Find the order of day and month by which a column of dates is sorted, where it is in one only."""
    if len(texts) < _SORTED_DATES or not _DAY_FIRST.search(_plain(texts[0])):
        return None
    matches = [match for text in texts if (match := _DAY_FIRST.search(_plain(text)))]
    numbers = [(full_year(m["y"]), int(m["a"]), int(m["b"])) for m in matches]
    if len(set(numbers)) < _SORTED_DATES:
        return None
    is_mdy = _is_sorted(numbers)
    is_dmy = _is_sorted([(year, b, a) for year, a, b in numbers])
    return None if is_mdy == is_dmy else "mdy" if is_mdy else "dmy"


_STATED = re.compile(
    r"\b(?:(?P<mdy>mm?(?P<a>[-/.])dd?(?P=a))|dd?(?P<b>[-/.])mm?(?P=b))yy(?:yy)?\b", re.IGNORECASE
)
_YEAR_AND_MONTH = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<s>[-/_]?)(?P<m>0[1-9]|1[0-2])(?:(?P=s)\d\d)?(?!\d)"
)


def is_in_numbers(text: str) -> bool:
    """Return whether a text holds a date in numbers whose year comes last."""
    return _DAY_FIRST.search(_plain(text)) is not None


def find_stated_order(texts: Iterable[str]) -> Order | None:
    """Find the order that a page asks for dates in: "mm/dd/yyyy" beside a field of a form."""
    stated: set[Order] = set()
    for text in texts:
        if match := _STATED.search(text):
            stated.add("mdy" if match["mdy"] else "dmy")
    return stated.pop() if len(stated) == 1 else None


def find_order_of_urls(pairs: Iterable[tuple[str, str]]) -> Order | None:
    """Find the order in which the months of dates are those in the URLs that they stand beside.

    Args:
        pairs: Dates and the URLs of their cards. Two of them prove an order, where none proves another.
    """
    proven: list[Order] = []
    for text, url in pairs:
        date, month = _DAY_FIRST.search(_plain(text)), _YEAR_AND_MONTH.search(url)
        if date and month and date["y"] == month["y"] and int(date["a"]) != int(date["b"]):
            if int(month["m"]) == int(date["a"]):
                proven.append("mdy")
            elif int(month["m"]) == int(date["b"]):
                proven.append("dmy")
    return proven[0] if len(proven) > 1 and len(set(proven)) == 1 else None


_SORTED_DATES = 5
"""Distinct dates of a column whose sequence tells an order: five are sorted by chance once in sixty times."""


def _is_sorted(days: list[tuple[int, int, int]]) -> bool:
    """Return whether days stand in order, up or down."""
    return all(map(le, days, days[1:])) or all(map(ge, days, days[1:]))


# What may not touch a date on its left: the date would be a part of a URL, a version or a longer number.
_LEFT = r"(?<![\dA-Za-z_À-ɏ./\-])"
_RIGHT = r"(?!\d)(?![-/.,:]\d)"
_DIGIT = re.compile(r"\d")
_SEPARATED = re.compile(r"\d\s?[-/.‐-–−]\s?\d")
_ASCII_WORD = re.compile("[a-z]+")
_OTHER_SCRIPT = re.compile("[\u00c0-\u1fff\u2c00-\u2dff\ua640-\uabff\ufb00-\ufeff]")
_YEAR_FIRST = re.compile(
    _LEFT + r"(?P<y>\d{4})\s?(?P<s>[-/.‐-–−])(?P<gap>\s?)(?P<m>\d{1,2})\s?(?P=s)\s?(?P<d>\d{1,2})" + _RIGHT
)
_DAY_FIRST = re.compile(
    _LEFT + r"(?P<a>\d{1,2})\s?(?P<s>[-/.‐-–−])\s?(?P<b>\d{1,2})\s?(?P=s)\s?(?P<y>\d{4}|['’]?\d{2})" + _RIGHT
)
_COMPACT = re.compile(r"\s*(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?P<end>(?:T?\d{4}(?:\d\d)?Z?)?)\s*")
_MONTH_DAY = re.compile(r"\s*(?P<a>\d{1,2})\s?(?P<s>[-/.])\s?(?P<b>\d{1,2})\.?\s*")

# A word that may be a month: Vietnamese, Chinese and Mongolian months are numbers. (Without regard to case,
# U+0345 would be a Greek iota.)
_WORD = re.compile(
    r"(?:(?:tháng|thg)\.?\s?|th\.?)(?P<vi>\d{1,2})(?!\d)|(?<!\d)(?P<zh>\d{1,2})\s?[月월]"
    r"|(?<!\d)(?P<mn>\d{1,2})(?:-р)?\s?сар(?:ын)?(?!\w)"
    r"|[A-Za-z\u00c0-\u024f\u0300-\u0344\u0346-\u036f\u1e00-\u1effʼ.]+"
    r"|[^\s\dA-Za-z\u00c0-\u024f_,،、၊፣;:()\[\]{}<>/|\\·•…\-–—\"“”„«»'’‘!?+*=&%#@~年년，（）]+",
    re.IGNORECASE,
)
_GAP = r"[\s.,،、၊፣/\-–]"
_TIME_BETWEEN = r"\d{1,2}:\d\d(?::\d\d)?\s?(?:[ap]\.?m\.?)?\s?(?:[A-Z]{1,5}\s|[+-]\d{4}\s)?"
_YEAR_AFTER = re.compile(
    _GAP + r"{0,4}" + JOINS_YEAR + r"(?:(?P<y>\d{4})(?!\d)(?![.,:]\d)"
    r"|(?<=(?P<s>[-/]))(?P<yy>\d\d)(?!\d|[.:]\d)|['’](?P<quoted>\d\d)(?!\d)|(?P<rfc>\d\d)(?=\s\d{1,2}:\d\d)"
    r"|(?<=[\u0e00-\u0e7f.]\s)(?P<thai>\d\d)(?!\d|[.:]\d))",
    re.IGNORECASE,
)
_DAY_BEFORE = re.compile(
    r"(?<![\d:.,/$€£¥#A-Za-z])(?:(?P<first>\d{1,2})\s?[-–]\s?)?(?P<d>\d{1,2})"
    + ORDINAL
    + r"[\s.,\-–/]{0,3}"
    + JOINS_MONTH
    + "$",
    re.IGNORECASE,
)
_DAY_AFTER = re.compile(
    r"[\s.,\-–/]{0,3}(?P<d>\d{1,2})" + ORDINAL + r"(?!\d|\s?:\d|[.,]\d(?!\d{3})|%|[A-Za-z])"
    r"(?:\s?[-–]\s?\d{1,2}(?=,?\s))?(?:[\s,]{1,2}" + _TIME_BETWEEN + r"(?=\d{4}))?",
    re.IGNORECASE,
)
_YEAR_BEFORE = re.compile(
    r"(?<![\d.,:/$€£¥#A-Za-z])(?P<y>\d{4})" + YEAR_WORD + _GAP + r"{0,3}(?:(?P<d>\d{1,2})[.\-]?\s?)?$",
    re.IGNORECASE,
)

_LABEL = re.compile(r"^\W*(?:[^\W\d]+['’]?[ \-]?){1,4}\s?[:：]|[(（]\s?[^\s\d]{1,3}\s?[)）]")
_TIME = re.compile(
    r"(?:上午|下午|晚上|凌晨|中午|午前|午後|오전|오후)?\s?"
    r"T?\d{1,2}\s?(?:[:.hH]\s?\d\d(?:[:.]\d\d(?:[.,]\d{1,9})?)?|[時时点點시]\s?(?:\d{1,2}\s?[分분]\s?(?:\d{1,2}\s?[秒초])?)?|(?=\s?[ap]\.?m))"
    r"\s?(?:[ap]\.?\s?m\b\.?)?\s?(?:Z\b|\b(?:UTC|GMT|[A-Z]{1,4}T)\b)?(?:\s?[+−-]\d{1,2}:?(?:\d\d)?)?",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"[\s\d|,،;:：()（）\[\]{}<>/\\·•…\-–—\"“”„«»'’‘!+*=&#@~.。、，年日]+")


def _are_labels(text: str) -> bool:
    """Return whether all words of the text are labels of dates or days of the week."""
    keys = (name_key(word) for word in _SPLIT.split(text))
    return all(not key or key in WEEKDAYS or key in LABELS for key in keys)


# Full-width forms as ASCII, direction marks as spaces: one for one, so that offsets stay the same.
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x200E: " ", 0x200F: " ", 0x061C: " "}


_UNPLAIN = re.compile("[\uff01-\uff5e\u200e\u200f\u061c]")


def _plain(text: str) -> str:
    """Return the start of the text with full-width forms as ASCII."""
    text = text[:MAX_TEXT]
    return text.translate(_PLAIN) if not text.isascii() and _UNPLAIN.search(text) else text


def _first_date(text: str, year: int | None, language: str | None, order: Order | None) -> FoundDate | None:
    """Find the first date with a year, else the first without; one of an unknown order has no `month`."""
    if not _DIGIT.search(text, 0, MAX_TEXT):
        return next(find_han(text[:MAX_TEXT]), None) if "年" in text else None
    text = _plain(text)
    if match := _COMPACT.fullmatch(text):
        return found_date(
            int(match["y"]), int(match["m"]), int(match["d"]), match.start("y"), match.end("end")
        )
    found: list[FoundDate] = []
    if _SEPARATED.search(text):
        found += _year_first(text, language)
        found += _day_first(text, language, order)
        found += find_short(text, language)
    months = _month_names(text, language) if _may_name_a_month(text) else []
    if "年" in text or "년" in text:
        found += (*find_cjk(text, language), *find_han(text))
    if months:
        numbers = found.copy()  # "mar 31/12/2024" is a Tuesday
        found += (d for d in _named(text, language, months) if not any(_overlap(d, n) for n in numbers))
    if found:
        return min(found, key=lambda reading: (reading.start, -reading.end))
    if len(text) > _MAX_YEARLESS or (not months and year is None and "月" not in text and "월" not in text):
        return None
    return _first_yearless(text, year, language, order, months)


def _may_name_a_month(text: str) -> bool:
    """Return whether the words can name a month: most short texts with a digit are counts and titles.

    Months are numbers in Chinese, Japanese and Korean; in other scripts than these and plain Latin, each word
    is looked at.
    """
    if not text.isascii() and ("月" in text or "월" in text or _OTHER_SCRIPT.search(text)):
        return True
    return any(
        word in MONTH_WORDS or word.endswith(("th", "thg")) for word in _ASCII_WORD.findall(text.lower())
    )


def _year_first(text: str, language: str | None) -> Iterator[FoundDate]:
    """Yield the first date in numbers that begins with its year."""
    for match in _YEAR_FIRST.finditer(text):
        if match["s"] == "." and not match["gap"] and len(match["m"]) == 1 and _follows_a_latin_word(match):
            continue  # "Release 2024.3.1" is a version
        found = found_date(
            full_year(match["y"], language),
            int(match["m"]),
            int(match["d"]),
            match.start(),
            match.end(),
        )
        if found:
            yield found
            return


def _follows_a_latin_word(match: re.Match[str]) -> bool:
    before = match.string[: match.start()].rstrip()
    return before[-1:].isascii() and before[-1:].isalpha()


def _day_first(text: str, language: str | None, order: Order | None) -> Iterator[FoundDate]:
    """Yield the first date in numbers that begins with its day or month (or its year in two digits)."""
    for match in _DAY_FIRST.finditer(text):
        a, b, digits = int(match["a"]), int(match["b"]), match["y"]
        if len(digits) == 4:
            year = full_year(digits, language)
            candidates = {"dmy": (year, b, a), "mdy": (year, a, b)}
        elif len(match["a"]) == len(match["b"]) == 2 or match["s"] == "/" or " " in match.group():
            year = full_year(digits, language)
            candidates = {"dmy": (year, b, a), "mdy": (year, a, b)}
            if digits.isdigit():
                candidates["ymd"] = (full_year(match["a"], language), b, int(digits))
        else:
            continue  # "1.2.34" is a version
        readings = {
            key: found
            for key, ymd in candidates.items()
            if (found := found_date(*ymd, match.start(), match.end()))
        }
        chosen = _choose(readings, match["s"], order, order_of(language, digits=len(digits)))
        if chosen:
            yield chosen
            return
        if readings:
            known = year if len(digits) == 4 else None
            yield FoundDate(None, None, None, known, match.start(), match.end())
            return


def _choose(
    readings: dict[str, FoundDate], separator: str, proven: Order | None, expected: Order | None
) -> FoundDate | None:
    """Choose the reading that the page's dates prove or its language suggests, else the only possible one."""
    for known in (proven, expected):
        if known in readings:
            return readings[known]
    if separator == ".":
        readings = {key: found for key, found in readings.items() if key != "mdy"}  # no locale writes it so
    days = {found.iso for found in readings.values()}
    return next(iter(readings.values())) if len(days) == 1 else None


class _MonthName(NamedTuple):
    """A month that is named at `text[start:end]`."""

    month: int
    start: int
    end: int


def _month_names(text: str, language: str | None) -> list[_MonthName]:
    """List the names of months in the text."""
    found: list[_MonthName] = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        if found and start < found[-1].end:
            continue
        if numeral := match["vi"] or match["zh"] or match["mn"]:
            named = _MonthName(int(numeral), start, end) if int(numeral) else None
        else:
            named = _month_name_at(text, start, end, language)
        if named:
            found.append(named)
    return found


def _month_name_at(text: str, start: int, end: int, language: str | None) -> _MonthName | None:
    """Return the month that the word names, alone or with the one or two words after it."""
    if name_key(text[start:end]) in FIRST_WORDS:
        for match in (_THREE_WORDS.match(text, start), _TWO_WORDS.match(text, start)):
            if match and (month := month_number(match.group(), language)):
                return _MonthName(month, start, match.end())
    month = month_number(text[start:end], language)
    return _MonthName(month, start, end) if month else None


_TWO_WORDS, _THREE_WORDS = re.compile(r"[^\s\d,]+ [^\s\d,]+"), re.compile(r"[^\s\d,]+ [^\s\d,]+ [^\s\d,]+")
_REACH = 24
"""Characters before a month's name that may hold its day and year."""


def _named(text: str, language: str | None, months: list[_MonthName]) -> Iterator[FoundDate]:
    """Yield the first date with a month's name and a year, before it, after it, or on both sides."""
    for month, start, end in months:
        base = max(0, start - _REACH)
        before = text[base:start]
        tag = "th" if "\u0e00" <= text[start] <= "\u0e7f" else language
        day = _DAY_BEFORE.search(before)
        year = _YEAR_AFTER.match(text, end)
        if day and year and _is_year(year, text[start - 1]):
            number = int(day["first"] or day["d"])  # of several days the first
            found = found_date(_year_of(year, tag), month, number, base + day.start(), year.end())
            if found:
                yield found
                return
        after = _DAY_AFTER.match(text, end)
        year = _YEAR_AFTER.match(text, after.end()) if after else None
        if after and year and _is_year(year, text[end]):
            found = found_date(_year_of(year, tag), month, int(after["d"]), start, year.end())
            if found:
                yield found
                return
        first = _YEAR_BEFORE.search(before)
        day = first if first and first["d"] else after
        if first and day:
            stop = after.end() if after and day is after else end
            found = found_date(full_year(first["y"], tag), month, int(day["d"]), base + first.start(), stop)
            if found:
                yield found
                return


def _is_year(match: re.Match[str], separator: str) -> bool:
    """Return whether two digits after a stroke are a year: the same stroke stands before ("5-Mar-24")."""
    return match["yy"] is None or match["s"] == separator


def _year_of(match: re.Match[str], language: str | None) -> int:
    """Return the year that a match of `_YEAR_AFTER` prints."""
    if digits := match["y"] or match["thai"]:
        return full_year(digits, language)
    return full_year(match["yy"] or match["quoted"] or match["rfc"])


def _overlap(a: FoundDate, b: FoundDate) -> bool:
    return a.start < b.end and b.start < a.end


class _MonthDay(NamedTuple):
    """A month and a day at `text[start:end]`, in the order in which they are tried."""

    start: int
    end: int
    month: int
    day: int


def _first_yearless(
    text: str, year: int | None, language: str | None, order: Order | None, months: list[_MonthName]
) -> FoundDate | None:
    """Find the first date without a year, completed by *year*. A leap day needs a leap year."""
    found = [
        _MonthDay(match.start(), match.end(), int(match["m"]), int(match["d"]))
        for match in YEARLESS.finditer(text)
    ]
    found += filter(None, (_beside_month(text, name) for name in months))
    if year is not None and (match := _MONTH_DAY.fullmatch(text)):
        found += _month_and_day(match, language, order)
    found.sort()
    for at, (start, end, month, day) in enumerate(found):
        if at + 1 < len(found) and found[at + 1].start < end:
            continue  # "Maw, 3 Mai": what comes first is a Tuesday
        reading = found_date(_LEAP_YEAR if year is None else year, month, day, start, end)
        if reading and year is None:
            return FoundDate(None, month, day, None, start, end)
        if reading:
            return reading
    return None


def _beside_month(text: str, name: _MonthName) -> _MonthDay | None:
    """Read the day before or after a month's name, where no year follows."""
    month, start, end = name
    base = max(0, start - _REACH)
    day = _DAY_BEFORE.search(text[base:start])
    if day and not text[end : end + 1].isdigit():
        found = _MonthDay(base + day.start(), end, month, int(day["d"]))
    elif day := _DAY_AFTER.match(text, end):
        found = _MonthDay(start, day.end(), month, int(day["d"]))
    else:
        return None
    year_after = _YEAR_AFTER.match(text, found.end)
    if year_after and year_after["y"]:
        return None  # of another calendar: "5 Adar 5784"
    rest = text[: found.start] + " " + text[found.end :]
    is_common_word = name_key(text[start:end]) in ENGLISH_WORDS
    return found if not is_common_word or _are_labels(rest) else None


def _month_and_day(match: re.Match[str], language: str | None, order: Order | None) -> list[_MonthDay]:
    """Read two bare numbers as month and day; none where each could be either."""
    start, end, a, b = match.start("a"), match.end("b"), int(match["a"]), int(match["b"])
    expected = order or order_of(language, digits=0)
    if match["s"] == "-" and order is None and expected != "mdy":
        is_iso = expected is None and end - start == len("03-05")  # as archive lists print it under the year
        expected = "mdy" if is_iso else None
    if a > 12 or a == b or (expected == "dmy" and b <= 12):
        return [_MonthDay(start, end, b, a)]
    return [_MonthDay(start, end, a, b)] if expected or b > 12 else []
