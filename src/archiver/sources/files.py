"""Convert saved pages to captures: one file, or all pages in a folder.

A path goes in as the user gave it, with the options of the import; a `Capture` comes out for each page, read
one at a time. Errors are files that are not regular, links out of the folder, files that are larger than
MAX_PAYLOAD_BYTES once decompressed, and gzip files that are cut short.

Pages are known by their names, or else by their first bytes: what wget mirrors has names such as `page/2` and
`index.php?paged=3`.

The time and URL of a page come from its path wherever web-archive tools put them there
(`.../20230306163859/page/2/index.html?page=2`; `trees`), else from the page itself (`ownurl`) or the options.
The capture records which rule gave them.
"""

import gzip
import hashlib
import io
import os
import re
import stat
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from archiver.defaults import MAX_PAYLOAD_BYTES
from archiver.errors import SourceError
from archiver.models import Capture, TimeBasis, UrlBasis
from archiver.sources.mhtml import SavedPage, read_mhtml
from archiver.sources.ownurl import own_page
from archiver.sources.paths import as_url, timestamp_in
from archiver.sources.trees import files_of_trees, tree_url

MHTML = "multipart/related"
HAR = "application/har+json"
MEDIA_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xml": "application/xml",
    ".json": "application/json",
    ".txt": "text/plain",
    ".mhtml": MHTML,
    ".mht": MHTML,
    ".har": HAR,
}
"""The suffixes of saved pages; each may be followed by `.gz`."""
WARC_ENDINGS = (".warc", ".warc.gz", ".arc", ".arc.gz", ".warc.zst")
WACZ_ENDING = ".wacz"
"""How the names of files end that hold many captures; `containers` reads them."""
_HEAD_BYTES = 4096
"""Bytes at the start of a file of another name that show whether it is a page."""
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s++|<!--.*?-->|<\?xml.*?\?>)*+"
    rb"<(?:(!doctype\s+html|html|head|body)|rss|feed|rdf:rdf)\b",
    re.IGNORECASE | re.DOTALL,
)
"""The start of HTML (group 1) or of a feed."""


