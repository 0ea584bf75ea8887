"""Send one request and receive its response, byte for byte.

A transport, a URL, headers and limits go in; an `Exchange` comes out. Every response with a status is kept. A
body that a limit or a fault cut short is kept too and marked with `Capture.truncated`.

The payload has no chunk framing but still has its Content-Encoding. Nothing is decompressed here, so that a
compression bomb costs no more than its compressed size. An exchange needs at most twice `max_bytes` of
memory, plus a head (`heads.MAX_HEAD_BYTES`; 64 KB in HTTP/2) and one read (64 KB).
"""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from typing import Literal

import httpx
from h2.exceptions import H2Error

from archiver.errors import ForbiddenAddressError, NoResponseError
from archiver.fetch.addresses import AddressRefusedError
from archiver.fetch.heads import RESPONSE_HEAD, contradicts_its_length
from archiver.fetch.robots import RobotsDecision
from archiver.fetch.throttle import Clock
from archiver.fetch.urls import one_line, parsed_url
from archiver.httphead import Headers, ResponseHead, sound_headers
from archiver.models import Capture

_BROKEN = (httpx.TransportError, H2Error, OSError, ValueError)
"""What a transport raises on a bad network or a bad server. httpx wraps most of it; errors of the HTTP/2
engine,
of a `:status` that is no number and some of the operating system's come through as they are."""


@dataclass(frozen=True)
class ExchangeLimits:
    """Limits of one exchange: seconds to connect or between two reads, seconds in all, bytes of the body."""

    timeout_s: float
    total_timeout_s: float
    max_bytes: int


@dataclass(frozen=True)
class Exchange:
    """A request and its response.

    `target` and `request_headers` are what was sent, without the user's cookies: an archive is passed on.
    HTTP/2 sends the same content in its own form. Header texts are ISO 8859-1, so that encoding them gives
    the bytes on the wire. `latency_s` runs to the head of
    the response, `elapsed_s` to its last byte. `head` is the head of the response as it came, with lines that
    `capture.headers` passes over; None for HTTP/2, whose heads are no text.
    """

    capture: Capture
    target: str
    request_headers: Headers
    latency_s: float
    elapsed_s: float
    head: bytes | None = None

    @property
    def request_line(self) -> str:
        """The request line in the form of HTTP/1.1, whatever the protocol."""
        return f"GET {self.target} HTTP/1.1"

    @property
    def request(self) -> bytes:
        """The whole request in the form of HTTP/1.1, whatever the protocol."""
        lines = [self.request_line, *(f"{name}: {value}" for name, value in self.request_headers)]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("iso-8859-1")

    @property
    def status(self) -> int:
        """The status of the response."""
        assert self.capture.status is not None  # noqa: S101  only imported files have none
        return self.capture.status


async def exchange(
    transport: httpx.AsyncBaseTransport,
    url: str,
    headers: list[tuple[str, str]],
    limits: ExchangeLimits,
    clock: Clock,
    robots: RobotsDecision | None = None,
) -> Exchange:
    """Send one GET and receive the response; a redirect is not followed.

    httpx's client is not used: an archive wants none of what it adds (cookies, redirects, decoding).

    Raises:
        NoResponseError: if no whole head arrives.
        ForbiddenAddressError: if the host has no permitted address.
    """
    timeout = dict.fromkeys(("connect", "read", "write", "pool"), limits.timeout_s)
    sent = [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers]
    request = httpx.Request("GET", parsed_url(url), headers=sent, extensions={"timeout": timeout})
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
            if not 100 <= response.status_code <= 999:
                await response.aclose()
                response = None
                raise httpx.RemoteProtocolError("the status has not three digits")
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
        raise ForbiddenAddressError(
            f"{url}: {error}; a URL on it is fetched only where you name it as a source", url
        ) from error
    except (TimeoutError, httpx.TimeoutException) as error:
        if response is None:
            raise NoResponseError(f"{url}: no response in time", url) from error
        truncated = "time"
    except _BROKEN as error:
        if response is None:
            raise NoResponseError(f"{url}: no response: {one_line(error)}", url) from error
        truncated = "disconnect"
    head: ResponseHead | None = response.extensions["network_stream"].get_extra_info(RESPONSE_HEAD)
    if head and truncated is None and contradicts_its_length(head, len(body)):
        truncated = "disconnect"
    return Exchange(
        capture=Capture(
            url=url,
            captured_at=captured_at,
            payload=bytes(body),
            status=response.status_code,
            headers=head.headers if head else sound_headers(response.headers.raw),
            truncated=truncated,
            phrase=head.phrase if head else "",
            protocol=response.http_version,
            address=address,
            robots=robots.reason if robots else None,
        ),
        target=request.url.raw_path.decode("ascii"),
        request_headers=tuple(
            header for header in sound_headers(request.headers.raw) if header[0].lower() != "cookie"
        ),
        latency_s=latency_s,
        elapsed_s=clock.monotonic() - start,
        head=head.raw if head else None,
    )


def _peer(response: httpx.Response) -> str | None:
    address = response.extensions["network_stream"].get_extra_info("server_addr")
    return address[0] if address else None
