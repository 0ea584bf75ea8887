"""Laws of deduplication: nothing is lost, and nothing depends on order."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from archiver.dedupe import (
    Ground,
    Override,
    Rules,
    dedupe,
    dedupe_with_review,
    explain_pair_in,
    label_texts,
)
from archiver.dedupe.clustering.cluster import cluster
from archiver.dedupe.clustering.resolve import resolve
from archiver.dedupe.evidence.align import align
from archiver.dedupe.evidence.compare import weigh
from archiver.dedupe.keys.card import card_keys
from archiver.dedupe.keys.normalize import text_keys
from archiver.models import Card, Sighting

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PHRASES = [
    "the old harbour crane was lifted off its rails",
    "這條河在村子的東邊轉了一個大彎",
    "part 1 of the series",
    "part 2 of the series",
    "carried across the bay on a barge, watched by a crowd",
    "每年秋天，候鳥會在這裡停留兩個星期",
    "🎉",
    "…",
    "version 1.5.3",
]
texts = st.one_of(
    st.none(), st.lists(st.sampled_from(PHRASES), max_size=5).map(" ".join), st.text(max_size=20)
)
dates = st.sampled_from([None, "2024-03-05", "2024-03-06", "2024-05-01"])
urls = st.sampled_from(
    [None, "https://a.example/x", "https://a.example/y/", "https://a.example/#", "http://[half"]
)
cards = st.builds(Card, url=urls, title=texts, date=dates, excerpt=texts)
pages = st.lists(st.lists(cards, max_size=5), max_size=5)


def sightings_of(shown):
    return [
        Sighting(capture=f"c{day}", captured_at=NOON + timedelta(days=day // 2), position=k, card=card.key)
        for day, page in enumerate(shown)
        for k, card in enumerate(page, 1)
    ]


@given(pages, st.randoms(use_true_random=False))
def test_order_does_not_matter(shown, random):
    known = {card.key: card for page in shown for card in page}
    sightings = sightings_of(shown)
    posts = dedupe(known, sightings)
    random.shuffle(sightings)
    items = list(known.items())
    random.shuffle(items)
    assert dedupe(dict(items), sightings) == posts


@given(pages)
def test_every_card_seen_stands_in_one_post(shown):
    known = {card.key: card for page in shown for card in page}
    posts = dedupe(known, sightings_of(shown))
    assert sorted(c for p in posts for c in p.cards) == sorted(known)
    assert sum(p.sightings for p in posts) == sum(map(len, shown))
    assert [(p.first_seen, p.id) for p in posts] == sorted((p.first_seen, p.id) for p in posts)
    for post in posts:
        assert post.id == post.cards[0]
        assert {s.card for s in post.sources} <= set(post.cards)
        assert {m.left for m in post.comparisons} | {m.right for m in post.comparisons} <= set(post.cards)
        assert sum(r.sightings for r in post.revisions) == post.sightings


@given(cards, cards)
def test_weighing_is_symmetric_and_bounded(left, right):
    one, two = card_keys([left, right])
    assert weigh(one, two) == weigh(two, one)
    assert 0 <= weigh(one, two).score <= 100


@given(st.text(), st.text())
def test_alignment_is_symmetric_and_never_matches_more_than_there_is(left, right):
    found = align(left, right)
    assert found == align(right, left)
    assert found.matched <= min(len(left), len(right))
    assert found.cost >= 0 <= found.parted


@given(st.text())
def test_a_key_is_stable(text):
    (key,) = text_keys([text])
    assert not any(c.isspace() and c != "\x1f" for c in key)


@given(st.lists(st.one_of(texts.filter(bool), st.text()), max_size=8))
def test_a_key_does_not_depend_on_the_texts_beside(said):
    assert text_keys(said) == [text_keys([t])[0] for t in said]


@given(st.lists(st.one_of(texts.filter(bool), st.just("")), max_size=12))
def test_equal_texts_have_equal_labels(said):
    labels = label_texts(said)
    assert all(labels[i] == labels[said.index(t)] for i, t in enumerate(said))
    assert sorted(set(labels)) == list(range(len(set(labels))))


def never(_a, _b):
    return False


pairs = st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda p: p[0] < p[1])


@given(st.dictionaries(pairs, st.integers(50, 99)), st.sets(pairs), st.randoms(use_true_random=False))
def test_clusters_ignore_the_order_of_edges_and_keep_the_apart_apart(scores, apart, random):
    def run(edges):
        return cluster([()] * 8, [1] * 8, edges, apart, contradicts=never, unlike=never).labels

    edges = [(score, a, b) for (a, b), score in scores.items()]
    labels = run(edges)
    assert labels == slow_clusters(edges, apart)
    random.shuffle(edges)
    assert run(edges) == labels
    assert all(labels[a] != labels[b] for a, b in apart)


def slow_clusters(edges, apart):
    """The same by sets: joined unless any pair across is apart."""
    groups = [{i} for i in range(8)]
    for _, a, b in sorted(edges, key=lambda e: (-e[0], e[1], e[2])):
        x, y = (next(g for g in groups if i in g) for i in (a, b))
        if x is not y and not any((min(i, j), max(i, j)) in apart for i in x for j in y):
            groups.remove(y)
            x |= y
    return [min(next(g for g in groups if i in g)) for i in range(8)]


def test_the_hash_seed_does_not_matter():
    code = (
        "from archiver.dedupe import label_texts;"
        "print(label_texts([f'the old harbour crane {i % 7} was lifted off {i % 3}' for i in range(60)]))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


@st.composite
def shown_and_said(draw):
    """Pages, and overrides of cards that stand on them."""
    shown = draw(pages)
    ids = sorted({card.key for page in shown for card in page}) or ["none"]
    names = st.sampled_from(ids)
    said = draw(st.lists(st.builds(Override, left=names, right=names, same=st.booleans()), max_size=4))
    return shown, said


@given(shown_and_said(), st.randoms(use_true_random=False))
def test_what_a_person_said_holds_in_any_order(case, random):
    shown, said = case
    known = {card.key: card for page in shown for card in page}
    sightings = sightings_of(shown)
    posts = dedupe(known, sightings, overrides=said)
    of = {c: p.id for p in posts for c in p.cards}
    assert all(of[o.left] != of[o.right] for o in said if o.left in of and o.left != o.right and not o.same)
    if all(o.same for o in said):
        assert all(of[o.left] == of[o.right] for o in said if o.left in of)
    random.shuffle(said)
    random.shuffle(sightings)
    assert dedupe(known, sightings, overrides=said) == posts
    found = dedupe_with_review(known, sightings, overrides=said)
    assert found.posts == posts
    assert all(set(d.posts) <= {p.id for p in posts} for d in found.review_queue)


@given(shown_and_said(), st.sampled_from([Rules(), Rules(threshold=1), Rules(group_cap=2, block_reach=1)]))
def test_an_explanation_says_what_was_done(case, rules):
    shown, said = case
    known = {card.key: card for page in shown for card in page}
    sightings = sightings_of(shown)
    of = {c: p.id for p in dedupe(known, sightings, rules=rules, overrides=said) for c in p.cards}
    for left, right in combinations(sorted(known), 2):
        resolution = resolve(known, sightings, rules, said)
        check_explanation(resolution, of[left] == of[right], left, right)


def check_explanation(resolution, same, left, right):
    """What an explanation of two cards says is what made them one post, or two."""
    explained = explain_pair_in(resolution, left, right)
    words = {tuple(resolution.ids[i] for i in pair): same for pair, same in resolution.overrides.items()}
    assert (explained.left, explained.right, explained.same) == (left, right, same)
    assert explained.override == words.get((left, right))
    if same:
        assert explained.held_apart_by is None
        edges = {frozenset((resolution.ids[a], resolution.ids[b])) for _, a, b in resolution.edges}
        ends = [left]
        for one in explained.path:
            assert {one.left, one.right} in edges
            assert one.score >= explained.threshold or words.get((one.left, one.right))
            (end,) = {one.left, one.right} - {ends[-1]}
            ends.append(end)
        assert (ends[-1], len(set(ends))) == (right, len(ends))
        assert (explained.ground is Ground.SCORE) == ({left, right} in edges and not explained.override)
        return
    assert explained.path == ()
    check_separation(resolution, explained, words)


def check_separation(resolution, explained, words):
    pair, apart, ground = (explained.left, explained.right), explained.held_apart_by, explained.ground
    number = {card: i for i, card in enumerate(resolution.ids)}
    a, b = number[explained.left], number[explained.right]
    if apart is None:
        reached = explained.score >= explained.threshold
        if reached and ground is not Ground.OVERRIDE:
            # the pair contradicts itself, or was never an edge
            assert ground in (Ground.CONTRADICTION, Ground.NOT_COMPARED, Ground.UNLIKE_TEXTS)
            assert not any(edge[1:] == (a, b) for edge in resolution.edges)
        assert (ground is Ground.OVERRIDE) == (words.get(pair) is False)
        assert (ground is Ground.CONTRADICTION) <= resolution.is_cannot_link(a, b)
        assert (ground is Ground.SCORE) <= (not reached)
        return
    other = (apart.left, apart.right)
    x, y = number[apart.left], number[apart.right]
    assert other != pair
    assert not apart.same
    assert resolution.labels[x] != resolution.labels[y]
    if ground is Ground.OTHER_OVERRIDE:
        assert words[other] is False
        assert apart.match_weights[0].signal == "manual-override"
        return
    assert {resolution.labels[x], resolution.labels[y]} == {resolution.labels[a], resolution.labels[b]}
    assert resolution.context.verdict(x, y).score < resolution.rules.apart
    assert ground in (Ground.CANNOT_LINK, Ground.UNLIKE_TEXTS)
    assert (ground is Ground.UNLIKE_TEXTS) or resolution.is_cannot_link(x, y)
