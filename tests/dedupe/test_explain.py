"""Manual overrides, explanations of decisions, and the queue of decisions to review."""

import pytest

from archiver.dedupe import Ground, Override, Rules, dedupe, dedupe_with_review, explain, explain_post
from archiver.models import Card
from tests.dedupe.pages import archive, text


def signals(found):
    """The labels of the signals of a comparison or an explanation."""
    return [w.signal for w in found.match_weights]


def say(left, right, same):
    return Override(left=left.key, right=right.key, same=same)


def groups(posts):
    return {frozenset(p.cards) for p in posts}


ONE, TWO, THREE = (Card(excerpt=text(i)) for i in (1, 2, 3))
CUT = Card(excerpt=text(1)[:99] + "…")


def test_a_person_joins_what_stood_on_one_capture():
    (post,) = dedupe(*archive([ONE, TWO]), overrides=[say(ONE, TWO, True)])
    assert [(m.score, signals(m)) for m in post.comparisons] == [(100, ["manual-override"])]


def test_a_person_parts_what_is_alike():
    assert len(dedupe(*archive([ONE], [CUT]))) == 1
    assert len(dedupe(*archive([ONE], [CUT]), overrides=[say(CUT, ONE, False)])) == 2


def test_what_a_person_parts_stays_apart_through_others():
    other = Card(excerpt=text(1), date="2024-03-05")
    posts = dedupe(*archive([ONE], [other], [CUT]), overrides=[say(ONE, CUT, False)])
    assert {ONE.key} in groups(posts) or {CUT.key} in groups(posts)
    assert all(not {ONE.key, CUT.key} <= g for g in groups(posts))


@pytest.mark.parametrize("turn", [1, -1])
def test_where_overrides_contradict_each_other_the_split_wins(turn):
    said = [say(ONE, TWO, True), say(TWO, THREE, True), say(ONE, THREE, False), say(ONE, TWO, True)][::turn]
    found = groups(dedupe(*archive([ONE], [TWO], [THREE]), overrides=said))
    assert not any({ONE.key, THREE.key} <= g for g in found)
    assert len(found) == 2
    both = [say(ONE, TWO, True), say(TWO, ONE, False)][::turn]
    assert len(dedupe(*archive([ONE], [TWO]), overrides=both)) == 2


def test_an_override_of_a_card_that_was_never_seen_means_nothing():
    assert len(dedupe(*archive([ONE]), overrides=[say(ONE, TWO, True), say(ONE, ONE, False)])) == 1


def test_joined_clusters_that_had_foes_can_be_joined_further():
    series = [Card(excerpt=f"part {i} {text(1)}") for i in (1, 2, 3)]
    said = [say(series[0], series[1], True), say(series[1], series[2], True)]
    assert len(dedupe(*archive(series), overrides=said)) == 1


def test_two_cards_of_one_post_are_explained():
    said = explain(*archive([ONE], [CUT]), CUT.key, ONE.key)
    assert said.same
    assert said.left < said.right
    assert signals(said) == ["text-cut"]
    assert said.ground is Ground.SCORE
    assert said.score > said.threshold
    assert [(m.left, m.right) for m in said.path] == [(said.left, said.right)]
    assert (said.nearest.signal, said.nearest.present) == ("text-cut", True)


def test_two_cards_that_stood_together_are_explained():
    left, right = Card(excerpt=f"part 1 {text(1)}"), Card(excerpt=f"part 2 {text(1)}")
    said = explain(*archive([left, right]), left.key, right.key)
    assert not said.same
    assert {"number", "same-capture"} <= set(signals(said))
    assert (said.ground, said.nearest.signal) == (Ground.CONTRADICTION, "manual-override")


def test_the_nearest_change_may_be_something_that_is_missing():
    left, right = Card(excerpt=text(1)), Card(excerpt=text(2), url="https://a.example/x")
    said = explain(*archive([left], [right]), left.key, right.key)
    assert not said.nearest.present
    shown = Card(title="The old crane of the harbour", excerpt=text(1), date="2024-03-05")
    again = Card(title="The old crane of the harbour", excerpt=text(2))
    said = explain(*archive([shown], [again]), shown.key, again.key)
    assert (said.same, said.nearest.signal) == (False, "same-neighbours")


def test_an_override_is_named():
    said = explain(*archive([ONE, TWO]), ONE.key, TWO.key, overrides=[say(ONE, TWO, True)])
    assert (said.same, said.override) == (True, True)
    assert said.ground is Ground.OVERRIDE
    assert signals(said.path[0]) == ["manual-override"]


def test_an_override_that_parts_two_cards_is_what_decides():
    said = explain(*archive([ONE], [CUT]), ONE.key, CUT.key, overrides=[say(ONE, CUT, False)])
    assert (said.same, said.override, said.ground) == (False, False, Ground.OVERRIDE)
    assert said.held_apart_by is None


def refused(left, others, *pages, **options):
    """The explanation of the one card of two that `left` is not one post with, though it is like both."""
    found = [explain(*archive(*pages), left.key, other.key, **options) for other in others]
    (one,) = [said for said in found if not said.same]
    assert one.score > one.threshold
    return one


def test_an_override_of_other_cards_of_the_two_posts_is_named():
    shorter = Card(excerpt=text(1)[:70] + "…")
    overrides = [say(ONE, shorter, False)]
    said = refused(CUT, (ONE, shorter), [ONE], [CUT], [shorter], overrides=overrides)
    assert said.ground is Ground.OTHER_OVERRIDE
    assert {said.held_apart_by.left, said.held_apart_by.right} == {ONE.key, shorter.key}
    assert signals(said.held_apart_by) == ["manual-override"]
    assert said.nearest.signal == "manual-override"


