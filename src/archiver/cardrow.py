"""One row of card records: which fields it may have, and the card that it is.

In: a row as a mapping, as JSON gives it. Out: its `Card`, and where it says that it stood. Refuses: what is
not of a field's type, a date that is none (ValueError, one clause that names the field). The one surprise: a
row is read twice, when a file is taken in, to refuse what does not fit, and when its capture is parsed; both
ask this module, so that what was taken in can always be read.
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from functools import lru_cache
from typing import Any

from archiver.models import Card, clean_text

LIST_FIELDS = ("categories", "tags")
CARD_FIELDS = ("url", "title", "date", "author", "categories", "tags", "excerpt")

MEDIA_TYPE = "application/x-ndjson; profile=card-records"
"""Of a payload that is card records: JSON Lines, each line what `card_of` takes, perhaps with a position."""

MAX_POSITION = 2**31 - 1

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet run a cell (OWASP, CSV Injection), in the full-width forms, too: an export puts an
apostrophe in front, which reading takes away."""

_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ]\d\d?:.*)?")
_PART = re.compile(r"#row=(\d+)(?:-\d+)?$")


def part_url(url: str, first: int, last: int) -> str:
    """The URL of the rows *first* to *last* of a data set (as in RFC 7111): they did not stand together."""
    return f"{url.partition('#')[0]}#row={first}" + (f"-{last}" if last > first else "")


def first_row(url: str) -> int | None:
    """The number of the first row where the URL is that of a part of a data set, else None."""
    found = _PART.search(url)
    return int(found[1]) if found else None


def is_records(content_type: str) -> bool:
    """Whether a Content-Type is that of card records."""
    return content_type.replace('"', "").lower() == MEDIA_TYPE


def position_of(value: object) -> int:
    """A position: a whole number, also one that was written as text or as 3.0. Raises ValueError."""
    try:
        number = float(value) if isinstance(value, str | float) else value
        if isinstance(number, float):
            number = int(number) if number.is_integer() else None
        if isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= MAX_POSITION:
            return number
    except ValueError:
        pass
    raise ValueError(f"position {shown_value(value)} is no whole number from 0 to {MAX_POSITION}")


def facts_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a row says of its card: its fields in their order, the texts cleaned, without empty ones.

    A text in the place of a list is read as JSON, or taken apart at `; `, as an export puts it together.
    Raises ValueError.
    """
    facts: dict[str, Any] = {}
    for field in CARD_FIELDS:
        value = row.get(field)
        if value is None:
            continue
        if field in LIST_FIELDS:
            if items := _texts(field, value):
                facts[field] = items
        elif not isinstance(value, str):
            raise ValueError(f"{field} {shown_value(value)} is no text; write one in quotes")
        elif text := clean_text(value):
            if field == "date":
                _printed_day(text)
            facts[field] = text
    if not facts:
        raise ValueError(f"has none of {', '.join(CARD_FIELDS)}")
    return facts


def _texts(field: str, value: object) -> list[str]:
    if isinstance(value, str):
        value = _listed(value)
    elif not isinstance(value, list):
        raise ValueError(f"{field} {shown_value(value)} is neither a text nor a list of texts")
    texts: dict[str, None] = {}
    for item in value:
        if not isinstance(item, str):
            raise ValueError(f"{field} {shown_value(value)} is neither a text nor a list of texts")
        if text := clean_text(item):
            texts[text] = None
    return list(texts)


def _listed(text: str) -> list[Any]:
    """A list that is written as a text: as JSON, or joined by `; `."""
    if text.lstrip().startswith("["):
        with suppress(ValueError, RecursionError):
            listed = json.loads(text)
            if isinstance(listed, list):
                return listed
    return text.split("; ")


def card_of(facts: Mapping[str, Any]) -> Card:
    """The card of what `facts_of` gives. Raises ValueError where it is something else."""
    fields = {field: facts[field] for field in CARD_FIELDS if field in facts}
    if "date" in fields:
        fields["date"] = _printed_day(fields["date"])
    return Card(**fields)


@lru_cache(4096)  # a day stands in many rows
def _printed_day(text: str) -> str:
    """The day of a date as it is printed: a time behind it goes, and no zone moves it."""
    found = _DATE.fullmatch(text)
    try:
        if found:
            return date.fromisoformat(found[1]).isoformat()
    except ValueError:
        pass  # such as 30 February
    raise ValueError(f"date {shown_value(text)} is no date; write YYYY-MM-DD")


def shown_value(value: object) -> str:
    """The beginning of a value, for the line that refuses it."""
    text = clean_text(repr(value))
    return text if len(text) <= 40 else text[:40] + "…"
