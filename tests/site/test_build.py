"""A site from values: its pages lead to each other, and to what is there; whatever the values are."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from archiver.site.frame import POLICY
from archiver.site.markup import Html, document, element, joined, outside, text, web_url
from archiver.site.plots import bars
from tests.site.made import (
    NOON,
    broken_links,
    built,
    change,
    links,
    listing,
    pages,
    post,
)

HOSTILE = (
    "<script>document.documentElement.dataset.ran = 1</script>",
    "</title></bdi></p></main><img src=x onerror=\"document.documentElement.dataset.ran = 1\">",
    "\" onmouseover=\"document.documentElement.dataset.ran = 1\" autofocus onfocus=\"alert(1)\" x=\"",
    "' onclick='alert(1)",
    "<svg><script>document.documentElement.dataset.ran = 1</script><animate onbegin=alert(1)>",
    "<style>body { display: none } @import 'https://thief.example/x.css';</style>",
    "x\"; background: url(https://thief.example/x)",
    "{{ 7 * 7 }} {% import os %} ${7 * 7} <%= 7 * 7 %> #{7 * 7}",
    "]]> --> <!-- <![CDATA[ <?php echo 1 ?>",
    "</script><script>document.documentElement.dataset.ran = 1</script>",
    "\u202egnp.exe \u2066 \u2028 \u2029 \u0085",
    "&lt;script&gt; &amp; &#60;b&#62;",
)  # fmt: skip
URLS = (
    "javascript:document.documentElement.dataset.ran=1",
    "JaVaScRiPt://harbour.example/%0adocument.documentElement.dataset.ran=1",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "//thief.example/",
    'https://harbour.example/"><script>document.documentElement.dataset.ran = 1</script>',
)
ELEMENTS = {
    *"""
    html head meta title link script body header footer main nav section article a ul ol li h1 h2 h3 h4
    p b code small span bdi time dl dt dd div form label input button noscript figure figcaption svg
    rect details summary table thead tbody tr th td del ins
    """.split()  # noqa: SIM905 - one a line would be a page
}
ATTRIBUTES = {
    *"""
    lang charset http-equiv content name rel href src defer class id dir datetime role aria-label
    aria-current aria-hidden action type autocomplete for hidden viewBox preserveAspectRatio x y width
    height scope data-url data-time
    """.split()  # noqa: SIM905 - one a line would be a page
}


def hostile_site():
    """A site with a hostile text in every field, and every URL that could run."""
    posts = [
        post(
            n,
            site=text,
            url=URLS[n % len(URLS)],
            urls=list(URLS),
            title=text,
            author=text,
            categories=[text],
            tags=[text],
            excerpt=text,
            language=text,
            revisions=[{"title": f"{text} edited", "excerpt": f"edited {text}"}],
            page=URLS[n % len(URLS)],
        )
        for n, text in enumerate(HOSTILE)
    ]
    changes = [
        change(
            kind,
            one,
            page=one.row["url"],
            capture=one.row["title"],
            edits=[{"field": "title", "old": one.row["title"], "new": f"{one.row['excerpt']} x"}],
            above={"id": posts[0].row["id"], "title": one.row["title"]},
            below={"id": posts[1].row["id"], "title": one.row["title"]},
            in_place_of=[{"id": posts[2].row["id"], "title": one.row["title"]}],
        )
        for one in posts
        for kind in ("came", "edited", "gone", "back")
    ]
    coverage = [
        listing(url, failed=[{"url": url, "reason": text}]) for url, text in zip(URLS, HOSTILE, strict=False)
    ]
    return built(posts, changes, coverage, name=HOSTILE[1])


def foreign_markup(files):
    """Elements, attributes, scripts and links that no page of a site has."""
    found = []
    for path, page in pages(files).items():
        for node in page.css("*"):
            found += [f"{path}: <{node.tag}>"] * (node.tag not in ELEMENTS)
            found += [f"{path}: {name}" for name in node.attributes if name not in ATTRIBUTES]
        for script in page.css("script"):
            own = (script.attributes["src"] or "").lstrip("./") in {"search.js", "replay.js"}
            found += [f"{path}: a script"] * (not own or script.text() != "")
        for link in links(page):
            may_lead = link.startswith(("https://harbour.example/", "https://replayweb.page/"))
            found += [f"{path}: {link}"] * (not may_lead and ":" in link)
    return found


def test_hostile_texts_make_no_elements_attributes_or_links():
    files = hostile_site()
    assert broken_links(files) == []
    assert foreign_markup(files) == []


def test_hostile_texts_are_shown_as_they_are():
    shown = " ".join(page.text() for page in pages(hostile_site()).values())
    for text_ in (*HOSTILE, *URLS):
        assert " ".join(text_.split()) in " ".join(shown.split())


def test_every_page_has_the_policy_and_its_landmarks():
    for path, page in pages(built([post(1)], [change("came", post(1))], [listing()])).items():
        (policy,) = page.css('meta[http-equiv="Content-Security-Policy"]')
        assert policy.attributes["content"] == POLICY
        assert "unsafe" not in POLICY
        assert [len(page.css(name)) for name in ("h1", "main", "header", "footer", "head > title")] == [
            1
        ] * 5, path
        levels = [int((node.tag or "h0")[1]) for node in page.css("h1, h2, h3, h4")]
        assert all(lower <= upper + 1 for upper, lower in pairwise(levels)), path


@given(st.text(), st.text())
def test_any_text_is_text_again(one, other):
    page = LexborHTMLParser(document(element("p", one, element("a", text(other), title=other))))
    link = page.css_first("a")
    assert link is not None
    assert link.attributes["title"] == as_html_has_it(other)
    assert page.css_first("p").text() == as_html_has_it(one) + as_html_has_it(other)  # type: ignore[union-attr]


def as_html_has_it(value):
    """A parser of HTML takes NUL away or replaces it, and has one kind of line end."""
    value = value.encode("utf-8", "replace").decode()
    return value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")


@pytest.mark.parametrize("url", URLS[:-1])
def test_urls_that_are_not_of_the_web_are_no_links(url):
    assert web_url(url) is None
    assert outside(url).startswith("<span>")


def test_a_link_goes_out_without_a_referrer():
    assert 'rel="noreferrer noopener nofollow external"' in outside("HTTPS://harbour.example/")
    assert joined("<", Html("<br>"), None) == "&lt;<br>"


def test_an_empty_archive_is_a_site():
    files = built()
    assert broken_links(files) == []
    assert {path for path in files if path.endswith(".html")} == {
        "index.html",
        "changes/index.html",
        "coverage/index.html",
        "search/index.html",
        "sites/index.html",
    }
    assert "No post is in the archive yet." in files["index.html"].decode()


def test_posts_without_title_url_date_or_site():
    bare = [
        post(1, site=None, title=None, url=None, urls=[], date=None, author=None, excerpt="Only a text."),
        post(2, site=None, title=None, url=None, urls=[], date=None, author=None, excerpt=None),
    ]
    files = built(bare)
    assert broken_links(files) == []
    shown = pages(files)
    assert shown["posts/00/0000000000000001.html"].css_first("h1").text() == "Only a text."  # type: ignore[union-attr]
    assert shown["posts/00/0000000000000002.html"].css_first("h1").text() == "A post without words"  # type: ignore[union-attr]
    assert len(shown["months/undated.html"].css(".posts > li")) == 2
    assert len(shown["sites/_none.html"].css(".posts > li")) == 2


def test_a_very_long_text_is_cut():
    long = "word " * 200_000
    one = post(1, excerpt=long, revisions=[{"title": "Other", "excerpt": f"{long} more"}])
    edit = {"field": "excerpt", "old": long, "new": f"new {long}"}
    files = built([one], [change("edited", one, edits=[edit])])
    assert max(map(len, files.values())) < 200_000
    assert "The text has 1,000,000 characters" in files["posts/00/0000000000000001.html"].decode()


def test_long_lists_are_several_pages():
    posts = [post(n, site=f"{n % 2}.example") for n in range(430)]
    changes = [change("came", one) for one in posts]
    coverage = [listing(f"https://{n}.example/") for n in range(45)]
    files = built(posts, changes, coverage)
    assert broken_links(files) == []
    parts = [f"months/2026-03{part}.html" for part in ("", "_2", "_3", "_4", "_5")]
    assert [len(pages(files)[path].css(".posts > li")) for path in parts] == [100, 100, 100, 100, 30]
    assert {"sites/0.example_3.html", "changes/2026-03_3.html", "coverage/index_3.html"} <= files.keys()
    assert not {"months/2026-03_6.html", "changes/2026-03_4.html"} & files.keys()
    assert max(map(len, files.values())) < 150_000
    total = sum(
        len(page.css(".posts > li")) for path, page in pages(files).items() if path.startswith("sites/")
    )
    assert total == 430


def test_sites_with_odd_hosts_have_lists_of_their_own():
    hosts = [
        "a.example",
        "../../x",
        "..",
        "a/b",
        "x" * 300,
        "ä.example",
        "A.example",
        "[::1]",
        "con",
        "_none",
        "",
        None,
    ]
    files = built([post(n, site=host) for n, host in enumerate(hosts)])
    assert broken_links(files) == []
    lists = [path for path in files if path.startswith("sites/") and path != "sites/index.html"]
    assert len(lists) == len(hosts) - 1  # the empty host is no site, too


def test_a_post_that_is_gone_says_so_until_it_is_back():
    one, other = post(1), post(2)
    files = built([one, other], [change("gone", one), change("gone", other), change("back", other)])
    shown = pages(files)
    assert "gone" in shown["posts/00/0000000000000001.html"].css_first("article > .facts").text()  # type: ignore[union-attr]
    assert "gone" not in shown["posts/00/0000000000000002.html"].css_first("article > .facts").text()  # type: ignore[union-attr]
    history = shown["posts/00/0000000000000002.html"].css_first(".history").text()  # type: ignore[union-attr]
    assert [word for word in ("first seen", "gone", "back", "last seen") if word in history] == [
        "first seen",
        "gone",
        "back",
        "last seen",
    ]


def test_revisions_stand_side_by_side_with_their_differences():
    one = post(1, title="第二回公演", excerpt="a b", revisions=[{"title": "第三回公演", "excerpt": "a c"}])
    page = pages(built([one]))["posts/00/0000000000000001.html"]
    assert [node.text() for node in page.css(".sides > div:first-child del")] == ["二", "b"]
    assert [node.text() for node in page.css(".sides > div:last-child ins")] == ["三", "c"]


def test_captures_lead_into_the_wacz_where_there_is_one():
    one, from_file = post(1), post(2, page="file:///saved/index.html")
    page = "posts/00/0000000000000001.html"
    link = pages(built([one]))[page].css_first("a[data-url]")
    assert link is not None
    assert link.attributes["href"] == "../../archive.wacz"
    assert link.attributes["data-time"] == "20260301120000"
    assert b"archive.wacz" not in built([one], has_wacz=False)[page]
    assert b"data-url" not in built([from_file])["posts/00/0000000000000002.html"]
    assert NOON.encode() in built([one])[page]


def test_plots_are_of_months_of_years_and_of_the_last_years():
    assert bars({}) == []
    assert [(bar.label, bar.number) for bar in bars({"2025-11": 2, "2026-02": 1})] == [
        ("2025-11", 2),
        ("2025-12", 0),
        ("2026-01", 0),
        ("2026-02", 1),
    ]
    years = bars({"1990-01": 1, "1990-12": 2, "2026-02": 1})
    assert (years[0], len(years)) == (("1990", 3), 37)
    ages = bars({"0001-01": 5, "2026-02": 1})
    assert (ages[0].label, ages[-1], len(ages)) == ("1907", ("2026", 1), 120)


@settings(max_examples=20)
@given(st.lists(st.text(max_size=8), min_size=1, max_size=4))
def test_the_same_values_are_the_same_bytes(titles):
    def once():
        return built([post(n, title=title or None) for n, title in enumerate(titles)])

    assert once() == once()
