"""Exports of an archive: an open store comes in; the bytes of a file go out, or the files of a folder.

A folder is written beside its place and renamed into it. What stood there is replaced only if an export wrote
it, so that no export deletes the files of its user.
"""

import os
import shutil
import threading
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, cast
from uuid import UUID

from archiver.changes import gone_posts
from archiver.errors import ConfigError
from archiver.export import (
    FeedHead,
    PackageHead,
    write,
    write_atom,
    write_atom_pages,
    write_data_package,
    write_json_feed,
    write_json_feed_pages,
    write_markdown,
    write_wxr,
)
from archiver.filters import ALL_POSTS, PostFilter
from archiver.models import iso_time
from archiver.replayable import write_web_archive
from archiver.rows import (
    KINDS,
    ExportFile,
    ExportFormat,
    Format,
    Kind,
    PostRow,
    RemovedPost,
)
from archiver.store import Store

MARKER = ".archiver-export"
"""The file by which a folder is known as one that an export wrote."""
_MARKED = b"Written by archiver; the next export replaces the whole folder.\n"
_OLD_ARCHIVE = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
"""Names the archives of former versions, which have no id of their own (RFC 9562, the namespace of URLs)."""
_TITLE_SITES = 3
_PAGED = ("atom", "jsonfeed")
_FOLDERS = ("markdown", "datapackage")


def is_folder(form: ExportFormat, path: Path | None) -> bool:
    """Return whether an export goes into a folder: a feed does where the path has no ending, or is one."""
    if form in _FOLDERS:
        return True
    return form in _PAGED and path is not None and (path.is_dir() or not (path.suffix or path.exists()))


def post_rows(store: Store, where: PostFilter) -> Iterator[PostRow]:
    """Yield the posts of a filter as they are exported."""
    return cast("Iterator[PostRow]", store.posts_where(where, _gone(store, where)))


def export_pieces(
    store: Store, kind: Kind, form: ExportFormat, where: PostFilter = ALL_POSTS, *, csv_raw: bool
) -> Iterator[bytes]:
    """Write one file, piece by piece; of posts those of the filter."""
    if form == "cdxj" or form == "wacz":
        return write_web_archive(store, form)
    if form == "atom":
        return write_atom(*_feed(store, where))
    if form == "jsonfeed":
        return write_json_feed(*_feed(store, where))
    if form == "wxr":
        gone = _gone(store, where)
        posts = cast("Iterator[PostRow]", store.posts_where(where, gone))
        return write_wxr(posts, next(iter(store.overview.sites(1)), ""), _feed_head(store, where, gone))
    rows = post_rows(store, where) if kind == "posts" else store.rows(kind)
    return write(rows, kind, cast("Format", form), csv_raw=csv_raw)


def export_files(
    store: Store, form: ExportFormat, where: PostFilter = ALL_POSTS, *, csv_raw: bool
) -> Iterator[ExportFile]:
    """Write the files of a folder, one after the other."""
    if form == "datapackage":
        head = PackageHead(_title(store), store.web_index.last_captured_at())
        return write_data_package({kind: store.rows(kind) for kind in KINDS}, head, csv_raw=csv_raw)
    if form == "markdown":
        return write_markdown(post_rows(store, where))
    if form == "jsonfeed":
        return write_json_feed_pages(*_feed(store, where))
    return write_atom_pages(*_feed(store, where))


def write_folder(folder: Path, files: Iterable[ExportFile]) -> None:
    """Write the files into a folder, which appears whole or not at all.

    Raises ConfigError where a folder is there that holds other files. Between two renames the folder is
    missing: no system renames one over another.
    """
    folder = folder.resolve()
    if folder.exists() and not (folder.is_dir() and _may_go(folder)):
        raise ConfigError(f"{folder}: holds other files than an export's; name a new folder or an empty one")
    part = folder.with_name(f"{folder.name}.{os.getpid()}-{threading.get_ident()}.part")
    old = part.with_suffix(".old")
    try:
        part.mkdir(parents=True)
        (part / MARKER).write_bytes(_MARKED)
        for file in files:
            with (part / file.name).open("xb") as opened:
                opened.writelines(file.pieces)
        if folder.exists():
            folder.rename(old)
        try:
            part.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
    finally:
        for left in (part, old):
            shutil.rmtree(left, ignore_errors=True)


def _may_go(folder: Path) -> bool:
    return (folder / MARKER).is_file() or not any(folder.iterdir())


def _gone(store: Store, where: PostFilter) -> Collection[str]:
    """Return the posts that are gone where a filter asks for them, which costs a look at all captures."""
    return gone_posts(store.windows) if where.gone else ()


class _FeedParts(NamedTuple):
    """What a feed is made of. No post is removed where the filter asks for those that are gone."""

    posts: Iterator[PostRow]
    removed: list[RemovedPost]
    head: FeedHead


def _feed(store: Store, where: PostFilter) -> _FeedParts:
    """Collect what a feed of a filter is made of, with one look at all captures."""
    gone = gone_posts(store.windows)
    removed = []
    if gone and not where.gone:
        rows = store.posts_where(where.model_copy(update={"gone": True}), gone)
        removed = [RemovedPost(row["id"], iso_time(gone[row["id"]])) for row in rows]
    posts = cast("Iterator[PostRow]", store.posts_where(where, gone))
    return _FeedParts(posts, removed, _feed_head(store, where, gone))


def _feed_head(store: Store, where: PostFilter, gone: Collection[str]) -> FeedHead:
    own = (store.known_records.archive_id() or "").strip("<>")
    return FeedHead(
        archive=UUID(own) if own else _OLD_ARCHIVE,
        title=_title(store),
        updated=store.last_revised_at(where, gone),
        selection=where.model_dump_json(exclude_defaults=True) if where != ALL_POSTS else "",
    )


def _title(store: Store) -> str:
    """Name the first sites of an archive."""
    sites = [site.partition("://")[2] for site in store.overview.sites(_TITLE_SITES + 1)]
    more = " and others" if len(sites) > _TITLE_SITES else ""
    return ", ".join(sites[:_TITLE_SITES]) + more or "Archived posts"
