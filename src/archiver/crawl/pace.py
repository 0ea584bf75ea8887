"""When a source is crawled next: often enough that no post passes through its window unseen.

What a source showed at each crawl goes in, the pause until the next crawl comes out. Nothing is known of a
site but what its captures show: how many posts of the window were not there the time before.

The next pause is half of the shortest time in which, of late, so many posts came as the window holds. Posts
may so come twice as fast as ever before. The mean pace, which is the simpler way, loses the posts of every
burst; the pace between two crawls alone takes every post that came soon after another one for a burst. Where
nothing changes the pauses grow slowly: a site that was silent for an hour is not silent for a day.
"""

from collections.abc import Sequence
from datetime import timedelta
from itertools import accumulate

from archiver.store import WindowSeen

SHORTEST = timedelta(minutes=15)
LONGEST = timedelta(days=1)
"""So long a site may be silent, and then be read at its first burst; one request a day is no burden."""
FIRST = timedelta(hours=6)
"""The pause after the first crawl, which tells nothing of the pace."""
REMEMBERED = timedelta(days=8)
"""How long a pace is remembered: a week, and the day on which it was fast comes again."""
REMEMBERED_CRAWLS = 12
"""Crawls that are remembered however long ago they were."""
_SECOND = timedelta(seconds=1)
_SAFETY = 0.5
"""The part of the time in which the window would be replaced after which it is looked at again."""
_GROWTH = 1.5
"""How much longer than the last pause the next one is at most."""


def pause_after(seen: Sequence[WindowSeen]) -> timedelta:
    """Return how long after the last crawl the next one is due; the crawls are given in order of time."""
    if len(seen) < 2:
        return FIRST
    last = seen[-1].at
    first = next(number for number, window in enumerate(seen) if last - window.at <= REMEMBERED)
    recent = seen[max(0, min(first, len(seen) - REMEMBERED_CRAWLS)) :]
    grown = _GROWTH * max(last - recent[-2].at, SHORTEST)
    return max(SHORTEST, min(LONGEST, grown, _SAFETY * _replacement_time(recent)))


def pause_after_failures(failures: int) -> timedelta:
    """Return how long after the last of *failures* crawls that failed in a row the source is asked again."""
    return min(SHORTEST * (1 << min(failures - 1, 10)), LONGEST)


def _replacement_time(seen: Sequence[WindowSeen]) -> timedelta:
    """Return the shortest time in which a whole window came; longer than LONGEST where nothing did.

    Where less than a window came in all, the time of all of it is multiplied. A window that is all new says
    that its posts came in the pause before it at the latest.
    """
    ages = [(window.at - seen[0].at) / _SECOND for window in seen]
    came = list(accumulate(window.new for window in seen))
    shortest = 3 * LONGEST / _SECOND
    for end in range(1, len(seen)):
        needed = max(seen[end].posts, 1)
        # all beginnings, and not the latest one that is enough: by that one, more posts could take longer
        for start in range(end):
            new = came[end] - came[start]
            if new < needed and not (new and start == 0 and end == len(seen) - 1):
                break
            shortest = min(shortest, (ages[end] - ages[start]) * needed / new)
    return shortest * _SECOND
