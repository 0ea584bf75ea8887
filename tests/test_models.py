"""The values that stages hand to each other."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from archiver.models import Capture, Card, Page, clean_text, content_key


@given(st.text(st.characters(), max_size=60))
def test_cleaned_text_is_clean_and_stays_as_it_is(text):
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert cleaned == cleaned.strip()
    assert "  " not in cleaned
    cleaned.encode("utf-8")
    assert not any(c < " " or c == "\x7f" for c in cleaned)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  a\n\tb  ", "a b"),
        ("a\u3000b\xa0c", "a b c"),
        ("\ud83d\ude00", "😀"),
        ("lone \ud83d half", "lone \ufffd half"),
        ("nul\0l", "null"),
        ("zero\u200bwidth", "zero\u200bwidth"),
    ],
)
def test_text_is_cleaned(text, expected):
    assert clean_text(text) == expected


PARTS = st.recursive(
    st.none() | st.text(st.characters(codec="utf-8"), max_size=20) | st.integers(-(2**53), 2**53),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(PARTS, max_size=5))
def test_an_id_is_a_function_of_the_content_that_other_programs_can_compute(parts):
    as_json = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    assert content_key(*parts) == hashlib.sha256(as_json.encode()).hexdigest()[:16]


def test_a_missing_value_is_none_never_empty():
    card = Card(title=" \n", categories=("", "a", " a ", "b"), tags=(" ",))
    assert card.title is None
    assert card.categories == ("a", "b")
    assert card.tags == ()


def test_a_cards_id_is_a_function_of_its_content():
    assert Card(title=" A  b").key == Card(title="A b").key
    assert len({Card().key, Card(title="a").key, Card(excerpt="a").key, Card(tags=("a",)).key}) == 4


@pytest.mark.parametrize("date", ["2026-1-1", "today", "2026-01-01T00:00:00"])
def test_a_date_is_a_date(date):
    with pytest.raises(ValidationError):
        Card(date=date)


def test_values_are_frozen_hashable_and_round_trip():
    page = Page(url="https://harbour.example/", kind="listing", confidence=0.5, cards=(Card(title="a"),))
    assert {page, Page.model_validate(json.loads(page.model_dump_json()))} == {page}
    with pytest.raises(ValidationError):
        page.kind = "feed"  # type: ignore[misc]


def test_a_time_needs_a_zone_and_is_kept_in_whole_utc_seconds():
    values = {"url": "https://harbour.example/", "payload": b""}
    with pytest.raises(ValidationError):
        Capture.model_validate(values | {"captured_at": "2026-01-01T00:00:00"})
    capture = Capture.model_validate(values | {"captured_at": "2026-01-01T01:00:00.9+01:00"})
    assert capture.captured_at.isoformat() == "2026-01-01T00:00:00+00:00"
