"""The command line: arguments in, exit code out; no logic.

Data goes to standard output, everything else to standard error. Exit codes: 0 all well, 1 some sources
failed, some pages were not seen or the archive is damaged, 2 wrong usage or configuration, 130 interrupted.
`main` turns the errors of the package into lines and codes, so no command catches any.

What takes long to import (the parser, the network, the database, tables on a terminal) is imported by the
commands themselves: `--help` and a shell's completion must not wait for it.
"""

import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

import archiver
from archiver.cli import collect, keep, look, merge, publish
from archiver.cli.arguments import Commands
from archiver.cli.common import EXIT_FAILED, EXIT_USAGE, ArchiveOption
from archiver.cli.log import LogFormat, log_to_stderr, logger
from archiver.cli.terminal import clean_streams, open_closed_streams
from archiver.errors import ArchiverError, ConfigError

GC_THRESHOLDS = (100_000, 50, 1000)
"""Allocations before a search for reference cycles, and searches before one of the next generation.

A run of `dedupe` makes millions of values that are in no cycle. By Python's own thresholds (700, 10, 10) a
run from scratch over 400,000 sightings took 13.0 s of the processor, by these 9.6 s.
"""

COMMANDS: dict[str, tuple[Callable[..., None], ...]] = {
    "Collect": (collect.crawl, collect.add, collect.sources, collect.coverage),
    "Merge": (merge.dedupe, merge.explain, merge.merge, merge.split),
    "Look": (look.posts, look.search, look.show, look.changes, look.captures, look.diff, look.status),
    "Publish": (publish.export, publish.site, publish.serve),
    "Keep": (keep.inspect, keep.verify, keep.rebuild, keep.reparse),
}
"""The commands by the heading under which `--help` lists them."""

app = typer.Typer(
    name="archiver",
    cls=Commands,
    help="Archive listing pages, read the cards out of them, and merge the cards of one post.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,  # a bug stays a plain traceback
    rich_markup_mode=None,  # boxes are drawn to the width of a terminal; plain text is the same everywhere
)
for heading, commands in COMMANDS.items():
    for command in commands:
        app.command(rich_help_panel=heading)(command)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"archiver {archiver.__version__}")
        raise typer.Exit


@app.callback()
def common(
    context: typer.Context,
    archive: ArchiveOption = Path("data"),
    log_format: Annotated[LogFormat, typer.Option(help="Format of the lines on standard error.")] = "text",
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log every page.")] = False,
    version: Annotated[  # noqa: ARG001 - the callback acts on it
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Archive listing pages, read the cards out of them, and merge the cards of one post."""
    log_to_stderr(log_format, verbose=verbose)
    context.obj = archive


def main() -> None:
    """Run the command line; the errors of the package become one line and an exit code."""
    gc.set_threshold(*GC_THRESHOLDS)  # here and not in the library: it holds for the whole process
    open_closed_streams()
    if "_ARCHIVER_COMPLETE" not in os.environ:  # a shell reads it, and fish needs tabs
        clean_streams()
    log_to_stderr("text", verbose=False)
    try:
        try:
            app(prog_name="archiver")
        finally:
            sys.stdout.flush()  # here, where an error becomes a line
    except ArchiverError as error:
        logger.error("%s%s", error, f" (`archiver {error.remedy}`)" if error.remedy else "")
        sys.exit(EXIT_USAGE if isinstance(error, ConfigError) else EXIT_FAILED)
    except BrokenPipeError:
        _give_up_output()  # the reader has enough
    except OSError as error:
        logger.error("%s: %s", error.filename or "standard output", error.strerror)
        if error.filename is None:
            _give_up_output()
        sys.exit(EXIT_FAILED)


def _give_up_output() -> None:
    """Discard what is still buffered: Python would fail once more when it closes standard output."""
    with Path(os.devnull).open("w") as nothing:
        os.dup2(nothing.fileno(), sys.stdout.fileno())
