import json

import pytest

from archiver.dedupe import Rules
from archiver.dedupe.evidence.align import align, units
from archiver.dedupe.evidence.compare import weigh
from archiver.dedupe.evidence.pair import Kinship, PairContext, Uncounted
from archiver.dedupe.evidence.signals import MatchWeight, Signal
from archiver.dedupe.evidence.weights import WEIGHTS
from archiver.dedupe.keys.card import CardKeys, card_keys
from archiver.dedupe.keys.normalize import text_keys
from archiver.models import Card
from tests.paths import FIXTURES

PAIRS = [json.loads(line) for line in (FIXTURES / "pairs" / "labelled.jsonl").read_text("utf-8").splitlines()]
TEXT = "the old harbour crane was lifted off its rails and carried across the bay on a barge"


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["why"])
def test_labelled_pairs_fall_on_the_right_side(pair):
    left, right = card_keys([Card(**pair["left"]), Card(**pair["right"])])
    verdict = weigh(left, right)
    assert (verdict.score >= Rules().threshold) == pair["same"], list(map(str, verdict.match_weights))
    assert weigh(right, left) == verdict


def face(**fields):
    return card_keys([Card(**fields)])[0]


def test_two_cards_on_one_capture_are_two_posts():
    left, right = face(excerpt=TEXT), face(excerpt=TEXT.replace("barge", "ship"))
    assert weigh(left, right).score > 50
    apart = weigh(left, right, PairContext(same_capture=True))
    assert apart.score < 10
    assert apart.contradicted


def test_a_featured_card_repeated_on_its_page_is_one_post():
    left, right = (
        face(excerpt=TEXT, title="The crane leaves"),
        face(excerpt=TEXT[:60], title="The crane leaves"),
    )
    assert weigh(left, right, PairContext(same_capture=True)).score > 50


def test_a_repeated_text_under_another_date_on_one_page_is_another_post():
    left, right = face(excerpt=TEXT, date="2024-03-05"), face(excerpt=TEXT, date="2024-03-06")
    assert weigh(left, right, PairContext(same_capture=True)).score < 10


def test_one_url_on_one_capture_is_one_post_unless_many_share_it():
    left = face(title="Crane", excerpt=TEXT, url="https://a.example/crane")
    right = face(
        excerpt="the crane leaves for the winter, restored", url="https://a.example/crane/", title="Crane"
    )
    assert weigh(left, right, PairContext(same_capture=True)).score > 50
    assert weigh(left, right, PairContext(same_capture=True, url_posts=9)).score < 10


def test_a_shared_url_or_title_weighs_less():
    left = face(title="Open thread", url="https://a.example/x", date="2024-03-05")
    odds = [
        weigh(left, left, PairContext(title_posts=t, url_posts=u)).odds
        for t, u in ((1, 1), (3, 1), (3, 2), (3, 9))
    ]
    assert odds == sorted(odds, reverse=True)
    assert len(set(odds)) == 4


def test_siblings_make_an_edit_less_certain():
    left, right = face(excerpt=TEXT), face(excerpt=TEXT.replace("barge", "ship"))
    assert weigh(left, right, PairContext(siblings=Kinship.NEAR)).odds < weigh(left, right).odds


def test_a_text_under_many_dates_stands_for_many_posts():
    left, same, other = (face(excerpt=TEXT, date=d) for d in ("2024-03-05", "2024-03-05", "2024-04-02"))
    assert weigh(left, other).score > 50
    shared = PairContext(text_posts=3)
    assert weigh(left, other, shared).score < 10
    assert weigh(left, same, shared).score > 80


def test_dates_weigh_more_the_farther_they_are_apart():
    cards = [face(excerpt=TEXT, date=d) for d in ("2024-03-05", "2024-03-06", "2024-03-09", "2024-06-09")]
    odds = [weigh(cards[0], card).odds for card in cards]
    assert odds == sorted(odds, reverse=True)
    assert len(set(odds)) == 4


def test_a_number_that_changes_in_its_place_is_a_counter():
    left, right = face(excerpt=TEXT + ", 12 views"), face(excerpt=TEXT + ", 31 views")
    assert weigh(left, right).score < 10
    assert weigh(left, right, PairContext(same_neighbours=True)).score > 80
    assert weigh(left, right, PairContext(same_neighbours=True, counterpart=True)).score < 10


