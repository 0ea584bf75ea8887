from archiver.dedupe import label_texts
from archiver.dedupe.evidence.align import replaced
from archiver.dedupe.evidence.templates import filled_differently

NAMES = ("kingfisher", "lamplighter", "voyage", "thunder", "orchard")
FORM = "we mourn for {} who kept the harbour clean for as long as anyone on the quay can remember it"
OTHER = "the crane was lifted off its rails and carried across the bay on a barge before dawn broke, "
OTHER += "watched by a crowd that had gathered on the quay since midnight with lamps and flasks of tea"


def keys(*names):
    return [FORM.format(name).replace(" ", "") for name in names]


def pairs(n):
    return [(a, b) for a in range(n) for b in range(a + 1, n)]


def test_what_stands_in_the_place_of_another_word():
    left, right = keys("kingfisher", "voyage")
    ((at, there, change),) = replaced(left, right)
    assert left[at:].startswith(change.left)
    assert right[there:].startswith(change.right)
    assert [(b, a, (c.right, c.left)) for a, b, c in replaced(left, right)] == replaced(right, left)


def test_slips_and_sentences_fill_no_place():
    assert replaced(*keys("kingfisher", "kingfisjer")) == []
    assert replaced(*keys("kingfisher", "voyage" * 8)) == []


def test_three_words_in_one_place_make_a_template():
    assert filled_differently(keys(*NAMES[:3]), pairs(3)) == set(pairs(3))
    assert filled_differently(keys(*NAMES[:2]), pairs(2)) == set()
    assert filled_differently(keys("kingfisher", "voyage", "voyages"), pairs(3)) == set()


def test_order_does_not_matter():
    texts = keys(*NAMES)
    assert filled_differently(texts[::-1], pairs(5)) == set(pairs(5))


def test_an_edited_word_is_one_post_and_a_template_is_several():
    edited = [OTHER, OTHER.replace("barge", "steamer")]
    assert label_texts([*edited, *map(FORM.format, NAMES)]) == [0, 0, 1, 2, 3, 4, 5]
