"""Every error that a caller may meet, named by what the caller does next.

    ArchiverError
    ├─ ConfigError           wrong usage or configuration: fix the input (exit code 2)
    ├─ SourceError           this source gives no capture: continue with the next
    │  └─ FetchError           the source is a URL, `.url`
    │     ├─ RobotsDeniedError   do not ask again
    │     ├─ RateLimitedError    ask later, after `.retry_after_s`
    │     ├─ ForbiddenAddressError  the URL leads to an IP address that is refused
    │     └─ NoResponseError     no usable response; the cause is chained
    └─ StoreError            the archive cannot be read or written: stop; the cause is chained
       ├─ SchemaTooNewError    a newer archiver wrote this archive
       └─ CorruptError         the database or a WARC file is damaged
          └─ DamagedRecordError   one record is damaged: continue with the next capture

A message is one line: what, where, what to do. It names no command or option of the command line, which adds
its own (`remedy`). A bug is none of these and stays a traceback, but in a crawl it is a failure of the page
or URL at which it showed, and ends no other source. A payload that cannot be read as a page is no error but a
`Page` with `error` set: its capture is kept.
"""

from typing import Literal

Remedy = Literal["crawl", "dedupe", "inspect", "rebuild", "verify"]
"""A method of `Archive`, and the command of the same name."""


class ArchiverError(Exception):
    """Root of all errors of this package; the message can be shown to a user as it is.

    `remedy` names the method of `Archive` that helps, where one does.
    """

    def __init__(self, message: str, *, remedy: Remedy | None = None) -> None:
        super().__init__(message)
        self.remedy = remedy


class ConfigError(ArchiverError):
    """Wrong usage or configuration."""


class SourceError(ArchiverError):
    """A source that gives no capture."""


class FetchError(SourceError):
    """A URL that could not be fetched."""

    def __init__(self, message: str, url: str) -> None:
        super().__init__(message)
        self.url = url


class RobotsDeniedError(FetchError):
    """robots.txt does not allow this URL, or could not be read."""


class RateLimitedError(FetchError):
    """The server asked for a longer pause than is waited for: `retry_after_s` seconds, None if unknown."""

    def __init__(self, message: str, url: str, retry_after_s: float | None) -> None:
        super().__init__(message, url)
        self.retry_after_s = retry_after_s


class ForbiddenAddressError(FetchError):
    """The URL is neither http nor https, or leads to a private IP address that the user did not name."""


class NoResponseError(FetchError):
    """No whole response: DNS, connection, TLS, protocol or time-out; the cause is chained."""


class StoreError(ArchiverError):
    """The archive cannot be read or written."""


class SchemaTooNewError(StoreError):
    """A newer version of archiver wrote the archive."""


class CorruptError(StoreError):
    """The database or a WARC file is damaged."""


class DamagedRecordError(CorruptError):
    """The record of one capture is damaged; the others can be read."""
