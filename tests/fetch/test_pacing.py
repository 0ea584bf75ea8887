"""`Fetcher` against real servers: when it waits, and when it asks again."""

import asyncio
from datetime import timedelta
from email.utils import format_datetime

import pytest

from archiver.errors import RateLimitedError
from archiver.fetch import Fetcher, FetchOptions, FetchResult
from tests.clocks import START, FakeClock
from tests.fetching import visit, with_fetcher
from tests.servers import Pages, Route, Site, site_server


def in_turn(site: Site, clock: FakeClock, body: bytes, *first: Route) -> None:
    """Let `/` give each of these responses once, then the body: the next one whenever somebody has waited."""
    routes = [*first, Route(body)]

    def turn() -> None:
        if routes:
            site.pages["/"] = routes.pop(0)

    turn()
    clock.after_wait = turn


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_transient_status_is_asked_again_after_a_backoff(status: int) -> None:
    clock = FakeClock()
    with site_server({}) as site:
        in_turn(site, clock, b"x", Route(b"", status), Route(b"", status))
        got = visit(site.url, clock=clock)
    assert got.capture.payload == b"x"
    assert site.counts["/"] == 3
    first, second = clock.waits
    assert 0.5 <= first <= 1
    assert 1 <= second <= 2


@pytest.mark.parametrize(("status", "least"), [(429, 60), (503, 0.5)])
def test_a_429_without_a_pause_may_be_given_one(status: int, least: float) -> None:
    clock = FakeClock()
    with site_server({}) as site:
        in_turn(site, clock, b"x", Route(b"", status))
        options = FetchOptions(delay_s=0, unstated_pause_s=60)
        assert visit(site.url, options, clock=clock).capture.payload == b"x"
    (wait,) = clock.waits
    assert least <= wait <= max(1, least)


@pytest.mark.parametrize("status", [200, 400, 403, 404, 500, 501])
def test_other_statuses_are_not_asked_again(status: int) -> None:
    with site_server({"/": Route(b"", status)}) as site:
        visit(site.url)
    assert site.counts["/"] == 1


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("7", 7),
        (format_datetime(START + timedelta(seconds=9), usegmt=True), 9),
        ("Wednesday, 28-Feb-24 12:00:11 GMT", 11),
        ("Wed Feb 28 12:00:13 2024", 13),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_waited_for(status: int, value: str, wait: int) -> None:
    clock = FakeClock()
    with site_server({}) as site:
        busy = Route(b"", status, {"Retry-After": value, "Date": format_datetime(START, usegmt=True)})
        in_turn(site, clock, b"x", busy)
        assert visit(site.url, clock=clock).capture.payload == b"x"
    assert clock.waits == [wait]


@pytest.mark.parametrize("value", ["-5", "0", "Wed, 28 Feb 2024 11:00:00 GMT"])
def test_retry_after_in_the_past_means_now(value: str) -> None:
    clock = FakeClock()
    date = format_datetime(START, usegmt=True)
    with site_server({"/": Route(b"busy", 503, {"Retry-After": value, "Date": date})}) as site:
        assert visit(site.url, clock=clock).capture.payload == b"busy"
    assert site.counts["/"] == 3
    assert clock.waits == []


def test_date_of_retry_after_is_read_by_the_servers_clock() -> None:
    clock = FakeClock()
    wrong = START + timedelta(days=4000)
    headers = {
        "Date": format_datetime(wrong, usegmt=True),
        "Retry-After": format_datetime(wrong + timedelta(seconds=5), usegmt=True),
    }
    with site_server({}) as site:
        in_turn(site, clock, b"x", Route(b"", 503, headers))
        visit(site.url, clock=clock)
    assert clock.waits == [5]


def test_long_retry_after_holds_the_whole_host() -> None:
    clock = FakeClock()
    busy = Route(b"slow down", 429, {"Retry-After": "3600"})
    with site_server({"/": busy, "/other": b"x"}) as site:

        async def use(fetcher: Fetcher) -> FetchResult:
            first = await fetcher.fetch(site.url, named=True)
            with pytest.raises(RateLimitedError) as caught:
                await fetcher.fetch(f"{site.url}/other", named=False)
            assert caught.value.retry_after_s == 3600
            clock.elapsed_s += 3590
            await fetcher.fetch(f"{site.url}/other", named=False)
            return first

        got = with_fetcher(use, clock=clock)
    assert got.capture.payload == b"slow down"
    assert isinstance(got.error, RateLimitedError)
    assert got.error.retry_after_s == 3600
    assert clock.waits == [10]
    assert site.counts == {"/robots.txt": 1, "/": 1, "/other": 1}


def test_429_to_the_end_is_an_error_and_503_a_status() -> None:
    with site_server({"/429": Route(b"", 429), "/503": Route(b"", 503)}) as site:
        limited, down = visit(f"{site.url}/429"), visit(f"{site.url}/503")
    assert isinstance(limited.error, RateLimitedError)
    assert limited.error.retry_after_s is None
    assert (down.error, down.capture.status) == (None, 503)


def test_retry_after_on_a_redirect_is_waited_for() -> None:
    clock = FakeClock()
    pages: Pages = {"/": Route(status=302, headers={"Location": "/b", "Retry-After": "3"}), "/b": b"x"}
    with site_server(pages) as site:
        visit(site.url, clock=clock)
    assert clock.waits == [3]


def test_delay_and_crawl_delay_are_kept_between_requests() -> None:
    clock = FakeClock()
    with site_server({"/": b"x", "/robots.txt": b"User-agent: *\nCrawl-delay: 5"}) as site:

        async def twice(fetcher: Fetcher) -> None:
            await fetcher.fetch(site.url, named=True)
            await fetcher.fetch(site.url, named=True)

        with_fetcher(twice, FetchOptions(delay_s=2), clock)
    assert clock.waits == [2, 5]


def test_one_request_at_a_time_per_host() -> None:
    clock = FakeClock()
    with site_server({f"/{n}": b"x" for n in range(4)}) as site:

        async def all_at_once(fetcher: Fetcher) -> None:
            await asyncio.gather(*(fetcher.fetch(f"{site.url}/{n}", named=True) for n in range(4)))

        with_fetcher(all_at_once, FetchOptions(delay_s=1), clock)
    assert site.counts["/robots.txt"] == 1
    assert clock.waits == [1, 1, 1, 1]
