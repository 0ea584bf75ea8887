from archiver.dedupe import Rules, dedupe, label_texts
from archiver.dedupe.evidence.weights import WEIGHTS
from archiver.models import Card, SignalWeight
from tests.dedupe.pages import archive, text


def posts_of(*pages, rules=Rules()):  # noqa: B008
    return dedupe(*archive(*pages), rules=rules)


def test_nothing_gives_nothing():
    assert dedupe({}, []) == ()


def test_a_card_never_seen_is_in_no_post():
    assert dedupe({Card(title="a").key: Card(title="a")}, []) == ()


def test_a_moving_window_of_cut_cards():
    pages = [
        [Card(excerpt=text(i)[: 90 + 20 * day] + "…") for i in range(day + 5, day, -1)] for day in range(4)
    ]
    posts = posts_of(*pages)
    assert sorted(p.sightings for p in posts) == [1, 1, 2, 2, 3, 3, 4, 4]
    assert [p.first_seen for p in posts] == sorted(p.first_seen for p in posts)


def test_a_series_on_one_page_stays_apart_though_its_texts_are_nearly_one():
    page = [Card(excerpt=f"{town} hires. " + text(1)) for town in ("Oslo", "Turin", "Quito")]
    assert len(posts_of(page)) == 3


def test_of_two_captures_of_one_time_the_lesser_url_comes_first_whatever_their_ids_are():
    whole, cut = Card(excerpt=text(1)), Card(excerpt=text(1)[:90] + "…")
    cards, (one, other) = archive([whole], [cut])
    for first, last in ((one, other), (other, one)):
        seen = [first._replace(url="https://a.example/1", captured_at=one.captured_at)]
        seen.append(last._replace(url="https://a.example/2", captured_at=one.captured_at))
        assert [post.id for post in dedupe(cards, seen)] == [first.card]


def test_standing_in_one_data_set_holds_nothing_apart_and_gives_no_place():
    page = [Card(excerpt=text(n)) for n in (1, 2, 3)]
    cut = Card(excerpt=text(2)[:90] + "…")
    cards, sightings = archive([*page, cut], [page[0], Card(excerpt=text(4)), page[2]])
    assert len(dedupe(cards, sightings)) == 5
    pieces = [s._replace(same_page=False) for s in sightings]
    posts = dedupe(cards, pieces)
    assert sorted((p.sightings, p.captures) for p in posts) == [(1, 1), (2, 1), (2, 2), (2, 2)]


def test_a_template_once_seen_makes_later_cards_doubtful():
    jobs = [Card(excerpt=f"Work in {town}. " + text(1, 20)) for town in ("Oslo", "Turin", "Quito")]
    assert len(posts_of(jobs[:2], [jobs[2]])) == 3
    assert len(posts_of([jobs[0]], [jobs[2]])) == 1


def test_a_short_card_does_not_join_two_posts_with_one_opening():
    opening = text(1, 30)
    cards = [Card(excerpt=opening + " " + text(i, 30)) for i in (2, 3)] + [Card(excerpt=opening[:120] + "…")]
    assert len(posts_of([cards[0]], [cards[1]], [cards[2]])) == 2


def test_a_chain_of_versions_does_not_join():
    texts = [f"Kestrel {v} is out. {text(1)}" for v in ("1.5.0", "1.5.3")] + ["Kestrel 1.5… " + text(1)]
    posts = posts_of(*([Card(excerpt=t)] for t in texts))
    assert {posts[0].id, posts[1].id} == {Card(excerpt=t).key for t in texts[:2]}


def test_parts_of_a_series_are_not_joined_by_a_card_without_their_number():
    for words in (10, 40, 160):
        parts = [Card(excerpt=f"Part {n} of it: {text(1, words)}") for n in (1, 2)]
        for between in (text(1, words), text(1, words)[:50] + "…", f"Part of it: {text(1, words)}"):
            posts = posts_of([parts[0]], [parts[1]], [Card(excerpt=between)])
            assert len(posts) == 2


