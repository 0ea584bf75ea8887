"""What came, was edited, went and came back, on archives of pages that were captured day by day."""

import re
from datetime import UTC, datetime, timedelta
from html import escape

from hypothesis import given
from hypothesis import strategies as st

import archiver
from archiver.changes import changes, changes_of, compare_windows
from archiver.models import iso_time
from archiver.store import ShownPost, Store

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
SITE = "https://harbour.example/"
WORDS = (
    "tide",
    "gull",
    "anchor",
    "keel",
    "rope",
    "net",
    "mast",
    "buoy",
    "pier",
    "wreck",
    "lamp",
    "oar",
    "hull",
    "sail",
    "deck",
    "bell",
    "crane",
    "dock",
)


def post(n, **edited):
    """A post of the site by its number, dated that day of January."""
    a, b, c = (WORDS[(n * k + k) % len(WORDS)] for k in (1, 5, 7))
    facts = {
        "url": f"{SITE}{a}-{b}-{n}",
        "title": f"The {a} and the {b} of {c} harbour, story number {n}",
        "date": f"2026-01-{n:02}",
        "author": "Ann Lee",
        "excerpt": f"On day {n} the {a} met the {b} by the {c}, and nobody who saw it said a word of it.",
    }
    return facts | edited


def page(posts):
    cards = "".join(
        f"<article><h2><a href='{escape(p['url'])}'>{escape(p['title'])}</a></h2>"
        f"<time datetime='{p['date']}'>{p['date']}</time> <span class='author'>by {p['author']}</span>"
        f"<p>{escape(p['excerpt'])}</p></article>"
        for p in posts
    )
    return f"<html><title>Harbour notes</title><body><h1>Notes</h1><main>{cards}</main></body></html>"


def archive_of(folder, *visits):
    """An archive of pages; a visit is its hours after the start, the path of the page and its posts."""
    for hours, path, posts in visits:
        time = f"{START + timedelta(hours=hours):%Y%m%d%H%M%S}"
        file = folder / "saved" / time / path / "index.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page(posts), encoding="utf-8")
    archive = archiver.Archive(folder / "archive")
    archive.crawl(folder / "saved", imports=archiver.ImportOptions(base_url=SITE))
    archive.dedupe()
    return archive


def told(archive, since=None):
    """The changes in short: what, of which post (its number), after how many hours, and what was edited."""
    with Store(archive.folder, "read") as store:
        return [
            (
                change.kind,
                int(change.url.rpartition("-")[2]) if change.url else None,
                round((change.at - START) / timedelta(hours=1)),
                *(edit.field for edit in change.edits),
            )
            for change in changes(store.windows, since)
        ]


def later(archive, hours=0):
    """The changes but for posts that came, after some hours."""
    return [one for one in told(archive, START + timedelta(hours=hours)) if one[0] != "came"]


def posts(*numbers):
    return [post(n) for n in numbers]


def test_posts_that_come_and_leave_the_window_are_not_gone(tmp_path):
    archive = archive_of(
        tmp_path,
        (0, "", posts(5, 4, 3, 2, 1)),
        (24, "", posts(7, 6, 5, 4, 3)),
    )
    assert told(archive) == [*(("came", n, 0) for n in (5, 4, 3, 2, 1)), ("came", 7, 24), ("came", 6, 24)]


def test_a_post_missing_between_its_neighbours_is_gone(tmp_path):
    archive = archive_of(tmp_path, (0, "", posts(5, 4, 3, 2, 1)), (24, "", posts(6, 5, 4, 2, 1)))
    assert later(archive) == [("gone", 3, 24)]
    with Store(archive.folder, "read") as store:
        (gone,) = (one for one in changes(store.windows) if one.kind == "gone")
    assert gone.above is not None
    assert gone.below is not None
    assert (gone.above.title, gone.below.title) == (post(4)["title"], post(2)["title"])
    captures = {row["id"]: row["captured_at"] for row in archive.rows("captures")}
    assert captures[gone.capture] == iso_time(START + timedelta(hours=24))
    assert captures[gone.before] == iso_time(START)


def test_the_newest_post_is_gone_where_a_later_one_stands_on_the_next(tmp_path):
    archive = archive_of(tmp_path, (0, "", posts(5, 4, 3, 2)), (24, "", posts(6, 4, 3, 2)))
    assert later(archive) == [("gone", 5, 24)]


def test_the_last_post_of_a_window_is_never_gone(tmp_path):
    archive = archive_of(tmp_path, (0, "", posts(5, 4, 3, 2)), (24, "", posts(5, 4, 3)))
    assert later(archive) == []


def test_a_post_that_another_page_shows_is_not_gone(tmp_path):
    archive = archive_of(
        tmp_path,
        (0, "", posts(5, 4, 3, 2, 1)),
        (24, "", posts(6, 5, 4, 2, 1)),
        (24.1, "tagged", posts(6, 3, 1)),
    )
    assert later(archive) == []


def test_a_post_that_is_shown_again_is_back(tmp_path):
    archive = archive_of(
        tmp_path,
        (0, "", posts(5, 4, 3, 2, 1)),
        (24, "", posts(5, 4, 2, 1)),
        (48, "", posts(5, 4, 2, 1)),
        (72, "", posts(6, 5, 4, 3, 2)),
    )
    assert later(archive) == [("gone", 3, 24), ("back", 3, 72)]
    assert later(archive, hours=60) == [("back", 3, 72)]


def test_a_post_that_another_one_replaces_may_be_that_one(tmp_path):
    other = post(3, title="An apology", excerpt="We took down a text.", url=f"{SITE}apology-30")
    archive = archive_of(
        tmp_path, (0, "", posts(5, 4, 3, 2, 1)), (24, "", [*posts(5, 4), other, *posts(2, 1)])
    )
    assert later(archive) == []
    with Store(archive.folder, "read") as store:
        (*_, came) = changes(store.windows)
    assert (came.kind, came.post.title) == ("came", "An apology")
    assert [one.title for one in came.in_place_of] == [post(3)["title"]]


