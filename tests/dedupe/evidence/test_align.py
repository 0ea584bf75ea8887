import pytest
from rapidfuzz.distance import Prefix

from archiver.dedupe.evidence.align import align, changes, numbers_part

BODY = "theoldharbourcranewasliftedoffitsrailsandcarriedacrossthebayonabarge"


@pytest.mark.parametrize(
    ("left", "right", "parts"),
    [
        (f"build12.{BODY}", f"build13.{BODY}", True),
        (f"v1.5.0{BODY}", f"v1.5.3{BODY}", True),
        (f"on2024.03.05\x1f12posts{BODY}", f"on2024.03.06\x1f9posts{BODY}", True),
        (f"build12.{BODY[:5]}7{BODY}", f"build13.{BODY[:5]}8{BODY}", True),  # other numbers are set aside
        (f"build12{BODY}", f"build12{BODY}more", False),
        (f"{BODY}12", f"{BODY}13", False),  # nothing behind it: it may be a cut
        (f"12apples{BODY}", f"15storms{BODY}", False),  # more than the number differs
        (f"build12{BODY}", f"built{BODY}", False),
    ],
)
def test_a_number_between_agreements_parts_two_texts(left, right, parts):
    begins = Prefix.similarity(left, right)
    assert numbers_part(left, right, begins) == numbers_part(right, left, begins) == parts
    if parts:
        assert align(left, right).numbers is not None


def test_numbers_at_the_end_differ_unless_one_goes_on():
    assert align(f"{BODY}64", f"{BODY}65").numbers is not None
    assert align(f"{BODY}6", f"{BODY}65").numbers is not None
    assert align(f"{BODY}6", f"{BODY}65more").numbers is None


@pytest.mark.parametrize(
    ("one", "two", "parts"),
    [
        ("part2wehadnotitle2", "4", True),
        ("part2wehadnotitle2", "2", False),
        ("2024.05.17", "4", False),
        ("2024.05.17", "5.30.1", False),
        ("17.05.2024", "5.30.1", False),
        ("may17\x1f2024", "4", False),
    ],
)
def test_a_number_that_stands_beside_a_text_in_front_of_it_parts_two_texts(one, two, parts):
    assert (align(one + BODY, two + BODY).numbers is not None) == parts


OTHER = "onlythekeeperofthelocksawit", "whathappenedthatnightnobodyknows"


@pytest.mark.parametrize(
    ("one", "two", "parts"),
    [
        (f"7{OTHER[0]}", f"8{OTHER[1]}", True),
        (f"{OTHER[0]}7", f"{OTHER[1]}8", True),
        (f"{OTHER[0]}7{OTHER[0]}", f"{OTHER[1]}8{OTHER[1]}", False),
    ],
)
def test_numbers_with_other_words_all_round_stand_in_no_one_place(one, two, parts):
    for front in ("", BODY[::-1]):
        assert (align(front + one + BODY, front + two + BODY).numbers is not None) == parts


def test_a_note_with_a_date_beside_another_date_parts_no_texts():
    old, new = "2026.02.05thequotawascut", "2026.02.08theywidenedit"
    assert align(BODY + old + BODY[::-1], BODY + new + old + BODY[::-1]).numbers is None
    assert align(BODY + old + BODY[::-1], BODY + old + new + BODY[::-1]).numbers is None
    assert align(BODY + old + BODY[::-1], BODY + "2026.02.08thequotawascut" + BODY[::-1]).numbers is not None


def test_a_title_in_front_costs_less_than_sentences():
    costs = [align(BODY, "q" * n + BODY).cost for n in (10, 40, 200)]
    assert costs[0] == costs[1] == 0.5
    assert costs[2] > 1


def test_a_title_quoted_far_behind_the_text_does_not_lead_astray():
    title, rest = (
        "theoldharbourcraneofthesouthernquay",
        "".join(f"line{n}ofthestorygoeson" for n in range(200)),
    )
    opening = "itwasliftedoffitsrailsandcarriedacrossthebayonabargebeforedawnbrokewatchedbyacrowd"
    found = align(title + opening[:70], opening + rest + title)
    assert found.parted == 0
    assert found.matched > 25


@pytest.mark.parametrize(
    ("one", "two", "parts"),
    [
        ("v2.0beta", "v2.0alpha", True),
        ("at10am", "at10pm", True),
        ("5kg", "5g", True),
        ("$50", "€50", True),
        ("\u22123degrees", "3degrees", True),
        ("c\uff0b\uff0b", "c\uff03", True),
        ("第3回", "第3期", True),
        ("第十章", "第十三章", True),
        ("with5members", "with5neighbours", False),
        ("第0.1.0版的", "第0.1.0的", False),
        ("2年前我寫下了2023", "2年前我寫下這篇2023", False),
        ("grey", "gray", False),
    ],
)
def test_what_a_number_or_a_word_is_written_with_parts_two_texts(one, two, parts):
    left, right = (f"{BODY}{word}{BODY[::-1]}" for word in (one, two))
    assert (align(left, right).numbers is not None) == (align(right, left).numbers is not None) == parts


def test_what_differs_in_many_places_has_no_changes_of_a_form():
    words = [f"word{letter * 9}" for letter in "abcdefghijklmno"]
    left = "".join(words)
    edited = ["another" if n % 3 == 1 and n < 9 else word for n, word in enumerate(words)]
    assert changes(left, "".join(edited)) != set()
    many = ["another" if n % 2 else word for n, word in enumerate(words)]
    assert changes(left, "".join(many)) == set()


def test_changes_are_the_same_from_either_side():
    left, right = "part1\uff0b", "這條河在村子的東邊轉了一個大彎part1oftheseries"
    assert changes(left, right) == {
        change._replace(left=change.right, right=change.left) for change in changes(right, left)
    }
