"""The date that a group chooses for its cards: which column, and in which order its numbers are read."""

import pytest

from archiver.parse.html import read_html
from tests.hanging import must_not_hang

URL = "https://harbour.example/minutes/"
NAMES = ("Nets and ropes", "The old pier", "A new lamp", "Low water", "Berths to let", "The ferry sails")


def dates_of(row, values, *, url=URL, lang="en", above="", table=True):
    """The dates of rows, each of a template that is filled with a number, a name and a value."""
    rows = [
        row.format(n=n, name=name, value=value)
        for n, (name, value) in enumerate(zip(NAMES, values, strict=True))
    ]
    inner = f"<table>{above}{''.join(rows)}</table>" if table else above + "".join(rows)
    page = read_html(f"<html lang={lang}><body><main>{inner}</main></body></html>", url)
    assert [(card.url or "").rpartition("/")[2] for card in page.cards] == [str(n) for n in range(len(NAMES))]
    return [card.date for card in page.cards]


DAYS = ("14 May 2024", "9 May 2024", "2 May 2024", "25 April 2024", "18 April 2024", "11 April 2024")
ISO = ["2024-05-14", "2024-05-09", "2024-05-02", "2024-04-25", "2024-04-18", "2024-04-11"]


def test_a_date_below_a_title_is_not_that_of_the_column():
    row = "<tr><td><a href=/notes/{n}>{name} of the harbour</a>{value}</td></tr>"
    values = [f"</td><td>{day}" for day in DAYS]
    values[2] = f"<br>Public version of 7 June 2024{values[2]}"
    assert dates_of(row, values) == ISO


def test_a_row_without_a_date_in_the_column_has_no_date_from_elsewhere():
    row = "<tr><td><a href=/notes/{n}>{name} of the harbour</a>{value}</td></tr>"
    values = [f"</td><td>{day}" for day in DAYS]
    values[2] = "<br>Public version of 7 June 2024</td><td>Maay 2"
    assert dates_of(row, values) == [*ISO[:2], None, *ISO[3:]]


def test_a_column_of_updates_is_not_that_of_the_dates():
    row = "<tr><td>{value}</td><td><a href=/notes/{n}>{name} of the harbour</a></td></tr>"
    above = "<tr><th>Last updated</th><th>Filed</th><th>Name</th></tr>"
    values = [f"{n + 1} July 2024</td><td>{day}" for n, day in enumerate(DAYS)]
    assert dates_of(row, values, above=above) == ISO


def test_the_list_is_sorted_by_the_dates_of_its_cards():
    row = "<tr><td>{value}</td><td><a href=/notes/{n}>{name} of the harbour</a></td></tr>"
    argued = (
        "3 May 2024",
        "9 January 2024",
        "2 March 2024",
        "5 February 2024",
        "18 March 2024",
        "11 January 2024",
    )
    values = [f"{a}</td><td>{day}" for a, day in zip(argued, DAYS, strict=True)]
    assert dates_of(row, values) == ISO


def test_a_date_at_the_end_of_a_longer_text():
    row = (
        "<li><a href=/notes/{n}>{name} of the harbour</a><div>Not in the Reports of the Harbour, "
        "2024 HR 17{n}, Board of Ferries and Piers, {value} (No. 4-{n})</div></li>"
    )
    assert dates_of(row, DAYS, table=False) == ISO


def test_prose_that_mentions_a_date_has_none():
    row = (
        "<li><a href=/notes/{n}>{name} of the harbour</a><div>The harbour said on {value} that the boats "
        "would go out again as soon as the nets are dry and the lamp is lit once more.</div></li>"
    )
    assert dates_of(row, DAYS, table=False) == [None] * 6


def test_inline_markup_makes_no_column_of_its_own():
    row = "<div><h3><a href=/notes/{n}>{name} of the harbour</a></h3><p>{value}</p></div>"
    values = [f"<em><b>Ann, clerk | {day}</b></em>" for day in DAYS]
    values[3] = f"<b><em>Ann, clerk | {DAYS[3]}</em></b>"
    assert dates_of(row, values, table=False) == ISO


def test_a_date_that_reaches_over_rows():
    rows = ["<tr>{value}<td><a href=/notes/{n}>{name} of the harbour</a></td></tr>"]
    values = [f"<td rowspan=2>{day}</td>" if n % 2 == 0 else "" for n, day in enumerate(DAYS)]
    assert dates_of(rows[0], values) == [ISO[n - n % 2] for n in range(6)]


