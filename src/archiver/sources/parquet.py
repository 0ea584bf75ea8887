"""Card records in a Parquet file (https://parquet.apache.org/docs/file-format/), as data sets are published.

The path of the file goes in; rows come out as those of JSON Lines do, each with its number. In memory is one
row group. The library that reads them is large, and needed for nothing else: it comes with the extra
`parquet`.
"""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from archiver.errors import SourceError
from archiver.sources.files import shown
from archiver.sources.tables import BadRow, RecordFields, Row, fitted_row

MAGIC = b"PAR1"
BATCH_ROWS = 100
"""Rows in memory as Python's values: a file holds a long text once, however many rows have it."""
MAX_GROUP_BYTES = 2 << 30
"""Bytes of a row group before compression; writers make groups of 128 MiB to 1 GiB."""


def parquet_rows(file: Path, fields: RecordFields) -> Iterator[tuple[int, Row | BadRow]]:
    """Yield the rows of a Parquet file. Raises SourceError."""
    try:
        import pyarrow  # noqa: PLC0415 - an extra
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError as error:
        raise SourceError(
            f"{shown(file)}: to read Parquet, install the extra: pip install 'listing-archiver[parquet]'"
        ) from error
    number = 0
    try:
        with parquet.ParquetFile(file) as opened:
            groups = (opened.metadata.row_group(n) for n in range(opened.metadata.num_row_groups))
            if any(group.total_byte_size > MAX_GROUP_BYTES for group in groups):
                raise SourceError(f"{shown(file)}: a row group of more than {MAX_GROUP_BYTES >> 30} GiB")
            for batch in opened.iter_batches(batch_size=BATCH_ROWS):
                table = pyarrow.Table.from_batches([batch])
                for row in table.cast(_without_nanoseconds(batch.schema), safe=False).to_pylist():
                    number += 1
                    yield number, fitted_row({name: _plain(value) for name, value in row.items()}, fields)
    except MemoryError as error:
        raise SourceError(f"{shown(file)}: its rows do not fit in memory") from error
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise SourceError(f"{shown(file)}: damaged Parquet file ({reason[:200]})") from error
    if not number:
        raise SourceError(f"{shown(file)}: the file has no rows")


def _without_nanoseconds(schema: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Return the schema with times in microseconds, which Python's are."""
    import pyarrow  # noqa: PLC0415

    for index, column in enumerate(schema):
        if pyarrow.types.is_timestamp(column.type):
            zone = "UTC" if column.type.tz else None
            schema = schema.set(index, column.with_type(pyarrow.timestamp("us", zone)))
    return schema


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return value.isoformat() if isinstance(value, date | datetime) else value
