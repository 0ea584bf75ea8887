"""Which elements are candidates for the cards, and which say nothing."""

import pytest

from archiver.parse.html import evidence_of, read_document, read_html
from archiver.parse.listing.candidates import rank_groups

URL = "https://harbour.example/pier/"
TEXT = (
    "{goes} that the boats leave earlier in the morning and later at night, with one more crossing at noon."
)


def paragraphs(goes, day=""):
    body = "".join(
        f"<p>{day.format(n)}<a href=/about/{n}-in-town/>Paper {n}</a> {TEXT.format(goes=goes)}</p>"
        for n in range(1, 9)
    )
    return read_html(f"<main><h1>The pier</h1>{body}</main>", URL).cards


def test_paragraphs_that_begin_with_labels_are_no_candidate():
    body = "".join(
        f"<p><a href=/about/{n}-in-town/>Paper {n}</a> {TEXT.format(goes='says')}</p>" for n in range(9)
    )
    evidence = evidence_of(read_document(f"<main>{body}</main>", URL))
    assert {group.signature for group in rank_groups(evidence).groups} == {"a"}


@pytest.mark.parametrize(("goes", "day"), [("Says", ""), ("says", "<b>{} May 2024</b> ")])
def test_paragraphs_of_a_title_and_a_text_or_of_a_day_are_cards(goes, day):
    assert len(paragraphs(goes, day)) == 8


def test_one_text_again_and_again_is_no_card():
    assert read_html("".join(f"<li><a href=/p/{n}>more</a></li>" for n in range(20)), URL).cards == ()


@pytest.mark.parametrize("heading", ["<h3>{}</h3>", "<p><b>{}</b></p>", "<div>{}</div>"])
def test_items_of_lists_below_headings_without_those_of_a_menu(heading):
    menu = "<div><ul>" + "".join(f"<li><a href=/{n}/>Boats {n}</a></li>" for n in range(5)) + "</ul></div>"
    lists = "".join(
        heading.format(f"{20 - at} May 2024")
        + "<ul>"
        + "".join(f"<li><a href=/notes/24-{n}.pdf>Pier {n} v. Quay</a> (No. {n})</li>" for n in of_day)
        + "</ul>"
        for at, of_day in enumerate([range(2), range(2, 3), range(3, 4), range(4, 7), range(7, 8)])
    )
    cards = read_html(f"{menu}<div><h1>Notes</h1><p>They are posted at noon.</p>{lists}</div>", URL).cards
    assert [card.title for card in cards] == [f"Pier {n} v. Quay" for n in range(8)]
    assert [card.date for card in cards] == [f"2024-05-{day}" for day in (20, 20, 19, 18, 17, 17, 17, 16)]


def test_hyperlinks_that_take_turns_are_parts_of_a_record():
    records = "".join(
        f"<p><b>Pier {name} v. Quay</b><br>24-{n} | 03/{n + 11}/2024<br><a href=/24-{n}.pdf>Opinion</a> | "
        f"<a href=/24-{n}-s.pdf>Summary</a> | <a href=/24-{n}.mp3>Audio</a></p>"
        for n, name in enumerate(("Anna", "Berta", "Clara", "Dora", "Emma", "Flora", "Gerda", "Hanna"))
    )
    footer = (
        "<div><p>The office, 12 Pier Street | <a href=/privacy/>Privacy</a> | <a href=/all/>All</a></p></div>"
    )
    cards = read_html(f"<div><h1>Notes</h1><p>They are posted at noon.</p>{records}</div>{footer}", URL).cards
    assert [card.date for card in cards] == [f"2024-03-{n + 11}" for n in range(8)]


def test_the_items_with_dates_are_the_cards_where_a_menu_has_none():
    menu = (
        "<div><ul>" + "".join(f"<li><a href=/about/{n}/>Boats {n}</a></li>" for n in range(6)) + "</ul></div>"
    )
    items = "".join(
        f"<li><a href=/24-{n}.pdf>Pier {n} v. Quay 24-{n} {n + 11} May 2024</a></li>" for n in range(9)
    )
    cards = read_html(f"{menu}<div><h1>Notes</h1><ul>{items}</ul></div>", URL).cards
    assert [card.date for card in cards] == [f"2024-05-{n + 11}" for n in range(9)]
