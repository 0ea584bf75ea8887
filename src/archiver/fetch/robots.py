"""What robots.txt allows, by RFC 9309.

URLs and a function that fetches a robots.txt go in; a decision with its reason comes out, and the Crawl-delay
of the host. This module owns the rules on statuses, redirects, size and caching; protego matches the paths.

A robots.txt that cannot be reached disallows the whole site; one that does not exist allows it.
"""

import asyncio
import re
import socket
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ada_url import URL, join_url
from protego import Protego

from archiver.errors import FetchError, ForbiddenAddressError, RateLimitedError

TOKEN = "archiver"  # noqa: S105  the product token, no secret
"""The product token by which groups are found; the User-Agent header starts with it."""

MAX_REDIRECTS = 5
MAX_SIZE = 500 * 1024
"""Bytes that are parsed: the least that section 2.5 allows, and enough."""
MAX_DOWNLOAD = MAX_SIZE + 16 * 1024
CACHE_FOR = timedelta(hours=24)
RETRY_UNREACHABLE_AFTER = timedelta(minutes=30)

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class RobotsReply:
    """A response for robots.txt; `whole` is False if a limit or a fault cut the payload."""

    status: int
    payload: bytes = b""
    encoding: str | None = None
    location: str | None = None
    whole: bool = True


Ask = Callable[[str], Awaitable[RobotsReply]]
"""Fetches one URL without following redirects; raises FetchError."""


@dataclass(frozen=True)
class RobotsDecision:
    """Whether a URL may be fetched, and the reason in one sentence that is stored and shown."""

    allowed: bool
    reason: str


@dataclass(frozen=True)
class Robots:
    """The rules of one authority (scheme, host and port).

    `rules` is None where no line decides; `allowed` then holds for every path.
    """

    allowed: bool
    reason: str
    reachable: bool = True
    rules: Protego | None = None
    token: str = TOKEN

    def decide(self, url: str) -> RobotsDecision:
        """Decide on a URL of this authority. `/robots.txt` itself is always allowed (section 2.2.2)."""
        if URL(url).pathname == "/robots.txt":
            return RobotsDecision(True, "robots.txt itself is always allowed")
        if self.rules is None:
            return RobotsDecision(self.allowed, self.reason)
        allowed = self.rules.can_fetch(url, self.token)
        return RobotsDecision(allowed, f"{self.reason} {'allows' if allowed else 'disallows'} this URL")

    @property
    def crawl_delay_s(self) -> float | None:
        """Seconds between two requests, if the site asks for them (an extension of the RFC)."""
        return self.rules.crawl_delay(self.token) if self.rules else None


# Protego matches group names more freely than section 2.2.1: a group for "arch" would apply to archiver, and
# a file of many names takes quadratic time. So each name is replaced first: by the token, by "*", or by "-".
# Its own line may lack the colon, if no other stands in front of a space. The spaces are passed over once
# (`*+`): a line of them would else take quadratic time.
_AGENT_LINE = re.compile(r"\s*+user[- ]?agent(?:\s*+:|\s(?![^:]*+:(?:\s|$)))(?P<name>.*)", re.IGNORECASE)
_PRODUCT = re.compile(r"[a-z_-]+", re.IGNORECASE)
_SOMEBODY_ELSE = "-"
# The RFC ends lines at CR and LF alone; Protego, like str.splitlines, at these as well.
_NO_LINE_ENDS = {ord(c): "".join(f"%{b:02X}" for b in c.encode()) for c in "\v\f\x1c\x1d\x1e\x85\u2028\u2029"}


def parse_robots(payload: bytes, token: str = TOKEN) -> Robots:
    """Parse the rules of a robots.txt for a product token; lines that are no rule are skipped (section 2.2).

    Group names are compared without case and as a whole, by their product token ("Archiver/2.0" is
    "archiver"). All groups of that name apply together; those of `*` apply only if there is none.
    """
    if len(payload) > MAX_SIZE:
        # at a line end, since half a path would be another rule
        end = max(payload.rfind(b"\n", 0, MAX_SIZE), payload.rfind(b"\r", 0, MAX_SIZE))
        payload = payload[: end + 1]
    text = payload.decode("utf-8-sig", "replace").translate(_NO_LINE_ENDS)
    lines = (_known_agent(line, token) for line in re.split(r"[\r\n]+", text))
    return Robots(True, "robots.txt", rules=Protego.parse("\n".join(lines)), token=token)


