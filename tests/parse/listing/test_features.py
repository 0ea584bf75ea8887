"""Each feature of a group on a small page: its value, and that the model weighs it as what it is for."""

from dataclasses import dataclass
from functools import cache
from math import log1p

import pytest

from archiver.parse.html import evidence_of, read_document
from archiver.parse.listing.align import align
from archiver.parse.listing.features import group_features, page_facts
from archiver.parse.listing.model import MODEL
from archiver.parse.listing.score import Evidence, Group, measure, whole

SITE = "https://harbour.example"
FOR, AGAINST = 1, -1
"""What more of a feature speaks for."""


def x(size: int) -> str:
    return "X" * size


def card(url: str = "/notes/", label: str = "Boats", rest: str = "") -> str:
    return f'<div class="unit"><h3><a href="{url}">{label}</a></h3>{rest}</div>'


def cards(*bodies: str, tag: str = "div", more: str = "") -> str:
    """Members of a group, each with what stands in it."""
    return "".join(f'<{tag} class="unit {more}">{body}</{tag}>' for body in bodies)


def titled(url: str, label: str) -> str:
    return f'<h3><a href="{url}">{label}</a></h3>'


def loose(url: str, label: str) -> str:
    return f'<a href="{url}">{label}</a>'


def numbered(count: int, label: str = "Boats") -> list[str]:
    return [titled(f"/notes/{n}/", label) for n in range(count)]


def json_ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


FOUR = cards(*numbered(4))
HUNDRED = cards(*numbered(4, x(25)))
"""Four cards of 25 characters."""
PROSE = f"<p>{x(200)}</p>"
ITEMS = ",".join(f'{{"@type": "ListItem", "position": {n}, "url": "{SITE}/notes/{n}/"}}' for n in range(4))


@dataclass(frozen=True)
class Case:
    """The body of a page, what a feature of its group is there, and what the feature speaks for."""

    body: str
    value: float
    speaks: int
    path: str = "/"


PLAIN = Case(FOUR, 0, 0)
"""A page that each other page is compared with."""

CASES = {
    "page: words of its URL": Case(FOUR, 4 / 8, AGAINST, "/the-storm-of-march/"),
    "page: number in its URL": Case(FOUR, 1, AGAINST, "/storm-123/"),
    "page: query": Case(FOUR, 1, FOR, "/?q=boats"),
    "page: page of several by its URL": Case(FOUR, 1, FOR, "/page/2/"),
    "page: words of its title": Case(f"<h1>Out to sea</h1>{FOUR}", 3 / 15, AGAINST),
    "page: words of a title that leads elsewhere": Case(
        f"<h1><a href=/a/>Out to sea</a></h1>{FOUR}", 3 / 15, FOR
    ),
    "page: article by its data": Case(json_ld('{"@type": "NewsArticle"}') + FOUR, 1, AGAINST),
    "page: thread by its data": Case(json_ld('{"@type": "DiscussionForumPosting"}') + FOUR, 1, AGAINST),
    "in a landmark of navigation": Case(f"<div role=navigation>{FOUR}</div>", 1, AGAINST),
    "hidden": Case(f"<div aria-hidden=true>{FOUR}</div>", 1, AGAINST),
    "page's title in a member": Case(cards("<h1><a href=/a/>Boats</a></h1>", *numbered(2)), 1, AGAINST),
    "page's title is dated": Case(f"<h1>Storm</h1><p>May 4, 2024</p>{FOUR}", 1, AGAINST),
    "text before": Case(f"{x(50)}{HUNDRED}", 1 / 3, AGAINST),
    "prose before": Case(PROSE + HUNDRED, log1p(200) / 9, AGAINST),
    "text": Case(f"{HUNDRED}{x(25)}", 4 / 5, FOR),
    "mean size": Case(HUNDRED, log1p(25) / 7, AGAINST),
    "largest member": Case(cards(titled("/a/", x(30)), titled("/b/", x(10))), 3 / 4, AGAINST),
    "longest prose of a member": Case(
        cards(*numbered(2), titled("/c/", "Boats") + PROSE), log1p(200) / 9, AGAINST
    ),
    "prose outside": Case(HUNDRED + PROSE, log1p(200) / 9, AGAINST),
    "linked text": Case(cards(*(body + "Shore" for body in numbered(3))), 1 / 2, AGAINST),
    "table rows": Case(f"<table>{cards(*(f'<td>{b}' for b in numbered(3)), tag='tr')}</table>", 1, FOR),
    "articles": Case(cards(*numbered(3), tag="article"), 1, FOR),
    "hyperlinks between members": Case(loose("/c/", "Nets").join([card("/a/"), card("/b/")]), 1 / 3, AGAINST),
    "share of likely permalinks": Case(
        cards(titled("/a/", "Out to sea again")) + titled("/b/", "Back on the shore"), 1 / 2, FOR
    ),
    "titles in capitals": Case(cards(*numbered(3), titled("/d/", "nets")), 3 / 4, FOR),
    "sentences that begin with labels": Case(
        cards(*(f"<p>{loose(u, 'Boats')} go out" for u in "abcd")), 1, AGAINST
    ),
    "authors": Case(cards(*(loose(f"/author/{name}/", "Ann") for name in "ab")), 1, AGAINST),
    "other hosts": Case(cards(*numbered(3), titled("https://pier.example/", "Nets")), 1 / 4, AGAINST),
    "numbers in URLs": Case(cards(*numbered(3), titled("/2024/d/", "Nets")), 1 / 4, FOR),
    "URLs made of titles": Case(cards(*numbered(3), titled("/out-to-sea/", "Nets")), 1 / 4, FOR),
    "path of the page": Case(cards(*(loose(f"?sort={by}", "Boats") for by in "abcd")), 1, AGAINST, "/boats"),
    "form of the page's URL": Case(FOUR, 1, AGAINST, "/nets/7/"),
    "many members": Case(cards(*numbered(9)), 3, FOR),
    "few without dates or text": Case(cards(*numbered(3)), 1, AGAINST),
    "card's class": Case(cards(*numbered(4), more="post"), 1, FOR),
    "headed": Case(cards(*(loose(f"/{n}/", "Boats") for n in range(4))), 0, FOR),
    "dated above": Case("".join(f"<time>May {n + 1}, 2024</time>{card(f'/{n}/')}" for n in range(4)), 1, FOR),
    "in regions": Case(f'<div class="sidebar">{FOUR}</div>{x(400)}', 1, AGAINST),
    "aligned": Case(cards(titled("/a/", "Boats"), loose("/b/", "Nets")), 1 / 2, FOR),
    "dominance": Case(HUNDRED + PROSE, 1 / 3, FOR),
    "listed for machines": Case(
        json_ld(f'{{"@type": "ItemList", "itemListElement": [{ITEMS}]}}') + FOUR, 1, FOR
    ),
}


