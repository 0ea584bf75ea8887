"""Saved pages: a file, or all pages in a folder, become captures.

In: a path as the user gave it, and what the user says of URL and time. Out: one `Capture` per page, read one
at a time. Refuses: what is no regular file, what is larger than MAX_FILE_BYTES once unpacked, a gzip file
that is cut short. The one surprise: a page's time and URL come from its path wherever web-archive tools have
put them there (`.../20230306163859/page/2/index.html`), and the capture says which rule was used.
"""

import gzip
import os
import re
import stat
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath
from urllib.parse import quote, urljoin

from archiver.errors import SourceError
from archiver.models import Capture, TimeBasis, UrlBasis

MEDIA_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xml": "application/xml",
    ".json": "application/json",
    ".txt": "text/plain",
}
"""The endings of saved pages; each may be followed by `.gz`."""

MAX_FILE_BYTES = 256 << 20
"""No listing page is larger; a file is held in memory whole."""

_TIMESTAMP = re.compile(r"(?<![0-9A-Za-z])(\d{14})(?:[a-z]{2}_)?(?![0-9A-Za-z])")
"""14 digits that stand alone, perhaps with a replay mode behind them (`20230306163859id_`)."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the user says of all saved pages: the URL that their paths are joined to, and their time."""

    base_url: str | None = None
    captured_at: datetime | None = None


def find_files(source: str) -> list[Path]:
    """The file itself, or the saved pages in a folder and below it, in the order of their paths.

    Hidden files and folders are passed over. Raises SourceError where there is nothing to read.
    """
    path = Path(source)
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise SourceError(f"{shown(source)}: {error.strerror}") from error
    if not stat.S_ISDIR(mode):
        return [path]
    found = [file for file in files_below(path) if media_type(file.name)]
    if not found:
        raise SourceError(
            f"{shown(source)}: holds no saved pages ({', '.join(MEDIA_TYPES)}, or these with .gz)"
        )
    return found


def files_below(folder: Path) -> list[Path]:
    """All files in a folder and below it that are not hidden, in the order of their paths.

    Raises SourceError.
    """
    found: list[Path] = []
    errors: list[OSError] = []
    for inside, folders, names in os.walk(folder, onerror=errors.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(inside, name) for name in names if not name.startswith(".")]
    if errors:
        raise SourceError(f"{shown(errors[0].filename)}: {errors[0].strerror}") from errors[0]
    return sorted(found, key=lambda file: file.parts)


def read_capture(file: Path, source: str, options: ImportOptions) -> Capture:
    """The saved page as a capture. *source* is the file or the folder that the user named.

    Raises SourceError with the reason where it cannot be read.
    """
    kind = media_type(file.name)
    if kind is None:
        endings = ", ".join(MEDIA_TYPES)
        raise SourceError(
            f"{shown(file)}: is not a saved page by its name, which should end in {endings}; card records' in"
            " .jsonl, .csv"
        )
    payload, modified = _read(file)
    captured_at, time_basis = capture_time(file, modified, options)
    url, url_basis = page_url(file, source, options)
    return Capture(
        url=url,
        captured_at=captured_at,
        payload=payload,
        headers=(("Content-Type", kind),),
        path=shown(file),
        time_basis=time_basis,
        url_basis=url_basis,
    )


def media_type(name: str) -> str | None:
    """The media type that a file's name tells, or None where it is no name of a saved page."""
    path = PurePath(name.lower())
    ending = PurePath(path.stem).suffix if path.suffix == ".gz" else path.suffix
    return MEDIA_TYPES.get(ending)


def parse_time(text: str) -> datetime:
    """A time as ISO 8601 or as 14 digits (a prefix of them stands for its first second); UTC unless it says.

    Raises ValueError.
    """
    if re.fullmatch(r"\d{4}(\d\d){0,5}", text):
        return datetime.strptime(text + "00000101000000"[len(text) :], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _read(file: Path) -> tuple[bytes, datetime]:
    """The page's bytes, unpacked, and the time when the file was last changed."""
    try:
        with file.open("rb") as opened:
            facts = os.fstat(opened.fileno())
            if not stat.S_ISREG(facts.st_mode):
                raise SourceError(f"{shown(file)}: is not a regular file")
            packed = file.suffix.lower() == ".gz"
            reader = gzip.GzipFile(fileobj=opened) if packed else opened
            payload = reader.read(MAX_FILE_BYTES + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(
            f"{shown(file)}: is a damaged gzip file ({error}); nothing of it was taken"
        ) from error
    except OSError as error:
        raise SourceError(f"{shown(file)}: {error.strerror}") from error
    if len(payload) > MAX_FILE_BYTES:
        raise SourceError(f"{shown(file)}: is larger than {MAX_FILE_BYTES >> 20} MiB, no saved page")
    return payload, datetime.fromtimestamp(facts.st_mtime, UTC)


def _timestamp(path: Path) -> tuple[datetime, int] | None:
    """The last timestamp among the path's folders, else one in the file's name; and its part's number."""
    parts = path.parts
    for index in (*range(len(parts) - 2, -1, -1), len(parts) - 1):
        for found in _TIMESTAMP.finditer(parts[index]):
            try:
                time = parse_time(found[1])
            except ValueError:
                continue  # fourteen digits that are no time
            if time.year >= 1990:  # the web is not older
                return time, index
    return None


def capture_time(file: Path, modified: datetime, options: ImportOptions) -> tuple[datetime, TimeBasis]:
    """The time of a file's capture, and the rule that gave it."""
    found = _timestamp(file)
    if found:
        return found[0], "path"
    if options.captured_at:
        return options.captured_at, "option"
    return modified, "mtime"


def page_url(file: Path, source: str, options: ImportOptions) -> tuple[str, UrlBasis]:
    """The URL of a file's capture, and the rule that gave it."""
    if options.base_url is None:
        return Path(os.path.abspath(file)).as_uri(), "file"  # noqa: PTH100 - `resolve()` would follow links
    found = _timestamp(file)
    if found and found[1] < len(file.parts) - 1:
        inside = PurePath(*file.parts[found[1] + 1 :])
    elif file == Path(source):
        return options.base_url, "base_url"  # a single page: the URL that the user gave is the page's own
    else:
        inside = file.relative_to(source)
    return urljoin(options.base_url, quote(os.fsencode(inside.as_posix()), safe="/%")), "base_url"


def shown(path: str | os.PathLike[str]) -> str:
    """A path as text that can be printed and stored, whatever bytes it is made of."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
