from datetime import UTC, datetime, timedelta

from archiver.dedupe import dedupe
from archiver.models import Card, Sighting

START = datetime(2024, 3, 1, tzinfo=UTC)
TEXT = "The old harbour crane was lifted off its rails and carried across the bay on a barge"
EDIT = TEXT.replace("the bay", "the wide bay")
ABOVE, BELOW = "A walk along the quay at dawn", "Bread from the oven of the lock keeper"


def posts_of(*pages, dates=None):
    """The excerpts of each post. A page is the excerpts that a capture shows, a day after the one before."""
    cards, sightings = {}, []
    for n, page in enumerate(pages):
        for position, excerpt in enumerate(page, 1):
            card = Card(excerpt=excerpt, date=dates and dates[n])
            cards[card.key] = card
            sightings.append(Sighting(str(n), START + timedelta(days=n), position, card.key))
    return sorted(sorted({cards[c].excerpt or "" for c in post.cards}) for post in dedupe(cards, sightings))


def together(posts, *excerpts):
    return any(set(excerpts) <= set(post) for post in posts)


def between(*excerpts):
    return [(ABOVE, excerpt, BELOW) for excerpt in excerpts]


def test_what_grows_in_one_place_is_a_count():
    seen = [f"{TEXT} {n} views" for n in (12, 15, 999, 1203)]
    assert together(posts_of(*between(*seen)), *seen)


def test_counts_with_marks_of_thousands_and_several_counts():
    seen = [f"{TEXT} {views} views {comments} comments" for views, comments in (("998", 3), ("1,203", 5))]
    assert together(posts_of(*between(*seen)), *seen)


def test_one_place_is_enough_for_all_that_grew():
    seen = [f"{TEXT} {n} views" for n in (12, 15, 19)]
    pages = [*between(*seen[:2]), ("Another post has come and gone above", seen[2], "And one more below it")]
    assert together(posts_of(*pages), *seen)


def test_one_date_is_as_good_as_a_place():
    seen = [f"{TEXT} {n} views" for n in (12, 15)]
    pages = [(seen[0], BELOW), (ABOVE, seen[1])]
    assert not together(posts_of(*pages), *seen)
    assert together(posts_of(*pages, dates=("2024-02-27", "2024-02-27")), *seen)
    assert not together(posts_of(*pages, dates=("2024-02-20", "2024-02-27")), *seen)


def test_an_edit_beside_a_count_is_an_edit():
    seen = [f"{TEXT} {n} views" for n in (12, 15)]
    assert together(posts_of(*between(*seen), (f"{EDIT} 23 views", ABOVE)), f"{EDIT} 23 views", *seen)


def test_what_falls_is_no_count():
    seen = [f"{TEXT} {n} views" for n in (15, 12, 19)]
    pages = [(seen[0], BELOW), (ABOVE, seen[1]), (ABOVE, seen[2], BELOW)]
    assert not together(posts_of(*pages, dates=["2024-02-27"] * 3), *seen)
    assert together(posts_of(*pages[::2], dates=["2024-02-27"] * 2), *seen[::2])


def test_versions_do_not_count():
    seen = [f"{TEXT} version 2.{n}" for n in (1, 2, 3)]
    pages = [(seen[0], BELOW), (ABOVE, seen[1]), (ABOVE, seen[2], BELOW)]
    posts = posts_of(*pages, dates=["2024-02-27"] * 3)
    assert not any(together(posts, x, y) for x in seen for y in seen if x != y)


def test_a_series_that_grows_under_its_own_dates_does_not_count():
    seen = [f"{TEXT} part {n}" for n in (1, 2, 3)]
    posts = posts_of(*between(*seen), dates=("2024-02-01", "2024-02-08", "2024-02-15"))
    assert not any(together(posts, x, y) for x in seen for y in seen if x != y)


def test_what_stood_beside_itself_does_not_count():
    seen = [f"{TEXT} {n} views" for n in (12, 15, 19)]
    pages = [(ABOVE, seen[0], BELOW), (ABOVE, seen[1], seen[2], BELOW)]
    assert not together(posts_of(*pages, dates=["2024-02-27"] * 2), *seen)


def test_two_posts_of_one_text_count_on_their_own():
    """Each is seen once with each count; only as a whole do they stand beside each other."""
    one, two = (
        [f"{TEXT} {n} views {tag}" for n in numbers]
        for tag, numbers in (("a", (12, 15, 19)), ("b", (40, 41, 47)))
    )
    pages = [(x, BELOW, y) for x, y in zip(one, two, strict=True)]
    posts = posts_of(*pages, dates=["2024-02-27"] * 3)
    assert together(posts, *one)
    assert together(posts, *two)
    assert not any(together(posts, x, y) for x in one for y in two)


def test_what_grows_on_its_way_down_the_list_is_a_count():
    seen = [f"{TEXT} {n} views" for n in (12, 15, 19)]
    others = [f"A walk along the {name} at dawn" for name in ("quay", "pier", "dyke", "moat", "lock")]
    pages = [(*others[n : 2 * n], views, others[-n - 1]) for n, views in enumerate(seen)]
    assert together(posts_of(*pages), *seen)
    weekly = [(f"{TEXT} {n} views", other) for n, other in zip((12, 15, 19), others, strict=False)]
    assert not together(posts_of(*weekly), *seen[:2])


def test_a_number_without_end_is_no_count():
    seen = [f"{TEXT} {'9' * 5000}{n} views" for n in (1, 2, 3)]
    posts = posts_of(*between(*seen), dates=["2024-02-27"] * 3)
    assert sorted(text for post in posts for text in post) == sorted([*seen, ABOVE, BELOW])
