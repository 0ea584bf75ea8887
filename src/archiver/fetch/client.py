"""One URL becomes one visit, politely.

In: a URL, whether the user named it, validators of an earlier capture. Out: a `FetchResult`: the exchanges
of every redirect and of the final response, as they were sent. Owns robots, pacing, retries, redirects and
the guard on addresses. Does not interpret a body. The one surprise: an error status (404, 500) is a capture
like any other, and a visit that broke off after a redirect keeps that redirect; the error is in the visit,
to be raised when all of it is stored.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import httpcore
import httpx
from ada_url import URL, join_url

from archiver.errors import (
    BadStatusError,
    FetchError,
    ForbiddenAddressError,
    NoResponseError,
    RateLimitedError,
    RobotsDeniedError,
)
from archiver.fetch import addresses
from archiver.fetch.exchange import REDIRECTS, Exchange, Limits, exchange, parsed_url, redirect_target
from archiver.fetch.options import FetchOptions
from archiver.fetch.retries import TRANSIENT_STATUSES, backoff_s, may_help, parse_http_date, retry_after_s
from archiver.fetch.robots import MAX_DOWNLOAD, RobotsCache, RobotsDecision, RobotsReply
from archiver.fetch.throttle import Clock, PausedError, Throttle, Wait
from archiver.models import Capture

MAX_REDIRECTS = 10
_PERMANENT = frozenset({301, 308})
_PORTS = {"http": 80, "https": 443}

_ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8"
# Brotli could be undone here, but not by all who read WARC files: warcio fails on such bodies.
_ACCEPT_ENCODING = "gzip, deflate"

_IGNORED = RobotsDecision(True, "robots.txt was not asked for: ignore_robots is set")


@dataclass(frozen=True)
class FetchResult:
    """What came of one URL: at least one exchange, and why it ended early if it did.

    `error` is set if the last exchange is a redirect that was not followed to its end, or an answer that
    asks for a pause that is longer than we wait. `not_modified` says that the server confirmed the capture
    whose validators were sent (304): its payload holds on.
    """

    exchanges: tuple[Exchange, ...]
    not_modified: bool = False
    error: FetchError | None = None

    @property
    def capture(self) -> Capture:
        """The last response."""
        return self.exchanges[-1].capture

    @property
    def moved_to(self) -> str | None:
        """The URL that the asked one has moved to for good: a page behind permanent redirects alone."""
        *moves, last = self.exchanges
        arrived = not self.error and last.status < 400
        return self.capture.url if arrived and moves and all(e.status in _PERMANENT for e in moves) else None

    def raise_for_error(self) -> None:
        """Raise `error`, or BadStatusError for a status of 400 or more. To be called when all is stored."""
        if self.error:
            raise self.error
        if self.exchanges[-1].status >= 400:
            capture = self.capture
            raise BadStatusError(
                f"{capture.url}: the server answered with status {capture.status}",
                capture.url,
                self.exchanges[-1].status,
            )


class _Transport(httpx.AsyncHTTPTransport):
    """httpx's transport on a pool whose connections are guarded.

    Proxies of the environment are not used: behind one, nobody could tell which address is connected to.
    """

    def __init__(self, backend: addresses.GuardedBackend) -> None:
        verify = httpx.create_ssl_context()  # honours SSL_CERT_FILE and SSL_CERT_DIR
        super().__init__(verify=verify)
        # httpx has no argument for the backend, so its transport is given another pool.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=verify,
            max_connections=None,
            max_keepalive_connections=64,
            keepalive_expiry=90.0,  # longer than the longest delay, so that a slow pace keeps its connection
            http2=True,
            network_backend=backend,
        )


class Fetcher:
    """Fetches URLs; an async context manager, for one event loop.

    `clock` and `resolve` are the outside world, for tests to replace. `on_wait` is told of every wait before
    it begins.
    """

    def __init__(
        self,
        options: FetchOptions | None = None,
        *,
        clock: Clock | None = None,
        resolve: addresses.Resolve = addresses.resolve,
        on_wait: Callable[[Wait], None] | None = None,
    ) -> None:
        self.options = options = options or FetchOptions()
        self._clock = clock or Clock()
        self._backend = addresses.GuardedBackend(resolve)
        self._transport = _Transport(self._backend)
        self._robots = RobotsCache(self._ask_robots, self._clock.now)
        self._throttle = Throttle(
            self._clock,
            delay_s=options.delay_s,
            concurrency=options.concurrency,
            longest_wait_s=options.longest_wait_s,
            on_wait=on_wait,
        )
        # Jitter keeps many clients apart; a seed of its own would bring them together again.
        self._jitter = random.Random()  # noqa: S311  no secret

    async def __aenter__(self) -> Self:
        await self._transport.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self._transport.__aexit__(kind, error, traceback)

    def name(self, url: str) -> None:
        """The user named this URL: its host and port may lie on a private address.

        `fetch(named=True)` does so too; this is for a source of which only later pages are left to fetch.
        """
        parts = parsed_url(checked_url(url))
        self._backend.name(parts.raw_host.decode("ascii"), parts.port or _PORTS[parts.scheme])

    async def fetch(
        self, url: str, *, named: bool, etag: str | None = None, last_modified: str | None = None
    ) -> FetchResult:
        """Ask for the URL, and for where it redirects to, as often as it takes and as slowly as is polite.

        `named`: the user named this very URL. `etag` and `last_modified` are the headers of an earlier
        capture of it, verbatim; they are not sent to where it redirects. Raises FetchError if there is
        nothing to keep: no response, not allowed, not an address to be asked. Otherwise see `Visit.error`.
        """
        url = checked_url(url)
        if named:
            self.name(url)
        exchanges: list[Exchange] = []
        asked = {url}
        try:
            while True:
                validators = {} if exchanges else {"etag": etag, "last_modified": last_modified}
                last = await self.ask(url, **validators)
                exchanges.append(last)
                if error := self.rate_limited(last):
                    raise error
                location = redirect_target(last.capture)
                if location is None:
                    break
                url = checked_url(location, base=url)
                if url in asked:
                    raise NoResponseError(f"{url}: the redirects go round in a circle", url)
                if len(exchanges) > MAX_REDIRECTS:
                    raise NoResponseError(f"{url}: more than {MAX_REDIRECTS} redirects", url)
                asked.add(url)
        except FetchError as error:
            if not exchanges:
                raise
            return FetchResult(tuple(exchanges), error=error)
        not_modified = len(exchanges) == 1 and last.status == 304 and bool(etag or last_modified)
        return FetchResult(tuple(exchanges), not_modified=not_modified)

    async def ask(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Exchange:
        """One URL, as `checked_url` gives it; a redirect is not followed. Raises FetchError as `fetch`."""
        conditions = [
            (name, value)
            for name, value in (("If-None-Match", etag), ("If-Modified-Since", last_modified))
            if value is not None
        ]
        decision = _IGNORED
        if not self.options.ignore_robots:
            robots = await self._robots.robots(url)
            decision = robots.decide(url)
            if not decision.allowed:
                raise RobotsDeniedError(f"{url}: {decision.reason}", url)
            if robots.crawl_delay_s is not None:
                self._throttle.at_least(URL(url).hostname, robots.crawl_delay_s)
        headers = [("Accept", _ACCEPT), ("Accept-Encoding", _ACCEPT_ENCODING), *conditions]
        return await self._ask(url, headers, self.options.max_bytes, decision)

    async def _ask_robots(self, url: str) -> RobotsReply:
        url = checked_url(url)
        headers = [("Accept", "text/plain, */*;q=0.8"), ("Accept-Encoding", "identity")]
        last = await self._ask(url, headers, MAX_DOWNLOAD, None)
        return RobotsReply(
            status=last.status,
            payload=last.capture.payload,
            encoding=last.capture.header("content-encoding"),
            location=redirect_target(last.capture),
            whole=last.capture.truncated is None,
        )

    async def _ask(
        self, url: str, headers: list[tuple[str, str]], max_bytes: int, robots: RobotsDecision | None
    ) -> Exchange:
        """One URL, in its host's turn, again where that can help. The last response counts."""
        host = URL(url).hostname
        limits = Limits(self.options.timeout_s, self.options.total_timeout_s, max_bytes)
        headers = [("User-Agent", self.options.user_agent), *headers]
        last: Exchange | None = (
            None  # kept if a later attempt brings nothing: half a page is better than none
        )
        attempt, again = 0, True
        while again:
            attempt += 1
            try:
                async with self._throttle.turn(host):
                    outcome = await self._attempt(url, headers, limits, robots)
                    again = self._settle(host, outcome, attempt)
            except PausedError as paused:
                if last:
                    break
                message = f"{url}: {host} asked for a pause, of which {paused.seconds:.0f} s are left"
                raise RateLimitedError(message, url, paused.seconds) from paused
            if isinstance(outcome, Exchange):
                last = outcome
            elif not (again or last):
                raise outcome
        assert last is not None  # noqa: S101  without a response, an error has been raised
        return last

    async def _attempt(
        self, url: str, headers: list[tuple[str, str]], limits: Limits, robots: RobotsDecision | None
    ) -> Exchange | NoResponseError:
        try:
            return await exchange(self._transport, url, headers, limits, self._clock, robots)
        except NoResponseError as error:
            return error

    def _settle(self, host: str, outcome: Exchange | NoResponseError, attempt: int) -> bool:
        """Tell the host's queue what the outcome means for it; True if the URL is to be asked again.

        Within the turn, so that nobody else's request goes out before a pause has begun.
        """
        left = attempt <= self.options.retries
        backoff = backoff_s(attempt, self._jitter.random())
        if isinstance(outcome, NoResponseError):
            self._throttle.pause(host, backoff, "no response")
            return left and may_help(outcome)
        self._throttle.answered(host, outcome.latency_s, well=outcome.status < 400)
        pause = self._retry_after_s(outcome)
        if pause is not None:
            self._throttle.pause(host, pause, "Retry-After")
        if outcome.status in TRANSIENT_STATUSES:
            if pause is None:
                self._throttle.pause(host, backoff, f"status {outcome.status}")
            return left and (pause or 0) <= self.options.longest_wait_s
        if outcome.capture.truncated == "disconnect":
            self._throttle.pause(host, backoff, "the connection broke off")
            return left
        return False

    def _retry_after_s(self, outcome: Exchange) -> float | None:
        """RFC 9110 gives Retry-After a meaning on 503, 429 (RFC 6585) and redirects."""
        if not (outcome.status in TRANSIENT_STATUSES or outcome.status in REDIRECTS):
            return None
        now = self._clock.now()
        # A date is the server's, so its own clock tells how far away it is.
        date = parse_http_date(outcome.capture.header("date") or "", now)
        return retry_after_s(outcome.capture.header("retry-after"), date or now)

    def rate_limited(self, outcome: Exchange) -> RateLimitedError | None:
        """The error of a response that asks for a longer pause than we wait; None for all others."""
        pause = self._retry_after_s(outcome)
        if outcome.status != 429 and (pause is None or pause <= self.options.longest_wait_s):
            return None
        url = outcome.capture.url
        asked = "" if pause is None else f" for {pause:.0f} s"
        return RateLimitedError(f"{url}: the server asks to be left alone{asked}", url, pause)


def checked_url(url: str, base: str | None = None) -> str:
    """The URL as it is asked for: absolute, normalised (WHATWG), without fragment, user and password.

    Raises ForbiddenAddressError if it is no URL, or neither `http` nor `https`.
    """
    try:
        parts = URL(join_url(base, url) if base else url)
        parts.hash = parts.username = parts.password = ""
        if parts.protocol in ("http:", "https:"):
            return str(parts.href)
    except ValueError:
        pass
    raise ForbiddenAddressError(f"{url}: not an http or https URL", url)
