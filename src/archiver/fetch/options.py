"""The settings of a `Fetcher`, with their defaults."""

from typing import Annotated

from pydantic import Field, StringConstraints

from archiver import __version__
from archiver.defaults import MAX_PAYLOAD_BYTES
from archiver.fetch.robots import TOKEN
from archiver.models import Model

_PROJECT = "https://pypi.org/project/listing-archiver/"


Contact = Annotated[str, StringConstraints(pattern=r"^[!-'*-\[\]-~]+$")]
"""What a User-Agent can name: ASCII without what ends a comment."""


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

    @property
    def user_agent(self) -> str:
        """`archiver/VERSION (+URL; contact)`."""
        contact = f"; {self.contact}" if self.contact else ""
        return f"{TOKEN}/{__version__} (+{_PROJECT}{contact})"
