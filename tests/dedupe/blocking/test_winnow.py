import random

import pytest

from archiver.dedupe.blocking.winnow import candidate_pairs, fingerprints

WORDS = ["".join(random.Random(i).choices("abcdefghijklmnopqrst", k=6)) for i in range(3000)]


def text(seed, words=40):
    return "".join(random.Random(seed).choices(WORDS, k=words))


def paired(keys):
    keys = sorted(keys)
    return {(keys[a], keys[b]) for a, b in candidate_pairs(keys).pairs.tolist()}


@pytest.mark.parametrize(
    "change",
    [lambda t: t[:60], lambda t: t[100:], lambda t: "title" + t[:150], lambda t: t[:90] + "zzzz" + t[95:]],
)
def test_variants_of_a_text_are_candidates(change):
    ours = [text(i) for i in range(200)]
    for original in ours[:20]:
        assert tuple(sorted((original, change(original)))) in paired([*ours, change(original)])


def test_chinese_texts_share_shorter_grams():
    base = "這條河在村子的東邊轉了一個大彎河岸上長滿了蘆葦每年秋天候鳥會在這裡停留"
    assert paired([base, "新的開頭" + base[8:34]])


def test_unrelated_texts_are_no_candidates():
    assert len(candidate_pairs(sorted(text(i) for i in range(500))).pairs) < 50


def test_a_shared_paragraph_gives_pairs_in_proportion():
    shared = text(1)
    sizes = [len(candidate_pairs(sorted(shared + text(i + 9) for i in range(n))).pairs) for n in (300, 600)]
    assert sizes[1] < 2.2 * sizes[0]


def test_the_largest_block_is_told():
    shared = text(1)
    assert candidate_pairs(sorted(shared + text(i + 9) for i in range(50))).largest == 50


def test_fingerprints_do_not_depend_on_what_stands_beside():
    def own(keys, key):
        prints = fingerprints(keys)
        return set(prints.hashes[prints.texts == keys.index(key)].tolist())

    one = text(1)
    assert own([one], one) == own([text(2), one, text(3)], one) != set()


@pytest.mark.parametrize("keys", [[], ["a"], ["", "a", "b"], ["短"], ["\ud800x" * 20, "a" * 30]])
def test_short_and_odd_keys_do_no_harm(keys):
    assert len(candidate_pairs(keys).pairs) <= 3


@pytest.mark.parametrize("front", ["title", "3comments", "byadalovelace", text(4242, 3)])
def test_something_in_front_keeps_no_text_from_its_like_in_a_large_block(front):
    """A hundred posts open with one long preamble; half of them are shown with something in front as well."""
    ours = [text(1, 20) + text(n, 5) for n in range(10, 110)]
    found = paired([*ours, *(front + own for own in ours[::2])])
    assert all(tuple(sorted((own, front + own))) in found for own in ours[::2])


@pytest.mark.parametrize("form", ["harbour{}", "{}pdf", "{}byadalovelace", "theharbourthisweek{}"])
def test_a_title_with_something_in_front_or_behind_is_a_candidate(form):
    ours = [text(n, 6) for n in range(200)]
    for own in ours[:20]:
        assert tuple(sorted((own, form.format(own)))) in paired([*ours, form.format(own)])


def test_many_titles_with_one_front_are_candidates_of_themselves_without_it():
    ours = [text(n, 5) for n in range(100)]
    found = paired([*ours, *("theharbourthisweek" + own for own in ours)])
    assert all(tuple(sorted((own, "theharbourthisweek" + own))) in found for own in ours)
