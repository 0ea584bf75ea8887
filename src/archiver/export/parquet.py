"""Parquet (https://parquet.apache.org): rows as JSON has them, with types, through pyarrow (an extra).

Rows come in, bytes go out, one row group at a time. Lists are lists, objects are structs, times are
timestamps in UTC, printed dates are dates; a date that is in no calendar (30 February) is null. The same rows
give the same bytes in one version of pyarrow, which writes its version into the file.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from archiver.errors import ConfigError
from archiver.export.columns import COLUMNS, NESTED
from archiver.export.days import day_of
from archiver.export.schema import SCHEMAS, Column
from archiver.export.written import WrittenStream

BATCH_ROWS = 1000
GROUP_BYTES = 32 << 20
"""Bytes of a row group before compression: that much, and what pyarrow makes of it, is in memory."""


def check_parquet() -> None:
    """Raise ConfigError where pyarrow is not installed."""
    try:
        import pyarrow.parquet  # noqa: F401, PLC0415 - an extra
    except ImportError as error:
        raise ConfigError(
            "to write Parquet, install the extra: pip install 'listing-archiver[parquet]'"
        ) from error


def write_parquet(rows: Iterable[Mapping[str, Any]], kind: str) -> Iterator[bytes]:
    """Write rows as Parquet, piece by piece."""
    import pyarrow  # noqa: PLC0415 - an extra
    from pyarrow import parquet  # noqa: PLC0415

    columns = {column.name: column for column in SCHEMAS[kind]}
    schema = pyarrow.schema([(field, _field_type(field, columns)) for field in COLUMNS[kind]])
    out = WrittenStream()
    with parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        group: list[Any] = []
        waiting = iter(rows)
        while batch := list(islice(waiting, BATCH_ROWS)):
            arrays = [
                pyarrow.array(
                    [_value(field, row[field], columns) for row in batch], type=schema.field(field).type
                )
                for field in COLUMNS[kind]
            ]
            group.append(pyarrow.RecordBatch.from_arrays(arrays, schema=schema))
            if sum(part.nbytes for part in group) >= GROUP_BYTES:
                writer.write_table(pyarrow.Table.from_batches(group))
                group.clear()
                yield out.take()
        if group:
            writer.write_table(pyarrow.Table.from_batches(group))
    yield out.take()


def _field_type(field: str, columns: Mapping[str, Column]) -> Any:  # noqa: ANN401 - pyarrow has no types
    import pyarrow  # noqa: PLC0415

    if field not in NESTED:
        return _column_type(columns[field])
    return pyarrow.struct([(part, _column_type(columns[f"{field}.{part}"])) for part in NESTED[field]])


def _column_type(column: Column) -> Any:  # noqa: ANN401
    import pyarrow as pa  # noqa: PLC0415

    text, number, time = pa.string(), pa.int64(), pa.timestamp("ms", "UTC")
    revision = [("title", text), ("excerpt", text), ("first_seen", time), ("last_seen", time)]
    types = {
        "text": text,
        "number": number,
        "day": pa.date32(),
        "time": time,
        "texts": pa.list_(text),
        "revisions": pa.list_(pa.struct([*revision, ("sightings", number)])),
    }
    return types[column.type]


def _value(field: str, value: Any, columns: Mapping[str, Column]) -> Any:  # noqa: ANN401 - of any column
    if value is None:
        return None
    if field in NESTED:
        return {part: _value(f"{field}.{part}", value[part], columns) for part in NESTED[field]}
    match columns[field].type:
        case "day":
            return day_of(value)
        case "time":
            return _time(value)
        case "revisions":
            return [
                {**revision, **{name: _time(revision[name]) for name in ("first_seen", "last_seen")}}
                for revision in value
            ]
        case _:
            return value


@lru_cache(4096)  # a capture's time stands in many rows
def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
