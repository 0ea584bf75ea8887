"""Crawling over the network: the next URL of each source's frontier is fetched, kept, parsed, followed.

In: an open store, sources, a fetcher's options. Out: a `CrawlResult` per URL, as they come about. Refuses:
to leave the site of the source, to fetch a page twice in one crawl, to follow a pager that shows nothing
new. The one surprise: every step is committed before the next begins, so a crawl that is killed anywhere
goes on when the same source is crawled again, and the pages that it holds are not asked for again.

Sources on different hosts are crawled at the same time; the fetcher sees to it that each host is asked by
one request after another. The store is used by one thread at a time.
"""

import asyncio
import re
import signal
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Self, TypeVar
from urllib.parse import urlsplit

from archiver.crawl.reading import Received, alone, read_received
from archiver.crawl.workers import MANY, Readers
from archiver.defaults import MAX_PAGES
from archiver.errors import FetchError
from archiver.fetch import Exchange, Fetcher, FetchOptions, Wait, checked_url, redirect_target
from archiver.models import Capture, Page
from archiver.parse import SiteRule
from archiver.store import DiscoveredUrl, FrontierEntry, LastPayload, NewCapture, Store, StoredCapture

Result = TypeVar("Result")

MAX_REDIRECTS = 10
SOURCES_AT_ONCE = 16
"""Sources that are crawled at the same time; more wait for their turn. Each may hold a response in memory,
twice while it is put together, so that they bound what endless bodies can take: 16 x 2 x `--max-bytes`."""

_FEED_PAGE = re.compile(r"([?&]paged?=)(\d+)")


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """What came of one file or URL (`where`) of a source.

    `capture` is the public id of the capture that the archive holds now, None if there is none; `new` says
    that it did not hold it before. `new_cards` are those of the `cards` that no capture has shown before.
    `bytes` is the size of the payload. `error` is one line for the user, also where a capture was kept that
    cannot be read as a page.
    """

    source: str
    where: str
    capture: str | None = None
    new: bool = False
    cards: int = 0
    new_cards: int = 0
    bytes: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class FollowPolicy:
    """What is fetched beside the source itself.

    At most `max_pages` pages of a listing. `full`: also beyond the first page all of whose cards the archive
    holds already. `feeds`: also the feeds that the source announces, on its own site.
    """

    max_pages: int = MAX_PAGES
    full: bool = False
    feeds: bool = False


async def crawl_urls(
    store: Store,
    sources: Sequence[str],
    options: FetchOptions,
    following: FollowPolicy,
    on_wait: Callable[[Wait], None] | None = None,
    rules: Sequence[SiteRule] = (),
) -> AsyncGenerator[list[CrawlResult], None]:
    """Crawl the sources, several at a time; the outcomes of the URLs that were asked for, as they come.

    On Ctrl-C requests under way are given up, what was received is kept and read, and its outcomes are given
    before KeyboardInterrupt is raised.
    """
    distinct = list(dict.fromkeys(map(_spelled, sources)))
    outcomes: asyncio.Queue[CrawlResult | None] = asyncio.Queue()
    with Readers(read_received, many=len(distinct) >= MANY) as readers, _Keeper(store) as keeper:
        async with Fetcher(options, on_wait=on_wait) as fetcher:
            run = _CrawlRun(fetcher, readers, keeper, following, outcomes, rules)
            crawling = asyncio.create_task(run.crawl(distinct))
            with _interrupts(run.stop) as interrupted:
                over = False
                try:
                    while not over:
                        found = [await outcomes.get()]
                        while not outcomes.empty():
                            found.append(outcomes.get_nowait())
                        over = found[-1] is None
                        yield [outcome for outcome in found if outcome]
                finally:
                    run.stop()
                    await asyncio.wait([crawling])
                await crawling
            if interrupted():
                raise KeyboardInterrupt


@contextmanager
def _interrupts(stop: Callable[[], None]) -> Iterator[Callable[[], bool]]:
    """The first Ctrl-C calls *stop*; gives whether there was one. A second one ends the program as ever.

    One handler for the whole crawl: `asyncio.Runner` has one for each step, and a Ctrl-C that falls between
    two steps, or before a step has begun, would end the program and lose what is still to be told.
    """
    loop = asyncio.get_running_loop()
    found = False

    def once() -> None:
        nonlocal found
        found = True
        loop.remove_signal_handler(signal.SIGINT)
        stop()

    with suppress(NotImplementedError, RuntimeError, ValueError):  # Windows; not the main thread
        loop.add_signal_handler(signal.SIGINT, once)
    try:
        yield lambda: found
    finally:
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.remove_signal_handler(signal.SIGINT)


