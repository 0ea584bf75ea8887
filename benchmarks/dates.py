"""Measure which printed dates are read: those of all locales, and those of real pages.

    pip install --group benchmarks
    python benchmarks/dates.py [FOLDER]

Twelve days, one of each month, are printed as the Unicode CLDR (by way of Babel) does in some 130 locales of
ninety languages, in short, medium, long and full form and as ten skeletons, with Western and with native
digits, and read again, once with the language of the page told and once without. A form without a year is
read with its year. What is not read is given to dateparser, to see what a slow path behind ours would win.

With FOLDER, the texts of elements that call themselves a date in its `.html` files are read as well, with the
language and the order of their page.
"""

import re
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import dateparser
from babel import Locale
from babel.dates import format_date, format_skeleton
from selectolax.lexbor import LexborHTMLParser

from archiver.parse.dates.find import find_date, find_order
from archiver.parse.payload.encoding import decode

LOCALES = """
en en_GB en_IN en_CA en_AU en_ZA de de_AT de_CH es es_MX es_AR ja fr fr_CA pt pt_PT ru it nl nl_BE pl tr zh
zh_Hant zh_Hant_HK fa vi cs ko uk hu ar ar_EG ar_DZ ar_LB ar_MA sv ro el id da fi he th sk bg sr sr_Latn nb nn
hr lt sl ca et lv hi bs mk is az ka ms sq be kk bn ta hy mn uz te mr ne ml ur km si my lo eu gl af fil sw gu
kn pa am ky tg tk cy ga lb mt eo fo fy ps ku sd ug tt as or so ha zu xh jv su ceb mg yo ig yi
"""
DAYS = [
    date(2023, 1, 5), date(2021, 2, 28), date(2024, 3, 9), date(2019, 4, 17), date(2022, 5, 3),
    date(2020, 6, 30), date(2018, 7, 12), date(2023, 8, 1), date(2017, 9, 22), date(2022, 10, 11),
    date(2020, 11, 2), date(2024, 12, 31),
]  # fmt: skip
WHOLE = ["short", "medium", "long", "full"]
SKELETONS = ["yMMMd", "yMMMEd", "yMMMMd", "yMMMMEEEEd", "yMd", "yMEd", "MMMd", "MMMMd", "MMMEd", "Md"]
ZEROS = {
    "arab": 0x660, "arabext": 0x6F0, "beng": 0x9E6, "deva": 0x966, "guru": 0xA66, "gujr": 0xAE6,
    "mymr": 0x1040, "tibt": 0xF20, "thai": 0xE50,
}  # fmt: skip
TIME = re.compile(r"\d{1,2}:\d\d")
DIGIT = re.compile(r"\d")
SAMPLE = 300
"""Texts that dateparser is asked: it reads some tens a second."""


def printed() -> Iterator[tuple[str, str, date, str]]:
    """Locale, form, day, text."""
    for name in LOCALES.split():
        locale = Locale.parse(name)
        zero = ZEROS.get(locale.default_numbering_system)
        for form in WHOLE + SKELETONS:
            for day in DAYS:
                if form in WHOLE:
                    text = format_date(day, form, locale=locale)
                else:
                    text = format_skeleton(form, day, locale=locale)
                yield name, form, day, text
                if zero:
                    yield name, form, day, text.translate({48 + n: zero + n for n in range(10)})


def verdict(iso: str | None, day: date) -> str:
    return "none" if iso is None else "right" if iso == day.isoformat() else "wrong"


def locales(told: bool) -> list[tuple[str, str, date, str]]:
    """Print how many dates are read with the language told or not; the ones that are not read."""
    by_form: dict[str, Counter[str]] = {form: Counter() for form in WHOLE + SKELETONS}
    wrong: Counter[str] = Counter()
    unread = []
    for name, form, day, text in printed():
        year = day.year if form[0] == "M" else None
        found = find_date(text, language=name.replace("_", "-") if told else None, year=year)
        result = verdict(found.iso if found else None, day)
        by_form[form][result] += 1
        if result == "wrong":
            wrong[f"{name} {form}"] += 1
        if result == "none":
            unread.append((name, form, day, text))
    print(f"\nlanguage {'told' if told else 'not told'}    right   none  wrong")
    for form, counts in [*by_form.items(), ("all", sum(by_form.values(), Counter()))]:
        total = sum(counts.values())
        print(f"{form:16}", *(f"{counts[key] / total:7.2%}" for key in ("right", "none", "wrong")))
    print("wrong:", ", ".join(f"{key} {n}" for key, n in wrong.most_common()))
    return unread


def slow_path(unread: list[tuple[str, str, date, str]]) -> None:
    """Print what dateparser makes of a sample of what is not read."""
    counts: Counter[str] = Counter()
    start = time.process_time()
    for name, _, day, text in Random(1).sample(unread, min(SAMPLE, len(unread))):  # noqa: S311
        language = name.partition("_")[0]
        for settings in ({}, {"STRICT_PARSING": True}):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    parsed = dateparser.parse(text, languages=[language], settings=settings)
            except ValueError:  # a language that it does not know
                parsed = None
            counts[
                f"{'strict' if settings else 'plain'} {verdict(parsed and parsed.date().isoformat(), day)}"
            ] += 1
    print("dateparser behind it:", dict(sorted(counts.items())), f"{time.process_time() - start:.1f} s")


def pages(folder: Path) -> None:
    """Print how many texts of elements that call themselves a date are read, and some that are not."""
    counts: Counter[str] = Counter()
    unread: Counter[tuple[str | None, str]] = Counter()
    for path in sorted(folder.rglob("*.htm*")):
        tree = LexborHTMLParser(decode(path.read_bytes()).text)
        root = tree.root
        language = root.attributes.get("lang") if root is not None else None
        texts = [
            " ".join(node.text().split())
            for node in tree.css(
                "time, .date, .dates, .published, .post-date, .entry-date, .post-time, .time, .archive-time"
            )
        ]
        texts = [text for text in texts if len(text) <= 80 and DIGIT.search(TIME.sub("", text))]
        order = find_order(texts)
        for text in texts:
            found = find_date(text, language=language, order=order, year=2000)
            counts["read" if found and found.iso else "not read"] += 1
            if not found or not found.iso:
                unread[language, text] += 1
    total = sum(counts.values())
    print(f"\n{total} texts of date elements in {folder}: {counts['read'] / total:.2%} read")
    won: Counter[str] = Counter()
    for (language, text), n in unread.most_common(SAMPLE):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = dateparser.parse(text, settings={"STRICT_PARSING": True})
        won["a date to dateparser" if parsed else "none to dateparser either"] += n
        if parsed:
            print(f"  {n:5} {language} {text!r} dateparser: {parsed.date()}")
    print("the rest is", dict(won))


if __name__ == "__main__":
    slow_path(locales(told=True))
    locales(told=False)
    if len(sys.argv) > 1:
        pages(Path(sys.argv[1]))
