"""What is counted of a URL, a title or a text leaves out what only the pair in question shows."""

import pytest

from archiver.dedupe import Rules
from archiver.dedupe.clustering.resolve import load_batch
from archiver.dedupe.evidence.corpus import CorpusStats, bases_of_titles
from archiver.models import Card
from tests.dedupe.pages import archive, text

OWN, SLOT = "https://a.example/crane-comes-back", "https://a.example/?p=7"
TITLE = "How the old harbour crane came back"


def batch_of(*pages, url=""):
    """All cards of an archive with these pages."""
    cards, sightings = archive(*pages)
    ids = sorted(cards)
    return load_batch([cards[i] for i in ids], ids, [s._replace(url=url) for s in sightings], Rules())


def context(left, right, *pages):
    """What an archive with these pages knows of two cards."""
    batch = batch_of(*pages)
    stats = CorpusStats(batch.keys, batch.sightings, batch.kin_hosts, batch.similar_texts)
    one, other = (batch.ids.index(card.key) for card in (left, right))
    assert stats.pair_context(one, other) == stats.pair_context(other, one)
    return stats.pair_context(one, other)


def shown(*cards):
    """Pages of one card each."""
    return [[card] for card in cards]


@pytest.mark.parametrize("url", [OWN, SLOT])
def test_a_url_of_texts_without_titles_is_none_s_own(url):
    one, two, three = (Card(url=url, excerpt=text(n)) for n in (1, 2, 3))
    assert context(one, two, *shown(one, two)).url_posts == 1
    assert context(one, two, *shown(one, two, three)).url_posts == 2


@pytest.mark.parametrize(("url", "posts"), [(OWN, 1), (SLOT, 2)])
def test_a_url_of_its_own_stands_for_one_post_where_texts_have_one_date(url, posts):
    cards = [Card(url=url, excerpt=text(n), date="2024-03-05") for n in (1, 2, 3)]
    assert context(*cards[:2], *shown(*cards)).url_posts == posts
    another = Card(url=url, excerpt=text(4), date="2024-03-12")
    assert context(*cards[:2], *shown(*cards, another)).url_posts == 3


@pytest.mark.parametrize("url", [OWN, SLOT])
def test_a_url_with_two_texts_stands_for_one_post_as_far_as_these_show(url):
    one, two, three = (Card(url=url, excerpt=text(n), title=f"News {n}") for n in (1, 2, 3))
    assert context(one, two, *shown(one, two)).url_posts == 1
    assert context(one, two, *shown(one, two, three)).url_posts == (1 if url == OWN else 2)
    assert context(one, two, [one, two]).url_posts == 1
    assert context(one, two, [one, two, three]).url_posts == 3


def test_a_url_that_texts_come_to_and_leave_is_a_slot():
    slots = [f"https://a.example/{n}.html" for n in range(3)]
    pages = [[Card(url=url, excerpt=text(day - k)) for k, url in enumerate(slots)] for day in (9, 10, 11)]
    found = context(pages[0][0], pages[1][0], *pages)
    assert found.url_posts > 2
    assert found.slots


def test_a_title_with_two_urls_stands_for_one_post_as_far_as_these_show():
    one, two, three = (Card(title="Open thread", url=f"https://a.example/{n}/open-thread") for n in (1, 2, 3))
    assert context(one, two, *shown(one, two)).title_posts == 1
    assert context(one, two, *shown(one, two, three)).title_posts == 2
    again = one.model_copy(update={"author": "Ada"})
    assert context(one, again, *shown(one, two, again)).title_posts == 2


def test_a_title_with_two_dates_stands_for_one_post_as_far_as_these_show():
    one, two, three = (Card(title="Open thread", date=f"2024-03-{day}") for day in ("05", "12", "19"))
    assert context(one, two, *shown(one, two)).title_posts == 1
    found = context(one, two, *shown(one, two, three))
    assert found.title_posts == found.title_dates == 2
    again = one.model_copy(update={"author": "Ada"})
    found = context(one, again, *shown(one, again, two, three))
    assert (found.title_posts, found.title_dates) == (1, 3)


def test_a_title_twice_on_one_capture_stands_for_one_post_as_far_as_these_show():
    one, two, three = (Card(title="Open thread", excerpt=text(n)) for n in (1, 2, 3))
    assert context(one, two, [one, two]).title_posts == 1
    assert context(one, three, [one, two], [three]).title_posts == 2
    assert context(one, two, [one, two, three]).title_posts == 3


def test_a_text_under_two_titles_and_urls_stands_for_one_post_as_far_as_these_show():
    one, two, three = (
        Card(title=title, url=f"https://a.example/{n}", excerpt=text(1))
        for n, title in enumerate(("The crane", "Bread and nets", "Oslo, a walk"), 40117)
    )
    assert context(one, two, *shown(one, two)).text_posts == 1
    assert context(one, two, *shown(one, two, three)).text_posts == 2
    again = one.model_copy(update={"author": "Ada"})
    assert context(one, again, *shown(one, again, two, three)).text_posts == 3


def test_a_text_under_titles_that_are_alike_and_one_url_stands_for_one_post():
    cards = [
        Card(title=title, url=OWN, excerpt=text(1))
        for title in (TITLE, f"{TITLE} again", f"UPDATE: {TITLE}", TITLE.replace("old", "good old"))
    ]
    assert context(*cards[:2], *shown(*cards)).text_posts == 1


def test_a_text_that_moved_stands_for_one_post():
    """Its title is one, though each section gives it another URL."""
    cards = [
        Card(title=TITLE, url=f"https://a.example/{section}/crane-comes-back", excerpt=text(1))
        for section in ("news", "harbour", "archive", "most-read")
    ]
    found = context(*cards[:2], *shown(*cards))
    assert (found.text_posts, found.title_posts) == (1, 1)


def test_a_text_at_two_dates_a_day_apart_may_be_one_in_two_time_zones():
    one, two, three = (Card(excerpt=text(1), date=f"2024-03-{day}") for day in ("05", "06", "07"))
    again = one.model_copy(update={"author": "Ada"})
    assert context(one, again, *shown(one, again, two)).text_posts == 1
    assert context(one, again, *shown(one, again, two, three)).text_posts == 3


def test_the_front_page_of_another_site_is_known_from_that_of_its_own():
    page = [Card(url="https://crane.example/", title=TITLE)]
    assert batch_of(page, url="https://a.example/").keys[0].front_page == "crane.example"
    assert not batch_of(page, url="https://crane.example/page/2").keys[0].front_page
    assert not batch_of(page).keys[0].front_page


def test_a_base_is_a_title_that_stands_whole_in_both_and_alone_elsewhere():
    base, front, behind = Card(title=TITLE), Card(title=f"Harbour: {TITLE}"), Card(title=f"{TITLE} [pdf]")
    assert context(front, behind, *shown(front, behind)).base_title == ""
    assert context(front, behind, *shown(base, front, behind)).base_title
    assert context(front, base, *shown(base, front, behind)).base_title == ""


def test_a_short_title_is_no_base():
    assert bases_of_titles({"notes", "notesofmay"}, [("notes", "notesofmay")]) == {}
    long = "howtheoldharbourcranecameback"
    assert bases_of_titles({long, f"update{long}"}, [(long, f"update{long}")]) == {
        f"update{long}": frozenset({long})
    }
