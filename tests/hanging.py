"""A limit for what must not hang: seconds of the processor, thousands of times what is needed."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

HANGS_S = 20
"""Seconds of this process alone, so that no load of the machine counts."""


class HangsError(Exception):
    """The block took as long as only what never ends takes."""


@contextmanager
def must_not_hang() -> Iterator[None]:
    """Raise HangsError where the block takes HANGS_S of the processor."""

    def hangs(_number: int, _frame: object) -> None:
        raise HangsError

    former = signal.signal(signal.SIGPROF, hangs)
    signal.setitimer(signal.ITIMER_PROF, HANGS_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, former)
