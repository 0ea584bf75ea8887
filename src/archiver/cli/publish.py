"""The commands that write posts, cards, captures and revisions for others: as files, or as a site."""

import sys
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import typer

from archiver.cli.common import archive_of, log_no_posts
from archiver.cli.log import logger
from archiver.cli.terminal import write_data
from archiver.errors import ConfigError
from archiver.rows import WEB_ARCHIVE_FORMATS, Format, Kind, WebArchiveFormat

ExportedKind = Literal[Kind, WebArchiveFormat]
ExportedFormat = Literal[Format, WebArchiveFormat]


class WantedExport(NamedTuple):
    """What to export; without a format the ending of the file names it."""

    kind: Kind
    form: ExportedFormat | None


def export(
    context: typer.Context,
    kind: Annotated[
        ExportedKind | None,
        typer.Argument(
            help="What to export; cdxj and wacz are the captures in this format.", show_default="posts"
        ),
    ] = None,
    form: Annotated[
        ExportedFormat | None,
        typer.Option("--format", help="Format; by default the one that the file's ending names, or JSON."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File to write (.gz: compressed); by default standard output."),
    ] = None,
    csv_raw: Annotated[
        bool,
        typer.Option("--csv-raw", help="Leave CSV cells alone that a spreadsheet would run as formulas."),
    ] = False,
) -> None:
    """Write the posts, cards, captures or revisions to a file.

    They are written as JSON, JSON Lines or CSV; captures also as CDXJ or WACZ.
    """
    archive = archive_of(context)
    wanted = wanted_export(kind, form, output)
    if output is not None:
        archive.export(wanted.kind, output, wanted.form, csv_raw=csv_raw)
    elif wanted.form == "wacz" and sys.stdout.isatty():
        raise ConfigError("a WACZ is no text: name a file with --output, or redirect standard output")
    else:
        write_data(archive.export_iter(wanted.kind, wanted.form or "json", csv_raw=csv_raw))


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


def wanted_export(
    kind: ExportedKind | None, form: ExportedFormat | None, output: Path | None
) -> WantedExport:
    """Read what to export: `wacz` and `cdxj` are the captures in this format, posts are the default.

    Raises ConfigError where *kind* and *form* name two formats.
    """
    if kind == "cdxj" or kind == "wacz":
        if form not in (None, kind):
            raise ConfigError(f"--format {form}: {kind} is a format already; leave one of them out")
        return WantedExport("captures", kind)
    if kind is None:
        named = form or (output.suffix.lstrip(".").lower() if output else "")
        kind = "captures" if named in WEB_ARCHIVE_FORMATS else "posts"
    return WantedExport(kind, form)