def test_a_rewritten_post_between_its_neighbours_is_one():
    above, below = Card(title="Above all", excerpt=text(1)), Card(title="Below it", excerpt=text(2))
    old = Card(title="How the old crane came back", excerpt=text(3), date="2024-03-05")
    new = Card(title="How the old crane came back", excerpt=text(4), date="2024-03-05")
    assert len(posts_of([above, old, below], [above, new, below])) == 3
    assert len(posts_of([above, old, below], [below, new, above])) == 4


def test_addresses_of_slots_join_nothing():
    """A list whose items are addressed by their place: every address stands for many posts."""
    texts = [text(i) for i in range(8)]
    pages = [
        [Card(url=f"https://a.example/{k}.html", excerpt=texts[day + 4 - k]) for k in range(4)]
        for day in range(1, 4)
    ]
    assert len(posts_of(*pages)) == 6


def test_an_address_shared_on_one_page_stands_for_two_posts():
    """Two notices of one template under one address, once seen together."""
    first, second = (
        Card(url="https://a.example/notice", excerpt=f"{text(1, 12)} {town} {text(2, 12)}")
        for town in ("Oslo", "Turin")
    )
    assert len(posts_of([first, second])) == 2


def test_a_place_in_a_row_of_one_name_is_no_place():
    def row(middle):
        return [Card(title="Notes", excerpt=text(n)) for n in (1, middle, 2)]

    assert len(posts_of(row(3), row(4))) == 4


def test_a_post_rewritten_under_its_title_is_one():
    def shown(opening):
        return Card(title="How the old crane came back", excerpt=opening + " " + text(9), date="2024-03-05")

    above, below = Card(title="Above all", excerpt=text(1)), Card(title="Below it", excerpt=text(2))
    assert len(posts_of([above, shown(text(3)), below], [above, shown(text(4)), below])) == 3


def test_a_banner_tells_nothing():
    """A site puts one sentence before every excerpt, then takes it away."""
    banner = text(99, 12) + ". "
    old = [Card(excerpt=banner + text(i)) for i in range(12)]
    new = [Card(excerpt=text(i)) for i in range(12)]
    assert len(posts_of(old, new)) == 12


def test_a_text_cut_within_a_template_goes_with_its_date():
    """The short cards are the beginning of every one of the long ones; their dates tell whose."""
    days = [f"2024-03-{day:02d}" for day in (1, 5, 9, 13)]
    short = [Card(excerpt=text(1, 9), date=day) for day in days]
    long = [Card(excerpt=f"{text(1, 9)} {text(n)}", date=day) for n, day in enumerate(days, 10)]
    assert sorted(len(post.cards) for post in posts_of(short, long)) == [2, 2, 2, 2]


def test_a_comparison_has_its_match_weights():
    (post,) = posts_of(
        [Card(excerpt=text(1), date="2024-03-05")], [Card(excerpt=text(1)[:99], date="2024-03-05")]
    )
    (match,) = post.comparisons
    assert match.same
    assert match.score > 99
    assert match.left < match.right
    cut, date = match.match_weights
    assert (cut.signal, date) == ("text-cut", SignalWeight(signal="same-date", weight=WEIGHTS.same_date))


def test_the_threshold_is_the_users():
    pages = [Card(excerpt=text(1), date="2024-03-05")], [Card(excerpt=text(1)[:99] + "…", date="2024-03-09")]
    assert len(posts_of(*pages)) == 1
    assert len(posts_of(*pages, rules=Rules(threshold=99))) == 2


def test_a_card_seen_often_is_one_post():
    card = Card(title="a")
    (post,) = posts_of([card, card], [card])
    assert (post.sightings, post.captures) == (3, 2)


def test_labels_of_texts_follow_first_mention():
    texts = [text(1), text(2), text(1)[:80] + "...", "", "…", "…", text(2)]
    assert label_texts(texts) == [0, 1, 0, 2, 3, 3, 1]


def test_large_groups_stay_linear():
    """A thousand cards of one address, one title and nearly one text."""
    pages = [[Card(url="https://a.example/x", title="News", excerpt=f"{text(1)} {i}")] for i in range(1000)]
    assert sum(len(p.cards) for p in posts_of(*pages)) == 1000
