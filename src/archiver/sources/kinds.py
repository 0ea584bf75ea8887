"""The captures that a file holds, whatever its kind: a page, or many in a container.

A kind of container is a function in `KINDS`: a path goes in, its reader comes out, or None where the file is
of another kind. The first kind that fits reads the file; a file that none fits is one saved page.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from archiver.sources.files import HAR, ImportOptions, check_inside, media_type, read_capture
from archiver.sources.found import FoundCapture
from archiver.sources.har import read_har

Reader = Callable[[Path, str, Counter[str]], Iterator[FoundCapture]]
"""Reads a file of the source that the user named, and counts what it passes over. Raises SourceError."""


def _har(file: Path) -> Reader | None:
    return read_har if media_type(file) == HAR else None


KINDS: tuple[Callable[[Path], Reader | None], ...] = (_har,)


def read_file(
    file: Path, source: str, options: ImportOptions, passed: Counter[str]
) -> Iterator[FoundCapture]:
    """Yield the captures of a file; what is passed over in it is counted in *passed*. Raises SourceError."""
    for recognise in KINDS:
        if reader := recognise(file):
            check_inside(file, source)
            yield from reader(file, source, passed)
            return
    yield FoundCapture(str(file), read_capture(file, source, options))