def test_a_row_that_a_cell_above_makes_shorter_is_a_card():
    row = "<tr><td><a href=/notes/{n}>{name} of the harbour</a></td>{value}</tr>"
    values = [f"<td>{day}</td>" for day in DAYS]
    values[2:4] = f"<td rowspan=2>{DAYS[2]}</td>", ""
    assert dates_of(row, values) == [*ISO[:3], ISO[2], *ISO[4:]]


def test_pages_are_no_days():
    row = "<li><h3><a href=/notes/{n}>{name} of the harbour</a></h3><div class=pages>{value}</div></li>"
    pages = ("1-9", "11-19", "21-29", "31-39", "41-49", "51-59")
    assert dates_of(row, pages, above="<h2>Volume 12 (2022)</h2>", table=False) == [None] * 6


def test_the_number_of_a_day_beside_its_name_below_a_month():
    row = "{value}<li><p><b>Fr</b><b>0{n}</b></p><h3><a href=/notes/{n}>{name} of the harbour</a></h3></li>"
    months = ["<h2>Mai 2024</h2>", "", "", "<h2>Juni 2024</h2>", "", ""]
    expected = [None, *(f"2024-0{5 + n // 3}-0{n}" for n in range(1, 6))]
    assert dates_of(row, months, lang="de", table=False) == expected


@pytest.mark.parametrize("title", ["2024 HR 17, {value}, {name}", "Minutes of the meeting of {value}"])
def test_titles_that_all_hold_a_date(title):
    row = f"<li><a href=/notes/{{n}}>{title}</a></li>"
    assert dates_of(row, DAYS, table=False) == ISO


def test_a_title_that_mentions_a_date_has_none():
    row = "<li><a href=/notes/{n}>{name} of the harbour {value}</a></li>"
    assert dates_of(row, (DAYS[0], *[""] * 5), table=False) == [None] * 6


@pytest.mark.parametrize(
    "row",
    [
        "<p>{value}</p><p>{link}</p>",
        "<p>{value}</p><p>{link}</p><p>Not in the Reports of the Harbour, by the Board of Ferries</p>",
        "<b>{value}</b><br>{link}<br>",
        "Posted: {value}<br>{link}, 2024 HR 17, of the Board of Ferries and Piers<br><br>",
        "<p>Filed with the clerk {value}</p><p>{link}</p>",
        "<dt>{value}</dt><dd>{link}</dd>",
        "<p>{link}</p><p>{value}</p>",
        "{link}<br>{value}<br>",
        "<p>{link}</p><p>Filed with the clerk {value}</p>",
    ],
)
def test_dates_before_and_after_titles_without_a_box(row):
    row = row.replace("{link}", "<a href=/notes/{n}>{name} of the harbour</a>")
    assert dates_of(row, DAYS, table=False) == ISO


def test_a_date_in_a_row_of_its_own_above_each_row():
    row = "<tr><td>{value}</td></tr><tr><td><a href=/notes/{n}>{name} of the harbour</a></td></tr>"
    assert dates_of(row, DAYS) == ISO


@pytest.mark.parametrize("above", ["", "<h2>2024</h2>"])
def test_day_and_month_in_boxes(above):
    year = "" if above else "<span>2024</span>"
    box = "<div>{value}" + year + "</div><div><h3><a href=/notes/{n}>{name} of the harbour</a></h3></div>"
    values = ["<span>{}</span><span>{}</span>".format(*day.split()) for day in DAYS]
    assert dates_of(f"<div class=x>{box}</div>", values, table=False, above=above) == ISO


NUMBERS = ("04/03/2024", "04/03/2024", "03/12/2024", "03/11/2024", "03/01/2024", "02/05/2024")
MONTH_FIRST = ["2024-04-03", "2024-04-03", "2024-03-12", "2024-03-11", "2024-03-01", "2024-02-05"]
DAY_FIRST = ["2024-03-04", "2024-03-04", "2024-12-03", "2024-11-03", "2024-01-03", "2024-05-02"]


