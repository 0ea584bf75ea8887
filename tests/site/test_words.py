"""The index of words: what is found, in which files, and that those on the disk are no others."""

from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.site.words import WordIndex, chunks, words_of
from tests.site.made import built, post, words

TEXTS = st.lists(st.text(alphabet="aB ü台北\U00020000ﬁ-", max_size=12), max_size=12)


def test_words_have_no_accents_and_no_capitals():
    assert words_of(["Crème Brûlée, 2nd-ÉDITION ﬁn", "İstanbul"]) == {
        "creme",
        "brulee",
        "2nd",
        "edition",
        "fin",
        "istanbul",
    }


def test_scripts_without_spaces_are_pairs_of_characters():
    assert words_of(["台北的JavaScript入門"]) == {"台北", "北的", "的", "javascript", "入門", "門"}
    assert words_of(["ガイド"]) == {"ガイ", "イド", "ド"}
    assert words_of(["हिन्दी"]) == {"हिन्दी"}


@settings(max_examples=50)
@given(TEXTS, st.integers(1, 20))
def test_files_on_the_disk_change_nothing(texts, run):
    with WordIndex() as whole, WordIndex(run) as spilled:
        for n, text in enumerate(texts):
            whole.add(n, words_of([text]))
            spilled.add(n, words_of([text]))
        found = list(whole.entries())
        assert found == list(spilled.entries())
    assert dict(found) == {
        word: [n for n, text in enumerate(texts) if word in words_of([text])] for word in words_of(texts)
    }
    in_order = [word for word, _ in found]
    assert in_order == sorted(in_order, key=lambda word: word.encode("utf-16-be"))


def test_files_of_words_are_small_and_in_order():
    entries = [(f"w{n:05}", list(range(0, 3 * n, 3))[:50]) for n in range(3000)]
    found = list(chunks(entries))
    assert [word for chunk in found for word, _ in chunk] == [word for word, _ in entries]
    assert max(sum(len(word) + len(posts) for word, posts in chunk) for chunk in found) < 50_000
    assert len(found) > 5


def test_a_site_indexes_every_text_of_a_post_by_its_place():
    posts = [
        post(1, date="2026-01-01", title="The storm", excerpt="A gull", author="Ida", tags=["Wind"]),
        post(
            2,
            date="2026-02-01",
            title="Calm",
            excerpt="a storm",
            revisions=[{"title": "Former", "excerpt": ""}],
        ),
    ]
    found = words(built(posts))
    assert found["storm"] == [0, 1]
    assert (found["calm"], found["former"]) == ([0], [0])
    assert (found["gull"], found["ida"], found["wind"]) == ([1], [1], [1])
