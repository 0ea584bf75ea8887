"""Sources that are crawled whenever they are due: which are, their crawls, and the posts that these brought.

An open store, the subscriptions of `archiver.toml` and the time go in. When a source is due depends on its
last crawl, on the pace of its own captures and on its failures, and on nothing else.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

from archiver.config import Subscription
from archiver.crawl.drift import LayoutChange
from archiver.crawl.outcome import CrawlResult, FollowPolicy
from archiver.crawl.pace import REMEMBERED, SHORTEST, pause_after, pause_after_failures
from archiver.crawling import CrawlSettings, crawl_sources
from archiver.fetch import Wait
from archiver.merging import bring_up_to_date
from archiver.parse import SiteRule
from archiver.results import CrawlSummary, DueSummary, NewPost, SourceNews, SourceStatus
from archiver.sources import ImportOptions
from archiver.store import Store, WindowSeen

_MOST_WINDOWS = REMEMBERED // SHORTEST
"""Captures that are looked at for the pace of a source: as many as fit into the time that counts."""
_NEVER = datetime.min.replace(tzinfo=UTC)


def source_states(store: Store, subscriptions: Sequence[Subscription]) -> list[SourceStatus]:
    """Return the state of each subscription, in their order."""
    unseen: dict[str, int] = {}
    for page in store.frontier.unseen():
        unseen[page.source] = unseen.get(page.source, 0) + 1
    return [_state(store, one, unseen.get(one.url, 0)) for one in subscriptions]


def crawl_due(
    store: Store,
    subscriptions: Sequence[Subscription],
    rules: Sequence[SiteRule],
    now: Callable[[], datetime],
    on_result: Callable[[CrawlResult], None],
    on_wait: Callable[[Wait], None] | None = None,
    on_change: Callable[[LayoutChange], None] | None = None,
) -> DueSummary:
    """Crawl the sources that are due, bring the posts up to date, and return what is new.

    Sources that are fetched in the same way are crawled together. A source without any card has failed: it is
    due again after a pause that grows.
    """
    began = now()
    states = source_states(store, subscriptions)
    due = [one for one, state in zip(subscriptions, states, strict=True) if (state.due or _NEVER) <= began]
    before = store.captures.last_id()
    results: list[CrawlResult] = []
    shown: set[str] = set()
    for settings, group in _groups(due, store.folder, rules, on_wait, on_change):
        at = now()
        with closing(crawl_sources(store, group, settings)) as crawl:
            for result in crawl:
                results.append(result)
                on_result(result)
                if result.cards:
                    shown.add(result.source)
        for source in group:
            store.visits.add(source, at, failed=source not in shown)
    if due:
        bring_up_to_date(store)
    news = (SourceNews(source=one.url, posts=_new_posts(store, one, before)) for one in due)
    dues = [state.due or began for state in source_states(store, subscriptions)]
    return DueSummary(CrawlSummary.of(results), tuple(news), min(dues, default=None))


def _groups(
    due: Sequence[Subscription],
    folder: Path,
    rules: Sequence[SiteRule],
    on_wait: Callable[[Wait], None] | None,
    on_change: Callable[[LayoutChange], None] | None,
) -> Iterator[tuple[CrawlSettings, list[str]]]:
    """Yield the sources that are due, those together that are fetched and followed in the same way."""

    def way(one: Subscription) -> str:
        return one.model_dump_json(exclude={"url", "every"})

    for _, same in groupby(sorted(due, key=way), way):
        group = list(same)
        following = FollowPolicy(max_pages=group[0].max_pages, feeds=group[0].feeds)
        settings = CrawlSettings(
            ImportOptions(), group[0].fetching(folder), following, rules, on_wait, on_change
        )
        yield settings, [one.url for one in group]


def _state(store: Store, subscription: Subscription, unseen: int) -> SourceStatus:
    urls = [subscription.url, *store.frontier.source_urls(subscription.url)]
    seen = store.visits.windows(urls, _MOST_WINDOWS)
    visit = store.visits.last(subscription.url)
    pause = subscription.every or pause_after(seen)
    if visit and visit.failures:
        pause = pause_after_failures(visit.failures)
    return SourceStatus(
        url=subscription.url,
        crawled_at=visit and visit.at,
        due=visit and visit.at + pause,
        posts_a_day=_posts_a_day(seen),
        held=1 - seen[-1].new / seen[-1].posts if seen else None,
        failures=visit.failures if visit else 0,
        unseen=unseen,
    )


def _posts_a_day(seen: Sequence[WindowSeen]) -> float | None:
    """Return how many posts came a day from the first to the last capture; None without a time between."""
    time = seen[-1].at - seen[0].at if seen else timedelta()
    return sum(window.new for window in seen[1:]) / (time / timedelta(days=1)) if time else None


def _new_posts(store: Store, subscription: Subscription, before: int) -> tuple[NewPost, ...]:
    return tuple(
        NewPost.model_validate(post._asdict()) for post in store.visits.new_posts(subscription.url, before)
    )
