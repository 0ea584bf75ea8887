"""A small archive for each match weight: with the weight at 0 its cards become other posts.

Most archives have two cards, and so much other evidence that the one weight decides. Some weights need more:
two neighbours, a sibling on the same page, a title or a URL that several posts bear.
"""

from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta

import pytest

from archiver.dedupe import dedupe
from archiver.dedupe.evidence.weights import WEIGHTS, SignalWeights
from archiver.models import Card, Sighting

START = datetime(2024, 3, 1, tzinfo=UTC)
ABOVE, BELOW = Card(title="A walk along the quay at dawn"), Card(title="Bread from the lock keeper's oven")
TITLE = "How the old harbour crane came back"
CRANE = (
    "The old harbour crane was lifted off its rails on Tuesday morning and carried across the bay on a "
    "barge, watched by a crowd that had gathered before dawn with lamps and flasks of tea."
)
FERRY = "Nobody on the ferry knew why it turned round halfway, and the captain would not say a word about it."
KRAN = "Der alte Hafenkran steht wieder auf seinen Schienen, und am Sonntag darf ihn jeder besteigen."
GRUE = "La vieille grue du port a quitté ses rails mardi matin, portée par une barge à travers toute la baie."
KAHN = "Wir trauern um {}, der den Hafen sauber hielt, so lange sich am Kai irgendjemand daran erinnern kann."
POST = "Gesucht wird für den alten Hafen am Fluss in {} eine Kranführerin, die auch bei Sturm gern lacht."
MANY = [Card(title=f"{n}", author=f"Author {n}") for n in range(130)]
"""What so many others put on a list."""


@dataclass(frozen=True)
class Case:
    """The pages of an archive, and which of its cards show one post.

    `posts` has a number for each distinct card, in the order of the pages: equal numbers are one post. The
    pages are captured `days` apart; where that is 0, one crawl session captured all. `hosts` are those of the
    pages' URLs, one for each page, where they matter.
    """

    pages: list[list[Card]]
    posts: list[int]
    days: int = 1
    hosts: tuple[str, ...] = ()

    def decide(self) -> list[int]:
        """Return the posts as they are deduplicated."""
        cards, sightings = {}, []
        for n, page in enumerate(self.pages):
            for position, card in enumerate(page, 1):
                cards[card.key] = card
                time = START + timedelta(days=n * self.days)
                url = f"https://{self.hosts[n]}/" if self.hosts else ""
                sightings.append(Sighting(str(n), time, position, card.key, url=url))
        post_of = {card: post.id for post in dedupe(cards, sightings) for card in post.cards}
        number: dict[str, int] = {}
        return [number.setdefault(post_of[card], len(number)) for card in cards]


def apart(*cards: Card) -> list[list[Card]]:
    """Show each card on a page of its own."""
    return [[card] for card in cards]


def between(*cards: Card) -> list[list[Card]]:
    """Show each card on a page of its own, between the same neighbours."""
    return [[ABOVE, card, BELOW] for card in cards]


def named(*names: str) -> list[str]:
    """Return URLs of one form, each with one of these names."""
    return [f"https://harbour.example/{name}" for name in names]


ONE, TWO = [0, 0], [0, 1]
"""Two cards show one post, or two."""
REPLACED = [0, 1, 2, 1]
"""Two cards between the same neighbours show one post."""
OLD_SITE, NEW_SITE = "https://harbour.example/?p=7", "https://quay.example/crane-is-back"
"""Two URLs that speak for two posts: with them, standing between the same neighbours does not suffice."""
CRANE_URL, FERRY_URL = named("crane-comes-back", "ferry-turns-round")

