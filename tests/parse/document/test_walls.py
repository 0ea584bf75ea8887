"""Pages that lead on by themselves, or show nothing without scripts."""

import pytest

from archiver.parse.document.tree import read_tree
from archiver.parse.document.walls import meta_refresh, obstacle, refresh_target

URL = "https://harbour.example/old"


@pytest.mark.parametrize(
    "content",
    [
        "0;url=/new",
        "0; URL=/new",
        " 5 ; url = '/new' ",
        '0;url="/new"; more',
        "0,/new",
        "0 /new",
        "0.5;url=/new",
        ".5;url=/new",
        "30;https://harbour.example/new",
    ],
)
def test_a_refresh_leads_on(content):
    assert refresh_target(content, URL, URL) == "https://harbour.example/new"


@pytest.mark.parametrize(
    "content",
    [
        None,
        "",
        "5",
        "0;",
        "0;url=",
        ";url=/new",
        "url=/new",
        "0x;url=/new",
        "600;url=/new",
        "9" * 5000 + ";url=/new",
        "0;url=/old",
        "0;url=#top",
        "0;url=javascript:go()",
        "0;url=http://[",
    ],
)
def test_what_leads_nowhere_soon(content):
    assert refresh_target(content, URL, URL) is None


def test_a_hostile_refresh_takes_linear_time():
    """A quadratic pattern would take minutes here."""
    for content in ("9" * 500_000 + "x", " " * 500_000, "0" + " " * 500_000 + "url" + " " * 500_000):
        assert refresh_target(content, URL, URL) in (None, "https://harbour.example/url")
    assert meta_refresh("http-equiv=" + " " * 500_000, URL, URL) is None


def test_a_refresh_that_is_no_element_is_none():
    hidden = '<meta http-equiv="refresh" content="0;url=/new">'
    for markup in (f"<!-- {hidden} -->", f"<script>'{hidden}'</script>", f"<textarea>{hidden}</textarea>"):
        assert meta_refresh(markup, URL, URL) is None
    assert meta_refresh(f"<p>Wait{hidden}", URL, URL) == "https://harbour.example/new"


def test_a_page_that_shows_something_has_no_obstacle():
    script = "<script>location.href = '/new'</script>"
    assert obstacle(read_tree(script), URL)
    assert obstacle(read_tree(script + "<p>" + "A long story of a boat. " * 40), URL) is None
    assert obstacle(read_tree(script + "<a href=/a>A boat</a>" * 4), URL) is None
    assert obstacle(read_tree("<p>Nothing"), URL) is None


def test_comparing_a_location_is_no_step():
    told = obstacle(read_tree("<script>if (location.href == '/new') go()</script>"), URL)
    assert told == "it shows nothing without scripts"
