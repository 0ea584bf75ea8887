"""Import card records: many captures at a time, since most are small.

An open store and the file that the user named go in; a `CrawlResult` comes out for each capture, and one for
each kind of fault in its rows. Pages of records cost less to read than to send to another process, so they
are read here.
"""

import logging
from collections.abc import Iterable, Iterator

from archiver.cardrow import shown_value
from archiver.crawl.interrupts import undivided
from archiver.crawl.outcome import CrawlResult
from archiver.crawl.reading import read_page
from archiver.errors import SourceError
from archiver.models import Capture, Page
from archiver.sources import EXAMPLES, ImportOptions, RowFaults, read_records
from archiver.store import NewCapture, Store, StoredCapture

logger = logging.getLogger(__name__)

MAX_UNREAD = 1000
"""Different texts in the place of dates that are counted."""
BATCH_CAPTURES = 2000
BATCH_BYTES = 16 << 20
"""Captures that are stored together, with one flush of the disk, and the bytes of payload that end a
batch."""
PAGES_BYTES = 1 << 20
"""Bytes of payload whose pages are in memory together."""


def crawl_records(store: Store, source: str, options: ImportOptions) -> Iterator[CrawlResult]:
    """Store and read every capture of a file of card records."""
    faults = RowFaults()
    unread: dict[str, None] = {}
    try:
        for batch in _batches(read_records(source, options, faults), BATCH_BYTES):
            # A Ctrl-C before the last result is out would leave captures that no summary counts.
            with undivided():
                yield from _add_batch(store, source, batch, unread)
    except SourceError as error:
        yield CrawlResult(source, source, error=str(error))
        return
    for line, text in faults.lines():
        yield CrawlResult(source, f"{source}:{line}", error=text)
    if ignored := faults.ignored():
        logger.warning("%s: fields that are not read: %s", source, ignored)
    if unread:
        examples = ", ".join(map(shown_value, list(unread)[:EXAMPLES]))
        many = f"at least {MAX_UNREAD}" if len(unread) == MAX_UNREAD else str(len(unread))
        logger.warning("%s: texts that could not be read as dates: %s, such as %s", source, many, examples)


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


def _add_batch(
    store: Store, source: str, captures: list[Capture], unread: dict[str, None]
) -> list[CrawlResult]:
    """Store the captures together, then their pages in one transaction; note dates that cannot be read."""
    rows = iter(store.captures.add_all([NewCapture(capture) for capture in captures]))
    results: list[CrawlResult] = []
    with store.atomic():
        for some in _batches(captures, PAGES_BYTES):
            stored = list(zip(some, rows, strict=False))
            pages = {row.id: read_page(capture) for capture, row in stored if row.new}
            for page in pages.values():
                unread.update(dict.fromkeys(page.labels[: MAX_UNREAD - len(unread)]))
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
