"""What two texts have in common and what they have not, word by word.

Two texts come in; pieces come out, in reading order: those of the first that are left out or kept, and those
that are new. A character of a script that writes without spaces (Chinese, Japanese, Thai and their like) is a
word of its own. A text with very many words is compared at its ends alone: the time is bounded.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

_WORD = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
    r"|[^\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
    r"|\s+|."
)
_MOST_WORDS = 2000
"""Words between what both texts begin with and what both end with, beyond which these are one difference."""

_CONTEXT = 40
"""Characters that are shown on either side of a difference."""


class Piece(NamedTuple):
    """A stretch of text: of both texts, of the old one alone, or of the new one alone."""

    kind: Literal["same", "old", "new"]
    text: str


def differences(old: str, new: str) -> list[Piece]:
    """Return the pieces; without the new ones they are the old text, without the old ones the new text."""
    return [Piece(kind, text) for kind, text in _merged(_pieces(old, new)) if text]


def in_context(pieces: Sequence[Piece]) -> list[Piece]:
    """Cut what both texts have to what stands next to a difference."""
    last = len(pieces) - 1
    return [
        Piece("same", _next_to_difference(text, is_first=n == 0, is_last=n == last))
        if kind == "same"
        else Piece(kind, text)
        for n, (kind, text) in enumerate(pieces)
    ]


def _next_to_difference(text: str, *, is_first: bool, is_last: bool) -> str:
    behind = "" if is_first else text[:_CONTEXT]
    ahead = "" if is_last else text[-_CONTEXT:]
    if len(text) <= len(behind) + len(ahead) + 1:
        return text
    return f"{_whole_words(behind)}…{_whole_words(ahead[::-1])[::-1]}"


def _whole_words(text: str) -> str:
    """Leave out the word that was cut at the end; texts without spaces stay as they are."""
    return text[: text.rfind(" ") + 1] or text


def _pieces(old: str, new: str) -> Iterator[Piece]:
    a, b = _WORD.findall(old), _WORD.findall(new)
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    yield Piece("same", "".join(a[:start]))
    left, right = a[start : len(a) - end], b[start : len(b) - end]
    if len(left) + len(right) > _MOST_WORDS:
        yield Piece("old", "".join(left))
        yield Piece("new", "".join(right))
    else:
        for tag, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            if tag == "equal":
                yield Piece("same", "".join(left[i:j]))
            else:
                yield Piece("old", "".join(left[i:j]))
                yield Piece("new", "".join(right[k:m]))
    yield Piece("same", "".join(a[len(a) - end :]))


def _merged(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Put pieces of one kind that follow one another together; a lone space joins what stands round it."""
    old = new = ""
    for kind, text in pieces:
        if kind == "old":
            old += text
        elif kind == "new":
            new += text
        elif (old or new) and text.isspace():
            old, new = old + text, new + text
        elif text:
            yield Piece("old", old)
            yield Piece("new", new)
            old = new = ""
            yield Piece("same", text)
    yield Piece("old", old)
    yield Piece("new", new)