class _Keeper:
    """The store behind a thread of its own, so that compressing and flushing hold up no request.

    Captures that come while others are being kept are kept together, with one flush of the disk.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._thread = ThreadPoolExecutor(1, "keeper")
        self._waiting: list[tuple[NewCapture, asyncio.Future[StoredCapture]]] = []
        self._keeping: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()

    async def do(self, work: Callable[..., Result], *values: object) -> Result:
        """Call a method of the store, after those that were called before."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *values)

    async def keep(self, new: NewCapture) -> StoredCapture:
        """Keep the capture, with others that are waiting."""
        future: asyncio.Future[StoredCapture] = asyncio.get_running_loop().create_future()
        self._waiting.append((new, future))
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep_waiting())
        return await future

    async def _keep_waiting(self) -> None:
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            try:
                kept = await self.do(self.store.add_captures, [new for new, _ in waiting])
            except Exception as error:  # noqa: BLE001 - it is raised in the crawls that wait for it
                for _, future in waiting:
                    if not future.done():
                        future.set_exception(error)
            else:
                for (_, future), one in zip(waiting, kept, strict=True):
                    if not future.done():
                        future.set_result(one)
        self._keeping = None


class _CrawlRun:
    """One run of the crawls of several sources: what they share, and how it is stopped."""

    def __init__(
        self,
        fetcher: Fetcher,
        readers: Readers[Received],
        keeper: _Keeper,
        following: FollowPolicy,
        outcomes: asyncio.Queue[CrawlResult | None],
        rules: Sequence[SiteRule],
    ) -> None:
        self.fetcher = fetcher
        self.readers = readers
        self.keeper = keeper
        self.following = following
        self.rules = rules
        self._outcomes = outcomes
        self._places = asyncio.Semaphore(SOURCES_AT_ONCE)
        self._asking: set[asyncio.Task[Exchange]] = set()
        self._stopped = False

    async def crawl(self, sources: Iterable[str]) -> None:
        """Crawl all sources; the queue of outcomes ends with None."""
        try:
            async with asyncio.TaskGroup() as group:
                for source in sources:
                    group.create_task(self._crawl_one(source))
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None  # the others were cancelled because of it
        finally:
            self._outcomes.put_nowait(None)

    def stop(self) -> None:
        """Give up the requests under way, begin none; what was received is still kept."""
        self._stopped = True
        for asking in self._asking:
            asking.cancel()

    async def ask(self, url: str, held: LastPayload | None) -> Exchange | None:
        """The exchange for that URL; None if the run is stopped. Raises FetchError."""
        if self._stopped:
            return None
        validators = {"etag": held.etag, "last_modified": held.last_modified} if held else {}
        asking = asyncio.create_task(self.fetcher.ask(checked_url(url), **validators))
        self._asking.add(asking)
        try:
            await asyncio.wait([asking])
        finally:
            self._asking.discard(asking)
            asking.cancel()
        return None if asking.cancelled() else asking.result()

    async def _crawl_one(self, source: str) -> None:
        async with self._places:
            if self._stopped:  # a source that waited is not begun
                return
            async for outcome in _Crawl(self, source).run():
                self._outcomes.put_nowait(outcome)


