"""Detect layout drift: pages that used to show cards and no longer do.

The number of cards of each capture goes in, by URL, then by time; `LayoutChange`s come out. One pass, with a
few numbers in memory for each kind of page.

A kind of page is its host and path without numbers. A new layout affects all pages of its kind, so a page
that shows fewer cards is not reported while another page of its kind is read as before at about that time.
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
"""Cards below which a page has no usual number of them, and pages below which a kind has none."""
SHARE = 3
"""A page shows fewer cards when it shows at most its usual number divided by this."""
REMEMBERED = 9
"""Captures with cards whose median is the usual number of a page."""
AT_A_TIME = timedelta(minutes=10)
"""Captures of one site that are at most so far apart belong to one crawl session."""
A_WHILE = timedelta(days=1)
"""New pages may well be empty; a kind whose new pages are all empty for so long has changed."""

_NUMBER = re.compile(r"\d+")
_SCHEME = re.compile(r"https?://(?:www\.)?")


@dataclass(frozen=True, slots=True)
class LayoutChange:
    """Pages of one kind that show fewer cards than they used to.

    `urls` are all of them. The first one shows `cards` cards since `since` and `usual` before. `is_new`: one
    of their last captures is new.
    """

    urls: tuple[str, ...]
    since: datetime
    cards: int
    usual: int
    is_new: bool

    def as_row(self) -> dict[str, Any]:
        """Return the fields as JSON has them."""
        return {
            "urls": list(self.urls),
            "since": iso_time(self.since),
            "cards": self.cards,
            "usual": self.usual,
        }


@dataclass(slots=True)
class _PageHistory:
    """One URL after its last capture; `since` is when it began to show fewer cards, None if it does not."""

    last: CardCount
    usual: float
    since: datetime | None


@dataclass(slots=True)
class _PagesOfKind:
    """The pages of one kind: with fewer cards, without any, and as before."""

    less: list[_PageHistory] = field(default_factory=list)
    never: list[CardCount] = field(default_factory=list)
    read: int = 0
    read_at: datetime | None = None
    usual: deque[int] = field(default_factory=lambda: deque(maxlen=REMEMBERED))


def kind_of_page(url: str) -> str:
    """Reduce a URL to its kind: without numbers, scheme and `www.`."""
    return _NUMBER.sub("#", _SCHEME.sub("", url.partition("#")[0]))


def layout_changes(counts: Iterable[CardCount]) -> Iterator[LayoutChange]:
    """Find kinds of pages whose last captures show none of their cards, or at most a third of them.

    *counts* are those of captures that could be read, by URL, then by time.
    """
    kinds: dict[str, _PagesOfKind] = {}
    for url, captures in groupby(counts, key=attrgetter("url")):
        _file(kinds.setdefault(kind_of_page(url), _PagesOfKind()), _followed(captures))
    for kind in kinds.values():
        yield from _changed(kind)


def _followed(captures: Iterator[CardCount]) -> _PageHistory:
    """Follow a page through its captures; a lower number that lasts becomes the usual one."""
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
    return _PageHistory(capture, median(shown) if shown else 0, since)


def _is_less(capture: CardCount, shown: deque[int]) -> bool:
    """Whether a page shows none, or a third, of the cards that it showed before.

    The last page of a listing shows what is left over, and so do some front pages, which have then shown as
    few cards before.
    """
    usual = median(shown) if shown else 0
    if usual < FEW or capture.cards * SHARE > usual:
        return False
    if capture.cards == 0:
        return True
    is_last = not capture.has_next and "#" in kind_of_page(capture.url)
    return len(shown) >= FEW and capture.cards < min(shown) and not is_last


def _file(kind: _PagesOfKind, page: _PageHistory) -> None:
    """Add a page to its kind."""
    if page.since:
        kind.less.append(page)
    elif page.last.cards >= FEW:
        kind.read += 1
        kind.read_at = max(kind.read_at or page.last.captured_at, page.last.captured_at)
        kind.usual.append(page.last.cards)
    elif page.last.cards == 0 and page.usual == 0:
        kind.never.append(page.last)


def _changed(kind: _PagesOfKind) -> Iterator[LayoutChange]:
    """Yield the change of a kind, if there is one."""
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