def test_a_cannot_link_between_two_posts_is_named():
    """A cut goes with one of two posts of one opening that stood on one page, and not with the other."""
    opening = text(1, 30)
    one, two = (Card(excerpt=f"{opening} {text(n, 30)}") for n in (2, 3))
    said = refused(cut := Card(excerpt=opening[:120] + "…"), (one, two), [one, two], [cut])
    assert said.ground is Ground.CANNOT_LINK
    assert {said.held_apart_by.left, said.held_apart_by.right} == {one.key, two.key}
    assert "same-capture" in signals(said.held_apart_by)


def test_unlike_fullest_texts_of_two_posts_are_named():
    """No single signal says that the two are not one post: they have some words of an opening in common."""
    opening = text(1)[:30]
    one, two = (Card(excerpt=opening + text(n)[:64]) for n in (2, 3))
    said = refused(cut := Card(excerpt=opening), (one, two), [one], [two], [cut])
    assert said.ground is Ground.UNLIKE_TEXTS
    assert {said.held_apart_by.left, said.held_apart_by.right} == {one.key, two.key}


def test_unlike_fullest_texts_may_be_those_of_the_two_cards_themselves():
    """They stood in one place, one after the other, with a card between them that is like both."""
    above, below = Card(title="Above all", excerpt=text(8)), Card(title="Below it", excerpt=text(9))
    title = "The old crane of the harbour"
    shown = (
        Card(excerpt=text(1), date="2024-03-05"),
        Card(title=title),
        Card(excerpt=f"{title} {text(2)}", date="2024-03-07"),
    )
    pages = archive(*([above, card, below] for card in shown))
    said = explain(*pages, shown[0].key, shown[2].key, rules=Rules(threshold=1))
    assert 1 < said.score < Rules().apart
    assert (said.same, said.ground, said.held_apart_by) == (False, Ground.UNLIKE_TEXTS, None)


def test_a_pair_that_was_not_compared_is_not_said_to_be_held_apart():
    left = Card(title="Only a title", date="2024-03-05", author="Ada")
    right = Card(excerpt=text(1), date="2024-03-05", author="Ada")
    said = explain(*archive([left], [right]), left.key, right.key)
    assert said.score > said.threshold
    assert (said.same, said.ground, said.held_apart_by) == (False, Ground.NOT_COMPARED, None)


def test_a_contradicted_pair_decides_by_itself_at_any_threshold():
    left, right = Card(excerpt=f"part 1 {text(1)}"), Card(excerpt=f"part 2 {text(1)}")
    said = explain(*archive([left], [right]), left.key, right.key, rules=Rules(threshold=0))
    assert said.score > said.threshold
    assert (said.same, said.ground, said.held_apart_by) == (False, Ground.CONTRADICTION, None)


def test_cards_that_hang_together_through_others_say_so():
    title = "The old crane of the harbour"
    left, middle = Card(title=title), Card(title=title, excerpt=text(1))
    said = explain(*archive([left], [middle], [CUT]), left.key, CUT.key)
    assert said.score < said.threshold
    assert (said.same, said.ground) == (True, Ground.OTHER_CARDS)
    links = [{left.key, middle.key}, {middle.key, CUT.key}]
    assert [{m.left, m.right} for m in said.path] in (links, links[::-1])
    assert said.nearest.signal == "manual-override"


def test_a_post_is_explained_by_its_tree_and_weakest_link():
    odd = Card(excerpt=text(1).replace(text(1).split()[20], "crane", 1))
    said = explain_post(*archive([ONE], [CUT], [odd]), CUT.key)
    assert set(said.cards) == {ONE.key, CUT.key, odd.key}
    assert said.post == said.cards[0] == ONE.key
    assert len(said.tree) == 2
    assert said.weakest == said.tree[-1]
    assert said.weakest.score == min(m.score for m in said.tree)
    assert 0 < len(said.part) < 3
    alone = explain_post(*archive([TWO]), TWO.key)
    assert (alone.weakest, alone.tree, alone.part) == (None, (), ())


def test_an_unknown_card_is_an_error():
    with pytest.raises(KeyError):
        explain(*archive([ONE]), ONE.key, TWO.key)


def test_the_review_queue_comes_with_the_same_posts():
    pages = [Card(excerpt=text(1)[:60])], [Card(excerpt=text(1)[:24])], [Card(excerpt=f"part 1 {text(4)}")]
    cards, sightings = archive(*pages, [Card(excerpt=f"part 2 {text(4)}")])
    found = dedupe_with_review(cards, sightings)
    assert found.posts == dedupe(cards, sightings)
    refused = [d for d in found.review_queue if not d.comparison.same]
    assert {len(d.posts) for d in refused} == {2}
    assert any("number" in signals(d.comparison) for d in refused)
    assert dedupe_with_review(cards, sightings, most=0).review_queue == ()


def test_a_weak_merge_is_uncertain_and_an_override_is_not():
    left = Card(title="The old crane of the harbour", excerpt=text(1), date="2024-03-05")
    right = Card(
        title="The old crane of the harbour", excerpt=text(2), date="2024-03-05", url="https://a.example/x"
    )
    weak = [Card(excerpt=text(1)[:30])], [Card(excerpt=text(1))]
    assert [d.comparison.same for d in dedupe_with_review(*archive(*weak)).review_queue] == [True]
    assert (
        dedupe_with_review(*archive([left], [right]), overrides=[say(left, right, False)]).review_queue == ()
    )
