"""Elements that a script makes hyperlinks."""

import pytest

from archiver.parse.html import read_document, read_html

HERE = "https://harbour.example/list"
THERE = "https://harbour.example/notes/1"


@pytest.mark.parametrize(
    "markup",
    [
        "<div onclick=\"window.location='/notes/1'\">Nets</div>",
        '<table><tr onclick="document.location.href = &quot;/notes/1&quot;;"><td>Nets</td></tr></table>',
        "<p><span onclick=\"window.open('https://harbour.example/notes/1', '_blank')\">Nets</span></p>",
        "<div onclick=\"show('https://harbour.example/notes/1')\"><b onclick=\"go('https://a.example/')\">N</b></div>",
    ],
)
def test_an_element_that_opens_a_page_is_a_hyperlink(markup):
    assert read_document(markup, HERE).links.url == [THERE]


@pytest.mark.parametrize(
    "markup",
    [
        "<div onclick=\"show('/notes/1')\">Nets</div>",
        "<div onclick=\"toggle('nets', 1)\">Nets</div>",
        "<div onclick=\"pick('https://harbour.example/a', 'https://harbour.example/b')\">Nets</div>",
        "<button onclick=\"location='/notes/1'\">Nets</button>",
    ],
)
def test_other_clicks_lead_nowhere(markup):
    assert read_document(markup, HERE).links.url == []


@pytest.mark.parametrize(
    "markup",
    [
        "<div onclick=\"location='/elsewhere'\"><a href=/notes/1>Nets</a></div>",
        "<a href=/notes/1><span onclick=\"location='/elsewhere'\">Nets</span></a>",
    ],
)
def test_a_hyperlink_counts_more_than_a_click(markup):
    assert read_document(markup, HERE).links.url == [THERE]


def test_rows_that_open_pages_are_cards():
    row = "<tr onclick=\"location.href='/notes/{n}'\"><td>Note {n} of today</td><td>1{n} May 2024</td></tr>"
    rows = "".join(row.format(n=n) for n in range(6))
    cards = read_html(f"<html><body><table>{rows}</table></body></html>", HERE).cards
    assert [(c.url, c.href, c.title, c.date) for c in cards] == [
        (f"https://harbour.example/notes/{n}", f"/notes/{n}", f"Note {n} of today", f"2024-05-1{n}")
        for n in range(6)
    ]
