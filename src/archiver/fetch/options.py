"""The settings of a `Fetcher`, and which captures of a web archive are wanted, with their defaults."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints

from archiver import __version__
from archiver.defaults import MAX_PAYLOAD_BYTES
from archiver.fetch.robots import TOKEN
from archiver.models import Model

_PROJECT = "https://pypi.org/project/listing-archiver/"


Contact = Annotated[str, StringConstraints(pattern=r"^[!-'*-\[\]-~]+$")]
"""What a User-Agent can name: ASCII without what ends a comment."""


def _checked_proxy(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(f"expected http://HOST:PORT, not {url!r}")
    parts.port  # noqa: B018  a wrong one is a ValueError
    return url


ProxyUrl = Annotated[str, AfterValidator(_checked_proxy)]


class FetchOptions(Model):
    """The settings of a `Fetcher`; times are in seconds, sizes in bytes.

    Attributes:
        contact: an e-mail address or URL that the User-Agent names, for the operators of the server.
        delay_s: the shortest pause between two requests to one host; it grows with a slow server. 0 turns
            pacing off.
        timeout_s: read timeout, and timeout to connect.
        total_timeout_s: timeout of a whole request.
        longest_wait_s: the longest Retry-After that is waited for.
        unstated_pause_s: the shortest pause after a status 429 without Retry-After.
        retries: retries after the first attempt, for temporary failures.
        max_bytes: bytes of a body that are kept, 256 MiB at most; a longer one is cut there and marked.
        concurrency: requests to one host at a time.
        ignore_robots: whether to fetch what robots.txt disallows; for your own sites.
        cookies: a file of cookies as browsers export them (Netscape's `cookies.txt`); each is sent where its
            host, path and security say. What a server sets is kept in the capture and never sent back.
        proxy: URL of an HTTP proxy. It resolves the names, so that the guard on private addresses is its
            matter, and captures have no IP address.
    """

    contact: Contact | None = None
    delay_s: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    timeout_s: float = Field(default=30.0, gt=0, allow_inf_nan=False)
    total_timeout_s: float = Field(default=300.0, gt=0, allow_inf_nan=False)
    longest_wait_s: float = Field(default=120.0, ge=0, allow_inf_nan=False)
    unstated_pause_s: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    retries: int = Field(default=2, ge=0)
    max_bytes: int = Field(default=20 * 1024 * 1024, gt=0, le=MAX_PAYLOAD_BYTES)
    concurrency: int = Field(default=1, ge=1)
    ignore_robots: bool = False
    cookies: Path | None = None
    proxy: ProxyUrl | None = None

    @property
    def user_agent(self) -> str:
        """`archiver/VERSION (+URL; contact)`."""
        contact = f"; {self.contact}" if self.contact else ""
        return f"{TOKEN}/{__version__} (+{_PROJECT}{contact})"


WAYBACK_INDEX = "https://web.archive.org/cdx/search/cdx"
"""The CDX server of the Internet Archive's Wayback Machine."""
MatchType = Literal["exact", "prefix", "host", "domain"]
"""Which URLs are meant by one: itself, all that begin with it, all of its host, all of its host's
subdomains."""


def timestamp_prefix(text: str) -> str:
    """Return a time as the beginning of 14 digits (UTC), as precise as it is written.

    `2023`, `202303` and `2023-03-05` stay a year, a month and a day; `2023-03-05T12:00Z` is a second. Raises
    ValueError.
    """
    if re.fullmatch(r"\d{4}(\d\d){0,5}|\d{4}-\d\d(-\d\d)?", text, re.ASCII):
        digits = text.replace("-", "")
        datetime.strptime(digits + "00000101000000"[len(digits) :], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return digits
    time = datetime.fromisoformat(text)
    return (time.astimezone(UTC) if time.tzinfo else time).strftime("%Y%m%d%H%M%S")


Timestamp = Annotated[str, AfterValidator(timestamp_prefix)]


class WebArchiveOptions(Model):
    """Which captures of a web archive are wanted.

    Attributes:
        index: the URL of a CDX server, whose archive replays at the path in front of `cdx`.
        from_time: the first time, as 14 digits, the beginning of them, or ISO 8601.
        to_time: the last time; a year or month lasts to its end.
        match_type: which URLs are meant.
        collapse: `digest` leaves out captures with the payload of the one before them, `timestamp:N` those
            that share N digits of their time with the one before them.
        limit: captures at most, the earliest of each URL first.
    """

    index: str = WAYBACK_INDEX
    from_time: Timestamp | None = None
    to_time: Timestamp | None = None
    match_type: MatchType = "exact"
    collapse: Annotated[str, StringConstraints(pattern=r"^(digest|timestamp:([1-9]|1[0-4]))$")] | None = None
    limit: int | None = Field(default=None, ge=1)

    def covers(self, timestamp: str) -> bool:
        """Whether 14 digits lie between the two times; both are included."""
        first, last = self.from_time or "", self.to_time or ""
        return timestamp[: len(first)] >= first and timestamp[: len(last)] <= last
