"""One row of card records: which fields it may have, and the card that it describes.

A row comes in as a mapping, as JSON gives it; its `Card` and its position go out. A value of the wrong type
raises RowError, which names the field. A row is read twice:
when its file is imported, and when its capture is parsed. Both ask this module, so that whatever was
imported can be parsed.
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from functools import lru_cache
from typing import Any

from archiver.models import CARD_FIELDS, LIST_FIELDS, Card, clean_text

MEDIA_TYPE = "application/x-ndjson; profile=card-records"
"""The media type of card records: JSON Lines, each line a mapping for `card_of`, maybe a position."""

MAX_POSITION = 2**31 - 1
_MAX_DATE = 200
"""Characters of a date that are kept; a longer text is none."""
_SHOWN_CHARS = 40
"""How much of a refused value an error message quotes, in characters."""

_FORMULA = "=+\\-@＝＋－＠"
"""Characters at which a spreadsheet takes a cell for a formula (OWASP, CSV Injection), also in full width."""
_IN_FRONT = "[ \xa0\u3000\"']*"
"""What may stand between the beginning of a cell and its formula."""
_CELL_STARTS = (
    rf"^{_IN_FRONT}{{}}(?=[{_FORMULA}\t\r\n])"  # OWASP has tabs and ends of lines as well
    rf"|[;\t\r\n]{_IN_FRONT}{{}}(?=[{_FORMULA}])"
)
_BARE_FORMULA = re.compile(_CELL_STARTS.format("", ""))
_QUOTED_FORMULA = re.compile(_CELL_STARTS.format("'", "'"))

_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ]\d\d?:.*)?")
_PART = re.compile(r"#row=(\d+)(?:-\d+)?$")


class RowError(ValueError):
    """A row that is no card record: the kind of its fault, and the value that does not fit."""

    def __init__(self, kind: str, value: str = "") -> None:
        super().__init__(f"{kind}: {value}" if value else kind)
        self.kind = kind
        self.value = value


def part_url(url: str, first: int, last: int) -> str:
    """Return the URL of the rows *first* to *last* of a data set, as in RFC 7111.

    A data set is no page: the position of its rows is no evidence about two of them.
    """
    return f"{url.partition('#')[0]}#row={first}" + (f"-{last}" if last > first else "")


def first_row(url: str) -> int | None:
    """Return the number of the first row in the URL of a part of a data set; None for other URLs."""
    found = _PART.search(url)
    return int(found[1]) if found else None


def is_records(content_type: str) -> bool:
    """Return whether a Content-Type is that of card records."""
    return content_type.replace('"', "").lower() == MEDIA_TYPE


def position_of(value: object) -> int:
    """Return a position: a whole number, which may be written as text or as 3.0. Raises RowError."""
    try:
        number = float(value) if isinstance(value, str | float) else value
        if isinstance(number, float):
            number = int(number) if number.is_integer() else None
        if isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= MAX_POSITION:
            return number
    except ValueError:
        pass
    raise RowError(f"position: expected a whole number from 0 to {MAX_POSITION}", shown_value(value))


def facts_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the card fields of a row in their order: texts cleaned, empty ones left out.

    A text where a list is expected is read as JSON, or split at `; `, as an export joins it. A date is kept
    as it is printed: it is read when the capture is parsed, and where it is none, only the date is lost.

    Raises:
        RowError: where a value has the wrong type, or no card field is left.
    """
    facts: dict[str, Any] = {}
    for field in CARD_FIELDS:
        value = row.get(field)
        if value is None:
            continue
        if field in LIST_FIELDS:
            if items := _texts(field, value):
                facts[field] = items
        elif field == "date":
            if text := clean_text(str(value))[:_MAX_DATE]:
                facts[field] = text
        elif not isinstance(value, str):
            raise RowError(f"{field}: expected text in quotes", shown_value(value))
        elif text := clean_text(value):
            facts[field] = text
    if not facts:
        raise RowError(f"has none of {', '.join(CARD_FIELDS)}")
    return facts


def _texts(field: str, value: object) -> list[str]:
    if isinstance(value, str):
        value = _listed(value)
    elif not isinstance(value, list):
        raise RowError(f"{field}: expected text or a list of texts", shown_value(value))
    texts: dict[str, None] = {}
    for item in value:
        if not isinstance(item, str):
            raise RowError(f"{field}: expected text or a list of texts", shown_value(value))
        if text := clean_text(item):
            texts[text] = None
    return list(texts)


def _listed(text: str) -> list[Any]:
    """Return the list that a text holds: as JSON, or joined by `; `."""
    if text.lstrip().startswith("["):
        with suppress(ValueError, RecursionError):
            listed = json.loads(text)
            if isinstance(listed, list):
                return listed
    return text.split("; ")


def card_of(facts: Mapping[str, Any]) -> Card:
    """Return the card of the fields that `facts_of` returned; without a date that is not in ISO 8601."""
    fields = {field: facts[field] for field in CARD_FIELDS if field in facts}
    if "date" in fields:
        fields["date"] = iso_day(fields["date"])
    return Card(**fields)


@lru_cache(4096)  # a day stands in many rows
def iso_day(text: str) -> str | None:
    """Return the day of a date in ISO 8601, without the time behind it; no time zone moves it."""
    found = _DATE.fullmatch(text)
    try:
        if found:
            return date.fromisoformat(found[1]).isoformat()
    except ValueError:
        pass  # such as 30 February
    return None


def quote_formulas(text: str) -> str:
    """Return the text of a CSV cell with an apostrophe in front of all that a spreadsheet would run.

    A formula may also begin within the cell: many spreadsheets divide cells at semicolons or tabs and not at
    commas, and then the quotes round the cell hold nothing together. `unquote_formulas` gives the text back,
    for an apostrophe that stood there before gets another one.
    """
    return _BARE_FORMULA.sub(r"\g<0>'", text)


def unquote_formulas(cell: str) -> str:
    """Return the text that `quote_formulas` made a cell of."""
    return _QUOTED_FORMULA.sub(lambda found: found[0][:-1], cell) if "'" in cell else cell


def shown_value(value: object) -> str:
    """Return the beginning of a value, for an error message."""
    text = clean_text(repr(value))
    return text if len(text) <= _SHOWN_CHARS else text[:_SHOWN_CHARS] + "…"
