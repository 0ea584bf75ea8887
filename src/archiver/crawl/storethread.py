"""The store of a crawl behind one thread: calls go in from the event loop, results come out in their order.

Captures that come while others are being stored wait, and are stored together.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Self, TypeVar

from archiver.store import ARCHIVE_ERRORS, NewCapture, Store, StoredCapture

Result = TypeVar("Result")


class StoreThread:
    """The store behind one thread, so that compressing and flushing delay no request.

    Captures that arrive while others are being stored are stored together, with one flush of the disk.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._thread = ThreadPoolExecutor(1, "store")
        self._waiting: list[tuple[NewCapture, asyncio.Future[StoredCapture]]] = []
        self._storing: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()

    async def call(self, method: Callable[..., Result], *values: object) -> Result:
        """Call a method of the store, after all calls made before."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, method, *values)

    async def add_capture(self, new: NewCapture) -> StoredCapture:
        """Store the capture, together with others that are waiting."""
        future: asyncio.Future[StoredCapture] = asyncio.get_running_loop().create_future()
        self._waiting.append((new, future))
        if self._storing is None:
            self._storing = asyncio.create_task(self._store_waiting())
        return await future

    async def _store_waiting(self) -> None:
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            await self._store(waiting)
        self._storing = None

    async def _store(self, waiting: list[tuple[NewCapture, asyncio.Future[StoredCapture]]]) -> None:
        try:
            stored = await self.call(self.store.captures.add_all, [new for new, _ in waiting])
        except Exception as error:  # noqa: BLE001 - it is raised in the crawls that wait for it
            if len(waiting) > 1 and not isinstance(error, ARCHIVE_ERRORS):
                for one in waiting:  # one of them cannot be stored, and the others can
                    await self._store([one])
                return
            for _, future in waiting:
                if not future.done():
                    future.set_exception(error)
        else:
            for (_, future), kept in zip(waiting, stored, strict=True):
                if not future.done():
                    future.set_result(kept)