def test_a_list_of_the_most_read_loses_nothing(tmp_path):
    archive = archive_of(
        tmp_path, (0, "most-read", posts(3, 9, 1, 7, 4)), (24, "most-read", posts(3, 1, 8, 7, 4))
    )
    assert later(archive) == []


def test_edits_are_told_apart_from_other_cuts(tmp_path):
    cut = post(4, excerpt=post(4)["excerpt"][:40] + "…")
    title = post(3, title="The wreck that was never there, a correction")
    text = post(2, excerpt="This text was taken back by the harbour's lawyers on the advice of the mayor.")
    author = post(1, author="Bo Chan")
    archive = archive_of(
        tmp_path, (0, "", posts(5, 4, 3, 2, 1)), (24, "", [post(5), cut, title, text, author])
    )
    assert later(archive) == [
        ("edited", 3, 24, "title"),
        ("edited", 2, 24, "excerpt"),
        ("edited", 1, 24, "author"),
    ]


def test_an_edit_is_said_once_and_its_reversal_too(tmp_path):
    new = post(3, title="The wreck that was never there, a correction")
    before, after = posts(5, 4, 3, 2, 1), [*posts(5, 4), new, *posts(2, 1)]
    archive = archive_of(
        tmp_path,
        *((0, page, before) for page in ("", "stories")),
        *((24, page, after) for page in ("", "stories")),
        *((48, page, before) for page in ("", "stories")),
    )
    assert later(archive) == [("edited", 3, 24, "title"), ("edited", 3, 48, "title")]


def test_pages_that_always_differ_are_no_edit(tmp_path):
    short = [post(n, author="Harbour staff", excerpt="") for n in (5, 4, 3, 2, 1)]
    archive = archive_of(
        tmp_path,
        *(
            (hours, page, shown)
            for hours in (0, 24, 48)
            for page, shown in (("", posts(5, 4, 3, 2, 1)), ("all", short))
        ),
    )
    assert later(archive) == []


def test_changes_since_are_the_last_of_all(tmp_path):
    archive = archive_of(
        tmp_path,
        (0, "", posts(5, 4, 3, 2, 1)),
        (24, "", posts(6, 5, 4, 2, 1)),
        (48, "", posts(7, 6, 5, 4, 3, 2)),
    )
    everything = told(archive)
    for hours in (0, 24, 48, 72):
        wanted = [one for one in everything if one[2] >= hours]
        assert told(archive, START + timedelta(hours=hours)) == wanted


def test_a_feed_says_which_posts_are_gone(tmp_path):
    archive = archive_of(tmp_path, (0, "", posts(5, 4, 3, 2, 1)), (24, "", posts(6, 5, 4, 2, 1)))
    (gone,) = archive.rows("posts", archiver.PostFilter(gone=True))
    assert gone["url"] == post(3)["url"]

    def feed(**where):
        return b"".join(archive.export_iter("posts", "atom", where=archiver.PostFilter(**where))).decode()

    when = iso_time(START + timedelta(hours=24))
    assert len(re.findall(f'<at:deleted-entry ref="urn:uuid:[0-9a-f-]+" when="{when}"/>', feed())) == 1
    assert feed().count("<entry") == 5
    assert "deleted-entry" in feed(from_date="2026-01-03")
    assert "deleted-entry" not in feed(from_date="2026-01-04")
    assert feed(gone=True).count("<entry") == 1
    assert re.search("<id>.*?</id>", feed()) != re.search("<id>.*?</id>", feed(site="harbour.example"))
    assert feed(site="harbour.example") == feed(site="harbour.example")


def window(numbers):
    return [ShownPost(n, n, 0, f"Story {n}", f"2026-{n:04}", f"2026-{n:04}") for n in numbers]


@given(
    st.lists(st.integers(1, 60), unique=True, max_size=15),
    st.lists(st.integers(1, 60), unique=True, max_size=15),
)
def test_what_is_gone_stood_between_posts_that_stay(before, after):
    for gone, neighbours in compare_windows(window(before), window(after)).gone.items():
        assert gone in before
        assert gone not in after
        assert neighbours.below in before
        assert after.index(neighbours.above) < after.index(neighbours.below)


@given(st.lists(st.integers(1, 60), unique=True, min_size=3, max_size=15), st.data())
def test_a_post_taken_out_of_a_list_by_age_is_found(numbers, data):
    shown = sorted(numbers, reverse=True)
    removed = data.draw(st.sampled_from(shown[1:-1]))
    kept = [n for n in shown if n != removed]
    assert set(compare_windows(window(shown), window(kept)).gone) == {removed}


def test_the_changes_of_a_post_are_those_of_all_that_name_it(tmp_path):
    archive = archive_of(
        tmp_path,
        (0, "", posts(5, 4, 3, 2, 1)),
        (0.1, "tagged", posts(4, 3)),
        (24, "", [*posts(6, 5, 4), post(3, title="A wholly new headline of the third"), *posts(2, 1)]),
        (48, "", posts(6, 5, 4, 2, 1)),
        (72, "", posts(6, 5, 4, 2, 1)),
        (96, "", posts(7, 6, 5, 4, 3, 2)),
    )
    with Store(archive.folder, "read") as store:
        every = list(changes(store.windows))
        for key in {change.post.id for change in every}:
            assert list(changes_of(store.windows, key)) == [c for c in every if c.post.id == key]
    assert {c.kind for c in every if c.url == post(3)["url"]} == {"came", "edited", "gone", "back"}
