"""Cards in the data of a page: which lists are cards, and which are not."""

import json
from typing import Any

import pytest

from archiver.models import Card
from archiver.parse.embedded.listing import EmbeddedCards, embedded_cards
from archiver.parse.html import evidence_of, read_document, read_html
from archiver.parse.wrapper.rules import SiteRule
from archiver.parse.wrapper.site import Site

HOST = "https://site.example"
URL = f"{HOST}/news/"


def story(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "title": f"Story number {number} of the harbour",
        "url": f"/news/{number}",
        "description": f"The {number}th sentence about what happened in the harbour this week.",
    } | fields


STORIES = [story(number) for number in range(1, 7)]


def embedded(markup: str) -> EmbeddedCards | None:
    document = read_document(markup, URL)
    return embedded_cards(evidence_of(document), document.resolver)


def found(data: object, body: str = "", head: str = "") -> tuple[Card, ...]:
    script = f"<script type='application/json'>{json.dumps(data)}</script>"
    listed = embedded(f"<html><head>{head}</head><body>{body}{script}</body></html>")
    return listed.cards if listed else ()


def urls(data: object, body: str = "", head: str = "") -> list[str]:
    return [card.url or "" for card in found(data, body, head)]


ALL = [f"{HOST}/news/{number}" for number in range(1, 7)]


@pytest.mark.parametrize(
    "data",
    [
        STORIES,
        {"props": {"pageProps": {"stories": STORIES}}},
        {"edges": [{"node": one, "cursor": "x"} for one in STORIES]},
        {"byId": {f"id{number}": one for number, one in enumerate(STORIES)}},
        [one | {"title": {"rendered": one["title"]}} for one in STORIES],
        [{"attributes": one, "id": 7} for one in STORIES],
        [*STORIES, {"type": "advertisement"}, None],
        {"sections": [{"items": STORIES[:3]}, {"items": STORIES[3:]}]},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": one} for one in STORIES]},
    ],
)
def test_a_list_of_objects_with_title_and_url_is_the_cards(data):
    cards = found(data)
    assert [card.url for card in cards] == ALL
    assert [card.title for card in cards] == [one["title"] for one in STORIES]


@pytest.mark.parametrize(
    "change",
    [
        {"url": "https://elsewhere.example/1"},
        {"url": None},
        {"url": "/news/"},
        {"url": "/img/1.jpg"},
        {"url": "1"},
        {"title": None},
        {"title": "The same title"},
        {"title": "2024"},
        {"description": None},
        {"description": "Short"},
    ],
)
def test_objects_without_a_field_that_cards_have_are_no_cards(change):
    assert urls([one | change for one in STORIES]) == []


def test_two_objects_are_no_list():
    assert urls(STORIES[:2]) == []


@pytest.mark.parametrize(
    "head",
    [
        "<meta property='og:type' content='article'>",
        "<meta property='og:type' content='product'>",
        "<meta property='article:published_time' content='2024-01-02'>",
        '<script type=\'application/ld+json\'>{"@type": "NewsArticle"}</script>',
        '<script type=\'application/ld+json\'>{"@type": "QAPage"}</script>',
    ],
)
def test_a_page_that_says_that_it_is_one_thing_has_no_cards(head):
    assert urls(STORIES, head=head) == []


def test_a_list_that_the_page_does_not_show_is_no_cards():
    assert urls(STORIES, body=f"<p>{'Opening hours of the office. ' * 40}</p>") == []


def test_a_list_that_the_page_shows_without_groups_is_the_cards():
    shown = "".join(f"<b>{one['title']}</b> <i>{one['description']}</i> " for one in STORIES)
    assert urls(STORIES, body=f"<div>{shown}{'Opening hours. ' * 9}</div>") == ALL


def test_the_way_to_the_page_is_no_list():
    trail = [{"@type": "ListItem", "item": one} for one in STORIES]
    assert urls({"@type": "BreadcrumbList", "itemListElement": trail}) == []


def test_menus_are_no_cards():
    menu = [{"title": f"Section {n}", "url": f"/section/{n}"} for n in range(1, 30)]
    body = " ".join(f"<a href='{one['url']}'>{one['title']}</a>" for one in menu)
    assert urls({"menu": menu}, body=body) == []
    assert urls({"menu": menu, "stories": STORIES}, body=body[:200]) == ALL


