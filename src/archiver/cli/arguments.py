"""Arguments as people type them: options on either side of the command, lists of sources with comments."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Literal, NamedTuple

import typer
from typer.core import TyperGroup

from archiver.errors import ConfigError
from archiver.rows import WEB_ARCHIVE_FORMATS, ExportFormat, Kind, PackageFormat, WebArchiveFormat

ExportedKind = Literal[Kind, WebArchiveFormat, PackageFormat]


class WantedExport(NamedTuple):
    """What to export; without a format the ending of the file names it."""

    kind: Kind
    form: ExportFormat | None


class AnyOrder(TyperGroup):
    """The program's commands; its own options may stand after the command, those of a command before it."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Put the arguments into the order that is understood, and read them."""
        own = _takes_value([self])
        return super().parse_args(ctx, _in_order(args, own, _takes_value(self.commands.values())))


def source_lines(lines: Iterable[str]) -> Iterator[str]:
    """Yield the sources of a list, a line each; empty lines and those that begin with # are comments."""
    for line in lines:
        source = line.strip()
        if source and not source.startswith("#"):
            yield source


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


def _takes_value(commands: Iterable[Any]) -> dict[str, bool]:
    """Return the options of some commands: whether a value follows."""
    return {
        name: not getattr(parameter, "is_flag", False)
        for command in commands
        for parameter in command.params
        for name in (*parameter.opts, *parameter.secondary_opts)
        if name.startswith("-")
    }


def _in_order(args: list[str], own: Mapping[str, bool], of_commands: Mapping[str, bool]) -> list[str]:
    """Return the arguments with the program's own options first, then the command, then its options.

    What is unknown stays in its place, so that the error names it. After `--` all is left alone.
    """
    first: list[str] = []
    before: list[str] = []
    rest: list[str] = []
    waiting = iter(args)
    for arg in waiting:
        if arg == "--":
            return [*first, *rest[:1], *before, *rest[1:], arg, *waiting]
        name = arg.partition("=")[0]
        takes_value = own.get(name, of_commands.get(name))
        if takes_value is None:
            rest.append(arg)
            continue
        words = [arg, *islice(waiting, int(takes_value and "=" not in arg))]
        if name not in own:
            (rest or before).extend(words)
            continue
        first += words
        if takes_value and words == [name]:
            return first  # the command would be taken for the value that is missing
    return [*first, *rest[:1], *before, *rest[1:]]
