"""Which posts a filter wants, in which order, page by page, on archives whose posts are chosen."""

import json
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from archiver import PostFilter
from archiver.archive import Archive
from archiver.models import Capture, Card, Page
from archiver.rows import PostOrder
from archiver.store import NewCapture, Store
from tests.conftest import NOON

LIST, TAGGED = "https://www.harbour.example/", "https://pier.example/tagged"
CARDS = {
    "dated": Card(url="https://harbour.example/dated", title="A dated note", date="2026-01-05"),
    "later": Card(
        url="https://harbour.example/later", title="Later on that month", date="2026-01-20", author="Ann Lee"
    ),
    "undated": Card(
        url="https://pier.example/undated", title="Boats without a day", categories=("Boats",), tags=("Old",)
    ),
    "untitled": Card(excerpt="Nothing but a text that somebody wrote down on the pier.", author="ann lee"),
}
EDITED = Card(url=CARDS["dated"].url, title="Another headline of the note altogether", date="2026-01-05")


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """The list shows two posts, then all four; the other page shows one of them, and the last edit."""
    folder = tmp_path_factory.mktemp("filtered")
    shown = [
        (0, LIST, [CARDS["dated"], CARDS["later"]]),
        (60, LIST, list(CARDS.values())),
        (120, TAGGED, [EDITED, CARDS["undated"]]),
    ]
    with Store(folder, "create") as store:
        for minutes, url, cards in shown:
            capture = Capture(url=url, captured_at=NOON + timedelta(minutes=minutes), payload=b"%d" % minutes)
            (kept,) = store.captures.add_all([NewCapture(capture)])
            store.pages.add(kept.id, Page(url=url, kind="listing", confidence=1, cards=tuple(cards)))
    Archive(folder).dedupe()
    return Archive(folder)


def names(archive, **where):
    """The names of the posts that a filter wants, in its order."""
    by_url = {card.url: name for name, card in CARDS.items()}
    return [by_url[row["url"]] for row in archive.rows("posts", PostFilter.model_validate(where))]


AFTER = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("where", "wanted"),
    [
        ({}, ["dated", "later", "undated", "untitled"]),
        ({"new_since": AFTER}, ["undated", "untitled"]),
        ({"site": "harbour.example"}, ["dated", "later", "untitled"]),
        ({"site": "pier.example"}, ["undated"]),
        ({"site": "arbour.example"}, []),
        ({"source": TAGGED}, ["dated", "undated"]),
        ({"source": "https://www.harbour.example"}, ["dated", "later", "undated", "untitled"]),
        ({"category": "boats"}, ["undated"]),
        ({"category": "OLD"}, ["undated"]),
        ({"category": "Boat"}, []),
        ({"author": "Ann Lee"}, ["later", "untitled"]),
        ({"from_date": "2026-01-20"}, ["later"]),
        ({"to_date": "2026-01-19"}, ["dated"]),
        ({"from_date": "2026-01-05", "to_date": "2026-01-20"}, ["dated", "later"]),
        ({"edited": True}, ["dated"]),
        ({"gone": True}, []),
        ({"author": "ann lee", "from_date": "2026-01-01"}, ["later"]),
        ({"edited": True, "site": "pier.example"}, []),
    ],
    ids=lambda value: str(sorted(value) if isinstance(value, set) else value),
)
def test_each_condition_leaves_the_posts_that_meet_it(archive, where, wanted):
    assert sorted(names(archive, **where)) == sorted(names(archive, **where, limit=9)) == wanted


def test_posts_without_a_value_come_last_in_either_direction(archive):
    for order, ordered, without in (
        ("date", ["dated", "later"], {"undated", "untitled"}),
        ("title", ["dated", "undated", "later"], {"untitled"}),
    ):
        for descending in (False, True):
            found = names(archive, sort=order, descending=descending)
            assert found[: len(ordered)] == (ordered[::-1] if descending else ordered)
            assert set(found[len(ordered) :]) == without


@pytest.mark.parametrize("order", get_args(PostOrder))
@pytest.mark.parametrize("descending", [False, True])
def test_equal_posts_stand_in_the_order_of_their_ids(archive, order, descending):
    rows = list(archive.rows("posts", PostFilter(sort=order, descending=descending)))
    known = [(row[order], row["id"]) for row in rows if row[order] is not None]
    unknown = [row["id"] for row in rows if row[order] is None]
    assert known == sorted(known, reverse=descending)
    assert unknown == sorted(unknown, reverse=descending)


@given(
    order=st.sampled_from(get_args(PostOrder)),
    descending=st.booleans(),
    limit=st.integers(1, 5),
    site=st.sampled_from([None, "harbour.example"]),
)
def test_the_pages_of_a_list_are_the_whole_list(archive, order, descending, limit, site):
    wanted = PostFilter(sort=order, descending=descending, site=site)
    every = list(archive.rows("posts", wanted))
    paged = [
        row
        for skip in range(0, 5, limit)
        for row in archive.rows("posts", wanted.model_copy(update={"limit": limit, "skip": skip}))
    ]
    assert paged == every
    assert list(archive.rows("posts", wanted.model_copy(update={"skip": 2}))) == every[2:]


def test_all_posts_are_the_posts_of_an_export(archive):
    assert list(archive.rows("posts", PostFilter())) == list(archive.rows("posts"))


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"skip": -1}, {"from_date": "2026-02"}, {"sort": "id"}])
def test_a_filter_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValidationError):
        PostFilter.model_validate(wrong)


def test_the_flags_are_the_conditions(run, archive):
    def titles(*flags):
        ran = run("--archive", archive.folder, "posts", *flags, "--json")
        assert ran.code == 0, ran.err
        return [row["title"] for row in json.loads(ran.out)]

    by_date = [CARDS["dated"].title, CARDS["later"].title]
    assert titles("--sort", "date", "--limit", "2") in ([by_date[0], by_date[1]], [EDITED.title, by_date[1]])
    assert titles("--sort", "date", "--limit", "1", "--page", "2") == [CARDS["later"].title]
    assert titles("--sort", "date", "--descending", "--limit", "1") == [CARDS["later"].title]
    assert titles("--from", "2026-01-10", "--to", "2026-01-31") == [CARDS["later"].title]
    assert titles("--category", "boats") == titles("--site", "www.pier.example") == [CARDS["undated"].title]
    assert titles("--author", "ANN LEE", "--site", "harbour.example", "--sort", "title")[0] == by_date[1]
    assert len(titles("--edited")) == len(titles("--source", TAGGED, "--edited")) == 1
    assert titles("--gone") == []
    for form in ("2026-03-01T12:30", "20260301123000", "2026-03-01T13:30:00+01:00"):
        assert len(titles("--new-since", form)) == 2
    assert len(titles("--new-since", "9999d")) == 4
    assert titles("--new-since", "1m") == []


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--page", "2"], "--page needs --limit"),
        (["--from", "2026-02"], "--from or --to"),
        (["--to", "soon"], "--from or --to"),
        (["--new-since", "tomorrow"], "invalid --new-since 'tomorrow'"),
        (["--new-since", "0d"], "invalid --new-since '0d'"),
        (["--sort", "id"], "--sort"),
        (["--limit", "0"], "--limit"),
    ],
    ids=str,
)
def test_flags_that_cannot_be_are_told(run, archive, flags, said):
    ran = run("--archive", archive.folder, "posts", *flags)
    assert (ran.code, ran.out) == (2, b"")
    assert said in ran.err
    assert "Traceback" not in ran.err
