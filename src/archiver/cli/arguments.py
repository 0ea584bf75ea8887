"""Arguments as people type them, and the commands as `--help` lists them.

Options stand on either side of the command; lists of sources have comments.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from typer._click import HelpFormatter


class Commands(TyperGroup):
    """The program's commands, which `--help` lists under headings.

    Its own options may stand after the command, those of a command before it.
    """

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Put the arguments into the order that is understood, and read them."""
        own = _takes_value([self])
        return super().parse_args(ctx, _in_order(args, own, _takes_value(self.commands.values())))

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]  # noqa: ANN401 - of any command
        """Run the command. A reader that has enough is no failure; Click would end with 1, without a word."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise typer.Exit from error

    def format_commands(self, ctx: typer.Context, formatter: "HelpFormatter") -> None:  # type: ignore[override]
        """List the commands by heading; Typer does so only with rich markup."""
        widest = max(map(len, self.list_commands(ctx)))
        listed: dict[str, list[tuple[str, str]]] = {}
        for name, command in self.commands.items():
            summary = command.get_short_help_str(formatter.width - widest - 6)
            listed.setdefault(getattr(command, "rich_help_panel", "Commands"), []).append(
                (name.ljust(widest), summary)
            )
        for heading, rows in listed.items():
            with formatter.section(heading):
                formatter.write_dl(rows)


def source_lines(lines: Iterable[str]) -> Iterator[str]:
    """Yield the sources of a list, a line each; empty lines and those that begin with # are comments."""
    for line in lines:
        source = line.strip()
        if source and not source.startswith("#"):
            yield source


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
