"""How to fetch: every setting of a `Fetcher`, with its default.

In: values from the command line or a configuration file. Out: `FetchOptions`. Refuses: numbers that make no
sense, a contact that cannot stand in a header. The one surprise: a delay of 0 also turns its adapting off.
"""

from typing import Annotated

from pydantic import Field, StringConstraints

from archiver import __version__
from archiver.fetch.robots import TOKEN
from archiver.models import Model

_PROJECT = "https://pypi.org/project/listing-archiver/"


class FetchOptions(Model):
    """The settings of a `Fetcher`; times are in seconds, sizes in bytes.

    `contact` (an address of mail or of the web) is put into the User-Agent, for the people whose server is
    asked. `delay_s` is the shortest pause between two requests to one host; the real one follows the server's
    pace. `timeout_s` bounds a silence, `total_timeout_s` a whole request. `retries` come after the first
    attempt. `longest_wait_s` is the longest pause by Retry-After that is waited for. `concurrency` counts the
    requests to one host at a time. `ignore_robots` is for sites of one's own.
    """

    contact: Annotated[str, StringConstraints(pattern=r"^[!-'*-\[\]-~]+$")] | None = None
    delay_s: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    timeout_s: float = Field(default=30.0, gt=0, allow_inf_nan=False)
    total_timeout_s: float = Field(default=300.0, gt=0, allow_inf_nan=False)
    longest_wait_s: float = Field(default=120.0, ge=0, allow_inf_nan=False)
    retries: int = Field(default=2, ge=0)
    max_bytes: int = Field(default=20 * 1024 * 1024, gt=0)
    concurrency: int = Field(default=1, ge=1)
    ignore_robots: bool = False

    @property
    def user_agent(self) -> str:
        """`archiver/VERSION (+URL; contact)`."""
        contact = f"; {self.contact}" if self.contact else ""
        return f"{TOKEN}/{__version__} (+{_PROJECT}{contact})"
