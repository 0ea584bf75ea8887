"""What the printed pages share: a console for plain text, tables, headings, and how a fact is worded.

Rows with printable texts (`archiver.cli.terminal`) come in; the lines go to standard output.
"""

import io
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import IO, Any, cast

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from archiver.cli.terminal import raw

Row = Mapping[str, Any]

PIPED_WIDTH = 160
"""Columns of a table where standard output is no terminal."""
READABLE = 100
"""Columns beyond which lines of prose are hard to read."""
_LINES_AT_ONCE = 100
"""Lines that are printed together."""
_MOST_ROWS = 20
"""Rows of one kind that are shown of one post."""


def plain_console(width: int | None = None) -> Console:
    """Return a console for plain text on standard output, no wider than *width* columns."""
    console = _PlainConsole(file=raw(sys.stdout), highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = PIPED_WIDTH
        console.file = cast("IO[str]", _Unpadded())
    if width:
        console.width = min(width, console.width)
    return console


class _PlainConsole(Console):
    """A console whose reader may have enough: rich would exit with 1."""

    def on_broken_pipe(self) -> None:
        raise  # noqa: PLE0704 - the BrokenPipeError that is being handled


class _Unpadded(io.TextIOBase):
    """Standard output, without the spaces that pad the last column of a table."""

    def write(self, text: str) -> int:
        return sys.stdout.write(re.sub(" +\n", "\n", text))

    def flush(self) -> None:
        sys.stdout.flush()


def new_table(*columns: tuple[str, int]) -> Table:
    """Make a table of columns, each with its least width."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name, width in columns:
        right = name in ("seen", "card", "place")
        table.add_column(name, no_wrap=True, min_width=width, justify="right" if right else "left")
    return table


def print_heading(console: Console, text: str) -> None:
    """Print a bold line after an empty one."""
    console.print()
    console.print(Text(text, style="bold"))


def fields_grid() -> Table:
    """Make a table of a label and a value a line."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    return grid


def print_text(console: Console, text: Text, *, indent: int) -> None:
    """Print a wrapped paragraph."""
    for line in text.wrap(console, console.width - indent, overflow="fold") if text else ():
        console.print(Text(" " * indent) + line)


def print_lines(console: Console, lines: Iterable[str]) -> None:
    """Print lines as they come, many at once: each print to a terminal takes a while."""
    waiting = iter(lines)
    while some := list(islice(waiting, _LINES_AT_ONCE)):
        console.print("\n".join(some), soft_wrap=True)


def ends(rows: Sequence[Row]) -> Iterator[Row | int]:
    """Yield the rows; of very many the first, then how many are left out, then the last."""
    middle = len(rows) - _MOST_ROWS
    if middle <= 0:
        yield from rows
        return
    yield from rows[: _MOST_ROWS // 2]
    yield middle
    yield from rows[-_MOST_ROWS // 2 :]


def left_out(number: int) -> str:
    """Say that so many rows are not shown."""
    return f"… {number:,} more (--json has them all)"


def name_of(row: Row) -> str:
    """Return what a post or card is called: its title, else its text, else its URL."""
    return (row["title"] or row["excerpt"] or row["url"] or "")[:200]


def label_of(row: Row) -> Text:
    """Return the name for a column that may become narrow: rich takes width only from those that may wrap."""
    return Text(name_of(row), no_wrap=True, overflow="ellipsis")


def fitted(text: str, room: int) -> str:
    """Cut a text to so many cells of a terminal, of which an East Asian character takes two."""
    return text if cell_len(text) <= room else f"{set_cell_size(text, room - 1)}…"


def cut(text: str, most: int) -> str:
    """Cut a text to so many characters, and say how many it has."""
    return text if len(text) <= most else f"{text[:most].rstrip()} … ({len(text):,} characters)"


def counted(number: int, what: str) -> str:
    """Return a number and what is counted."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def times_seen(number: int) -> str:
    """Return how often something was seen, in words."""
    return f"seen {'once' if number == 1 else f'{number:,} times'}"


def seen_when(facts: Row) -> str:
    """Return how often and when something was seen."""
    return f"{times_seen(facts['sightings'])}, {span_of(facts)}"


def span_of(row: Row) -> str:
    """Return the day, or the days, from the first sighting to the last."""
    first, last = row["first_seen"][:10], row["last_seen"][:10]
    return first if first == last else f"{first} to {last}"


def minute_of(time: str) -> str:
    """Return a time without its seconds."""
    return time[:16].replace("T", " ")