def test_a_count_grows_under_one_date():
    grown = PairContext(uncounted=Uncounted("crane", "crane", differ=True, grew=True))
    left, right, other = (face(excerpt="crane", date=d) for d in ("2024-03-05", "2024-03-06", "2024-03-12"))
    assert Signal.COUNTER in [w.signal for w in weigh(left, right, grown).match_weights]
    assert Signal.COUNTER not in [w.signal for w in weigh(left, other, grown).match_weights]


def test_a_card_that_took_anothers_place_is_likelier_the_same():
    left, right = (
        face(excerpt=TEXT, date="2024-03-05"),
        face(excerpt="something quite new", date="2024-03-05"),
    )
    assert weigh(left, right, PairContext(same_neighbours=True)).odds > weigh(left, right).odds


def test_signals_say_what_they_rest_on():
    weights = weigh(face(excerpt="part 1 " + TEXT), face(excerpt="part 2 " + TEXT)).match_weights
    number = next(w for w in weights if w.signal is Signal.NUMBER)
    assert number == MatchWeight(Signal.NUMBER, WEIGHTS.number, "1 against 2")
    assert str(number) == "number (1 against 2): -9.0"


def test_one_word_changed_in_title_and_text_says_two_posts():
    word = "The harbour bridge stays {} for carts this winter, as the council decided on Monday night"
    left, right = (face(title=f"The bridge is {w}", excerpt=word.format(w)) for w in ("closed", "open"))
    verdict = weigh(left, right)
    assert verdict.contradicted
    assert verdict.score < 50
    assert weigh(left, right._replace(title=left.title)).score > 50


def test_a_letter_changed_in_title_and_text_alike_says_two_posts():
    word = "The jersey of the rowing club in size {} is back in the shop, and will be there until Easter"
    left, right = (face(title=f"Jersey {w}", excerpt=word.format(w)) for w in ("M", "L"))
    assert weigh(left, right).contradicted


def test_no_field_no_verdict():
    assert weigh(CardKeys(), CardKeys()).score == 50


@pytest.mark.parametrize(
    ("left", "right", "cost", "parted"),
    [
        (TEXT, TEXT[:40], 0, 0),
        (TEXT, "a title " + TEXT, 0.5, 0),
        (TEXT, TEXT + " and more and more", 0, 0),
    ],
)
def test_cuts_and_fronts_cost_little(left, right, cost, parted):
    found = align(*text_keys([left, right]))
    assert (found.cost, found.parted, found.numbers) == (cost, parted, None)


def test_an_inserted_block_costs_one_edit_however_long():
    (key,) = text_keys([TEXT])
    found = [align(key, key[:30] + "q" * n + key[30:]).cost for n in (5, 50, 300)]
    assert found == [1.0, 1.0, 1.0]


def test_unrelated_texts_have_no_alignment():
    assert align("abcdefghijklmnop", "qrstuvwxyz0123456").matched == 0


def test_a_character_of_chinese_is_a_word():
    assert units("河岸") == 2
    assert units("river") == 2


def test_an_article_whose_numbers_were_edited_stays_one_under_its_title_and_address():
    body = "we set up one machine of 3 in the cloud and count what it costs by the hour of the day"
    edited = f"{body.replace('3', '12')} and since it is cheap we add another one to it in the evening"
    left, right = (
        face(title="The cost of a small machine", url="https://a.example/cost", excerpt=text)
        for text in (f"{body} but then we wait until the winter sale begins in the shops", edited)
    )
    assert weigh(left, right).score > Rules().threshold
    assert weigh(left, right, PairContext(url_posts=2)).score < Rules().apart
    assert weigh(left._replace(url=""), right).score < Rules().apart
    assert weigh(left._replace(title=""), right).score < Rules().apart


def test_a_title_that_one_theme_prints_in_front_of_the_text_is_no_difference():
    apart = face(title="The crane of the old harbour", excerpt=TEXT)
    joined = face(excerpt="The crane of the old harbour " + TEXT[:60])
    assert weigh(apart, joined).match_weights[0].signal is Signal.TEXT_CUT
    assert weigh(apart, joined) == weigh(joined, apart)


def test_a_title_quoted_at_the_end_of_a_cut_is_no_difference():
    title = "The crane of the old harbour"
    quoting = face(title=title, excerpt=f"{TEXT[:60]} “{title}” read on")
    assert weigh(quoting, face(excerpt=TEXT)).whole
    assert weigh(face(title=TEXT, excerpt=TEXT), face(excerpt=TEXT)).whole
