"""Read JSON Lines and CSV (https://jsonlines.org, RFC 4180) row by row, each with its line number.

An open file of bytes goes in. Dictionaries come out that have only the columns of card records; an export of
cards is read under the same names. A bad line comes out as a `BadRow` with the reason. A CSV file whose first
line names no column of a card is an error as a whole (SourceError). JSON may also be one array of objects.

The delimiter is not guessed from the data: of comma, semicolon and tab it is the one by which the first line
holds most column names.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NamedTuple

import orjson

from archiver.cardrow import shown_value, unquote_formulas
from archiver.errors import SourceError
from archiver.models import CARD_FIELDS
from archiver.sources.files import shown
from archiver.sources.jsonarray import BrokenArrayError, elements_of

COLUMNS = (*CARD_FIELDS, "capture_url", "captured_at", "position")
"""The columns that a row may have; exports have `capture_path` too."""

MAX_LINE_BYTES = 16 << 20
"""Bytes of a row; a longer line is skipped and reported."""

_EXPORTED = {"url": "capture_url", "captured_at": "captured_at", "path": "capture_path", "id": None}
"""The parts of a `capture` in an export of cards, and their columns here."""
_COMPUTED = ("card_id", "post_id")
"""Columns of an export of cards that are computed again."""
_ALLOWED_IN_JSON = frozenset((*COLUMNS, "capture", *_COMPUTED))
_COLUMN_OF = (
    {name: name for name in COLUMNS}
    | {f"capture.{part}": name for part, name in _EXPORTED.items()}
    | dict.fromkeys(_COMPUTED)
)
_UNKNOWN = (
    f"unknown columns; map, rename or remove them; allowed are {', '.join(COLUMNS)},"
    " and those of an export of cards"
)
_TOO_LONG = f"longer than {MAX_LINE_BYTES >> 20} MiB; skipped"
_NOT_UTF_8 = "not UTF-8; save the file as UTF-8"
_UTF_8_MARK = b"\xef\xbb\xbf"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that is no valid row: the kind of its fault, and what does not fit."""

    kind: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class RecordFields:
    """Which fields of a file's rows are read.

    `named` gives the names that the file has for columns of card records. With `strict`, a field that is not
    read is a fault; else it is given to `ignored`.
    """

    named: Mapping[str, str]
    strict: bool
    ignored: Callable[[Iterable[str]], None]


def rows_of(
    file: Path, opened: "io.BufferedReader[Any]", fields: RecordFields
) -> Iterator[tuple[int, Row | BadRow]]:
    """Yield the rows of a `.csv` or `.jsonl` file, each with its line number; *opened* is decompressed.

    Raises SourceError where the file has no rows.
    """
    head = opened.peek(1 << 12)[: 1 << 12]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceError(f"{shown(file)}: text in UTF-16; save it as UTF-8")
    is_csv = file.name.lower().removesuffix(".gz").endswith(".csv")
    start = head.removeprefix(_UTF_8_MARK).lstrip()
    if b"\0" in start.partition(b"\n")[0] and (is_csv or not start.startswith(b"{")):
        raise SourceError(f"{shown(file)}: binary data, not text")
    if is_csv:
        rows = _csv_rows(file, opened, fields)
    else:
        parsed = _json_array(opened) if start.startswith(b"[") else _json_lines(opened)
        rows = ((line, one if isinstance(one, BadRow) else fitted_row(one, fields)) for line, one in parsed)
    first_row = next(rows, None)
    if first_row is None:
        raise SourceError(f"{shown(file)}: the file has no rows")
    yield first_row
    yield from rows


def _json_array(opened: IO[bytes]) -> Iterator[tuple[int, Any]]:
    """Yield the elements of an array, and a `BadRow` where it cannot be read any further."""
    try:
        yield from elements_of(opened)
    except BrokenArrayError as error:
        yield error.line, BadRow("the array cannot be read from here on", str(error))


def _json_lines(opened: "io.BufferedReader[Any]") -> Iterator[tuple[int, Any]]:
    """Yield the value of each line, or a `BadRow`."""
    number = 0
    while line := opened.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            while not line.endswith(b"\n") and (line := opened.readline(MAX_LINE_BYTES)):
                pass
            yield number, BadRow(_TOO_LONG)
            continue
        if number == 1:
            line = line.removeprefix(_UTF_8_MARK)
        if not line.isspace():
            yield number, _json_value(line)


