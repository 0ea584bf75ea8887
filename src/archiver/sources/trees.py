"""Trees of saved pages as mirroring tools and browsers write them: the URL of a page, and what is no page.

The path of a page, its bytes and what it says of itself go in; its URL comes out where the tree says it.
Known are waybackpack (`<timestamp>/<host>/<path>`), wayback-machine-downloader (`websites/<host>/<path>`,
also with a timestamp below the host), wget (`<host>/<path>`) and HTTrack (`<host>/<path>` beside
`hts-cache`).

Ordinary folders have dots in their names, too (`docs.old/`, a blog's tag `asp.net/`). A folder is taken for a
host only where something else says so: see `_is_host`.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePath
from typing import NamedTuple
from urllib.parse import urlsplit

from archiver.sources.ownurl import OwnPage
from archiver.sources.paths import as_url

_HOST = re.compile(
    r"(?:(?:[\w-]+\.)+(?:[^\W\d]{2,}|xn--[\w-]+)|(?:\d{1,3}\.){3}\d{1,3})(?:[:+]\d{1,5})?", re.IGNORECASE
)
"""The name of a folder that may be a host; wget writes a port behind `:`, or `+` on Windows."""
_TIMESTAMP = re.compile(r"\d{14}(?:[a-z]{2}_)?")
_HTTRACK = "hts-cache"
"""The folder that HTTrack writes beside those of the hosts."""
_HTTRACK_FILES = ("cookies.txt", "hts-log.txt", "index.html")
"""Files of HTTrack itself beside its cache; its index lists the mirrors."""
_WEBSITES = "websites"
"""The folder in which wayback-machine-downloader makes those of the hosts."""
_ORIGINAL = ".orig"
"""What `wget --backup-converted` appends to a page as it came, before its links are made relative."""
_INDEX = re.compile(r"(?:(?<=/)|^)index\.html(?=\?|\Z)")
"""The name that these tools give a page whose path ends in a slash."""
_PAGE_SUFFIX = re.compile(r"\.(?:x?html?|shtml|php|aspx?)\Z", re.IGNORECASE)
_ASSETS = """
    _files .files -filer _archivos _arquivos _bestanden _bylos -Dateien _datoteke _dosyalar _elemei _failid
    _fails _fajlovi _ficheiros _fichiers _file _fitxategiak _fitxers _pliki _soubory _tiedostot
"""
"""What browsers append to the name of a page for the folder of what it shows, by their language."""


class SavedFiles(NamedTuple):
    """The files of a folder that may be pages, and those that a tool or a browser wrote beside pages."""

    candidates: list[Path]
    beside: list[Path]


def files_of_trees(files: Sequence[Path]) -> SavedFiles:
    """Tell what may be a page from what was saved along with pages.

    Beside pages stand the files that a page shows (`page_files/`), those of HTTrack itself, `robots.txt`, and
    a page whose links wget made relative, where it kept the page as it came (`page.html.orig`).
    """
    found = SavedFiles([], [])
    paths = set(files)
    assets = set(_asset_folders(files))
    projects = {parent.parent for file in files for parent in file.parents if parent.name == _HTTRACK}
    for file in files:
        is_beside = (
            file.name == "robots.txt"
            or Path(f"{file}{_ORIGINAL}") in paths
            or (file.parent in projects and file.name in _HTTRACK_FILES)
            or any(parent in assets or parent.name == _HTTRACK for parent in file.parents)
        )
        (found.beside if is_beside else found.candidates).append(file)
    return found


def _asset_folders(files: Iterable[Path]) -> Iterator[Path]:
    for file in files:
        if suffix := _PAGE_SUFFIX.search(file.name):
            yield from (file.with_name(file.name[: suffix.start()] + end) for end in _ASSETS.split())


def tree_url(file: Path, payload: bytes, own: OwnPage, host: str | None = None) -> str | None:
    """Return the URL of a page by its place in a tree of saved pages; None where none is known.

    Args:
        file: The page.
        payload: Its bytes.
        own: What the page says of itself.
        host: The host that the user names for pages whose place says none. A timestamp alone is then no
            evidence for another one: in `<timestamp>/asp.net/`, that folder is one of the site.
    """
    parts = Path(os.path.abspath(file)).parts  # noqa: PTH100 - resolve() follows links
    for index in range(1, len(parts) - 1):
        if _HOST.fullmatch(parts[index]) and _is_host(parts, index, payload, own, host):
            inside = parts[index + 1 :]
            if _TIMESTAMP.fullmatch(inside[0]) and len(inside) > 1:
                inside = inside[1:]
            return _url(parts[index].replace("+", ":"), PurePath(*inside), own)
    return None


def _is_host(parts: Sequence[str], index: int, payload: bytes, own: OwnPage, host: str | None) -> bool:
    """Return whether a folder named as a host is one.

    Evidence for it is any of these:

    - the folder is HTTrack's: its cache stands beside it;
    - the page says that its URL is of that host; where it says another one, nothing below counts;
    - it stands in a folder that is a timestamp, with nothing but such folders (waybackpack), and the user
      names no other host;
    - it stands in `websites`, with a timestamp below it (wayback-machine-downloader);
    - it stands in `websites`, or holds a `robots.txt`, and the page has a hyperlink to the host.
    """
    name, folder = _bare(parts[index]), Path(*parts[: index + 1])
    if (folder.parent / _HTTRACK).is_dir():
        return True
    if own.url:
        return _bare(urlsplit(own.url).netloc) == name
    if _TIMESTAMP.fullmatch(parts[index - 1]):
        return (host is None or _bare(host) == name) and _has_only_hosts(folder.parent)
    if parts[index - 1] == _WEBSITES and _TIMESTAMP.fullmatch(parts[index + 1]):
        return True
    is_marked = parts[index - 1] == _WEBSITES or (folder / "robots.txt").is_file()
    return is_marked and _links_to(payload, name)


def _bare(host: str) -> str:
    return host.lower().replace("+", ":").partition(":")[0].removeprefix("www.")


def _has_only_hosts(folder: Path) -> bool:
    with os.scandir(folder) as entries:
        return all(entry.is_dir() and _HOST.fullmatch(entry.name) for entry in entries)


def _links_to(payload: bytes, host: str) -> bool:
    link = rb"https?://(?:www\.)?" + re.escape(host.encode()) + rb"(?::\d+)?[/\"']"
    return re.search(link, payload, re.IGNORECASE) is not None


def _url(host: str, inside: PurePath, own: OwnPage) -> str:
    """Return the URL of a path below a host: the page's own, where a suffix alone was appended to that.

    `index.html` stays: with a base URL the same page has the same URL, and so is the same capture.
    """
    path = as_url(inside.with_name(inside.name.removesuffix(_ORIGINAL)))
    if own.url and not _INDEX.search(path) and _plain(own.url) == _plain(f"//{host}/{path}"):
        return own.url
    scheme = urlsplit(own.url).scheme if own.url else "https"
    return f"{scheme}://{host}/{path}"


def _plain(url: str) -> str:
    """Return the part of a URL that its spelling leaves alone: no scheme, no suffix, no last slash."""
    parts = urlsplit(url)
    return f"{_bare(parts.netloc)}{_PAGE_SUFFIX.sub('', parts.path).rstrip('/')}?{parts.query}"
