"""Printed dates, in the forms of any locale.

In: a short text (a line, the text of an element), and what its page tells of it: a year, a language, the
order of its numbers. Out: the first date in it, as year, month and day, with its place in the text.
Refuses to guess: what could be two dates ("03/05/2024" on a page that does not tell day from month), what is
relative ("3 days ago"), what no calendar has, and what only looks like a date (versions, times, addresses).
The one surprise: a date printed without a year is found, but has no `iso` until a year is given.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from archiver.parse.days import FoundDate, found_date, full_year, gregorian
from archiver.parse.months import ENGLISH_WORDS, LABELS, MONTH_WORDS, WEEKDAYS, month_number, name_key

Order = Literal["dmy", "mdy", "ymd"]
"""In which order a page prints day, month and year as numbers."""

MAX_TEXT = 500
"""Characters that are looked at. A date stands in a short text, or at the start of a longer one."""

_MAX_LABELLED = 100  # characters: a longer text is not a date and its label
_MAX_YEARLESS = 60  # characters: in a longer text, "may 5" is a part of a sentence


def find_date(
    text: str, *, year: int | None = None, language: str | None = None, order: Order | None = None
) -> FoundDate | None:
    """The first printed date in a short text, or None.

    A date with a year comes before one without; *year* completes the latter. Day and month as numbers are
    told apart by their values, else by *order* (see `find_order`), else by *language* (a BCP 47 tag;
    "en" alone leaves it open, "en-US" does not); where these do not decide, there is no date.
    """
    reading = _read(text, year, language, order)
    return reading if reading is None or reading.month else None


def has_date(text: str) -> bool:
    """Whether `find_date` finds a date in the text, or `is_date` says that it is one."""
    reading = _read(text, None, None, None)
    return reading is not None and (reading.month is not None or is_date(text))


def is_date(text: str) -> bool:
    """Whether the text is a date, with nothing but labels, weekday, time, zone and punctuation beside it.

    A date whose day and month cannot be told apart is a date all the same.
    """
    if len(text) > _MAX_LABELLED or not _DIGIT.search(text):
        return False
    rest, dates = text, 0
    while dates < 3 and (found := _read(rest, None, None, None)) is not None:
        rest = rest[: found.start] + " | " + rest[found.end :]
        dates += 1
    if not dates:
        return False
    rest = _TIME.sub(" ", _LABEL.sub(" ", rest))
    return not _DIGIT.search(rest) and all(_is_label(word) for word in _SPLIT.split(rest))


def find_order(texts: Iterable[str]) -> Order | None:
    """The order of day and month that the dates of one page prove together, or None.

    "25/12/2023" proves that its neighbour "03/05/2024" is of May. Texts that prove both prove nothing.
    """
    proven: set[Order] = set()
    for text in texts:
        for match in _DAY_FIRST.finditer(_plain(text)):
            first, second = int(match["a"]), int(match["b"])
            if len(match["y"]) == 4 and first <= 31 and second <= 31:
                if first > 12 >= second:
                    proven.add("dmy")
                elif second > 12 >= first:
                    proven.add("mdy")
    return proven.pop() if len(proven) == 1 else None


# What may not touch a date on its left: it would be a part of an address, a version, a longer number.
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
_CJK = re.compile(
    r"(?:(?P<era>令和|平成|昭和|民[國国])\s?)?(?<!\d)(?P<y>\d{4}|\d{1,3}|元)\s{0,2}[年년](?:\s?[(（][^()（）]{1,8}[)）])?\s{0,2}"
    r"(?P<m>\d{1,2})\s{0,2}[月월]\s{0,2}(?P<d>\d{1,2})(?!\d)(?:\s{0,2}[日號号일])?"
)
_CJK_YEARLESS = re.compile(r"(?<![\d年년])(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日號号일]")
_COMPACT = re.compile(r"\s*(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?:T?\d{4}(?:\d\d)?Z?)?\s*")
_MONTH_DAY = re.compile(r"\s*(?P<a>\d{1,2})(?P<s>[-/.])(?P<b>\d{1,2})\.?\s*")
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}

# A word that may be a month: Vietnamese and Chinese months are numbers, the Levant's are two words.
_WORD = re.compile(
    r"(?:tháng|thg|th)\.?\s?(?P<vi>\d{1,2})(?!\d)|(?<!\d)(?P<zh>\d{1,2})\s?[月월]|(?:كانون|تشرين)\s\w+"
    r"|[A-Za-z\u00c0-\u024f\u0300-\u036f.]+"
    r"|[^\s\dA-Za-z\u00c0-\u024f_,،;:()\[\]{}<>/|\\·•…\-–—\"“”„«»'’‘!?+*=&%#@~年년、，（）]+",
    re.IGNORECASE,
)
_ORDINAL = r"(?:st|nd|rd|th|er|ère|ème|e|º|ª|°|a|-?(?:го|е|й|я|ga|a)|[日號号일])?"
_TIME_BETWEEN = r"\d{1,2}:\d\d(?::\d\d)?\s?(?:[ap]\.?m\.?)?\s?(?:[A-Z]{1,5}\s|[+-]\d{4}\s)?"
_YEAR_AFTER = re.compile(
    r"[\s.,،、/\-–]{0,4}(?:(?:del?|of|năm|anul|do)\s+)?(?:"
    r"(?P<y>\d{4})(?!\d)(?![.,:]\d)"
    r"|(?<=[-/'’])(?P<yy>\d\d)(?!\d|[.:]\d)|['’](?P<quoted>\d\d)(?!\d)|(?P<rfc>\d\d)(?=\s\d{1,2}:\d\d))",
    re.IGNORECASE,
)
_DAY_BEFORE = re.compile(
    r"(?<![\d:.,/$€£¥#A-Za-z])(?P<d>\d{1,2})"
    + _ORDINAL
    + r"[\s.,\-–/]{0,3}(?:(?:de|of|di|ngày|al|na|ta|lui)\s+|d['’])?$",
    re.IGNORECASE,
)
_DAY_AFTER = re.compile(
    r"(?:[\s.\-–/]{0,3})(?P<d>\d{1,2})" + _ORDINAL + r"(?!\d|\s?:\d|[.,]\d(?!\d{3})|%|[A-Za-z])"
    r"(?:[\s,]{1,2}" + _TIME_BETWEEN + r"(?=\d{4}))?",
    re.IGNORECASE,
)
_YEAR_BEFORE = re.compile(
    r"(?<![\d.,:/$€£¥#A-Za-z])(?P<y>\d{4})(?:-?\s?(?:年|년|m\.?|ko|eko|\.?\s?gada))?[\s.,/\-–]{0,3}(?:(?P<d>\d{1,2})\.?\s)?$",
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


def _is_label(word: str) -> bool:
    key = name_key(word)
    return not key or key in WEEKDAYS or key in LABELS


# Full-width forms as ASCII, direction marks as spaces: each one for one, so that places stay what they are.
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x200E: " ", 0x200F: " ", 0x061C: " "}


_UNPLAIN = re.compile("[\uff01-\uff5e\u200e\u200f\u061c]")


def _plain(text: str) -> str:
    text = text[:MAX_TEXT]
    return text.translate(_PLAIN) if not text.isascii() and _UNPLAIN.search(text) else text


def _read(text: str, year: int | None, language: str | None, order: Order | None) -> FoundDate | None:
    """The first date with a year, else the first without; `month` is None where day and month are open."""
    if not _DIGIT.search(text, 0, MAX_TEXT):
        return None
    text = _plain(text)
    if match := _COMPACT.fullmatch(text):
        return found_date(int(match["y"]), int(match["m"]), int(match["d"]), match.start("y"), match.end("d"))
    found: list[FoundDate] = []
    if _SEPARATED.search(text):
        found += _year_first(text, language)
        found += _day_first(text, language, order)
    months = _month_words(text, language) if _may_name_a_month(text) else []
    if "年" in text or "년" in text:
        found += _cjk(text)
    if months:
        found += _named(text, language, months)
    if found:
        return min(found, key=lambda reading: (reading.start, -reading.end))
    if len(text) > _MAX_YEARLESS or (not months and year is None and "月" not in text and "월" not in text):
        return None
    return _yearless(text, year, language, order, months)


def _may_name_a_month(text: str) -> bool:
    """Whether a look at the words is worth its time: most short texts with a digit are counts and titles.

    Months are numbers in Chinese, Japanese and Korean; in other scripts than these and plain Latin, each word
    is looked at.
    """
    if not text.isascii() and ("月" in text or "월" in text or _OTHER_SCRIPT.search(text)):
        return True
    return any(
        word in MONTH_WORDS or word.endswith(("th", "thg")) for word in _ASCII_WORD.findall(text.lower())
    )


def _year_first(text: str, language: str | None) -> Iterator[FoundDate]:
    for match in _YEAR_FIRST.finditer(text):
        if match["s"] == "." and not match["gap"] and len(match["m"]) == 1 and _follows_a_latin_word(match):
            continue  # "Release 2024.3.1" is a version
        found = found_date(
            gregorian(int(match["y"]), language),
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
    for match in _DAY_FIRST.finditer(text):
        a, b, digits = int(match["a"]), int(match["b"]), match["y"]
        if len(digits) == 4:
            year = gregorian(int(digits), language)
            candidates = {"dmy": (year, b, a), "mdy": (year, a, b)}
        elif len(match["a"]) == len(match["b"]) == 2 or match["s"] == "/":  # "1.2.34" is a version
            year = full_year(digits)
            candidates = {"dmy": (year, b, a), "mdy": (year, a, b)}
            if digits.isdigit():
                candidates["ymd"] = (full_year(match["a"]), b, int(digits))
        else:
            continue
        readings = {
            key: found
            for key, ymd in candidates.items()
            if (found := found_date(*ymd, match.start(), match.end()))
        }
        chosen = _choose(readings, match["s"], language, order)
        if chosen:
            yield chosen
            return
        if readings and len(digits) == 4:
            yield FoundDate(None, None, None, year, match.start(), match.end())
            return


def _choose(
    readings: dict[str, FoundDate], separator: str, language: str | None, order: Order | None
) -> FoundDate | None:
    """The reading that the page's order or language tells, else the only one that is possible."""
    if order in readings:
        return readings[order]
    told = _order_of(language)
    if told in readings:
        return readings[told]
    if separator == ".":
        readings = {key: found for key, found in readings.items() if key != "mdy"}  # no locale writes it so
    days = {found.iso for found in readings.values()}
    return next(iter(readings.values())) if len(days) == 1 else None


