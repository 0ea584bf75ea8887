"""What was missed: gaps between visits that share no post, empty months, posts seen once, failures."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from archiver.coverage import FailedPage, coverage
from archiver.models import SeenListing
from archiver.store import UnseenPage
from tests.servers import LISTING, site_server

START = datetime(2026, 1, 10, 12, tzinfo=UTC)
SITE = "https://a.example/"


def covered(*shown, failed=()):
    """The coverage of captures: each a day after the start, its posts, its URL and that of its older page."""
    captures, posts = [], {}
    for number, (day, shows, *urls) in enumerate(shown):
        url, older = (*urls, SITE, None)[:2] if len(urls) != 1 else (urls[0], None)
        captures.append(SeenListing(number, url, older, START + timedelta(days=day)))
        posts[number] = shows
    return list(coverage(captures, posts.__getitem__, failed))


def gaps(listing):
    return [((gap.after - START).days, (gap.before - START).days) for gap in listing.gaps]


def test_visits_that_share_no_post_are_a_gap():
    (listing,) = covered((0, {1, 2}), (1, {2, 3}), (5, {7, 8}), (6, {8}))
    assert gaps(listing) == [(1, 5)]
    assert (listing.captures, listing.visits, listing.posts, listing.seen_once) == (4, 4, 5, 3)


def test_an_older_page_closes_the_gap_of_the_first():
    pages = (SITE, SITE + "page/2/")
    (listing,) = covered((0, {1, 2}, *pages), (9, {5, 6}, *pages), (9.01, {2, 4}, SITE + "page/2"))
    assert listing.url == SITE
    assert gaps(listing) == []
    assert (listing.pages, listing.visits) == (2, 2)


def test_pages_that_call_each_other_older_are_one_listing():
    (listing,) = covered((0, {1}, SITE, SITE + "2"), (1, {1}, SITE + "2", SITE))
    assert listing.pages == 2


def test_saved_files_that_differ_in_their_timestamp_are_one_listing():
    urls = (f"file:///saved/{stamp}/notes.txt" for stamp in ("20260101000000", "20260201000000"))
    (listing,) = covered(*((day, {1}, url) for day, url in enumerate(urls)))
    assert listing.url == "file:///saved/*/notes.txt"


def test_two_listings_of_a_site_are_two():
    assert [listing.url for listing in covered((0, {1}, SITE + "b/"), (0, {1}, SITE + "a/"))] == [
        SITE + "a/",
        SITE + "b/",
    ]


def test_a_month_without_a_capture_is_counted_as_one():
    (listing,) = covered((-40, {1}), (0, {1}), (1, {1}), (40, {1}))
    counted = {month.month: month.captures for month in listing.months}
    assert counted == {"2025-12": 1, "2026-01": 2, "2026-02": 1}
    (listing,) = covered((0, {1}), (60, {1}))
    assert [month.captures for month in listing.months] == [1, 0, 1]


def test_what_failed_stands_at_its_listing_or_for_itself():
    failed = [
        UnseenPage(SITE, SITE + "page/2", "status 500"),
        UnseenPage("https://b.example/", "https://b.example/", "no answer"),
    ]
    first, second = covered((0, {1}), failed=failed)
    assert first.failed == (FailedPage(url=SITE + "page/2", reason="status 500"),)
    assert (second.url, second.captures, second.first) == ("https://b.example/", 0, None)


@given(st.lists(st.tuples(st.integers(0, 400), st.frozensets(st.integers(0, 9), min_size=1)), min_size=1))
def test_the_order_of_the_captures_does_not_matter(shown):
    (listing,) = covered(*shown)
    assert covered(*sorted(shown, key=lambda one: one[0])) == [listing]
    assert len(listing.gaps) < listing.visits
    assert listing.seen_once <= listing.posts == len(frozenset().union(*(posts for _, posts in shown)))
    assert sum(month.captures for month in listing.months) == len(shown)


def test_the_command_shows_gaps_months_and_failures(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for stamp, name in (("20260101000000", "one"), ("20260402000000", "two")):
        folder = tmp_path / "saved" / stamp
        folder.mkdir(parents=True)
        cards = "".join(
            f'<article><h2><a href="/{name}-{day}/">Note {day} of {name}</a></h2><time>2026-01-0{day}</time>'
            f"<p>What note {day} of {name} is about, in a sentence that is long enough.</p></article>"
            for day in range(1, 6)
        )
        (folder / "index.html").write_text(f"<!DOCTYPE html><title>Notes</title><main>{cards}</main>")
    with site_server({"/": LISTING}) as site:
        run("crawl", tmp_path / "saved", "--base-url", SITE)
        run("crawl", site.url + "/nothing", "--retries", "0")
    run("dedupe")
    shown = run("coverage")
    assert shown.code == 0
    text = shown.out.decode()
    assert "2026  1  .  .  1!\n" in text
    assert "gap: no post shared by 2026-01-01 00:00 and 2026-04-02 00:00" in text
    assert f"failed: {site.url}/nothing: " in text
    assert text.endswith("listings: 2; gaps: 1; months without a capture: 2; failed pages: 1\n")
    rows = json.loads(run("coverage", "--json").out)
    assert [row["posts"] for row in rows if row["url"].startswith(SITE)] == [10]
