"""What becomes of a card rests on its component alone: so a change costs what it touches."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from archiver.dedupe import Rules
from archiver.dedupe.clustering.resolve import Batch, components, load_batch, overrides_by_pair, resolve_batch
from archiver.models import Card, Override, Sighting

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WORDS = ["".join(random.Random(i).choices("bcdfghjklmnprstvz", k=3 + i % 6)) for i in range(400)]


def life(seed):
    """Cards and sightings of a site with series, edits, shared titles and addresses, and pages of them."""
    r = random.Random(seed)
    posts = []
    for n in range(40):
        body = " ".join(r.choices(WORDS, k=30))
        family = [body.replace(" ", f" {k} ", 1) for k in range(r.choice([1, 1, 1, 5]))]
        titles = ["", f"Title {n}", f"News of {n // 5}"]
        posts += [(r.choice(titles), f"https://a.example/{n + (r.random() < 0.1)}", text) for text in family]
    cards, sightings = {}, []
    for visit in range(30):
        for page in range(2):
            top = visit + page * 5
            for position, (title, url, text) in enumerate(posts[top : top + 6], 1):
                shown = text if r.random() < 0.5 else text[: r.randint(40, 150)] + "…"
                card = Card(
                    title=title or None,
                    url=url if r.random() < 0.5 else None,
                    excerpt=shown if r.random() < 0.9 else None,
                )
                cards[card.key] = card
                sightings.append(
                    Sighting(
                        capture=f"{visit}.{page}",
                        captured_at=NOON + timedelta(days=visit),
                        position=position,
                        card=card.key,
                    )
                )
    words = [
        Override(left=a, right=b, same=r.random() < 0.5)
        for a, b in (r.sample(sorted(cards), 2) for _ in range(2))
    ]
    return cards, sightings, words


def decisions(resolution):
    """The clusters and the scored pairs, by public id."""
    clusters = {frozenset(resolution.ids[i] for i in group) for group in resolution.groups().values()}
    edges = {(score, resolution.ids[a], resolution.ids[b]) for score, a, b in resolution.edges}
    return clusters, edges


@pytest.mark.parametrize("seed", range(1, 13))
def test_each_component_alone_is_solved_as_all_together(seed):
    cards, sightings, words = life(seed)
    rules, ids = Rules(), sorted(cards)
    whole = load_batch([cards[i] for i in ids], ids, sightings, rules)
    labels = components(whole, overrides_by_pair(ids, words))
    assert 1 < len(set(labels)) < len(ids)
    clusters, edges = set(), set()
    for label in set(labels):
        members = [i for i, own in enumerate(labels) if own == label]
        texts = {text for i in members for text in (whole.keys[i].text, whole.keys[i].title)}
        part = Batch(
            [ids[i] for i in members],
            [whole.keys[i] for i in members],
            [whole.sightings[i] for i in members],
            whole.captures,
            [pair for pair in whole.similar_texts if texts.issuperset(pair)],
            whole.kin_hosts,
        )
        found = decisions(resolve_batch(part, rules, words))
        clusters |= found[0]
        edges |= found[1]
    assert (clusters, edges) == decisions(resolve_batch(whole, rules, words))
