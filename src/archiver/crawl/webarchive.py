"""Fetch the captures that a web archive holds of a URL, and store and read them like those of any source.

`wayback:URL` is listed by a CDX server, `timemap:URL` by a TimeMap (RFC 7089). An open store and the options
go in; a `CrawlResult` comes out for each capture. One request is under way at a time, and what the archive is
known to hold already is not asked for.

An archive answers with the nearest capture that it can replay. That one is kept, under its own time; the
frontier notes which URL led to it, so that the next run does not ask again. Where the archive asks for a
pause that is too long, or answers no longer, the source ends there, and the next run continues.
"""

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from archiver.crawl.captures import crawl_captures
from archiver.crawl.outcome import CrawlResult
from archiver.errors import ConfigError, FetchError, NoResponseError, SourceError
from archiver.eventloop import EventLoop
from archiver.fetch import (
    PAGE_ROWS,
    ArchivedCapture,
    Exchange,
    Fetcher,
    FetchOptions,
    Wait,
    WebArchiveOptions,
    checked_url,
    index_url,
    inflate,
    read_index,
    read_memento,
    read_timemap,
    redirect_target,
    redirected_url,
    replay_prefix,
    wanted,
)
from archiver.models import Capture
from archiver.parse import SiteRule
from archiver.rewritten import parse_replay_url
from archiver.sources import FoundCapture
from archiver.store import Store

logger = logging.getLogger(__name__)

DELAY_S = 2.5
"""Seconds between two requests to a web archive: 24 a minute, the pace that the Internet Archive has agreed
to with EDGI, whose client is the most used."""
LONGEST_WAIT_S = 3600.0
"""The longest Retry-After of a web archive that is waited for."""
UNSTATED_PAUSE_S = 60.0
"""Seconds without a request after a 429 that names no pause: the Internet Archive blocks who goes on for an
hour."""
MAX_FAILURES = 5
"""Replays without any response, one after another, after which a source is given up."""
MAX_INDEX_BYTES = 256 << 20
"""Bytes of a part of an index, decompressed."""
MAX_PARTS = 100
"""Parts of one index, or pages of one TimeMap, that are fetched: a million captures."""

_PAGE_TYPE = re.compile(r"text/(?:html|plain|xml)|application/(?:.*\+)?(?:xml|json)")
"""The media types of pages and feeds."""
_FORMS = ("wayback:", "timemap:")


class MonthCount(NamedTuple):
    """The captures of one month (YYYY-MM) that a web archive holds, and their size in bytes, compressed."""

    month: str
    captures: int
    bytes: int


def is_web_archive(source: str) -> bool:
    """Whether the source is what a web archive holds of a URL."""
    return source.lower().startswith(_FORMS)


def check_web_archive(source: str, options: WebArchiveOptions) -> None:
    """Raise ConfigError where the source names no URL, or the index does not show where it replays."""
    form, _, url = source.partition(":")
    try:
        checked_url(url)
    except FetchError as error:
        raise ConfigError(
            f"{source}: expected a URL behind {form}:, such as https://blog.example/"
        ) from error
    replay_prefix(options.index)


def crawl_web_archives(
    store: Store,
    sources: Sequence[str],
    options: WebArchiveOptions,
    fetching: FetchOptions,
    rules: Sequence[SiteRule],
    on_wait: Callable[[Wait], None] | None = None,
) -> Iterator[CrawlResult]:
    """Fetch, store and read the captures of the sources that the archive does not hold."""

    async def keep_pause(host: str, until: datetime) -> None:
        store.pauses.add(host, until)

    fetcher = Fetcher(_mannered(fetching), on_wait=on_wait, pauses=store.pauses.all(), on_pause=keep_pause)
    with _client(fetcher) as client:
        for source in sources:
            held: list[CrawlResult] = []
            found = _found(store, source, client, options, held)
            for result in crawl_captures(store, source, found, rules, at_once=1):
                yield from held
                held.clear()
                yield replace(result, unseen=result.error is not None and result.capture is None)
            yield from held


def count_archived(
    source: str,
    options: WebArchiveOptions,
    fetching: FetchOptions,
    on_wait: Callable[[Wait], None] | None = None,
    pauses: Mapping[str, datetime] | None = None,
) -> list[MonthCount]:
    """Count the captures that a crawl of the source would ask for, month by month; ask for none of them.

    Raises SourceError.
    """
    captures: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    with _client(Fetcher(_mannered(fetching), on_wait=on_wait, pauses=pauses)) as client:
        listing = _Listing(source, client, options)
        for one in listing.captures():
            month = f"{one.timestamp[:4]}-{one.timestamp[4:6]}"
            captures[month] += 1
            sizes[month] += one.length or 0
    listing.log_passed_over()
    return [MonthCount(month, captures[month], sizes[month]) for month in sorted(captures)]


