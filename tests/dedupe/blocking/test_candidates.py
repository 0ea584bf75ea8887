"""Which cards are weighed: those that share a key, and those whose texts or titles are similar."""

from archiver.dedupe import Rules
from archiver.dedupe.blocking.candidates import card_pairs
from archiver.dedupe.clustering.resolve import load_batch
from archiver.models import Card
from tests.dedupe.pages import archive, text

TITLE = "How the old harbour crane came back"


def pairs_of(*cards):
    """The pairs of cards that are weighed, each card seen on a page of its own; by the order given."""
    known, sightings = archive(*([card] for card in cards))
    ids = sorted(known)
    batch = load_batch([known[i] for i in ids], ids, sightings, Rules())
    number = [card.key for card in cards]
    found = card_pairs(batch.keys, batch.sightings, batch.similar_texts, Rules())
    return {tuple(sorted(number.index(ids[i]) for i in pair)) for pair in found}


def test_cards_of_one_url_title_or_text_are_weighed():
    url = "https://a.example/crane"
    assert pairs_of(Card(url=url, title=TITLE), Card(url=url, excerpt=text(1))) == {(0, 1)}
    assert pairs_of(Card(title=TITLE), Card(title=TITLE, excerpt=text(1))) == {(0, 1)}
    assert pairs_of(Card(excerpt=text(1)), Card(title=TITLE, excerpt=text(1))) == {(0, 1)}
    assert pairs_of(Card(excerpt=text(1)), Card(title=TITLE, excerpt=text(2))) == set()


def test_similar_titles_are_weighed():
    others = [Card(title=text(n, 6)) for n in range(40)]
    framed = (f"Harbour: {TITLE}", f"{TITLE} [pdf]", TITLE.replace("old", "good old"))
    for other in framed:
        assert pairs_of(Card(title=TITLE), Card(title=other), *others) == {(0, 1)}


def test_a_title_is_weighed_against_a_text_that_begins_with_it():
    assert pairs_of(Card(title=TITLE), Card(excerpt=f"{TITLE} {text(1)}")) == {(0, 1)}
    assert pairs_of(Card(title=TITLE, excerpt=text(2)), Card(excerpt=f"{TITLE} {text(1)}")) == {(0, 1)}


def test_no_card_is_weighed_against_itself():
    assert pairs_of(Card(title=TITLE, excerpt=f"{TITLE} {text(1)}")) == set()