_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d]{2,}(?::\d+)?(?:/|$)|localhost(?::\d+)?(?:/|$)", re.IGNORECASE)
"""How a URL without its scheme begins, which is what people copy from a browser."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """Options for saved pages and card records.

    Of pages: the URL that their paths are joined to, and their time. Of records: `fields` gives the name that
    the file has for a field of card records; with `strict`, rows with fields that are not read are rejected;
    `table` is the table of a database.

    Of the records of WARC files: `include` and `exclude` are patterns with `*` and `?` for URLs and media
    types, `everything` takes all media types and not only those of pages, `listings_only` keeps those pages
    alone that show cards or are feeds. With `in_place` the payloads stay where they are: the archive keeps
    what names them.
    """

    base_url: str | None = None
    captured_at: datetime | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False
    table: str | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    everything: bool = False
    listings_only: bool = False
    in_place: bool = False


class FoundFiles(NamedTuple):
    """The saved pages of a source, and its files that hold no captures; both sorted by path."""

    pages: list[Path]
    others: list[Path]


def find_files(source: str) -> FoundFiles:
    """Find the saved pages in a folder and below it; a file is returned as it is.

    Hidden files and folders are skipped. Raises SourceError where there is nothing to read.
    """
    path = Path(source)
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise SourceError(f"{shown(source)}: {_reason(source, error)}") from error
    if not stat.S_ISDIR(mode):
        return FoundFiles([path], [])
    candidates, beside = files_of_trees(files_below(path))
    found = FoundFiles([], beside)
    files = [file for file in candidates if not is_container(file.name)]
    for file in files:
        (found.pages if media_type(file) else found.others).append(file)
    found.others.sort(key=lambda file: file.parts)
    if not found.pages and len(files) == len(candidates):
        raise SourceError(
            f"{shown(source)}: no saved pages in this folder (HTML or feeds by their content, or"
            f" {', '.join(MEDIA_TYPES)}, or these with .gz), and no WARC or WACZ file"
        )
    return found


def is_container(file: str | os.PathLike[str]) -> bool:
    """Return whether the name is that of a file that holds many captures (WARC, ARC, WACZ)."""
    return os.fspath(file).lower().endswith((*WARC_ENDINGS, WACZ_ENDING))


def files_below(folder: Path) -> list[Path]:
    """List all files in a folder and below it that are not hidden, sorted by path. Raises SourceError."""
    found: list[Path] = []
    errors: list[OSError] = []
    for inside, folders, names in os.walk(folder, onerror=errors.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(inside, name) for name in names if not name.startswith(".")]
    if errors:
        raise SourceError(f"{shown(errors[0].filename)}: {errors[0].strerror}") from errors[0]
    return sorted(found, key=lambda file: file.parts)


def read_capture(file: Path, source: str, options: ImportOptions) -> Capture:
    """Read a saved page into a capture; *source* is the file or folder that the user named.

    Raises SourceError.
    """
    kind = media_type(file)
    if kind is None:
        endings = ", ".join(MEDIA_TYPES)
        raise SourceError(
            f"{shown(file)}: unknown suffix, and neither HTML nor a feed by its content; saved pages end in"
            f" {endings}, WARC files in .warc, card records in .jsonl or .csv (each also with .gz)"
        )
    if kind == HAR:
        raise SourceError(f"{shown(file)}: holds many captures, not one page; crawl it")
    check_inside(file, source)
    content = _read(file)
    try:
        page = saved_page(content.payload, kind)
    except ValueError as error:
        raise SourceError(f"{shown(file)}: {error}") from error
    own = page.own
    time = capture_time(file, content.modified, options, own.captured_at)
    url = _url_as_saved(file, source, options, page) or page_url(file, source, options, own.url)
    return Capture(
        url=url.url,
        captured_at=time.captured_at,
        payload=page.payload,
        headers=(("Content-Type", page.content_type),),
        path=kept_path(file, source),
        time_basis=time.basis,
        url_basis=url.basis,
    )


def media_type(file: Path) -> str | None:
    """Return the media type of a saved page by its name, else by its first bytes; None for other files."""
    return media_type_of(file.name) or media_type_of(file.name, _head(file))


def media_type_of(name: str, payload: bytes = b"") -> str | None:
    """Return the media type of a page by a name, else by the first bytes of its payload."""
    path = PurePath(name.lower())
    ending = PurePath(path.stem).suffix if path.suffix == ".gz" else path.suffix
    if ending in MEDIA_TYPES:
        return MEDIA_TYPES[ending]
    page = _PAGE.match(payload[:_HEAD_BYTES])
    return page and ("text/html" if page[1] else "application/xml")


def begins_as_page(start: bytes) -> bool:
    """Return whether a payload with these first bytes is HTML or a feed."""
    return _PAGE.match(start) is not None


def _head(file: Path) -> bytes:
    """Return the first bytes of a regular file; none of a device or pipe, which might never give any."""
    try:
        if stat.S_ISREG(file.stat().st_mode):
            with file.open("rb") as opened:
                return opened.read(_HEAD_BYTES)
    except OSError:
        pass  # the caller reports the file by its name
    return b""


def _reason(source: str, error: OSError) -> str:
    """Return why a source cannot be opened; a path that leads nowhere may be meant as a URL."""
    reason = error.strerror or str(error)
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        return reason
    scheme, separator, _ = source.partition("://")
    if separator:
        return f"only http and https URLs are fetched, not {shown(scheme)}"
    if _HOST.match(source) and not media_type(Path(source)):
        return f"{reason}; for a URL write https://{shown(source)}"
    return reason


def open_regular(file: Path) -> io.FileIO:
    """Open a file for reading, unbuffered. Raises SourceError where it is no regular one, OSError.

    Opening a named pipe would wait for a writer, but for O_NONBLOCK, which means nothing to a file.
    """
    opened = io.FileIO(file, opener=lambda path, flags: os.open(path, flags | os.O_NONBLOCK))
    if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
        opened.close()
        raise SourceError(f"{shown(file)}: not a regular file")
    return opened


def check_inside(file: Path, source: str) -> None:
    """Raise SourceError where a file that was found in a folder is a link to one outside it."""
    if file == Path(source) or not file.is_symlink():
        return
    if not Path(os.path.realpath(file)).is_relative_to(os.path.realpath(source)):
        raise SourceError(
            f"{shown(file)}: a link to a file outside {shown(source)}; name it as a source to import it"
        )


class _Content(NamedTuple):
    """The bytes of a file, decompressed, and its modification time."""

    payload: bytes
    modified: datetime


def _read(file: Path) -> _Content:
    """Read a page's bytes, decompressed, and the modification time of the file."""
    try:
        with io.BufferedReader(open_regular(file)) as opened:
            facts = os.fstat(opened.fileno())
            packed = file.suffix.lower() == ".gz"
            reader = gzip.GzipFile(fileobj=opened) if packed else opened
            payload = reader.read(MAX_PAYLOAD_BYTES + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(
            f"{shown(file)}: damaged gzip file ({error}); nothing of it was imported"
        ) from error
    except OSError as error:
        raise SourceError(f"{shown(file)}: {error.strerror}") from error
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise SourceError(f"{shown(file)}: larger than {MAX_PAYLOAD_BYTES >> 20} MiB, which no saved page is")
    return _Content(payload, datetime.fromtimestamp(facts.st_mtime, UTC))


class CaptureTime(NamedTuple):
    """The time of a capture, and the rule that gave it."""

    captured_at: datetime
    basis: TimeBasis


class PageUrl(NamedTuple):
    """The URL of a capture, and the rule that gave it."""

    url: str
    basis: UrlBasis


def capture_time(
    file: Path, modified: datetime, options: ImportOptions, own: datetime | None = None
) -> CaptureTime:
    """Determine the time of a file's capture, and the rule that gave it; *own* is what the page says."""
    found = timestamp_in(file)
    if found:
        return CaptureTime(found.time, "path")
    if own:
        return CaptureTime(own, "page")
    if options.captured_at:
        return CaptureTime(options.captured_at, "option")
    return CaptureTime(modified, "mtime")


def saved_page(payload: bytes, kind: str) -> SavedPage:
    """Return the page that a file of a kind holds. Raises ValueError."""
    return read_mhtml(payload) if kind == MHTML else SavedPage(payload, kind, own_page(payload))


def _url_as_saved(file: Path, source: str, options: ImportOptions, page: SavedPage) -> PageUrl | None:
    """Return the URL that the program gave that saved the page, in the page or by a tree of folders.

    It comes before the user's, which is that of a folder, unless the page is all that the user named.
    """
    if options.base_url is not None and file == Path(source):
        return None
    if page.own.by_program and page.own.url:
        return PageUrl(page.own.url, "page")
    host = urlsplit(options.base_url).netloc if options.base_url else None
    url = tree_url(file, page.payload, page.own, host)
    return PageUrl(url, "tree") if url else None


def page_url(file: Path, source: str, options: ImportOptions, own: str | None = None) -> PageUrl:
    """Determine the URL of a file's capture, and the rule that gave it; *own* is what the page says."""
    if options.base_url is None:
        return PageUrl(own, "page") if own else PageUrl(_file_url(file, source), "file")
    found = timestamp_in(file)
    if found and found.part < len(file.parts) - 1:
        inside = PurePath(*file.parts[found.part + 1 :])
    elif file == Path(source):
        return PageUrl(
            options.base_url, "base_url"
        )  # a single page: the URL that the user gave is the page's own
    else:
        inside = file.relative_to(source)
    return PageUrl(urljoin(options.base_url, as_url(inside)), "base_url")


def _file_url(file: Path, source: str) -> str:
    """Return a URL for a file that has none: its path inside the source's folder.

    In front of it stands a digest of where that folder is: pages of two folders that are called alike have
    two URLs, and nothing says where the user keeps files. It is no host, for the captures of one site may be
    given folder by folder.
    """
    absolute = Path(os.path.abspath(file))  # noqa: PTH100 - resolve() follows links
    folder = absolute.parent if file == Path(source) else Path(os.path.abspath(source))  # noqa: PTH100
    place = f"folder-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:8]}"
    return f"file:///{place}/{quote(os.fsencode(absolute.relative_to(folder).as_posix()))}"


def kept_path(file: Path, source: str) -> str:
    """Return the path of a file as it is kept with its capture: as the user gave it.

    Of an absolute path only the end is kept, from a timestamp on, else from the source's own name: an archive
    is made to be passed on, and the rest is about this machine.
    """
    if not file.is_absolute():
        return shown(file)
    start = len(Path(source).parts) - 1
    found = timestamp_in(file)
    return shown(PurePath(*file.parts[found.part if found else start :]))


def shown(path: str | os.PathLike[str]) -> str:
    """Convert a path to text that can be printed and stored, whatever bytes it has."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
