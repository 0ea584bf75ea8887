"""Import saved pages: store each file as a capture, and read new ones while the next ones are stored.

An open store, the path that the user named and the user's rules go in; a `CrawlResult` comes out for each
file. A file that cannot be read is a result with an error. A result comes out when its page is read, so that
results of files that the archive held before may come earlier than those of new files in front of them.
"""

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from archiver.crawl.outcome import CrawlResult
from archiver.crawl.reading import ReceivedCapture, read_received, site_by_rules
from archiver.crawl.workers import MANY, Readers
from archiver.errors import SourceError
from archiver.models import Capture
from archiver.parse import SiteRule
from archiver.sources import ImportOptions, find_files, find_record_files, read_capture
from archiver.store import Store

AHEAD = 16
"""Captures whose pages may be awaited while the next ones are stored: this bounds the memory of an import."""

logger = logging.getLogger(__name__)


class _NewFile(NamedTuple):
    """A file that has become a new capture, with the capture's row."""

    file: Path
    row: int
    capture: Capture


def crawl_files(
    store: Store, source: str, options: ImportOptions, rules: Sequence[SiteRule]
) -> Iterator[CrawlResult]:
    """Store and read every page of a file or folder."""
    try:
        files = find_files(source)
        if records := find_record_files(source):
            logger.warning(
                "%s: %d files of card records are not imported with a folder; name each as a source,"
                " such as %s",
                source,
                len(records),
                records[0],
            )
    except SourceError as error:
        yield CrawlResult(source, source, error=str(error))
        return
    others: list[CrawlResult] = []

    def new_files() -> Iterator[_NewFile]:
        for file in files:
            try:
                capture = read_capture(file, source, options)
            except SourceError as error:
                others.append(CrawlResult(source, str(file), error=str(error)))
                continue
            stored = store.captures.add(capture)
            if stored.new:
                yield _NewFile(file, stored.id, capture)
            else:
                cards, error_of_page = store.pages.summary(stored.id)
                others.append(CrawlResult(source, str(file), capture.key, cards=cards, error=error_of_page))

    def work(new: _NewFile) -> ReceivedCapture:
        return ReceivedCapture(new.capture, site_by_rules(rules, new.capture.url))

    with Readers(read_received, many=len(files) >= MANY) as readers:
        for new, future in readers.read_ahead(new_files(), work, AHEAD):
            page = future.result()
            new_cards = store.pages.add(new.row, page)
            yield from others
            others.clear()
            yield CrawlResult(
                source=source,
                where=str(new.file),
                capture=new.capture.key,
                new=True,
                cards=len(page.cards),
                new_cards=new_cards,
                bytes=len(new.capture.payload),
                error=page.error,
            )
    yield from others
