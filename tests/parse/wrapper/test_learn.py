"""The template of a site: what is learned from its pages, and what is not."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.models import Capture, SeenBlock
from archiver.parse import Site, SiteTemplate, boilerplate_blocks, learn, parse_page
from archiver.parse.wrapper.learn import page_key, shape
from tests.sites import hashed_card, html, listing, plain_card, recent, slider, slug, words

HOST = "https://harbour.example"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOX = recent(range(43, 33, -1))
SLIDER = slider(range(43, 33, -1))


def captures(site, days=0):
    return [
        Capture(url=HOST + path, captured_at=NOON + timedelta(days=days), payload=markup.encode())
        for path, (_, markup) in site.items()
    ]


def learned(pages):
    """The template that is learned from pages, each with its capture."""
    seen = [
        SeenBlock(block.signature, str(capture.captured_at)[:10], block.permalinks, capture.url)
        for capture, page in pages
        for block in page.blocks
    ]
    return learn([page for _, page in pages], boilerplate_blocks(sorted(seen)))


def read(*captured):
    """The cards' paths of every page, unaided and with the template of all of them, by URL and time."""
    pages = [(capture, parse_page(capture)) for part in captured for capture in part]
    template = learned(pages)
    alone = {(c.url.removeprefix(HOST), c.captured_at): paths(page) for c, page in pages}
    aided = {
        (c.url.removeprefix(HOST), c.captured_at): paths(parse_page(c, Site(template))) for c, _ in pages
    }
    return alone, aided


def paths(page):
    return [card.url.removeprefix(HOST) for card in page.cards]


def expected(site, days=0):
    return {(path, NOON + timedelta(days=days)): shown for path, (shown, _) in site.items()}


def test_a_last_page_with_one_card_beside_a_slider_is_read():
    site = listing(43, 7, box=SLIDER, card=plain_card)
    alone, aided = read(captures(site))
    wrong = [path for (path, _), cards in alone.items() if cards != site[path][0]]
    assert wrong == ["/page/7/"]
    assert aided == expected(site)


@pytest.mark.parametrize("card", [hashed_card, plain_card])
def test_a_box_that_stands_on_every_page_is_no_list(card):
    site = listing(43, 7, box=BOX, card=card)
    alone, aided = read(captures(site))
    assert alone != expected(site)
    assert aided == expected(site)


def test_each_design_has_listings_of_its_own():
    old = listing(36, 7, box=SLIDER, card=hashed_card, build="old")
    new = listing(43, 7, box=SLIDER, card=hashed_card, build="new")
    _, aided = read(captures(old), captures(new, days=100))
    assert aided == expected(old) | expected(new, days=100)


def test_nothing_is_learned_from_one_page():
    site = listing(43, 7, box=BOX)
    (front, *_) = captures(site)
    assert learned([(front, parse_page(front))] * 5) == SiteTemplate()


def test_a_listing_without_news_is_no_boilerplate():
    (front, *_) = captures(listing(43, 7, box="", card=plain_card))
    visits = [front.model_copy(update={"captured_at": NOON + timedelta(days=day)}) for day in range(9)]
    assert not learned([(visit, parse_page(visit)) for visit in visits]).boilerplate


def test_a_front_page_with_three_names_is_no_boilerplate():
    site = listing(43, 7, box="", card=plain_card)
    names = [HOST + "/", HOST + "/index.html", "http://www.harbour.example/page/1/", HOST + "/#top"]
    (front, *_) = captures(site)
    pages = [front.model_copy(update={"url": name}) for name in names]
    assert len({page_key(name) for name in names}) == 1
    assert not learned([(page, parse_page(page)) for page in pages]).boilerplate


def test_the_same_list_under_another_label_is_no_boilerplate():
    """A site with one author and one category shows its list at three URLs, page by page."""
    site = listing(43, 7, box="", card=plain_card)
    named = {
        prefix + path: page for prefix in ("", "/author/me", "/category/all") for path, page in site.items()
    }
    _, aided = read(captures(named))
    assert aided == expected(named)


