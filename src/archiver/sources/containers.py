"""Files that hold many captures (WARC, ARC, WACZ): which of a source's files are such, and what is in them.

A path goes in; `RecordFile`s that are open come out, one for a WARC file, several for a WACZ.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from archiver.errors import SourceError
from archiver.sources.files import (
    WACZ_ENDING,
    check_inside,
    files_below,
    is_container,
    kept_path,
    open_regular,
    shown,
)
from archiver.sources.wacz import open_wacz
from archiver.sources.warc import RecordFile


def containers_of(source: str) -> list[Path]:
    """Return the source itself, or those files of a folder, that hold many captures. Raises SourceError."""
    path = Path(source)
    if not path.is_dir():
        return [path] if is_container(source) else []
    return [file for file in files_below(path) if is_container(file.name)]


@contextmanager
def open_container(file: Path, source: str) -> Iterator[Iterator[RecordFile | SourceError]]:
    """Open a file of the source; yields the files of records in it, and its faults, one at a time.

    Raises SourceError where it cannot be read.
    """
    check_inside(file, source)
    try:
        with open_regular(file) as opened:
            yield _record_files(opened, file, kept_path(file, source))
    except OSError as error:
        raise SourceError(f"{shown(file)}: {error.strerror or error}") from error


def _record_files(opened: IO[bytes], file: Path, path: str) -> Iterator[RecordFile | SourceError]:
    if file.name.lower().endswith(WACZ_ENDING):
        yield from open_wacz(opened, shown(file), path)
    else:
        yield RecordFile(opened.read, os.fstat(opened.fileno()).st_size, shown(file), path)
