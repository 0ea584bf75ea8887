"""`Fetcher` against real servers: what it keeps, where it goes and what it refuses."""

import asyncio
import gzip
import socket
import subprocess
import sys
import textwrap

import pytest
from pydantic import ValidationError

from archiver.errors import ForbiddenAddressError, NoResponseError, RobotsDeniedError
from archiver.fetch import Fetcher, FetchOptions, FetchResult, checked_url
from tests.clocks import START, FakeClock
from tests.fetching import FAST, visit, with_fetcher
from tests.servers import Pages, Route, site_server

# What is kept


def test_capture_is_the_response_as_it_was_sent() -> None:
    payload = gzip.compress(b"<p>Hello</p>")
    route = Route(payload, headers={"Content-Encoding": "gzip", "X-Odd-CASE": "caf\xe9", "Set-Cookie": "a=1"})
    with site_server({"/a?b=1": route}) as site:
        got = visit(f"{site.url}/a?b=1")
    (only,) = got.exchanges
    assert only.capture.url == f"{site.url}/a?b=1"
    assert only.capture.payload == payload
    assert only.capture.status == 200
    assert only.capture.captured_at == START
    assert only.capture.truncated is None
    assert [name for name, _ in only.capture.headers][-3:] == ["Content-Encoding", "X-Odd-CASE", "Set-Cookie"]
    assert only.capture.header("x-odd-case") == "caf\xe9"
    facts = (only.capture.protocol, only.capture.phrase, only.capture.address)
    assert facts == ("HTTP/1.1", "OK", "127.0.0.1")
    assert not got.not_modified


def test_request_is_kept_as_it_was_received() -> None:
    with site_server({"/": b"x"}) as site:
        got = visit(site.url)
    (only,) = got.exchanges
    assert only.request_line == "GET / HTTP/1.1"
    assert dict(only.request_headers) == site.requests[-1].headers


def test_user_agent_begins_with_the_robots_token_and_names_a_contact() -> None:
    options = FetchOptions(delay_s=0, contact="mailto:me@example.org")
    with site_server({"/": b"x"}) as site:
        visit(site.url, options)
    agents = {request.headers["User-Agent"] for request in site.requests}
    assert agents == {options.user_agent}
    assert options.user_agent.startswith("archiver/")
    assert options.user_agent.endswith("; mailto:me@example.org)")


@pytest.mark.parametrize("contact", ["a\r\nX-Evil: 1", "a (b)", "", "ü", "a b"])
def test_contact_that_cannot_stand_in_a_comment_is_refused(contact: str) -> None:
    with pytest.raises(ValidationError):
        FetchOptions(contact=contact)


def test_cookies_are_never_sent_back() -> None:
    with site_server({"/": Route(b"x", headers={"Set-Cookie": "id=1; Path=/"})}) as site:

        async def twice(fetcher: Fetcher) -> None:
            await fetcher.fetch(site.url, named=True)
            await fetcher.fetch(site.url, named=True)

        with_fetcher(twice)
    assert not any("Cookie" in request.headers for request in site.requests)


def test_fragment_user_and_password_are_neither_sent_nor_kept() -> None:
    with site_server({"/": b"x"}) as site:
        got = visit(site.url.replace("http://", "http://me:secret@") + "/#top")
    assert got.capture.url == f"{site.url}/"
    assert "Authorization" not in site.requests[-1].headers


@pytest.mark.parametrize("status", [404, 410, 500])
def test_error_status_is_a_capture_and_no_error(status: int) -> None:
    with site_server({"/": Route(b"gone", status)}) as site:
        got = visit(site.url)
    assert (got.capture.status, got.capture.payload, got.error) == (status, b"gone", None)


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with site_server({"/": b"x"}) as site:
        assert visit(site.url).capture.payload == b"x"


# Conditional requests


@pytest.mark.parametrize(
    ("held", "sent"),
    [
        ({"ETag": 'W/"a,b"'}, {"etag": 'W/"a,b"'}),
        ({"Last-Modified": "Odd Date"}, {"last_modified": "Odd Date"}),
        ({"ETag": "caf\xe9"}, {"etag": "caf\xe9"}),
    ],
)
def test_validators_are_sent_verbatim_and_304_confirms(held: dict[str, str], sent: dict[str, str]) -> None:
    with site_server({"/": Route(b"x", headers=held)}) as site:
        got = visit(site.url, FAST, None, **sent)
    assert got.not_modified
    assert (got.capture.status, got.capture.payload) == (304, b"")


