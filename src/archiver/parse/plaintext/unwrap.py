"""Text as other tools write it, back to one line for each block: lines that were wrapped are joined.

The text of a page comes in, as lynx, w3m, html2text, a browser or a user saved it, with a test for lines
that stand alone (dates, pagers). Its lines go out: wrapped ones joined, and without indentation, rules,
frames, bullets, numbers of items and hyperlinks, and Markdown. Nothing is joined where the lines do not show
one width at which they all were wrapped. Most files are not wrapped, and their lines come back as they are.

Whoever wraps text puts the next word on the line if it fits. So each break bounds where the edge is: not
before the end of its line, and not after that of the word that went to the next. The edge is where most
breaks agree. Excerpts that a site cuts at one length agree as well, but the lines below them are labels, of
which the page has several that differ in numbers at most.
"""

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

NARROWEST, WIDEST = 40, 140
"""Columns at which lines are wrapped."""
_FEW = 3  # breaks: fewer can agree by chance
_BEYOND = 0.1  # largest share of lines that are longer than the edge
_ENDS = 0.5  # largest share of breaks at the end of a sentence; of lines that are blocks, most are
_GOING_ON = 0.125  # least share of breaks whose second line fills a third of the width; labels do not
_NEAR = 0.6  # share of the edge from which a line with another below it can be wrapped: half of them were
_MOST = 0.8  # share of long lines with one bullet, from which it is a list's and not an excerpt's
_HANGING = 4  # columns by which the lines after a bullet are indented further


class _Raw(NamedTuple):
    """A line as written, with its widths in columns. A tuple, for a text may have a million lines."""

    text: str
    indent: int
    width: int
    first_word: int
    is_item: bool
    is_label: bool = False

    @property
    def end(self) -> int:
        return self.indent + self.width


def block_lines(text: str, stands_alone: Callable[[str], bool]) -> list[str]:
    """Return the lines of a text, one for each block. One empty line stays, because it separates blocks."""
    written = _unframed([line.expandtabs(8) for line in _LINE_END.split(text)])
    written = [line for before, line in itertools.pairwise(["first", *written]) if line or before]
    raws = _with_labels([_raw(line) for line in written])
    edge = _edge(raws)
    lines: list[list[str]] = []
    previous = _raw("")
    for raw in raws:
        if (
            edge
            and _is_break(previous, raw, edge)
            and not stands_alone(previous.text)
            and not stands_alone(raw.text)
        ):
            if not (_is_wide(previous.text[-1]) and _is_wide(raw.text[0])):
                lines[-1].append(" ")
            lines[-1].append(raw.text)
        else:
            lines.append([_ITEM.sub("", raw.text) if edge and raw.indent and raw.is_item else raw.text])
        previous = raw
    return _without_numbers(_without_marks(["".join(parts) for parts in lines]), stands_alone)


