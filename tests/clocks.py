"""A clock for tests: waiting on it takes no time."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from archiver.fetch import Clock

START = datetime(2024, 2, 28, 12, 0, 0, tzinfo=UTC)


class FakeClock:
    """Time that passes only where somebody waits; `waits` lists for how long.

    `after_wait` is called at the end of each wait.
    """

    def __init__(self) -> None:
        self.elapsed_s = 0.0
        self.waits: list[float] = []
        self.after_wait: Callable[[], None] = lambda: None
        self.clock = Clock(now=self.now, monotonic=lambda: self.elapsed_s, sleep=self.sleep)

    def now(self) -> datetime:
        return START + timedelta(seconds=self.elapsed_s)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.elapsed_s += seconds
        await asyncio.sleep(0)
        self.after_wait()
