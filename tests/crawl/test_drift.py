"""Pages that used to show cards: who is told of, who is not."""

import json
import operator
from datetime import timedelta

import pytest

from archiver.archive import Archive
from archiver.crawl.drift import REMEMBERED, kind_of_page, layout_changes
from archiver.crawl.reading import read_page
from archiver.models import CardCount
from archiver.store import Store
from tests.conftest import NOON

FRONT = "https://harbour.example/"
DAY = timedelta(days=1)


def shown(url, *cards, every=DAY, start=NOON, has_next=True):
    """A page that showed so many cards, capture by capture."""
    return [
        CardCount(url, start + every * at, count, has_next=has_next, is_new=True)
        for at, count in enumerate(cards)
        if count is not None
    ]


def listing(pages, *days):
    """A front page and its older pages, showing so many cards each day (None: not captured)."""
    urls = [FRONT, *(f"{FRONT}page/{number}/" for number in range(2, pages + 1))]
    return [row for at, url in enumerate(urls) for row in shown(url, *(day[at] for day in days))]


def changes(*rows):
    ordered = sorted((row for part in rows for row in part), key=operator.attrgetter("url", "captured_at"))
    return list(layout_changes(ordered))


def test_a_page_that_shows_nothing_any_more_is_told_since_when():
    (change,) = changes(shown(FRONT, 10, 9, 10, 0, 0))
    assert (change.urls, change.since, change.cards, change.usual) == ((FRONT,), NOON + 3 * DAY, 0, 10)


def test_a_second_look_is_enough():
    assert len(changes(shown(FRONT, 10, 0, every=timedelta(minutes=1)))) == 1


def test_a_third_of_the_usual_is_told():
    (change,) = changes(shown(FRONT, 10, 12, 11, 3, 2))
    assert (change.since, change.cards, change.usual) == (NOON + 3 * DAY, 2, 11)


def test_pages_of_one_kind_are_told_together():
    (change,) = changes(listing(4, (9, 10, 10, 10), (10, 10, 10, 10), (10, 0, 0, 0)))
    assert change.urls == tuple(f"{FRONT}page/{number}/" for number in (2, 3, 4))


def test_pages_that_are_new_and_empty_tell_of_a_kind_that_was_read_before():
    good = [shown(f"{FRONT}2026/0{month}/", 8, start=NOON + month * 30 * DAY)[0] for month in range(1, 5)]
    empty = [shown(f"{FRONT}2026/0{month}/", 0, start=NOON + month * 30 * DAY)[0] for month in range(5, 8)]
    (change,) = changes(good, empty)
    assert change.urls[0] == f"{FRONT}2026/05/"
    assert (len(change.urls), change.cards, change.usual) == (3, 0, 8)
    assert changes(good, empty[:2]) == []


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (shown(FRONT, 10, 10, 10, 4), "more than a third"),
        (shown(FRONT, 10, 0, 0, 10), "it recovered"),
        (shown(FRONT, 0), "a new page"),
        (shown(FRONT, 0, 0, 0), "it never showed a card"),
        (shown(FRONT, 2, 1, 0), "too few to have a usual number"),
        (shown(FRONT, 7, 8, 9, 10, 1, 2, 3, 9, 10, 1), "it shows what the full pages leave over"),
        (shown(FRONT + "page/9/", 10, 10, 10, 3, has_next=False), "it is the last page now"),
        (shown(FRONT, 10, 10, 10, *[3] * REMEMBERED), "that has become usual"),
        (listing(4, (10, 10, 10, 8), (10, 10, 10, 0)), "the listing has become shorter"),
        (listing(4, (10, 10, 10, 1), (10, 10, 10, 2), (10, 10, 10, 1)), "a last page"),
        (listing(3, (10, 10, 10), (10, 10, 10), (0, 10, 10), (10, None, None)), "one bad day"),
        (
            [shown(f"{FRONT}{month}/", 0 if month > 6 else 9)[0] for month in range(1, 10)],
            "a calendar that goes on",
        ),
    ],
)
def test_what_is_no_change_of_layout_is_not_told(rows, why):
    assert changes(rows) == [], why


def test_a_kind_is_a_site_and_a_path_without_its_numbers():
    kinds = {
        kind_of_page(f"{scheme}harbour.example/tag/sea/page/{n}/?p={n}")
        for n in (2, 31)
        for scheme in ("http://", "https://", "https://www.")
    }
    assert kinds == {"harbour.example/tag/sea/page/#/?p=#"}


def page(names, of):
    """Cards as articles with headings, or drawn in a way that nothing can be read from."""
    markup = {
        "cards": "<article><h2><a href='/{0}/'>The {0} of the harbour</a></h2><p>{0} {0}</p></article>",
        "script": "<div data-card='{0}'></div>",
    }
    return f"<html lang=en><main>{''.join(markup[of].format(name) for name in names)}</main></html>"


@pytest.fixture
def visits(tmp_path):
    """Saved pages of two times; the second one holds cards in the given form."""

    def save(second):
        for time, of in (("20260101000000", "cards"), ("20260102000000", second)):
            path = tmp_path / "saved" / time / "index.html"
            path.parent.mkdir(parents=True)
            path.write_text(page(["light", "boats", "tide", "nets", "fog"], of))
        return tmp_path / "saved"

    return save


def crawl(run, tmp_path, folder):
    return run("--archive", tmp_path / "archive", "crawl", folder, "--base-url", FRONT)


def test_a_crawl_and_the_status_tell_of_a_new_layout(run, tmp_path, visits):
    saved = visits("script")
    assert crawl(run, tmp_path, saved / "20260101000000").err.count("\n") == 2
    told = crawl(run, tmp_path, saved)
    assert told.code == 0
    url = f"{FRONT}index.html"
    assert (
        f"archiver: {url}: 0 cards since 2026-01-02T00:00:00Z, 5 before; "
        f"if the layout has changed, `archiver inspect {url}` shows what is read"
    ) in told.err.splitlines()
    change = {"urls": [url], "since": "2026-01-02T00:00:00Z", "cards": 0, "usual": 5}
    status = json.loads(run("--archive", tmp_path / "archive", "status", "--json").out)
    assert status["layout_changes"] == [change]
    assert (
        b"\n  fewer cards: https://harbour.example/index.html shows 0"
        in run("--archive", tmp_path / "archive", "status").out
    )


def test_what_an_earlier_crawl_told_is_not_told_again(run, tmp_path, visits):
    saved = visits("script")
    crawl(run, tmp_path, saved)
    assert "layout" not in crawl(run, tmp_path, saved).err


def test_a_page_that_is_read_as_ever_is_not_told(run, tmp_path, visits):
    assert "layout" not in crawl(run, tmp_path, visits("cards")).err
    status = run("--archive", tmp_path / "archive", "status", "--json")
    assert json.loads(status.out)["layout_changes"] == []


def test_error_answers_tell_nothing_of_the_layout(tmp_path, make_response):
    with Store(tmp_path, "create") as store:
        for minutes, status in enumerate((200, 200, 500, 404, 301)):
            body = page(["light", "boats", "tide"], "cards") if status == 200 else "<h1>Sorry</h1>"
            capture = make_response(body.encode(), minutes, status=status)
            store.pages.add(store.captures.add(capture).id, read_page(capture))
    assert Archive(tmp_path).status().layout_changes == ()
