"""Reading many pages at once, in processes beside this one.

In: captures, or the places of some. Out: their pages, as futures. Refuses: nothing that `read` does not
refuse. The one surprise: a page on which the parser itself breaks down takes a worker with it, not the
archive: it is a page with an error, and the next one gets a new worker.

Workers are programs of their own that answer on a pipe. `multiprocessing` would import the caller's script
anew in each (and so run it again, unless it is written for that), or fork a process that may have threads.
"""

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import IO, Generic, Protocol, Self, TypeVar

from archiver.models import Page

MANY = 24
"""Pages from which workers are worth their start, which takes about as long as reading so many."""


class Readable(Protocol):
    """A capture, or what leads to one."""

    @property
    def url(self) -> str:
        """The capture's URL."""


Work = TypeVar("Work", bound=Readable)


class Readers(Generic[Work]):
    """Reads pages: here where they are few, else in as many processes as there are cores.

    A context manager. *read* must be a function of an importable module.
    """

    def __init__(self, read: Callable[[Work], Page], *, many: bool) -> None:
        self._read = read
        self._pool = ThreadPoolExecutor(_cores(), "reader") if many else None
        self._own = threading.local()
        self._workers: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
        for worker in self._workers:
            _end(worker)

    def submit(self, work: Work) -> Future[Page]:
        """The page of a capture, or what *read* raises: at once, or when a worker has read it."""
        if self._pool:
            return self._pool.submit(self._ask, work)
        done: Future[Page] = Future()
        try:
            done.set_result(self._read(work))
        except Exception as error:  # noqa: BLE001 - as from a worker
            done.set_exception(error)
        return done

    def _ask(self, work: Work) -> Page:
        """The answer of this thread's worker."""
        worker: subprocess.Popen[bytes] | None = getattr(self._own, "worker", None)
        if worker is None:
            worker = self._own.worker = self._start()
        try:
            _send(worker.stdin, work)
            page = pickle.load(worker.stdout)  # type: ignore[arg-type]  # noqa: S301 - our own process
        except (OSError, EOFError, pickle.UnpicklingError):
            self._own.worker = None
            worker.kill()
            return Page(url=work.url, kind="empty", confidence=1, error="the parser broke down on this page")
        if isinstance(page, Exception):
            raise page
        assert isinstance(page, Page)  # noqa: S101 - for the type checker
        return page

    def _start(self) -> subprocess.Popen[bytes]:
        worker = subprocess.Popen(
            # -P: a folder called archiver where the user stands is not this package
            [sys.executable, "-P", "-m", "archiver.crawl.workers"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._workers.append(worker)
        _send(worker.stdin, self._read)
        return worker


def _cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _send(pipe: IO[bytes] | None, value: object) -> None:
    assert pipe is not None  # noqa: S101 - for the type checker
    pickle.dump(value, pipe, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.flush()


def _end(worker: subprocess.Popen[bytes]) -> None:
    """A worker ends when its input does."""
    for pipe in (worker.stdin, worker.stdout):
        if pipe:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
    worker.wait()


def _work() -> None:
    """Answer each piece of work with its page, or with what went wrong, until the parent is gone."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C reaches all processes of a terminal; the parent decides
    pipe_in, pipe_out = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    read: Callable[[Readable], Page] = pickle.load(pipe_in)  # noqa: S301 - the parent is ours
    while True:
        try:
            work = pickle.load(pipe_in)  # noqa: S301
        except EOFError:
            return
        try:
            answer: Page | Exception = read(work)
        except Exception as error:  # noqa: BLE001 - a bug is raised where the crawl can tell of it
            answer = error
        _send(pipe_out, answer)


if __name__ == "__main__":
    _work()
