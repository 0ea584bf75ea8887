"""Which of the rated groups of a page is its cards."""

from bisect import bisect_left
from dataclasses import replace

import pytest

from archiver.parse.html import evidence_of, read_document
from archiver.parse.listing.model import MODEL
from archiver.parse.listing.rating import is_listing, likeliest, rate
from archiver.parse.listing.score import measure, whole

LIKELY = MODEL.threshold + 2
TITLES = (
    "Out to sea again",
    "Back on the shore",
    "Nets on the pier",
    "Boats in the fog",
    "Light on the reef",
)


def page(*last):
    """A page with four titled cards, then these."""
    posts = [f'<div><h3><a href="/{n}/">{title}</a></h3></div>' for n, title in enumerate(TITLES[:4])]
    return evidence_of(read_document("".join([*posts, *last]), "https://harbour.example/"))


def group(evidence, count, log_odds):
    """The first cards of a page."""
    tree, links = evidence.tree, evidence.links
    starts = [i for i, tag in enumerate(tree.tags) if tag == "div"][:count]
    members = [whole(tree, start, bisect_left(links.element, start)) for start in starts]
    return replace(measure(evidence, f"div.first{count}", members, 1.0, 1.0), log_odds=log_odds)


TITLED = f'<div><h3><a href="/4/">{TITLES[4]}</a></h3></div>'
DATED = '<div><a href="/4/">More</a> <time>5 May 2024</time></div>'
BARE = '<div><a href="/4/">More</a></div>'


def test_the_likeliest_group_is_chosen():
    evidence = page(TITLED)
    best = group(evidence, 2, LIKELY)
    assert likeliest(evidence, [group(evidence, 4, LIKELY - 2), best]) is best


def test_no_group_is_chosen_that_is_less_likely_than_the_threshold():
    evidence = page(TITLED)
    groups = [group(evidence, 4, MODEL.threshold - 0.01), group(evidence, 5, None)]
    assert likeliest(evidence, groups) is None
    assert likeliest(evidence, []) is None
    assert [is_listing(g) for g in [*groups, group(evidence, 4, MODEL.threshold)]] == [False, False, True]


@pytest.mark.parametrize("last", [TITLED, DATED])
def test_a_group_with_one_more_card_is_chosen_where_it_is_nearly_as_likely(last):
    evidence = page(last)
    four, five = group(evidence, 4, LIKELY), group(evidence, 5, LIKELY - 0.5)
    assert likeliest(evidence, [four, five]) is five
    assert likeliest(evidence, [four, group(evidence, 5, LIKELY - 1)]) is four


def test_a_group_with_more_is_not_chosen_where_that_is_no_card_by_itself():
    evidence = page(BARE)
    four = group(evidence, 4, LIKELY)
    assert likeliest(evidence, [four, group(evidence, 5, LIKELY - 0.5)]) is four


MENU = '<p><a href="{url}">{text}</a></p>'


def after_a_menu(*items):
    """A page with a menu above four cards without dates; the group of all, and that of the cards."""
    posts = [f'<p><a href="/2004/{n}.html">{title}</a></p>' for n, title in enumerate(TITLES[:4])]
    menu = "".join(MENU.format(url=url, text=text) for url, text in items)
    markup = f"<div>{menu}</div><div>{''.join(posts)}</div>"
    evidence = evidence_of(read_document(markup, "https://harbour.example/2004/"))
    members = [whole(evidence.tree, i, row) for row, i in enumerate(paragraphs(evidence.tree))]
    return evidence, *(
        replace(measure(evidence, "p", some, 1.0, 1.0), log_odds=LIKELY)
        for some in (members, members[len(items) :])
    )


def paragraphs(tree):
    return (i for i, tag in enumerate(tree.tags) if tag == "p")


@pytest.mark.parametrize(
    "items", [[("/by/thread", "Thread")], [("/by/thread", "Thread"), ("/help/", "Help")]]
)
def test_the_items_of_a_menu_above_a_list_are_left_out(items):
    evidence, everything, cards = after_a_menu(*items)
    assert likeliest(evidence, [everything, cards]) is cards


def test_what_has_a_url_like_those_of_the_others_is_no_item_of_a_menu():
    evidence, everything, cards = after_a_menu(("/2004/17.html", "Lead"))
    assert likeliest(evidence, [everything, cards]) is everything


def test_a_likely_card_above_the_others_is_no_item_of_a_menu():
    evidence, everything, cards = after_a_menu(
        ("/by/a-long-walk-along-the-pier", "A long walk along the old pier, and back in the rain")
    )
    assert likeliest(evidence, [everything, cards]) is everything


def test_groups_are_rated_by_the_model_in_their_order():
    evidence = page(TITLED)
    groups = [group(evidence, count, None) for count in (2, 5, 4)]
    rated = rate(evidence, groups)
    assert [g.signature for g in rated] == [g.signature for g in groups]
    assert [g.log_odds for g in rated] == [MODEL.log_odds(g.weighed or {}) for g in rated]