def _mannered(options: FetchOptions) -> FetchOptions:
    """Return the options with the pace that archives ask for; without any, it is the user's own archive."""
    if not options.contact:
        logger.warning("web archives ask for a contact in the User-Agent, and none is given")
    paced = options.delay_s > 0
    return options.model_copy(
        update={
            "delay_s": max(options.delay_s, DELAY_S) if paced else 0.0,
            "concurrency": 1,
            "longest_wait_s": max(options.longest_wait_s, LONGEST_WAIT_S),
            "unstated_pause_s": UNSTATED_PAUSE_S if paced else options.unstated_pause_s,
        }
    )


@dataclass(frozen=True)
class _ArchiveClient:
    """Asks a web archive, one request at a time."""

    loop: EventLoop
    fetcher: Fetcher

    def name(self, url: str) -> None:
        """Permit a private address for the host of this URL: the user named it."""
        self.fetcher.name(url)

    def ask(self, url: str) -> Exchange:
        """Request a URL; follow no redirect. Raises FetchError, also for an archive that asks for a pause."""
        exchange = self.loop.run(self.fetcher.ask(checked_url(url)))
        if error := self.fetcher.rate_limited(exchange):
            raise error
        return exchange

    def follow(self, url: str) -> Iterator[Exchange]:
        """Request a URL and those that it redirects to on its host, as long as the next one is wanted."""
        asked = [checked_url(url)]
        while True:
            exchange = self.ask(asked[-1])
            yield exchange
            location = redirect_target(exchange.capture)
            if location is None:
                return
            target = redirected_url(
                asked[-1], location, redirects=len(asked) - 1, was_asked=asked.__contains__
            )
            if urlsplit(target).hostname != urlsplit(url).hostname:
                raise NoResponseError(f"{url}: redirects out of the archive, to {target}", url)
            asked.append(target)

    def text(self, url: str) -> str:
        """Return the text at a URL. Raises SourceError where it is not there, or not whole."""
        (*_, last) = self.follow(url)
        capture = last.capture
        payload = inflate(capture.payload, capture.header("Content-Encoding"), MAX_INDEX_BYTES)
        if payload is None:
            raise SourceError(f"{url}: answered in a damaged or unknown coding")
        text = payload.decode("utf-8", "replace")
        if last.status != 200:
            said = " ".join(text[:200].split())[:80]
            raise SourceError(f"{url}: answered with status {last.status}: {said!r}")
        if capture.truncated or len(payload) == MAX_INDEX_BYTES:
            raise SourceError(f"{url}: the answer was cut short; ask for a shorter time")
        return text


@contextmanager
def _client(fetcher: Fetcher) -> Iterator[_ArchiveClient]:
    with EventLoop() as loop:
        loop.run(fetcher.__aenter__())
        try:
            yield _ArchiveClient(loop, fetcher)
        finally:
            loop.run(fetcher.__aexit__())


@dataclass
class _Listing:
    """What a web archive says it holds of a source."""

    source: str
    client: _ArchiveClient
    options: WebArchiveOptions
    passed_over: Counter[str] = field(default_factory=Counter)

    def captures(self) -> Iterator[ArchivedCapture]:
        """Yield the captures that are wanted and can be pages. Raises SourceError."""
        form, _, url = self.source.partition(":")
        rows = self._of_index(url) if form.lower() == "wayback" else self._of_timemap(url)
        found = False
        for row in wanted(filter(self._is_page, rows), self.options):
            found = True
            yield row
        if not found and not self.passed_over:
            raise SourceError(f"{self.source}: the web archive lists no captures")

    def _is_page(self, row: ArchivedCapture) -> bool:
        if row.status is not None and row.status >= 400:
            self.passed_over["with an error status"] += 1
        elif row.media_type and not _PAGE_TYPE.fullmatch(row.media_type):
            self.passed_over["of other media types than pages and feeds"] += 1
        else:
            return True
        return False

    def _of_index(self, url: str) -> Iterator[ArchivedCapture]:
        self.client.name(self.options.index)
        prefix = replay_prefix(self.options.index)
        limit: int | None = PAGE_ROWS
        resume_key: str | None = None
        keys: set[str] = set()
        while True:
            asked = index_url(url, self.options, limit=limit, resume_key=resume_key)
            try:
                page = read_index(self.client.text(asked), prefix)
            except ValueError as error:
                raise SourceError(f"{asked}: {error}") from error
            if limit and not keys and not page.resume_key and len(page.rows) + page.unread >= limit:
                limit = None  # the server keeps to the limit and gives no key: ask for all at once
                continue
            self._count_unread(page.unread)
            yield from page.rows
            resume_key = page.resume_key
            if resume_key is None:
                return
            if resume_key in keys:
                raise SourceError(f"{asked}: gives the same resume key again")
            if len(keys) == MAX_PARTS:
                raise SourceError(
                    f"{self.source}: has more than {MAX_PARTS * PAGE_ROWS} captures; name a time"
                )
            keys.add(resume_key)

    def _of_timemap(self, url: str) -> Iterator[ArchivedCapture]:
        self.client.name(url)
        waiting = [checked_url(url)]
        asked: set[str] = set()
        original: str | None = None
        while waiting:
            page = waiting.pop(0)
            if len(asked) == MAX_PARTS:
                raise SourceError(f"{url}: has more than {MAX_PARTS} pages")
            asked.add(page)
            text = self.client.text(page)
            try:
                timemap = read_timemap(text, datetime.now().astimezone())
            except ValueError as error:
                raise SourceError(f"{page}: {error}") from error
            original = original or timemap.original
            self._count_unread(timemap.unread)
            for memento in timemap.mementos:
                yield from self._memento(urljoin(page, memento.url), memento.time, original, url)
            for other in timemap.others:
                target = urljoin(page, other)
                if target not in asked and target not in waiting and _is_same_host(target, url):
                    waiting.append(target)

    def _memento(
        self, uri: str, time: datetime, original: str | None, timemap: str
    ) -> Iterator[ArchivedCapture]:
        if not _is_same_host(uri, timemap):
            self.passed_over["on another host than the TimeMap"] += 1
            return
        replay = parse_replay_url(uri)
        url = original or (replay.url if replay else uri)
        timestamp = time.strftime("%Y%m%d%H%M%S")
        yield ArchivedCapture(url, timestamp, url, replay.raw if replay else uri)

    def _count_unread(self, count: int) -> None:
        if count:
            self.passed_over["whose row in the index cannot be read"] += count

    def log_passed_over(self) -> None:
        """Report what the archive holds beside the pages."""
        for what, count in self.passed_over.items():
            logger.warning("%s: %d captures %s were passed over", self.source, count, what)