def _json_value(line: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        try:
            line.decode()
        except UnicodeDecodeError:
            return BadRow(_NOT_UTF_8)
        return BadRow("not JSON", f"{error.msg} (column {error.colno})")


def fitted_row(value: object, fields: RecordFields) -> Row | BadRow:
    """Return the columns of a row that are read."""
    if not isinstance(value, dict):
        return BadRow("not an object; each row must be an object with the fields of a card")
    row: Row = value
    if fields.named:
        mapped = {fields.named[name]: value for name, value in row.items() if name in fields.named}
        row = {name: value for name, value in row.items() if name not in fields.named} | mapped
    if not _ALLOWED_IN_JSON.issuperset(row):
        others = sorted(row.keys() - _ALLOWED_IN_JSON)
        if fields.strict:
            return BadRow(_UNKNOWN, _listed(others))
        fields.ignored(others)
        row = {name: value for name, value in row.items() if name in _ALLOWED_IN_JSON}
    return _flattened(row) if "capture" in row else row


def _flattened(row: Row) -> Row | BadRow:
    """Move the parts of an export's `capture` to columns of their own."""
    capture = row.pop("capture")
    if capture is None:
        return row
    if not isinstance(capture, dict) or not capture.keys() <= _EXPORTED.keys():
        return BadRow(f"capture must be an object with only {', '.join(_EXPORTED)}")
    for part, value in capture.items():
        if name := _EXPORTED[part]:
            if row.get(name) is not None:
                return BadRow(f"has both {name} and a capture with {part}", shown_value(value))
            row[name] = value
    return row


class _Lines:
    """The lines of a text for `csv.reader`, which stops at a line that is too long."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.count = 1
        """Lines read so far, with the header."""

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(MAX_LINE_BYTES + 1)
        if not line:
            raise StopIteration
        self.count += 1
        if len(line) > MAX_LINE_BYTES:
            while not line.endswith(("\n", "\r")) and (line := self._text.readline(MAX_LINE_BYTES)):
                pass
            raise csv.Error(_TOO_LONG)
        return line


def _csv_rows(
    file: Path, opened: "io.BufferedReader[Any]", fields: RecordFields
) -> Iterator[tuple[int, Row | BadRow]]:
    # bytes that are not UTF-8 become lone surrogates, so that only their row is rejected
    with io.TextIOWrapper(opened, "utf-8-sig", errors="surrogateescape", newline="") as text:
        delimiter, columns = _header(file, text.readline(MAX_LINE_BYTES), fields)
        csv.field_size_limit(MAX_LINE_BYTES)  # the module's own limit, 128 KiB, is one for all its readers
        lines = _Lines(text)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        while True:
            line = lines.count + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                why = _TOO_LONG if "field limit" in str(error) else str(error)
                yield line, BadRow(why, f"until line {lines.count}" if lines.count > line else "")
                continue
            if cells:
                yield line, _csv_row(cells, columns)


def _csv_row(cells: Sequence[str], columns: Sequence[str | None]) -> Row | BadRow:
    if len(cells) != len(columns):
        return BadRow(f"the first line names {len(columns)} columns", f"{len(cells)} cells")
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return BadRow(_NOT_UTF_8)
    return {
        name: unquote_formulas(cell)
        for name, cell in zip(columns, cells, strict=True)
        if name and (cell or name == "capture_path")
    }


class _Header(NamedTuple):
    """The first line of a CSV file: the delimiter, and the columns, None for those that are not read."""

    delimiter: str
    columns: Sequence[str | None]


def _header(file: Path, line: str, fields: RecordFields) -> _Header:
    """Find the delimiter and the columns; a column that is not read is None."""
    column_of = _COLUMN_OF | {name.lower(): column for name, column in fields.named.items()}
    if not line.strip():
        raise SourceError(f"{shown(file)}: the first line is empty; it must name the columns")
    found = [[name.strip().lower() for name in next(csv.reader([line], delimiter=d), [])] for d in ",;\t"]
    unknown = [[name for name in names if name not in column_of] for names in found]
    # where none is known, the one that gives most names, so that the unknown ones can be listed
    delimiter, names, others = max(
        zip(",;\t", found, unknown, strict=True),
        key=lambda one: (len(one[1]) - len(one[2]), not one[2], len(one[1])),
    )
    if others and (fields.strict or len(others) == len(names)):
        raise SourceError(f"{shown(file)}:1: {_UNKNOWN}: {_listed(others)}")
    fields.ignored(others)
    columns = [column_of.get(name) for name in names]
    named = [column for column in columns if column]
    if twice := sorted({column for column in named if named.count(column) > 1}):
        raise SourceError(f"{shown(file)}:1: column {', '.join(twice)} stands twice")
    return _Header(delimiter, columns)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name)[:40] for name in names[:5]) + (", ..." if len(names) > 5 else "")
