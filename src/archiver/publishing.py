"""Write the static site of an archive: what the store holds goes to `site`, its files to a folder.

Each file appears whole or not at all, and one that would be the same again is left alone, so that a copy
elsewhere is brought up to date by what changed. What an earlier site had and this one has not is removed, but
only from a folder that was begun by a site: nobody's own pages may go.
"""

import os
import re
from pathlib import Path

from archiver.changes import changes
from archiver.coverage import coverage
from archiver.errors import ConfigError, CorruptError
from archiver.models import iso_time
from archiver.replayable import write_web_archive
from archiver.site import SiteFile, SiteRows, Totals, build
from archiver.store import Store
from archiver.wholefile import write_whole

MARKER = ".archiver-site"
WACZ = "archive.wacz"
_FOLDERS = ("changes", "coverage", "months", "posts", "search", "sites")
"""The folders of a site: whatever else is in them is removed. A user's files beside them are left alone."""
_SAFE_PATH = re.compile(r"(?!\.)[\w.-]+(?:/(?!\.)[\w.-]+)*", re.ASCII)


def write_site(store: Store, folder: Path, *, wacz: bool) -> None:
    """Write the site of an archive to a folder. Raises ConfigError where the folder holds anything else."""
    _begin(folder)
    written = set()
    with store.at_one_moment():
        for file in build(site_rows(store, wacz=wacz), site_name_of(store)):
            if not _SAFE_PATH.fullmatch(file.path):  # the database may be a stranger's
                raise CorruptError(
                    f"{file.path!r}: no path of a site; the database holds what no crawl stores"
                )
            _write(folder, file)
            written.add(file.path)
        if wacz:
            write_whole(folder / WACZ, write_web_archive(store, "wacz"))
    if not wacz:
        (folder / WACZ).unlink(missing_ok=True)
    _remove_others(folder, written)


def site_rows(store: Store, *, wacz: bool) -> SiteRows:
    """Return what a site of this archive is made of."""
    pages = store.pages
    listings = list(coverage(pages.seen_listings(), pages.posts_of, store.frontier.unseen()))
    times = [time for one in listings for time in (one.first, one.last) if time]
    return SiteRows(
        changes=changes(store.windows),
        by_date=store.published.by_date(),
        by_site=store.published.by_site(),
        posts=store.published.posts(),
        coverage=listings,
        totals=Totals(
            posts=store.counts()["posts"],
            captures=sum(one.captures for one in listings),
            first=iso_time(min(times)) if times else None,
            last=iso_time(max(times)) if times else None,
        ),
        has_wacz=wacz,
    )


def site_name_of(store: Store) -> str:
    """Return the name of the site: that of the one site that the posts are of, or how many there are."""
    sites = store.published.sites()
    if len(sites) == 1:
        return f"Archive of {sites[0]}"
    return f"Archive of {len(sites):,} sites"


def _begin(folder: Path) -> None:
    """Make the folder, or check that it is a site's or empty."""
    marker = folder / MARKER
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder}: is a file; name a folder for the site")
    if not marker.exists() and folder.exists() and any(folder.iterdir()):
        raise ConfigError(
            f"{folder}: holds other files; name a new folder (or put an empty file {MARKER} into it)"
        )
    folder.mkdir(parents=True, exist_ok=True)
    marker.touch()


def _write(folder: Path, file: SiteFile) -> None:
    path = folder / file.path
    try:
        if path.read_bytes() == file.data:
            return
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, [file.data])


def _remove_others(folder: Path, written: set[str]) -> None:
    """Remove what stands in the folders of the site and is not of it, and folders that are empty then."""
    for name in _FOLDERS:
        for top, _, files in os.walk(folder / name, topdown=False):
            for file in files:
                path = Path(top, file)
                if path.relative_to(folder).as_posix() not in written:
                    path.unlink()
            if not os.listdir(top):  # noqa: PTH208 - one call for each of 256 folders
                Path(top).rmdir()
