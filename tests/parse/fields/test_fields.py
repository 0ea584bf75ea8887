"""The fields of one card: what each is read from, and what it is not read from."""

import pytest

from archiver.parse.fields.card import group_scope, read_card
from archiver.parse.fields.markers import Marker, marked_within
from archiver.parse.html import read_document
from archiver.parse.listing.headings import Heading
from archiver.parse.listing.score import whole

URL = "https://harbour.example/"
TEXT = "The nets are dry again, and the boats go out one after the other before it is light."


def card_of(body, heading=None, around="<main>{}</main>"):
    """The card of an `article` with this body, whose permalink is its first hyperlink to a page of notes."""
    document = read_document(around.format(f"<article>{body}</article>"), URL)
    tree, links = document.tree, document.links
    start = tree.tags.index("article")
    permalink = next(row for row, url in enumerate(links.url) if "/notes/" in url)
    member = whole(tree, start, permalink)
    scope = group_scope(tree, links, document.resolver, [member], document.dated)
    return read_card(scope, member, range(len(links.url)), heading or Heading())


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("<h2><a href=/notes/1>Tide tables</a></h2>", "Tide tables"),
        ("<h2>Tide tables <a href=/notes/1>#</a></h2>", "Tide tables #"),
        ("<a href=/notes/1>5 March 2024 - Tide tables</a>", "5 March 2024 - Tide tables"),
        ("<a href=/notes/1><time>5 March 2024</time> - Tide tables</a>", "Tide tables"),
        ("<b class=title>Tide tables</b> <a href=/notes/1>2024-03-05</a>", "Tide tables"),
        ("<a href=/notes/1><div>5 March 2024</div><div>Tide tables</div><p>Low water</p></a>", "Tide tables"),
        ("<a href=/notes/1>12:30</a>", None),
    ],
)
def test_title(body, title):
    assert card_of(body).title == title


@pytest.mark.parametrize(
    ("body", "date", "printed", "place"),
    [
        ("<i class=date>5 March 2024</i>", "2024-03-05", "5 March 2024", "element"),
        ("<i class=date>March 2024</i> <i>5 March 2023</i>", "2023-03-05", "5 March 2023", "text"),
        ("<i class=date>March 2024</i>", None, "March 2024", "element"),
        ("<i>2024</i>", None, None, None),
        ("<i class=date>today</i><i title='2024-03-05'>now</i>", "2024-03-05", "2024-03-05", "attribute"),
        ("<time datetime=2024-03-05>today</time> 6 March 2024", "2024-03-06", "6 March 2024", "text"),
        ("<i class='date updated'>5 March 2024</i>", "2024-03-05", "5 March 2024", "update"),
        ("<p>Last updated: 5 March 2024</p>", "2024-03-05", "5 March 2024", "update"),
        ("<p>Zuletzt geändert am 5. März 2024</p>", "2024-03-05", "5. März 2024", "update"),
        (
            "<p>Updated: <time>6 March 2024</time></p><p>5 March 2024</p>",
            "2024-03-05",
            "5 March 2024",
            "text",
        ),
        ("<i class=date>5 March</i>", "2019-03-05", "5 March", "element"),
    ],
)
def test_date(body, date, printed, place):
    heading = Heading(year=2019) if "5 March</i>" in body else None
    card = card_of(f"<h2><a href=/notes/1>Tide tables</a></h2>{body}", heading)
    assert card.date == date
    assert (card.printed.text, card.printed.place) == (printed, place) if printed else card.printed is None


def test_an_update_is_a_date_of_its_own():
    card = card_of(
        "<h2><a href=/notes/1>Tide tables</a></h2><i class='date updated'>5 March 2024</i><i>1 March 2024</i>"
    )
    assert (card.date, card.updated) == ("2024-03-01", "2024-03-05")


def test_an_update_that_is_the_only_date_is_both():
    card = card_of("<h2><a href=/notes/1>Tide tables</a></h2><p>Modified: 5 March 2024</p>")
    assert (card.date, card.updated) == ("2024-03-05", "2024-03-05")


