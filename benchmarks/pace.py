"""How many posts are missed, and how many requests made, when simulated sites are watched at their own pace.

Each site publishes for a year and shows its latest posts in a window; nothing but the window is looked at
(a crawl follows the pager too, and misses less). Beside the pace of `archiver.crawl.pace` stand crawls once
an hour and once a day.

    python benchmarks/pace.py
"""

import argparse
import math
import random
from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from archiver.crawl.pace import pause_after
from archiver.store import WindowSeen

START = datetime(2026, 1, 1, tzinfo=UTC)
YEAR_H = 24 * 365.0


def thinned(rate: Callable[[float], float], most: float, random_: random.Random) -> list[float]:
    """Return the hours at which posts come: a Poisson process with *rate* an hour, never more than *most*."""
    times, now = [], 0.0
    while (now := now + random_.expovariate(most)) < YEAR_H:
        if random_.random() < rate(now) / most:
            times.append(now)
    return times


def office_hours(hour: float) -> float:
    return 1.0 if 7 <= hour % 24 < 19 and hour // 24 % 7 < 5 else 0.05


SITES: dict[str, tuple[int, Callable[[float], float], float]] = {
    "blog, a post in three days": (10, lambda _: 1 / 72, 1 / 72),
    "magazine, 4 posts a day": (12, lambda _: 1 / 6, 1 / 6),
    "paper in office hours, 60 a day": (30, lambda h: 5 * office_hours(h), 5.0),
    "wire service, 300 a day": (40, lambda h: 12 * (1 + math.sin(h / 24 * math.tau)), 24.0),
    "silent for months, then 20 a day for a week": (
        10,
        lambda h: 20 / 24 if h // 168 % 13 == 6 else 1e-4,
        20 / 24,
    ),
    "court, 40 on Thursdays at ten": (
        50,
        lambda h: 40.0 if h // 24 % 7 == 3 and int(h % 24) == 10 else 1e-3,
        40.0,
    ),
    "small window, 6 a day": (3, lambda _: 1 / 4, 1 / 4),
}


def watched(
    posts: list[float], window: int, pause: Callable[[list[WindowSeen]], timedelta]
) -> tuple[int, int]:
    """Return how many posts no crawl saw, and how many crawls there were."""
    seen: list[WindowSeen] = []
    found: set[int] = set()
    shown: set[int] = set()
    now = 0.0
    while now < YEAR_H:
        end = bisect_right(posts, now)
        on_page = set(range(max(0, end - window), end))
        seen.append(WindowSeen(START + timedelta(hours=now), len(on_page), len(on_page - shown)))
        found |= on_page
        shown = on_page
        now += pause(seen[-400:]) / timedelta(hours=1)
    last = bisect_right(posts, (seen[-1].at - START) / timedelta(hours=1))
    return last - len(found), len(seen)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    ways: dict[str, Callable[[list[WindowSeen]], timedelta]] = {
        "own pace": pause_after,
        "hourly": lambda _: timedelta(hours=1),
        "daily": lambda _: timedelta(days=1),
    }
    print("| site | window | posts | " + " | ".join(f"{way}: missed | crawls a day" for way in ways) + " |")
    print("|---" * (3 + 2 * len(ways)) + "|")
    for name, (window, rate, most) in SITES.items():
        posts = thinned(rate, most, random.Random(f"{name} {options.seed}"))  # noqa: S311
        cells = []
        for pause in ways.values():
            missed, crawls = watched(posts, window, pause)
            cells.append(f"{missed / len(posts):.1%} | {crawls / 365:.1f}")
        print(f"| {name} | {window} | {len(posts)} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
