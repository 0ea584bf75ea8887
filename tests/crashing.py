"""Readers that say where they run, end with their process, or never end, for workers to import."""

import itertools
import os
from pathlib import Path

from archiver.crawl.reading import read_received


def read_by(received):
    """Read the page, and say in which process."""
    return read_received(received).model_copy(update={"why": str(os.getpid())})


def crash(_work):
    os._exit(3)


def hang(_work):
    """Never end, and say in which process: by a file in the folder that HANGING names."""
    Path(os.environ["HANGING"], str(os.getpid())).touch()
    while True:
        pass


def hang_or_read(received):
    """Never end where the payload says so, in Python or in C code; read all others."""
    while b"hang in Python" in received.capture.payload:
        pass
    if b"hang in C" in received.capture.payload:
        sum(itertools.repeat(0))
    return read_received(received)
