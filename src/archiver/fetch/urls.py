"""URLs that may be requested, and where a redirect leads.

URLs and captures go in; checked, absolute URLs come out. Whether a URL leads to a private address is decided
when a connection is made (`addresses`), not here.
"""

from collections.abc import Callable

import httpx
from ada_url import URL, join_url

from archiver.errors import ForbiddenAddressError, NoResponseError
from archiver.models import Capture

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTS = 10
"""Redirects that are followed from one URL."""


def checked_url(url: str, base: str | None = None) -> str:
    """Normalize a URL for a request: absolute (WHATWG), without fragment, user and password.

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


def parsed_url(url: str) -> httpx.URL:
    """Convert a URL for httpx. Raises ForbiddenAddressError for the few hosts that httpx refuses (IDNA)."""
    try:
        parsed = httpx.URL(url)
        parsed.host  # noqa: B018  # decodes it, as each request does, and raises IDNAError for "xn--a"
    except (httpx.InvalidURL, UnicodeError) as error:
        raise ForbiddenAddressError(f"{url}: cannot be requested: {one_line(error)}", url) from error
    return parsed


def redirect_target(capture: Capture) -> str | None:
    """Return the Location of a capture that redirects, as written; None for all others, and for an empty one.

    Bytes beyond ASCII are UTF-8 or, where they are not, bytes of the URL in another encoding: these are
    percent-encoded one by one, as browsers send them.
    """
    location = capture.header("location") if capture.status in REDIRECTS else None
    if not location:
        return None
    sent = location.encode("iso-8859-1")
    try:
        return sent.decode("utf-8")
    except UnicodeError:
        return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in sent)


def redirected_url(url: str, location: str, *, redirects: int, was_asked: Callable[[str], bool]) -> str:
    """Resolve the next URL of a chain of redirects.

    Args:
        url: the URL that redirects.
        location: its Location, as written.
        redirects: the redirects that led to *url*.
        was_asked: whether the chain has requested a URL before.

    Raises:
        ForbiddenAddressError: for a Location that is no http or https URL.
        NoResponseError: for a chain that returns to a URL, or that is longer than `MAX_REDIRECTS`.
    """
    try:
        target = checked_url(location, base=url)
    except ForbiddenAddressError as error:
        raise ForbiddenAddressError(f"{url}: redirects to {error}", url) from error
    if was_asked(target):
        raise NoResponseError(f"{url}: the redirects form a loop, back to {target}", url)
    if redirects >= MAX_REDIRECTS:
        raise NoResponseError(f"{url}: more than {MAX_REDIRECTS} redirects", url)
    return target


def one_line(error: BaseException) -> str:
    """Put the message of an error on one line; the name of its class where it has none."""
    return " ".join(str(error).split()) or type(error).__name__