def _order_of(language: str | None) -> Order | None:
    """The order that a language tag tells, or None: English without a country is printed in two orders."""
    if not language:
        return None
    parts = language.replace("_", "-").lower().split("-")
    if parts[0] == "en":
        return None if len(parts) == 1 else "mdy" if "us" in parts else "dmy"
    return "ymd" if parts[0] in ("zh", "ja", "ko", "hu", "lt", "mn") else "dmy"


def _cjk(text: str) -> Iterator[FoundDate]:
    for match in _CJK.finditer(text):
        era, digits = match["era"], match["y"]
        if era:
            year = _ERAS[era] + (1 if digits == "元" else int(digits))
        elif len(digits) in (2, 4):
            year = full_year(digits)
        else:
            continue
        if found := found_date(year, int(match["m"]), int(match["d"]), match.start(), match.end()):
            yield found
            return


def _month_words(text: str, language: str | None) -> list[tuple[int, int, int]]:
    """The words of the text that name a month: month, start, end."""
    found = []
    for match in _WORD.finditer(text):
        numeral = match["vi"] or match["zh"]
        month = int(numeral) if numeral else month_number(match.group(), language)
        if month:
            found.append((month, match.start(), match.end()))
    return found


_REACH = 24  # characters before a month's name that may hold its day and year


