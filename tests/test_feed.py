import json
import socket
from pathlib import Path

import pytest

from archiver.models import Page
from archiver.parse.feed import read_feed
from archiver.parse.feed_json import read_json_feed

CASES = sorted((Path(__file__).parent / "fixtures" / "feeds").glob("*.xml"))
URL = "https://example.com/feed.xml"
FIELDS = ["url", "title", "date", "author", "categories", "excerpt"]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
@pytest.mark.parametrize("field", FIELDS)
def test_field(path: Path, field: str) -> None:
    page = read_feed(path.read_text(), URL)
    expected = json.loads(path.with_suffix(".json").read_text())
    values = [getattr(card, field) for card in page.cards]
    assert [list(v) if isinstance(v, tuple) else v for v in values] == [
        card[field] for card in expected["cards"]
    ]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_feed_itself(path: Path) -> None:
    page = read_feed(path.read_text(), URL)
    expected = json.loads(path.with_suffix(".json").read_text())
    assert (page.kind, page.next_url, page.language) == ("feed", expected["next_url"], expected["language"])


def rss(item: str, prolog: str = "") -> Page:
    return read_feed(f'{prolog}<rss version="2.0"><channel><item>{item}</item></channel></rss>', URL)


def test_a_next_link_to_itself_is_none() -> None:
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><link rel="next" href="{URL}"/></feed>'
    assert read_feed(feed, URL).next_url is None


def test_an_address_is_never_opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was asked for")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    (secret := tmp_path / "secret").write_text("secret")
    for text in ("http://127.0.0.1:9/feed", str(secret), f"file://{secret}"):
        assert read_feed(text, URL).error == "no feed that could be read"
    entities = f'<!DOCTYPE r [<!ENTITY a SYSTEM "file://{secret}"><!ENTITY b SYSTEM "http://127.0.0.1:9/">]>'
    page = rss("<title>Boats &a; &b;</title>", entities)
    assert "secret" not in repr(page)
    page = rss("<title>Boats</title>", '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/r.dtd">')
    assert page.cards[0].title == "Boats"


def test_entities_do_not_grow() -> None:
    declared = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    page = rss("<title>&e11;</title>", f'<!DOCTYPE r [<!ENTITY e0 "boats">{declared}]>')
    assert len(page.cards[0].title or "") < 1000


def test_broken_and_deep_is_not_parsed() -> None:
    assert read_feed("<rss>" + "<item>" * 20_000, URL).error == "not parsed: 20,001 elements open at once"


def json_feed(**feed: object) -> Page:
    return read_json_feed(json.dumps({"version": "https://jsonfeed.org/version/1.1", **feed}), URL)


def test_json_feed() -> None:
    page = json_feed(
        language="en",
        next_url="/feed.json?page=2",
        authors=[{"name": "Jo"}],
        items=[
            {
                "id": 1,
                "url": "/boats",
                "external_url": "https://other.example/",
                "title": "Boats",
                "tags": ["Sea"],
                "summary": "Three.",
                "content_html": "<p>All</p>",
                "date_published": "2024-03-05T23:30:00-08:00",
            },
            {
                "id": "2",
                "external_url": "https://other.example/",
                "content_html": "<p>One.</p><p>Two.</p>",
                "author": {"name": "Ann"},
                "date_modified": "2024-03-05",
            },
            {"id": "3", "content_text": "a < b", "tags": "Sea", "title": 7},
            "nonsense",
        ],
    )
    assert (page.kind, page.language, page.next_url) == ("feed", "en", "https://example.com/feed.json?page=2")
    assert [tuple(getattr(card, field) for field in FIELDS) for card in page.cards] == [
        ("https://example.com/boats", "Boats", "2024-03-05", "Jo", ("Sea",), "Three."),
        ("https://other.example/", None, None, "Ann", (), "One. Two."),
        (None, "7", None, "Jo", (), "a < b"),
    ]


def test_json_feed_that_follows_itself() -> None:
    assert json_feed(next_url=URL, items=[]).next_url is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"items": 1}', '{"items": {}}', "[" * 100_000])
def test_no_json_feed(text: str) -> None:
    page = read_json_feed(text, URL)
    assert page.kind == "empty"
    assert page.error


