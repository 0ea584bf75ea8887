"""Import card records: many captures at a time, since most are small.

An open store and the file that the user named go in; a `CrawlResult` comes out for each capture, and one for
each rejected line. Pages of records cost less to read than to send to another process, so they are read here.
"""

from collections.abc import Iterable, Iterator

from archiver.crawl.interrupts import delayed_interrupt
from archiver.crawl.outcome import CrawlResult
from archiver.crawl.reading import read_page
from archiver.errors import SourceError
from archiver.models import Capture, Page
from archiver.sources import ImportOptions, read_records
from archiver.store import NewCapture, Store, StoredCapture

MAX_REPORTED = 100
"""Rejected lines that are reported one by one; the others are counted."""
BATCH_CAPTURES = 2000
BATCH_BYTES = 16 << 20
"""Captures that are stored together, with one flush of the disk, and the bytes of payload that end a
batch."""
PAGES_BYTES = 1 << 20
"""Bytes of payload whose pages are in memory together."""


class _Rejections:
    """The rejected lines of a file: collected, reported up to a number, counted beyond it."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._count = 0
        self._waiting: list[CrawlResult] = []

    def add(self, line: int, why: str) -> None:
        self._count += 1
        if self._count <= MAX_REPORTED:
            self._waiting.append(CrawlResult(self._source, f"{self._source}:{line}", error=why))

    def take(self) -> list[CrawlResult]:
        """Return the lines that were not reported yet."""
        waiting, self._waiting = self._waiting, []
        return waiting

    def rest(self) -> Iterator[CrawlResult]:
        """Report how many lines were rejected beyond those that were named."""
        if self._count > MAX_REPORTED:
            rest = self._count - MAX_REPORTED
            yield CrawlResult(self._source, self._source, error=f"{rest} more lines were rejected")


def crawl_records(store: Store, source: str, options: ImportOptions) -> Iterator[CrawlResult]:
    """Store and read every capture of a file of card records."""
    rejections = _Rejections(source)
    try:
        for batch in _batches(read_records(source, options, rejections.add), BATCH_BYTES):
            yield from rejections.take()
            # A Ctrl-C before the last result is out would leave captures that no summary counts.
            with delayed_interrupt() as interrupted:
                yield from _add_batch(store, source, batch)
            if interrupted():
                raise KeyboardInterrupt
    except SourceError as error:
        rejections.take()
        yield CrawlResult(source, source, error=str(error))
    else:
        yield from rejections.take()
        yield from rejections.rest()


def _batches(captures: Iterable[Capture], most_bytes: int) -> Iterator[list[Capture]]:
    batch: list[Capture] = []
    size = 0
    for capture in captures:
        batch.append(capture)
        size += len(capture.payload)
        if len(batch) == BATCH_CAPTURES or size > most_bytes:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _add_batch(store: Store, source: str, captures: list[Capture]) -> list[CrawlResult]:
    """Store the captures together, then their pages in one transaction."""
    rows = iter(store.captures.add_all([NewCapture(capture) for capture in captures]))
    results: list[CrawlResult] = []
    with store.atomic():
        for some in _batches(captures, PAGES_BYTES):
            stored = list(zip(some, rows, strict=False))
            pages = {row.id: read_page(capture) for capture, row in stored if row.new}
            new_cards = dict(zip(pages, store.pages.add_all(list(pages.items())), strict=True))
            results += [_result(store, source, capture, row, pages, new_cards) for capture, row in stored]
    return results


def _result(
    store: Store,
    source: str,
    capture: Capture,
    row: StoredCapture,
    pages: dict[int, Page],
    new_cards: dict[int, int],
) -> CrawlResult:
    if not row.new:
        count, error = store.pages.summary(row.id)
        return CrawlResult(source, capture.url, capture.key, cards=count, error=error)
    page = pages[row.id]
    return CrawlResult(
        source=source,
        where=capture.url,
        capture=capture.key,
        new=True,
        cards=len(page.cards),
        new_cards=new_cards[row.id],
        bytes=len(capture.payload),
        error=page.error,
    )
