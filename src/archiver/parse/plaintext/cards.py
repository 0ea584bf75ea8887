"""Text captures: the text of a listing with one line for each block and no markup.

The text comes in; a page of kind "text" goes out. Its cards have an excerpt and, where the page prints them,
a date, categories or a title. All other lines are the page's `labels`, so that no text is lost. No words are
known here: the width of a line and its neighbours show what it is. A line that is an excerpt in one file can
be a label in the next, because the regular shape of the file decides.

A line is a date; or a pager (numbers and arrows); or long, which makes it an excerpt; or short. A date
belongs to the excerpt right after it, or, where dates stand below, right before it. A short line right before
a date is its category, or its title where no two are alike. A card takes no line beyond the excerpts next to
it.
"""

import itertools
import re
from collections import Counter
from enum import Enum, auto
from statistics import median
from typing import NamedTuple

from archiver.models import Card, Page, PrintedDate
from archiver.parse.dates.find import Order, find_date, find_order, is_date
from archiver.parse.dates.partial import find_inexact, printed_date
from archiver.parse.plaintext.rhythm import short_excerpts
from archiver.parse.plaintext.unwrap import block_lines, width_of

LONG = 60
"""Columns from which a line is an excerpt. East Asian characters take two."""
MIDDLING = 40
"""Columns from which a line is an excerpt in a file whose excerpts are not four times as long."""
_TITLE, _FEW_TITLES = 20, 3
"""Columns and number of labels in the place of categories from which they are titles, if no two are alike."""


class _LineKind(Enum):
    """What a line is by itself."""

    DATE = auto()
    PAGER = auto()
    EXCERPT = auto()
    SHORT = auto()


class _Line(NamedTuple):
    text: str
    kind: _LineKind
    date: str | None = None
    beside: tuple[str, ...] | None = None
    """The categories that a date line prints beside its date. None where it prints nothing."""
    printed: PrintedDate | None = None
    opens: bool = False
    """Whether a blank line or the start of the file stands before the line."""


class _CardLines(NamedTuple):
    """The indices of the lines of one card."""

    excerpt: int
    date: int | None = None
    category: int | None = None


class _MadeCards(NamedTuple):
    """The cards of a text, and the indices of the lines that they are made of."""

    cards: list[Card]
    used: set[int]


def read_text(text: str, url: str) -> Page:
    """Read the page that a text capture shows. A text without a visible character is an empty page."""
    lines = _in_rhythm(_lines(text))
    if not lines:
        return Page(url=url, kind="empty", confidence=1.0, error="empty file")
    cards, used = _dated_below(lines) if _dates_follow(lines) else _dated_above(_with_short_posts(lines))
    labels = [line.text for i, line in enumerate(lines) if i not in used]
    dated = sum(card.date is not None for card in cards)
    return Page(
        url=url,
        kind="text",
        confidence=0.9 if len(cards) >= 2 else 0.5,
        cards=tuple(cards),
        labels=tuple(labels),
        why=f"{len(cards)} lines are excerpts, {dated} of them with a date before them",
    )


def _lines(text: str) -> list[_Line]:
    """Read the lines that are not blank, each by itself."""
    texts = block_lines(text, _stands_alone)
    opens = [bool(line) and (i == 0 or not texts[i - 1]) for i, line in enumerate(texts)]
    widths = [width_of(line) for line in texts]
    wide = [width for width in widths if width >= MIDDLING]
    long = min(LONG, max(MIDDLING, median(wide) / 4)) if wide else LONG
    order = find_order(line for line, width in zip(texts, widths, strict=True) if width < LONG)
    return [
        _line(line, width, long, order)._replace(opens=opening)
        for line, width, opening in zip(texts, widths, opens, strict=True)
        if line
    ]


def _stands_alone(text: str) -> bool:
    """Return whether a line is a date or a pager, which no wrapping made."""
    return _line(text, width_of(text), LONG, None).kind in (_LineKind.DATE, _LineKind.PAGER)