@pytest.mark.parametrize(
    ("numbers", "url", "lang", "expected"),
    [
        (NUMBERS, URL, "en", MONTH_FIRST),  # sorted in this order only
        (("01/02/2024",) * 6, URL, "en", [None] * 6),
        (("01/02/2024",) * 6, "https://harbour.gov/", "en", ["2024-01-02"] * 6),
        (("01/02/2024",) * 6, "https://harbour.co.uk/", "en-US", ["2024-02-01"] * 6),
        ((*("01/02/24",) * 5, "01/31/24"), URL, "en", [*["2024-01-02"] * 5, "2024-01-31"]),
        (("01/02/2024",) * 6, "https://harbour.gov/", "fr", ["2024-02-01"] * 6),
        ((*NUMBERS[:5], "13/02/2024"), URL, "en", [*DAY_FIRST[:5], "2024-02-13"]),  # proof comes first
    ],
)
def test_the_order_of_numbers_is_that_of_the_column(numbers, url, lang, expected):
    row = "<tr><td>{value}</td><td><a href=/notes/{n}>{name} of the harbour</a></td></tr>"
    assert dates_of(row, numbers, url=url, lang=lang) == expected


@pytest.mark.parametrize(
    ("head", "date"),
    [
        ("<meta property=og:locale content=en_US>", "2024-01-02"),
        ("<meta http-equiv=Content-Language content=en-au>", "2024-02-01"),
        ("<meta property=og:locale content=fr_FR>", None),  # of another language than the page's
    ],
)
def test_the_order_of_numbers_is_that_of_the_declared_country(head, date):
    row = "<tr><td>01/02/2024</td><td><a href=/notes/{}>{} of the harbour</a></td></tr>"
    rows = "".join(row.format(n, name) for n, name in enumerate(NAMES))
    page = read_html(f"<html lang=en><head>{head}</head><body><table>{rows}</table></body></html>", URL)
    assert [card.date for card in page.cards] == [date] * 6


@pytest.mark.parametrize(
    "value",
    [
        "<i data-timestamp=1710115200></i>",
        "<i data-posted-date=1710115200000>3 hours ago</i>",
        "<i data-published=2024-03-11T10:00:00Z></i>",
        "<a href=/notes/{n}#top title='11 March 2024, 10:00'>3 hours ago</a>",
        "<img src=c.gif alt='11.03.2024'>",
        "<i aria-label='March 11, 2024'>3h</i>",
    ],
)
def test_attributes_that_are_the_only_date(value):
    row = "<div><h3><a href=/notes/{n}>{name} of the harbour</a></h3>" + value + "</div>"
    assert dates_of(row, DAYS, table=False) == ["2024-03-11"] * 6


@pytest.mark.parametrize(
    "value",
    ["<i data-id=1710115200></i>", "<i data-comment-timestamp=1710115200></i>", "<i data-time=171011></i>"],
)
def test_numbers_that_are_no_time_of_the_card(value):
    row = "<div><h3><a href=/notes/{n}>{name} of the harbour</a></h3>" + value + "</div>"
    assert dates_of(row, DAYS, table=False) == [None] * 6


@pytest.mark.parametrize("value", ["* 3.05.193{n} † 26.02.2024", "3 May 193{n} – 26 February 2024"])
def test_dates_of_a_life_or_a_season_are_not_that_of_the_notice(value):
    row = "<div><h3><a href=/notes/{n}>{name}</a></h3><p>" + value + "</p><div>Notice of {value}</div></div>"
    values = ("14 May 2024", "2 May 2024", "9 May 2024", "25 April 2024", "18 April 2024", "11 April 2024")
    assert dates_of(row, values, table=False) == [
        "2024-05-14",
        "2024-05-02",
        "2024-05-09",
        "2024-04-25",
        "2024-04-18",
        "2024-04-11",
    ]


def test_a_mention_of_a_date_below_the_heading_of_a_day_is_not_the_date_of_the_card():
    row = "<div><h3><a href=/notes/{n}>{name}</a></h3><p>Put off from {value}</p></div>"
    values = ["the spring"] * 6
    values[2] = "3 May 2024 to the autumn"
    assert dates_of(row, values, table=False, above="<h2>14 May 2024</h2>") == ["2024-05-14"] * 6


REPEATED = "<tr><td>{value}</td><td><a href=/notes/{n}>{name} of the harbour</a></td><td>Low water</td></tr>"


