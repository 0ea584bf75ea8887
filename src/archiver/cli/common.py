"""What the commands share: arguments of the same meaning, exit codes, and how a value is printed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

import archiver
from archiver.cli.log import logger
from archiver.cli.terminal import printable_values

if TYPE_CHECKING:
    from archiver.models import Model

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

Value = TypeVar("Value")

ArchiveOption = Annotated[
    Path,
    typer.Option("--archive", envvar="ARCHIVER_DIR", help="Folder of the archive.", show_default="./data"),
]
BaseUrl = Annotated[
    str | None, typer.Option("--base-url", help="URL that the paths of saved pages are joined to.")
]
Cookies = Annotated[
    Path | None, typer.Option(help="File of cookies (cookies.txt), sent to the hosts that they name.")
]
Proxy = Annotated[str | None, typer.Option(help="HTTP proxy, such as http://localhost:3128.")]
CardId = Annotated[str, typer.Argument(metavar="CARD", help="A card's id, or its first digits (4 at least).")]
CaptureName = Annotated[
    str, typer.Argument(metavar="CAPTURE", help="A capture's id, or its first digits, or URL, or URL@TIME.")
]
PostId = Annotated[
    str,
    typer.Argument(metavar="POST", help="A post's id, or one that it had, or its first digits, or its URL."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def archive_of(context: typer.Context) -> "archiver.Archive":
    """Return the archive that the options name."""
    return archiver.Archive(context.obj)


def row(value: "Model") -> dict[str, Any]:
    """Return the value's fields as JSON has them, which is what is printed for programs and people."""
    return value.model_dump(mode="json")


def show_as(value: Value, printed: Callable[[Value], None], *, as_json: bool) -> None:
    """Print the value as JSON for programs, or as text for a terminal."""
    if as_json:
        typer.echo(json.dumps(value, ensure_ascii=False))
    else:
        printed(printable_values(value))


def log_no_posts(archive: "archiver.Archive") -> None:
    """Say why an archive shows no posts; an empty table could also mean a wrong folder."""
    held = archive.status()
    if held.posts == 0 and held.cards:
        logger.warning(
            "%s: none of its %d cards is in a post yet (`archiver dedupe`)", archive.folder, held.cards
        )
    elif held.posts == 0:
        logger.warning("%s: the archive holds no cards (`archiver crawl`)", archive.folder)
