"""The lock of an archive's folder: many processes write to the archive, but one replaces its database alone.

It is held on the folder itself, so there is no lock file, and the system takes it from a process that is
killed. SQLite's own locks are those of the transactions; they are of no use once another file has the
database's name.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from archiver.errors import StoreError

LOCK_TIMEOUT_S = 5.0
"""How long a command waits for the lock of another one, in seconds."""
POLL_S = 0.02
"""How long it waits before it tries again, in seconds."""


@contextmanager
def folder_lock(folder: Path, *, alone: bool) -> Iterator[None]:
    """Hold the lock of the folder, *alone* or together with others that are not alone.

    Raises StoreError where another process holds it. On a file system without such locks nothing is held.
    """
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise StoreError(f"{folder}: cannot open the folder: {error.strerror}") from error
    try:
        _wait(handle, fcntl.LOCK_EX if alone else fcntl.LOCK_SH, folder)
        yield
    finally:
        os.close(handle)


def _wait(handle: int, kind: int, folder: Path) -> None:
    end = time.monotonic() + LOCK_TIMEOUT_S
    with suppress(OSError):
        while True:
            try:
                fcntl.flock(handle, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > end:
                    break
                time.sleep(POLL_S)
            else:
                return
        raise StoreError(f"{folder}: another process is using the archive; try again when it is done")