@pytest.mark.parametrize("etag", ["a\x0bb", "a\x01", "", "a" * 5000, "a\nb", "\u0101"])
def test_validator_that_no_request_can_carry_is_not_sent(etag: str) -> None:
    with site_server({"/": b"x"}) as site:
        assert visit(site.url, etag=etag).capture.payload == b"x"
    assert "If-None-Match" not in site.requests[-1].headers


def test_304_that_was_not_asked_for_confirms_nothing() -> None:
    with site_server({"/": Route(b"", 304)}) as site:
        assert not visit(site.url).not_modified


def test_validators_stay_with_their_url() -> None:
    pages: Pages = {
        "/": Route(status=302, headers={"Location": "/new"}),
        "/new": Route(b"x", headers={"ETag": '"1"'}),
    }
    with site_server(pages) as site:
        got = visit(site.url, etag='"1"')
    assert got.capture.status == 200
    assert "If-None-Match" not in site.requests[-1].headers


# Redirects


def test_redirects_are_captures_of_their_own() -> None:
    pages: Pages = {
        "/": Route(b"one", 301, {"Location": "/b#part"}),
        "/b": Route(b"two", 308, {"Location": "c?d=\xc3\xa9"}),
        "/c?d=%C3%A9": b"three",
    }
    with site_server(pages) as site:
        got = visit(site.url)
    assert [e.capture.payload for e in got.exchanges] == [b"one", b"two", b"three"]
    assert [e.capture.url for e in got.exchanges] == [
        f"{site.url}/",
        f"{site.url}/b",
        f"{site.url}/c?d=%C3%A9",
    ]
    assert got.error is None


def test_location_in_bytes_that_are_no_utf_8_is_asked_for_by_these_bytes() -> None:
    pages: Pages = {
        "/": Route(status=301, headers={"Location": "/caf\xe9/?a=%20\xfc"}),
        "/caf%E9/?a=%20%FC": b"x",
    }
    with site_server(pages) as site:
        assert visit(site.url).capture.payload == b"x"


def test_robots_txt_that_redirects_in_such_bytes_is_found() -> None:
    pages: Pages = {
        "/robots.txt": Route(status=301, headers={"Location": "/r\xf6bots"}),
        "/r%F6bots": b"User-agent: *\nDisallow: /",
        "/": b"x",
    }
    with site_server(pages) as site, pytest.raises(RobotsDeniedError):
        visit(site.url)


def test_redirect_without_location_is_the_end() -> None:
    with site_server({"/": Route(b"x", 302)}) as site:
        got = visit(site.url)
    assert got.error is None
    assert got.capture.status == 302


def test_redirect_loop_is_found_and_kept() -> None:
    pages: Pages = {
        "/a": Route(status=302, headers={"Location": "/b"}),
        "/b": Route(status=302, headers={"Location": "/a#again"}),
    }
    with site_server(pages) as site:
        got = visit(f"{site.url}/a")
    assert len(got.exchanges) == 2
    assert isinstance(got.error, NoResponseError)
    assert site.counts["/a"] == 1


def test_ten_redirects_are_followed_and_no_more() -> None:
    pages: Pages = {f"/{n}": Route(status=302, headers={"Location": f"/{n + 1}"}) for n in range(20)}
    with site_server(pages) as site:
        got = visit(f"{site.url}/0")
    assert len(got.exchanges) == 11
    assert isinstance(got.error, NoResponseError)


@pytest.mark.parametrize(
    "location",
    ["ftp://example.org/", "file:///etc/passwd", "javascript:x", "http://[", "http://", "http://a b/"],
)
def test_redirect_to_what_is_not_http_is_not_followed(location: str) -> None:
    with site_server({"/": Route(b"kept", 302, {"Location": location})}) as site:
        got = visit(site.url)
    assert got.capture.payload == b"kept"
    assert isinstance(got.error, ForbiddenAddressError)


def test_redirect_to_a_private_address_is_not_asked() -> None:
    with (
        site_server({"/": b"secret"}) as inside,
        site_server({"/": Route(status=302, headers={"Location": inside.url})}) as site,
    ):
        got = visit(site.url)
        ignoring = visit(site.url, FetchOptions(delay_s=0, ignore_robots=True))
    assert isinstance(got.error, ForbiddenAddressError)
    assert isinstance(ignoring.error, ForbiddenAddressError)
    assert len(got.exchanges) == 1
    assert inside.requests == []


