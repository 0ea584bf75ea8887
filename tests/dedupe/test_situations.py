"""Histories in which posts look alike, or one post looks like several: which cards are one post.

Each history is of one kind of situation. Its stories stand at the top of pages, one each, above posts that
nobody confuses; their names say which of them are one post.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytest

from archiver.dedupe import dedupe
from archiver.models import Card, Sighting
from tests.dedupe.pages import text

START = datetime(2025, 2, 3, 7, 30, tzinfo=UTC)
SITE = "https://quay.example/"
LONG = (
    "Now and then the two of us sit down in the shed with a pot of tea and talk about soil, seeds and rain,"
    " and whoever rings the bell at the gate may join us; letters are read out at the end of the hour."
)


class Page(NamedTuple):
    """Stories on one capture: names and cards."""

    stories: Sequence[tuple[str, Card]]
    day: float
    url: str = SITE


def one_by_one(
    names: Iterable[str], cards: Iterable[Card], days: float = 7, urls: Iterable[str] = ()
) -> list[Page]:
    """Show each card on a page of its own, so many days after the one before."""
    places = list(urls)
    return [
        Page([story], n * days, places[n] if places else SITE)
        for n, story in enumerate(zip(names, cards, strict=True))
    ]


def apart(cards: Sequence[Card], days: float = 7, urls: Iterable[str] = ()) -> list[Page]:
    """Show cards one by one, each of another post."""
    return one_by_one([f"post {n}" for n in range(len(cards))], cards, days, urls)


def one(cards: Sequence[Card], days: float = 1) -> list[Page]:
    """Show cards of one post one by one."""
    return one_by_one(["post"] * len(cards), cards, days)


def day(n: int) -> str:
    """Return the printed date of so many days after the start."""
    return (date(2025, 2, 3) + timedelta(days=n)).isoformat()


def url(*parts: object) -> str:
    """Return a URL of the site."""
    return SITE + "/".join(map(str, parts))


def posts_found(history: Sequence[Page]) -> tuple[list[set[str]], list[set[str]]]:
    """Return the names of the stories of each post found, and of each post that there is."""
    cards: dict[str, Card] = {}
    sightings: list[Sighting] = []
    name_of: dict[str, str] = {}
    for n, page in enumerate(history):
        others = [
            Card(url=url(f"{text(k, 3).replace(' ', '-')}-{k}"), title=text(k, 5), excerpt=text(k + 5000))
            for k in range(3 * n, 3 * n + 3)
        ]
        shown = [card for _, card in page.stories] + others
        name_of |= {card.key: f"other {k}" for k, card in enumerate(others, 3 * n)}
        name_of |= {card.key: name for name, card in page.stories}
        for position, card in enumerate(shown, 1):
            cards[card.key] = card
            time = START + timedelta(days=page.day)
            sightings.append(Sighting(f"c{n}", time, position, card.key, url=page.url))
    found = [{name_of[card] for card in post.cards} for post in dedupe(cards, sightings)]
    return sorted(found, key=sorted), sorted(({name} for name in set(name_of.values())), key=sorted)


STOCK_TEXTS = {
    "a preamble of five programmes": apart(
        [
            Card(title=title, url=url("listen", title.split()[-1].casefold() + "-hour"), excerpt=LONG)
            for title in (
                "On compost",
                "The frost of May",
                "A visit to Graz",
                "Why beans climb",
                "Your letters",
            )
        ]
    ),
    "a note to members, on two days": apart(
        [
            Card(
                title=title, url=url("news", slug), excerpt="Only members can read this report.", date=day(n)
            )
            for n, (title, slug) in enumerate(
                [("Council sells the old dairy", "dairy-sold"), ("Two swans at the weir", "swans-weir")]
            )
        ],
        days=1,
    ),
    "a line without URLs": apart(
        [
            Card(title=title, excerpt="The whole programme hangs at the door of the hall.")
            for title in ("An evening with Brahms", "Puppets for children", "The bell ringers", "Tango")
        ]
    ),
    "a line of a subscription in Japanese": apart(
        [
            Card(
                title=title,
                url=url("kiji", n),
                excerpt="この記事は会員限定です。続きを読むには登録してください。",
            )
            for n, title in (
                (51007, "市場の朝は早い"),
                (51033, "橋の工事が始まる"),
                (51090, "雪まつりの準備"),
            )
        ]
    ),
}

RECURRING_TITLES = {
    "small ads of each month": apart(
        [
            Card(
                title="Small ads of the month",
                url=url("n", number),
                date=day(30 * n),
                excerpt="To give away, to swap and to lend.",
            )
            for n, number in enumerate((4821, 4907, 5012))
        ],
        days=30,
    ),
    "minutes in folders of dates, undated": apart(
        [
            Card(title="Minutes of the assembly", url=url(2025, month, "minutes-of-the-assembly"))
            for month in ("02", "05")
        ],
        days=90,
    ),
    "nine weekly titles with dates alone": apart(
        [Card(title="What we read this week", date=day(7 * n)) for n in range(9)]
    ),
    "a picture of the week with another text": apart(
        [
            Card(title="今週の一枚", url=url("photo", name), excerpt=words)
            for name, words in (
                ("k3fwxq", "霧の中の灯台を朝早くに撮りました。"),
                ("p9zvbt", "市場の魚屋さんの笑顔がとても良い。"),
                ("m2qrhd", "雪の残る橋の上を自転車が走って行く。"),
                ("t7ncwk", "夜の港に停まる小さな船の列です。"),
            )
        ]
    ),
}

ONE_TITLE_IN_A_LIST = {
    "with dates, and with texts in a later theme": [
        Page(
            [
                (
                    f"thread {k}",
                    Card(title="Open thread", date=day(-k), excerpt=text(860 + k, 14) if n > 2 else None),
                )
                for k in range(n, n + 4)
            ],
            n,
        )
        for n in range(5)
    ],
    "with URLs that move": [
        Page(
            [
                (f"photo {k}", Card(title="Photo of the day", url=url(part, 4000 + 17 * k), date=day(-k)))
                for k in range(n, n + 4)
            ],
            n,
        )
        for n, part in enumerate(("p", "p", "photos", "photos"))
    ],
    "with texts cut at another length": [
        Page(
            [
                (f"thread {k}", Card(title="Open thread", excerpt=text(870 + k, 30)[: 80 + 60 * (n % 2)]))
                for k in range(n, n + 4)
            ],
            n,
        )
        for n in range(4)
    ],
}

ONE_WORD = {
    "chapters by one author on one day": apart(
        [
            Card(
                title=f"A diary of the allotment, chapter {n}",
                url=url(f"allotment-{n}"),
                excerpt=LONG,
                date=day(0),
                author="Ada",
            )
            for n in ("four", "five", "six")
        ]
    ),
    "numbers by one author on one day": apart(
        [
            Card(title=f"A walk round the lock, {n}", excerpt=LONG, date=day(0), author="Ada")
            for n in (1, 2, 12)
        ]
    ),
    "chapters, with one text": apart(
        [
            Card(title=f"A diary of the allotment, chapter {n}", url=url(f"allotment-{n}"), excerpt=LONG)
            for n in ("four", "five", "six")
        ]
    ),
    "chapters, dated a week apart": apart(
        [
            Card(
                title=f"A diary of the allotment, chapter {word}",
                url=url(f"allotment-{word}"),
                excerpt=LONG,
                date=day(7 * n),
            )
            for n, word in enumerate(("four", "five"))
        ]
    ),
    "letters": apart(
        [
            Card(
                title=f"Aufgabe {letter}",
                url=url(f"aufgabe-{letter.casefold()}"),
                excerpt="Wer die Aufgabe gelöst hat, legt das Blatt in den Kasten neben der Tür.",
            )
            for letter in "CDE"
        ]
    ),
    "the first and the second half": apart(
        [
            Card(
                title=f"市場の人々に聞く{part}",
                url=url("talk", name),
                excerpt="町の市場で長く働く人たちに、朝の仕事と昔の話をゆっくり聞きました。",
            )
            for part, name in (("前編", "ichiba-zenpen"), ("後編", "ichiba-kohen"))
        ]
    ),
    "towns": apart(
        [
            Card(title=f"Night bus timetable, {town}", url=url("bus", number), excerpt=LONG)
            for town, number in (("Graz", 7120), ("Linz", 7121), ("Wels", 7122), ("Steyr", 7123))
        ]
    ),
    "towns in the category": apart(
        [
            Card(
                title="Help wanted in the kitchen",
                url=url("vacancy", number),
                categories=(town,),
                excerpt="We look for someone who cooks soup for sixty, peels, stirs and laughs.",
            )
            for town, number in (("Graz", 8810), ("Linz", 8814), ("Wels", 8833))
        ]
    ),
    "versions": apart(
        [
            Card(title=f"Kestrel {version} is out", url=url(f"kestrel-{version}"), excerpt=LONG)
            for version in ("1.2.0", "1.12.0", "1.2.10")
        ]
    ),
    "weeks": apart([Card(title=f"Week {n} on the quay", url=url(f"week-{n}")) for n in (1, 2, 12)]),
}


def first_posts(hosts: int, printed: str | None = None, author: str | None = None) -> list[Page]:
    """The first post of a blog engine on so many hosts."""
    sites = [f"https://garden{n}.example/" for n in range(hosts)]
    excerpt = "This is the post that every new journal begins with. Edit it, or throw it away."
    return apart(
        [
            Card(
                title="A first entry",
                url=f"{site}a-first-entry",
                excerpt=excerpt,
                date=printed,
                author=author,
            )
            for site in sites
        ],
        days=9,
        urls=sites,
    )


def moved(posts: int, *, titled: bool = True) -> list[Page]:
    """A site that moves with all its posts to another host, where they are cut at another length."""
    stories = [(f"post {n}", text(300 + n, 6), text(400 + n)) for n in range(posts)]
    return [
        Page(
            [
                (
                    name,
                    Card(
                        title=title if titled else None,
                        url=f"https://{host}/{title.replace(' ', '-')}",
                        excerpt=body[:cut],
                    ),
                )
                for name, title, body in stories
            ],
            when,
            f"https://{host}/",
        )
        for host, when, cut in (("old-quay.example", 0, 120), ("new-quay.example", 50, 300))
    ]


HOSTS = {
    "a first post on two hosts": first_posts(2),
    "a first post on four hosts": first_posts(4),
    "a first post on six hosts": first_posts(6),
    "a first post of one day on two hosts": first_posts(2, day(0)),
    "a first post of one author on four hosts": first_posts(4, day(0), "admin"),
    "a title alone on two hosts": apart(
        [Card(title="What we read this week") for _ in range(1)]
        + [Card(title="What we read this week", url="https://b.example/what-we-read")],
        urls=[SITE, "https://b.example/"],
    ),
    "a move of twelve posts": moved(12),
    "a move of four posts": moved(4),
    "a move of four posts without titles": moved(4, titled=False),
}

SHORT_NOTES = {
    "twice, with dates": apart(
        [
            Card(url=url("status", n), excerpt="Good night, dear readers.", date=day(d))
            for n, d in ((88, 0), (97, 20))
        ],
        days=20,
    ),
    "five times, undated": apart(
        [Card(url=url("status", 8840 + 7 * n), excerpt="Rain again.") for n in range(5)], days=11
    ),
    "three times in Chinese": apart(
        [Card(url=url("note", 310 + n), excerpt="早安，港口的朋友們。") for n in range(3)], days=25
    ),
    "twice, with names for URLs": apart(
        [Card(url=url("note", name), excerpt="The kettle is on!") for name in ("hqzkrw", "pvtmbd")], days=14
    ),
}


def daily(days: Sequence[int], title: str, words: int = 14) -> list[Page]:
    """A page that shows another text under another date."""
    cards = [
        Card(url=url("today"), title=title, excerpt=text(600 + n, words), date=day(d))
        for n, d in enumerate(days)
    ]
    return apart(cards, days=1)


DAILY_PAGES = {
    "a dish each day for two weeks": daily(range(14), "Dish of the day"),
    "two days": daily((0, 1), "Dish of the day"),
    "each week": daily((0, 7, 14, 21), "Der Spruch der Woche", words=8),
    "a long title and a long text": daily(range(5), "What the tide brings to our beach today", words=60),
    "no title, at a long URL": apart(
        [Card(url=url("saying-of-the-day"), excerpt=text(640 + n, 12)) for n in range(5)], days=1
    ),
    "no title, with dates": apart(
        [Card(url=url("saying-of-the-day"), excerpt=text(640 + n, 12), date=day(n)) for n in range(3)], days=1
    ),
    "a long name in the URL": apart(
        [
            Card(
                url=url("saying-of-the-day"),
                title="Der Spruch des Tages",
                excerpt=text(640 + n, 12),
                date=day(n),
            )
            for n in range(6)
        ],
        days=1,
    ),
}


def translated(
    names: Sequence[str], languages: Sequence[str], printed: str | None = None, author: str | None = None
) -> list[Page]:
    """Listings in several languages, captured in one crawl session."""
    return [
        Page(
            [
                (
                    f"{name} in {language}",
                    Card(
                        title=name,
                        url=url(language, name.casefold().replace(" ", "-")),
                        excerpt=text(hash_of(name) + 31 * place, 25),
                        date=printed,
                        author=author,
                    ),
                )
                for name in names
            ],
            0,
            url(language, ""),
        )
        for place, language in enumerate(languages)
    ]


def hash_of(name: str) -> int:
    """Return a number for a name, the same in every run."""
    return 10_000 + sum(ord(letter) * (n + 7) for n, letter in enumerate(name))


RIVERS = [
    f"{river} {word}" for river in ("Mosel", "Ticino", "Loire", "Drava") for word in ("Nord", "Delta", "Alta")
]
TRANSLATIONS = {
    "twelve names, dated": translated(RIVERS, ("fr", "it"), printed=day(0)),
    "twelve names, undated": translated(RIVERS, ("fr", "it")),
    "two names": translated(["Mosel Nord", "Ticino Alta"], ("fr", "it")),
    "five names in three languages": translated(RIVERS[:5], ("fr", "it", "sl"), printed=day(0)),
    "five names by one author": translated(RIVERS[:5], ("fr", "it"), printed=day(0), author="Ada"),
}

REWRITTEN = {
    "a strike as it goes on": one(
        [
            Card(url=url("live", "tram-strike"), title=f"Tram strike live: {what}", excerpt=text(700 + n, 20))
            for n, what in enumerate(
                ("depots closed", "talks at noon", "offer refused", "a night without trams")
            )
        ]
    ),
    "a strike, with its date": one(
        [
            Card(
                url=url("live", "tram-strike"),
                title=f"Tram strike live: {what}",
                excerpt=text(700 + n, 20),
                date=day(0),
            )
            for n, what in enumerate(("depots closed", "talks at noon", "offer refused"))
        ]
    ),
    "a wire story with numbers of updates": one(
        [
            Card(
                url=url("flood-in-the-valley"),
                title=f"{front}Flood in the valley, {n} villages cut off",
                excerpt=f"Water has cut off {n} villages in the valley. " + text(720 + n, 15),
            )
            for n, front in ((2, ""), (5, "UPDATE 1: "), (11, "UPDATE 2: "), (12, "UPDATE 3: "))
        ],
        days=0.2,
    ),
    "a corrected figure": one(
        [
            Card(
                url=url("harvest-of-pears"),
                title=f"Harvest of pears falls by {n} per cent",
                excerpt=f"The growers of the valley report a harvest that fell by {n} per cent this year.",
            )
            for n in (18, 8)
        ]
    ),
    "an untitled text, once": one(
        [Card(url=url("council-sells-dairy"), excerpt=text(680 + n, 12)) for n in range(2)]
    ),
    "two headlines in turn": one(
        [
            Card(url=url("dairy-sold-council"), title=title)
            for title in ("Council sells dairy", "Who gets the milk?")
        ]
    ),
    "a theme with other summaries": [
        Page(
            [
                (
                    f"post {n}",
                    Card(title=text(740 + n, 5), url=url(f"story-of-{750 + n}"), excerpt=text(seed + n)),
                )
                for n in range(5)
            ],
            when,
        )
        for seed, when in ((760, 0), (780, 40))
    ],
}

HEADLINES = [(f"post {n}", text(800 + n, 6), text(820 + n, 25)) for n in range(4)]
REWRITTEN["a note of one date under its URL"] = one(
    [
        Card(url=url("stalls-by-the-old-lock"), date=day(0), excerpt=f"Stall 2. {n} saw it")
        for n in (1, 32, 51)
    ]
)

BOXES = {
    "a teaser in one box, none in another": [
        Page(
            [(name, Card(title=title, excerpt=body)) for name, title, body in HEADLINES]
            + [(name, Card(title=title)) for name, title, _ in HEADLINES[:2]],
            0,
        )
    ],
    "a kicker in one box": [
        Page(
            [(name, Card(title=title, url=url(title.replace(" ", "-")))) for name, title, _ in HEADLINES]
            + [(name, Card(title=f"Valley: {title}", excerpt=body)) for name, title, body in HEADLINES[:2]],
            0,
        )
    ],
    "a box of dates": [
        Page([(f"post {n}", Card(title="What we read this week", date=day(7 * n))) for n in range(4)], 0)
    ],
    "titles with another number, in one list": [
        Page([(f"post {n}", Card(title=f"Letters from the weir, part {n}")) for n in range(4)], 0)
    ],
    "one title by two people": [
        Page([(name, Card(title="What we read this week", author=name)) for name in ("Ada", "Bo")], 0)
    ],
}

SERIES_WITHOUT_URLS = {
    "towns on one day": apart(
        [Card(title=f"Night bus timetable, {town}", date=day(0)) for town in ("Graz", "Linz", "Steyr")]
    ),
    "numbers as words": apart(
        [Card(title=f"A walk round the lock, part {n}") for n in ("one", "two", "three")]
    ),
    "numbers": apart([Card(title=f"A walk round the lock, {n}", excerpt=LONG) for n in (1, 2, 12)]),
    "the first and the second half": apart([Card(title=f"市場の人々に聞く {part}") for part in "上下"]),
}

CROWD = [
    (f"entry {n}", Card(title=text(900 + n, 4), url=url(f"entry-{900 + n}"), author=f"Author {n}"))
    for n in range(150)
]
"""What very many authors put on a list of links."""
OF_ONE = [
    (f"entry {n}", Card(title=text(1100 + n, 4), url=url(f"entry-{1100 + n}"), author="Ada"))
    for n in range(30)
]
"""The posts of one author."""


def in_one_place(
    names: Sequence[str], cards: Sequence[Card], others: Sequence[tuple[str, Card]]
) -> list[Page]:
    """Show one card after the other at the top of a page, above the same others."""
    pages = one_by_one(names, cards, days=0.1)
    return [page._replace(stories=[*page.stories, *others]) for page in pages]


NOTES = ("Rain again.", "The kettle is on!", "Good night, dear readers.")
AUTHORS = {
    "of few cards, under another title and URL in one place": in_one_place(
        ["post"] * 2,
        [
            Card(title="Council sells the dairy", url=url("council-dairy"), author="Zed"),
            Card(title="Who will get the milk?", url="https://crane.example/milk", author="Zed"),
        ],
        CROWD,
    ),
    "of few cards, in turn on a list that changes its order": [
        Page([("post", Card(title="Council sells the dairy", author="Zed")), *CROWD], 0),
        Page([*CROWD[20:], ("post", Card(title="Who will get the milk?", author="Zed"))], 0.1),
    ],
    "of few cards, after a year": [
        Page([("one", Card(title="Council sells the dairy", author="Zed")), *CROWD[:75]], 0),
        Page([*CROWD[75:], ("two", Card(title="Who will get the milk?", author="Zed"))], 365),
    ],
    "of few cards, on two days": [
        Page([("one", Card(title="Council sells the dairy", author="Zed")), *CROWD], 0),
        Page(CROWD, 1),
        Page([*CROWD, ("two", Card(title="Who will get the milk?", author="Zed"))], 2),
    ],
    "of few cards, with two titles on one page": [
        Page([*[(title, Card(title=title, author="Zed")) for title in NOTES], *CROWD], 0)
    ],
    "of all cards, with short notes of one day": in_one_place(
        NOTES, [Card(excerpt=note, author="Ada", date=day(0)) for note in NOTES], OF_ONE
    ),
}

FRONT_PAGES = {
    "of two hosts, under one title": apart(
        [
            Card(url=f"https://{host}.example/", title="The crane and lantern gazette of the valley")
            for host in ("crane", "gazette")
        ]
    ),
    "of two hosts, under one title by one author": apart(
        [Card(url=f"https://{host}.example/", title="Gazette", author="Ada") for host in ("crane", "gazette")]
    ),
    "of two hosts, on one page": [
        Page(
            [
                (host, Card(url=f"https://{host}.example/", title="The crane and lantern"))
                for host in ("crane", "gazette")
            ],
            0,
        )
    ],
    "of one host, with www and without": one(
        [Card(url=front, title="Gazette") for front in ("https://crane.example/", "http://www.crane.example")]
    ),
    "one link put out again": one(
        [Card(url="https://crane.example/", title=text(840, 5), author=name) for name in "AB"]
    ),
}

WANTED = "A keeper for the lock, who can row, whistle and mend a net when it storms, is wanted in"


def wanted(title: str | None = None, printed: str | None = None) -> list[Page]:
    """Show notices of two towns on one page, then on another one what both begin with."""
    towns = [
        (town, Card(title=title, excerpt=f"{WANTED} {town}.", date=printed)) for town in ("Emden", "Husum")
    ]
    return [Page(towns, 0), Page([("either", Card(title=title, excerpt=f"{WANTED}…", date=printed))], 1)]


ONE_OPENING = {
    "of three posts, cut behind it, and of a fourth one": apart(
        [
            *(
                Card(title=text(n, 4), url=url("recipes", text(n, 2).replace(" ", "-")), excerpt=LONG + "…")
                for n in (850, 851, 852)
            ),
            Card(excerpt=f"{LONG} {text(853, 4)}"),
        ]
    ),
    "of two posts of one page and day": wanted(printed=day(0)),
    "of two posts of one page and title": wanted(title="Keeper of a lock"),
    "with the word that is one's alone": [
        Page([(town, Card(excerpt=f"Wanted in {town}: {LONG}")) for town in ("Emden", "Husum")], 0),
        Page([("Husum", Card(excerpt="Wanted in Husum: Now and then the two …"))], 1),
    ],
}

KINDS = {
    "an author": AUTHORS,
    "boxes": BOXES,
    "series without URLs": SERIES_WITHOUT_URLS,
    "front pages": FRONT_PAGES,
    "stock text": STOCK_TEXTS,
    "recurring title": RECURRING_TITLES,
    "one title in a list": ONE_TITLE_IN_A_LIST,
    "one word": ONE_WORD,
    "one opening": ONE_OPENING,
    "hosts": HOSTS,
    "short note": SHORT_NOTES,
    "daily page": DAILY_PAGES,
    "translations": TRANSLATIONS,
    "rewritten": REWRITTEN,
}
CASES = {f"{kind}: {name}": history for kind, some in KINDS.items() for name, history in some.items()}


@pytest.mark.parametrize("name", CASES)
def test_the_posts_of_a_history_are_found(name):
    found, there = posts_found(CASES[name])
    assert found == there
