"""Read one JSON array element by element, from a file that may be larger than memory.

An open file of bytes goes in; the value of each element comes out with the number of its line. In memory is
one element and some of what follows it. An array that breaks off gives what stands in front of the break, and
then a message: nothing after it can be told apart.
"""

import codecs
import json
from collections.abc import Iterable, Iterator
from typing import IO, Any

CHUNK_BYTES = 1 << 16
MAX_ELEMENT_CHARS = 16 << 20
"""Characters of an element; a longer one ends the array."""


class BrokenArrayError(Exception):
    """The array cannot be read any further: the line, and why."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


def elements_of(opened: IO[bytes]) -> Iterator[tuple[int, Any]]:
    """Yield the elements of the array that the file holds, each with its line. Raises BrokenArrayError."""
    return elements_in(opened, ())


def elements_in(opened: IO[bytes], keys: Iterable[str]) -> Iterator[tuple[int, Any]]:
    """Yield the elements of an array inside objects, which *keys* lead to. Raises BrokenArrayError."""
    text = _Text(opened)
    for key in keys:
        text.enter(key)
    text.take("[")
    if text.next_letter() == "]":
        return
    while True:
        text.next_letter()
        yield text.line, text.value()
        if text.take(",]") == "]":
            return


class _Text:
    """The part of the file that is held, and where it is read on."""

    def __init__(self, opened: IO[bytes]) -> None:
        self._opened = opened
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._held = ""
        self._at = 0
        self._is_over = False
        self.line = 1

    def next_letter(self) -> str:
        """Go to what follows the white space, and return its first letter; empty at the end of the file."""
        while True:
            while self._at < len(self._held) and self._held[self._at] in " \t\r\n":
                self.line += self._held[self._at] == "\n"
                self._at += 1
            if self._at < len(self._held) or not self._read(CHUNK_BYTES):
                return self._held[self._at : self._at + 1]

    def take(self, expected: str) -> str:
        """Go past one of these letters, and return it."""
        letter = self.next_letter()
        if not letter or letter not in expected:
            raise BrokenArrayError(self.line, f"expected {' or '.join(expected)}")
        self._at += 1
        return letter

    def enter(self, key: str) -> None:
        """Go into an object, in front of the value of a key."""
        self.take("{")
        while True:
            self.next_letter()
            name = self.value()
            self.take(":")
            self.next_letter()
            if name == key:
                return
            self.value()
            if self.take(",}") == "}":
                raise BrokenArrayError(self.line, f"no {key}")

    def value(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Read the value that begins here, with as much of the file as it takes."""
        size = CHUNK_BYTES
        while True:
            try:
                value, end = _DECODER.raw_decode(self._held, self._at)
            except (ValueError, RecursionError) as error:  # int() refuses digits without end
                # the text is doubled each time, or a long element would be begun again for each of its chunks
                if len(self._held) - self._at > MAX_ELEMENT_CHARS or not self._read(size):
                    raise BrokenArrayError(self.line, getattr(error, "msg", "nested too deeply")) from error
                size *= 2
            else:
                if end == len(self._held) and self._read(size):
                    continue  # a number may go on
                self.line += self._held.count("\n", self._at, end)
                self._at = end
                return value

    def _read(self, size: int) -> bool:
        """Hold more of the file, and less of what was read; return whether there is more."""
        if self._is_over:
            return False
        data = self._opened.read(size)
        self._is_over = not data
        try:
            more = self._decoder.decode(data, final=self._is_over)
        except UnicodeDecodeError as error:
            raise BrokenArrayError(self.line, "not UTF-8; save the file as UTF-8") from error
        self._held = self._held[self._at :] + more
        self._at = 0
        return True


_DECODER = json.JSONDecoder()