def _line(text: str, width: int, long: float, order: Order | None) -> _Line:
    """Read one line. From *long* columns on it is an excerpt."""
    found = find_date(text, order=order) if width < LONG else None
    if width < LONG and is_date(text):
        printed = printed_date(text, found, "text") if found else find_inexact(text, "text")
        return _Line(text, _LineKind.DATE, found.iso if found else None, printed=printed)
    if _PAGER.fullmatch(text):
        return _Line(text, _LineKind.PAGER)
    if found and found.iso:
        beside = _beside(text[: found.start], text[found.end :])
        if beside is not None:
            return _Line(text, _LineKind.DATE, found.iso, beside, printed_date(text, found, "text"))
    if (
        width >= long
        and (" " in text or "://" not in text)
        and not text.startswith(("©", "(c)", "Copyright "))
    ):
        return _Line(text, _LineKind.EXCERPT)
    return _Line(text, _LineKind.SHORT)


def _beside(before: str, after: str) -> tuple[str, ...] | None:
    """Return the categories that separators set apart from the date; None where this is not a date line."""
    before, after = before.strip(), after.strip()
    if (before and before[-1] not in _SEPARATORS) or (after and after[0] not in _SEPARATORS):
        return None
    parts = [part.strip() for part in _SEPARATOR.split(f"{before}|{after}")]
    return tuple(part for part in parts if part and not any(c.isdigit() for c in part))


def _in_rhythm(lines: list[_Line]) -> list[_Line]:
    """Make excerpts of the lines that stand where, by the labels of the file, excerpts stand."""
    found = short_excerpts(
        [_mark(line) for line in lines],
        [line.kind is _LineKind.EXCERPT for line in lines],
        [line.kind is _LineKind.SHORT or line.beside is not None for line in lines],
    )
    return [
        line._replace(kind=_LineKind.EXCERPT, date=None, beside=None, printed=None) if i in found else line
        for i, line in enumerate(lines)
    ]


def _mark(line: _Line) -> str | None:
    """Return what all labels of one kind share: that they are dates, or a text but for its numbers."""
    if line.kind is _LineKind.DATE:
        return "\0 date" if line.beside is None else "\0 date beside labels"
    return _DIGITS.sub("0", line.text) if line.kind is _LineKind.SHORT else None


def _with_short_posts(lines: list[_Line]) -> list[_Line]:
    """Make excerpts of the short lines that are short posts by the shape of the file.

    A short line right after a date is a short post where dates mostly stand right before excerpts, and where
    this date has a category before it, or none, as most dates have.
    """
    kinds = [line.kind for line in lines]
    shapes = Counter(_shape(kinds, i) for i in range(len(kinds)) if kinds[i] is _LineKind.DATE)
    direct = {shape: n for shape, n in shapes.items() if shape[1:] == (_LineKind.EXCERPT,)}
    between = sum(n for shape, n in shapes.items() if shape[1:] == (_LineKind.SHORT, _LineKind.EXCERPT))
    if not direct or between > sum(direct.values()):
        return lines
    usual = max(direct, key=lambda shape: direct[shape])[0]
    return [
        line._replace(kind=_LineKind.EXCERPT)
        if line.kind is _LineKind.SHORT
        and i
        and kinds[i - 1] is _LineKind.DATE
        and _shape(kinds, i - 1)[0] == usual
        else line
        for i, line in enumerate(lines)
    ]


def _shape(kinds: list[_LineKind], i: int) -> tuple[_LineKind | None, ...]:
    """Return what stands around the date at *i*: a short line or None, then what follows to an excerpt."""
    before = _LineKind.SHORT if i and kinds[i - 1] is _LineKind.SHORT else None
    after = kinds[i + 1 : i + 3]
    return (before, *(after[:1] if after[:1] == [_LineKind.EXCERPT] else after))


def _dated_above(lines: list[_Line]) -> _MadeCards:
    """Make the cards of a text whose dates stand before the excerpts."""
    kinds = [line.kind for line in lines]
    excerpts = [i for i, kind in enumerate(kinds) if kind is _LineKind.EXCERPT]
    trailer = _trailer(lines, excerpts)
    found: list[_CardLines] = []
    previous = -1
    for i in excerpts:
        run = [k for k in range(previous + 1, i) if not (k == previous + 1 and lines[k].text == trailer)]
        previous = i
        if run and kinds[run[-1]] is _LineKind.DATE:
            labelled = len(run) > 1 and kinds[run[-2]] is _LineKind.SHORT
            found.append(_CardLines(i, run[-1], run[-2] if labelled else None))
        elif len(run) > 1 and kinds[run[-2]] is _LineKind.DATE and kinds[run[-1]] is _LineKind.SHORT:
            found.append(_CardLines(i, run[-2], run[-1]))
        else:
            found.append(_CardLines(i))
    if found and _is_heading(lines, found):
        found[0] = found[0]._replace(category=None)
    titled = _are_titles([lines[parts.category].text for parts in found if parts.category is not None])
    cards = [_card(lines, parts, titled=titled) for parts in found]
    return _MadeCards(cards, {k for parts in found for k in parts if k is not None})


