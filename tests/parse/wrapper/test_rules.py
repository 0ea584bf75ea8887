"""Site rules: the selectors of a user win over the generic parser, and a drafted rule changes nothing."""

import json
import tomllib
from datetime import UTC, datetime

import pytest

from archiver.cli.inspect import rule_lines
from archiver.models import Capture
from archiver.parse import Site, SiteRule, draft_rule, parse_page, rule_for
from tests.paths import FIXTURES

PAGES = FIXTURES / "pages"
LISTINGS = sorted(path.parent.name for path in PAGES.glob("*/page.html"))
ODD = """<html><body><main>
<div class="row"><b>Tide tables</b> <i>3 May 2024</i> <a href="/r/1">open</a> <em>Sea</em>
<u>low</u><u>high</u>
<p>The water comes back twice a day, and nobody has asked it to.</p><span>Ann</span><img src="/i/1.jpg"></div>
<div class="row"><b>Nets</b> <a href="/r/2">open</a> <p>Mended by hand.</p></div>
<div class="note"><a href="/note">a note of the harbour master that is no card</a></div>
</main><a class="on" href="/more/2">further</a></body></html>"""
URL = "https://odd.example/list"
HOST = "新闻".encode("idna").decode()


def page_of(markup, rule, url=URL):
    capture = Capture(url=url, captured_at=datetime(2024, 6, 1, tzinfo=UTC), payload=markup.encode())
    return parse_page(capture, Site(rule=SiteRule(host="odd.example", **rule)))


def test_every_field_is_taken_from_where_the_rule_says():
    page = page_of(
        ODD,
        {
            "cards": ".row",
            "title": "b",
            "url": ".row a",
            "date": "i",
            "author": "span",
            "categories": "em",
            "tags": "u",
            "excerpt": ".row p",
            "image": "img",
            "next": ".on",
        },
    )
    first, second = page.cards
    assert (first.url, first.title, first.date) == ("https://odd.example/r/1", "Tide tables", "2024-05-03")
    assert (first.author, first.categories, first.tags) == ("Ann", ("Sea",), ("low", "high"))
    assert first.excerpt == "The water comes back twice a day, and nobody has asked it to."
    assert first.image == "https://odd.example/i/1.jpg"
    assert first.printed is not None
    assert first.printed.text == "3 May 2024"
    assert (second.title, second.date, second.author, second.tags) == ("Nets", None, None, ())
    assert page.next_url == "https://odd.example/more/2"
    assert "rule for odd.example" in page.why


def test_fields_without_a_selector_are_read_generically():
    page = page_of(ODD, {"cards": ".row", "title": "b"})
    assert [card.url for card in page.cards] == ["https://odd.example/r/1", "https://odd.example/r/2"]
    assert page.cards[0].date == "2024-05-03"


def test_a_rule_that_finds_no_card_is_an_error():
    page = page_of((PAGES / "papermod" / "page.html").read_text("utf-8"), {"cards": ".gone"})
    assert page.cards == ()
    assert page.error == "the rule for odd.example * finds no card on this page (cards = '.gone')"


def test_nested_cards_are_the_outermost_and_a_page_cannot_forge_what_a_selector_finds():
    markup = ODD.replace("<p>Mended", '<div class="row"><a href="/in">in</a></div><p>Mended').replace(
        'class="note"', 'class="note" data-archiver-selected="0"'
    )
    page = page_of(markup, {"cards": ".row"})
    assert [card.url for card in page.cards] == ["https://odd.example/r/1", "https://odd.example/r/2"]


def test_the_first_rule_that_matches_applies():
    rules = [
        SiteRule(host="a.example", path="/news/*", cards="li"),
        SiteRule(host="*.example", cards="tr"),
        SiteRule(host="a.example", cards="p"),
    ]
    assert rule_for(rules, "https://www.a.example/news/2?x=1") == rules[0]
    assert rule_for(rules, "https://a.example/") == rules[1]
    assert rule_for(rules, "https://a.example.org/") is None
    assert rule_for(rules, "file:///a.example/news/1") is None
    assert rule_for(rules, "https://[") is None


