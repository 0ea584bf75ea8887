"""A crawl of any sources, whatever their kinds, for callers that are not async.

An open store, sources and settings come in; a `CrawlResult` for each file and URL comes out. The event loop
runs only while the next result is waited for, or in a thread beside a notebook's own loop.
"""

import logging
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from archiver.crawl.containers import crawl_containers
from archiver.crawl.drift import LayoutChange, layout_changes
from archiver.crawl.files import crawl_files, crawl_repository
from archiver.crawl.outcome import CrawlResult, FollowPolicy
from archiver.crawl.records import crawl_records
from archiver.crawl.reparse import Reread, apply_templates, read_unparsed
from archiver.crawl.web import crawl_urls
from archiver.crawl.webarchive import crawl_web_archives, is_web_archive
from archiver.errors import ConfigError, SourceError
from archiver.eventloop import EventLoop
from archiver.fetch import Fetcher, FetchOptions, Wait, WebArchiveOptions
from archiver.models import Capture
from archiver.parse import SiteRule
from archiver.sources import (
    ImportOptions,
    find_files,
    is_container,
    is_feed_list,
    is_record_source,
    is_repository,
    read_capture,
    read_feed_list,
)
from archiver.store import Store

logger = logging.getLogger(__name__)


class CrawlSettings(NamedTuple):
    """How to crawl, and the callbacks for pauses and layout changes."""

    imports: ImportOptions
    fetching: FetchOptions
    following: FollowPolicy
    rules: Sequence[SiteRule]
    on_wait: Callable[[Wait], None] | None = None
    on_change: Callable[[LayoutChange], None] | None = None
    web_archive: WebArchiveOptions = WebArchiveOptions()


def is_url(source: str) -> bool:
    """Whether the source is fetched (`http://`, `https://`); all others are paths."""
    return source.lower().startswith(("http://", "https://"))


def _is_container_file(source: str) -> bool:
    """Whether the source is a file that holds many captures; a folder may have any name."""
    return is_container(source) and not Path(source).is_dir()


def crawl_sources(
    store: Store, sources: Sequence[str], settings: CrawlSettings
) -> Generator[CrawlResult, None, None]:
    """Import the files in their order, then fetch from web archives, then URLs, several hosts at a time."""
    rules = settings.rules
    parse_pending(store, rules)
    last_id = store.captures.last_id()
    urls: list[str] = []
    for source in sources:
        if is_url(source):
            urls.append(source)
        elif is_web_archive(source) or _is_container_file(source):
            continue
        elif is_feed_list(source):
            yield from _add_feeds(urls, source)
        elif is_record_source(source):
            yield from crawl_records(store, source, settings.imports)
        elif is_repository(source):
            yield from crawl_repository(store, source, settings.imports, rules)
        else:
            yield from crawl_files(store, source, settings.imports, rules)
    yield from crawl_containers(
        store, [source for source in sources if not is_url(source)], settings.imports, rules
    )
    if archived := [source for source in sources if is_web_archive(source)]:
        fetching, on_wait = settings.fetching, settings.on_wait
        yield from crawl_web_archives(store, archived, settings.web_archive, fetching, rules, on_wait)
    if urls:
        yield from _crawl_urls(store, urls, settings)
    _log_failures(apply_templates(store, rules))
    if nameless := store.pages.with_links_to_files(last_id):
        logger.warning(
            "saved pages that do not say which site they are of: %d; their cards link to files; import them"
            " with a base URL",
            nameless,
        )
    if settings.on_change:
        for change in layout_changes(store.pages.card_counts(last_id, near=True)):
            if change.is_new:
                settings.on_change(change)


def _add_feeds(urls: list[str], source: str) -> Iterator[CrawlResult]:
    """Add the feeds of a list to what is fetched; a list that cannot be read is a result with an error."""
    try:
        feeds, others = read_feed_list(source)
    except SourceError as error:
        yield CrawlResult(source, source, error=str(error))
        return
    urls += [feed for feed in feeds if feed not in urls]
    if others:
        logger.info("%s: %d entries are no feeds of http(s) and were passed over", source, others)


def parse_pending(store: Store, rules: Sequence[SiteRule]) -> None:
    """Parse the captures that an interrupted run kept and did not parse."""
    _log_failures(read_unparsed(store, rules))


def read_source(source: str, imports: ImportOptions) -> Capture:
    """Read one saved page, or fetch one URL; nothing is stored. Raises SourceError, ConfigError."""
    if is_url(source):
        with EventLoop() as loop:
            return loop.run(_fetched(source))
    if is_web_archive(source):
        raise ConfigError(f"{source}: is many pages; name the URL of one in the web archive")
    if is_record_source(source):
        raise ConfigError(f"{source}: holds card records, a card a line, not a page", remedy="crawl")
    if _is_container_file(source):
        raise ConfigError(f"{source}: holds many captures, not one page", remedy="crawl")
    if is_feed_list(source):
        raise ConfigError(f"{source}: is a list of feeds, not a page", remedy="crawl")
    if is_repository(source):
        raise ConfigError(f"{source}: is a history, not a page", remedy="crawl")
    if Path(source).is_dir():
        raise ConfigError(f"{source}: is a folder; name one of its pages")
    (file,) = find_files(source).pages
    return read_capture(file, source, imports)


def _log_failures(readings: Iterable[Reread]) -> None:
    for reread in readings:
        if reread.error:
            logger.warning("%s of %s: %s", reread.url, reread.captured_at, reread.error)


def _crawl_urls(store: Store, urls: Sequence[str], settings: CrawlSettings) -> Iterator[CrawlResult]:
    with EventLoop() as loop:
        steps = crawl_urls(
            store, urls, settings.fetching, settings.following, settings.on_wait, settings.rules
        )
        try:
            while (results := loop.run(_next(steps))) is not None:
                yield from results
        finally:
            with suppress(RuntimeError):  # a second Ctrl-C leaves it running; the end of the loop cancels it
                loop.run(_close(steps))


async def _next(steps: AsyncGenerator[list[CrawlResult], None]) -> list[CrawlResult] | None:
    return await anext(steps, None)


async def _close(steps: AsyncGenerator[list[CrawlResult], None]) -> None:
    await steps.aclose()


async def _fetched(url: str) -> Capture:
    async with Fetcher() as fetcher:
        return (await fetcher.fetch(url, named=True)).capture
