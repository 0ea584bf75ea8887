"""What a page of a listing leads to: redirects, refreshes, announced feeds, the next page, and gaps.

A page and its capture, both stored, come in; the URLs to be fetched next go out, with what is wrong with the
page, if anything is. It asks the frontier what was fetched and shown before, and fetches and writes nothing
itself. A crawl stays on the site of its source, and stops at a page that shows nothing new.
"""

import logging
import re
from dataclasses import replace
from functools import partial
from typing import NamedTuple
from urllib.parse import urlsplit

from archiver.crawl.news import NewCards, new_cards
from archiver.crawl.outcome import FollowPolicy
from archiver.defaults import MAX_PAGES
from archiver.errors import FetchError, NoResponseError, Remedy
from archiver.fetch import TRANSIENT_STATUSES, redirect_target, redirected_url
from archiver.models import Capture, Page, PageKind
from archiver.store import DiscoveredUrl, FrontierEntry, Store

logger = logging.getLogger(__name__)

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
    "the site waits for a cookie, and archiver sends only yours; a page saved by a browser can be crawled"
)
MAX_DIGITS = 9
"""Digits of a page's number: int() refuses more than 4,300."""
MAX_FEEDS = 20
"""Feeds that are fetched of those that one listing announces: each may have as many pages as a listing."""

_FEED_PAGE = re.compile(r"([?&]paged?=)(\d+)")


class FetchedCapture(NamedTuple):
    """A capture that the store holds.

    `new` is False where it held the capture before, `is_shared` is set where another source of this run
    fetched it, and follows it.
    """

    capture: Capture
    row: int
    new: bool
    is_shared: bool = False


class Fault(NamedTuple):
    """What is wrong with a page, what shows more of it, and whether the next crawl can mend it."""

    error: str
    remedy: Remedy | None = None
    unseen: bool = True


class Followed(NamedTuple):
    """The URLs that a page leads to, and what is wrong with the page."""

    urls: list[DiscoveredUrl]
    fault: Fault | None = None


class Follower:
    """Follows the pages of one source, from the site that it is on to the sites that it moves to."""

    def __init__(self, store: Store, policy: FollowPolicy, source: str) -> None:
        self.store = store
        self.policy = policy
        self.source = source
        # an interrupted run may have followed redirects of the source to another site
        self.sites = {_site(url) for url in store.frontier.source_urls(source)}
        self.sets_cookies: set[str] = set()
        """The chains in which a redirect has set a cookie."""

    def follow(self, entry: FrontierEntry, fetched: FetchedCapture, page: Page) -> Followed:
        """Find what is to be fetched next because of this page."""
        target = redirect_target(fetched.capture)
        if target is not None:
            return self._follow_redirect(entry, fetched.capture, target)
        if _leads_nowhere(fetched.capture):
            status = fetched.capture.status
            return Followed([], Fault(f"{entry.url}: the redirect names no URL (status {status})"))
        if page.refresh_url and not page.error:
            return self._follow_refresh(entry, page.refresh_url)
        urls: list[DiscoveredUrl] = []
        if entry.kind == "source" and self.policy.feeds and page.kind != "feed":
            urls += [DiscoveredUrl(feed, "feed", feed) for feed in self._announced_feeds(entry, page)]
        new = self._new_cards(entry, fetched)
        gap = self._gap(entry, fetched, new)
        shows_new = new.to_chain and ((new.to_archive and not fetched.is_shared) or self.policy.full)
        if not shows_new or page.error:
            return Followed(urls, _fault(entry, fetched.capture, page) or gap)
        guesses = entry.kind in ("feed", "feed page") or (entry.kind == "source" and page.kind == "feed")
        older = page.next_url or (_guessed_feed_page(entry.url) if guesses else None)
        is_listing = entry.kind in ("source", "page") and bool(page.next_url)
        if older and not self._is_on_site(older):
            elsewhere = f"its next page is on another site, which is a source of its own: {older}"
            return Followed(urls, gap or Fault(elsewhere, unseen=False))
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
        return Followed(urls, gap)

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

    def _new_cards(self, entry: FrontierEntry, fetched: FetchedCapture) -> NewCards:
        frontier = self.store.frontier
        shown = frontier.shown_cards(entry, fetched.row)
        return new_cards(shown, partial(frontier.similar_cards, entry, fetched.row))

    def _gap(self, entry: FrontierEntry, fetched: FetchedCapture, new: NewCards) -> Fault | None:
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
        return None if brought else Fault(_MOVED)

    def _resumes(self, entry: FrontierEntry) -> int | None:
        """Return the baseline of this crawl, if it resumes a pager at this entry."""
        return self.store.frontier.resumed_after(entry) if entry.kind in _PAGES else None

    def _follow_redirect(self, entry: FrontierEntry, capture: Capture, location: str) -> Followed:
        if capture.header("Set-Cookie"):
            self.sets_cookies.add(entry.chain)
        try:
            url = self._next_hop(entry, location)
        except FetchError as error:
            waits = isinstance(error, NoResponseError) and entry.chain in self.sets_cookies
            return Followed([], Fault(f"{error}; {_COOKIE_WALL}" if waits else str(error)))
        if entry.kind == "source":
            self.sites.add(_site(url))  # the site has moved, and its hyperlinks lead to the new place
        elif not self._is_on_site(url):
            return Followed([], Fault(f"{entry.url}: redirects to another site: {url}"))
        return self._led_on(entry, url)

    def _follow_refresh(self, entry: FrontierEntry, refresh_url: str) -> Followed:
        """Follow a page without cards that sends its readers on; any page can, so not to another site."""
        try:
            url = self._next_hop(entry, refresh_url)
        except FetchError as error:
            return Followed([], Fault(str(error), "inspect"))
        if not self._is_on_site(url):
            return Followed([], Fault(f"{_NO_CARDS}: it sends its readers to another site: {url}", "inspect"))
        return self._led_on(entry, url)

    def _led_on(self, entry: FrontierEntry, url: str) -> Followed:
        if self.store.frontier.has(entry.source, url):
            if self._resumes(entry):
                return Followed([], Fault(_MOVED))
            logger.info("%s: leads back to %s, and the listing ends here", entry.url, url)
        return Followed([DiscoveredUrl(url, entry.kind, entry.chain, entry.redirects + 1)])

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


def _fault(entry: FrontierEntry, capture: Capture, page: Page) -> Fault | None:
    """Return what is wrong with a page that is not followed.

    A guessed page of a feed that is missing ends the feed, and a page without cards ends a listing, unless
    it is the source itself, or shows hardly anything to a reader without scripts.
    """
    if entry.kind == "feed page" and page.kind == "empty" and capture.status not in TRANSIENT_STATUSES:
        return None
    if page.error:
        return Fault(page.error)
    if page.cards:
        return None
    if entry.kind != "source" and not page.obstacle:
        if entry.kind == "page":
            logger.info("%s: no cards were found on this page, and the listing ends here", entry.url)
        return None
    return Fault(f"{_NO_CARDS}: {page.obstacle or _KINDS[page.kind]}", "inspect")


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
