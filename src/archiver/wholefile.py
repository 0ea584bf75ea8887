"""Writing a file so that it appears whole or not at all."""

import os
import threading
from collections.abc import Iterable
from pathlib import Path


def write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Write the pieces to a file; where that fails, what was there before stays.

    Two processes that write one file have a part each; the one that ends last gives the file. A pipe or a
    device is written to directly: a file in the place of /dev/null would break the machine. A symbolic link
    is followed.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            file.writelines(pieces)
        return
    part = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        with part.open("wb") as file:
            file.writelines(pieces)
        part.replace(path)
    except OSError as error:
        if error.filename == str(part):
            error.filename = str(path)  # the name that the user knows
        raise
    finally:
        part.unlink(missing_ok=True)
