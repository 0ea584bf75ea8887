"""Every error that a caller may meet, named by what the caller does next.

    ArchiverError
    ├─ ConfigError           wrong usage or configuration: fix the input (exit code 2)
    ├─ SourceError           this source gives no capture: go on with the next
    │  └─ FetchError           the network's share of them; `.url`
    │     ├─ RobotsDeniedError   do not ask again
    │     ├─ RateLimitedError    `.retry_after_s`: ask later
    │     ├─ BadStatusError      `.status`
    │     ├─ ForbiddenAddressError  the address is not one that may be asked
    │     └─ NoResponseError     nothing usable came back; the cause is chained
    └─ StoreError            the archive cannot be read or written: stop; the cause is chained
       ├─ SchemaTooNewError    a newer archiver wrote this archive
       └─ CorruptError         the database or a WARC file is damaged

Messages are one line: what, where, what to do. A bug is none of these and stays a traceback. A payload that
cannot be read as a page is no error either but a `Page` with `error` set: the capture is kept all the same.
"""


class ArchiverError(Exception):
    """Root of the tree; its message is fit to be shown to a user as it is."""


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
    """The server asked for a pause that is longer than we wait; `retry_after_s` seconds, if it said so."""

    def __init__(self, message: str, url: str, retry_after_s: float | None) -> None:
        super().__init__(message, url)
        self.retry_after_s = retry_after_s


class BadStatusError(FetchError):
    """The server answered with an error status."""

    def __init__(self, message: str, url: str, status: int) -> None:
        super().__init__(message, url)
        self.status = status


class ForbiddenAddressError(FetchError):
    """The address was not named by the user and is private, or is neither http nor https."""


class NoResponseError(FetchError):
    """No whole response: DNS, connection, TLS, protocol or time-out; the cause is chained."""


class StoreError(ArchiverError):
    """The archive cannot be read or written."""


class SchemaTooNewError(StoreError):
    """The archive was written by a newer version."""


class CorruptError(StoreError):
    """The database or a WARC file is damaged."""
