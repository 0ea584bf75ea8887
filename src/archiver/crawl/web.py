"""Crawl listings over the network: take a URL from the frontier, fetch it, store it, parse it, follow it.

An open store, sources and fetch options go in; a `CrawlResult` comes out for each URL, as it is done. A crawl
stays on the site of its source, fetches no page twice, also where several sources lead to it, and stops at a
page that shows nothing new. Where a page fails, those behind it are unseen: the result says so, and the next
crawl of the source resumes there.

Every step is committed before the next one begins. An interrupted crawl is resumed when its source is crawled
again, and pages that the archive holds are not fetched a second time. Sources on different hosts are crawled
at the same time; the fetcher keeps one queue per host. One thread at a time uses the store.
"""

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from archiver.crawl.interrupts import interrupts
from archiver.crawl.news import NewCards, new_cards
from archiver.crawl.outcome import CrawlResult, FollowPolicy
from archiver.crawl.reading import ReceivedCapture, read_received, site_by_rules
from archiver.crawl.storethread import StoreThread
from archiver.crawl.workers import MANY, GivenUpError, Readers
from archiver.defaults import MAX_PAGES
from archiver.errors import FetchError, NoResponseError, Remedy
from archiver.fetch import (
    TRANSIENT_STATUSES,
    Exchange,
    Fetcher,
    FetchOptions,
    Wait,
    checked_url,
    redirect_target,
    redirected_url,
)
from archiver.models import Capture, Page, PageKind
from archiver.parse import SiteRule
from archiver.store import (
    ARCHIVE_ERRORS,
    DiscoveredUrl,
    FrontierEntry,
    LastPayload,
    NewCapture,
    Store,
)

logger = logging.getLogger(__name__)

SOURCES_AT_ONCE = 16
"""Sources that are crawled at the same time; others wait. Each may hold one response in memory, twice while
it is put together, which bounds what endless bodies can take at 16 x 2 x `FetchOptions.max_bytes`."""

_PAGES = frozenset({"page", "feed page"})
"""The kinds of the older pages of a pager."""
_NO_CARDS = "no cards were found on this page"
_KINDS: dict[PageKind, str] = {
    "listing": "its list is empty",
    "article": "it is an article",
    "feed": "the feed is empty",
    "text": "no lines of it look like cards",
    "empty": "nothing on it looks like a list of posts",
}
"""What a page without cards is."""
_MOVED = "the listing has moved since a page behind this one failed; what is in front may be unseen"
_COOKIE_WALL = (
    "the site waits for a cookie, and archiver sends none; a page saved by a browser can be crawled"
)
MAX_DIGITS = 9
"""Digits of a page's number: int() refuses more than 4,300."""
MAX_FEEDS = 20
"""Feeds that are fetched of those that one listing announces: each may have as many pages as a listing."""

_FEED_PAGE = re.compile(r"([?&]paged?=)(\d+)")


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
        self._stopped = False

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
        self._stopped = True
        for request in self._requests:
            request.cancel()
        self._readers.give_up()

    def lock(self, url: str) -> asyncio.Lock:
        """Return the lock of a URL, which keeps two sources from fetching it at the same time."""
        return self._locks.setdefault(url, asyncio.Lock())

    async def ask(self, fetcher: Fetcher, url: str, held: LastPayload | None) -> Exchange | None:
        """Return the exchange for that URL, None if the run is stopped. Raises FetchError."""
        if self._stopped:
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
            if self._stopped:  # it waited for its turn and is not begun
                return
            async for result in _SourceCrawl(self, source).run():
                self._results.put_nowait(result)


class _Fetched(NamedTuple):
    """A capture that the store holds.

    `new` is False where it held the capture before, `is_shared` is set where another source of this run
    fetched it, and follows it.
    """

    capture: Capture
    row: int
    new: bool
    is_shared: bool = False


class _Fault(NamedTuple):
    """What is wrong with a page, what shows more of it, and whether the next crawl can mend it."""

    error: str
    remedy: Remedy | None = None
    unseen: bool = True


class _Followed(NamedTuple):
    """The URLs that a page leads to, and what is wrong with the page."""

    urls: list[DiscoveredUrl]
    fault: _Fault | None = None


