"""Flat lists: which lines above, below and beside a hyperlink belong to its card."""

import pytest

from archiver.parse.html import read_html

NAMES = ("Nets and ropes", "The old pier", "A new lamp", "Low water", "Berths to let", "The ferry sails")
DAYS = (28, 28, 21, 14, 14, 7)
ABOVE = "<h1>Notes of the harbour</h1><p>All notes are free. Ask at the office for the others.</p>"


def cards_of(body):
    """The titles and dates of the cards of a page, which are those of all names."""
    page = read_html(f"<html lang=en><body><main>{ABOVE}{body}</main></body></html>", "https://a.example/")
    assert [(card.url or "")[-1] for card in page.cards] == list("012345")
    return [(card.title, card.date) for card in page.cards]


EXPECTED = [(name, f"2024-06-{day:02}") for name, day in zip(NAMES, DAYS, strict=True)]


@pytest.mark.parametrize(
    ("template", "between"),
    [
        ("<div>{day} June 2024</div><div><b>{name}</b></div><div><a href=/n/{n}>Note {n}</a></div>", ""),
        ("<b>{name}</b><br>No. {n}, filed {day} June 2024<br><a href=/n/{n}>View the note</a>", "<br><br>"),
        ("<p>{name}</p><p>{day} June 2024</p><p><a href=/n/{n}>Note {n}</a></p>", "<hr>"),
    ],
)
def test_lines_above_a_hyperlink(template, between):
    items = (template.format(n=n, name=NAMES[n], day=DAYS[n]) for n in range(len(NAMES)))
    assert cards_of(f"<div>{between.join(items)}</div>") == EXPECTED
    items = (template.format(n=n, name=NAMES[n], day=DAYS[n]) for n in range(len(NAMES)))
    assert cards_of(between.join(items)) == EXPECTED


@pytest.mark.parametrize("day", ["{} June 2024", "Filed: {} June 2024", "Released on 06/{:02}/2024 at 10:00"])
def test_a_row_with_a_date_above_several_rows(day):
    rows, above = "", None
    for n, (name, number) in enumerate(zip(NAMES, DAYS, strict=True)):
        if number != above:
            rows += f"<tr><td colspan=3>{day.format(number)}</td></tr>"
        rows += f"<tr><td><a href=/n/{n}>No. {n}</a></td><td>{name}</td><td>Affirmed</td></tr>"
        above = number
    assert cards_of(f"<table>{rows}</table>") == EXPECTED


def test_a_text_above_a_list_is_not_that_of_its_first_card():
    items = "".join(
        f"<div><a href=/n/{n}>{NAMES[n]}</a></div><div>{DAYS[n]} June 2024</div>" for n in range(6)
    )
    assert cards_of(f"<div>Opened on 3 May 1924</div>{items}") == EXPECTED
