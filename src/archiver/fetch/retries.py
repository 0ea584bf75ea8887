"""Whether a retry can help, and how long to wait before it.

Statuses, errors, a Retry-After header and a number of attempts go in; seconds or None come out. The throttle
does the waiting. A host name that does not exist and a certificate that does not verify are final; all other
failures may be temporary.
"""

import re
import socket
import ssl
from datetime import UTC, datetime, timedelta

TRANSIENT_STATUSES = frozenset({429, 502, 503, 504})

MAX_RETRY_AFTER_S = 86_400.0
MAX_BACKOFF_S = 60.0

_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: n for n, name in enumerate(_MONTH_NAMES, 1)}
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
_HTTP_DATES = [
    re.compile(pattern, re.ASCII | re.IGNORECASE)
    for pattern in (
        rf"[a-z]{{3}}, (?P<day>\d\d) (?P<month>[a-z]{{3}}) (?P<year>\d{{4}}) {_TIME} GMT",
        rf"[a-z]{{6,9}}, (?P<day>\d\d)-(?P<month>[a-z]{{3}})-(?P<year>\d\d) {_TIME} GMT",
        rf"[a-z]{{3}} (?P<month>[a-z]{{3}}) (?P<day>[ \d]\d) {_TIME} (?P<year>\d{{4}})",
    )
]


def parse_http_date(text: str, now: datetime) -> datetime | None:
    """Parse a time in one of the three forms of RFC 9110, section 5.6.7; None for anything else.

    A year of two digits that would lie more than 50 years after `now` is the past one with these digits. The
    name of the weekday is ignored.
    """
    for form in _HTTP_DATES:
        if match := form.fullmatch(text.strip()):
            break
    else:
        return None
    year, month = int(match["year"]), _MONTHS.get(match["month"].lower(), 0)
    if len(match["year"]) == 2:
        year += now.year // 100 * 100
        if year > now.year + 50:
            year -= 100
    try:
        time = datetime(year, month, int(match["day"]), int(match["hour"]), int(match["minute"]), tzinfo=UTC)
        return time + timedelta(seconds=int(match["second"]))  # added, so that a leap second is no error
    except (ValueError, OverflowError):
        return None


def retry_after_s(value: str | None, now: datetime) -> float | None:
    """Parse a Retry-After header (RFC 9110, section 10.2.3) into seconds; None if it has no valid form.

    A time that has passed and a negative number are 0; the result is at most `MAX_RETRY_AFTER_S`.
    """
    if value is None:
        return None
    value = value.strip()
    if re.fullmatch(r"-?\d+", value, re.ASCII):
        # counted before they are converted: int() refuses more than 4,300 digits
        seconds = MAX_RETRY_AFTER_S if len(value) > 9 else float(value)
    elif date := parse_http_date(value, now):
        seconds = (date - now).total_seconds()
    else:
        return None
    return 0.0 if value.startswith("-") else min(max(seconds, 0.0), MAX_RETRY_AFTER_S)


def backoff_s(attempt: int, jitter: float) -> float:
    """Seconds to wait after failed attempt 1, 2, 3...: 1, 2, 4..., less up to half (`jitter` 0 to 1)."""
    return min(MAX_BACKOFF_S, 2.0 ** min(attempt - 1, 10)) * (1 - jitter / 2)


def may_help(error: BaseException) -> bool:
    """Whether a retry after this failure may bring a response."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return False
        if isinstance(cause, socket.gaierror):
            return cause.errno == socket.EAI_AGAIN
        cause = cause.__cause__ or cause.__context__
    return True