def test_an_article_with_the_classes_of_a_card_has_no_cards():
    site = listing(43, 7, box=SLIDER, card=plain_card)
    body = f"<div class=note><a class=to href='{slug(3)}'>{words(3, 4)}</a><div>{words(1, 900)}</div></div>"
    articles: dict[str, tuple[list[str], str]] = {
        path: ([], html(f"<div class=w0><div class=w1>{body}</div></div>"))
        for path in (slug(7), "/about/", "/")
    }
    del site["/"]
    _, aided = read(captures(site | articles))
    assert {path for (path, _), cards in aided.items() if cards and path in articles} == set()


def test_an_article_that_ends_with_cards_of_others_has_no_cards():
    """They have the classes of the front page's cards; other files of the folder are listings."""
    site = listing(43, 7, box="", card=plain_card)
    text = "".join(f"<p>{words(k, 9)}</p>" for k in range(8))
    ending = html(f"<div>{text}</div><div class=w0><div class=w1>{plain_card(5)}</div></div>")
    articles: dict[str, tuple[list[str], str]] = {f"/{name}.html": ([], ending) for name in ("fog", "nets")}
    for year in (2024, 2025):
        titles = [slug(number) for number in range(year, year + 30)]
        rows = "".join(
            f"<li><time>{year}-03-01</time> <a href='{to}'>{words(k + year, 5)}</a></li>"
            for k, to in enumerate(titles)
        )
        site[f"/in-{year}.html"] = titles, html(f"<main><ul>{rows}</ul></main>")
    _, aided = read(captures(site | articles))
    assert aided == expected(site | articles)


def test_a_template_of_its_own_is_read_as_before():
    """Listings of titles by year on the same site, with other elements."""
    site = listing(43, 7, box="", card=plain_card)
    for year in (2024, 2025):
        titles = [slug(number) for number in range(year, year + 30)]
        rows = "".join(
            f"<li><time>{year}-03-{k % 28 + 1:02}</time> <a href='{to}'>{words(k + year, 5)}</a></li>"
            for k, to in enumerate(titles)
        )
        site[f"/{year}/"] = titles, html(f"<main><ul>{rows}</ul></main>")
    _, aided = read(captures(site))
    assert aided == expected(site)


SITES = [
    listing(posts, 7, box=box, card=card)
    for posts, box, card in ((43, SLIDER, plain_card), (43, BOX, hashed_card), (33, "", plain_card))
]
PAGES = [[(capture, parse_page(capture)) for capture in captures(site)] for site in SITES]


@settings(max_examples=30)
@given(st.sampled_from(range(len(SITES))).flatmap(lambda n: st.tuples(st.just(n), st.permutations(PAGES[n]))))
def test_a_template_does_not_depend_on_the_order_of_the_pages(drawn):
    number, shuffled = drawn
    assert learned(shuffled) == learned(PAGES[number])
    assert learned(shuffled).key == learned(PAGES[number]).key


@pytest.mark.parametrize(
    ("url", "expected_shape"),
    [
        ("https://www.harbour.example/", "harbour.example"),
        ("https://harbour.example/index.html", "harbour.example"),
        ("https://harbour.example/page/12/", "harbour.example"),
        ("https://harbour.example/tag/nets/page/2/", "harbour.example/tag/*"),
        ("https://harbour.example/tag/nets/", "harbour.example/tag/*"),
        ("https://harbour.example/2026/03/a-storm.html", "harbour.example/#/#/*.html"),
        ("https://harbour.example/?cat=nets&page=2", "harbour.example?cat"),
        ("http://[broken/", ""),
    ],
)
def test_urls_of_one_kind_have_one_shape(url, expected_shape):
    assert shape(url) == expected_shape