@pytest.mark.parametrize(
    ("body", "author", "categories", "tags"),
    [
        ("<p class=byline>by <a href=/x>Ann</a></p>", "Ann", (), ()),
        ("<a href=/author/ann/>Ann</a>", "Ann", (), ()),
        ("<p class=byline>12</p><a href=/author/ann/>Ann</a>", "Ann", (), ()),
        ("<b class=category>Sea</b><b class=category hidden>Land</b>", None, ("Sea",), ()),
        ("<a rel='category tag' href=/c/sea>Sea</a><a rel=tag href=/t/low>low</a>", None, ("Sea",), ("low",)),
        ("<a href=/category/sea/>Sea</a> <a href=/tag/low/>low</a>", None, ("Sea",), ("low",)),
        ("<p class=tags><span><a href=/low>low</a></span></p>", None, (), ("low",)),
        ("<b class=category>Sea</b><b class=category>Land</b>", None, ("Sea", "Land"), ()),
        ("<a href=/category/sea/>Sea</a> <b class=tag>low</b>", None, ("Sea",), ()),
    ],
)
def test_author_categories_and_tags(body, author, categories, tags):
    card = card_of(f"<h2><a href=/notes/1>Tide tables</a></h2>{body}")
    assert (card.author, card.categories, card.tags) == (author, categories, tags)


@pytest.mark.parametrize(
    ("body", "excerpt"),
    [
        (f"<div>label</div><p>{TEXT}</p><div>label</div>", TEXT),
        (f"<p>{TEXT}</p><h3>Low</h3><p>{TEXT}</p>", f"{TEXT} Low {TEXT}"),
        (f"<p>{TEXT} <a href=/notes/1>Read more</a></p>", TEXT),
        (f"<p>{TEXT}</p><p class=meta>4 comments</p>", TEXT),
        ("<div>A sentence of over thirty columns.</div><div>sea</div>", "A sentence of over thirty columns."),
        ("<div>sea</div><div>land</div>", None),
        ("<div>nets and boats that nobody has used</div>", "nets and boats that nobody has used"),
        ("<div>By Ann Writer and Ben Reader of the Press</div>", None),
        (f"<p hidden>{TEXT}</p><p style='display: none'>{TEXT}</p>", None),
        (f"<p>{TEXT} <i aria-hidden=true>”</i></p>", TEXT),
        (f"<p aria-hidden=true>{TEXT}</p>", TEXT),
    ],
)
def test_excerpt(body, excerpt):
    assert card_of(f"<h2><a href=/notes/1>Tide tables</a></h2>{body}").excerpt == excerpt


@pytest.mark.parametrize(
    ("body", "image"),
    [
        ("<img src=/a.jpg>", "a.jpg"),
        ("<img src=/blank.gif data-src=/a.jpg>", "a.jpg"),
        ("<img srcset='/a.jpg 1x, /b.jpg 2x'>", "b.jpg"),
        ("<a href=/other><img src=/a.jpg></a><a href=/notes/1><img src=/b.jpg></a>", "b.jpg"),
        ("<a href=/other><img src=/a.jpg></a>", "a.jpg"),
        ("<a href=/author/ann/><img src=/a.jpg></a>", None),
        ("<img class=avatar src=/a.jpg>", None),
        ("<img width=1 height=1 src=/a.jpg>", None),
        ("<p style='background: url(/a.jpg)'>", "a.jpg"),
    ],
)
def test_picture(body, image):
    card = card_of(f"<h2><a href=/notes/1>Tide tables</a></h2>{body}")
    assert card.image == (URL + image if image else None)


@pytest.mark.parametrize(
    ("body", "around", "language"),
    [
        ("<a hreflang=sv href=/notes/1>Nät</a>", "<main>{}</main>", "sv"),
        ("<b lang=sv><a href=/notes/1>Nät</a></b>", "<main>{}</main>", "sv"),
        ("<a href=/notes/1>Nät</a>", "<main lang=sv>{}</main>", "sv"),
        ("<a href=/notes/1>Nets</a>", "<html lang=en><main lang=en>{}</main>", None),
    ],
)
def test_language(body, around, language):
    assert card_of(body, around=around).language == language


def test_names_in_code_mark_nothing():
    document = read_document(
        "<article><pre><i class=date>x</i></pre><i class='date author'>y</i></article>", URL
    )
    tree = document.tree
    marked = marked_within(tree, tree.tags.index("article"), len(tree.tags))
    (element,) = marked.dates
    assert tree.text(element) == "y"
    assert marked.authors == [element]
    assert marked.markers[element] & Marker.DATE
    assert marked.markers[element] & Marker.AUTHOR
