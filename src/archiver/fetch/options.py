"""The settings of a `Fetcher`, with their defaults."""

from pathlib import Path
from typing import Annotated
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