class _Parsed(NamedTuple):
    """How many cards of a page no earlier capture shows, and what is wrong with the page."""

    new_cards: int
    fault: _Fault | None


class _SourceCrawl:
    """The crawl of one source, from the first URL of its frontier to the last."""

    def __init__(self, run: _CrawlRun, source: str) -> None:
        self.shared = run
        self.store = run.stored.store
        self.policy = run.policy
        self.source = source
        self.sites: set[str] = set()
        self.sets_cookies: set[str] = set()
        """The chains in which a redirect has set a cookie."""

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
                    result = await self._process(entry)
                except ARCHIVE_ERRORS:
                    raise
                except Exception as error:  # noqa: BLE001 - raised, it would end the other sources
                    result = await self._failed(entry, error)
                if result is None:
                    return
                yield result
                entry = await self.shared.stored.call(self.store.frontier.take, self.source)

    async def _failed(self, entry: FrontierEntry, error: Exception) -> CrawlResult:
        """Note that this URL failed for a reason that nobody thought of."""
        logger.debug("%s: failed", entry.url, exc_info=error)
        why = f"{entry.url}: failed by a fault of archiver ({type(error).__name__}); please report it"
        await self.shared.stored.call(self.store.frontier.finish, entry, why)
        return CrawlResult(self.source, entry.url, error=why)

    def _begin(self) -> FrontierEntry | None:
        policy = self.policy
        self.store.frontier.begin(self.source, max_pages=policy.max_pages, feeds=policy.feeds)
        # an interrupted run may have followed redirects of the source to another site
        self.sites = {_site(url) for url in self.store.frontier.source_urls(self.source)}
        return self.store.frontier.take(self.source)

    async def _process(self, entry: FrontierEntry) -> CrawlResult | None:
        """Fetch one URL unless it is held, parse it, follow it. None if the run was stopped before."""
        try:
            fetched = await (self._held(entry.capture_id) if entry.capture_id else self._fetch(entry))
        except FetchError as error:
            await self.shared.stored.call(self.store.frontier.finish, entry, str(error))
            return CrawlResult(self.source, entry.url, error=str(error), unseen=True)
        if fetched is None:
            return None
        capture = fetched.capture
        received = ReceivedCapture(capture, site_by_rules(self.shared.rules, capture.url))
        page = await self.shared.read(received)
        if page is None:
            return None
        parsed = await self.shared.stored.call(self._add_page, entry, fetched, page)
        return CrawlResult(
            source=self.source,
            where=entry.url,
            capture=capture.key,
            new=fetched.new,
            cards=len(page.cards),
            new_cards=parsed.new_cards,
            bytes=len(capture.payload),
            error=parsed.fault and parsed.fault.error,
            unseen=parsed.fault is not None and parsed.fault.unseen,
            remedy=parsed.fault and parsed.fault.remedy,
        )

    async def _held(self, row: int) -> _Fetched:
        """Load the capture that an interrupted run stored and did not parse."""
        return _Fetched(await self.shared.stored.call(self.store.captures.read, row), row, new=True)

    async def _fetch(self, entry: FrontierEntry) -> _Fetched | None:
        """Fetch a URL and store the capture; None if the run is stopped. Raises FetchError.

        Where another source of this run has fetched it, its capture is shared.
        """
        async with self.shared.lock(entry.url):
            shared = await self.shared.stored.call(self._fetched_in_this_run, entry)
            return shared or await self._request(entry)

    def _fetched_in_this_run(self, entry: FrontierEntry) -> _Fetched | None:
        row = self.store.captures.fetched_since(entry.url, self.shared.begun_after)
        if row is None:
            return None
        capture = self.store.captures.read(row)
        if not self.fetcher.might_fetch(capture):  # a private page of another source
            return None
        with self.store.atomic():
            self.store.frontier.hold(entry, row)
        return _Fetched(capture, row, new=False, is_shared=True)

    async def _request(self, entry: FrontierEntry) -> _Fetched | None:
        stored = self.shared.stored
        held = await stored.call(self.store.captures.last_payload, entry.url)
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
        return _Fetched(capture, kept.id, kept.new)

    def _add_page(self, entry: FrontierEntry, fetched: _Fetched, page: Page) -> _Parsed:
        """Store the page and the URLs that it leads to, in one transaction."""
        new_cards = 0
        with self.store.atomic():
            if not self.store.pages.has(fetched.row):
                new_cards = self.store.pages.add(fetched.row, page)
            followed = self._follow(entry, fetched, page)
            fault = followed.fault
            self.store.frontier.finish(entry, fault.error if fault and fault.unseen else None, followed.urls)
        return _Parsed(new_cards, fault)

    def _follow(self, entry: FrontierEntry, fetched: _Fetched, page: Page) -> _Followed:
        """Find what is to be fetched next because of this page."""
        target = redirect_target(fetched.capture)
        if target is not None:
            return self._follow_redirect(entry, fetched.capture, target)
        if _leads_nowhere(fetched.capture):
            status = fetched.capture.status
            return _Followed([], _Fault(f"{entry.url}: the redirect names no URL (status {status})"))
        if page.refresh_url and not page.error:
            return self._follow_refresh(entry, page.refresh_url)
        urls: list[DiscoveredUrl] = []
        if entry.kind == "source" and self.policy.feeds and page.kind != "feed":
            urls += [DiscoveredUrl(feed, "feed", feed) for feed in self._announced_feeds(entry, page)]
        new = self._new_cards(entry, fetched)
        gap = self._gap(entry, fetched, new)
        shows_new = new.to_chain and ((new.to_archive and not fetched.is_shared) or self.policy.full)
        if not shows_new or page.error:
            return _Followed(urls, _fault(entry, fetched.capture, page) or gap)
        guesses = entry.kind in ("feed", "feed page") or (entry.kind == "source" and page.kind == "feed")
        older = page.next_url or (_guessed_feed_page(entry.url) if guesses else None)
        is_listing = entry.kind in ("source", "page") and bool(page.next_url)
        if older and not self._is_on_site(older):
            elsewhere = f"its next page is on another site, which is a source of its own: {older}"
            return _Followed(urls, gap or _Fault(elsewhere, unseen=False))
        if older and self.store.frontier.pages_taken(entry) < self.policy.max_pages:
            urls.append(DiscoveredUrl(older, "page" if is_listing else "feed page", entry.chain))
        elif page.next_url:
            # who sets a limit knows of it
            logger.log(
                logging.WARNING if self.policy.max_pages == MAX_PAGES else logging.DEBUG,
                "%s: stopped after %d pages, the limit; older ones begin at %s",
                self.source,
                self.policy.max_pages,
                older,
            )
        return _Followed(urls, gap)

    def _announced_feeds(self, entry: FrontierEntry, page: Page) -> list[str]:
        """Return the feeds of the page that are on the site, MAX_FEEDS of them at most."""
        feeds = [feed for feed in page.feeds if self._is_on_site(feed)]
        if len(feeds) > MAX_FEEDS:
            logger.warning(
                "%s: announces %d feeds, of which the first %d are fetched; name others as sources",
                entry.url,
                len(feeds),
                MAX_FEEDS,
            )
        return feeds[:MAX_FEEDS]

    def _new_cards(self, entry: FrontierEntry, fetched: _Fetched) -> NewCards:
        frontier = self.store.frontier
        shown = frontier.shown_cards(entry, fetched.row)
        return new_cards(shown, partial(frontier.similar_cards, entry, fetched.row))

    def _gap(self, entry: FrontierEntry, fetched: _Fetched, new: NewCards) -> _Fault | None:
        """Return a fault where a pager is resumed at a page of which the last crawl saw nothing.

        The page in front of a hole was seen by the crawl that left the hole. If no card of it is among those
        that this crawl brought, the listing has moved by more than a page, or has other pages now: what is
        unseen may stand in front.
        """
        baseline = self._resumes(entry)
        if baseline is None:
            return None
        new_to_both = self._new_cards(replace(entry, baseline_id=baseline), fetched).to_archive
        brought = new.to_archive - new_to_both
        return None if brought else _Fault(_MOVED)

    def _resumes(self, entry: FrontierEntry) -> int | None:
        """Return the baseline of this crawl, if it resumes a pager at this entry."""
        return self.store.frontier.resumed_after(entry) if entry.kind in _PAGES else None

    def _follow_redirect(self, entry: FrontierEntry, capture: Capture, location: str) -> _Followed:
        if capture.header("Set-Cookie"):
            self.sets_cookies.add(entry.chain)
        try:
            url = self._next_hop(entry, location)
        except FetchError as error:
            waits = isinstance(error, NoResponseError) and entry.chain in self.sets_cookies
            return _Followed([], _Fault(f"{error}; {_COOKIE_WALL}" if waits else str(error)))
        if entry.kind == "source":
            self.sites.add(_site(url))  # the site has moved, and its hyperlinks lead to the new place
        elif not self._is_on_site(url):
            return _Followed([], _Fault(f"{entry.url}: redirects to another site: {url}"))
        return self._led_on(entry, url)

    def _follow_refresh(self, entry: FrontierEntry, refresh_url: str) -> _Followed:
        """Follow a page without cards that sends its readers on; any page can, so not to another site."""
        try:
            url = self._next_hop(entry, refresh_url)
        except FetchError as error:
            return _Followed([], _Fault(str(error), "inspect"))
        if not self._is_on_site(url):
            return _Followed(
                [], _Fault(f"{_NO_CARDS}: it sends its readers to another site: {url}", "inspect")
            )
        return self._led_on(entry, url)

    def _led_on(self, entry: FrontierEntry, url: str) -> _Followed:
        if self.store.frontier.has(entry.source, url):
            if self._resumes(entry):
                return _Followed([], _Fault(_MOVED))
            logger.info("%s: leads back to %s, and the listing ends here", entry.url, url)
        return _Followed([DiscoveredUrl(url, entry.kind, entry.chain, entry.redirects + 1)])

    def _next_hop(self, entry: FrontierEntry, location: str) -> str:
        """Resolve where an entry leads on to. Raises FetchError where that is no way on."""

        def was_asked(url: str) -> bool:
            return self.store.frontier.has_led_on(entry, url)

        return redirected_url(entry.url, location, redirects=entry.redirects, was_asked=was_asked)

    def _is_on_site(self, url: str) -> bool:
        return _site(url) in self.sites


