r"""What a person is shown: no text of a page, a path or an answer can steer the terminal that shows it.

Text for standard output or standard error goes in; the same text comes out with each control character, bidi
override and lone surrogate as `\uXXXX`, the form in which JSON and TOML write it. `printable` is for a text
that stands in a line, `clean_streams` for all that is written, also by the libraries and in tracebacks.

What may steer the terminal (styles, a display that redraws itself) is written to the `raw` stream by rich,
from texts that were made printable before their width was measured.
"""

import io
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TextIO

_UNSAFE = "\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_IN_A_LINE = re.compile(f"[{_UNSAFE}\\n\\r]")
_IN_A_TEXT = re.compile(f"[{_UNSAFE}]|\\r(?!\\n)")


def printable(text: str) -> str:
    """Return the text with all escaped that would end its line, steer a terminal or reorder letters."""
    return text if text.isprintable() else _IN_A_LINE.sub(_escaped, text)


def printable_values(value: Any) -> Any:  # noqa: ANN401 - what JSON can hold
    """Return the value, as `model_dump` gives it, with all texts in it printable."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {name: printable_values(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [printable_values(one) for one in value]
    return value


def clean_streams() -> None:
    """Let standard output and standard error escape whatever is written to them; twice is as once.

    What the encoding of a stream lacks is escaped as well, where Python would raise UnicodeEncodeError.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
            setattr(sys, name, _CleanStream(stream))


def open_closed_streams() -> None:
    """Put a file in the place of each standard stream that the caller closed.

    The next file that is opened would get its number, and that is the database. In the place of standard
    input is an empty one; to write to standard output is an error, as it is for other programs.
    """
    opened = (("stdin", "r", os.O_RDONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_WRONLY))
    for number, (name, mode, access) in enumerate(opened):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, access), number)
            setattr(sys, name, open(number, mode))  # noqa: SIM115, PTH123 - open as long as the program runs


def raw(stream: TextIO) -> TextIO:
    """Return the stream below a clean one, for what draws on a terminal."""
    return stream.raw if isinstance(stream, _CleanStream) else stream


def json_array(rows: Iterable[Mapping[str, Any] | str]) -> Iterator[bytes]:
    """Write rows, or texts, as one JSON array with one on each line, piece by piece."""
    before = "[\n"
    for row in rows:
        yield f"{before}{json.dumps(row, ensure_ascii=False)}".encode()
        before = ",\n"
    yield b"\n]\n" if before != "[\n" else b"[]\n"


def write_data(pieces: Iterable[bytes]) -> None:
    """Write an export to standard output: byte for byte to a program, and cleaned where a terminal shows it.

    JSON stays the same data, for it is escaped as JSON escapes.
    """
    stream = raw(sys.stdout)
    if stream.isatty():
        sys.stdout.writelines(piece.decode() for piece in pieces)
    else:
        stream.flush()
        stream.buffer.writelines(pieces)
    sys.stdout.flush()


class _CleanStream(io.TextIOBase):
    """A text stream that escapes what is written to it, except ends of lines.

    It has no `buffer`, for that would be a way round it.
    """

    def __init__(self, stream: TextIO) -> None:
        self.raw = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self.raw.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        return self.raw.errors

    def write(self, text: str) -> int:
        self.raw.write(text if text.isprintable() else _IN_A_TEXT.sub(_escaped, text))
        return len(text)

    def flush(self) -> None:
        self.raw.flush()

    def fileno(self) -> int:
        return self.raw.fileno()

    def isatty(self) -> bool:
        return self.raw.isatty()

    def writable(self) -> bool:
        return True


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
