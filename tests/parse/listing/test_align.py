"""The place at which the template of a group prints its permalinks."""

import pytest

from archiver.parse.html import read_html

URL = "https://harbour.example/list/"
NAMES = ("Nets and ropes", "The old pier", "A new lamp", "Low water", "Berths to let", "The ferry sails")


def _in_table(rows):
    """Rows of a table in their table; others as they are."""
    return f"<table>{rows}</table>" if rows.startswith("<tr") else rows


def urls(row):
    """The paths of the cards of rows, each of a template that takes a number, a name and a class."""
    rows = "".join(
        row.format(n=n, name=name, turn="odd" if n % 2 else "even", class_="class=odd" if n % 2 else "")
        for n, name in enumerate(NAMES)
    )
    page = read_html(f"<html><body><main>{_in_table(rows)}</main></body></html>", URL)
    return [(card.url or "").removeprefix("https://harbour.example") for card in page.cards]


@pytest.mark.parametrize(
    "row",
    [
        "<p {class_}><a href=/notes/{n}>{name}</a><br>It was said on 1{n} May 2024 at the office.</p>",
        "<div {class_}><a href=/notes/{n}>{name} of the harbour</a> <span>1{n} May 2024</span></div>",
        "<div class='row {turn}'><a href=/notes/{n}>{name} today</a> <span>1{n} May 2024</span></div>",
    ],
)
def test_rows_take_turns_in_colour(row):
    assert urls(row) == [f"/notes/{n}" for n in range(6)]


@pytest.mark.parametrize(
    "more",
    [
        "<a class=more href=/replies/{n}>{n} replies to this notice</a>",
        "<a class=more href=/candles/{n}>Light a candle ({n})</a>",
        "<a class=more href=/apply/{n}>Apply for this</a>",
    ],
)
def test_a_label_that_differs_in_its_count_alone_is_no_title(more):
    row = "<div class=row><b><a href=/notes/{n}>{name}</a></b> <i>1{n} May 2024</i> " + more + "</div>"
    assert urls(row) == [f"/notes/{n}" for n in range(6)]


def test_of_two_places_that_say_the_same_the_first_counts():
    row = (
        "<div class=row><b>{name}</b> <i>1{n} May 2024</i> "
        "<a class=a href=/notes/{n}>View</a> <a class=b href=/apply/{n}>Apply</a></div>"
    )
    assert urls(row) == [f"/notes/{n}" for n in range(6)]


GRIDS = [
    (
        "<tr>{}</tr>",
        "<td><img src={n}.jpg><a href=/notes/{n}>{name}</a><br>$ 4.{n} <a href=/add?{n}>Buy</a></td>",
    ),
    (
        "<tr>{}</tr>",
        "<td><a href=/notes/{n}><img src={n}.jpg></a><a href=/notes/{n}>{name}</a><br>$ 4.{n}</td>",
    ),
    ("<tr>{}</tr>", "<td><a href=/notes/{n}>{name}</a></td>"),
    ("<div class=row>{}</div>", "<div class=cell><a href=/notes/{n}>{name}</a><br>$ 4.{n}</div>"),
]


@pytest.mark.parametrize(("row", "cell"), GRIDS)
def test_cells_of_a_grid_are_the_cards(row, cell):
    cells = [cell.format(n=n, name=name) for n, name in enumerate(NAMES)]
    rows = "".join(row.format("".join(cells[at : at + 2])) for at in (0, 2, 4))
    page = read_html(f"<html><body><h1>Shop</h1><main>{_in_table(rows)}</main></body></html>", URL)
    assert [card.title for card in page.cards] == list(NAMES)


def test_cells_of_a_record_are_no_cards():
    row = (
        "<tr><td>1{n} May 2024</td><td><a href=/notes/{n}>{name}</a></td>"
        "<td><a href=/notes/{n}.pdf>12-{n}</a></td></tr>"
    )
    assert urls(row) == [f"/notes/{n}" for n in range(6)]


def test_links_in_brackets_behind_others_are_no_cards():
    lines = "<br>".join(
        f"{n} - <a href=/notes/{n}>{name}</a>{f' (<a href=/maps/{n}>map</a>)' if n % 3 == 1 else ''}"
        for n, name in enumerate(NAMES)
    )
    page = read_html(f"<html><body><main><h1>Notes</h1><p>{lines}</p></main></body></html>", URL)
    assert [card.title for card in page.cards] == list(NAMES)