def _is_same_host(url: str, other: str) -> bool:
    return urlsplit(url).hostname == urlsplit(other).hostname


def _found(
    store: Store, source: str, client: _ArchiveClient, options: WebArchiveOptions, held: list[CrawlResult]
) -> Iterator[FoundCapture]:
    """Yield what the archive serves; what the store holds is added to *held*."""
    listing = _Listing(source, client, options)
    replays = _Replays(store, source, client)
    failures = 0
    try:
        for archived in listing.captures():
            if key := replays.held(archived):
                held.append(_held_result(store, source, archived.replay_url, key))
                continue
            try:
                found = replays.fetch(archived)
                failures = 0
            except NoResponseError as error:
                failures += 1
                found = FoundCapture(archived.replay_url, error=str(error))
            yield found
            replays.note(archived, found.capture)
            if failures == MAX_FAILURES:
                raise SourceError(f"{source}: given up after {failures} requests without a response")
    except SourceError as error:
        yield FoundCapture(source, error=str(error))
    listing.log_passed_over()


def _held_result(store: Store, source: str, where: str, key: str) -> CrawlResult:
    cards, error = store.pages.summary(store.captures.row_of(key))
    return CrawlResult(source, where, key, cards=cards, error=error)


@dataclass(frozen=True)
class _Replays:
    """The replays of one source, and which of them the store holds."""

    store: Store
    source: str
    client: _ArchiveClient

    def held(self, archived: ArchivedCapture) -> str | None:
        """Return the public id of the capture that the store holds for a row of an index."""
        return self.store.captures.key_at(
            _page_url(archived.url), archived.time
        ) or self.store.frontier.replayed(self.source, archived.replay_url)

    def note(self, archived: ArchivedCapture, capture: Capture | None) -> None:
        """Note which capture a replay URL gave, once it is stored, where its row says something else."""
        if capture and (capture.url, capture.captured_at) != (_page_url(archived.url), archived.time):
            self.store.frontier.note_replay(self.source, archived.replay_url, capture.key)

    def fetch(self, archived: ArchivedCapture) -> FoundCapture:
        """Return what the archive serves for a row of its index. Raises FetchError."""
        where = archived.replay_url
        exchange: Exchange | None = None
        for exchange in self.client.follow(where):
            capture = read_memento(exchange.capture, _page_url(archived.url))
            if capture and capture.truncated in ("disconnect", "time"):
                return FoundCapture(where, error="the replay was cut short; it is not kept")
            if capture:
                return FoundCapture(where, capture)
            if served := self._held_target(exchange):
                return FoundCapture(where, served)
        status = exchange.status if exchange else 0
        why = (
            "the response is not a capture" if status == 200 else f"the archive answered with status {status}"
        )
        return FoundCapture(where, error=f"{why}; nothing is kept of it")

    def _held_target(self, exchange: Exchange) -> Capture | None:
        """Return the capture of another time that the archive redirects to, where the store holds it."""
        location = redirect_target(exchange.capture)
        replay = parse_replay_url(urljoin(exchange.capture.url, location)) if location else None
        if replay is None or len(replay.timestamp) != 14:
            return None
        try:
            time = datetime.strptime(replay.timestamp + "Z", "%Y%m%d%H%M%S%z")
            key = self.store.captures.key_at(_page_url(replay.url), time)
        except (ValueError, FetchError):
            return None
        return self.store.captures.read(self.store.captures.row_of(key)) if key else None


def _page_url(url: str) -> str:
    """Spell the URL of a row as a crawl of the page would."""
    try:
        return checked_url(url)
    except FetchError:
        return url
