"""The month that a word names, in any of ninety languages.

A word as printed and the language of its page come in, the month's number goes out. Nothing is guessed: a
name that means one month here and another there ("listopad": November in Polish, October in Croatian) counts
only on a page that states its language. Words are compared without accents: "fevrier" and "FÉVRIER" are the
same.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from archiver.parse.dates.month_names import MORE, WIDELY_USED

# Accents; the points of Hebrew, the vowels and hamzas of Arabic, the dots of Indic letters, joiners.
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u0655\u093c\u09bc\u0a3c\u0abc\u0b3c\u200c-\u200f]")
_VARIANTS = str.maketrans("ıيىكʼ’", "iییک''")
_AROUND = ".'׳"


def name_key(word: str) -> str:
    """Return the key of a word in the tables: case folded, without accents, dotless i as i, no dots around.

    Marks that distinguish words stay, such as the vowels of Thai.
    """
    return _folded(word).strip(_AROUND)


def _folded(text: str) -> str:
    """Fold case and take accents away."""
    text = text.casefold()
    if text.isascii():
        return text
    text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", text).translate(_VARIANTS)


_ENGLISH = "ago out set may mar mars march mag gen lip sen des maj elba here mata medi mark"
ENGLISH_WORDS = frozenset(_ENGLISH.split())
"""Keys of names of months, in one language or another, that are common words of English texts."""
_SHORT = 3  # letters


class _Tables(NamedTuple):
    """Keys of names to months: those of each language, and those that mean the same month everywhere."""

    by_language: dict[str, dict[str, int]]
    anywhere: dict[str, int]


def _tables() -> _Tables:
    """Make the tables out of the lists of names."""
    tables: dict[str, dict[str, int]] = {}
    meanings: dict[str, set[int]] = {}
    anywhere: set[str] = set()
    for languages, names in (*WIDELY_USED.items(), *MORE.items()):
        months = enumerate(_folded(names).split(", "), 1)
        table = {form.strip(_AROUND): n for n, forms in months for form in forms.split("/")}
        if languages.startswith("he"):
            table |= {"ב" + form: n for form, n in table.items()}  # "in March" is one word
        tables |= dict.fromkeys(languages.split(), table)
        for form, n in table.items():
            meanings.setdefault(form, set()).add(n)
            is_short = len(form) <= _SHORT and form < "\u0250"
            if languages in WIDELY_USED or not (is_short or form in ENGLISH_WORDS):
                anywhere.add(form)
    return _Tables(tables, {form: min(meanings[form]) for form in anywhere if len(meanings[form]) == 1})


_TABLES = _tables()
_ENGLISH_NAMES = _TABLES.by_language["en"]
_NAMES = {name for table in _TABLES.by_language.values() for name in table}
MONTH_WORDS = frozenset(name.partition(" ")[0] for name in _NAMES)
"""Keys of all words that name a month in some language, or begin its name."""
FIRST_WORDS = frozenset(name.partition(" ")[0] for name in _NAMES if " " in name)
"""Keys of the words that begin a name of several words."""


@lru_cache(4096)  # the captures of a listing print the same months
def month_number(word: str, language: str | None = None) -> int | None:
    """Return the month (1 to 12) that *word* names, or None.

    The *language* of the page (a BCP 47 tag) comes first. Next is English, because many pages in other
    languages say that they are in English; then names that mean one month in all languages.
    """
    key = name_key(word)
    own = _TABLES.by_language.get(language.replace("_", "-").partition("-")[0].lower()) if language else None
    return (own or {}).get(key) or _ENGLISH_NAMES.get(key) or _TABLES.anywhere.get(key)
