"""Card records into an open store: many captures at a time, since most are small.

In: a store, the file as the user named it, what the user says of time and URL. Out: a `CrawlResult` for each
capture, and one for each line that does not fit. Refuses: nothing itself. The one surprise: pages of records
cost less to read than to hand to another process, so they are read here.
"""

from collections.abc import Iterable, Iterator

from archiver.crawl.reading import read_page
from archiver.crawl.web import CrawlResult
from archiver.errors import SourceError
from archiver.models import Capture
from archiver.sources import ImportOptions, read_records
from archiver.store import NewCapture, Store

MOST_TOLD = 100
"""Lines that are told one by one; the rest is counted."""
BATCH_CAPTURES = 2000
BATCH_BYTES = 16 << 20
"""Captures that are kept together, with one flush of the disk, and the payload at which they are."""
PAGES_BYTES = 1 << 20
"""Payloads of which the pages are in memory together."""


class _Refused:
    """The lines of a file that do not fit."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._count = 0
        self._waiting: list[CrawlResult] = []

    def add(self, line: int, why: str) -> None:
        self._count += 1
        if self._count <= MOST_TOLD:
            self._waiting.append(CrawlResult(self._source, f"{self._source}:{line}", error=why))

    def taken(self) -> list[CrawlResult]:
        """Those that were not told yet."""
        waiting, self._waiting = self._waiting, []
        return waiting

    def rest(self) -> Iterator[CrawlResult]:
        """What is to be said of those that are not told."""
        if self._count > MOST_TOLD:
            rest = self._count - MOST_TOLD
            yield CrawlResult(self._source, self._source, error=f"as many more lines do not fit: {rest}")


def crawl_records(store: Store, source: str, options: ImportOptions) -> Iterator[CrawlResult]:
    """Keep every capture of a file of card records, and read it."""
    refused = _Refused(source)
    try:
        for batch in _batches(read_records(source, options, refused.add), BATCH_BYTES):
            yield from refused.taken()
            yield from _keep(store, source, batch)
    except SourceError as error:
        refused.taken()
        yield CrawlResult(source, source, error=str(error))
    else:
        yield from refused.taken()
        yield from refused.rest()


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


def _keep(store: Store, source: str, captures: list[Capture]) -> list[CrawlResult]:
    rows = iter(store.captures.add_all([NewCapture(capture) for capture in captures]))
    outcomes = []
    with store.atomic():
        for some in _batches(captures, PAGES_BYTES):
            kept = list(zip(some, rows, strict=False))
            pages = [(row.id, read_page(capture)) for capture, row in kept if row.new]
            read = iter(zip(pages, store.pages.add_all(pages), strict=True))
            for capture, row in kept:
                if row.new:
                    (_, page), new_cards = next(read)
                    count, size, error = len(page.cards), len(capture.payload), page.error
                    outcomes.append(
                        CrawlResult(source, capture.url, capture.key, True, count, new_cards, size, error)
                    )
                else:
                    count, error = store.pages.summary(row.id)
                    outcomes.append(CrawlResult(source, capture.url, capture.key, cards=count, error=error))
    return outcomes