def _named(text: str, language: str | None, months: list[tuple[int, int, int]]) -> Iterator[FoundDate]:
    """Dates with a month's name and a year: before it, after it, or on both sides."""
    for month, start, end in months:
        base = max(0, start - _REACH)
        before = text[base:start]
        thai = "th" if "\u0e00" <= text[start] <= "\u0e7f" else language
        day = _DAY_BEFORE.search(before)
        year = _YEAR_AFTER.match(text, end)
        if day and year:
            found = found_date(_year_of(year, thai), month, int(day["d"]), base + day.start(), year.end())
            if found:
                yield found
                return
        after = _DAY_AFTER.match(text, end)
        year = _YEAR_AFTER.match(text, after.end()) if after else None
        if after and year:
            found = found_date(_year_of(year, thai), month, int(after["d"]), start, year.end())
            if found:
                yield found
                return
        first = _YEAR_BEFORE.search(before)
        day = first if first and first["d"] else after
        if first and day:
            stop = after.end() if after and day is after else end
            found = found_date(
                gregorian(int(first["y"]), thai), month, int(day["d"]), base + first.start(), stop
            )
            if found:
                yield found
                return


def _year_of(match: re.Match[str], language: str | None) -> int:
    digits: str = match["y"] or match["yy"] or match["quoted"] or match["rfc"]
    return gregorian(full_year(digits), language)


def _yearless(
    text: str,
    year: int | None,
    language: str | None,
    order: Order | None,
    months: list[tuple[int, int, int]],
) -> FoundDate | None:
    """The first date without a year, completed by *year*. A leap day needs a leap year."""
    found = [
        (match.start(), match.end(), int(match["m"]), int(match["d"]))
        for match in _CJK_YEARLESS.finditer(text)
    ]
    for month, start, end in months:
        base = max(0, start - _REACH)
        if before := _DAY_BEFORE.search(text[base:start]):
            place = base + before.start(), end
        elif before := _DAY_AFTER.match(text, end):
            place = start, before.end()
        else:
            continue
        alone = not (text[: place[0]] + text[place[1] :]).strip(" .,:|")
        if alone or name_key(text[start:end]) not in ENGLISH_WORDS:
            found.append((*place, month, int(before["d"])))
    if year is not None and (match := _MONTH_DAY.fullmatch(text)):
        found += _month_and_day(match, language, order)
    for start, end, month, day in sorted(found):
        reading = found_date(2000 if year is None else year, month, day, start, end)
        if reading and year is None:
            return FoundDate(None, month, day, None, start, end)
        if reading:
            return reading
    return None


def _month_and_day(
    match: re.Match[str], language: str | None, order: Order | None
) -> list[tuple[int, int, int, int]]:
    """Month and day of two bare numbers, with their place; none where either could be either."""
    start, end, a, b = match.start("a"), match.end("b"), int(match["a"]), int(match["b"])
    told = order or _order_of(language)
    if told is None and match["s"] == "-":
        told = "mdy"  # the end of an ISO date, as archive lists print it under the year
    if told == "dmy" or (told is None and a > 12) or (told is None and a == b):
        return [(start, end, b, a)]
    if told or b > 12:
        return [(start, end, a, b)]
    return []
