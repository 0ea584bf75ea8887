"""The index of words that the page of search looks into: which posts have which words.

Words come in, post by post; stretches of the words in order go out, each for a file, so that a page loads
the few files in which a word, or what begins with it, can be. Two characters of Chinese, Japanese or Korean
next to each other are a word, as in the full-text index of the archive. `assets/search.js` divides what is
typed in the same way.
"""

import heapq
import re
import tempfile
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from types import TracebackType
from typing import IO, Self

from archiver.store import indexed

RUN = 4_000_000
"""Pairs of a word and a post in memory, of 4 bytes each; more are kept in a temporary file."""
CHUNK = 40_000
"""Characters of a file of words, but for a word that very many posts have."""

_ACCENTS = re.compile("[\u0300-\u036f]")
_MARKS = "".join(chr(code) for code in range(0x10000) if unicodedata.category(chr(code)).startswith("M"))
_WORD = re.compile(rf"(?:[^\W_]|[{_MARKS}])+")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def words_of(texts: Iterable[str]) -> set[str]:
    """Return the words of some texts: without accents, in small letters."""
    return {word for text in texts for word in _WORD.findall(indexed(_folded(text)))}


def _folded(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", text)))
    return text.lower()


class WordIndex:
    """The posts of each word, by number; beyond so many pairs of them they are kept in temporary files."""

    def __init__(self, run: int = RUN) -> None:
        self._run = run
        self._posts: dict[str, array[int]] = {}
        self._held = 0
        self._runs: list[IO[str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, stack: TracebackType | None
    ) -> None:
        for file in self._runs:
            file.close()

    def add(self, post: int, words: Iterable[str]) -> None:
        """Add a post, whose number is the next one."""
        for word in words:
            self._posts.setdefault(word, array("I")).append(post)
            self._held += 1
        if self._held >= self._run:
            file = tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115 - till `__exit__`
            self._runs.append(file)
            file.writelines(f"{word}\t{' '.join(map(str, posts))}\n" for word, posts in self._in_order())

    def entries(self) -> Iterator[tuple[str, list[int]]]:
        """Yield the words in order, each with the numbers of its posts in order."""
        runs: list[Iterator[tuple[str, Sequence[int]]]] = [*map(_entries, self._runs), self._in_order()]
        for word, found in groupby(heapq.merge(*runs, key=_by_word), key=itemgetter(0)):
            yield word, [post for _, posts in found for post in posts]

    def _in_order(self) -> Iterator[tuple[str, Sequence[int]]]:
        held, self._posts, self._held = self._posts, {}, 0
        yield from sorted(held.items(), key=_by_word)


def _entries(file: IO[str]) -> Iterator[tuple[str, Sequence[int]]]:
    file.seek(0)
    for line in file:
        word, _, posts = line.rstrip("\n").partition("\t")
        yield word, [int(post) for post in posts.split(" ")]


def _by_word(entry: tuple[str, Sequence[int]]) -> bytes:
    """Return what sorts words as JavaScript does."""
    return entry[0].encode("utf-16-be", "surrogatepass")


def chunks(entries: Iterable[tuple[str, list[int]]]) -> Iterator[list[tuple[str, str]]]:
    """Yield the words of one file after the other, each with its posts in short."""
    chunk: list[tuple[str, str]] = []
    size = 0
    for word, posts in entries:
        chunk.append((word, _differences(posts)))
        size += len(word) + len(chunk[-1][1])
        if size >= CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _differences(posts: Iterable[int]) -> str:
    """Write each number as its distance from the one before, to the base of 36."""
    written = []
    before = 0
    for post in posts:
        written.append(_base36(post - before))
        before = post
    return " ".join(written)


def _base36(number: int) -> str:
    digits = _DIGITS[number % 36]
    while number := number // 36:
        digits = _DIGITS[number % 36] + digits
    return digits
