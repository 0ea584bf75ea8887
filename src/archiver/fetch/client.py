"""Fetch one URL politely.

A URL goes in, with the validators of an earlier capture and whether the user named it. A `FetchResult` comes
out: the exchanges of every redirect and of the final response, as they were sent. This module owns robots,
pacing, retries and the guard on addresses; it interprets no body.

An error status (404, 500) is a capture like any other. A fetch that fails after a redirect keeps that
redirect; its error is part of the result, to be raised once all of it is stored.
"""

import random
import re
import ssl
from collections.abc import Awaitable, Callable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from ipaddress import ip_address
from types import TracebackType
from typing import Any, Self

import httpcore
import httpx
from ada_url import URL

from archiver.errors import (
    FetchError,
    NoResponseError,
    RateLimitedError,
    RobotsDeniedError,
)
from archiver.fetch import addresses
from archiver.fetch.cookies import Cookies
from archiver.fetch.exchange import Exchange, ExchangeLimits, exchange
from archiver.fetch.heads import MendingBackend
from archiver.fetch.options import FetchOptions
from archiver.fetch.retries import (
    MAX_RETRY_AFTER_S,
    TRANSIENT_STATUSES,
    backoff_s,
    may_help,
    parse_http_date,
    retry_after_s,
)
from archiver.fetch.robots import MAX_DOWNLOAD, RobotsCache, RobotsDecision, RobotsReply
from archiver.fetch.throttle import Clock, PausedError, Throttle, Wait
from archiver.fetch.urls import REDIRECTS, checked_url, parsed_url, redirect_target, redirected_url
from archiver.models import Capture, iso_time

_PORTS = {"http": 80, "https": 443}

_ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8"
# Brotli is left out because readers of WARC files may not know it: warcio fails on such bodies.
_ACCEPT_ENCODING = "gzip, deflate"

_VALIDATOR = re.compile(r"[!-~\x80-\xff](?:[ -~\x80-\xff]{0,1000}[!-~\x80-\xff])?")
"""What is sent back as a condition: a server may send a validator that no request can carry."""

_IGNORED = RobotsDecision(True, "robots.txt was not requested: ignore_robots")


@dataclass(frozen=True)
class FetchResult:
    """The result for one URL: at least one exchange.

    `error` is set if the last exchange is a redirect that could not be followed, or a response that asks for
    a longer pause than `longest_wait_s`. With `not_modified` the server confirmed the capture whose
    validators were sent (304), so that its payload still holds.
    """

    exchanges: tuple[Exchange, ...]
    not_modified: bool = False
    error: FetchError | None = None

    @property
    def capture(self) -> Capture:
        """The last response."""
        return self.exchanges[-1].capture


class _Transport(httpx.AsyncHTTPTransport):
    """httpx's transport on a pool whose connections are guarded.

    Proxies of the environment are not used: behind one, the address that is connected to is unknown.
    """

    def __init__(self, backend: addresses.GuardedBackend, verify: ssl.SSLContext, proxy: str | None) -> None:
        super().__init__(verify=verify)
        # httpx has no argument for the backend, so its transport is given another pool.
        pool = partial(httpcore.AsyncHTTPProxy, **_proxy(proxy)) if proxy else httpcore.AsyncConnectionPool
        self._pool = pool(
            ssl_context=verify,
            max_connections=None,
            max_keepalive_connections=64,
            keepalive_expiry=90.0,  # longer than the longest delay, so that a slow pace keeps its connection
            http2=True,
            network_backend=MendingBackend(backend),
        )


def _proxy(url: str) -> dict[str, Any]:
    """Return a proxy as httpcore names it, whose credentials are not part of the URL."""
    parts = httpx.URL(url)
    credentials = (parts.username, parts.password) if parts.userinfo else None
    return {"proxy_url": str(parts.copy_with(userinfo=b"")), "proxy_auth": credentials}


