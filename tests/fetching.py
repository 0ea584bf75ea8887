"""Shortcuts for tests that fetch: one visit, or one `Fetcher`, in a line."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from archiver.fetch import Fetcher, FetchOptions, FetchResult
from tests.clocks import FakeClock

T = TypeVar("T")
FAST = FetchOptions(delay_s=0)


def visit(
    url: str, options: FetchOptions = FAST, clock: FakeClock | None = None, **arguments: str
) -> FetchResult:
    """What comes of a URL that the user named."""
    return with_fetcher(lambda fetcher: fetcher.fetch(url, named=True, **arguments), options, clock)


def with_fetcher(
    use: Callable[[Fetcher], Awaitable[T]], options: FetchOptions = FAST, clock: FakeClock | None = None
) -> T:
    """What `use` makes of a `Fetcher` whose waits take no time."""

    async def run() -> T:
        async with Fetcher(options, clock=(clock or FakeClock()).clock) as fetcher:
            return await use(fetcher)

    return asyncio.run(run())
