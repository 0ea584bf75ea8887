"""What two captures show differently, and the ways to name a capture."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.diff import _moved
from archiver.errors import ConfigError
from tests.test_changes import SITE, archive_of, post, posts

HEADLINE = "A wholly new headline of the fourth"


@pytest.fixture
def archive(tmp_path):
    return archive_of(
        tmp_path,
        (0, "", posts(5, 4, 3, 2, 1)),
        (24, "", [post(6), post(5), post(4, title=HEADLINE), post(2)]),
        (48, "", posts(5, 6, 4, 2)),
    )


def ids(archive):
    return [row["id"] for row in archive.rows("captures")]


def numbers(found):
    return [int(one.url.rpartition("-")[2]) for one in found]


def test_posts_that_came_left_and_were_edited(archive):
    first, second, _ = ids(archive)
    diff = archive.diff(first[:8], second)
    assert (diff.before.id, diff.after.id) == (first, second)
    assert [(one.position, *numbers([one])) for one in diff.came] == [(1, 6)]
    assert [(one.position, *numbers([one])) for one in diff.left] == [(3, 3), (5, 1)]
    assert diff.left[0].above is not None
    assert (diff.left[0].above.title, diff.left[1].above) == (diff.edited[0].post.title, None)
    assert [(edit.field, edit.new) for one in diff.edited for edit in one.edits] == [("title", HEADLINE)]
    assert (diff.moved, diff.unchanged) == ((), 2)


def test_a_post_moves_among_those_that_both_show(archive):
    _, second, third = ids(archive)
    diff = archive.diff(second, third)
    assert [(one.position_before, one.position) for one in diff.moved] == [(1, 2)]
    assert (diff.came, diff.left, diff.unchanged) == ((), (), 2)


def test_a_capture_and_itself_do_not_differ(archive):
    diff = archive.diff(ids(archive)[0], ids(archive)[0])
    assert (diff.came, diff.left, diff.moved, diff.edited, diff.unchanged) == ((), (), (), (), 5)


@given(st.permutations(range(8)))
def test_what_did_not_move_stands_in_order(now):
    at = {post: place for place, post in enumerate(now)}
    moved = _moved(list(range(8)), at)
    kept = [at[one] for one in range(8) if one not in moved]
    assert kept == sorted(kept)
    for out in moved:
        others = [at[one] for one in range(8) if one == out or one not in moved]
        assert others != sorted(others)


def test_a_capture_is_named_by_url_and_time(archive):
    (first, second, third), url = ids(archive), f"{SITE}index.html"
    found = {
        url: third,
        f"{url}@2026": third,
        f"{url}@2026-01-02": second,
        f"{url}@20260102": second,
        f"{url}@2026-01-02T11:59": first,
        f"{url}@2026-01-02T12:00:00Z": second,
        f"{url}@202601011200": first,
    }
    for name, capture in found.items():
        assert archive.diff(name, first).before.id == capture


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("abc", "4 to 16"),
        ("zzzz", "a URL, or URL@TIME"),
        ("ffffffffffff0000", "no capture has an id"),
        (f"{SITE}index.html@2025", "none up to that time"),
        (f"{SITE}elsewhere", "no capture of exactly this URL"),
    ],
)
def test_a_name_of_no_capture_is_told(archive, name, said):
    with pytest.raises(ConfigError, match=said):
        archive.diff(name, ids(archive)[0])


def test_cards_in_no_post_want_a_dedupe(run, tmp_path, archive):
    saved = tmp_path / "saved"
    run("--archive", tmp_path / "fresh", "crawl", saved, "--base-url", SITE)
    ran = run("--archive", tmp_path / "fresh", "diff", *ids(archive)[:2])
    assert (ran.code, ran.out) == (2, b"")
    assert "archiver dedupe" in ran.err


def test_a_diff_is_printed_for_people_and_programs(run, archive):
    first, second, third = ids(archive)
    ran = run("--archive", archive.folder, "diff", first, second, "--json")
    assert json.loads(ran.out) == archive.diff(first, second).model_dump(mode="json")
    lines = run("--archive", archive.folder, "diff", first, second).out.decode().splitlines()
    assert lines[0] == f"- {first}  2026-01-01 12:00  {SITE}index.html"
    assert lines[1] == f"+ {second}  2026-01-02 12:00  {SITE}index.html"
    assert [line.split()[0] for line in lines[2:] if line.startswith("  ") and line[2] != " "] == [
        "came",
        "left",
        "left",
        "edited",
    ]
    assert lines[-1] == "1 came, 2 left, 0 moved, 1 edited, 2 unchanged"
    assert any(line.strip().startswith("title: ") and "{+" in line for line in lines)
    moved = run("--archive", archive.folder, "diff", second, third).out.decode()
    assert "  moved      1->2  " in moved