def test_a_slug_is_the_url_of_the_one_link_that_ends_with_it():
    data = [one | {"url": None, "slug": f"story-{n}"} for n, one in enumerate(STORIES)]
    links = "".join(f"<i><a href='/{'ab'[n % 2]}/story-{n}?from=list'></a></i>" for n in range(6))
    assert urls(data, body=links) == [f"{HOST}/{'ab'[n % 2]}/story-{n}?from=list" for n in range(6)]
    assert urls(data, body=links + links.replace("/a/", "/c/").replace("/b/", "/c/")) == []


def test_the_url_of_another_host_is_a_cards_where_the_page_links_to_it():
    data = [one | {"url": f"https://other.example/{n}"} for n, one in enumerate(STORIES)]
    links = "".join(f"<i><a href='https://other.example/{n}'></a></i>" for n in range(6))
    assert urls(data) == []
    assert urls(data, body=links) == [f"https://other.example/{n}" for n in range(6)]


def test_fields_are_read_by_name_and_value():
    fields = {
        "datePublished": "2024-03-05T23:30:00-05:00",
        "dateModified": "2024-03-07T01:00:00Z",
        "expiryDate": "2031-01-01",
        "author": [{"name": "Ada Holm"}, {"name": "Bo Lind", "url": "/people/bo"}],
        "articleSection": "Harbour",
        "keywords": ["ferry", "<b>rope</b>"],
        "image": {"url": "/img/a.jpg"},
    }
    card = found([one | fields for one in STORIES])[0]
    assert (card.date, card.updated) == ("2024-03-05", "2024-03-07")
    assert card.printed is not None
    assert (card.printed.text, card.printed.place) == ("2024-03-05", "attribute")
    assert card.author == "Ada Holm, Bo Lind"
    assert (card.categories, card.tags) == (("Harbour",), ("ferry", "rope"))
    assert (card.image, card.href) == (f"{HOST}/img/a.jpg", "/news/1")


def test_a_date_is_never_invented():
    for value in (1709596800, "1709596800", "yesterday", "03/05/2024", "2024"):
        assert {card.date for card in found([one | {"date": value} for one in STORIES])} == {None}
    inner = [one | {"video": {"datePublished": "2024-03-05"}} for one in STORIES]
    assert {card.date for card in found(inner)} == {None}


def test_dates_in_numbers_are_read_in_the_order_that_one_of_them_proves():
    data = [one | {"date": f"{n:02}/{27 if n == 5 else 1:02}/2024"} for n, one in enumerate(STORIES, 3)]
    assert [card.date for card in found(data)][:3] == ["2024-03-01", "2024-04-01", "2024-05-27"]


def test_an_event_is_dated_by_its_start():
    fields = {"startDate": "2024-06-01", "endDate": "2024-06-09", "published": "2023-12-22"}
    assert {card.date for card in found([one | fields for one in STORIES])} == {"2024-06-01"}


def test_deep_and_wide_data_is_read():
    deep = json.dumps(STORIES)
    for _ in range(5_000):
        deep = f'{{"a":{deep}}}'
    assert embedded(f"<script>x={deep}</script>") is None
    wide: list[dict[str, list[dict[str, str]]]] = [
        {f"k{n}{m}": [{}] for m in range(30)} for n in range(3_000)
    ]
    assert found(wide) == ()
    assert len(urls([story(n) for n in range(3_000)])) == 3_000


def test_the_data_is_read_where_the_markup_shows_no_cards():
    script = f"<script>window.__STATE__ = {json.dumps(STORIES)}</script>"
    page = read_html(script, URL)
    assert [card.url for card in page.cards] == ALL
    assert (page.kind, page.next_url) == ("listing", None)
    assert "6 objects in the data of the page" in page.why
    post = "<article><h2><a href='/post/{0}'>Post number {0}</a></h2><p>A sentence of the post.</p></article>"
    page = read_html("".join(map(post.format, range(5))) + script, URL)
    assert [card.url for card in page.cards] == [f"{HOST}/post/{n}" for n in range(5)]


def test_a_rule_of_the_user_is_not_replaced():
    rule = SiteRule(host="site.example", cards=".card")
    script = f"<script>window.__STATE__ = {json.dumps(STORIES)}</script>"
    assert read_html(script, URL, Site(rule=rule)).cards == ()
