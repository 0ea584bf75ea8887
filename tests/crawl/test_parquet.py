"""Card records in a Parquet file."""

import sys
from datetime import UTC, date, datetime

import pytest


@pytest.fixture
def saved(tmp_path, monkeypatch):
    """Write rows to a Parquet file; its name."""
    pytest.importorskip("pyarrow")
    from pyarrow import Table, parquet, schema  # noqa: PLC0415 - an extra

    monkeypatch.chdir(tmp_path)

    def save(rows, types=None):
        parquet.write_table(Table.from_pylist(rows, schema=schema(types) if types else None), "cards.parquet")
        return "cards.parquet"

    return save


def test_the_rows_of_a_file_are_cards(run, saved):
    rows = [
        {"headline": f"Boat {n}", "date": date(2026, 2, 1), "tags": ["sea", "wood"], "size": n}
        for n in range(2500)
    ]
    seen = {"capture_url": "https://harbour.example/", "captured_at": datetime(2026, 3, 1, 12, 0, 0, 5, UTC)}
    ran = run("crawl", saved([rows[0] | seen, *rows[1:]]), "--map", "title=headline")
    assert (ran.code, ran.err.splitlines()[1:]) == (
        0,
        [
            "archiver: cards.parquet: fields that are not read: 'size'",
            "archiver: 4 captures (4 new), 2500 cards, 0 failed",
        ],
    )
    first, *others = run("export", "cards", "--format", "jsonl").rows()
    assert (first["capture"]["url"], first["capture"]["captured_at"]) == (
        seen["capture_url"],
        "2026-03-01T12:00:00Z",
    )
    assert {card["date"] for card in others} == {"2026-02-01"}
    assert others[0]["tags"] == ["sea", "wood"]


def test_nanoseconds_are_cut_off(run, saved):
    from pyarrow import string, timestamp  # noqa: PLC0415 - an extra

    rows = [
        {"title": "Boat", "capture_url": "https://harbour.example/", "captured_at": 1_772_366_400_000_000_001}
    ]
    types = [("title", string()), ("capture_url", string()), ("captured_at", timestamp("ns", "Asia/Taipei"))]
    assert run("crawl", saved(rows, types)).code == 0
    (card,) = run("export", "cards", "--format", "jsonl").rows()
    assert card["capture"]["captured_at"] == "2026-03-01T12:00:00Z"


@pytest.mark.parametrize(
    ("end", "said"), [(-30, "damaged Parquet file"), (None, "has no rows"), (4, "damaged")]
)
def test_what_has_no_rows_is_refused_in_one_line(run, saved, tmp_path, end, said):
    from pyarrow import string  # noqa: PLC0415 - an extra

    file = tmp_path / saved([], [("title", string())])
    file.write_bytes(file.read_bytes()[:end])
    ran = run("crawl", "cards.parquet")
    assert ran.code == 1
    assert said in ran.err.splitlines()[1]


def test_without_the_extra_one_line_says_so(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    ran = run("crawl", "a.parquet")
    assert ran.code == 1
    assert "a.parquet: to read Parquet, install the extra: pip install 'listing-archiver[parquet]'" in ran.err
