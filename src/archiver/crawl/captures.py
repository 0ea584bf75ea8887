"""Store the captures that a source on disk holds, and read new ones while the next ones are stored.

An open store, the source as the user named it, what was found in it and the user's rules go in; a
`CrawlResult` comes out for each capture. A place that gives no capture is a result with an error, and so is a
source without any card. Captures are stored together, with one flush of the disk, and so are their pages;
results come out in the order of the source.

Ctrl-C between two steps ends the import: what is stored by then and not read is reported as kept, and read by
the next run.
"""

import logging
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from archiver.crawl.interrupts import undivided
from archiver.crawl.outcome import CrawlResult
from archiver.crawl.reading import ReceivedCapture, parser_version, read_received, site_by_rules
from archiver.crawl.workers import Readers
from archiver.errors import Remedy
from archiver.models import Page
from archiver.parse import SiteRule
from archiver.sources import FoundCapture
from archiver.store import NewCapture, Store

BATCH_CAPTURES = 32
BATCH_BYTES = 8 << 20
"""Captures that are stored together, and the bytes of payload that end a batch. While the pages of one batch
are read, the next one is stored: two of them are in memory."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Pending:
    """What was found at one place: its row once it is stored, its page while it is being read."""

    found: FoundCapture
    row: int | None = None
    new: bool = False
    page: Future[Page] | None = None


class SourceTally:
    """What a source shows altogether: pages without cards, and responses that are no pages.

    An article has no cards, and neither has a page that was read wrongly.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._pages = 0
        self._faults = 0
        self._blank = 0
        self._example = ""
        self._statuses: Counter[int] = Counter()
        self._left_out = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found at all: neither a page nor a fault."""
        return not self._pages and not self._faults and not self._left_out

    def add(self, result: CrawlResult, status: int | None) -> None:
        """Count one result, and the status of the response."""
        self._faults += result.error is not None
        self._pages += result.capture is not None
        if result.capture and not result.cards and not result.error:
            is_error = status is not None and status >= 400
            if not self._example or (not is_error and not self._blank):
                self._example = result.where  # the first page that should show cards, if there is one
            if status and is_error:
                self._statuses[status] += 1
            else:
                self._blank += 1

    def add_left_out(self) -> None:
        """Count a page that was not kept, because it shows no cards."""
        self._left_out += 1

    def faults(self) -> Iterator[CrawlResult]:
        """Report the source as failed if none of its pages has cards; log how many have none otherwise."""
        if self._left_out:
            logger.info("%s: pages without cards that were not kept: %d", self._source, self._left_out)
            if not self._pages:
                yield CrawlResult(self._source, self._source, error="none of its pages shows cards")
        if self._statuses:
            listed = ", ".join(f"{status}: {count}" for status, count in sorted(self._statuses.items()))
            logger.info("%s: responses with an error status, which hold no cards: %s", self._source, listed)
        without = self._blank + self._statuses.total()
        if without and without == self._pages:
            others = f", nor on {without - 1} more of {self._source}" if without > 1 else ""
            error = f"no cards were found on this page{others}"
            remedy: Remedy | None = "inspect" if Path(self._example).is_file() else None
            yield CrawlResult(self._source, self._example, error=error, remedy=remedy)
        elif self._blank:
            logger.info(
                "%s: no cards were found on %d of %d pages, such as %s",
                self._source,
                self._blank,
                self._pages,
                self._example,
            )


def crawl_captures(
    store: Store,
    source: str,
    found: Iterable[FoundCapture],
    rules: Sequence[SiteRule],
    *,
    many: bool = False,
    at_once: int = BATCH_CAPTURES,
    listings_only: bool = False,
    tally: SourceTally | None = None,
) -> Iterator[CrawlResult]:
    """Store and read every capture of a source.

    Args:
        store: the archive.
        source: as the user named it.
        found: what it holds.
        rules: the user's.
        many: it is known that there are so many captures that worker processes pay.
        at_once: captures that are stored together; 1 where each takes a request.
        listings_only: keep those pages alone that show cards or are feeds.
        tally: where the results are counted; by default those of this call alone, whose faults are reported.
    """
    own = tally or SourceTally(source)
    work = _Import(store, source, rules, own, listings_only=listings_only)
    yield from work.results(_batches(found, at_once), many=many)
    if tally is None:
        yield from own.faults()


class _Import:
    """The import of one source."""

    def __init__(
        self,
        store: Store,
        source: str,
        rules: Sequence[SiteRule],
        tally: SourceTally,
        *,
        listings_only: bool,
    ) -> None:
        self._store = store
        self._source = source
        self._rules = rules
        self._tally = tally
        self._listings_only = listings_only

    def results(self, batches: Iterable[list[FoundCapture]], *, many: bool) -> Iterator[CrawlResult]:
        """Yield the result of each place; while the pages of a batch are read, the next one is stored.

        Pages that are read by then, as a few are in this process, do not wait for the next batch.
        """
        waiting: deque[list[_Pending]] = deque()
        if many:
            parser_version()  # what it takes is spent here, once, and not in each worker
        with Readers(read_received, many=many) as readers:
            try:
                for batch in batches:
                    self._begin(batch, readers, waiting)
                    while len(waiting) > 1 or (waiting and _is_read(waiting[0])):
                        yield from self._end(waiting)
                while waiting:
                    yield from self._end(waiting)
            except KeyboardInterrupt:
                readers.give_up()
                yield from self._interrupted(waiting)
                raise

    def _begin(
        self, found: list[FoundCapture], readers: Readers[ReceivedCapture], waiting: deque[list[_Pending]]
    ) -> None:
        """Store the captures of a batch, and have new ones read."""
        batch = [_Pending(one) for one in found]
        with undivided():
            waiting.append(batch)
            if self._listings_only:
                for one in batch:
                    one.row = self._store.captures.held(one.found.capture.key) if one.found.capture else None
            else:
                self._store_all(batch)
        for one in batch:
            capture = one.found.capture
            # A page that another process has stored and not yet read would seem to have no cards.
            if capture and (one.new or one.row is None or not self._store.pages.has(one.row)):
                site = site_by_rules(self._rules, capture.url)
                one.page = readers.submit(ReceivedCapture(capture, site))

    def _end(self, waiting: deque[list[_Pending]]) -> Iterator[CrawlResult]:
        """Store the pages of the first batch, and yield its results."""
        pages = [one.page.result() if one.page else None for one in waiting[0]]
        with undivided():
            batch = [
                (one, page)
                for one, page in zip(waiting.popleft(), pages, strict=True)
                if not (self._listings_only and self._is_left_out(page))
            ]
            if self._listings_only:
                self._store_all([one for one, _ in batch if one.row is None])
            with self._store.atomic():
                new = [(one.row, page) for one, page in batch if one.row is not None and page]
                new_cards = iter(self._store.pages.add_all(new))
            for one, page in batch:
                yield self._result(one, page, next(new_cards) if page else 0)

    def _is_left_out(self, page: Page | None) -> bool:
        """Return whether a page is not kept, because it shows no cards and is no feed."""
        if page is None or page.cards or page.kind == "feed":
            return False
        self._tally.add_left_out()
        return True

    def _store_all(self, batch: list[_Pending]) -> None:
        there = [(one, one.found.capture) for one in batch if one.found.capture]
        stored = self._store.captures.add_all(
            [NewCapture(capture, head=one.found.head, outside=one.found.outside) for one, capture in there]
        )
        for (one, _), kept in zip(there, stored, strict=True):
            one.row, one.new = kept.id, kept.new

    def _result(self, one: _Pending, page: Page | None, new_cards: int) -> CrawlResult:
        """Return the result of one place, and count it."""
        where, capture = one.found.where, one.found.capture
        if capture is None or one.row is None:
            result = CrawlResult(self._source, where, error=one.found.error)
            self._tally.add(result, None)
            return result
        if page:
            cards, error = len(page.cards), page.error
        else:
            cards, error = self._store.pages.summary(one.row)
        is_error = capture.status is not None and capture.status >= 400
        result = CrawlResult(
            source=self._source,
            where=where,
            capture=capture.key,
            new=one.new,
            cards=cards,
            new_cards=new_cards,
            bytes=len(capture.payload) if one.new else 0,
            error=None if is_error else error,  # that it was recorded is no failure of the import
        )
        self._tally.add(result, capture.status)
        return result

    def _interrupted(self, waiting: Iterable[list[_Pending]]) -> Iterator[CrawlResult]:
        """Report what is kept and not read."""
        with undivided():
            for batch in waiting:
                for one in batch:
                    if one.found.capture and one.row is not None:
                        capture = one.found.capture
                        size = len(capture.payload) if one.new else 0
                        yield CrawlResult(self._source, one.found.where, capture.key, new=one.new, bytes=size)


def _is_read(batch: Iterable[_Pending]) -> bool:
    return all(one.page is None or one.page.done() for one in batch)


def _batches(found: Iterable[FoundCapture], most: int) -> Iterator[list[FoundCapture]]:
    batch: list[FoundCapture] = []
    size = 0
    for one in found:
        batch.append(one)
        size += len(one.capture.payload) if one.capture else 0
        if len(batch) == most or size > BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
