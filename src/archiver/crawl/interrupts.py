"""Ctrl-C that waits for the end of a step, so that what the step kept is also reported."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType


@contextmanager
def delayed_interrupt() -> Iterator[Callable[[], bool]]:
    """Delay the first Ctrl-C within the block; yield a function that returns whether there was one.

    The caller raises KeyboardInterrupt when it has reported what it did. A second Ctrl-C is not delayed.
    Nothing is delayed in other threads than the main one, which alone receives signals.
    """
    found = False
    before = signal.getsignal(signal.SIGINT)

    def once(_number: int, _frame: FrameType | None) -> None:
        nonlocal found
        found = True
        signal.signal(signal.SIGINT, before)

    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield lambda: False
        return
    signal.signal(signal.SIGINT, once)
    try:
        yield lambda: found
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def undivided() -> Iterator[None]:
    """Do a step whole: a Ctrl-C within the block raises KeyboardInterrupt at its end."""
    with delayed_interrupt() as interrupted:
        yield
    if interrupted():
        raise KeyboardInterrupt


@contextmanager
def interrupts(stop: Callable[[], None]) -> Iterator[Callable[[], bool]]:
    """Call *stop* on the first Ctrl-C; yield a function that returns whether there was one.

    A second Ctrl-C ends the program at once. One handler serves the whole crawl: `asyncio.Runner` installs
    one for each step, and a Ctrl-C between two steps would end the program and lose results that are still
    due.
    """
    loop = asyncio.get_running_loop()
    found = False

    def once() -> None:
        nonlocal found
        found = True
        loop.remove_signal_handler(signal.SIGINT)
        stop()

    with suppress(NotImplementedError, RuntimeError, ValueError):  # Windows; not the main thread
        loop.add_signal_handler(signal.SIGINT, once)
    try:
        yield lambda: found
    finally:
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.remove_signal_handler(signal.SIGINT)