def _are_titles(labels: list[str]) -> bool:
    """Return whether the lines in the place of categories are titles: no two alike, and longer."""
    distinct = len(labels) >= _FEW_TITLES and len(set(labels)) == len(labels)
    return distinct and median(map(width_of, labels)) >= _TITLE


def _dates_follow(lines: list[_Line]) -> bool:
    """Return whether more dates stand right after excerpts than before (a category or title between)."""
    kinds = [lines[i].kind for i in _single(lines)]
    after = sum(pair == (_LineKind.EXCERPT, _LineKind.DATE) for pair in itertools.pairwise(kinds))
    before = sum(
        _shape(kinds, i)[-1] is _LineKind.EXCERPT for i, kind in enumerate(kinds) if kind is _LineKind.DATE
    )
    return after > before


def _single(lines: list[_Line]) -> list[int]:
    """Return the indices of all lines but the short ones ("Read more") that stand beside most excerpts."""
    excerpts = sum(line.kind is _LineKind.EXCERPT for line in lines)
    times = Counter(line.text for line in lines if line.kind is _LineKind.SHORT)
    return [i for i, line in enumerate(lines) if times[line.text] * 2 <= excerpts]


def _dated_below(lines: list[_Line]) -> _MadeCards:
    """Make the cards of a text whose dates stand after the excerpts."""
    made = _MadeCards([], set())
    for i, after in itertools.pairwise([*_single(lines), None]):
        if i is not None and lines[i].kind is _LineKind.EXCERPT:
            date = after if after is not None and lines[after].kind is _LineKind.DATE else None
            made.cards.append(_card(lines, _CardLines(i, date)))
            made.used.update({i} if date is None else {i, date})
    return made


def _trailer(lines: list[_Line], excerpts: list[int]) -> str | None:
    """Return the short line that ends most cards and the last ("Read more"): it is not a category."""
    after = [
        lines[i + 1].text for i in excerpts if i + 1 < len(lines) and lines[i + 1].kind is _LineKind.SHORT
    ]
    if len(excerpts) < 2 or not after or excerpts[-1] + 1 >= len(lines):
        return None
    last = lines[excerpts[-1] + 1].text
    return last if after.count(last) * 2 > len(excerpts) else None


def _is_heading(lines: list[_Line], found: list[_CardLines]) -> bool:
    """Return whether the line before the first card's date is the heading of the list, not a category.

    It is where no other dated card has a category and the line opens a block: a category would stand below
    the heading. Where there are no blank lines, two other cards without a category are enough.
    """
    first, others = found[0].category, [parts.category for parts in found[1:] if parts.date is not None]
    if first is None or not others or any(category is not None for category in others):
        return False
    return lines[first].opens or (len(others) >= 2 and not any(line.opens for line in lines[1 : first + 1]))


def _card(lines: list[_Line], parts: _CardLines, *, titled: bool = False) -> Card:
    """Make a card of its lines. The line of its category is its title where the file is *titled*."""
    dated = lines[parts.date] if parts.date is not None else None
    label = lines[parts.category].text if parts.category is not None else None
    labels = list(dated.beside or ()) if dated else []
    if label is not None and not titled:
        labels = [part.strip() for part in _LIST.split(label)] + labels
    tags = [name for name in labels if name.startswith("#")]
    return Card(
        title=label if titled else None,
        date=dated.date if dated else None,
        categories=tuple(name for name in labels if name not in tags),
        tags=tuple(tag.lstrip("#") for tag in tags),
        excerpt=lines[parts.excerpt].text,
        printed=dated.printed if dated else None,
    )


_PAGER = re.compile(r"(?:\d{1,5}+|[«»‹›←→⟨⟩<>…·|/.\s\[\]-]){1,80}")
_DIGITS = re.compile(r"\d+")
_SEPARATORS = "|·•‧∙/—–-,、・"
_SEPARATOR = re.compile(r"[|·•‧∙/—–]|\s-\s|,\s|、")
# Several categories on one line. Names hold spaces, "・" and "×" of their own.
_LIST = re.compile(r",\s*|，\s*|、|\s+[|·•/]\s+|;\s+|\s+(?=#)")
