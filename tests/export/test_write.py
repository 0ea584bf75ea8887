"""JSON, JSON Lines and CSV: fixed fields, fixed order, and what was put in comes out."""

import csv
import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.cardrow import quote_formulas, unquote_formulas
from archiver.export import COLUMNS, write
from archiver.rows import FORMATS

TEXT = st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
ROW = st.fixed_dictionaries(
    {
        "capture": st.fixed_dictionaries(
            {"id": st.just("c"), "url": TEXT, "path": TEXT, "captured_at": TEXT}
        ),
        "position": st.integers(1, 99),
        **dict.fromkeys(("card_id", "post_id", "url", "title", "date", "author", "excerpt"), TEXT),
        **{
            name: st.lists(st.text("abc =", min_size=1, max_size=4), max_size=3)
            for name in ("categories", "tags")
        },
    }
)


def as_text(rows, kind, form, **options):
    return b"".join(write(rows, kind, form, **options)).decode()


def from_csv(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


@given(st.lists(ROW, max_size=4))
def test_json_gives_back_what_was_put_in(rows):
    assert json.loads(as_text(rows, "cards", "json")) == rows
    *lines, after_the_last = as_text(rows, "cards", "jsonl").split("\n")
    assert [json.loads(line) for line in lines] == rows
    assert after_the_last == ""


@given(st.lists(ROW, max_size=4))
def test_raw_csv_gives_back_every_text(rows):
    for row, cells in zip(rows, from_csv(as_text(rows, "cards", "csv", csv_raw=True)), strict=True):
        for name in ("card_id", "post_id", "url", "title", "date", "author", "excerpt"):
            assert cells[name] == (row[name] or "")
        assert cells["capture.url"] == (row["capture"]["url"] or "")
        assert cells["position"] == str(row["position"])
        assert cells["tags"] == "; ".join(row["tags"])


@given(st.lists(ROW, max_size=4))
def test_no_cell_begins_as_a_formula_does(rows):
    for cells in from_csv(as_text(rows, "cards", "csv")):
        assert not any(
            cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝")) for cell in cells.values()
        )


FORMULA = re.compile("[ \xa0\u3000]*[=+@＝＋－＠-]")
HOSTILE = st.text("""=+-@＝;\t\r\n"' a\u3000,""", max_size=12)


@given(st.lists(st.dictionaries(st.sampled_from(["title", "path"]), HOSTILE), max_size=3))
@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_no_formula_is_live_whatever_separates_the_cells(separator, rows):
    rows = [
        dict.fromkeys(COLUMNS["cards"])
        | {"title": row.get("title"), "tags": [row.get("title", "")], "capture": {"path": row.get("path")}}
        for row in rows
    ]
    for row in rows:
        row["capture"] = dict.fromkeys(("id", "url", "captured_at")) | row["capture"]
    text = as_text(rows, "cards", "csv")
    for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        assert [cell for cell in cells if FORMULA.match(cell)] == []


@given(HOSTILE | st.text())
def test_a_cell_gives_its_text_back(text):
    assert unquote_formulas(quote_formulas(text)) == text


def test_texts_without_formulas_are_left_alone():
    for text in ("It's 5 - 3 = 2", "a; b", "'quoted' text; 'more'", "e-mail: a@b.example", "x=1;y=2"):
        assert quote_formulas(text) == unquote_formulas(text) == text
    assert quote_formulas("=1; =2;\"'=3") == "'=1; '=2;\"''=3"


@pytest.mark.parametrize("kind", COLUMNS)
def test_no_rows_are_an_export_too(kind):
    assert json.loads(as_text([], kind, "json")) == []
    assert as_text([], kind, "jsonl") == ""
    assert as_text([], kind, "csv").endswith("\r\n")
    assert as_text([], kind, "csv").count("\r\n") == 1


def test_the_fields_stand_in_their_order_whatever_the_rows_is():
    row = dict.fromkeys(reversed(COLUMNS["revisions"]), "x") | {"more": "left out"}
    for form in FORMATS:
        if form == "parquet":
            continue  # is no text
        text = as_text([row], "revisions", form)
        places = [text.index(name) for name in COLUMNS["revisions"]]
        assert places == sorted(places)
        assert "more" not in text


def test_revisions_are_json_in_their_cell():
    row = dict.fromkeys(COLUMNS["posts"]) | {"revisions": [{"title": 'a, "b"'}, {"title": None}]}
    (cells,) = from_csv(as_text([row], "posts", "csv"))
    assert json.loads(cells["revisions"]) == row["revisions"]