def test_an_empty_cell_repeats_the_date_above_it():
    values = ["14 May 2024", "", "2 May 2024", "", "", "11 April 2024"]
    assert dates_of(REPEATED, values) == ["2024-05-14"] * 2 + ["2024-05-02"] * 3 + ["2024-04-11"]


@pytest.mark.parametrize(
    "values",
    [
        ["14 May 2024", "14 May 2024", "2 May 2024", "", "18 April 2024", "11 April 2024"],
        ["14 May 2024", "2 May 2024", "18 June 2024", "", "18 April 2024", "11 April 2024"],
        ["", "9 May 2024", "2 May 2024", "", "18 April 2024", "11 April 2024"],
        ["14 May 2024", "9 May 2024", "2 May 2024", "-", "18 April 2024", "11 April 2024"],
    ],
)
def test_a_row_without_a_date_where_cells_repeat_none(values):
    assert dates_of(REPEATED, values)[3] is None


def test_a_first_date_of_a_cell_holds_on_where_there_are_two():
    two = "<b>{0}</b> <i>until 30 {1}</i>"
    values = [two.format("14 May 2024", "May 2024"), "", two.format("2 May 2024", "April 2024"), "", ""]
    days = dates_of(REPEATED, [*values, two.format("11 April 2024", "March 2024")])
    assert days == ["2024-05-14"] * 2 + ["2024-05-02"] * 3 + ["2024-04-11"]


def test_thousands_of_dates_in_a_cell_above_empty_cells():
    """All of them together held each of the rows: 80 seconds."""
    many = 2_500
    dated = "".join(
        f"<tr><td><a href=/p/{row}>Note {row} of the harbour</a><td>"
        + "".join(f"<span class=c{n}><b>{2020 - row}-03-05</b></span>" for n in range(many))
        for row in range(3)
    )
    empty = "".join(f"<tr><td><a href=/e/{n}>Boat {n} of the harbour</a><td>" for n in range(many))
    with must_not_hang():
        page = read_html(f"<table>{dated}{empty}</table>", URL)
    assert {card.date for card in page.cards[2:]} == {"2018-03-05"}


def test_the_order_of_two_digits_is_proved_by_the_column():
    values = ["03/14/25", "03/11/25", "03/07/25", "02/28/25", "02/06/25", "01/09/25"]
    days = ["2025-03-14", "2025-03-11", "2025-03-07", "2025-02-28", "2025-02-06", "2025-01-09"]
    assert dates_of(REPEATED, values) == days
    glued = "<li><a href=/notes/{n}>{name} of the harbour</a><p>No. 24-1{n} ({value})</p></li>"
    assert dates_of(glued, [value.replace("/25", "/2025") for value in values], table=False) == days


def test_dates_that_begin_long_texts_are_in_the_order_that_they_prove_together():
    row = "<p><a href=/notes/{n}>24-11{n}</a> <b>{name} of the harbour</b> {value} It hears of the quay.</p>"
    values = ["03/14/2025", "03/11/2025", "03/07/2025", "02/28/2025", "02/06/2025", "01/09/2025"]
    text = " It has a new roof, and a lamp that shines on the water in the evening."
    days = ["2025-03-14", "2025-03-11", "2025-03-07", "2025-02-28", "2025-02-06", "2025-01-09"]
    assert dates_of(row.replace("</p>", text + "</p>"), values, table=False) == days


def test_the_key_that_a_table_is_sorted_by_completes_a_day():
    row = "<tr><td><a href=/notes/{n}>{name} of the harbour</a></td>{value}</tr>"
    cells = [
        f"<td data-order={iso}>{day.removesuffix(' 2024')}</td>" for iso, day in zip(ISO, DAYS, strict=True)
    ]
    assert dates_of(row, cells) == ISO
    others = [cell.replace("=2024-0", "=2024-1") for cell in cells]
    assert dates_of(row, others) == [None] * 6


@pytest.mark.parametrize(("days", "read"), [(DAYS, ISO), ((DAYS[3], *DAYS[:3], *DAYS[4:]), [None] * 6)])
def test_a_date_within_a_longer_text_is_that_of_a_list_in_its_order(days, read):
    row = (
        "<p><a href=/notes/{n}>{name} of the harbour</a>, a question of the northern court, was decided on "
        "{value} by a divided council, and the answer of the office is affirmed with all costs.</p>"
    )
    assert dates_of(row, days, table=False) == read
