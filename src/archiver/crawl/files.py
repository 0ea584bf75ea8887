"""Import saved pages: store each file as a capture, and read new ones while the next ones are stored.

An open store, the path that the user named and the user's rules go in; a `CrawlResult` comes out for each
file. A file that cannot be read is a result with an error, and so is a source without any card. A result
comes out when its page is read, so that results of files that the archive held before may come earlier than
those of new files in front of them.
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
from archiver.sources import ImportOptions, find_files, is_record_file, read_capture
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
        files, others = find_files(source)
    except SourceError as error:
        yield CrawlResult(source, source, error=str(error))
        return
    _log_passed_over(source, others)
    blank = _BlankPages(source)
    for result in _results(store, source, files, options, rules):
        blank.add(result)
        yield result
    yield from blank.faults()


def _log_passed_over(source: str, files: Sequence[Path]) -> None:
    """Report the files of a folder that are no pages."""
    records = [file for file in files if is_record_file(file.name)]
    if records:
        logger.warning(
            "%s: %d files of card records are not imported with a folder; name each as a source, such as %s",
            source,
            len(records),
            records[0],
        )
    if passed := len(files) - len(records):
        example = next(file for file in files if not is_record_file(file.name))
        logger.info("%s: %d files are no pages and were passed over, such as %s", source, passed, example)


class _BlankPages:
    """The pages of a source on which no cards were found: articles, and pages that were read wrongly."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._pages = 0
        self._blank = 0
        self._example = ""

    def add(self, result: CrawlResult) -> None:
        """Count one result."""
        self._pages += result.capture is not None
        if result.capture and not result.cards and not result.error:
            self._blank += 1
            self._example = self._example or result.where

    def faults(self) -> Iterator[CrawlResult]:
        """Report the source as failed if none of its pages has cards; log how many have none otherwise."""
        if self._blank and self._blank == self._pages:
            others = f", nor on {self._blank - 1} more of {self._source}" if self._blank > 1 else ""
            error = f"no cards were found on this page{others}"
            yield CrawlResult(self._source, self._example, error=error, remedy="inspect")
        elif self._blank:
            logger.info(
                "%s: no cards were found on %d of %d pages, such as %s",
                self._source,
                self._blank,
                self._pages,
                self._example,
            )


def _results(
    store: Store, source: str, files: Sequence[Path], options: ImportOptions, rules: Sequence[SiteRule]
) -> Iterator[CrawlResult]:
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
