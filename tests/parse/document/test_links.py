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


RELEASE = (
    "<section><p><a href={page}>{name}</a></p><p>New valves.</p>"
    "<p><a href=/files/{n}/pump-{n}.0-x86_64.{kind}>pump-{n}.0-x86_64.{kind}</a></p></section>"
)


def points(page, kind="tar.gz"):
    """The points of the hyperlinks of five releases: to their pages, and to their files."""
    markup = "".join(
        RELEASE.format(n=n, name=f"Pump {n}.0", page=page.format(n=n), kind=kind) for n in range(1, 6)
    )
    found = read_document(markup, "https://harbour.example/pump/").links.points
    return found[::2], found[1::2]


@pytest.mark.parametrize("kind", ["tar.gz", "zip", "EXE", "deb", "whl"])
def test_an_archive_or_a_program_is_less_likely_the_permalink_than_a_page(kind):
    pages, files = points("/pump/{n}", kind)
    assert min(pages) > max(files)
    assert max(points("/pump/{n}")[0]) < min(points("/pump/{n}", "html")[1])


def test_the_tag_of_a_version_is_no_label():
    assert points("/pump/tag/v{n}.0")[0] == points("/pump/{n}")[0]
    assert points("/pump/tags/pump-{n}.0.1")[0] == points("/pump/{n}")[0]
    assert max(points("/tag/valves-{n}")[0]) < min(points("/pump/{n}")[0]) - 3
