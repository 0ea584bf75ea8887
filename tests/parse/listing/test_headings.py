"""Dates above the cards: which texts are headings, and which cards they date."""

import pytest

from archiver.parse.html import read_document, read_html
from archiver.parse.listing.headings import read_headings
from archiver.parse.listing.score import whole

URL = "https://harbour.example/"
NAMES = ("Nets and ropes", "The old pier", "A new lamp", "Low water", "Berths to let", "The ferry sails")


def row(n, day=""):
    return f"<tr><td>{day}<a href=/notes/{n}>{NAMES[n]} of the harbour</a></td><td>{n} MB</td></tr>"


def dates_of(body):
    """The dates of the cards of a page, by the numbers of their permalinks."""
    page = read_html(f"<html lang=en-GB><body><main>{body}</main></body></html>", URL)
    assert [(card.url or "").rpartition("/")[2] for card in page.cards] == [str(n) for n in range(len(NAMES))]
    return [card.date for card in page.cards]


def test_one_day_below_rows_without_a_day():
    pinned = "".join(map(row, range(2)))
    day = "<tr><td colspan=2>Added on: <b>28 June 2024</b></td></tr>"
    below = "".join(map(row, range(2, 6)))
    body = f"<table>{pinned}</table><table>{day}{below}</table>"
    assert dates_of(body) == [None] * 2 + ["2024-06-28"] * 4


@pytest.mark.parametrize(
    "heading",
    ["Published in the Journal of the Harbour of {}:", "Minutes filed {}", "Week of {}", "{}"],
)
def test_headings_that_differ_in_their_dates_only(heading):
    lists = [
        f"<p><b>{heading.format(day)}</b></p><ul>"
        + "".join(
            f"<li><a href=/notes/{n}>{NAMES[n]} of the harbour</a></li>" for n in range(3 * at, 3 * at + 3)
        )
        + "</ul>"
        for at, day in enumerate(("28/06/2024", "7 June 2024"))
    ]
    assert dates_of("".join(lists)) == ["2024-06-28"] * 3 + ["2024-06-07"] * 3


def test_a_line_between_rows_that_mentions_a_date_is_no_heading():
    rows = "".join(map(row, range(6))).split("</tr>")
    rows[2] += "</tr><tr><td colspan=2>The pier was built on 7 June 1924</td>"
    assert dates_of(f"<table>{'</tr>'.join(rows)}</table>") == [None] * 6


@pytest.mark.parametrize("heading", ["Friday, 28 June 2024 (6 of 212 notes)", "Minutes of 28 June 2024"])
def test_a_heading_that_goes_on_after_its_date(heading):
    body = f"<h3>{heading}</h3><table>{''.join(map(row, range(6)))}</table>"
    assert dates_of(body) == ["2024-06-28"] * 6


def test_of_the_labelled_days_of_one_heading_the_first_counts():
    lists = [
        f"<div>Filed: {filed}<br>In force: {force}</div><table>{''.join(map(row, numbers))}</table>"
        for filed, force, numbers in [
            ("28 June 2024", "1 August 2024", range(3)),
            ("7 June 2024", "1 July 2024", range(3, 6)),
        ]
    ]
    assert dates_of("".join(lists)) == ["2024-06-28"] * 3 + ["2024-06-07"] * 3


def test_dates_below_the_cards_are_not_those_of_the_next_cards():
    document = read_document(
        "".join(f"<p>{name}</p><b>{n + 1} June 2024</b>" for n, name in enumerate(NAMES)), URL
    )
    tree = document.tree
    members = [whole(tree, i, 0) for i, tag in enumerate(tree.tags) if tag == "p"]
    assert {heading.date for heading in read_headings(tree, members, "en")} == {None}


@pytest.mark.parametrize(
    ("above", "date"),
    [
        ("<h1>28 June 2024</h1>", "2024-06-28"),
        ("<div class=panel-heading>28 June 2024</div>", "2024-06-28"),
        ("<div>28 June 2024</div>", None),  # may be the day of the visit
        ("<h1>28 June 2024</h1><h2>30 June 2024</h2>", None),
    ],
)
def test_a_page_of_one_day(above, date):
    between = "".join(f"<p>The harbour is open to all boats, as ever, says rule {n}.</p>" for n in range(20))
    assert dates_of(f"{above}{between}<table>{''.join(map(row, range(6)))}</table>") == [date] * 6