def _known_agent(line: str, token: str) -> str:
    match = _AGENT_LINE.match(line.partition("#")[0])
    if not match:
        return line
    name = match["name"].strip()
    if name != "*":
        product = _PRODUCT.match(name.replace("*", ""))  # "*archiver*" is meant for us, if not for everyone
        name = token if product and product[0].lower() == token.lower() else _SOMEBODY_ELSE
    return f"User-agent: {name}"


def inflate(payload: bytes, encoding: str | None, limit: int = MAX_DOWNLOAD) -> bytes | None:
    """Remove the Content-Encoding of a payload, up to `limit` bytes; None if that fails.

    robots.txt is requested with `identity`, but some servers compress whatever they send.
    """
    coding = (encoding or "identity").strip().lower()
    if coding in ("identity", ""):
        return payload
    if coding not in ("gzip", "x-gzip", "deflate"):
        return None
    try:
        return zlib.decompressobj(47).decompress(
            payload, limit
        )  # 47: gzip or zlib, recognized by their headers
    except zlib.error:
        return None


@dataclass(frozen=True)
class _Held:
    robots: Robots
    until: datetime


class RobotsCache:
    """The rules of every authority that was requested, for at most 24 hours (section 2.4)."""

    def __init__(self, now: Callable[[], datetime], token: str = TOKEN) -> None:
        self._now = now
        self._token = token
        self._held: dict[str, _Held] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def robots(self, url: str, ask: Ask) -> Robots:
        """Return the rules of this URL's authority, fetching them if none are held or they are too old.

        Rules that cannot be fetched again stay in force while their site is unreachable (section 2.4).
        """
        authority = URL(url).origin
        # one at a time per authority: the second caller finds what the first one fetched
        async with self._locks.setdefault(authority, asyncio.Lock()):
            held = self._held.get(authority)
            if held and self._now() < held.until:
                return held.robots
            robots = await self._fetch(f"{authority}/robots.txt", ask)
            if not robots.reachable and held and held.robots.reachable:
                robots = held.robots
                until = self._now() + RETRY_UNREACHABLE_AFTER
            else:
                until = self._now() + (CACHE_FOR if robots.reachable else RETRY_UNREACHABLE_AFTER)
            self._held[authority] = _Held(robots, until)
            return robots

    async def _fetch(self, url: str, ask: Ask) -> Robots:
        """Fetch a robots.txt by section 2.3.1, following redirects."""
        for redirects in range(MAX_REDIRECTS + 1):
            try:
                reply = await ask(url)
            except RateLimitedError:
                raise  # a pause that the host asked for earlier says nothing about its robots.txt
            except FetchError as error:
                if redirects == 0 and (isinstance(error, ForbiddenAddressError) or _is_unresolved(error)):
                    raise  # this holds for every URL of the authority, and is no word of its robots.txt
                return _unreachable(str(error))
            if reply.status not in _REDIRECTS:
                return _robots(reply, self._token)
            try:
                url = join_url(url, reply.location or "")
            except ValueError:
                return _unavailable("it redirects to no URL")
            if not reply.location:
                return _unavailable("it redirects to no URL")
        return _unavailable(f"more than {MAX_REDIRECTS} redirects")


def _is_unresolved(error: BaseException | None) -> bool:
    """Whether the host's name has no address, which is how a misspelt URL fails."""
    while error is not None and not isinstance(error, socket.gaierror):
        error = error.__cause__ or error.__context__
    return error is not None


def _robots(reply: RobotsReply, token: str) -> Robots:
    if 200 <= reply.status < 300:
        payload = inflate(reply.payload, reply.encoding)
        if payload is None:
            return _unreachable(f"its Content-Encoding {reply.encoding!r} is not supported or damaged")
        if not reply.whole and len(payload) <= MAX_SIZE:
            return _unreachable("the response was cut short")
        return parse_robots(payload, token)
    # 429 is a 4xx, but it means "not now" and not "there is none"
    if 400 <= reply.status < 500 and reply.status != 429:
        return _unavailable(f"status {reply.status}")
    return _unreachable(f"status {reply.status}")


def _unavailable(why: str) -> Robots:
    return Robots(True, f"there is no robots.txt ({why}): everything is allowed")


def _unreachable(why: str) -> Robots:
    return Robots(False, f"robots.txt is unreachable ({why}): everything is disallowed", reachable=False)
