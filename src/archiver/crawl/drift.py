"""Pages that used to show cards and no longer do: what a site's new layout looks like from here.

In: how many cards each capture showed, by URL, then by time. Out: `LayoutChange`s. Pure, one pass; what is
held is a few figures for each kind of page. Refuses to say so while another page of the same kind is read as
ever at about that time, since a new layout is one of all pages of its kind: the page itself holds less then.
The one surprise: a kind is the host and the path with every number taken out.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from statistics import median
from typing import Any

from archiver.models import CardCount, iso_time

FEW = 3
"""A page that shows fewer cards than this has no usual number of them, and three pages make a kind's."""
SHARE = 3
"""A page shows less than it used to when it shows no more than its usual number divided by this."""
REMEMBERED = 9
"""Captures of a page, those with cards, whose middle is its usual number."""
AT_A_TIME = timedelta(minutes=10)
"""Captures of one site that are no further apart than this belong to one crawl."""
A_WHILE = timedelta(days=1)
"""Pages that were never seen before may well be empty; those of a kind that all are, for so long, may not."""

_NUMBER = re.compile(r"\d+")
_SCHEME = re.compile(r"https?://(?:www\.)?")


@dataclass(frozen=True, slots=True)
class LayoutChange:
    """Pages of one kind that show fewer cards than they used to: the first of them in detail.

    That page shows `cards` cards since that time and showed `usual` before; `urls` are all of them, it first.
    `is_new`: one of their last captures is new.
    """

    urls: tuple[str, ...]
    since: datetime
    cards: int
    usual: int
    is_new: bool

    def as_row(self) -> dict[str, Any]:
        """The fields as JSON has them."""
        return {
            "urls": list(self.urls),
            "since": iso_time(self.since),
            "cards": self.cards,
            "usual": self.usual,
        }


@dataclass(slots=True)
class _Address:
    """One URL after its last capture. `since` is when it began to show less, None if it shows what it did."""

    last: CardCount
    usual: float
    since: datetime | None


@dataclass(slots=True)
class _PagesOfKind:
    """The pages of one kind: those that show less, those that never showed a card, when others were read."""

    less: list[_Address] = field(default_factory=list)
    never: list[CardCount] = field(default_factory=list)
    read: int = 0
    read_at: datetime | None = None
    usual: deque[int] = field(default_factory=lambda: deque(maxlen=REMEMBERED))


def kind_of_page(url: str) -> str:
    """The URL with its numbers taken out, without scheme and `www.`: the same for pages of one kind."""
    return _NUMBER.sub("#", _SCHEME.sub("", url.partition("#")[0]))


def layout_changes(counts: Iterable[CardCount]) -> Iterator[LayoutChange]:
    """The pages whose last captures show none of their cards, or a third of them at the most, one per kind.

    *counts* are of captures that could be read, by URL, then by time.
    """
    kinds: dict[str, _PagesOfKind] = {}
    for url, captures in groupby(counts, key=attrgetter("url")):
        _file(kinds.setdefault(kind_of_page(url), _PagesOfKind()), _followed(captures))
    for kind in kinds.values():
        yield from _changed(kind)


def _followed(captures: Iterator[CardCount]) -> _Address:
    """A page through its captures. What it shows less of for long enough has become its usual number."""
    shown: deque[int] = deque(maxlen=REMEMBERED)
    less: deque[int] = deque(maxlen=REMEMBERED)
    since = None
    for capture in captures:
        if not _is_less(capture, shown):
            since = None
            shown.extend([*less, capture.cards] if capture.cards else less)
            less.clear()
            continue
        since = since or capture.captured_at
        less.extend([capture.cards] if capture.cards else [])
        if len(less) == REMEMBERED:
            shown, less, since = less, deque(maxlen=REMEMBERED), None
    return _Address(capture, median(shown) if shown else 0, since)


def _is_less(capture: CardCount, shown: deque[int]) -> bool:
    """Whether a page shows none, or a third, of what it showed; not as the last page of a listing does.

    Some front pages show what is left over when all others are full: they have shown as little before.
    """
    usual = median(shown) if shown else 0
    if usual < FEW or capture.cards * SHARE > usual:
        return False
    if capture.cards == 0:
        return True
    is_last = not capture.has_next and "#" in kind_of_page(capture.url)
    return len(shown) >= FEW and capture.cards < min(shown) and not is_last


def _file(kind: _PagesOfKind, page: _Address) -> None:
    """Count a page among its kind."""
    if page.since:
        kind.less.append(page)
    elif page.last.cards >= FEW:
        kind.read += 1
        kind.read_at = max(kind.read_at or page.last.captured_at, page.last.captured_at)
        kind.usual.append(page.last.cards)
    elif page.last.cards == 0 and page.usual == 0:
        kind.never.append(page.last)


def _changed(kind: _PagesOfKind) -> Iterator[LayoutChange]:
    """The change of a kind, if there is one."""
    read_at = kind.read_at
    less = [p for p in kind.less if p.since and (read_at is None or p.since - read_at > AT_A_TIME)]
    never = [c for c in kind.never if read_at and c.captured_at - read_at > A_WHILE]
    if less:
        less.sort(key=lambda page: (page.since, page.last.url))
        first, captures = less[0], [page.last for page in less]
        usual, since = first.usual, first.since
    elif len(never) >= FEW <= kind.read:
        captures = sorted(never, key=lambda capture: (capture.captured_at, capture.url))
        usual, since = median(kind.usual), captures[0].captured_at
    else:
        return
    assert since is not None  # noqa: S101 - for the type checker
    urls = tuple(capture.url for capture in captures)
    yield LayoutChange(urls, since, captures[0].cards, int(usual), any(c.is_new for c in captures))
