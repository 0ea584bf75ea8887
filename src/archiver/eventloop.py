"""An event loop for callers that are not async themselves, wherever they are called.

A script has no loop, so coroutines run in its own thread, and Ctrl-C reaches them. A notebook's thread runs a
loop already, in which no second one may run: there, coroutines run in a thread beside it.
"""

import asyncio
import atexit
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from contextlib import suppress
from types import TracebackType
from typing import Any, Self, TypeVar

Result = TypeVar("Result")


class EventLoop:
    """Runs coroutines to their end, one at a time. A context manager, which cancels what is left."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._thread: _LoopThread | None = None

    def __enter__(self) -> Self:
        if _runs_a_loop():
            self._thread = _LoopThread()
        else:
            self._runner.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._thread:
            self._thread.end()
        else:
            self._runner.__exit__(kind, error, traceback)

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Return what the coroutine returns; it is cancelled where this thread is interrupted."""
        return self._thread.run(coroutine) if self._thread else self._runner.run(coroutine)


def _runs_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


class _LoopThread:
    """A thread that runs an event loop until it is stopped."""

    def __init__(self) -> None:
        self._started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()
        # a generator that nobody closes must not keep the interpreter from ending
        self._thread = threading.Thread(target=self._serve, name="archiver event loop", daemon=True)
        atexit.register(self.end)
        self._thread.start()
        self._loop, self._ending = self._started.result()

    def _serve(self) -> None:
        with asyncio.Runner() as runner:
            runner.run(self._wait())

    async def _wait(self) -> None:
        ending = asyncio.Event()
        self._started.set_result((asyncio.get_running_loop(), ending))
        await ending.wait()

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        if self._is_current() or self._loop.is_closed():
            coroutine.close()
            raise RuntimeError("the event loop cannot be waited for any more")
        task = asyncio.run_coroutine_threadsafe(_task_of(coroutine), self._loop).result()
        try:
            return asyncio.run_coroutine_threadsafe(_result_of(task), self._loop).result()
        finally:
            if not task.done():  # KeyboardInterrupt in the waiting thread
                self._loop.call_soon_threadsafe(task.cancel)
                with suppress(asyncio.CancelledError):
                    asyncio.run_coroutine_threadsafe(_ended(task), self._loop).result()

    def end(self) -> None:
        """Cancel what still runs, and wait for the thread."""
        atexit.unregister(self.end)
        if self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._ending.set)
        if not self._is_current():
            self._thread.join()

    def _is_current(self) -> bool:
        """Return whether this is the loop's thread: there, too, a forgotten generator may be collected."""
        return threading.current_thread() is self._thread


async def _task_of(coroutine: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
    return asyncio.create_task(coroutine)


async def _result_of(task: asyncio.Task[Result]) -> Result:
    return await asyncio.shield(task)


async def _ended(task: asyncio.Task[Any]) -> None:
    await asyncio.wait([task])
