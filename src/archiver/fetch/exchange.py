"""One request and its response, exactly as they were sent.

In: a transport, a URL, headers and limits. Out: an `Exchange`. Refuses: nothing that has a status; a body
that a limit or a fault cut short is kept and marked (`Capture.truncated`), never taken for a whole one. The
one surprise: the payload is free of chunk framing but its Content-Encoding is still on it, so nothing is
inflated here and a compressed bomb costs no more than its compressed size. An exchange takes at most twice
`max_bytes` of memory, a head (the HTTP engines stop at 100 KB) and a read (64 KB).
"""

import asyncio
import re
from contextlib import aclosing
from dataclasses import dataclass
from typing import Literal

import httpx
from h2.exceptions import H2Error

from archiver.errors import ForbiddenAddressError, NoResponseError
from archiver.fetch.addresses import AddressRefusedError
from archiver.fetch.robots import RobotsDecision
from archiver.fetch.throttle import Clock
from archiver.models import Capture

REDIRECTS = frozenset({301, 302, 303, 307, 308})

Headers = tuple[tuple[str, str], ...]

_BROKEN = (httpx.TransportError, H2Error, OSError, ValueError)
"""What a transport raises on a bad network or a bad server. httpx names most of it; the HTTP/2 engine's own
errors, a `:status` that is no number and some of the operating system's come through unnamed."""

_MALFORMED = re.compile(rb"[\0\r\n]")


@dataclass(frozen=True)
class Limits:
    """`timeout_s` bounds a silence (to connect, between two reads), `total_timeout_s` a whole exchange."""

    timeout_s: float
    total_timeout_s: float
    max_bytes: int


@dataclass(frozen=True)
class Exchange:
    """A request and its response.

    `target` and `request_headers` are what was sent (over HTTP/2 in its own form, with the same content);
    texts of heads are ISO 8859-1, so that encoding them gives the bytes of the wire. `protocol` is the
    response's: `HTTP/1.0`, `HTTP/1.1` or `HTTP/2`; `phrase` the status line's words. `address` is the IP
    address that answered. `latency_s` runs to the response's head, `elapsed_s` to its last byte. `robots` is
    the decision that let the request out; None for a robots.txt.
    """

    capture: Capture
    target: str
    request_headers: Headers
    latency_s: float
    elapsed_s: float

    @property
    def request_line(self) -> str:
        """The request's first line, in the form of HTTP/1.1 whatever the protocol."""
        return f"GET {self.target} HTTP/1.1"

    @property
    def request(self) -> bytes:
        """The whole request, in the form of HTTP/1.1 whatever the protocol."""
        lines = [self.request_line, *(f"{name}: {value}" for name, value in self.request_headers)]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("iso-8859-1")

    @property
    def status(self) -> int:
        """The response's status."""
        assert self.capture.status is not None  # noqa: S101  only imported files have none
        return self.capture.status


def redirect_target(capture: Capture) -> str | None:
    """Where a capture redirects to, as written; None if it does not."""
    location = capture.header("location") if capture.status in REDIRECTS else None
    if location is None:
        return None
    try:
        return location.encode("iso-8859-1").decode("utf-8")  # bytes beyond ASCII, as browsers read them
    except UnicodeError:
        return location


async def exchange(
    transport: httpx.AsyncBaseTransport,
    url: str,
    headers: list[tuple[str, str]],
    limits: Limits,
    clock: Clock,
    robots: RobotsDecision | None = None,
) -> Exchange:
    """Send one GET and receive the response, redirects not followed.

    The transport is used without httpx's client, whose additions (cookies, redirects, decoding) are none of
    what an archive wants. Raises NoResponseError without a whole head, ForbiddenAddressError without a
    permitted address.
    """
    timeout = httpx.Timeout(limits.timeout_s).as_dict()
    request = httpx.Request("GET", parsed_url(url), headers=headers, extensions={"timeout": timeout})
    captured_at, start = clock.now(), clock.monotonic()
    body = bytearray()
    response: httpx.Response | None = None
    truncated: Literal["length", "time", "disconnect"] | None = None
    address = None
    latency_s = 0.0
    try:
        async with asyncio.timeout(limits.total_timeout_s):
            response = await transport.handle_async_request(request)
            latency_s = clock.monotonic() - start
            if any(
                _MALFORMED.search(name) or _MALFORMED.search(value) for name, value in response.headers.raw
            ):
                await response.aclose()
                response = None
                raise httpx.RemoteProtocolError("a header holds a line end or NUL")
            address = _peer(response)
            assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101  for the type checker
            async with aclosing(response.stream) as chunks:
                async for chunk in chunks:
                    body += chunk[: limits.max_bytes - len(body) + 1]
                    if len(body) > limits.max_bytes:
                        del body[limits.max_bytes :]
                        truncated = "length"
                        break
    except AddressRefusedError as error:
        raise ForbiddenAddressError(f"{url}: {error}; name it yourself to have it fetched", url) from error
    except (TimeoutError, httpx.TimeoutException) as error:
        if response is None:
            raise NoResponseError(f"{url}: no response in time", url) from error
        truncated = "time"
    except _BROKEN as error:
        if response is None:
            raise NoResponseError(f"{url}: no response: {_one_line(error)}", url) from error
        truncated = "disconnect"
    return Exchange(
        capture=Capture(
            url=url,
            captured_at=captured_at,
            payload=bytes(body),
            status=response.status_code,
            headers=_texts(response.headers),
            truncated=truncated,
            phrase=response.extensions.get("reason_phrase", b"").decode("iso-8859-1"),
            protocol=response.http_version,
            address=address,
            robots=robots.reason if robots else None,
        ),
        target=request.url.raw_path.decode("ascii"),
        request_headers=_texts(request.headers),
        latency_s=latency_s,
        elapsed_s=clock.monotonic() - start,
    )


def parsed_url(url: str) -> httpx.URL:
    """The URL as httpx takes it. Raises ForbiddenAddressError for the few hosts that it refuses (IDNA)."""
    try:
        return httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ForbiddenAddressError(
            f"{url}: not a URL that can be asked for: {_one_line(error)}", url
        ) from error


def _texts(headers: httpx.Headers) -> Headers:
    return tuple((name.decode("iso-8859-1"), value.decode("iso-8859-1")) for name, value in headers.raw)


def _peer(response: httpx.Response) -> str | None:
    address = response.extensions["network_stream"].get_extra_info("server_addr")
    return address[0] if address else None


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