class _Crawl:
    """The crawl of one source: its frontier, from the first URL to the last."""

    def __init__(self, run: _CrawlRun, source: str) -> None:
        self.shared = run
        self.store = run.keeper.store
        self.following = run.following
        self.source = source
        self.sites: set[str] = set()

    async def run(self) -> AsyncIterator[CrawlResult]:
        try:
            self.shared.fetcher.name(self.source)
        except FetchError as error:
            yield CrawlResult(self.source, self.source, error=str(error))
            return
        item = await self.shared.keeper.do(self._begin)
        while item:
            outcome = await self._visit(item)
            if outcome is None:
                return
            yield outcome
            item = await self.shared.keeper.do(self.store.frontier.take, self.source)

    def _begin(self) -> FrontierEntry | None:
        self.store.frontier.begin(self.source)
        # its redirects were followed by an earlier run, if one was interrupted
        self.sites = {_site(url) for url in self.store.frontier.source_urls(self.source)}
        return self.store.frontier.take(self.source)

    async def _visit(self, item: FrontierEntry) -> CrawlResult | None:
        """One URL: fetched unless it is held, parsed, followed. None if the run was stopped before."""
        keeper, new = self.shared.keeper, True
        if item.capture_id is None:
            held = await keeper.do(self.store.last_payload, item.url)
            try:
                exchange = await self.shared.ask(item.url, held)
            except FetchError as refused:
                await keeper.do(self.store.frontier.finish, item, str(refused))
                return CrawlResult(self.source, item.url, error=str(refused))
            if exchange is None:
                return None
            capture = exchange.capture
            if capture.status == 304 and held:
                capture = capture.with_payload(await keeper.do(self.store.payload, held.digest))
            kept = await keeper.keep(NewCapture(capture, exchange.request, item))
            capture_id, new = kept.id, kept.new
        else:
            capture_id = item.capture_id  # held by the run that was interrupted
        if item.capture_id is not None or capture.status == 304:
            capture = await keeper.do(self.store.capture, capture_id)
        received = Received(capture, alone(self.shared.rules, capture.url))
        page = await asyncio.wrap_future(self.shared.readers.submit(received))
        new_cards, error = await keeper.do(self._settle, item, capture, capture_id, page)
        size = len(capture.payload)
        return CrawlResult(self.source, item.url, capture.key, new, len(page.cards), new_cards, size, error)

    def _settle(
        self, item: FrontierEntry, capture: Capture, capture_id: int, page: Page
    ) -> tuple[int, str | None]:
        """Keep the page and what it leads to: how many new cards it has, and what is wrong with it."""
        new_cards = 0
        with self.store.atomic():
            if not self.store.has_page(capture_id):
                new_cards = self.store.add_page(capture_id, page)
            found, error = self._follow(item, capture, capture_id, page)
            self.store.frontier.finish(item, error, found)
        return new_cards, error

    def _follow(
        self, item: FrontierEntry, capture: Capture, capture_id: int, page: Page
    ) -> tuple[list[DiscoveredUrl], str | None]:
        """What is to be fetched next because of this page, and what is wrong with it."""
        target = redirect_target(capture)
        if target is not None:
            return self._follow_redirect(item, target)
        found: list[DiscoveredUrl] = []
        if item.kind == "source" and self.following.feeds and page.kind != "feed":
            found += [DiscoveredUrl(feed, "feed", feed) for feed in page.feeds if self._is_on_site(feed)]
        new = self.store.frontier.new_cards(item, capture_id)
        goes_on = new.to_chain and (new.to_archive or self.following.full)
        if not goes_on or page.error:
            return found, self._told(item, page)
        is_listing = item.kind in ("source", "page")
        older = page.next_url or (None if is_listing else _guessed_feed_page(item.url))
        may_go_on = self.store.frontier.pages_taken(item) < self.following.max_pages
        if older and may_go_on and self._is_on_site(older):
            found.append(DiscoveredUrl(older, "page" if is_listing else "feed page", item.chain))
        return found, None

    def _follow_redirect(self, item: FrontierEntry, target: str) -> tuple[list[DiscoveredUrl], str | None]:
        try:
            url = checked_url(target, base=item.url)
        except FetchError as error:
            return [], str(error)
        if self.store.frontier.has_redirected(item, url):
            return [], f"{item.url}: the redirects go round in a circle"
        if item.redirects >= MAX_REDIRECTS:
            return [], f"{item.url}: more than {MAX_REDIRECTS} redirects"
        if item.kind == "source":
            self.sites.add(_site(url))  # the site has moved; what it links to is its own
        elif not self._is_on_site(url):
            return [], f"{item.url}: redirects to another site: {url}"
        return [DiscoveredUrl(url, item.kind, item.chain, item.redirects + 1)], None

    def _told(self, item: FrontierEntry, page: Page) -> str | None:
        """The page's error, but for a guessed page of a feed, whose absence is the end of the feed."""
        return None if item.kind == "feed page" and page.kind == "empty" else page.error

    def _is_on_site(self, url: str) -> bool:
        return _site(url) in self.sites


def _spelled(source: str) -> str:
    """The source in the one spelling that its frontier has; as it is where it is no URL to be asked."""
    try:
        return checked_url(source)
    except FetchError:
        return source


def _site(url: str) -> str:
    """What an address must share with the source's to be followed: the host, `www.` aside."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _guessed_feed_page(url: str) -> str | None:
    """The next page of a feed that links to none: by its number, as the most common generators count."""
    if found := _FEED_PAGE.search(url):
        return f"{url[: found.start(2)]}{int(found[2]) + 1}{url[found.end(2) :]}"
    return url + ("&" if urlsplit(url).query else "?") + "paged=2"
