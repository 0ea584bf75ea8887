"""Crawl listings over the network: take a URL from the frontier, fetch it, store it, parse it, follow it.

An open store, sources and fetch options go in; a `CrawlResult` comes out for each URL, as it is done. No page
is fetched twice, also where several sources lead to it; `follow` says what a page leads to. Where a page
fails, those behind it are unseen: the result says so, and the next crawl of the source resumes there.

Every step is committed before the next one begins. An interrupted crawl is resumed when its source is crawled
again, and pages that the archive holds are not fetched a second time. Sources on different hosts are crawled
at the same time; the fetcher keeps one queue per host. One thread at a time uses the store.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple
from weakref import WeakValueDictionary

from archiver.crawl.follow import Fault, FetchedCapture, Follower
from archiver.crawl.interrupts import interrupts
from archiver.crawl.outcome import CrawlResult, FollowPolicy
from archiver.crawl.reading import ReceivedCapture, read_received, site_by_rules
from archiver.crawl.storethread import StoreThread
from archiver.crawl.workers import MANY, GivenUpError, Readers
from archiver.errors import DamagedRecordError, FetchError, Remedy
from archiver.fetch import Exchange, Fetcher, FetchOptions, Wait, checked_url
from archiver.models import Page
from archiver.parse import SiteRule
from archiver.store import ARCHIVE_ERRORS, DiscoveredUrl, FrontierEntry, LastPayload, NewCapture, Store

logger = logging.getLogger(__name__)

SOURCES_AT_ONCE = 16
"""Sources that are crawled at the same time; others wait. Each may hold one response in memory, twice while
it is put together, which bounds what endless bodies can take at 16 x 2 x `FetchOptions.max_bytes`."""


async def crawl_urls(
    store: Store,
    sources: Sequence[str],
    options: FetchOptions,
    policy: FollowPolicy,
    on_wait: Callable[[Wait], None] | None = None,
    rules: Sequence[SiteRule] = (),
) -> AsyncGenerator[list[CrawlResult], None]:
    """Crawl the sources, several at a time, and yield results in the order in which URLs are done.

    Ctrl-C cancels the requests under way and gives up the pages that workers are reading. What was received
    by then is stored, and the results of what was parsed are yielded before KeyboardInterrupt is raised; the
    next run parses the rest.
    """
    distinct = list(dict.fromkeys(map(_normalized, sources)))
    results: asyncio.Queue[CrawlResult | None] = asyncio.Queue()
    with Readers(read_received, many=len(distinct) >= MANY) as readers, StoreThread(store) as stored:
        pauses = await stored.call(store.pauses.all)
        keep_pause = partial(stored.call, store.pauses.add)
        async with Fetcher(options, on_wait=on_wait, pauses=pauses, on_pause=keep_pause) as fetcher:
            begun_after = await stored.call(store.captures.last_id)
            run = _CrawlRun(fetcher, readers, stored, policy, results, rules, begun_after)
            crawling = asyncio.create_task(run.crawl(distinct))
            with interrupts(run.stop) as interrupted:
                over = False
                try:
                    while not over:
                        batch = [await results.get()]
                        while not results.empty():
                            batch.append(results.get_nowait())
                        over = batch[-1] is None
                        yield [result for result in batch if result]
                finally:
                    run.stop()
                    await asyncio.wait([crawling])
                await crawling
            if interrupted():
                raise KeyboardInterrupt


class _CrawlRun:
    """The crawls of several sources: what they share, and how all of them are stopped."""

    def __init__(
        self,
        fetcher: Fetcher,
        readers: Readers[ReceivedCapture],
        stored: StoreThread,
        policy: FollowPolicy,
        results: asyncio.Queue[CrawlResult | None],
        rules: Sequence[SiteRule],
        begun_after: int,
    ) -> None:
        self.fetcher = fetcher
        self._readers = readers
        self.stored = stored
        self.policy = policy
        self.rules = rules
        self.begun_after = begun_after
        self._results = results
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._free = asyncio.Semaphore(SOURCES_AT_ONCE)
        self._requests: set[asyncio.Task[Exchange]] = set()
        self.stopped = False

    async def crawl(self, sources: Iterable[str]) -> None:
        """Crawl all sources; None ends the queue of results."""
        try:
            async with asyncio.TaskGroup() as group:
                for source in sources:
                    group.create_task(self._crawl_one(source))
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None  # the others were cancelled because of it
        finally:
            self._results.put_nowait(None)

    def stop(self) -> None:
        """Cancel the requests under way and begin no more; what was received is still stored.

        Pages that take long are not waited for: the next run reads the captures that have none.
        """
        self.stopped = True
        for request in self._requests:
            request.cancel()
        self._readers.give_up()

    def lock(self, url: str) -> asyncio.Lock:
        """Return the lock of a URL, which keeps two sources from fetching it at the same time."""
        return self._locks.setdefault(url, asyncio.Lock())

    async def ask(self, fetcher: Fetcher, url: str, held: LastPayload | None) -> Exchange | None:
        """Return the exchange for that URL, None if the run is stopped. Raises FetchError."""
        if self.stopped:
            return None
        validators = {"etag": held.etag, "last_modified": held.last_modified} if held else {}
        request = asyncio.create_task(fetcher.ask(checked_url(url), **validators))
        self._requests.add(request)
        try:
            await asyncio.wait([request])
        finally:
            self._requests.discard(request)
            request.cancel()
        return None if request.cancelled() else request.result()

    async def read(self, received: ReceivedCapture) -> Page | None:
        """Return the page of a capture, None if the run is stopped before it is read."""
        try:
            return await asyncio.wrap_future(self._readers.submit(received))
        except GivenUpError:
            return None

    async def _crawl_one(self, source: str) -> None:
        async with self._free:
            if self.stopped:  # it waited for its turn and is not begun
                return
            async for result in _SourceCrawl(self, source).run():
                self._results.put_nowait(result)


class _Parsed(NamedTuple):
    """How many cards of a page no earlier capture shows, what is wrong with it, and the next entry."""

    new_cards: int
    fault: Fault | None
    following: FrontierEntry | None


class _Done(NamedTuple):
    """The result for one entry, and the next one of the source; None where it ends."""

    result: CrawlResult
    following: FrontierEntry | None = None


class _Known(NamedTuple):
    """What the archive holds of a URL: its capture of this run, or the payload of an earlier one."""

    fetched: FetchedCapture | None = None
    last: LastPayload | None = None


class _SourceCrawl:
    """The crawl of one source, from the first URL of its frontier to the last."""

    def __init__(self, run: _CrawlRun, source: str) -> None:
        self.shared = run
        self.store = run.stored.store
        self.policy = run.policy
        self.source = source

    async def run(self) -> AsyncIterator[CrawlResult]:
        try:
            self.fetcher = self.shared.fetcher.for_source(self.source)
        except FetchError as error:
            yield CrawlResult(self.source, self.source, error=str(error))
            return
        async with self.fetcher:
            entry = await self.shared.stored.call(self._begin)
            while entry:
                try:
                    done = await self._process(entry)
                except DamagedRecordError as error:
                    done = await self._failed(
                        entry, f"{entry.url}: what is held of it is damaged: {error}", "verify"
                    )
                except ARCHIVE_ERRORS:
                    raise
                except Exception as error:
                    logger.debug("%s: failed", entry.url, exc_info=error)
                    why = f"failed by a fault of archiver ({type(error).__name__}); please report it"
                    done = await self._failed(entry, f"{entry.url}: {why}")
                if done is None:
                    return
                yield done.result
                if self.shared.stopped:  # the next run takes the entry that is in flight first
                    return
                entry = done.following

    async def _failed(self, entry: FrontierEntry, why: str, remedy: Remedy | None = None) -> _Done:
        """Note that this URL failed, and that the next crawl is to ask again."""
        following = await self.shared.stored.call(self._finish, entry, why)
        return _Done(CrawlResult(self.source, entry.url, error=why, unseen=True, remedy=remedy), following)

    def _begin(self) -> FrontierEntry | None:
        policy = self.policy
        self.store.frontier.begin(self.source, max_pages=policy.max_pages, feeds=policy.feeds)
        self.follower = Follower(self.store, policy, self.source)
        return self.store.frontier.take(self.source)

    def _finish(
        self, entry: FrontierEntry, error: str | None, found: Iterable[DiscoveredUrl] = ()
    ) -> FrontierEntry | None:
        """Note that the URL is done and what it leads to, and take the next one."""
        with self.store.atomic():
            self.store.frontier.finish(entry, error, found)
            return self.store.frontier.take(self.source)

    async def _process(self, entry: FrontierEntry) -> _Done | None:
        """Fetch one URL unless it is held, parse it, follow it. None if the run was stopped before.

        Where the run is stopped before the page is read, the capture is a result without cards.
        """
        try:
            fetched = await (self._held(entry.capture_id) if entry.capture_id else self._fetch(entry))
        except FetchError as error:
            return await self._failed(entry, str(error))
        if fetched is None:
            return None
        capture = fetched.capture
        received = ReceivedCapture(capture, site_by_rules(self.shared.rules, capture.url))
        kept = CrawlResult(self.source, entry.url, capture.key, new=fetched.new, bytes=len(capture.payload))
        page = await self.shared.read(received)
        if page is None:
            return _Done(kept)
        parsed = await self.shared.stored.call(self._add_page, entry, fetched, page)
        result = replace(
            kept,
            cards=len(page.cards),
            new_cards=parsed.new_cards,
            error=parsed.fault and parsed.fault.error,
            unseen=parsed.fault is not None and parsed.fault.unseen,
            remedy=parsed.fault and parsed.fault.remedy,
        )
        return _Done(result, parsed.following)

    async def _held(self, row: int) -> FetchedCapture:
        """Load the capture that an interrupted run stored and did not parse."""
        return FetchedCapture(await self.shared.stored.call(self.store.captures.read, row), row, new=False)

    async def _fetch(self, entry: FrontierEntry) -> FetchedCapture | None:
        """Fetch a URL and store the capture; None if the run is stopped. Raises FetchError.

        Where another source of this run has fetched it, its capture is shared.
        """
        async with self.shared.lock(entry.url):
            known = await self.shared.stored.call(self._known, entry)
            return known.fetched or await self._request(entry, known.last)

    def _known(self, entry: FrontierEntry) -> _Known:
        if fetched := self._fetched_in_this_run(entry):
            return _Known(fetched)
        return _Known(last=self.store.captures.last_payload(entry.url))

    def _fetched_in_this_run(self, entry: FrontierEntry) -> FetchedCapture | None:
        row = self.store.captures.fetched_since(entry.url, self.shared.begun_after)
        if row is None:
            return None
        capture = self.store.captures.read(row)
        if not self.fetcher.might_fetch(capture):  # a private page of another source
            return None
        with self.store.atomic():
            self.store.frontier.hold(entry, row)
        return FetchedCapture(capture, row, new=False, is_shared=True)

    async def _request(self, entry: FrontierEntry, held: LastPayload | None) -> FetchedCapture | None:
        stored = self.shared.stored
        exchange = await self.shared.ask(self.fetcher, entry.url, held)
        if exchange is None:
            return None
        capture = exchange.capture
        confirmed = capture.status == 304
        if confirmed and held:
            capture = capture.with_payload(await stored.call(self.store.captures.payload, held.digest))
        kept = await stored.add_capture(NewCapture(capture, exchange.request, entry, exchange.head))
        if confirmed:
            capture = await stored.call(self.store.captures.read, kept.id)
        return FetchedCapture(capture, kept.id, kept.new)

    def _add_page(self, entry: FrontierEntry, fetched: FetchedCapture, page: Page) -> _Parsed:
        """Store the page and the URLs that it leads to, and take the next one, in one transaction."""
        new_cards = 0
        with self.store.atomic():
            if not self.store.pages.has(fetched.row):
                new_cards = self.store.pages.add(fetched.row, page)
            followed = self.follower.follow(entry, fetched, page)
            fault = followed.fault
            error = fault.error if fault and fault.unseen else None
            following = self._finish(entry, error, followed.urls)
        return _Parsed(new_cards, fault, following)


def _normalized(source: str) -> str:
    """Spell the source as its frontier does; what is no URL to be fetched stays as it is."""
    try:
        return checked_url(source)
    except FetchError:
        return source
