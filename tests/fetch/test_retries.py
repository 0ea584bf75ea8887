"""When to ask again, and after how long."""

import socket
import ssl
from datetime import UTC, datetime

import pytest

from archiver.errors import NoResponseError
from archiver.fetch.retries import (
    MAX_BACKOFF_S,
    MAX_RETRY_AFTER_S,
    backoff_s,
    may_help,
    parse_http_date,
    retry_after_s,
)

NOW = datetime(2024, 2, 28, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "  sun, 06 nov 1994 08:49:37 gmt ",
        "Fri, 06 Nov 1994 08:49:37 GMT",
    ],
)
def test_three_forms_of_a_date(text: str) -> None:
    assert parse_http_date(text, NOW) == datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)


def test_year_of_two_digits_is_at_most_50_years_ahead() -> None:
    years = []
    for year in ("74", "75"):
        time = parse_http_date(f"Sunday, 06-Nov-{year} 08:49:37 GMT", NOW)
        assert time is not None
        years.append(time.year)
    assert years == [2074, 1975]


def test_leap_second() -> None:
    assert parse_http_date("Sat, 31 Dec 2016 23:59:60 GMT", NOW) == datetime(2017, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "1994-11-06T08:49:37Z",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 25:49:37 GMT",
        "Sun, 06 Xyz 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 +0200",
        "Sun, 06 Nov 0000 08:49:37 GMT",
        "Fri, 31 Dec 9999 23:59:60 GMT",
        "Sun, ٠٦ Nov 1994 08:49:37 GMT",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert parse_http_date(text, NOW) is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("1.5", None),
        ("0", 0),
        (" 120 ", 120),
        ("-1", 0),
        ("-99999999999", 0),
        ("86401", MAX_RETRY_AFTER_S),
        ("9" * 10_000, MAX_RETRY_AFTER_S),
        ("٣", None),
        ("Wed, 28 Feb 2024 12:02:00 GMT", 120),
        ("Wed, 28 Feb 2024 11:00:00 GMT", 0),
        ("Wed, 28 Feb 2124 12:00:00 GMT", MAX_RETRY_AFTER_S),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after_s(value, NOW) == seconds


def test_backoff_doubles_up_to_a_limit() -> None:
    assert [backoff_s(n, 0) for n in (1, 2, 3, 4)] == [1, 2, 4, 8]
    assert backoff_s(2, 1) == 1
    assert backoff_s(100_000, 0) == MAX_BACKOFF_S


def caused_by(cause: BaseException) -> NoResponseError:
    error = NoResponseError("no response", "http://a.example/")
    error.__cause__ = OSError("connect failed")
    error.__cause__.__cause__ = cause
    return error


def test_some_failures_are_final() -> None:
    assert may_help(caused_by(ConnectionResetError()))
    assert may_help(caused_by(TimeoutError()))
    assert may_help(caused_by(ssl.SSLError("bad record")))
    assert may_help(caused_by(socket.gaierror(socket.EAI_AGAIN, "try again")))
    assert not may_help(caused_by(socket.gaierror(socket.EAI_NONAME, "unknown")))
    assert not may_help(caused_by(ssl.SSLCertVerificationError("self-signed")))
