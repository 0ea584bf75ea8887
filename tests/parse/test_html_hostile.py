"""Hostile pages: fifty thousand nested elements, a hundred thousand hyperlinks, megabytes in an attribute.

A parser that takes more than linear time on these would not finish.
"""

import pytest

from archiver.parse.document.tree import read_tree
from archiver.parse.html import read_html

URL = "https://h.example/list"


@pytest.mark.parametrize("tag", ["span", "i", "x-y"])
def test_fifty_thousand_nested_elements(tag):
    page = read_html(f"<{tag}>" * 50_000 + '<a href="/x">y</a>', URL)
    assert page.kind == "empty"


def test_a_hundred_thousand_siblings_are_a_hundred_thousand_cards():
    count = 100_000
    items = "".join(f'<li><h3><a href="/p/{n}">Note {n}</a></h3></li>' for n in range(count))
    tree = read_tree(f"<ul>{items}</ul>")
    assert len(tree.links) == len(tree.headings) == count
    page = read_html(f"<ul>{items[: len(items) // 10]}</ul>", URL)
    assert len(page.cards) > count // 11


def test_two_hundred_thousand_links_to_one_url():
    assert read_html('<a href="/p">t</a> ' * 200_000, URL).cards == ()


def test_a_hundred_thousand_links_to_as_many_urls_with_one_label():
    assert read_html("".join(f'<a href="/p/{n}">more</a>' for n in range(100_000)), URL).cards == ()


def test_an_attribute_of_megabytes():
    long = "a1 " * 700_000
    link = f'<a rel="{long}" title="{long}" href="/{long}">y</a>'
    page = read_html(f'<p class="{long}" id="{long}">{link}</p>' * 2, URL)
    assert page.cards == ()


def test_a_url_of_many_numbers_is_no_next_page():
    pager = f'<a href="/{"1/" * 200_000}">Next</a>'
    cards = "".join(f"<div><h2><a href=/p/{n}>Note {n}</a></h2><p>{'net ' * 40}</p></div>" for n in range(4))
    page = read_html(f"<main>{cards}</main>{pager}", f"https://h.example/{'1/' * 300}")
    assert len(page.cards) == 4


def test_headings_in_headings_with_links():
    markup = "<h1><span>" * 20_000 + "".join(f"<a href=/p/{n}>{n}</a>" for n in range(20_000))
    assert read_html(markup, URL).url == URL


def test_lists_that_no_one_closes():
    markup = "".join(f'<ul><li class="c{n % 7}"><a href="/p/{n}">Note number {n}</a>' for n in range(8_000))
    assert read_html(markup, URL).url == URL


@pytest.mark.parametrize("url", ["", "not a url", "https://[", "file:///tmp/x.html", URL, "\ud800"])
@pytest.mark.parametrize(
    "markup",
    [
        "",
        "\0",
        "<",
        "\ud800<a href='/\ud800'>\udfff</a>",
        "<base href='http://['><a href='x'>y</a>",
        "<a href='http://[::1'>x</a>" * 3,
        "<html lang=''><a href>x</a><a href=''>y</a>",
        "<template><a href=x>y</a></template><svg><a href=x>y</a></svg>",
        "<!-- <a href=x> --><![CDATA[x]]><?php x ?>",
        "<table><a href=/x>y<tr><td><table>",
    ],
)
def test_scraps_are_pages_without_cards(markup, url):
    page = read_html(markup, url)
    assert page.cards == ()
    assert page.next_url is None