def group_of(evidence: Evidence) -> Group:
    """The elements of a page that have the class of its cards, each with its first hyperlink, as a group."""
    tree, links = evidence.tree, evidence.links
    starts = [i for i, classes in enumerate(tree.classes) if "unit" in classes.split()]
    rows = [next(r for r, i in enumerate(links.element) if start <= i < tree.end[start]) for start in starts]
    members = [whole(tree, start, row) for start, row in zip(starts, rows, strict=True)]
    return align(evidence, measure(evidence, "div.unit", members, kept=1.0, purity=1.0))[0]


@cache
def features_of(case: Case) -> dict[str, float]:
    evidence = evidence_of(read_document(f"<html><body>{case.body}</body></html>", f"{SITE}{case.path}"))
    return group_features(page_facts(evidence), group_of(evidence))


def test_the_site_above_a_page_is_no_title_that_leads_elsewhere():
    logo = Case(f"<h1><a href=/notes/>Harbour Notes</a></h1>{FOUR}", 0, 0, "/notes/nets/")
    assert features_of(logo)["page: words of a title that leads elsewhere"] == 0


def test_a_date_below_the_title_of_a_card_is_not_that_of_the_page():
    lead = Case(f"<a href=/a/><h1>Storm</h1><p>May 4, 2024</p></a>{FOUR}", 0, 0)
    assert features_of(lead)["page's title is dated"] == 0


def test_a_class_names_the_author_that_a_hyperlink_leads_to():
    body = cards(*(f'<h3 class="username">{loose(f"/wer/{n}", "Ann")}</h3>' for n in range(4)))
    assert features_of(Case(body, 0, 0))["authors"] == 1


def test_the_model_weighs_the_features_that_are_measured():
    measured = set(features_of(PLAIN))
    assert set(MODEL.weights) == measured, "fit the model again: benchmarks/train.py"
    assert set(CASES) == measured, "each feature has a page here"


@pytest.mark.parametrize("name", CASES)
def test_the_feature_has_a_value(name):
    assert features_of(CASES[name])[name] == pytest.approx(CASES[name].value)
    assert features_of(PLAIN)[name] != pytest.approx(CASES[name].value)


@pytest.mark.parametrize("name", CASES)
def test_more_of_the_feature_makes_a_group_likelier_or_less_likely(name):
    """Two groups that differ in this feature alone."""
    case, plain = CASES[name], features_of(PLAIN)
    other = plain | {name: case.value}
    gained = MODEL.log_odds(other) - MODEL.log_odds(plain)
    assert gained * case.speaks * (case.value - plain[name]) > 0
