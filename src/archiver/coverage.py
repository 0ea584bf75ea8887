"""What the captures of each listing have missed: gaps, empty months, posts seen once, pages that failed.

Captures that showed cards come in with a function that gives the posts of one; a `ListingCoverage` for each
listing goes out. A listing is a first page with its older pages, as their pagers link them; of saved pages
without a URL, the files whose paths differ in a timestamp alone. Captures within an hour are one visit.

A listing shows a moving window. Where two successive visits share a post, the windows overlap, and no post
can have come and gone between them. Where they share none, posts may have: that is a gap. Whether there were
any cannot be known.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from operator import attrgetter

from archiver.models import Model, SeenListing, Time
from archiver.store import UnseenPage
from archiver.urlkey import host_of, url_key

VISIT = timedelta(hours=1)
"""The longest pause between two captures of one visit."""
_STAMP = re.compile(r"\d{14}")


class CoverageGap(Model):
    """Two successive visits of a listing that share no post: posts may have come and gone between them."""

    after: Time
    before: Time


class MonthOfCaptures(Model):
    """How many captures of a listing there are of a month (`YYYY-MM`), 0 included."""

    month: str
    captures: int


class FailedPage(Model):
    """A page of a listing that failed when it was crawled last; the pages behind it were not seen either."""

    url: str
    reason: str


class ListingCoverage(Model):
    """What an archive has of one listing, and what it may have missed.

    `url` is that of the first page, `pages` counts the URLs, `visits` the times at which it was captured.
    `seen_once` counts posts that one visit alone has shown. `months` are all from the first capture to the
    last.
    Where nothing but failures is known of a listing, the times are None.
    """

    url: str
    pages: int
    captures: int
    visits: int
    posts: int
    seen_once: int
    first: Time | None
    last: Time | None
    gaps: tuple[CoverageGap, ...]
    months: tuple[MonthOfCaptures, ...]
    failed: tuple[FailedPage, ...]


def coverage(
    captures: Iterable[SeenListing],
    posts_of: Callable[[int], Collection[int]],
    failed: Iterable[UnseenPage] = (),
) -> Iterator[ListingCoverage]:
    """Yield the coverage of each listing, by URL.

    Args:
        captures: Those that showed cards, in any order.
        posts_of: Gives the posts that a capture shows, by its row; called once for each.
        failed: What failed when its source was crawled last; that of a source without captures has its URL.
    """
    listings = _listings(captures)
    names = {_page_key(capture.url): name for name, members in listings.items() for capture in members}
    failures = defaultdict[str, list[FailedPage]](list)
    for one in failed:
        name = names.get(_page_key(one.url)) or names.get(_page_key(one.source)) or one.source
        failures[name].append(FailedPage(url=one.url, reason=one.reason))
    for name in sorted(listings.keys() | failures.keys()):
        yield _coverage(name, listings.get(name, []), posts_of, failures[name])


def _coverage(
    name: str,
    captures: Sequence[SeenListing],
    posts_of: Callable[[int], Collection[int]],
    failed: Iterable[FailedPage],
) -> ListingCoverage:
    visits = list(_visits(captures))
    seen_in = Counter[int]()
    gaps = []
    shown: set[int] = set()
    last: datetime | None = None
    for visit in visits:
        now = {post for capture in visit for post in posts_of(capture.capture_id)}
        seen_in.update(now)
        if last and shown.isdisjoint(now):
            gaps.append(CoverageGap(after=last, before=visit[0].captured_at))
        shown, last = now, visit[-1].captured_at
    return ListingCoverage(
        url=name,
        pages=len({capture.url for capture in captures}),
        captures=len(captures),
        visits=len(visits),
        posts=len(seen_in),
        seen_once=sum(count == 1 for count in seen_in.values()),
        first=visits[0][0].captured_at if visits else None,
        last=last,
        gaps=tuple(gaps),
        months=tuple(_months([capture.captured_at for visit in visits for capture in visit])),
        failed=tuple(failed),
    )


def _listings(captures: Iterable[SeenListing]) -> dict[str, list[SeenListing]]:
    """Put the captures of a first page together with those of its older pages, by the first page's URL."""
    held = list(captures)
    parents = dict[str, str]()

    def root(key: str) -> str:
        while (parent := parents.setdefault(key, key)) != key:
            parents[key] = parents[parent]
            key = parent
        return key

    older = set[str]()
    for capture in held:
        if capture.next_url and (key := _page_key(capture.next_url)) != _page_key(capture.url):
            older.add(key)
            parents[root(key)] = root(_page_key(capture.url))
    members = defaultdict[str, list[SeenListing]](list)
    for capture in held:
        members[root(_page_key(capture.url))].append(capture)
    return {_first_page(found, older): found for found in members.values()}


def _first_page(captures: Iterable[SeenListing], older: Collection[str]) -> str:
    """Return the URL that no page has called an older one; the shortest, where there are several or none."""
    return min(
        (_page_key(capture.url) in older, len(capture.url), _name(capture.url)) for capture in captures
    )[2]


def _name(url: str) -> str:
    """Return a URL; that of a file without the timestamps in its path, which name a capture, not a page."""
    return _STAMP.sub("*", url) if url.startswith("file:") else url


def _page_key(url: str) -> str:
    """Return what two spellings of one page's URL have in common."""
    return f"{host_of(url)} {url_key(url)}" if url.startswith("http") else _name(url)


def _visits(captures: Iterable[SeenListing]) -> Iterator[list[SeenListing]]:
    visit: list[SeenListing] = []
    for capture in sorted(captures, key=attrgetter("captured_at", "url", "capture_id")):
        if visit and capture.captured_at - visit[-1].captured_at > VISIT:
            yield visit
            visit = []
        visit.append(capture)
    if visit:
        yield visit


def _months(times: Sequence[datetime]) -> Iterator[MonthOfCaptures]:
    """Count the captures of each month from the first to the last of *times*, which are in order."""
    counts = Counter((time.year, time.month) for time in times)
    if not counts:
        return
    (year, month), last = min(counts), max(counts)
    while (year, month) <= last:
        yield MonthOfCaptures(month=f"{year:04}-{month:02}", captures=counts[year, month])
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