def width_of(text: str) -> int:
    """Return the columns of a terminal: wide and full-width characters take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def _raw(line: str) -> _Raw:
    """Measure a line."""
    stripped = line.lstrip()
    text = " ".join(stripped.split())
    first = text.partition(" ")[0]
    word = 2 if _is_wide(first[:1]) else width_of(first[: WIDEST + 1])
    indent = len(line) - len(stripped)
    return _Raw(text, indent, width_of(text), word, _ITEM.match(stripped) is not None)


def _unframed(lines: list[str]) -> list[str]:
    """Remove rules, frames, invisible signs at the ends, and the sign in front of all lines."""
    bare = [line.strip(_EDGE_SIGNS) for line in lines]
    bare = ["" if _RULE.fullmatch(line) else line for line in bare]
    filled = [line for line in bare if line]
    sign = _FRONT.match(filled[0]) if len(filled) >= _FEW else None
    if sign and all(line.startswith(sign[0]) for line in filled):
        bare = [line.removeprefix(sign[0]) for line in bare]
    indents = [line[: len(line) - len(line.lstrip())] for line in lines]
    return [line and indent + line for indent, line in zip(indents, bare, strict=True)]


def _with_labels(raws: list[_Raw]) -> list[_Raw]:
    """Mark as labels the lines that stand several times on the page but for their numbers."""
    short = [_DIGITS.sub("0", raw.text) if raw.width < NARROWEST else "" for raw in raws]
    times = Counter(filter(None, short))
    return [raw._replace(is_label=times[text] >= _FEW) for raw, text in zip(raws, short, strict=True)]


def _is_wide(character: str) -> bool:
    return character != "" and unicodedata.east_asian_width(character) in "WF"


def _edge(raws: list[_Raw]) -> int | None:
    """Find the width at which the lines were wrapped, or None."""
    begins: Counter[int] = Counter()
    ends: Counter[int] = Counter()
    for first, second in itertools.pairwise(raws):
        if _may_go_on(first, second) and NARROWEST <= first.end <= WIDEST:
            begins[first.end] += 1
            ends[first.end + 1 + second.first_word] += 1
    agreeing, best, most = 0, 0, 0
    for column in range(NARROWEST, WIDEST + 1):
        agreeing += begins[column] - ends[column]
        if agreeing >= most:
            best, most = column, agreeing
    return best if most >= _FEW and _is_edge(raws, best) else None


def _is_edge(raws: list[_Raw], edge: int) -> bool:
    """Return whether few lines are longer, most lines near the edge break there, and in sentences."""
    pairs = list(itertools.pairwise(raws))
    long = sum(raw.end >= NARROWEST for raw in raws if raw.text)
    beyond = sum(raw.end > edge and " " in raw.text and "://" not in raw.text for raw in raws)
    near = sum(_may_go_on(a, b) and a.end >= max(NARROWEST, _NEAR * edge) for a, b in pairs)
    breaks = [(a, b) for a, b in pairs if _is_break(a, b, edge)]
    if beyond > _BEYOND * long or len(breaks) * 2 < near:
        return False
    finished = sum(a.text[-1] in _SENTENCE_ENDS for a, _ in breaks)
    going_on = sum(b.end * 3 > edge for _, b in breaks)
    return finished <= _ENDS * len(breaks) and going_on >= _GOING_ON * len(breaks)


def _may_go_on(first: _Raw, second: _Raw) -> bool:
    """Return whether the second of two lines can belong to the block of the first."""
    return bool(first.text and second.text) and not second.is_item and not second.is_label


def _is_break(first: _Raw, second: _Raw, edge: int) -> bool:
    """Return whether wrapping at the edge made the break between two lines."""
    return (
        _may_go_on(first, second)
        and first.end <= edge < first.end + 1 + second.first_word
        and abs(second.indent - first.indent) <= _HANGING
        and first.end >= NARROWEST
    )


def _without_marks(lines: list[str]) -> list[str]:
    """Remove the marks that tools put in: those of Markdown, and the numbers of hyperlinks."""
    if (
        sum(_HEADING.match(line) is not None or _LINK_LINE.fullmatch(line) is not None for line in lines)
        >= _FEW
    ):
        lines = [_unmarked(line) for line in lines]
    numbers = [int(number) for line in lines for number in _NUMBER.findall(line)]
    if len(numbers) > _FEW and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
        lines = [_NUMBER.sub("", line) for line in lines]
    return lines


def _without_numbers(lines: list[str], stands_alone: Callable[[str], bool]) -> list[str]:
    """Remove the bullet that most long lines have, and numbers that count items."""
    long = sum(width_of(line) >= NARROWEST for line in lines)
    bullets = Counter(line[:2] for line in lines if _BULLET.match(line) and width_of(line) >= NARROWEST)
    for bullet, times in bullets.most_common(1):
        if times >= _FEW and times > _MOST * long:
            lines = [line.removeprefix(bullet).lstrip() for line in lines]
    items = [int(item[1]) for line in lines if (item := _NUMBERED.match(line)) and not stands_alone(line)]
    if (
        len(items) >= _FEW
        and len(items) * 2 >= long
        and items == list(range(items[0], items[0] + len(items)))
    ):
        lines = [line if stands_alone(line) else _NUMBERED.sub("", line) for line in lines]
    return lines


def _unmarked(line: str) -> str:
    """Remove the marks of Markdown from a line."""
    line = _HEADING.sub("", _IMAGE.sub("", line))
    line = _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", line))
    return " ".join(_ESCAPED.sub(r"\1", _ITEM.sub("", line)).split())


_LINE_END = re.compile(r"\r\n|[\n\r\f\v\u2028\u2029]")
_ITEM = re.compile(r"^(?:[*+•◦▪·o-]|\d{1,3}[.)])\s+")
_HEADING = re.compile(r"^#{1,6}\s+(?=\S)")
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_LINK_LINE = re.compile(r"(?:[*+-]\s+)?\[[^\[\]]+\]\([^()\s]+\)")
_IMAGE = re.compile(r"!\[[^\[\]]*\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_EMPHASIS = re.compile(r"(?<!\w)(\*\*|__|[*_])(?=\S)([^*_]{1,300}?)(?<=\S)\1(?!\w)")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!>|-])")
_NUMBER = re.compile(r"\[(\d{1,4})\](?=\S)")
_NUMBERED = re.compile(r"^(\d{1,3})[.)]\s+(?=\S)")
_BULLET = re.compile(r"[*+•◦▪·-] ")
_DIGITS = re.compile(r"\d+")
# Box drawing, and what nobody sees: a soft hyphen, a space of no width, marks of direction and byte order.
_EDGE_SIGNS = "".join(
    [
        *(chr(c) for c in range(0x3001) if chr(c).isspace()),
        *map(chr, range(0x2500, 0x2580)),
        "\u00ad\u200b\u200e\u200f\u2060\ufeff",
    ]
)
_RULE = re.compile(r"([^\w\s])(?:\s*\1){2,}|_{3,}")
_FRONT = re.compile(r"[^\w\s(\[{\"'“‘«»「『《【¡¿#@]\s*")
_SENTENCE_ENDS = frozenset('.。!?！？…:：」”»"।')
