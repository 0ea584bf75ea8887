"""Which cards of a page are new to a crawl."""

import itertools

import pytest

from archiver.crawl.news import new_cards
from archiver.store import SeenCard
from tests.servers import site_server

SITE = "https://harbour.example"


def card(url="/notes/a-boat", title="A boat", date=None, *, held=False):
    return SeenCard(url and SITE + url, title, date, in_archive=held, in_chain=False)


def held(*values):
    return card(*values, held=True)


def count_new(shown, *others):
    """How many of the cards are new to an archive that holds the others."""

    def similar(wanted):
        return [one for one in others if one.title == wanted.title or one.url == wanted.url]

    return new_cards(shown, similar).to_archive


@pytest.mark.parametrize(
    ("shown", "known"),
    [
        (card(), held()),
        (card(title="A boat (12 views)"), held()),
        (card("/notes/a-boat;jsessionid=4A"), held("/notes/a-boat;jsessionid=1F")),
        (card("/notes/a-boat?ref=9"), held("/notes/a-boat")),
        (card("/s/4a1b/7/a-boat", date="2026-03-01"), held("/s/9f2c/8/a-boat", "A boat", "2026-03-01")),
        (card(None, date="2026-03-01"), held(None, "A boat", "2026-03-01")),
    ],
)
def test_what_changes_at_each_visit_is_no_news(shown, known):
    assert count_new([shown], known) == 0


@pytest.mark.parametrize(
    ("shown", "known"),
    [
        (card("/notes/2", "Week", "2026-03-08"), held("/notes/1", "Week", "2026-03-01")),
        (card("/notes/week", "Week", "2026-03-08"), held("/notes/week?w=1", "Week", "2026-03-01")),
        (card("/view?id=2", "A gull"), held("/view?id=1", "A boat")),
        (card("/notes/2", "Week"), held("/notes/1", "Week")),
        (card("/s/2/a-boat"), held("/s/1/a-boat")),  # perhaps one, and to walk on loses nothing
        (card(None), held(None)),
        (card("/", "Second"), held("/", "First")),
    ],
)
def test_what_may_be_another_post_is_news(shown, known):
    assert count_new([shown], known) == 1


def test_what_two_cards_of_a_page_share_identifies_neither():
    log = [card("/changes#v3", "v3"), card("/changes", "v2"), card("/changes", "v1")]
    assert count_new(log, held("/changes", "v0")) == 3
    named = [card("/view?id=3", "Read more"), card("/view?id=4", "Read more")]
    assert count_new(named, held("/view?id=1", "Read more")) == 2


NAMES = ["boat", "gull", "rope", "mast", "keel", "sail"]
POSTS = [(f"/notes/{number}-{name}", name) for number, name in enumerate(NAMES)]


def views(_url, visit):
    return "", f"{visit * 37} views", ""


def session(_url, visit):
    return f";jsessionid={visit * 7919:032X}", "", ""


def reference(_url, visit):
    return f"?ref={visit}", "", ""


def age(_url, visit):
    return "", "", f"<span class=age>{visit} hours ago</span>"


@pytest.mark.parametrize("volatile", [views, session, reference, age])
def test_a_listing_without_news_ends_at_its_first_page(run, tmp_path, volatile):
    """And one whose pager never ends, at the first page that it has shown before."""
    visits = itertools.count(1)

    def page(number):
        visit = next(visits)
        shown = POSTS[(number - 1) * 2 : number * 2] or POSTS[-2:]
        cards = ""
        for url, name in shown:
            query, text, more = volatile(url, visit)
            cards += (
                f'<article><h2><a href="{url}{query}">Notes on a {name}</a></h2>{more}'
                f"<p>What a {name} is, told in a sentence that is long enough to be one. {text}</p></article>"
            )
        pager = f'<nav class="pagination"><a rel="next" href="/page/{number + 1}/">Older</a></nav>'
        return f"<!DOCTYPE html><html lang=en><title>Blog</title><main>{cards}{pager}</main></html>".encode()

    with site_server({}) as site:
        for arguments, asked in (((), 4), ((), 1), (("--full",), 4)):
            site.pages = {"/": page(1), **{f"/page/{number}/": page(number) for number in range(2, 9)}}
            site.requests.clear()
            ran = run("--archive", tmp_path, "crawl", "--delay", "0", *arguments, site.url + "/")
            assert ran.code == 0
            assert len(site.counts) - 1 <= asked
