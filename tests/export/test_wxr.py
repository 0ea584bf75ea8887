"""WXR: what the importer of WordPress takes, by the rules of its parsers."""

import re
from datetime import date
from html import unescape
from uuid import UUID
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver import Archive, ImportOptions
from archiver.export import FeedHead, write_wxr
from archiver.export.feed import topics
from tests.export.posts import HOSTILE, POSTS, post
from tests.paths import SAMPLE

HEAD = FeedHead(UUID(int=1), "harbour.example", None)
NAMES = {
    "wp": "http://wordpress.org/export/1.2/",
    "excerpt": "http://wordpress.org/export/1.2/excerpt/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
}


def wxr(posts):
    return b"".join(write_wxr(posts, "https://harbour.example", HEAD))


def items(posts):
    root = ElementTree.fromstring(wxr(posts))  # noqa: S314 - our own
    assert root.findtext("channel/wp:wxr_version", None, NAMES) == "1.2"
    return root.findall("channel/item")


def text(item, name):
    return item.findtext(name, None, NAMES)


def in_html(value):
    text = " ".join((value or "").split())
    return re.sub("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)


@given(st.lists(POSTS, max_size=3))
def test_posts_are_read_back(posts):
    for item, row in zip(items(posts), posts, strict=True):
        for name, value in (("title", row["title"]), ("excerpt:encoded", row["excerpt"])):
            html = text(item, name)
            assert not re.search(r"[<>\[]", html)
            assert unescape_once(html) == in_html(value)
        assert text(item, "wp:post_date") == (f"{row['date']} 00:00:00" if row["date"] else None)
        assert text(item, "wp:status") == ("publish" if row["date"] else "draft")
        terms = [(c.get("domain"), unescape_once(c.text or "")) for c in item.findall("category")]
        assert terms == [("category", in_html(name)) for name in row["categories"]] + [
            ("post_tag", in_html(name)) for name in row["tags"]
        ]


def unescape_once(html):
    return re.sub(r"&(?:amp|lt|gt|#91|#13);", lambda found: unescape(found[0]), html)


@pytest.mark.parametrize("value", HOSTILE)
def test_no_text_is_markup_or_a_shortcode(value):
    (item,) = items(
        [post(title=value, excerpt=f"[gallery]{value}", author=value, categories=[value], tags=[value])]
    )
    for name in ("title", "excerpt:encoded"):
        assert not re.search(r"[<>\[]", text(item, name))
    assert {child.tag for child in item} <= {
        *("title", "link", "pubDate", "guid", "description", "category"),
        *(
            f"{{{NAMES[p]}}}{n}"
            for p, n in (("dc", "creator"), ("content", "encoded"), ("excerpt", "encoded"))
        ),
        *(
            f"{{{NAMES['wp']}}}{n}"
            for n in ("post_id", "post_date", "post_date_gmt", "post_name", "status", "post_type")
        ),
    }


def test_what_is_not_known_is_left_out():
    (item,) = items([post(**dict.fromkeys(("url", "date", "author", "title")), categories=[], tags=[])])
    assert [text(item, name) for name in ("pubDate", "wp:post_date", "dc:creator", "link", "category")] == [
        None
    ] * 5
    assert text(item, "content:encoded") == ""
    assert text(item, "wp:post_name") == ""


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://a.example/2026/03/who-rang/", "who-rang"),
        ("https://a.example/who-rang.html", "who-rang"),
        ("https://a.example/%E6%B5%B7/", "海"),
        ("https://a.example/?p=12", ""),
        ("https://a.example/index.php?p=12", ""),
        ("https://a.example", ""),
        ("https://[a/b", ""),
    ],
)
def test_a_post_keeps_the_name_that_its_url_has(url, name):
    assert text(items([post(url=url)])[0], "wp:post_name") == name


def test_categories_of_one_slug_are_not_one_category():
    """The importer of WordPress takes a category for one that it has if their slugs are equal."""
    names = ["C", "C++", "C#", "c-", "!!!", "???", "Harbour bells", "harbour BELLS"]
    slugs = [term.get("nicename") for term in items([post(categories=names, tags=[])])[0].findall("category")]
    assert slugs[0] == "c"
    assert slugs[-1] == slugs[-2] == "harbour-bells"
    assert len(set(slugs)) == len(names) - 1
    assert all(slugs)


def test_dates_are_in_english_and_ids_are_numbers():
    first, second = items([post(date="2026-03-01"), post(date="0999-12-31")])
    assert text(first, "pubDate") == "Sun, 01 Mar 2026 00:00:00 +0000"
    assert text(second, "pubDate").startswith(f"{date(999, 12, 31):%a}, 31 Dec 0999")
    assert [text(item, "wp:post_id") for item in (first, second)] == ["1", "2"]


def test_each_element_is_a_line():
    """The importer's last resort, regular expressions, reads line by line."""
    lines = wxr([post(title="a\nb", excerpt="c\r\nd")]).decode().splitlines()
    assert "<title>a b</title>" in lines
    assert all(line.count("<") in (1, 2) for line in lines[3:])


def test_our_own_crawl_reads_it(tmp_path):
    archive = Archive(tmp_path / "archive")
    archive.crawl(SAMPLE, imports=ImportOptions(base_url="https://harbour.example/"))
    archive.dedupe()
    path = archive.export("posts", tmp_path / "blog.xml", "wxr")
    again = Archive(tmp_path / "again")
    again.crawl(path)
    for card, row in zip(again.rows("cards"), archive.rows("posts"), strict=True):
        assert (card["url"], card["title"], card["date"]) == (row["url"], row["title"], row["date"])
        assert card["categories"] == topics(row)
