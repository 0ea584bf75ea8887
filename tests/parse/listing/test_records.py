"""Tables of records: one row alone, rows that a script opens."""

import pytest

from archiver.parse.html import read_html

NAMES = ("Nets v. Quay", "Pier v. Lamp", "In re Low Water", "Berth v. Ferry", "Rope v. Harbour Board")
HEAD = "<tr><th>Date</th><th>No.</th><th>Case</th></tr>"
ABOVE = (
    "<nav><ul>"
    + "".join(f"<li><a href=/{n}/>Boats {n}</a></li>" for n in range(5))
    + "</ul></nav><h1>Opinions</h1>"
)
ROW = "<tr><td>{day} May 2024</td><td>{link}</td><td>{name}</td></tr>"


def cards_of(links, names=NAMES):
    """The cards of a table of records with these hyperlinks."""
    rows = "".join(
        ROW.format(day=20 - n, link=link, name=name)
        for n, (link, name) in enumerate(zip(links, names, strict=True))
    )
    page = f"<html lang=en><body>{ABOVE}<form><table>{HEAD}{rows}</table></form></body></html>"
    return read_html(page, "https://harbour.example/opinions/").cards


def test_a_row_that_repeats_another_is_no_record():
    links = [f"<a href=/24-{n}.pdf>24-118{n}</a>" for n in range(5)]
    rows = [ROW.format(day=20, link=link, name=name) for link, name in zip(links, NAMES, strict=True)]
    other = f"<tr><td></td><td>{links[2]}</td><td>PDF</td></tr>"
    body = f"{ABOVE}<table>{HEAD}{''.join(rows)}{rows[1]}{other}</table>"
    assert len(read_html(body, "https://harbour.example/opinions/").cards) == len(NAMES)


def test_one_row_below_headers():
    cards = cards_of(["<a href=/24-1.pdf>24-1181</a>"], NAMES[:1])
    assert [(card.title, card.date) for card in cards] == [(NAMES[0], "2024-05-20")]


@pytest.mark.parametrize(
    "row",
    [
        "<tr><td>Hours</td><td><a href=/a>9 to 5</a></td><td>Closed on Sundays</td></tr>",
        "<tr><td colspan=3>No opinion of this court was published in May.</td></tr>",
    ],
)
def test_one_row_that_is_no_record(row):
    assert not read_html(f"{ABOVE}<table>{HEAD}{row}</table>", "https://harbour.example/opinions/").cards


@pytest.mark.parametrize("href", ["#", "javascript:void(0)", "javascript:;"])
def test_rows_that_a_script_opens(href):
    cards = cards_of([f'<a href="{href}" onclick="show(\'24-{n}\')">24-118{n}</a>' for n in range(5)])
    assert [(card.url, card.title) for card in cards] == [(None, name) for name in NAMES]
