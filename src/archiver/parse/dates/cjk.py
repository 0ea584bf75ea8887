"""Dates in Chinese, Japanese and Korean: a sign after each number, years of an era, Chinese numerals.

A short text comes in; the dates in it go out, and a pattern finds those without a year. A Japanese year of
two digits without its era is not read: it can be of any era. 民國113年 is 2024, and so is 113 in Taiwan.
"""

import re
from collections.abc import Iterator

from archiver.parse.dates.calendar import FoundDate, found_date, full_year

_NUMBERS = re.compile(
    r"(?:(?P<era>令和|平成|昭和|大正|民[國国])\s?)?(?<!\d)(?P<y>\d{4}|\d{1,3}|元)\s{0,2}[年년](?:\s?[(（][^()（）]{1,8}[)）])?\s{0,2}"
    r"(?P<m>\d{1,2})\s{0,2}[月월]\s{0,2}(?P<d>\d{1,2})(?!\d)(?:\s{0,2}[日號号일])?"
)
YEARLESS = re.compile(r"(?<![\d年년])(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日號号일]")
_HAN_NUMBER = r"((?=[一二三四五六七八九十])(?:[二三]?十)?[一二三四五六七八九]?)"
_HAN = re.compile(rf"([〇零○一二三四五六七八九]{{4}})年{_HAN_NUMBER}月{_HAN_NUMBER}[日號号]")
_HAN_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "民國": 1911, "民国": 1911}


_SHORT = re.compile(
    r"(?<![\w./-])(?:(?P<era>[RHS])\.?\s?(?=\d{1,2}\D)|(?=1\d\d\D))(?P<y>\d{1,3})(?P<s>[./-])"
    r"(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d|[./-]\d)"
)
_SHORT_ERAS = {"R": 2018, "H": 1988, "S": 1925}
_MINGUO = _ERAS["民國"]


def find_short(text: str, language: str | None) -> Iterator[FoundDate]:
    """Yield the first date with the year of an era in numbers: R6.3.5 in Japanese, 113/03/05 in Taiwan."""
    for match in _SHORT.finditer(text) if language and language[:2] in ("ja", "zh") else ():
        era, year = match["era"], int(match["y"])
        if era and language and language.startswith("ja"):
            year += _SHORT_ERAS[era]
        elif not era and _is_of_taiwan(language):
            year += _MINGUO
        if found := found_date(year, int(match["m"]), int(match["d"]), match.start(), match.end()):
            yield found
            return


def _is_of_taiwan(language: str | None) -> bool:
    """Return whether a language tag is that of Chinese as Taiwan writes it."""
    primary, *subtags = (language or "").replace("_", "-").lower().split("-")
    return primary == "zh" and ("tw" in subtags or subtags == ["hant"])


def find_cjk(text: str, language: str | None) -> Iterator[FoundDate]:
    """Yield the first date in numbers: 2024年3月5日, 令和6年3月5日, 2024년 3월 5일."""
    for match in _NUMBERS.finditer(text):
        era, digits = match["era"], match["y"]
        if era:
            year = _ERAS[era] + (1 if digits == "元" else int(digits))
        elif len(digits) == 4 or (len(digits) == 2 and not (language or "").startswith("ja")):
            year = full_year(digits)  # in Japanese, two digits without an era can be of any
        elif len(digits) == 3 and _is_of_taiwan(language):
            year = _MINGUO + int(digits)
        else:
            continue
        if found := found_date(year, int(match["m"]), int(match["d"]), match.start(), match.end()):
            yield found
            return


def find_han(text: str) -> Iterator[FoundDate]:
    """Yield the dates in Chinese numerals: 二〇二四年三月五日."""
    for match in _HAN.finditer(text):
        year, month, day = int(match[1].translate(_HAN_DIGITS)), _han_number(match[2]), _han_number(match[3])
        if found := found_date(year, month, day, match.start(), match.end()):
            yield found


def _han_number(text: str) -> int:
    """Return the value of a Chinese numeral below 100: 二十三 is 23."""
    tens, ten, ones = (part.translate(_HAN_DIGITS) for part in text.rpartition("十"))
    return (10 * int(tens or 1) if ten else 0) + int(ones or 0)