def test_lone_surrogates_in_json() -> None:
    page = read_json_feed(
        '{"items": [{"title": "a\\ud800b", "url": "/\\ud800", "content_html": "<p>\\ud800"}]}', URL
    )
    assert page.cards[0].title == "a\ufffdb"


MEDIA = (
    '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><language>en</language>'
    "<item><link>boats</link>{}</item></channel></rss>"
)


@pytest.mark.parametrize(
    ("element", "image"),
    [
        ('<media:thumbnail url="/t.jpg"/>', "https://example.com/t.jpg"),
        ('<media:content url="v.mp4" medium="video"/><media:content url="c" medium="image"/>', "c"),
        ('<media:group><media:content url="c.jpg" type="image/jpeg"/></media:group>', "c.jpg"),
        ('<enclosure url="a.mp3" type="audio/mpeg"/><enclosure url="a.jpg" type="image/jpeg"/>', "a.jpg"),
        ('<itunes:image href="i.jpg"/>', "i.jpg"),
        ('<enclosure url="data:image/gif;base64,R0lG" type="image/gif"/>', None),
        ('<enclosure url="a.mp3" type="audio/mpeg"/>', None),
    ],
)
def test_the_picture_of_an_entry(element: str, image: str | None) -> None:
    (card,) = read_feed(MEDIA.format(element), URL).cards
    assert card.image == (image and (image if ":" in image else f"https://example.com/{image}"))
    assert card.href == "boats"


@pytest.mark.parametrize(
    ("written", "date", "text", "precision"),
    [
        ("Tue, 05 Mar 2024 23:30:00 -0800", "2024-03-05", "05 Mar 2024", "day"),
        ("2024-03-05T23:30:00-08:00", "2024-03-05", "2024-03-05", "day"),
        ("2024-03", None, "2024-03", "month"),
        ("2024", None, "2024", "year"),
    ],
)
def test_what_is_written_of_a_date(written: str, date: str | None, text: str, precision: str) -> None:
    (card,) = read_feed(MEDIA.format(f"<pubDate>{written}</pubDate>"), URL).cards
    assert card.printed is not None
    assert (card.date, card.printed.text, card.printed.precision) == (date, text, precision)
    assert card.printed.place == "feed"
    assert card.updated is None


def test_an_entry_in_another_language() -> None:
    (card,) = read_feed(MEDIA.format("<dc:language>fr</dc:language>"), URL).cards
    assert card.language == "fr"
    (card,) = read_feed(MEDIA.format("<dc:language>en</dc:language>"), URL).cards
    assert card.language is None


def test_updated_stands_apart_from_published() -> None:
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><entry xml:lang="ja"><title>A</title>'
        "{}<updated>2024-03-07T01:00:00Z</updated></entry></feed>"
    )
    (card,) = read_feed(feed.format("<published>2024-03-05T00:00:00Z</published>"), URL).cards
    assert (card.date, card.updated, card.language) == ("2024-03-05", "2024-03-07", "ja")
    (card,) = read_feed(feed.format(""), URL).cards
    assert (card.date, card.printed, card.updated) == (None, None, "2024-03-07")


def test_how_a_json_item_is_shown() -> None:
    page = json_feed(
        language="en",
        items=[
            {
                "url": "/boats",
                "image": "/b.jpg",
                "date_published": "2024-03-05T23:30:00-08:00",
                "date_modified": "2024-03-07",
                "language": "de",
            },
            {
                "url": "javascript:x",
                "external_url": "https://other.example/",
                "attachments": [
                    {"url": "a.mp3", "mime_type": "audio/mpeg"},
                    3,
                    {"mime_type": "image/png"},
                    {"url": "a.png", "mime_type": "image/png"},
                ],
                "language": "en",
            },
        ],
    )
    first, second = page.cards
    assert (first.href, first.image, first.updated, first.language) == (
        "/boats",
        "https://example.com/b.jpg",
        "2024-03-07",
        "de",
    )
    assert first.printed is not None
    assert first.printed.text == "2024-03-05"
    assert (second.href, second.image, second.updated, second.language, second.printed) == (
        "https://other.example/",
        "https://example.com/a.png",
        None,
        None,
        None,
    )