@pytest.mark.parametrize("host", ["新闻.example", f"{HOST}.example", "*.example"])
@pytest.mark.parametrize("path", ["/分类/*", "/%E5%88%86%E7%B1%BB/*"])
def test_a_pattern_may_be_written_as_a_browser_shows_the_url(host, path):
    rule = SiteRule(host=host, path=path, cards="li")
    assert rule_for([rule], f"https://{HOST}.example/%E5%88%86%E7%B1%BB/2") == rule
    assert rule_for([rule], f"https://{HOST}.example/%E5%88%87%E7%B1%BB/2") is None


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://www.a.example/page/12/?x=3", "/page/*/"),
        ("https://a.example/%E5%88%86%E7%B1%BB/page/2", "/分类/page/*"),
        ("https://a.example/a%5Bb%5D%3Fc=1%23d%7F", "/a[[]b][?]c=*[#]d\x7f"),
        ("https://a.example", "/"),
    ],
)
def test_a_drafted_rule_matches_urls_that_differ_only_in_numbers(url, path):
    listing = (PAGES / "papermod" / "page.html").read_bytes()
    capture = Capture(url=url, captured_at=datetime(2024, 6, 1, tzinfo=UTC), payload=listing)
    (table,) = tomllib.loads("\n".join(rule_lines(draft_rule(capture))))["rules"]
    assert (table["host"], table["path"]) == ("a.example", path)
    assert rule_for([SiteRule.model_validate(table)], url)


def test_no_rule_is_drafted_for_a_url_that_no_pattern_can_match():
    listing = (PAGES / "papermod" / "page.html").read_bytes()
    for url in ("https://[", "saved.html"):
        capture = Capture(url=url, captured_at=datetime(2024, 6, 1, tzinfo=UTC), payload=listing)
        assert draft_rule(capture).rule is None


def test_a_next_page_is_drafted_only_where_the_page_calls_it_so():
    markup = (PAGES / "papermod" / "page.html").read_text("utf-8")
    for rel, selector in ((' rel="next"', "a[rel~=next]"), ("", None)):
        more = f'<nav><a{rel} href="/page/2/">Older posts</a></nav></body>'
        payload = markup.replace("</body>", more).encode()
        capture = Capture(url=URL, captured_at=datetime(2024, 6, 1, tzinfo=UTC), payload=payload)
        assert parse_page(capture).next_url == "https://odd.example/page/2/"
        draft = draft_rule(capture)
        assert draft.rule is not None
        assert draft.rule.next == selector
        assert ("next" in draft.missing) == (selector is None)


def capture_of(name):
    url = json.loads((PAGES / name / "capture.json").read_text("utf-8"))["url"]
    payload = (PAGES / name / "page.html").read_bytes()
    return Capture(url=url, captured_at=datetime(2024, 6, 1, tzinfo=UTC), payload=payload)


@pytest.mark.parametrize("name", LISTINGS)
def test_a_drafted_rule_reads_the_page_as_it_was_read(name):
    capture = capture_of(name)
    alone = parse_page(capture)
    draft = draft_rule(capture)
    if alone.kind != "listing":
        assert draft.rule is None
        return
    text = "\n".join(rule_lines(draft))
    tables = tomllib.loads(text)
    if draft.rule is None:
        assert tables == {}
        return
    (table,) = tables["rules"]
    rule = SiteRule.model_validate(table)
    assert rule == draft.rule
    assert rule_for([rule], capture.url) == rule
    ruled = parse_page(capture, Site(rule=rule))
    assert [values_of(card) for card in ruled.cards] == [values_of(card) for card in alone.cards]
    assert ruled.next_url == alone.next_url
    assert all(name in text for name in draft.missing)


def values_of(card):
    """All of a card but the place of its date: a rule finds it in the element that it names."""
    return card.model_dump(exclude={"printed": {"place"}})


def test_selectors_are_found_for_most_listings_and_their_dates():
    captures = [capture for name in LISTINGS if parse_page(capture := capture_of(name)).kind == "listing"]
    drafts = [draft_rule(capture) for capture in captures]
    rules = [(draft.rule, draft.missing) for draft in drafts if draft.rule]
    assert len(rules) > 0.8 * len(drafts)
    dated = [rule for rule, missing in rules if rule.date or "date" in missing]
    assert sum(rule.date is not None for rule in dated) > 0.8 * len(dated)
