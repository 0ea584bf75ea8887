"""Cards of whole pages: a folder of fixtures, each named after its oddity, and one test for each field."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

import pytest

from archiver.models import Page
from archiver.parse.dates.find import find_date
from archiver.parse.document.tree import read_tree
from archiver.parse.html import read_html
from tests.paths import FIXTURES

PAGES = FIXTURES / "pages"
CASES = sorted(folder.name for folder in PAGES.iterdir() if (folder / "expected.json").exists())
FIELDS = ("title", "date", "author", "categories", "tags", "excerpt")
DETAILS = ("href", "printed", "updated", "image", "language")


@dataclass(frozen=True)
class Case:
    page: Page
    expected: dict


@cache
def load(name):
    folder = PAGES / name
    capture = json.loads((folder / "capture.json").read_text(encoding="utf-8"))
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return Case(read_html((folder / "page.html").read_text(encoding="utf-8"), capture["url"]), expected)


def expected_cards(name):
    return json.loads((PAGES / name / "expected.json").read_text(encoding="utf-8"))["cards"]


@pytest.mark.parametrize("name", CASES)
def test_the_cards_are_found_in_page_order(name):
    case = load(name)
    assert [card.url for card in case.page.cards] == [card["url"] for card in case.expected["cards"]], (
        case.page.why
    )


@pytest.mark.parametrize("name", CASES)
def test_indenting_the_source_changes_nothing(name):
    folder = PAGES / name
    capture = json.loads((folder / "capture.json").read_text(encoding="utf-8"))
    source = (folder / "page.html").read_text(encoding="utf-8")
    parts = re.split(
        r"(<!--.*?-->|<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>)", source, flags=re.DOTALL
    )
    parts[::2] = [re.sub(r"\s+", "\n" + " " * 120, text) for text in parts[::2]]
    indented = read_html("".join(parts), capture["url"])
    assert indented == load(name).page


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("name", CASES)
def test_field(name, field):
    case = load(name)
    found = {card.url: card.model_dump(mode="json")[field] for card in case.page.cards}
    expected = {card["url"]: card[field] for card in case.expected["cards"]}
    assert {url: found.get(url) for url in expected} == expected


@pytest.mark.parametrize(
    ("name", "field"),
    [(name, field) for name in CASES for field in DETAILS if any(field in c for c in expected_cards(name))],
)
def test_how_a_card_is_shown(name, field):
    case = load(name)
    found = {card.url: card.model_dump(mode="json")[field] for card in case.page.cards}
    expected = {card["url"]: card[field] for card in case.expected["cards"] if field in card}
    assert {url: found.get(url) for url in expected} == expected


@pytest.mark.parametrize("name", CASES)
def test_the_printed_date_is_on_the_page_and_gives_the_date(name):
    markup = (PAGES / name / "page.html").read_text(encoding="utf-8")
    tree = read_tree(markup)
    shown = tree.join(0, len(tree.texts))
    for card in load(name).page.cards:
        assert (card.printed is None) <= (card.date is None)
        if card.printed:
            assert card.printed.text in (markup if card.printed.place == "attribute" else shown)
            year = int(card.date[:4]) if card.date else None
            language = load(name).page.language
            found = [
                find_date(card.printed.text, year=year, language=language, order=order)
                for order in (None, "mdy", "dmy")  # the page may prove that of its numbers
            ]
            assert (
                card.date is None
                or is_number_of(card.printed, card.date)
                or card.date in [date.iso for date in found if date]
            )


def is_number_of(printed, date):
    """Whether a date is printed as the number of its day below a month, or as a Unix time in an attribute."""
    if printed.place == "attribute":
        is_time = re.fullmatch(r"\d{10}(\d{3})?", printed.text)
        return (
            bool(is_time) and datetime.fromtimestamp(int(printed.text[:10]), UTC).date().isoformat() == date
        )
    number = printed.text.removesuffix(".")
    return number.isdecimal() and int(number) == int(date[-2:])


@pytest.mark.parametrize("name", CASES)
def test_the_next_page_is_the_next_older_one(name):
    case = load(name)
    assert case.page.next_url == case.expected["next_url"]


@pytest.mark.parametrize("name", CASES)
def test_the_page_has_a_kind_and_a_reason(name):
    page = load(name).page
    assert (page.kind == "listing") == bool(page.cards)
    assert (page.confidence > 0) == bool(page.cards)
    assert page.why
    assert "\n" not in page.why


def test_feeds_language_and_base_come_from_the_page():
    page = read_html(
        '<html lang="sv"><head><base href="/blog/">'
        '<link rel="alternate" type="application/rss+xml; charset=utf-8" href="feed.xml">'
        '<link rel="alternate" hreflang="en" href="/en/"><link rel="stylesheet" href="x.css">'
        '<link rel="ALTERNATE" type="application/atom+xml" href="https://other.example/atom">',
        "https://harbour.example/sv/",
    )
    assert page.feeds == ("https://harbour.example/blog/feed.xml", "https://other.example/atom")
    assert page.language == "sv"
    assert page.kind == "empty"


CARD = '<div class="post"><h2><a href="/p/{n}">{title}</a></h2>{date}<p>{text}</p></div>'
TEXT = "The nets are dry again, and the boats go out one after the other before it is light."


def listing(date, count=5, above=""):
    cards = "".join(
        CARD.format(n=n, title=f"Note {'abcde'[n % 5]} of the year", date=date, text=TEXT)
        for n in range(count)
    )
    return f"<html><body><main>{above}{cards}</main></body></html>"


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ('<time datetime="2021-03-05T23:30:00Z">March 6, 2021</time>', "2021-03-06"),
        ('<time datetime="2021-03-05">3 days ago</time>', "2021-03-05"),
        ('<span title="2021-03-05 10:00">yesterday</span>', "2021-03-05"),
        ('<span class="updated">March 9, 2021</span>', "2021-03-09"),
        (
            '<span class="updated">March 9, 2021</span> <span class="published">March 5, 2021</span>',
            "2021-03-05",
        ),
        ("<small>12 comments</small>", None),
        ("", None),
    ],
)
def test_the_printed_date_wins_and_none_is_invented(printed, expected):
    page = read_html(listing(printed), "https://harbour.example/2020/01/02/")
    assert [card.date for card in page.cards] == [expected] * 5


def test_one_date_of_a_page_can_prove_the_order_of_day_and_month():
    cards = "".join(
        CARD.format(n=n, title=f"Note {'abc'[n]} of the year", date=f"<i>{date}</i>", text=TEXT)
        for n, date in enumerate(("25/12/2021", "03/05/2021", "01/02/2021"))
    )
    page = read_html(f"<main>{cards}</main>", "https://harbour.example/")
    assert [card.date for card in page.cards] == ["2021-12-25", "2021-05-03", "2021-02-01"]


def test_a_date_without_a_year_needs_a_heading_that_gives_one():
    assert {card.date for card in read_html(listing("<i>March 5</i>"), "https://h.example/").cards} == {None}
    page = read_html(listing("<i>March 5</i>", above="<h2>2019</h2>"), "https://h.example/")
    assert {card.date for card in page.cards} == {"2019-03-05"}


@pytest.mark.parametrize("printed", ["Apr.&nbsp;5", "5 mars", "5月3日", "Mar 5, 2019"])
def test_a_date_counts_for_the_cards_however_it_is_printed(printed):
    assert re.search(
        r"with [^;]*\ba date\b(?! on)", read_html(listing(f"<i>{printed}</i>"), "https://h.example/").why
    )


def test_an_author_is_no_tag():
    cards = "".join(
        f'<li class=row><h3><a href="/t/{n}">Thread {n} of the pier</a></h3>'
        f'<div class="label">by <a class="username" href="/members/{n}">keeper {n}</a></div></li>'
        for n in range(6)
    )
    page = read_html(f"<main><ul>{cards}</ul></main>", "https://h.example/")
    assert [(card.author, card.tags) for card in page.cards] == [(f"keeper {n}", ()) for n in range(6)]


def test_an_excerpt_leaves_read_more_and_share_links_out_and_keeps_inline_text_whole():
    body = (
        '<div class="entry-content"><p>Salt<b>water</b> and <a href="https://else.example/">rope</a>.</p>'
        "<p>Then the fog came down over the whole of the long pier.</p>"
        '<p><a href="/p/{n}">Read more</a></p></div>'
        '<div class="share-links"><a href="https://share.example/?u={n}">Share this</a></div>'
    )
    cards = "".join(
        f'<div class="post"><h2><a href="/p/{n}">Note {"abcd"[n]}</a></h2>{body.format(n=n)}</div>'
        for n in range(4)
    )
    page = read_html(f"<main>{cards}</main>", "https://h.example/")
    expected = "Saltwater and rope. Then the fog came down over the whole of the long pier."
    assert [card.excerpt for card in page.cards] == [expected] * 4


READ_ALL = """
import json, sys
from pathlib import Path
from archiver.parse.html import read_html
for folder in sorted(Path(sys.argv[1]).iterdir()):
    if (folder / "page.html").exists():
        url = json.loads((folder / "capture.json").read_text(encoding="utf-8"))["url"]
        print(read_html((folder / "page.html").read_text(encoding="utf-8"), url).model_dump_json())
"""


def test_pages_do_not_depend_on_the_hash_seed():
    outputs = [
        subprocess.run(
            [sys.executable, "-c", READ_ALL, PAGES],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0].count(b"\n") >= len(CASES)
    assert outputs[0] == outputs[1]
