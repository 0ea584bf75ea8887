"""Parquet: the rows of an export with their types, in row groups of bounded size."""

import io
import sys
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from archiver import Archive, ConfigError, ImportOptions
from archiver.export import COLUMNS, write
from archiver.export import parquet as written
from archiver.rows import KINDS
from tests.export.posts import POSTS, as_held, numbered, post
from tests.paths import SAMPLE


def opened(rows, kind="posts"):
    return parquet.ParquetFile(io.BytesIO(b"".join(write(rows, kind, "parquet"))))


def as_rows(table):
    """The rows of a table as an export has them: objects with their parts, times and dates as text."""
    return as_text(table.to_pylist())


def as_text(value):
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return str(value)
    if isinstance(value, list):
        return list(map(as_text, value))
    return {name: as_text(part) for name, part in value.items()} if isinstance(value, dict) else value


@given(st.lists(POSTS.map(as_held), max_size=4))
def test_parquet_gives_back_what_was_put_in(posts):
    assert as_rows(opened(posts).read()) == posts


@pytest.fixture
def archive(tmp_path):
    archive = Archive(tmp_path / "archive")
    archive.crawl(SAMPLE, imports=ImportOptions(base_url="https://harbour.example/"))
    archive.dedupe()
    return archive


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_back_with_its_columns(archive, tmp_path, kind):
    path = archive.export(kind, tmp_path / "rows.parquet")
    table = parquet.read_table(path)
    rows = list(archive.rows(kind))
    assert as_rows(table) == rows
    assert table.column_names == list(COLUMNS[kind])
    assert b"".join(archive.export_iter(kind, "parquet")) == path.read_bytes()


def test_types_are_those_of_the_values():
    schema = opened([post()]).schema_arrow
    types = {name: str(schema.field(name).type) for name in ("date", "first_seen", "tags", "sightings")}
    assert types == {
        "date": "date32[day]",
        "first_seen": "timestamp[ms, tz=UTC]",
        "tags": "list<element: string>",
        "sightings": "int64",
    }
    (row,) = opened([post(date="2026-02-30")]).read().to_pylist()
    assert row["date"] is None
    assert row["first_seen"] == datetime(2026, 1, 3, 8, tzinfo=UTC)


def test_rows_are_written_in_groups(monkeypatch):
    monkeypatch.setattr(written, "BATCH_ROWS", 10)
    monkeypatch.setattr(written, "GROUP_BYTES", 1)
    file = opened(numbered(95))
    assert file.num_row_groups == 10
    assert [row["title"] for row in file.read().to_pylist()] == [f"Post {n}" for n in range(1, 96)]
    assert opened([]).metadata.num_rows == 0


def test_what_was_written_is_imported_again(archive, tmp_path):
    path = archive.export("cards", tmp_path / "cards.parquet")
    again = Archive(tmp_path / "again")
    assert again.crawl(path).failed == 0
    for mine, others in zip(archive.rows("cards"), again.rows("cards"), strict=True):
        assert (others["card_id"], others["position"]) == (mine["card_id"], mine["position"])
        assert others["capture"]["captured_at"] == mine["capture"]["captured_at"]


def test_without_the_extra_it_is_named(archive, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "pyarrow.parquet")
    with pytest.raises(ConfigError, match=r"listing-archiver\[parquet\]"):
        archive.export_iter("posts", "parquet")
