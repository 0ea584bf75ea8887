"""The commands that hand the archive to others: files of its rows, a site, and pages in a browser."""

import sys
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import typer

import archiver
from archiver.cli import filters
from archiver.cli.common import archive_of, log_no_posts
from archiver.cli.log import logger
from archiver.cli.terminal import write_data
from archiver.errors import ConfigError
from archiver.rows import WEB_ARCHIVE_FORMATS, ExportFormat, Kind, PackageFormat, WebArchiveFormat

ExportedKind = Literal[Kind, WebArchiveFormat, PackageFormat]


class WantedExport(NamedTuple):
    """What to export; without a format the ending of the file names it."""

    kind: Kind
    form: ExportFormat | None


def export(
    context: typer.Context,
    kind: Annotated[
        ExportedKind | None,
        typer.Argument(
            help="What to export: rows, cdxj or wacz (captures), datapackage (all rows).",
            show_default="posts",
        ),
    ] = None,
    form: Annotated[
        ExportFormat | None,
        typer.Option("--format", help="Format; by default the one that the file's ending names, or JSON."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="File (.gz: compressed) or folder to write; by default standard output."
        ),
    ] = None,
    csv_raw: Annotated[
        bool,
        typer.Option("--csv-raw", help="Leave CSV cells alone that a spreadsheet would run as formulas."),
    ] = False,
    new_since: filters.NewSince = None,
    site: filters.Site = None,
    source: filters.Source = None,
    category: filters.Category = None,
    author: filters.Author = None,
    from_date: filters.FromDate = None,
    to_date: filters.ToDate = None,
    edited: filters.Edited = False,
    gone: filters.Gone = False,
    sort: filters.Order = "first_seen",
    descending: filters.Descending = False,
    limit: filters.Limit = None,
) -> None:
    """Write the posts, cards, captures or revisions to a file.

    They are written as JSON, JSON Lines, CSV or Parquet; posts also as feeds (Atom, JSON Feed), Markdown or
    WXR, captures as CDXJ or WACZ, all together as a Data Package. Which posts, and in which order, say the
    options that `posts` has, too.
    """
    archive = archive_of(context)
    chosen = filters.filter_of(context)
    where = None if chosen == archiver.PostFilter() else chosen
    wanted = wanted_export(kind, form, output)
    if output is not None:
        archive.export(wanted.kind, output, wanted.form, where=where, csv_raw=csv_raw)
    elif wanted.form in ("wacz", "parquet") and sys.stdout.isatty():
        raise ConfigError(f"{wanted.form} is no text: name a file with --output, or redirect standard output")
    else:
        write_data(archive.export_iter(wanted.kind, wanted.form or "json", where=where, csv_raw=csv_raw))


def site(
    context: typer.Context,
    folder: Annotated[
        Path,
        typer.Argument(metavar="OUT", help="Folder of the site: a new or empty one, or one that has a site."),
    ],
    wacz: Annotated[
        bool,
        typer.Option("--wacz", help="Put the captures beside the pages (archive.wacz), with links into it."),
    ] = False,
) -> None:
    """Write a static site: posts, changes, coverage, search.

    The pages work from a disk and on any web server, and load nothing from elsewhere.
    """
    archive = archive_of(context)
    archive.write_site(folder, wacz=wacz)
    log_no_posts(archive)
    logger.info("%s: open index.html", folder)


def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 is a free one.")] = 8001,
    edit: Annotated[
        bool, typer.Option("--edit", help="Let the merge review write: one post, or two posts.")
    ] = False,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the first page in a browser.")] = False,
) -> None:
    """Browse the archive in Datasette, on this machine alone.

    Besides tables, search and SQL it has a page for each post, and a review of the least certain merges.
    Ctrl-C ends it.
    """
    try:
        from archiver.serve import serve as run
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"to serve an archive needs Datasette: pip install 'listing-archiver[serve]' ({error.name})"
        ) from error

    run(
        archive_of(context),
        port=port,
        edit=edit,
        open_browser=open_browser,
        on_start=lambda url: logger.info("serving %s (Ctrl-C ends it)", url),
    )


def wanted_export(kind: ExportedKind | None, form: ExportFormat | None, output: Path | None) -> WantedExport:
    """Read what to export: `wacz` and `cdxj` are the captures in this format, posts are the default.

    `datapackage` has the rows of all kinds.

    Raises ConfigError where *kind* and *form* name two formats.
    """
    if kind == "cdxj" or kind == "wacz":
        if form not in (None, kind):
            raise ConfigError(f"--format {form}: {kind} is a format already; leave one of them out")
        return WantedExport("captures", kind)
    if kind == "datapackage":
        if form not in (None, kind):
            raise ConfigError(f"--format {form}: {kind} is a format already; leave one of them out")
        return WantedExport("posts", kind)
    if kind is None:
        named = form or (output.suffix.lstrip(".").lower() if output else "")
        kind = "captures" if named in WEB_ARCHIVE_FORMATS else "posts"
    return WantedExport(kind, form)
