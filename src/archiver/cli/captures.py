"""Captures, for a terminal: when each was received, with which status, and what it shows.

The rows that `captures --json` prints come in, with printable texts; lines for standard output go out.
"""

from collections.abc import Iterable, Iterator

from rich.text import Text

from archiver.cli.printing import Row, minute_of, plain_console, print_lines

_LINE = "{:16}  {:>6}  {:>5}  {:20}  {:16}  {}"
"""A line of the list of captures."""


def print_captures(captures: Iterable[Row]) -> None:
    """Print captures, a line each, as they come; an error stands below its capture."""
    console = plain_console()
    console.print(Text(_LINE.format("captured", "status", "cards", "media type", "id", "URL"), "dim"))
    print_lines(console, _lines(captures))


def _lines(captures: Iterable[Row]) -> Iterator[str]:
    for one in captures:
        yield _LINE.format(
            minute_of(one["captured_at"]),
            one["status"] or "-",
            one["cards"],
            one["media_type"] or "",
            one["id"],
            one["url"],
        )
        if one["error"]:
            yield f"    error: {one['error']}"
