"""Card records in a table of a SQLite database, such as another scraper's.

The path of the database goes in, with the name of the table where it has several; rows come out as those of
JSON Lines do, each with its number. The database may come from elsewhere: it is opened for reading alone, and
what its schema names is not trusted (https://sqlite.org/security.html). A view may compute without end: so
many steps without a row, and the file is refused.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from archiver.errors import SourceError
from archiver.sources.files import shown
from archiver.sources.tables import MAX_LINE_BYTES, BadRow, RecordFields, Row, fitted_row

MAGIC = b"SQLite format 3\0"
"""The first bytes of a database (https://sqlite.org/fileformat.html, section 1.3)."""
MAX_STEPS = 200_000_000
"""Instructions of SQLite's virtual machine for one row, some seconds. A row of a table takes a few; only a
view that sorts or counts a large table takes millions."""
_STEPS_AT_ONCE = 1_000_000


def database_rows(file: Path, table: str | None, fields: RecordFields) -> Iterator[tuple[int, Row | BadRow]]:
    """Yield the rows of a table. Raises SourceError."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file.absolute()))}?mode=ro", uri=True)) as database:
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_LINE_BYTES)
            for pragma in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON", "mmap_size=0"):
                database.execute(f"PRAGMA {pragma}")
            database.text_factory = lambda text: text.decode("utf-8", "replace")
            steps = 0

            def is_beyond_reason() -> bool:
                nonlocal steps
                steps += _STEPS_AT_ONCE
                return steps > MAX_STEPS

            database.set_progress_handler(is_beyond_reason, _STEPS_AT_ONCE)
            chosen = _table(file, database, table).replace('"', '""')
            cursor = database.execute(f'SELECT * FROM "{chosen}"')  # noqa: S608 - names cannot be parameters
            names = [column[0] for column in cursor.description]
            number = 0
            for number, values in enumerate(cursor, start=1):
                steps = 0
                row = fitted_row(dict(zip(names, values, strict=True)), fields)
                is_binary = isinstance(row, dict) and any(isinstance(value, bytes) for value in row.values())
                yield number, BadRow("binary data, not text") if is_binary else row
    except sqlite3.Error as error:
        raise SourceError(f"{shown(file)}: {error}") from error
    if not number:
        raise SourceError(f"{shown(file)}: the table has no rows")


def _table(file: Path, database: sqlite3.Connection, wanted: str | None) -> str:
    """Return the table to read: the one that the user names, or the only one."""
    listed = database.execute(
        "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
        " ORDER BY name"
    )
    names = [str(name) for (name,) in listed]
    if wanted is None and len(names) == 1:
        return names[0]
    if wanted in names:
        return str(wanted)
    which = "name one of its tables" if wanted is None else f"no table {wanted}"
    some = ", ".join(names[:10]) + (", ..." if len(names) > 10 else "")
    raise SourceError(f"{shown(file)}: {which}; there are {some or 'none'}")
