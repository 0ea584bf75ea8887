"""Feeds that took feedparser quadratic time or worse: none is long, each is read."""

import pytest

from archiver.parse.feeds.xml import read_feed
from tests.hanging import must_not_hang

URL = "https://harbour.example/feed"
ITEM = "<item><title>Boats</title><link>/p</link>{}</item>"


def rss(items: str, before: str = "") -> str:
    return f'{before}<rss version="2.0"><channel>{items}</channel></rss>'


def entities(levels: int, most: int) -> str:
    declared = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * most}">' for n in range(1, levels))
    return f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "boats">{declared}]>'


@pytest.mark.parametrize(
    "text",
    [
        rss(ITEM.format("".join(f"<category>tide {n}</category>" for n in range(40_000)))),
        rss(ITEM.format("") + "".join(f'<x xmlns:a{n}="v{n}" xmlns="u{n}">t</x>' for n in range(30_000))),
        rss(ITEM.format(""), "<?xml " + 'encoding="" ' * 3000 + "?>"),
        rss(ITEM.format(""), '<?xml version="1.0"?>' + "\n" * 200_000),
        rss(ITEM.format(f"<author>{'a' * 400_000}</author>")),
    ],
    ids=["categories", "namespaces", "encodings", "blank lines", "a long author"],
)
def test_a_feed_is_read_in_linear_time(text: str) -> None:
    with must_not_hang():
        page = read_feed(text, URL)
    assert [card.title for card in page.cards][:1] == ["Boats"]


def test_nested_entities_are_not_expanded() -> None:
    text = rss("<item><title>Boats &e6;</title></item>", entities(7, 10))
    assert len(text) < 600
    (card,) = read_feed(text, URL).cards
    assert card.title
    assert len(card.title) < 100


def test_short_entities_are_kept_and_their_feed_is_well_formed() -> None:
    before = '<?xml version="1.0"?>\n<!DOCTYPE rss [<!ENTITY tide "ebb and flow"><!ENTITY nbsp "&#160;">]>\n'
    page = read_feed(rss("<item><title>Of&nbsp;&tide;</title></item>", before), URL)
    assert [card.title for card in page.cards] == ["Of ebb and flow"]
    assert "not well formed" not in page.why


def test_repeated_categories_are_one() -> None:
    (card,) = read_feed(rss(ITEM.format("<category>Tide</category>" * 3)), URL).cards
    assert card.categories == ("Tide",)
