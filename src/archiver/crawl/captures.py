"""Store the captures that a source on disk holds, and read new ones while the next ones are stored.

An open store, the source as the user named it, what was found in it and the user's rules go in; a
`CrawlResult` comes out for each capture. A place that gives no capture is a result with an error, and so is a
source without any card. A result comes out when its page is read, so that results of captures that the
archive held before may come earlier than those of new ones in front of them. On Ctrl-C the captures that are
kept and not yet read come out as results without cards before KeyboardInterrupt is raised; the next run reads
them.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import NamedTuple

from archiver.crawl.interrupts import delayed_interrupt
from archiver.crawl.outcome import CrawlResult
from archiver.crawl.reading import ReceivedCapture, read_received, site_by_rules
from archiver.crawl.workers import GivenUpError, Readers
from archiver.models import Capture, Page
from archiver.parse import SiteRule
from archiver.sources import FoundCapture
from archiver.store import NewCapture, Store

AHEAD = 16
"""Captures whose pages may be awaited while the next ones are stored: this bounds the memory of an import."""

logger = logging.getLogger(__name__)


class _Unread(NamedTuple):
    """A capture without a page: where it was found, its row, and whether it is new to the archive."""

    where: str
    row: int
    capture: Capture
    new: bool


def crawl_captures(
    store: Store, source: str, found: Iterable[FoundCapture], rules: Sequence[SiteRule], *, many: bool
) -> Iterator[CrawlResult]:
    """Store and read every capture of a source; *many*: so many that worker processes pay."""
    blank = _BlankPages(source)
    for result in _results(store, source, found, rules, many=many):
        blank.add(result)
        yield result
    yield from blank.faults()


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
    store: Store, source: str, found: Iterable[FoundCapture], rules: Sequence[SiteRule], *, many: bool
) -> Iterator[CrawlResult]:
    others: list[CrawlResult] = []

    def unread_captures() -> Iterator[_Unread]:
        for where, capture, error, head in found:
            if interrupted():
                return
            if capture is None:
                others.append(CrawlResult(source, where, error=error))
                continue
            (stored,) = store.captures.add_all([NewCapture(capture, head=head)])
            # A page that another process has stored and not yet read would seem to have no cards.
            if stored.new or not store.pages.has(stored.id):
                yield _Unread(where, stored.id, capture, stored.new)
            else:
                cards, error_of_page = store.pages.summary(stored.id)
                others.append(CrawlResult(source, where, capture.key, cards=cards, error=error_of_page))

    def work(unread: _Unread) -> ReceivedCapture:
        return ReceivedCapture(unread.capture, site_by_rules(rules, unread.capture.url))

    # A Ctrl-C before the last result is out would leave captures that no summary counts.
    with (
        Readers(read_received, many=many) as readers,
        delayed_interrupt(readers.give_up) as interrupted,
    ):
        for unread, future in readers.read_ahead(unread_captures(), work, AHEAD):
            result = _result(store, source, unread, future)
            yield from others
            others.clear()
            yield result
        yield from others
    if interrupted():
        raise KeyboardInterrupt


def _result(store: Store, source: str, unread: _Unread, reading: Future[Page]) -> CrawlResult:
    """Store the page of a capture; one that was given up is read by the next run."""
    where, row, capture, new = unread
    kept = CrawlResult(source, where, capture.key, new=new, bytes=len(capture.payload))
    try:
        page = reading.result()
    except GivenUpError:
        return kept
    new_cards = store.pages.add(row, page)
    return replace(kept, cards=len(page.cards), new_cards=new_cards, error=page.error)
