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
