import json
import socket
from pathlib import Path

import pytest

from archiver.models import Page
from archiver.parse.feeds.json import read_json_feed
from archiver.parse.feeds.xml import read_feed
from tests.paths import FIXTURES

CASES = sorted((FIXTURES / "feeds").glob("*.xml"))
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
        ("https://other.example/", None, "2024-03-05", "Ann", (), "One. Two."),
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


def test_an_update_dates_an_entry_that_has_no_other_date() -> None:
    (card,) = atom("<entry><title>A</title><updated>2024-03-07T01:00:00Z</updated></entry>").cards
    assert card.printed is not None
    assert (card.date, card.printed.place, card.updated) == ("2024-03-07", "update", "2024-03-07")
    (card,) = json_feed(items=[{"url": "/a", "date_modified": "2024-03-07"}]).cards
    assert card.printed is not None
    assert (card.date, card.printed.place, card.updated) == ("2024-03-07", "update", "2024-03-07")


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


def atom(body: str, attributes: str = "") -> Page:
    return read_feed(f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}>{body}</feed>', URL)


def test_bases_of_addresses_are_nested() -> None:
    entry = '<entry xml:base="2024/"><link href="boats"/></entry>'
    page = atom(entry + '<entry><link href="nets"/></entry>', 'xml:base="/notes/"')
    assert [card.url for card in page.cards] == [
        "https://example.com/notes/2024/boats",
        "https://example.com/notes/nets",
    ]


def test_a_link_without_other_bases_is_kept_as_written() -> None:
    (card,) = atom('<entry><link href="boats"/></entry>').cards
    assert (card.href, card.url) == ("boats", "https://example.com/boats")


@pytest.mark.parametrize(
    ("links", "url"),
    [
        ('<link href="/a"/>', "/a"),
        ('<link rel="self" href="/s"/><link rel="alternate" href="/a"/>', "/a"),
        ('<link rel="alternate" type="application/pdf" href="/p"/><link type="text/html" href="/a"/>', "/a"),
        ('<link rel="http://www.iana.org/assignments/relation/alternate" href="/a"/>', "/a"),
        ('<link rel="ALTERNATE" href="/a"/>', "/a"),
        ('<link rel="enclosure" href="/a.mp3"/>', None),
    ],
)
def test_the_permalink_is_the_alternate_link(links: str, url: str | None) -> None:
    (card,) = atom(f"<entry><title>Boats</title>{links}</entry>").cards
    assert card.url == (url and "https://example.com" + url)


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<guid>https://example.com/a</guid>", "https://example.com/a"),
        ("<link/><guid>https://example.com/a</guid>", "https://example.com/a"),
        ("<link></link><guid>https://example.com/a</guid>", "https://example.com/a"),
        ('<link/><guid isPermaLink="false">https://example.com/?p=3</guid>', None),
        ("<guid>12345</guid>", None),
        ("<guid>urn:uuid:1</guid>", None),
        ("<guid>www.example.com</guid>", None),
        ("<link> https://example.com/b\n</link><guid>https://example.com/a</guid>", "https://example.com/b"),
    ],
)
def test_a_guid_is_a_link_only_where_it_may_be(item: str, url: str | None) -> None:
    (card,) = rss(f"<title>Boats</title>{item}").cards
    assert card.url == url


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("Tue, 05 Mar 24 10:00:00 EST", "2024-03-05"),
        ("Mon, 05 Mar 2024 10:00 PDT", "2024-03-05"),  # it was a Tuesday
        ("5 March 2024", "2024-03-05"),
        ("Mar 5, 2024 10:00 AM", "2024-03-05"),
        ("2024-03-05T23:30:00-08:00", "2024-03-05"),
        ("mar., 5 mars 2024 10:00:00 +0100", "2024-03-05"),
        ("05/03/2024", None),
        ("1709632800", None),
    ],
)
def test_dates_as_they_are_written(written: str, date: str | None) -> None:
    (card,) = rss(f"<title>Boats</title><pubDate>{written}</pubDate>").cards
    assert card.date == date


def test_dates_of_a_feed_prove_their_order_together() -> None:
    items = [f"<title>Boats</title><pubDate>{date}</pubDate>" for date in ("05/03/2024", "25/03/2024")]
    page = rss("</item><item>".join(items))
    assert [card.date for card in page.cards] == ["2024-03-05", "2024-03-25"]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Nets &amp; boats", "Nets & boats"),
        ("Nets &amp;amp; boats", "Nets & boats"),
        ("Nets &amp;amp;amp; boats", "Nets & boats"),
        ("The harbour&amp;#8217;s nets", "The harbour’s nets"),
        ("<![CDATA[<b>Nets</b> &amp; boats]]>", "Nets & boats"),
        ("The &amp;lt;p&amp;gt; element", "The <p> element"),
    ],
)
def test_titles_that_are_escaped_once_or_more(written: str, title: str) -> None:
    (card,) = rss(f"<title>{written}</title>").cards
    assert card.title == title


def test_kinds_of_text_in_atom() -> None:
    page = atom(
        "<entry><title>Less &lt; more &lt;b&gt;</title></entry>"
        '<entry><title type="html">Three &lt;b&gt;bo&lt;/b&gt;ats</title></entry>'
        '<entry><title type="xhtml">'
        '<div xmlns="http://www.w3.org/1999/xhtml">Three <b>bo</b>ats</div></title>'
        "</entry>"
    )
    assert [card.title for card in page.cards] == ["Less < more <b>", "Three boats", "Three boats"]


def test_a_feed_that_was_cut_short() -> None:
    feed = "".join(
        f"<item><title>Note {n}</title><link>https://example.com/{n}</link></item>" for n in range(5)
    )
    for end in range(40, len(feed)):
        page = read_feed('<rss version="2.0"><channel>' + feed[:end], URL)
        assert [card.url for card in page.cards if card.url] == [
            f"https://example.com/{n}" for n in range(feed[:end].count("</link>"))
        ]


def test_a_json_feed_that_was_cut_short() -> None:
    feed = json.dumps({"items": [{"url": f"/{n}", "title": "Boats, nets"} for n in range(5)]})
    for end in range(20, len(feed)):
        page = read_json_feed(feed[:end], URL)
        assert len(page.cards) == feed[:end].count("}")


def test_an_id_of_a_json_feed_may_be_the_address() -> None:
    page = json_feed(items=[{"id": "https://example.com/1", "external_url": "https://other.example/"}])
    assert page.cards[0].url == "https://example.com/1"


def test_numbers_without_end_in_json() -> None:
    page = read_json_feed('{"items": [{"id": 1e999, "title": "Boats", "size": %s}]}' % ("9" * 10_000), URL)
    assert page.cards[0].title == "Boats"
