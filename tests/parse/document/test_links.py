"""Hyperlinks to parts of their own page: which of them are permalinks of what they head."""

import pytest

from archiver.parse.html import read_document

ENTRY = '<div id=u{n}><h3><a href="{page}#u{n}">{name}</a></h3>{below}<p>Written down at noon.</p></div>'
NAMES = ("Nets and ropes", "The old pier", "A new lamp", "Low water", "Berths to let", "The ferry sails")
LOG = "https://harbour.example/log"


def keys(below, *, names=NAMES, page="", entry=ENTRY):
    """The keys of the hyperlinks of entries that link to themselves."""
    markup = "".join(entry.format(n=n, name=name, below=below, page=page) for n, name in enumerate(names))
    return read_document(markup, LOG).links.key


@pytest.mark.parametrize("page", ["", "/log", LOG])
@pytest.mark.parametrize("below", ["<time>2 May 2024</time>", "<p>Office</p><p>2 May 2024, 10:00</p>"])
def test_a_headline_over_a_date_is_the_permalink_of_its_entry(page, below):
    assert keys(below, page=page) == [f"harbour.example/log#u{n}" for n in range(6)]


def test_other_headings_that_link_to_themselves_are_parts_of_a_text():
    assert keys("") == []
    assert keys("<p>2 May 2024</p>", names=["Re: Nets"] * 6) == []
    assert keys("<p>2 May 2024</p>", entry=ENTRY.replace("</a>", "</a> of the manual")) == []
    assert keys("<p>2 May 2024</p>", entry=ENTRY.replace(" id=u{n}><h3>", "><h3 id=u{n}>")) == []