CASES = {
    # A text that was shown without a name at first.
    "same_text_most": Case(apart(Card(excerpt=KRAN), Card(excerpt=KRAN, author="Ada")), ONE),
    # One post of a notice that is printed every other month, with a name and without.
    "shared_text": Case(
        apart(
            Card(excerpt=GRUE, date="2023-05-05"),
            Card(excerpt=GRUE, date="2023-05-05", author="Ada"),
            *(Card(excerpt=GRUE, date=f"2023-0{month}-05") for month in (7, 9)),
        ),
        [0, 0, 1, 2],
    ),
    # An excerpt that another theme cuts.
    "cut_text_most": Case(apart(Card(excerpt=GRUE), Card(excerpt=GRUE[:70] + "…")), ONE),
    # A text that ends in a number, and one whose number is longer.
    "cut_in_number": Case(
        apart(*(Card(excerpt=f"The boats of the rowing club moor at pier {n}") for n in ("1", "12 again"))),
        TWO,
    ),
    # A word put in.
    "edited_text_most": Case(
        apart(Card(excerpt=CRANE), Card(excerpt=CRANE.replace("a crowd", "a large crowd"))), ONE
    ),
    # Two pieces of one column on one day.
    "other_text": Case(
        apart(*(Card(title=TITLE, date="2024-03-05", excerpt=text) for text in (CRANE, FERRY))), TWO
    ),
    # Two posts of one opening.
    "texts_part_most": Case(apart(*(Card(excerpt=f"{CRANE} {text}") for text in (FERRY, GRUE))), TWO),
    # Two parts of a series.
    "number": Case(apart(*(Card(excerpt=f"第{n}回 {KRAN}") for n in (1, 2))), TWO),
    # A title that was shown without a name at first.
    "same_title_most": Case(apart(Card(title=TITLE), Card(title=TITLE, author="Ada")), ONE),
    # A weekly column that moved to another site.
    "same_title_of_date_most": Case(
        [
            [Card(title=TITLE, date="2024-03-05"), Card(title=TITLE, date="2024-03-12", url=OLD_SITE)],
            [Card(title=TITLE, date="2024-03-12", url=NEW_SITE)],
        ],
        [0, 1, 1],
    ),
    # Notes under one title, one of which got another URL.
    "shared_title": Case(
        [
            *between(*(Card(title="Заметки", url=url) for url in (CRANE_URL, FERRY_URL))),
            [Card(title="Заметки", excerpt=text) for text in (CRANE, FERRY)],
        ],
        [0, 1, 2, 1, 3, 4],
    ),
    # A title that another theme cuts, under another URL.
    "title_cut_most": Case(
        between(Card(title=TITLE, url=CRANE_URL), Card(title=TITLE[:25] + "…", url=FERRY_URL)), REPLACED
    ),
    # A story with other words round its title on each page, and an older one of that title.
    "title_base_most": Case(
        apart(
            Card(title=f"Harbour: {TITLE}", date="2024-03-05"),
            Card(title=f"{TITLE} [video]", date="2024-03-06"),
            Card(title=TITLE, date="2023-08-05"),
        ),
        [0, 0, 1],
    ),
    # A post that was rewritten in its place, with a longer title.
    "title_cut_beside_text": Case(
        between(
            Card(title=TITLE, excerpt=CRANE, author="Ada"),
            Card(title=f"{TITLE} at last", excerpt=FERRY, author="Ada"),
        ),
        REPLACED,
    ),
    # A title with a word more, under another URL.
    "title_edited_most": Case(
        between(
            Card(title=TITLE, url=CRANE_URL), Card(title=TITLE.replace("old", "good old"), url=FERRY_URL)
        ),
        REPLACED,
    ),
    # Two parts of a series with one line as their text.
    "title_word": Case(
        apart(
            *(
                Card(title=f"A history of the harbour, part {n}", excerpt="Read all of it")
                for n in ("one", "two")
            )
        ),
        TWO,
    ),
    # The same with a longer text, each at its own URL.
    "word_in_title_and_url": Case(
        apart(
            *(
                Card(title=f"A history of the harbour, part {n}", url=url, excerpt=KRAN)
                for n, url in zip(("one", "two"), named("harbour-one", "harbour-two"), strict=True)
            )
        ),
        TWO,
    ),
    # A column's title and its preamble, by two people.
    "title_and_text_most": Case(
        apart(
            *(
                Card(title=TITLE, excerpt=KRAN, author=name, url=url)
                for name, url in zip(("Ada", "Bo"), named("p/12", "p/17"), strict=True)
            )
        ),
        TWO,
    ),
    # A title that another theme prints as the first words of the text, under another URL.
    "title_in_text": Case(
        between(Card(title=TITLE, url=CRANE_URL), Card(excerpt=f"{TITLE} {CRANE}", url=FERRY_URL)), REPLACED
    ),
    # Two parts of a series with one notice as their text.
    "title_number": Case(apart(*(Card(title=f"{TITLE}, {n}", excerpt=FERRY) for n in (1, 2))), TWO),
    # The second part of a story that was not meant to have one.
    "title_number_added": Case(
        apart(*(Card(title=title, excerpt="Read all of it") for title in (TITLE, f"{TITLE} 2"))), TWO
    ),
    # Two notices with one line as their text.
    "other_title": Case(
        apart(*(Card(title=title, excerpt="見よ、港の鶴は帰る。") for title in (TITLE, "Bread and nets"))),
        TWO,
    ),
    # A form filled with another word, in the title as well.
    "word_in_title_and_text": Case(
        between(
            *(
                Card(
                    title=f"The bridge is {word}",
                    excerpt=f"The harbour bridge stays {word} for {rest}",
                )
                for rest in ["carts this winter, as the council of the town decided on Monday night"]
                for word in ("closed", "open")
            )
        ),
        [0, 1, 2, 3],
    ),
    # A text without a title that was rewritten at its own URL.
    "own_url": Case(apart(*(Card(url=CRANE_URL, excerpt=text) for text in (CRANE, FERRY))), ONE),
    # A page that two people write in turn.
    "rewritten_most": Case(
        apart(
            Card(url=CRANE_URL, title=TITLE, excerpt=CRANE, author="Ada"),
            Card(url=CRANE_URL, title="Bread and nets", excerpt=FERRY, author="Bo"),
        ),
        TWO,
    ),
    # A text that was rewritten at its URL.
    "same_url": Case(
        apart(*(Card(title="The crane", url=OLD_SITE, excerpt=text) for text in (CRANE, FERRY))), ONE
    ),
    # A link to the front page of another site, put out again after a year.
    "same_front_page": Case(
        apart(
            *(Card(url="https://crane.example/", title=TITLE, date=f"{year}-03-05") for year in (2023, 2024))
        ),
        ONE,
        hosts=("harbour.example", "harbour.example"),
    ),
    # The front pages of two sites of one name.
    "other_front_page": Case(
        apart(*(Card(url=f"https://{name}.example/", title=TITLE) for name in ("crane", "derrick"))),
        TWO,
        hosts=("harbour.example", "harbour.example"),
    ),
    # One word at a URL that two posts had later.
    "url_of_two_posts": Case(
        apart(
            Card(excerpt="Back", url=OLD_SITE),
            Card(excerpt="Back", url=OLD_SITE, author="Ada"),
            *(Card(excerpt=text, url=OLD_SITE) for text in (CRANE, FERRY)),
        ),
        [0, 0, 1, 2],
    ),
    # One word at a URL that three posts had later.
    "url_of_few_posts": Case(
        apart(
            Card(excerpt="Back", url=OLD_SITE),
            Card(excerpt="Back", url=OLD_SITE, author="Ada"),
            *(Card(excerpt=text, url=OLD_SITE) for text in (CRANE, FERRY, GRUE)),
        ),
        [0, 0, 1, 2, 3],
    ),
    # A post that moved to another folder, with its first word as its text.
    "same_url_end": Case(
        apart(*(Card(excerpt="Back", url=f"https://a.example/{n}/crane-is-back") for n in (2023, "blog"))),
        ONE,
    ),
    # Two posts with one line as their text.
    "other_url": Case(apart(*(Card(excerpt="港の鶴は帰る", url=url) for url in (OLD_SITE, NEW_SITE))), TWO),
    # A title that comes back under another number.
    "other_url_number": Case(apart(*(Card(title=TITLE, url=url) for url in named("p/12", "p/17"))), TWO),
    # A short title that comes back under another name.
    "other_url_name": Case(
        apart(*(Card(title="La grue rouge", url=url) for url in (CRANE_URL, FERRY_URL))), TWO
    ),
    # A title of one word that comes back under a name that is like the first.
    "renamed_url": Case(
        apart(*(Card(title="Grue", url=url) for url in named("crane-comes-back", "crane-comes-home"))), TWO
    ),
    # A text of one word that was shown without a name at first.
    "same_date": Case(
        apart(Card(excerpt="Back", date="2024-03-05"), Card(excerpt="Back", date="2024-03-05", author="Ada")),
        ONE,
    ),
    # A line that is printed again after two days.
    "other_date": Case(
        apart(*(Card(excerpt="Die Schleuse ist zu", date=date) for date in ("2024-03-05", "2024-03-07"))), TWO
    ),
    # A notice that is printed again after a year.
    "other_date_most": Case(
        apart(*(Card(excerpt=KRAN, date=date) for date in ("2023-03-05", "2024-03-05"))), TWO
    ),
    # A page that shows another text each day.
    "other_date_and_text": Case(
        apart(
            *(
                Card(title=TITLE, url=CRANE_URL, excerpt=text, date=date)
                for text, date in ((CRANE, "2024-03-05"), (FERRY, "2024-03-07"))
            )
        ),
        TWO,
    ),
    # Two people's posts with one line as their text.
    "other_author": Case(apart(*(Card(excerpt="港の鶴は帰る", author=name) for name in ("Ada", "Bo"))), TWO),
    # A text of one word that was shown without a date at first.
    "same_author": Case(
        apart(Card(excerpt="Back", author="Ada"), Card(excerpt="Back", author="Ada", date="2024-03-05")),
        ONE,
    ),
    # A post that was renamed in its place by one of very many authors.
    "rare_author": Case(
        [
            [ABOVE, Card(title=title, author="Ada"), BELOW, *others]
            for title, others in (("The crane is back", MANY[:65]), ("A barge in the bay", MANY[65:]))
        ],
        [*range(68), 1, *range(68, 133)],
    ),
    # The same in another place, on a page of which nothing else changed.
    "author_in_turn": Case(
        [
            [Card(title="The crane is back", author="Ada"), *MANY],
            [*MANY, Card(title="A barge in the bay", author="Ada")],
        ],
        [0, *range(1, 131), 0],
    ),
    # One title on two sites.
    "other_site": Case(
        apart(Card(title=TITLE), Card(title=TITLE, author="Ada")),
        TWO,
        hosts=("harbour.example", "quay.example"),
    ),
    # The same in two categories.
    "other_categories": Case(
        apart(*(Card(excerpt="港の鶴は帰る", categories=(name,)) for name in ("Hafen", "Fähre"))), TWO
    ),
    # Two entries of one page, of nearly one text.
    "same_capture": Case([[Card(excerpt=CRANE), Card(excerpt=CRANE.replace("barge", "ship"))]], TWO),
    # A line that a page shows twice.
    "repeated_on_capture": Case(
        [[Card(excerpt="Die Schleuse ist zu"), Card(excerpt="Die Schleuse ist zu", author="Ada")]], TWO
    ),
    # A text and its beginning on one page.
    "cut_on_capture": Case([[Card(excerpt=GRUE), Card(excerpt=GRUE[:70] + "…")]], TWO),
    # Two short titles on one page, of which one begins with the other.
    "in_two_boxes": Case([[Card(title="The harbour crane"), Card(title="The harbour crane is back")]], TWO),
    # A short title on two pages of one crawl session.
    "same_crawl_session": Case(
        apart(Card(title="La grue rouge"), Card(title="La grue rouge", author="Ada")), TWO, days=0
    ),
    # A post that was rewritten under its title, in its place.
    "same_neighbours": Case(
        between(*(Card(title=TITLE, date="2024-03-05", excerpt=text) for text in (CRANE, FERRY))), REPLACED
    ),
    # A count of readers in front of the text.
    "counter": Case(between(*(Card(excerpt=f"{n} Leser. {KRAN} {GRUE}") for n in (12, 31))), REPLACED),
    # Two jobs, and a third one that may be an edit of either.
    "sibling_edit": Case(
        [
            [Card(excerpt=POST.format(town)) for town in ("Kiel", "Lübeck")],
            [Card(excerpt=POST.format("Emden"))],
        ],
        [0, 1, 2],
    ),
    # Two jobs, one of which is advertised again after a week.
    "sibling_same": Case(
        [
            [Card(excerpt=POST.format("Kiel"), date="2024-03-05"), Card(excerpt=POST.format("Lübeck"))],
            [Card(excerpt=POST.format("Kiel"), date="2024-03-13")],
        ],
        [0, 1, 2],
    ),
    # Two posts of one opening, one of which ends with it, and a beginning of it.
    "sibling_whole": Case(
        [
            [Card(excerpt=KRAN, author="Ada"), Card(excerpt=f"{KRAN} {GRUE}", author="Bo")],
            [Card(excerpt=KRAN[:80] + "…")],
        ],
        [0, 1, 2],
    ),
    # A form that three texts fill with three names, never on one page.
    "template": Case(
        apart(
            *(Card(excerpt=KAHN.format(name)) for name in ("Kapitän Ohlsen", "Bootsmann Jürgens", "Wirtin"))
        ),
        [0, 1, 2],
    ),
}


def test_each_weight_has_an_archive():
    assert list(CASES) == [field.name for field in fields(SignalWeights)]


@pytest.mark.parametrize("name", CASES)
def test_the_cards_become_the_right_posts(name):
    assert CASES[name].decide() == CASES[name].posts


@pytest.fixture
def without(request):
    """WEIGHTS with one weight at 0."""
    whole = getattr(WEIGHTS, request.param)
    object.__setattr__(WEIGHTS, request.param, 0.0)
    yield request.param
    object.__setattr__(WEIGHTS, request.param, whole)


@pytest.mark.parametrize("without", CASES, indirect=True)
def test_without_the_weight_the_cards_become_other_posts(without):
    assert CASES[without].decide() != CASES[without].posts
