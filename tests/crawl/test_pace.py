"""When a source is due again."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.crawl.pace import FIRST, LONGEST, SHORTEST, pause_after, pause_after_failures
from archiver.store import WindowSeen

START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def crawls(*steps):
    """Crawls by hours since the one before, posts in the window and new posts among them."""
    at, seen = START, [WindowSeen(START, steps[0][1], steps[0][1])]
    for hours, posts, new in steps:
        at += hours * HOUR
        seen.append(WindowSeen(at, posts, new))
    return seen


steps = st.lists(
    st.tuples(st.floats(0.01, 500), st.integers(0, 60), st.integers(0, 60)).map(
        lambda step: (step[0], step[1], min(step[1], step[2]))
    ),
    min_size=1,
    max_size=40,
)


def test_a_source_that_was_crawled_once_is_due_in_some_hours():
    assert pause_after([]) == pause_after([WindowSeen(START, 10, 10)]) == FIRST


def test_half_of_the_time_is_waited_in_which_a_window_came():
    assert pause_after(crawls(*[(4, 10, 2)] * 20)) == 6 * HOUR  # no longer than half again the last one
    assert pause_after(crawls(*[(8, 10, 2)] * 20)) == 12 * HOUR
    assert pause_after(crawls(*[(8, 10, 4)] * 20)) == 10 * HOUR


def test_a_window_that_was_all_new_halves_the_pause():
    assert pause_after(crawls((6, 10, 10))) == 3 * HOUR
    assert pause_after(crawls((6, 10, 10), (3, 10, 10))) == 1.5 * HOUR


def test_one_post_soon_after_another_is_no_burst():
    steady = crawls(*[(8, 10, 2)] * 20)
    again = steady[-1].at + timedelta(minutes=1)
    assert pause_after([*steady, WindowSeen(again, 10, 1), WindowSeen(again + 8 * HOUR, 10, 2)]) > 9 * HOUR


def test_silence_is_believed_slowly():
    pauses: list[timedelta] = []
    seen = crawls((1, 10, 0))
    while len(pauses) < 12:
        pauses.append(pause_after(seen))
        seen.append(WindowSeen(seen[-1].at + pauses[-1], 10, 0))
    assert pauses[:3] == [1.5 * HOUR, 2.25 * HOUR, 3.375 * HOUR]
    assert pauses[-1] == LONGEST


def test_a_burst_is_remembered_for_a_week():
    seen = crawls(*[(6, 10, 0)] * 4, (6, 10, 5), (1, 10, 5), *[(3, 10, 0)] * (7 * 8 - 4))
    assert pause_after(seen) == 3.5 * HOUR
    assert (
        pause_after([*seen, *(WindowSeen(seen[-1].at + days * 24 * HOUR, 10, 0) for days in (1, 2))])
        > 9 * HOUR
    )


@given(steps)
def test_a_pause_is_bounded(given_steps):
    assert SHORTEST <= pause_after(crawls(*given_steps)) <= LONGEST


def test_five_more_posts_are_not_asked_for_later():
    fewer = [(1, 0, 0), (1, 8, 7), (11, 8, 1), (1, 23, 17), (12, 1, 1)]
    more = [*fewer[:3], (1, 23, 22), fewer[4]]
    assert pause_after(crawls(*more)) <= pause_after(crawls(*fewer))


@given(steps, st.data())
def test_more_posts_are_never_asked_for_later(given_steps, data):
    at = data.draw(st.integers(0, len(given_steps) - 1))
    hours, posts, new = given_steps[at]
    more = [*given_steps]
    more[at] = (hours, posts, data.draw(st.integers(new, posts)))
    assert pause_after(crawls(*more)) <= pause_after(crawls(*given_steps)) + timedelta(microseconds=1000)


@given(st.floats(0.2, 72), st.integers(1, 60))
def test_a_steady_site_is_asked_before_its_window_is_replaced(hours_a_post, posts):
    """The window of a site that posts at one pace, crawled at the pauses that it gets."""
    at, seen = 0.0, [WindowSeen(START, posts, posts)]
    for _ in range(60):
        pause = pause_after(seen) / HOUR
        came = int((at + pause) / hours_a_post) - int(at / hours_a_post)
        at += pause
        seen.append(WindowSeen(START + at * HOUR, posts, min(posts, came)))
    later = [window for window in seen[20:] if hours_a_post * posts > 1]
    assert all(window.new < max(posts, 2) for window in later)


def test_failures_are_asked_again_after_growing_pauses():
    pauses = [pause_after_failures(failures) for failures in range(1, 20)]
    assert pauses[0] == SHORTEST
    assert all(one <= next_one for one, next_one in pairwise(pauses))
    assert pauses[-1] == timedelta(days=1)


@pytest.mark.parametrize("posts", [0, 1, 50])
def test_two_crawls_at_one_moment_tell_nothing(posts):
    assert pause_after([WindowSeen(START, posts, posts), WindowSeen(START, posts, 0)]) <= FIRST
