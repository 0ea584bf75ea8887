import json
from pathlib import Path

import pytest

from archiver.models import Page
from archiver.parse.plaintext.cards import read_text
from tests.paths import FIXTURES

CASES = sorted((FIXTURES / "text").glob("*.txt"))
EXCERPT = "The day began with a long walk along the harbour, where the boats came back before the rain."


def read(path: Path) -> tuple[Page, dict]:
    page = read_text(path.read_bytes().decode(), "file:///capture.txt")
    return page, json.loads(path.with_suffix(".json").read_text())


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
@pytest.mark.parametrize("field", ["title", "excerpt", "date", "categories", "tags"])
def test_field(path: Path, field: str) -> None:
    page, expected = read(path)
    values = [getattr(card, field) for card in page.cards]
    wanted = [card.get(field) for card in expected["cards"]]
    assert [list(v) if isinstance(v, tuple) else v for v in values] == wanted


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_other_line_is_a_label(path: Path) -> None:
    page, expected = read(path)
    assert list(page.labels) == list(dict.fromkeys(expected["labels"]))
    assert page.kind == "text"


def test_one_label_is_no_title() -> None:
    page = read_text(f"Boats\n2024-03-05\n{EXCERPT}", "file:///capture.txt")
    assert [(card.title, card.url) for card in page.cards] == [(None, None)]


def test_date_that_cannot_be_told_is_missing_but_no_label() -> None:
    page = read_text(f"Boats\n03/05/2024\n{EXCERPT}", "file:///capture.txt")
    assert page.cards[0].date is None
    assert page.cards[0].printed is not None
    assert page.cards[0].printed.text == "03/05/2024"
    assert page.cards[0].categories == ("Boats",)


def test_what_is_printed_of_a_date_is_kept() -> None:
    for line in ("5 March 2024", "Published on 5 March 2024", "Boats | 5 March 2024"):
        (card,) = read_text(f"{line}\n{EXCERPT}", "file:///capture.txt").cards
        assert card.printed is not None
        assert (card.date, card.printed.text, card.printed.place) == ("2024-03-05", "5 March 2024", "text")


@pytest.mark.parametrize("text", ["", "\n \n\t", "\ufeff"])
def test_empty_file(text: str) -> None:
    page = read_text(text, "file:///capture.txt")
    assert (page.kind, page.error, page.cards) == ("empty", "empty file", ())


def test_a_long_number_before_a_letter_is_read_at_once() -> None:
    """If each way to split the number were tried, this would not finish."""
    number = "7" * 60 + "x"
    page = read_text(f"{number}\n1 2 3 »\n", "file:///x.txt")
    assert [card.excerpt for card in page.cards] == [number]
