"""Read pages in bounded time: many of them in parallel, in worker processes.

Captures, or the locations of stored ones, go in; pages come out as futures. A few pages are read in this
process, as long as each takes no longer than ordinary pages do; one that does is read again by a worker,
which can be ended. A page that takes longer than LONGEST_S, or on which the parser crashes, takes its worker
with it and becomes a page with an error and without a parser version: `is_unread`.

Time is that of the processor, so that neither a busy machine nor one that was asleep counts. It decides
where a page is read, and whether it is read, but never what is read on it.

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

from archiver import fingerprint
from archiver.models import Page

MANY = 24
"""Pages from which workers pay: starting them takes about as long as reading so many.

Where nobody knows how many will come, so many are read in this process before a worker is started."""
LONGEST_S = 60
"""Seconds after which a page is given up; an ordinary page takes 0.02, the largest listing known 0.6."""
HERE_S = 1
"""Seconds that a page may take in this process, during which neither Ctrl-C nor a download is attended to."""
HERE_BYTES = 1 << 20
"""Bytes of the largest payload that is read in this process: a larger one can hold the parser's C code."""


class Readable(Protocol):
    """A capture, or what leads to one."""

    @property
    def url(self) -> str:
        """The capture's URL."""

    @property
    def size(self) -> int:
        """Bytes of the payload, about."""


Work = TypeVar("Work", bound=Readable)
Answer = TypeVar("Answer")
Item = TypeVar("Item")


class GivenUpError(Exception):
    """The page was not read, because `Readers.give_up` was called: nothing is known of it."""


class _TakesLongError(BaseException):
    """A page takes long in this process. No `except Exception` of the parser stops it."""


def is_unread(page: Page) -> bool:
    """Return whether a page only says that its capture took too long to read, or crashed the parser."""
    return page.error is not None and page.parser_version is None


class BoundedPool(Generic[Work, Answer]):
    """A pool that makes an answer of each page: the first MANY in this process, the rest in one per core.

    A context manager; where an exception leaves it, pages that are being read are given up. *read* must be a
    function of an importable module. With *many* it is known that there are more: workers begin at once.
    """

    def __init__(self, read: Callable[[Work], Answer], *, many: bool = False) -> None:
        self._read = read
        self._left_here = 0 if many else MANY
        self._pool = ThreadPoolExecutor(_cores(), "reader")
        self._own = threading.local()
        self._lock = threading.RLock()  # the handler of a Ctrl-C may give up what is being given up
        self._workers: list[subprocess.Popen[bytes]] = []
        self._given_up = False
        self._reads_here = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind:
            self.give_up()
        self._pool.shutdown(cancel_futures=True)
        for worker in self._workers:
            _end(worker)

    def submit(self, work: Work) -> Future[Answer]:
        """Read one page, at once or in a worker; the future raises what *read* raises, or GivenUpError."""
        # signals, by which reading here is bounded, are the main thread's
        here = self._left_here > 0 and threading.current_thread() is threading.main_thread()
        self._left_here -= 1
        if here and work.size <= HERE_BYTES:
            done: Future[Answer] = Future()
            try:
                done.set_result(self._read_here(work))
            except _TakesLongError:
                pass
            except Exception as error:  # noqa: BLE001 - as from a worker
                done.set_exception(error)
            if done.done():
                return done
        return self._pool.submit(self._ask, work)

    def give_up(self) -> None:
        """End the workers at once; pages that they have not read raise GivenUpError.

        The handler of a signal may call it while a page is read in this process, which ends that as well.
        """
        with self._lock:
            self._given_up = True
            for worker in self._workers:
                worker.kill()
        if self._reads_here:
            raise _TakesLongError

    def read_ahead(
        self, items: Iterable[Item], work: Callable[[Item], Work], most: int
    ) -> Iterator[tuple[Item, Future[Answer]]]:
        """Yield the items in order with their pages, while at most *most* later ones are being read.

        *most* bounds the memory: so many pages may wait for the consumer.
        """
        waiting: deque[tuple[Item, Future[Answer]]] = deque()
        for item in items:
            waiting.append((item, self.submit(work(item))))
            if len(waiting) > most:
                yield waiting.popleft()
        yield from waiting

    def _read_here(self, work: Work) -> Answer:
        """Read a page in this thread, the main one. Raises _TakesLongError after HERE_S seconds."""

        def alarm(_number: int, _frame: object) -> None:
            if self._reads_here:
                raise _TakesLongError

        former = signal.signal(signal.SIGVTALRM, alarm)
        try:
            try:
                self._reads_here = True
                signal.setitimer(signal.ITIMER_VIRTUAL, HERE_S)
                return self._read(work)
            finally:
                self._reads_here = False
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        finally:
            signal.signal(signal.SIGVTALRM, former)

    def _late(self, url: str, why: str) -> Answer:
        """Return the answer for a page that takes too long or crashes the parser, or raise an error."""
        raise NotImplementedError

    def _ask(self, work: Work) -> Answer:
        """Ask this thread's worker and wait for its answer."""
        worker: subprocess.Popen[bytes] | None = getattr(self._own, "worker", None)
        if worker is None:
            worker = self._own.worker = self._start()
        try:
            _send(worker.stdin, work)
            answer: Answer | Exception = pickle.load(worker.stdout)  # type: ignore[arg-type]  # noqa: S301 - our own process
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            self._own.worker = None
            worker.kill()
            if self._given_up:
                raise GivenUpError(work.url) from error
            late = worker.wait() == -signal.SIGPROF
            why = f"took more than {LONGEST_S:g} s to read" if late else "the parser crashed on this page"
            return self._late(work.url, why)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._given_up:
                raise GivenUpError
            worker = subprocess.Popen(
                # -P: a folder called archiver in the working directory is not this package
                [sys.executable, "-P", "-m", "archiver.crawl.workers"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                process_group=0,  # a terminal's Ctrl-C is for this process, which decides what it means
            )
            self._workers.append(worker)
        _send(worker.stdin, (self._read, LONGEST_S, fingerprint.known))
        return worker


class Readers(BoundedPool[Work, Page]):
    """A pool that reads pages; one that takes too long becomes a page that only says so."""

    def _late(self, url: str, why: str) -> Page:
        return Page(url=url, kind="empty", confidence=1, error=why)


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
    """Answer each piece of work with its page, or with the exception, until the parent closes the pipe.

    SIGPROF ends the process, also within C code, where a page takes too long.
    """
    pipe_in, pipe_out = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    read: Callable[[Readable], object]
    read, longest_s, fingerprints = pickle.load(pipe_in)  # noqa: S301 - the parent is ours
    fingerprint.known.update(fingerprints)
    while True:
        try:
            work = pickle.load(pipe_in)  # noqa: S301
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_PROF, longest_s)
        try:
            answer = read(work)
        except Exception as error:  # noqa: BLE001 - the parent raises it, with the page's URL at hand
            answer = error
        signal.setitimer(signal.ITIMER_PROF, 0)
        _send(pipe_out, answer)


if __name__ == "__main__":
    _work()
