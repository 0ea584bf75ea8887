"""Crawling over the network: the next URL of each source's frontier is fetched, kept, parsed, followed.

In: an open store, sources, a fetcher's options. Out: an `Outcome` per URL, as they come about. Refuses: to
leave the site of the source, to fetch a page twice in one crawl, to follow a pager that shows nothing new.
The one surprise: every step is committed before the next begins, so a crawl that is killed anywhere goes on
when the same source is crawled again, and the pages that it holds are not asked for again.

Sources on different hosts are crawled at the same time; the fetcher sees to it that each host is asked by
one request after another. The store is used by one thread only.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from archiver.errors import FetchError
from archiver.fetch import Fetcher, FetchOptions, Wait, checked_url, redirect_target
from archiver.models import Capture, Page
from archiver.parse import parse_page
from archiver.store import Found, Item, Store
from archiver.workers import MANY, Readers

MAX_PAGES = 100
"""How many pages of one listing are fetched unless the user says otherwise."""
MAX_REDIRECTS = 10
SOURCES_AT_ONCE = 64
"""Sources that are crawled at the same time; more wait for their turn."""

_FEED_PAGE = re.compile(r"([?&]paged?=)(\d+)")


@dataclass(frozen=True, slots=True)
class Outcome:
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
class Following:
    """What is fetched beside the source itself.

    At most `max_pages` pages of a listing. `full`: also beyond the first page all of whose cards the archive
    holds already. `feeds`: also the feeds that the source announces, on its own site.
    """

    max_pages: int = MAX_PAGES
    full: bool = False
    feeds: bool = False


def read_page(capture: Capture) -> Page:
    """The page of any capture: parsed where it can be one, else empty with the reason."""
    if capture.status is not None and not 200 <= capture.status < 300 and capture.status != 304:
        redirect = 300 <= capture.status < 400
        return Page(
            url=capture.url,
            kind="empty",
            confidence=1,
            why=f"a response with status {capture.status} holds no cards",
            error=None if redirect else f"the server answered with status {capture.status}",
        )
    page = parse_page(capture)
    if capture.truncated and not page.error:
        return Page.model_validate(dict(page) | {"error": f"cut short by a limit: {capture.truncated}"})
    return page


async def crawl_urls(
    store: Store,
    sources: Sequence[str],
    options: FetchOptions,
    following: Following,
    on_wait: Callable[[Wait], None] | None = None,
) -> AsyncGenerator[Outcome, None]:
    """Crawl the sources, several at a time; an outcome for each URL that was asked for."""
    outcomes: asyncio.Queue[Outcome | None] = asyncio.Queue()
    places = asyncio.Semaphore(SOURCES_AT_ONCE)

    async def crawl_one(fetcher: Fetcher, source: str) -> None:
        async with places:
            async for outcome in _Crawl(store, fetcher, readers, source, following).run():
                outcomes.put_nowait(outcome)

    async def crawl_all() -> None:
        try:
            async with Fetcher(options, on_wait=on_wait) as fetcher, asyncio.TaskGroup() as group:
                for source in distinct:
                    group.create_task(crawl_one(fetcher, source))
        except BaseExceptionGroup as group_of_errors:
            raise group_of_errors.exceptions[0] from None  # the others were cancelled because of it
        finally:
            outcomes.put_nowait(None)

    distinct = list(dict.fromkeys(map(_spelled, sources)))
    with Readers(read_page, many=len(distinct) >= MANY) as readers:
        crawling = asyncio.create_task(crawl_all())
        try:
            while (outcome := await outcomes.get()) is not None:
                yield outcome
        finally:
            crawling.cancel()
            await asyncio.wait([crawling])
        await crawling


class _Crawl:
    """The crawl of one source: its frontier, from the first URL to the last."""

    def __init__(
        self, store: Store, fetcher: Fetcher, readers: Readers, source: str, following: Following
    ) -> None:
        self.store = store
        self.fetcher = fetcher
        self.readers = readers
        self.following = following
        self.source = source

    async def run(self) -> AsyncIterator[Outcome]:
        try:
            self.fetcher.name(self.source)
        except FetchError as error:
            yield Outcome(self.source, self.source, error=str(error))
            return
        self.store.frontier.begin(self.source)
        # its redirects were followed by an earlier run, if one was interrupted
        self.sites = {_site(url) for url in self.store.frontier.source_urls(self.source)}
        while item := self.store.frontier.take(self.source):
            yield await self._visit(item)

    async def _visit(self, item: Item) -> Outcome:
        """One URL: fetched unless it is held, parsed, followed."""
        new = True
        if item.capture_id is None:
            held = self.store.last_payload(item.url)
            try:
                exchange = await self.fetcher.ask(
                    checked_url(item.url),
                    etag=held.etag if held else None,
                    last_modified=held.last_modified if held else None,
                )
            except FetchError as refused:
                self.store.frontier.finish(item, str(refused))
                return Outcome(self.source, item.url, error=str(refused))
            capture = exchange.capture
            if capture.status == 304 and held:
                capture = capture.with_payload(self.store.payload(held.digest))
            kept = self.store.add_capture(capture, exchange.request, item)
            capture_id, new = kept.id, kept.new
        else:
            capture_id = item.capture_id  # held by the run that was interrupted
        if item.capture_id is not None or capture.status == 304:
            capture = self.store.capture(capture_id)
        page = await asyncio.wrap_future(self.readers.submit(capture))
        new_cards = 0
        with self.store.atomic():
            if not self.store.has_page(capture_id):
                new_cards = self.store.add_page(capture_id, page)
            found, error = self._follow(item, capture, capture_id, page)
            self.store.frontier.finish(item, error, found)
        size = len(capture.payload)
        return Outcome(self.source, item.url, capture.key, new, len(page.cards), new_cards, size, error)

    def _follow(
        self, item: Item, capture: Capture, capture_id: int, page: Page
    ) -> tuple[list[Found], str | None]:
        """What is to be fetched next because of this page, and what is wrong with it."""
        target = redirect_target(capture)
        if target is not None:
            return self._follow_redirect(item, target)
        found: list[Found] = []
        if item.kind == "source" and self.following.feeds and page.kind != "feed":
            found += [Found(feed, "feed", feed) for feed in page.feeds if self._is_on_site(feed)]
        new = self.store.frontier.new_cards(item, capture_id)
        goes_on = new.to_chain and (new.to_archive or self.following.full)
        if not goes_on or page.error:
            return found, self._told(item, page)
        is_listing = item.kind in ("source", "page")
        older = page.next_url or (None if is_listing else _guessed_feed_page(item.url))
        may_go_on = self.store.frontier.pages_taken(item) < self.following.max_pages
        if older and may_go_on and self._is_on_site(older):
            found.append(Found(older, "page" if is_listing else "feed page", item.chain))
        return found, None

    def _follow_redirect(self, item: Item, target: str) -> tuple[list[Found], str | None]:
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
        return [Found(url, item.kind, item.chain, item.redirects + 1)], None

    def _told(self, item: Item, page: Page) -> str | None:
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
