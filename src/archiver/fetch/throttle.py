"""When a host may be asked again: one queue per host.

Hosts, response times and requested pauses go in; turns come out, at most `concurrency` at a time per host.
Nothing here knows HTTP. All waiting of the package is done here, so that a retry or a Retry-After for one URL
delays every other URL of that host too.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

MAX_DELAY_S = 60.0
"""The longest delay that a slow server or its Crawl-delay can cause; a longer `delay_s` is kept."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Clock:
    """The clock of the fetcher: the date, monotonic seconds, and waiting."""

    now: Callable[[], datetime] = _utc_now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(frozen=True)
class Wait:
    """A wait before a request: the host, the seconds, the reason in words."""

    host: str
    seconds: float
    reason: str


class PausedError(Exception):
    """A host asked for a longer pause than `longest_wait_s`; `seconds` are left of it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.0f} s of the pause are left")
        self.seconds = seconds


@dataclass
class _Host:
    free: asyncio.Semaphore
    floor_s: float
    delay_s: float
    gate: asyncio.Lock = field(default_factory=asyncio.Lock)
    next_at: float = 0.0
    paused_until: float = 0.0
    pause_reason: str = ""


class Throttle:
    """The queues of all hosts.

    The delay runs from the end of one response to the start of the next request. It follows the response time
    of the server and is never shorter than `delay_s`. A `delay_s` of 0 turns pacing off.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        delay_s: float,
        concurrency: int,
        longest_wait_s: float,
        on_wait: Callable[[Wait], None] | None = None,
    ) -> None:
        self._clock = clock
        self._delay_s = delay_s
        self._concurrency = concurrency
        self._longest_wait_s = longest_wait_s
        self._on_wait = on_wait
        self._hosts: dict[str, _Host] = {}

    def _host(self, name: str) -> _Host:
        if name not in self._hosts:
            self._hosts[name] = _Host(asyncio.Semaphore(self._concurrency), self._delay_s, self._delay_s)
        return self._hosts[name]

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Wait for a turn at this host and hold it. Raises PausedError if the wait is too long."""
        host = self._host(name)
        async with host.free:
            async with host.gate:
                await self._wait(name, host)
                host.next_at = self._clock.monotonic() + host.floor_s
            try:
                yield
            finally:
                host.next_at = max(host.next_at, self._clock.monotonic() + host.delay_s)

    async def _wait(self, name: str, host: _Host) -> None:
        # In a loop, because another response (concurrency > 1) may lengthen the pause meanwhile.
        while True:
            now = self._clock.monotonic()
            pause = host.paused_until - now
            if pause > self._longest_wait_s:
                raise PausedError(pause)
            wait = max(pause, host.next_at - now)
            if wait <= 0:
                return
            if self._on_wait:
                self._on_wait(Wait(name, wait, host.pause_reason if pause == wait else "delay"))
            await self._clock.sleep(wait)

    def pause(self, name: str, seconds: float, reason: str) -> None:
        """Send no request to this host for so many seconds; a longer pause under way stays."""
        host = self._host(name)
        until = self._clock.monotonic() + seconds
        if until > host.paused_until:
            host.paused_until, host.pause_reason = until, reason

    def at_least(self, name: str, delay_s: float) -> None:
        """Raise the shortest delay of a host to its Crawl-delay, up to `MAX_DELAY_S`."""
        host = self._host(name)
        host.floor_s = max(self._delay_s, min(delay_s, MAX_DELAY_S))
        host.delay_s = max(host.delay_s, host.floor_s)

    def answered(self, name: str, latency_s: float, *, well: bool) -> None:
        """Adapt the delay to a response time: it rises to it at once and falls half way at a time.

        A response that is not `well` cannot shorten the delay: errors are often quick (the rule of Scrapy's
        AutoThrottle).
        """
        host = self._host(name)
        if host.floor_s == 0:
            return
        delay = max(latency_s, (host.delay_s + latency_s) / 2)
        delay = max(host.floor_s, min(delay, MAX_DELAY_S))
        if well or delay > host.delay_s:
            host.delay_s = delay
