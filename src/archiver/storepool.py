"""The stores of one archive folder: opened for each use, or one kept open between uses.

What is kept is at most one store that nobody uses at the moment, so a generator that was left half way, or
another thread, never shares its connection. A kept store holds no lock, so that another process may even
rebuild the archive.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from archiver.store import DB_NAME, Mode, Store

logger = logging.getLogger(__name__)


class _FileId(NamedTuple):
    """Which file a path leads to; another one after a rebuild."""

    device: int
    inode: int


class _KeptStore(NamedTuple):
    store: Store
    writes: bool
    file: _FileId | None


class StorePool:
    """Hands out stores of one folder. Between `hold` and `release` it keeps one open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._holders = 0
        self._kept: _KeptStore | None = None

    def hold(self) -> None:
        """Begin to keep a store open; each call needs its `release`."""
        with self._lock:
            self._holders += 1

    def release(self) -> None:
        """Close the kept store, unless somebody else still holds the pool."""
        with self._lock:
            self._holders -= 1
            last = self._holders == 0
        if last:
            self.close()

    def close(self) -> None:
        """Close the kept store, if there is one."""
        with self._lock:
            kept, self._kept = self._kept, None
        if kept:
            kept.store.__exit__(None, None, None)

    @contextmanager
    def use(self, mode: Mode) -> Iterator[Store]:
        """Give a store that is open in this mode, to the caller alone. Raises ConfigError, StoreError."""
        with ExitStack() as stack:
            kept = self._take(writes=mode != "read")
            if kept is None:
                store = stack.enter_context(Store(self.folder, mode))
                kept = _KeptStore(store, mode != "read", self._file())
                if store.is_new:
                    logger.info("%s: a new archive is begun here", self.folder)
                for recovered in store.recovered:
                    for line in recovered.lines():
                        logger.warning("%s", line)
            else:
                stack.push(kept.store)
            yield kept.store
            if self._give_back(kept):
                stack.pop_all()

    def _take(self, *, writes: bool) -> _KeptStore | None:
        """Take the kept store where it serves, else close it."""
        with self._lock:
            kept, self._kept = self._kept, None
        if kept is None:
            return None
        with ExitStack() as closing:
            closing.push(kept.store)
            if kept.writes or not writes:
                if writes:
                    kept.store.resume()
                if kept.file == self._file():
                    closing.pop_all()
                    return kept
        return None

    def _give_back(self, kept: _KeptStore) -> bool:
        """Keep a store that was used, where one is to be kept and none is."""
        with self._lock:
            keeps = self._holders > 0 and self._kept is None
            if keeps:
                kept.store.rest()
                self._kept = kept
        return keeps

    def _file(self) -> _FileId | None:
        try:
            found = (self.folder / DB_NAME).stat()
        except FileNotFoundError:
            return None
        return _FileId(found.st_dev, found.st_ino)
