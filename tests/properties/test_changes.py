"""How a page is written, and what its site puts round the content, changes nothing of its cards."""

import json

import pytest

from archiver.models import CARD_FIELDS
from archiver.parse.html import read_html
from benchmarks.changes import CHANGES, written
from tests.paths import FIXTURES

PAGES = FIXTURES / "pages"
NAMES = sorted(folder.name for folder in PAGES.iterdir() if (folder / "expected.json").exists())
WITHOUT = {("empty-file", "framed"): "a menu and a footer are all that it would hold"}
"""Changes that a page is not read through, and why."""


def shown(markup, url):
    """Read what the cards of a page are, and its next page."""
    page = read_html(markup, url)
    return [{field: getattr(card, field) for field in CARD_FIELDS} for card in page.cards], page.next_url


@pytest.mark.parametrize("name", NAMES)
def test_changes_of_the_source_change_no_card(name):
    url = json.loads((PAGES / name / "capture.json").read_text(encoding="utf-8"))["url"]
    markup = (PAGES / name / "page.html").read_text(encoding="utf-8")
    before, page = shown(markup, url), written(markup)
    assert shown(page, url) == before
    for kind, change in CHANGES.items():
        if (name, kind) not in WITHOUT:
            assert shown(change(page), url) == before, kind


PAGE = (
    '<!DOCTYPE html><html lang="en"><head><title>a &gt; b</title></head><body class="x" id="y">'
    '<p title="a>b">Nets  and <b>boats</b> <i>here</i></p>\n<pre>a\n  b</pre> <!-- <p> -->'
    "<ul><li>one</li></ul><script>if (a < b) '<p a=1>'</script></body></html>"
)
LINE = "\n" + " " * 120


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("indented", [f"{LINE}Nets{LINE}and{LINE}<b>boats</b>{LINE}<i>here</i>{LINE}</p>"]),
        (
            "minified",
            ["<i>here</i></p><pre>a\n  b</pre> <!-- <p> --><ul>"],
        ),
        ("reordered", ['<body id="y" class="x">', "<script>if (a < b) '<p a=1>'</script>"]),
        ("wrapped", ['<body class="x" id="y"><div><p ', "</script></div></body></html>"]),
        ("deeply_wrapped", ['id="y"><div><div><div><p ', "</script></div></div></div></body></html>"]),
        (
            "framed",
            ['<body class="x" id="y"><header><nav><ul><li><a href="/harbour/">', "</ul></footer></body>"],
        ),
    ],
)
def test_the_changes_are_what_they_are_called(kind, parts):
    changed = CHANGES[kind](PAGE)
    assert [part for part in parts if part not in changed] == []


def test_a_page_of_frames_has_no_body_to_be_wrapped():
    page = written('<frameset><frame src="a.html"></frameset>')
    assert CHANGES["wrapped"](page) == page
