"""What pages say of themselves for machines."""

import json

import pytest

from archiver.parse.document.structured import StructuredData, Subject, read_structured
from archiver.parse.document.tree import read_tree
from archiver.parse.document.urls import Resolver

URL = "https://site.example/news/"


def structured(markup: str) -> StructuredData:
    return read_structured(read_tree(markup), Resolver(URL))


def ld(*values: object) -> str:
    return "".join(
        f'<script type="application/ld+json">{v if isinstance(v, str) else json.dumps(v)}</script>'
        for v in values
    )


@pytest.mark.parametrize(
    ("meta", "subject"),
    [
        ('<meta property="og:type" content="article">', Subject.ARTICLE),
        ('<meta property="og:type" content=" Article ">', Subject.ARTICLE),
        ('<meta name="og:type" content="og:product">', Subject.PRODUCT),
        ('<meta property="og:type" content="product.group">', Subject.LISTING),
        ('<meta property="og:type" content="website">', None),
        ('<meta property="og:type">', None),
        ('<meta property="og:title" content="article">', None),
        ("", None),
    ],
)
def test_open_graph_names_the_type_of_a_page(meta, subject):
    assert structured(f"<head>{meta}</head><p>text").open_graph is subject


@pytest.mark.parametrize(
    ("data", "subjects"),
    [
        ({"@type": "NewsArticle"}, {Subject.ARTICLE}),
        ({"@type": ["Article", "BlogPosting"]}, {Subject.ARTICLE}),
        ({"@type": "http://schema.org/Product"}, {Subject.PRODUCT}),
        ({"@type": "schema:QAPage", "mainEntity": {"@type": "Question"}}, {Subject.THREAD}),
        ({"@type": "WebPage", "mainEntity": {"@type": "DiscussionForumPosting"}}, {Subject.THREAD}),
        ({"@graph": [{"@type": "WebSite"}, {"@type": "CollectionPage"}]}, {Subject.LISTING}),
        ({"@type": "CollectionPage", "mainEntity": {"@type": "ItemList"}}, {Subject.LISTING}),
        ([{"@type": "NewsArticle"}] * 3, {Subject.LISTING}),
        ({"@type": "ItemList", "itemListElement": [{"@type": "Product"}]}, {Subject.LISTING}),
        ({"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem"}] * 3}, set()),
        ({"@type": "FAQPage", "mainEntity": [{"@type": "Question"}] * 4}, set()),
        ({"@type": "WebPage", "author": {"@type": "Article"}}, set()),
        ({"@type": 5}, set()),
        ("{", set()),
    ],
)
def test_json_ld_names_the_main_things_of_a_page(data, subjects):
    assert structured(ld(data)).json_ld == subjects


def test_json_ld_blocks_are_read_together():
    assert structured(ld({"@type": "Product"}, {"@type": "Article"})).json_ld == {
        Subject.PRODUCT,
        Subject.ARTICLE,
    }
    assert structured(ld("{", *[{"@type": "Product"}] * 3)).json_ld == {Subject.LISTING}


def test_json_ld_may_hold_line_breaks_in_its_texts():
    assert structured(ld('{"@type": "Product", "name": "a\nb"}')).json_ld == {Subject.PRODUCT}


def test_microdata_of_the_outer_items_counts():
    one = "<article itemscope itemtype='https://schema.org/BlogPosting'>{}</article>"
    assert structured(one).microdata == {Subject.ARTICLE}
    assert structured(one * 3).microdata == {Subject.LISTING}
    inner = "<p itemprop=isPartOf itemscope itemtype='https://schema.org/Blog'>"
    assert structured(one.format(inner)).microdata == {Subject.ARTICLE}
    assert structured("<p itemscope itemtype>text").microdata == set()


def test_items_of_lists_are_kept_by_their_urls():
    items = [
        {"@type": "ListItem", "url": "/a"},
        {"@type": "ListItem", "item": "https://www.site.example/b/"},
        {"@type": "ListItem", "item": {"@id": "/c#x"}},
        "text",
    ]
    data = structured(ld({"@type": "ItemList", "itemListElement": items}))
    assert data.item_keys == {"site.example/a", "site.example/b", "site.example/c"}
    trail = structured(ld({"@type": "BreadcrumbList", "itemListElement": items}))
    assert trail.item_keys == set()


def test_a_published_page_says_so_in_its_head():
    assert structured(
        '<head><meta property="article:published_time" content="2024-01-02"></head>'
    ).is_published
    assert not structured("<head></head>").is_published
