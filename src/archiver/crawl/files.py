"""Saved pages into an open store: each is kept, and what is new is read while the next ones are kept.

In: a store, a file or folder as the user named it, what the user says of time and URL, the user's rules.
Out: a `CrawlResult` for each file. Refuses: nothing itself; a file that cannot be read is an outcome with
its error. The one surprise: an outcome comes when its page is read, so those of files that are held
already, or cannot be read, stand before that of the last new one.
"""

import logging
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from typing import TypeVar

from archiver.crawl.reading import Received, alone, read_received
from archiver.crawl.web import CrawlResult
from archiver.crawl.workers import MANY, Readers
from archiver.errors import SourceError
from archiver.models import Capture, Page
from archiver.parse import SiteRule
from archiver.sources import ImportOptions, find_files, find_record_files, read_capture
from archiver.store import Store

Key = TypeVar("Key")

AHEAD = 16
"""Captures whose pages may be waited for while the next one is kept: what bounds the memory of an import."""

logger = logging.getLogger(__name__)


def crawl_files(
    store: Store, source: str, options: ImportOptions, rules: Sequence[SiteRule]
) -> Iterator[CrawlResult]:
    """Keep every page of a file or folder; what is new is read while the next ones are kept."""
    try:
        if records := find_record_files(source):
            logger.warning(
                "%s: %d files of card records are passed over; name each as a source, such as %s",
                source,
                len(records),
                records[0],
            )
        files = find_files(source)
    except SourceError as error:
        yield CrawlResult(source, source, error=str(error))
        return
    others: list[CrawlResult] = []

    def kept() -> Iterator[tuple[tuple[int, str], Capture]]:
        for file in files:
            try:
                capture = read_capture(file, source, options)
            except SourceError as error:
                others.append(CrawlResult(source, str(file), error=str(error)))
                continue
            found = store.captures.add(capture)
            if found.new:
                yield (found.id, str(file)), capture
            else:
                cards, error_of_page = store.pages.summary(found.id)
                others.append(CrawlResult(source, str(file), capture.key, cards=cards, error=error_of_page))

    with Readers(read_received, many=len(files) >= MANY) as readers:
        for (capture_id, file), capture, page in _read_ahead(readers, kept(), rules):
            new_cards = store.pages.add(capture_id, page)
            size = len(capture.payload)
            yield from others
            others.clear()
            yield CrawlResult(source, file, capture.key, True, len(page.cards), new_cards, size, page.error)
    yield from others


def _read_ahead(
    readers: Readers[Received], captures: Iterable[tuple[Key, Capture]], rules: Sequence[SiteRule]
) -> Iterator[tuple[Key, Capture, Page]]:
    """The captures with their pages, in their order, a few being read at a time."""
    ahead: deque[tuple[Key, Capture, Future[Page]]] = deque()
    for key, capture in captures:
        ahead.append((key, capture, readers.submit(Received(capture, alone(rules, capture.url)))))
        if len(ahead) > AHEAD:
            first, its_capture, its_page = ahead.popleft()
            yield first, its_capture, its_page.result()
    for first, its_capture, its_page in ahead:
        yield first, its_capture, its_page.result()