def months(numbers):
    """Two lists below a month each, whose rows begin with these numbers."""
    rows = [
        f"<li>{number}: <a href=/notes/{n}>{NAMES[n]} of the harbour</a></li>"
        for n, number in enumerate(numbers)
    ]
    first, second = "".join(rows[:3]), "".join(rows[3:])
    return f"<ul><li>June 2024<ul>{first}</ul></li><li>May 2024<ul>{second}</ul></li></ul>"


def test_days_as_numbers_below_a_month():
    expected = ["2024-06-28", "2024-06-20", "2024-06-07", "2024-05-30", "2024-05-02", "2024-05-01"]
    assert dates_of(months((28, 20, 7, 30, 2, 1))) == expected


@pytest.mark.parametrize("numbers", [(1, 2, 3, 4, 5, 6), (41, 55, 60, 32, 44, 50)])
def test_numbers_that_are_no_days(numbers):
    assert dates_of(months(numbers)) == [None] * 6


ROWS = "".join(map(row, range(6)))


@pytest.mark.parametrize(
    "table",
    [
        f"<table><tr><td colspan=2>Filed: 28 June 2024<br>In force: 1 August 2024</tr>{ROWS}</table>",
        f"<table><tr><td colspan=2>Notes filed 28 June 2024</td></tr>{ROWS}</table>",
        f"<table><caption>Notes of 28 June 2024</caption><tr><th>Note<th>Size</tr>{ROWS}</table>",
        f"<p><b>28 June 2024</b></p><table><tr><th>Note<th>Size</tr>{ROWS}</table>",
        f"<p><b><u>Notes filed 28 June 2024</u></b></p><table>{ROWS}</table>",
        f"<h2>Notes released Friday, 28 June 2024</h2><p>All of them.</p><table>{ROWS}</table>",
        f"<h2>Notes of 28 June 2024</h2><h3>Of the harbour</h3><table>{ROWS}</table>",
    ],
)
def test_one_day_above_a_list(table):
    assert (
        dates_of(f"<p>Notes are free.</p><p>Ask at the office.</p><p>Or write.</p>{table}")
        == ["2024-06-28"] * 6
    )


@pytest.mark.parametrize(
    "above",
    [
        "<p>Updated: 28 June 2024</p>",
        "<p>Friday, 28 June 2024</p><p>Welcome to the harbour.</p>",
        "<h2>Updated 28 June 2024</h2>",
        "<h3>Minutes of 28 June 2024</h3><p>The pier is open.</p><h2>Notes</h2>",
    ],
)
def test_a_day_that_is_not_that_of_the_list(above):
    assert dates_of(f"<h1>The harbour</h1>{above}<table>{ROWS}</table>") == [None] * 6


def test_a_day_holds_to_the_next_heading():
    first, second = "".join(map(row, range(3))), "".join(map(row, range(3, 6)))
    body = f"<h2>Notes of 28 June 2024</h2><table>{first}</table><h2>Older notes</h2><table>{second}</table>"
    assert dates_of(body) == ["2024-06-28"] * 3 + [None] * 3


def items(numbers):
    return "".join(f"<li><a href=/notes/{n}>{NAMES[n]} of the harbour</a></li>" for n in numbers)


def test_a_day_does_not_hold_outside_the_element_that_it_stands_in():
    first = f"<ul><li>28 June 2024</li>{items(range(2))}</ul>"
    second = f"<ul><li>7 June 2024</li>{items(range(2, 4))}</ul>"
    dates = dates_of(f"{first}{second}<ul>{items(range(4, 6))}</ul>")
    assert dates == ["2024-06-28"] * 2 + ["2024-06-07"] * 2 + [None] * 2


@pytest.mark.parametrize(
    ("above", "day"),
    [
        ("<p>The notices handed down on the <b>20th day of May, 2024</b> are as follows:</p>", "2024-05-20"),
        ("<p>The notices of 20 May 2024 are:</p><p><u>By the harbour master:</u></p>", "2024-05-20"),
        ("<p>The notices of 20 May 2024 hang at the office.</p>", None),
        ("<p>The notices of 20 May 2024 and of 21 May 2024 are:</p>", None),
        ("<p>Revised 20 May 2024:</p>", None),
    ],
)
def test_a_sentence_with_a_day_leads_to_the_list(above, day):
    assert dates_of(f"<h1>Notices</h1>{above}<table>{''.join(map(row, range(6)))}</table>") == [day] * 6


def test_the_number_of_an_issue_may_follow_its_day():
    rows = f"<table>{''.join(map(row, range(6)))}</table>"
    assert dates_of(f"<h2>Gazette of 20 May 2024, No. 131</h2>{rows}") == ["2024-05-20"] * 6
    assert dates_of(f"<h2>Storm of 20 May 2024 in pictures</h2>{rows}") == [None] * 6
