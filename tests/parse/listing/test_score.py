"""Each weight of the score: two groups of which it makes the one better, the first.

The score orders the candidates before the learned model is asked, and compares the blocks of a site's pages.
"""

from dataclasses import fields, replace

import pytest

from archiver.parse.html import evidence_of, read_document
from archiver.parse.listing.candidates import best_scored
from archiver.parse.listing.score import WEIGHTS, Features, Weights, score, score_upper_bound

POSTS = Features(
    members=8,
    strength=0.5,
    headed=1.0,
    dated=0.0,
    dated_above=0.0,
    prose=0.0,
    card_class=0.0,
    coverage=0.5,
    dominance=1.0,
    purity=1.0,
    in_region=0.0,
    kept=1.0,
    aligned=1.0,
)
"""Eight headlines."""
NOTES = replace(POSTS, strength=0.0)
"""Permalinks that say nothing."""
ASIDE = replace(POSTS, in_region=1.0)

PAIRS = {
    "most_members": (POSTS, replace(POSTS, members=2)),
    "base": (NOTES, replace(NOTES, coverage=0.1)),
    "dated": (replace(POSTS, dated=1.0), POSTS),
    "dated_above": (replace(POSTS, dated_above=1.0), POSTS),
    "prose": (replace(POSTS, prose=1.0), POSTS),
    "card_class": (replace(POSTS, card_class=1.0), POSTS),
    "coverage": (POSTS, replace(POSTS, coverage=0.1)),
    "purity": (POSTS, replace(POSTS, purity=0.5)),
    "in_region": (ASIDE, replace(ASIDE, coverage=0.1)),
    "full_dominance": (replace(POSTS, dominance=0.9), replace(POSTS, dominance=0.3)),
    "dominance": (POSTS, replace(POSTS, dominance=0.3)),
}


def test_each_weight_has_a_pair():
    assert list(PAIRS) == [field.name for field in fields(Weights)]


@pytest.mark.parametrize("name", PAIRS)
def test_the_first_group_is_better(name):
    better, worse = map(score, PAIRS[name])
    assert better > worse


@pytest.mark.parametrize("name", [name for name in PAIRS if name != "full_dominance"])
def test_without_the_weight_it_is_not(name):
    """The full dominance is divided by."""
    whole = getattr(WEIGHTS, name)
    object.__setattr__(WEIGHTS, name, 0)
    try:
        better, worse = map(score, PAIRS[name])
    finally:
        object.__setattr__(WEIGHTS, name, whole)
    assert better <= worse


def test_a_date_in_a_member_counts_more_than_one_above():
    assert score(replace(POSTS, dated=1.0)) > score(replace(POSTS, dated_above=1.0))


def test_members_in_regions_are_worse():
    assert score(POSTS) > score(ASIDE)


@pytest.mark.parametrize("pair", PAIRS.values())
def test_no_group_is_better_than_its_upper_bound(pair):
    for features in pair:
        perfect = replace(features, strength=1.0, dated=1.0, dated_above=0.0, prose=1.0, card_class=1.0)
        bound = score_upper_bound(features.members, features.coverage)
        assert score(features) < score(perfect) <= bound * (1 + 1e-9)


def test_of_the_same_cards_the_whole_ones_are_rated():
    """Not their bodies, which have the same permalinks and less text."""
    cards = "".join(
        f'<div class="row"><p>May {n + 1}, 2024</p><div class="body"><h3><a href="/p/{n}">Pier {n}</a></h3>'
        f"<p>The boats go out before it is light.</p></div></div>"
        for n in range(6)
    )
    evidence = evidence_of(read_document(f"<main>{cards}</main>", "https://harbour.example/"))
    (group,) = [g for g in best_scored(evidence)[0] if len(g.members) == 6]
    assert {evidence.tree.classes[m.start] for m in group.members} == {"row"}
