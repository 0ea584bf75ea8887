import random

from archiver.dedupe import label_texts
from archiver.dedupe.keys.boilerplate import without_boilerplate
from archiver.dedupe.keys.normalize import text_keys

LETTERS = "bcdfghjklmnprstvz"


def text(seed, words=20):
    draw = random.Random(seed)
    return "".join("".join(draw.choices(LETTERS, k=draw.randint(3, 8))) for _ in range(words))


def test_a_banner_before_many_texts_is_cut():
    keys = ["imagenotfound" + text(i) for i in range(12)] + [text(99)]
    assert without_boilerplate(keys) == {key: key.removeprefix("imagenotfound") for key in keys[:-1]}


def test_share_words_behind_many_texts_are_cut():
    keys = [text(i) + "sharetweetpin" for i in range(12)]
    assert without_boilerplate(keys) == {key: key.removesuffix("sharetweetpin") for key in keys}


def test_a_count_behind_share_words_is_cut_with_them():
    keys = [f"{text(i)}sharetweetpin{i % 5}" for i in range(12)]
    assert set(without_boilerplate(keys).values()) == {text(i) for i in range(12)}
    assert without_boilerplate([f"{text(i)}part{i % 5}" for i in range(12)]) == {}


def test_an_ending_of_words_is_none_of_the_sites():
    assert without_boilerplate([f"{text(i)}ción{i % 5}" for i in range(12)]) == {}
    assert without_boilerplate([f"{text(i)}ение" for i in range(12)]) == {}


def test_an_opening_of_few_posts_stays():
    assert without_boilerplate(["imagenotfound" + text(i) for i in range(6)]) == {}


def test_an_opening_of_few_posts_that_are_also_cut_behind_it_stays():
    keys = ["imagenotfound" + text(i) for i in range(6)]
    assert without_boilerplate([*keys, *(key[:20] for key in keys)]) == {}


def test_variants_of_one_post_share_no_boilerplate():
    assert without_boilerplate([text(1, 40)[: 60 + 9 * i] for i in range(15)]) == {}
    assert without_boilerplate([f"{text(1)}{i}comments" for i in range(15)]) == {}


def test_a_number_is_never_cut():
    keys = [f"newsinissue7of{text(i)}" for i in range(12)]
    assert set(without_boilerplate(keys).values()) == {key.removeprefix("newsinissue") for key in keys}


def test_a_word_between_numbers_and_texts_is_not_cut_where_one_number_is_frequent():
    keys = [f"{text(i)}{i % 3}4views" for i in range(40)] + [f"{text(i)}3views" for i in range(5)]
    assert without_boilerplate(keys) == {}


def test_the_shortest_part_is_cut_so_that_the_number_of_a_part_stays():
    keys = [f"thisispart{part}ofthe{text(i)}" for part in ("i", "v", "x") for i in range(12)]
    assert all(left[0] in "ivx" for left in without_boilerplate(keys).values())


def test_a_text_that_is_nothing_but_boilerplate_has_nothing_left():
    keys = ["imagenotfound" + text(i) for i in range(12)] + ["imagenotfound"]
    assert without_boilerplate(keys)["imagenotfound"] == ""
    said = ["Image not found"] + [f"Image not found {text(i)}" for i in range(12)]
    assert len(set(label_texts(said))) == 13


def test_order_does_not_matter():
    keys = ["imagenotfound" + text(i) for i in range(12)] + [text(i) + "readmorehere" for i in range(20, 40)]
    assert without_boilerplate(keys) == without_boilerplate(keys[::-1])


def test_a_banner_does_not_join_posts_nor_part_them():
    banner = "The paper of the river towns, every Monday and Friday since we began. "
    posts = [" ".join(text(i + 50, 1) for i in range(k, k + 30)) for k in range(0, 600, 30)]
    shown = [banner + p for p in posts] + [banner + p[:90] + "…" for p in posts] + posts
    labels = label_texts(shown)
    assert labels == [labels[i % 20] for i in range(60)]
    assert len(set(labels)) == 20
    assert text_keys([banner]) != [""]
