from datetime import UTC, datetime, timedelta

from archiver.dedupe.clustering.resolve import load_batch
from archiver.dedupe.keys.card import card_keys
from archiver.dedupe.rules import Rules
from archiver.dedupe.survivorship import Showing, canonical
from archiver.models import Card, Sighting

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TEXT = "The old harbour crane was lifted off its rails and carried across the bay on a barge."


def post(*shown, language=None):
    """The post of cards shown on the given days."""
    cards = {card.key: card for _, card in shown}
    sightings = [
        Sighting(
            capture=f"capture {day}",
            captured_at=NOON + timedelta(days=day),
            position=1,
            card=card.key,
            language=language,
        )
        for day, card in shown
    ]
    batch = load_batch([cards[i] for i in sorted(cards)], sorted(cards), reversed(sightings), Rules())
    showings = [
        Showing(i, cards[i], keys, seen)
        for i, keys, seen in zip(
            batch.ids, card_keys([cards[i] for i in batch.ids]), batch.sightings, strict=True
        )
    ]
    return canonical(reversed(showings), batch.captures, [])


def test_the_id_is_the_earliest_card():
    first, second = Card(title="b"), Card(title="a")
    assert post((1, first), (2, second)).id == first.key
    assert post((2, first), (1, second)).cards == (second.key, first.key)


def test_the_title_is_the_one_shown_longest():
    slip, name = Card(title="The cran leaves"), Card(title="The crane leaves")
    assert post((0, slip), (1, name), (30, name), (31, slip.model_copy(update={"title": "Late"}))).title == (
        "The crane leaves"
    )


def test_the_excerpt_is_the_fullest():
    assert post((0, Card(excerpt=TEXT)), (1, Card(excerpt=TEXT[:50] + "... Read more »"))).excerpt == TEXT


def test_the_date_is_the_first_one_printed():
    shown = (
        (0, Card(title="a")),
        (1, Card(title="a", date="2024-03-05")),
        (2, Card(title="a", date="2024-04-01")),
    )
    assert post(*shown).date == "2024-03-05"


def test_the_live_permalink_leads_and_the_others_follow_as_first_seen():
    urls = ["https://a.example/1", "https://a.example/2", "https://a.example/3"]
    shown = [(day, Card(url=urls[i])) for day, i in ((0, 0), (1, 1), (2, 0), (3, 2))]
    found = post(*shown)
    assert found.url == urls[2]
    assert found.urls == (urls[2], urls[0], urls[1])


def test_categories_and_tags_are_united():
    found = post(
        (0, Card(categories=("News",), tags=("a",))), (1, Card(categories=("Bay", "News"), tags=("b",)))
    )
    assert (found.categories, found.tags) == (("News", "Bay"), ("a", "b"))


def test_every_value_has_a_source():
    early = Card(title="The crane leaves", url="https://a.example/1", author="Ann", tags=("bay",))
    late = Card(
        title="The crane leaves",
        excerpt=TEXT,
        date="2024-03-05",
        categories=("News",),
        url="https://a.example/2",
    )
    found = post((0, early), (1, late))
    sources = {(s.field, s.value): (s.card, s.capture) for s in found.sources}
    assert sources == {
        ("url", "https://a.example/2"): (late.key, "capture 1"),
        ("urls", "https://a.example/1"): (early.key, "capture 0"),
        ("title", "The crane leaves"): (early.key, "capture 0"),
        ("date", "2024-03-05"): (late.key, "capture 1"),
        ("author", "Ann"): (early.key, "capture 0"),
        ("categories", "News"): (late.key, "capture 1"),
        ("tags", "bay"): (early.key, "capture 0"),
        ("excerpt", TEXT): (late.key, "capture 1"),
    }


def test_counts_and_times():
    card = Card(title="a")
    found = post((0, card), (0, card), (4, card), language="en")
    assert (found.sightings, found.captures, found.language) == (3, 2, "en")
    assert (found.first_seen, found.last_seen) == (NOON, NOON + timedelta(days=4))


def test_what_is_missing_is_none():
    found = post((0, Card()))
    assert (found.url, found.title, found.date, found.author, found.excerpt, found.language) == (None,) * 6
    assert (found.urls, found.categories, found.tags, found.sources) == ((), (), (), ())


def revisions(*texts, titles=None):
    titles = titles or [None] * len(texts)
    shown = [
        (day, Card(excerpt=t, title=title)) for day, (t, title) in enumerate(zip(texts, titles, strict=True))
    ]
    return [(r.title, r.excerpt, r.sightings) for r in post(*shown).revisions]


def test_an_edit_is_a_revision():
    assert revisions(TEXT, TEXT.replace("barge", "ship")) == [
        (None, TEXT, 1),
        (None, TEXT.replace("barge", "ship"), 1),
    ]


def test_a_cut_is_no_revision():
    assert revisions(TEXT[:40] + "…", TEXT, TEXT[:60] + "...") == [(None, TEXT, 3)]


def test_rendering_is_no_revision():
    assert revisions(TEXT, TEXT.replace(" ", "  ").upper()) == [(None, TEXT, 2)]


def test_a_title_in_front_of_the_text_is_no_revision():
    assert revisions(TEXT, "Crane leaves " + TEXT, titles=["Crane leaves", None]) == [
        ("Crane leaves", TEXT, 2)
    ]


def test_a_byline_in_front_of_the_text_is_no_revision_but_a_note_is():
    plain = Card(excerpt=TEXT, author="Ada Crane")
    for byline in ("by Ada Crane | ", "March 5, 2024 ", "by Ada Crane, 5 March 2024: ", "3 min read "):
        assert len(post((0, plain), (1, Card(excerpt=byline + TEXT))).revisions) == 1
        assert len(post((0, Card(excerpt=byline + TEXT[:60] + "…")), (1, plain)).revisions) == 1
    assert len(post((0, plain), (1, Card(excerpt="Update: it is back. " + TEXT))).revisions) == 2


def test_a_counter_is_no_revision_but_a_number_in_the_text_is():
    assert len(revisions(TEXT + " 3 comments", TEXT + " 14 comments")) == 1
    long = TEXT + " It weighs {} tons. " + TEXT
    assert len(revisions(long.format(40), long.format(41))) == 2


OTHER = " and was sold to a yard in the north of the country long before anybody had thought of asking why"


def test_a_formula_that_is_shown_otherwise_is_no_revision():
    shown = [TEXT[:50] + f" {formula} " + TEXT[50:] for formula in ("$y^2+92$", "y²+92", "[formula]")]
    assert len(post(*((n, Card(excerpt=text)) for n, text in enumerate(shown))).revisions) == 1
    assert len(post((0, Card(excerpt=shown[0])), (1, Card(excerpt=shown[1][:90] + "…"))).revisions) == 1
    assert len(post((0, Card(excerpt=shown[0])), (1, Card(excerpt=shown[1][:70] + OTHER))).revisions) == 2


def test_a_site_name_beside_the_title_is_no_revision_but_another_title_is():
    plain, behind, front, other = (
        Card(title=title, excerpt=TEXT)
        for title in ("The crane", "The crane | Harbour", "Harbour - The crane", "The crane | Bay")
    )
    assert len(post((0, plain), (1, behind), (2, front)).revisions) == 1
    assert len(post((0, behind), (1, other)).revisions) == 2


def test_a_new_title_is_a_revision_and_a_return_to_the_old_one_is_not():
    titles = ["The crane leaves", "The crane has left", "The crane leaves"]
    assert [r[0] for r in revisions(TEXT, TEXT, TEXT + " ", titles=titles)] == titles[:2]
