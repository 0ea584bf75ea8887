import pytest
from rapidfuzz.distance import Prefix

from archiver.dedupe import dedupe, label_texts
from archiver.dedupe.evidence.compare import weigh
from archiver.dedupe.evidence.passages import weigh_texts
from archiver.dedupe.keys.card import CardKeys
from archiver.dedupe.keys.normalize import text_keys
from archiver.models import Card, Sighting
from tests.dedupe.pages import NOON, text

PAIRS = [
    (text(1), text(1)[:70]),
    (text(1), text(2)),
    (f"Build 12 {text(1)}", f"Build 13 {text(1)}"),
    (f"{text(1, 20)} one {text(2, 20)}", f"{text(1, 20)} two {text(2, 20)}"),
    (f"{text(1)} 1", f"{text(1)} q"),
    (f"{text(3)} {text(1)}", f"{text(3)} {text(2)}"),
]


@pytest.mark.parametrize("pair", PAIRS)
def test_the_short_way_decides_as_the_long_way_does(pair):
    a, b = text_keys(pair)
    verdict = weigh(CardKeys(text=a), CardKeys(text=b))
    odds, contradicted = weigh_texts(a, b, Prefix.similarity(a, b))
    assert (odds > 0, contradicted) == (verdict.odds > 0, verdict.contradicted)


def test_labels_are_those_of_cards_with_nothing_but_texts():
    texts = list(dict.fromkeys(t for pair in PAIRS for t in pair))
    cards = {(c := Card(excerpt=t)).key: c for t in texts}
    sightings = [Sighting(capture=key, captured_at=NOON, position=1, card=key) for key in cards]
    of = {card: post.id for post in dedupe(cards, sightings) for card in post.cards}
    labels = label_texts(texts)
    said = [of[key] for key in cards]
    assert [labels.index(n) for n in labels] == [said.index(n) for n in said]


@pytest.mark.parametrize(
    "texts",
    [
        [f"{text(1)} {i}" for i in range(300)],
        [f"Build {i} {text(1)}" for i in range(300)],
        ["a" * i for i in range(300)],
        ["", "a", "!", "🎉", "\x1e", "a\x1eb", "\ud800", "ﷺ", "İ", "ß" * 9] * 3,
        [text(1, 9000)] * 50 + [text(1, 8999)],
    ],
    ids=["endings", "numbers", "one letter", "odd characters", "long"],
)
def test_awkward_texts_get_a_label_each(texts):
    labels = label_texts(texts)
    assert len(labels) == len(texts)
    assert all(labels[i] == labels[texts.index(t)] for i, t in enumerate(texts))