def _leads_nowhere(capture: Capture) -> bool:
    """Return whether a response is a redirect without a target, or a 304 that confirms nothing."""
    status = capture.status or 0
    return 300 <= status < 400 and not (status == 304 and capture.payload)


def _fault(entry: FrontierEntry, capture: Capture, page: Page) -> _Fault | None:
    """Return what is wrong with a page that is not followed.

    A guessed page of a feed that is missing ends the feed, and a page without cards ends a listing, unless
    it is the source itself, or shows hardly anything to a reader without scripts.
    """
    if entry.kind == "feed page" and page.kind == "empty" and capture.status not in TRANSIENT_STATUSES:
        return None
    if page.error:
        return _Fault(page.error)
    if page.cards:
        return None
    if entry.kind != "source" and not page.obstacle:
        if entry.kind == "page":
            logger.info("%s: no cards were found on this page, and the listing ends here", entry.url)
        return None
    return _Fault(f"{_NO_CARDS}: {page.obstacle or _KINDS[page.kind]}", "inspect")


def _normalized(source: str) -> str:
    """Spell the source as its frontier does; what is no URL to be fetched stays as it is."""
    try:
        return checked_url(source)
    except FetchError:
        return source


def _site(url: str) -> str:
    """Return what a URL must share with the source's to be followed: the host without `www.`."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _guessed_feed_page(url: str) -> str | None:
    """Guess the next page of a feed that links to none, numbered as common generators do."""
    if found := _FEED_PAGE.search(url):
        if len(found[2]) > MAX_DIGITS:
            return None
        return f"{url[: found.start(2)]}{int(found[2]) + 1}{url[found.end(2) :]}"
    return url + ("&" if urlsplit(url).query else "?") + "paged=2"