def test_named_source_is_followed_on_its_own_host_and_port() -> None:
    pages: Pages = {"/": Route(status=302, headers={"Location": "/b"}), "/b": b"x", "/c": b"y"}
    with site_server(pages) as site:

        async def follow(fetcher: Fetcher) -> FetchResult:
            await fetcher.fetch(site.url, named=True)
            return await fetcher.fetch(f"{site.url}/c", named=False)

        assert with_fetcher(follow).capture.payload == b"y"


def test_later_page_of_a_source_that_was_only_named() -> None:
    with site_server({"/page/2": b"x"}) as site:

        async def resume(fetcher: Fetcher) -> FetchResult:
            with pytest.raises(ForbiddenAddressError):
                await fetcher.fetch(f"{site.url}/page/2", named=False)
            fetcher.name(site.url)
            return await fetcher.fetch(f"{site.url}/page/2", named=False)

        assert with_fetcher(resume).capture.payload == b"x"


@pytest.mark.parametrize("url", ["ftp://a/", "a", "", "http://", "http://a b/", "http:/\\", "\x00", "//a/b"])
def test_what_is_no_http_url_is_refused(url: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        checked_url(url)


# robots.txt: which decision follows from which answer, end to end (the rules are tested in test_robots.py)


def test_robots_denies() -> None:
    with site_server({"/": b"x", "/robots.txt": b"User-agent: *\nDisallow: /"}) as site:
        with pytest.raises(RobotsDeniedError):
            visit(site.url)
        got = visit(site.url, FetchOptions(delay_s=0, ignore_robots=True))
    assert site.counts == {"/robots.txt": 1, "/": 1}
    assert got.exchanges[0].capture.robots == "robots.txt was not requested: ignore_robots"


def test_decision_is_kept_with_the_exchange() -> None:
    with site_server({"/": b"x", "/robots.txt": b"User-agent: *\nDisallow: /b"}) as site:
        got = visit(site.url)
    assert got.exchanges[0].capture.robots == "robots.txt allows this URL"


def test_redirect_is_under_the_rules_too() -> None:
    pages: Pages = {
        "/": Route(status=302, headers={"Location": "/no"}),
        "/no": b"x",
        "/robots.txt": b"User-agent: *\nDisallow: /no",
    }
    with site_server(pages) as site:
        got = visit(site.url)
    assert isinstance(got.error, RobotsDeniedError)
    assert site.counts["/no"] == 0


def test_robots_redirect_to_a_private_address_disallows() -> None:
    with (
        site_server({"/robots.txt": b""}) as inside,
        site_server(
            {"/": b"x", "/robots.txt": Route(status=302, headers={"Location": f"{inside.url}/robots.txt"})}
        ) as site,
        pytest.raises(RobotsDeniedError, match="not a public address"),
    ):
        visit(site.url)
    assert inside.requests == []


def test_name_that_does_not_exist_is_not_asked_again() -> None:
    clock = FakeClock()

    async def run() -> None:
        async def nobody(*_asked: object) -> list:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        async with Fetcher(FAST, clock=clock.clock, resolve=nobody) as fetcher:
            with pytest.raises(
                NoResponseError, match=r"cannot be resolved .* check how it is spelled"
            ) as raised:
                await fetcher.fetch("http://nobody.example/", named=True)
            assert "disallowed" not in str(raised.value)
        async with Fetcher(
            FetchOptions(delay_s=0, ignore_robots=True), clock=clock.clock, resolve=nobody
        ) as fetcher:
            with pytest.raises(NoResponseError, match="cannot be resolved"):
                await fetcher.fetch("http://nobody.example/", named=True)

    asyncio.run(run())
    assert clock.waits == []


# A clean end


def test_nothing_is_left_behind() -> None:
    program = """
        import asyncio, gc, sys, threading
        from archiver.fetch import Fetcher, FetchOptions

        async def main():
            asyncio.get_running_loop().slow_callback_duration = 60  # the machine may be slow
            async with Fetcher(FetchOptions(delay_s=0, max_bytes=10)) as fetcher:
                for path in ("", "long", "missing"):
                    await fetcher.fetch(sys.argv[1] + "/" + path, named=True)
                await fetcher.fetch(sys.argv[1].replace("127.0.0.1", "localhost"), named=True)
            assert len(asyncio.all_tasks()) == 1

        asyncio.run(main())
        gc.collect()
        assert threading.active_count() == 1
    """
    with site_server({"/": b"x", "/long": bytes(1_000_000)}) as site:
        done = subprocess.run(
            [sys.executable, "-X", "dev", "-W", "error", "-c", textwrap.dedent(program), site.url],
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")