class Fetcher:
    """A polite HTTP client for one source; an async context manager for one event loop.

    Tests replace `clock` and `resolve`, which stand for the outside world.

    Args:
        options: how to fetch.
        clock: the clock.
        resolve: resolves the names of hosts.
        on_wait: called before every wait.
        pauses: the ends of pauses that hosts asked for in earlier runs.
        on_pause: awaited with the host and the end of each pause that a Retry-After asks for, before the
            host's next turn.
    """

    def __init__(
        self,
        options: FetchOptions | None = None,
        *,
        clock: Clock | None = None,
        resolve: addresses.Resolve = addresses.resolve,
        on_wait: Callable[[Wait], None] | None = None,
        pauses: Mapping[str, datetime] | None = None,
        on_pause: Callable[[str, datetime], Awaitable[None]] | None = None,
    ) -> None:
        self.options = options = options or FetchOptions()
        self._clock = clock or Clock()
        self._resolve = resolve
        self._verify = httpx.create_ssl_context()  # honours SSL_CERT_FILE and SSL_CERT_DIR
        self._cookies = Cookies(options.cookies)
        self._robots = RobotsCache(self._clock.now)
        self._connect()
        self._throttle = Throttle(
            self._clock,
            delay_s=options.delay_s,
            concurrency=options.concurrency,
            longest_wait_s=options.longest_wait_s,
            on_wait=on_wait,
        )
        self._on_pause = on_pause
        for host, until in (pauses or {}).items():
            self._throttle.pause(host, self._seconds_to(until), "Retry-After")
        # Jitter keeps many clients apart; a seed of its own would bring them together again.
        self._jitter = random.Random()  # noqa: S311  no secret

    def _connect(self) -> None:
        self._backend = addresses.GuardedBackend(self._resolve)
        self._transport = _Transport(self._backend, self._verify, self.options.proxy)
        if self.options.proxy:
            self._backend.name(*_host_and_port(parsed_url(self.options.proxy)))

    def for_source(self, url: str) -> "Fetcher":
        """Return a client for the source at this URL, whose private address it permits.

        It shares the queues of hosts and the rules of robots.txt with this client, and nothing else: on a
        shared connection, a site could redirect its crawl to a private host that is another source.
        """
        other = copy(self)
        other._connect()  # noqa: SLF001  of this very class
        other.name(url)
        return other

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
        """Permit a private address for the host and port of this URL, because the user named it.

        `fetch(named=True)` does the same; this is for a source of which only later pages are left to fetch.
        """
        parts = parsed_url(checked_url(url))
        self._backend.name(*_host_and_port(parts))

    def might_fetch(self, capture: Capture) -> bool:
        """Whether this client may connect to the address from which another one has fetched the capture."""
        if self.options.proxy:
            return True
        host, port = _host_and_port(parsed_url(capture.url))
        try:
            return bool(self._backend.permitted(host, port, [ip_address(capture.address or "")]))
        except (addresses.AddressRefusedError, ValueError):
            return False

    async def fetch(
        self, url: str, *, named: bool, etag: str | None = None, last_modified: str | None = None
    ) -> FetchResult:
        """Fetch the URL and the URLs to which it redirects.

        Args:
            url: the URL to fetch.
            named: whether the user named this very URL.
            etag: the ETag of an earlier capture, verbatim; not sent to the target of a redirect.
            last_modified: the Last-Modified of an earlier capture, likewise.

        Raises:
            FetchError: if there is nothing to keep, because the URL is not permitted or no response came. Any
                later failure is `FetchResult.error`.
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
                redirects = len(exchanges) - 1
                url = redirected_url(url, location, redirects=redirects, was_asked=asked.__contains__)
                asked.add(url)
        except FetchError as error:
            if not exchanges:
                raise
            return FetchResult(tuple(exchanges), error=error)
        not_modified = len(exchanges) == 1 and last.status == 304 and bool(etag or last_modified)
        return FetchResult(tuple(exchanges), not_modified=not_modified)

    async def ask(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Exchange:
        """Request one URL, as `checked_url` gives it; follow no redirect. Raises FetchError as `fetch`."""
        conditions = [
            (name, value)
            for name, value in (("If-None-Match", etag), ("If-Modified-Since", last_modified))
            if value is not None and _VALIDATOR.fullmatch(value)
        ]
        decision = _IGNORED
        if not self.options.ignore_robots:
            robots = await self._robots.robots(url, self._ask_robots)
            decision = robots.decide(url)
            if not decision.allowed:
                raise RobotsDeniedError(f"{url}: {decision.reason}", url)
            if robots.crawl_delay_s is not None:
                self._throttle.at_least(URL(url).hostname, robots.crawl_delay_s)
        headers = [("Accept", _ACCEPT), ("Accept-Encoding", _ACCEPT_ENCODING), *conditions]
        if cookie := self._cookies.header(url):
            headers.append(("Cookie", cookie))
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
        """Request one URL in turn, and retry where that can help. The last response counts."""
        host = URL(url).hostname
        limits = ExchangeLimits(self.options.timeout_s, self.options.total_timeout_s, max_bytes)
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
                    again = await self._settle(host, outcome, attempt)
            except PausedError as paused:
                if last:
                    break
                until = iso_time(self._clock.now() + timedelta(seconds=paused.seconds))
                message = f"{host} asked for a pause until {until}; crawl it again after that"
                raise RateLimitedError(message, url, paused.seconds) from paused
            if isinstance(outcome, Exchange):
                last = outcome
            elif not (again or last):
                raise outcome
        assert last is not None  # noqa: S101  without a response, an error has been raised
        return last

    async def _attempt(
        self, url: str, headers: list[tuple[str, str]], limits: ExchangeLimits, robots: RobotsDecision | None
    ) -> Exchange | NoResponseError:
        try:
            outcome = await exchange(self._transport, url, headers, limits, self._clock, robots)
        except NoResponseError as error:
            return error
        if self.options.proxy:  # the address is the proxy's
            return replace(outcome, capture=outcome.capture.model_copy(update={"address": None}))
        return outcome

    async def _settle(self, host: str, outcome: Exchange | NoResponseError, attempt: int) -> bool:
        """Adjust the host's queue to an outcome; True if the URL is to be requested again.

        This runs within the turn, so that no other request goes out before a pause has begun.
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
            if self._on_pause and pause > 0:
                await self._on_pause(host, self._clock.now() + timedelta(seconds=pause))
        if outcome.status in TRANSIENT_STATUSES:
            if pause is None:
                unstated = self.options.unstated_pause_s if outcome.status == 429 else 0
                self._throttle.pause(host, max(backoff, unstated), f"status {outcome.status}")
            return left and (pause or 0) <= self.options.longest_wait_s
        if outcome.capture.truncated == "disconnect":
            self._throttle.pause(host, backoff, "the connection was lost")
            return left
        return False

    def _seconds_to(self, time: datetime) -> float:
        """Return the rest of a pause: no more than any Retry-After, should the clock have been wrong."""
        return min((time - self._clock.now()).total_seconds(), MAX_RETRY_AFTER_S)

    def _retry_after_s(self, outcome: Exchange) -> float | None:
        """Read the requested pause in seconds: on 503 and redirects (RFC 9110), on 429 (RFC 6585)."""
        if not (outcome.status in TRANSIENT_STATUSES or outcome.status in REDIRECTS):
            return None
        now = self._clock.now()
        # A date is the server's, so it is compared with the server's own clock.
        date = parse_http_date(outcome.capture.header("date") or "", now)
        return retry_after_s(outcome.capture.header("retry-after"), date or now)

    def rate_limited(self, outcome: Exchange) -> RateLimitedError | None:
        """Return the error of a response that asks for a pause longer than `longest_wait_s`, else None."""
        pause = self._retry_after_s(outcome)
        if outcome.status != 429 and (pause is None or pause <= self.options.longest_wait_s):
            return None
        url = outcome.capture.url
        asked = "" if pause is None else f" for {pause:.0f} s"
        return RateLimitedError(
            f"{url}: the server asks for a pause{asked}; crawl it again after that", url, pause
        )


def _host_and_port(url: httpx.URL) -> tuple[str, int]:
    return url.raw_host.decode("ascii"), url.port or _PORTS[url.scheme]
