"""Read many pages in parallel, in worker processes.

Captures, or the locations of stored ones, go in; pages come out as futures. A page on which the parser
crashes takes its worker with it and becomes a page with an error; the next page gets a new worker.

A worker is a program of its own that answers on a pipe. `multiprocessing` would either import the caller's
script again in each worker, which runs it again unless it is written for that, or fork a process that may
have threads.
"""

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import IO, Generic, Protocol, Self, TypeVar

from archiver.models import Page

MANY = 24
"""Pages from which workers pay: starting them takes about as long as reading so many."""


class Readable(Protocol):
    """A capture, or what leads to one."""

    @property
    def url(self) -> str:
        """The capture's URL."""


Work = TypeVar("Work", bound=Readable)
Item = TypeVar("Item")


class Readers(Generic[Work]):
    """A pool that reads pages: in this process where they are few, else in one process per core.

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
        """Read one page, at once or in a worker; the future raises what *read* raises."""
        if self._pool:
            return self._pool.submit(self._ask, work)
        done: Future[Page] = Future()
        try:
            done.set_result(self._read(work))
        except Exception as error:  # noqa: BLE001 - as from a worker
            done.set_exception(error)
        return done

    def read_ahead(
        self, items: Iterable[Item], work: Callable[[Item], Work], most: int
    ) -> Iterator[tuple[Item, Future[Page]]]:
        """Yield the items in order with their pages, while at most *most* later ones are being read.

        *most* bounds the memory: so many pages may wait for the consumer.
        """
        waiting: deque[tuple[Item, Future[Page]]] = deque()
        for item in items:
            waiting.append((item, self.submit(work(item))))
            if len(waiting) > most:
                yield waiting.popleft()
        yield from waiting

    def _ask(self, work: Work) -> Page:
        """Ask this thread's worker and wait for its answer."""
        worker: subprocess.Popen[bytes] | None = getattr(self._own, "worker", None)
        if worker is None:
            worker = self._own.worker = self._start()
        try:
            _send(worker.stdin, work)
            page = pickle.load(worker.stdout)  # type: ignore[arg-type]  # noqa: S301 - our own process
        except (OSError, EOFError, pickle.UnpicklingError):
            self._own.worker = None
            worker.kill()
            return Page(url=work.url, kind="empty", confidence=1, error="the parser crashed on this page")
        if isinstance(page, Exception):
            raise page
        assert isinstance(page, Page)  # noqa: S101 - for the type checker
        return page

    def _start(self) -> subprocess.Popen[bytes]:
        worker = subprocess.Popen(
            # -P: a folder called archiver in the working directory is not this package
            [sys.executable, "-P", "-m", "archiver.crawl.workers"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._workers.append(worker)
        _send(worker.stdin, self._read)
        return worker


def _cores() -> int:
    """Count the processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _send(pipe: IO[bytes] | None, value: object) -> None:
    assert pipe is not None  # noqa: S101 - for the type checker
    pickle.dump(value, pipe, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.flush()


def _end(worker: subprocess.Popen[bytes]) -> None:
    """Close a worker's input, which ends it, and wait for that."""
    for pipe in (worker.stdin, worker.stdout):
        if pipe:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
    worker.wait()


def _work() -> None:
    """Answer each piece of work with its page, or with the exception, until the parent closes the pipe."""
    # Ctrl-C reaches all processes of a terminal; the parent decides what it means
    signal.signal(signal.SIGINT, signal.SIG_IGN)
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
        except Exception as error:  # noqa: BLE001 - the parent raises it, with the page's URL at hand
            answer = error
        _send(pipe_out, answer)


if __name__ == "__main__":
    _work()
