"""Word by word, what two texts have in common."""

from hypothesis import given
from hypothesis import strategies as st

from archiver.differences import differences

TEXTS = st.text(alphabet="ab ,.\n第二回の", max_size=40)


def test_words_are_compared_and_not_letters():
    assert differences("The mayor denies the fire", "The mayor admits the fire") == [
        ("same", "The mayor "),
        ("old", "denies"),
        ("new", "admits"),
        ("same", " the fire"),
    ]


def test_a_script_without_spaces_is_compared_by_characters():
    assert differences("第二回公演の記録", "第三回公演の記録") == [
        ("same", "第"),
        ("old", "二"),
        ("new", "三"),
        ("same", "回公演の記録"),
    ]


def test_a_space_between_two_differences_is_part_of_them():
    assert differences("one two three", "one four five six") == [
        ("same", "one "),
        ("old", "two three"),
        ("new", "four five six"),
    ]


def test_texts_of_very_many_words_are_one_difference():
    old, new = " ".join(f"a{n}" for n in range(9000)), " ".join(f"b{n}" for n in range(9000))
    assert [piece.kind for piece in differences(f"the {old} end", f"the {new} end")] == [
        "same",
        "old",
        "new",
        "same",
    ]


@given(TEXTS, TEXTS)
def test_the_pieces_are_both_texts(old, new):
    pieces = differences(old, new)
    assert "".join(text for kind, text in pieces if kind != "new") == old
    assert "".join(text for kind, text in pieces if kind != "old") == new
