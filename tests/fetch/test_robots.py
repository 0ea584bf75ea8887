"""robots.txt by RFC 9309: the matrix of answers, the rules, the cache."""

import asyncio
import gzip
import zlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import pairwise

import pytest

from archiver.errors import FetchError, ForbiddenAddressError, NoResponseError, RateLimitedError
from archiver.fetch.robots import (
    MAX_SIZE,
    RETRY_UNREACHABLE_AFTER,
    Robots,
    RobotsCache,
    RobotsReply,
    inflate,
    parse_robots,
)
from tests.clocks import FakeClock
from tests.hanging import must_not_hang

SITE = "https://blog.example"
DENY = b"User-agent: *\nDisallow: /"

Answer = RobotsReply | FetchError


class Network:
    """Answers for robots.txt by URL; the only I/O that the cache does."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    async def ask(self, url: str) -> RobotsReply:
        self.asked.append(url)
        await asyncio.sleep(0)
        answer = self.answers[url]
        if isinstance(answer, FetchError):
            raise answer
        return answer


def robots_for(answer: Answer, more: dict[str, Answer] | None = None) -> Robots:
    network = Network({f"{SITE}/robots.txt": answer, **(more or {})})
    return asyncio.run(RobotsCache(FakeClock().now).robots(f"{SITE}/page", network.ask))


def allowed(robots_txt: bytes | str, path: str = "/page") -> bool:
    payload = robots_txt.encode() if isinstance(robots_txt, str) else robots_txt
    return parse_robots(payload).decide(SITE + path).allowed


# The matrix


@pytest.mark.parametrize(
    ("answer", "is_allowed", "reason"),
    [
        (RobotsReply(200, b"User-agent: *\nDisallow: /other"), True, "robots.txt allows this URL"),
        (RobotsReply(200, DENY), False, "robots.txt disallows this URL"),
        (RobotsReply(200), True, "robots.txt allows"),
        (RobotsReply(204), True, "robots.txt allows"),
        (RobotsReply(200, b"<!DOCTYPE html><html><body>Disallow: /</body>"), True, "robots.txt allows"),
        (RobotsReply(200, b"<html>\n" + DENY), False, "robots.txt disallows"),
        (RobotsReply(200, b"\xef\xbb\xbf" + DENY), False, "robots.txt disallows"),
        (RobotsReply(200, b"\xff\xfe\x00\x01\n\n" + DENY), False, "robots.txt disallows"),
        (RobotsReply(200, gzip.compress(DENY), "gzip"), False, "robots.txt disallows"),
        (RobotsReply(200, zlib.compress(DENY), "Deflate "), False, "robots.txt disallows"),
        (RobotsReply(200, DENY, "zstd"), False, "unreachable (its Content-Encoding 'zstd'"),
        (RobotsReply(200, b"no gzip", "gzip"), False, "unreachable (its Content-Encoding 'gzip'"),
        (
            RobotsReply(200, b"User-agent: *\nDisallow: /ot", whole=False),
            False,
            "unreachable (the response was cut short)",
        ),
        (RobotsReply(400, DENY), True, "there is no robots.txt (status 400)"),
        (RobotsReply(401), True, "there is no robots.txt (status 401)"),
        (RobotsReply(403), True, "there is no robots.txt (status 403)"),
        (RobotsReply(404, DENY), True, "there is no robots.txt (status 404)"),
        (RobotsReply(410), True, "there is no robots.txt (status 410)"),
        (RobotsReply(429), False, "unreachable (status 429)"),
        (RobotsReply(500), False, "unreachable (status 500)"),
        (RobotsReply(503), False, "unreachable (status 503)"),
        (RobotsReply(304), False, "unreachable (status 304)"),
        (RobotsReply(302), True, "there is no robots.txt (it redirects to no URL)"),
        (RobotsReply(302, location="http://["), True, "there is no robots.txt (it redirects to no URL)"),
        (NoResponseError("no response in time", SITE), False, "unreachable (no response in time)"),
        (NoResponseError("cannot be resolved", SITE), False, "unreachable (cannot be resolved)"),
        (NoResponseError("certificate verify failed", SITE), False, "unreachable (certificate"),
    ],
)
def test_matrix(answer: Answer, is_allowed: bool, reason: str) -> None:
    decision = robots_for(answer).decide(f"{SITE}/page")
    assert decision.allowed is is_allowed
    assert reason in decision.reason


@pytest.mark.parametrize("error", [RateLimitedError("", SITE, 9), ForbiddenAddressError("", SITE)])
def test_what_is_no_answer_of_the_site_is_no_decision(error: FetchError) -> None:
    with pytest.raises(type(error)):
        robots_for(error)


def redirects(count: int) -> dict[str, Answer]:
    """That many redirects in a row, each to another host, and rules that deny everything at their end."""
    urls = [f"{SITE}/robots.txt", *(f"https://host{n}.example/r" for n in range(count))]
    moved: dict[str, Answer] = {url: RobotsReply(301, location=then) for url, then in pairwise(urls)}
    return {**moved, urls[-1]: RobotsReply(200, DENY)}


@pytest.mark.parametrize("count", [1, 5])
def test_redirects_are_followed_across_hosts(count: int) -> None:
    answers = redirects(count)
    assert not robots_for(answers.pop(f"{SITE}/robots.txt"), answers).decide(f"{SITE}/page").allowed


def test_six_redirects_are_no_robots_txt() -> None:
    answers = redirects(6)
    decision = robots_for(answers.pop(f"{SITE}/robots.txt"), answers).decide(f"{SITE}/page")
    assert decision.allowed
    assert "more than 5 redirects" in decision.reason


def test_redirect_to_a_forbidden_address_disallows() -> None:
    inside = "http://10.0.0.1/"
    answer = RobotsReply(301, location=inside)
    decision = robots_for(answer, {inside: ForbiddenAddressError("10.0.0.1 is private", inside)}).decide(SITE)
    assert not decision.allowed
    assert "10.0.0.1" in decision.reason


def test_rules_hold_for_the_authority_that_was_asked_first() -> None:
    network = Network(
        {
            f"{SITE}/robots.txt": RobotsReply(301, location="https://www.blog.example/robots.txt"),
            "https://www.blog.example/robots.txt": RobotsReply(200, DENY),
            f"{SITE}:8443/robots.txt": RobotsReply(404),
            "http://blog.example/robots.txt": RobotsReply(404),
        }
    )

    async def decisions() -> list[bool]:
        cache = RobotsCache(FakeClock().now)
        urls = [f"{SITE}/a", f"{SITE}:443/b", f"{SITE}:8443/a", "http://blog.example/a"]
        return [(await cache.robots(url, network.ask)).decide(url).allowed for url in urls]

    assert asyncio.run(decisions()) == [False, False, True, True]
    assert len(network.asked) == 4


# Size


def test_rules_within_500_kib_hold_and_the_line_across_the_end_does_not() -> None:
    filler = b"# " + b"x" * 97 + b"\n"
    start = b"User-agent: *\nDisallow: /first\nDisallow: /last/"
    body = filler * ((MAX_SIZE - len(start)) // len(filler)) + start
    body += b"." * (MAX_SIZE - len(body)) + b"?deep\n"
    assert not allowed(body, "/first")
    assert allowed(body, "/last/" + "." * 200), "half a line is a rule that nobody wrote"


def test_a_longer_file_need_not_be_whole() -> None:
    body = b"User-agent: *\nDisallow: /first\n" + b"# filler\n" * 60_000
    robots = robots_for(RobotsReply(200, body, whole=False))
    assert robots.reachable
    assert not robots.decide(f"{SITE}/first").allowed


def test_one_line_longer_than_the_limit_is_no_rule() -> None:
    assert allowed(b"User-agent: *\nDisallow: /" + b"a" * MAX_SIZE)


def test_bomb_is_inflated_to_a_limit() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(20)) + packer.flush()
    assert inflate(bomb, "gzip", 1000) == bytes(1000)


def test_many_names_and_many_rules_take_no_time() -> None:
    names = "\n".join(f"User-agent: bot-{n:x}" for n in range(12_000))
    rules = "\n".join(f"Disallow: /{n}" for n in range(20_000))
    assert allowed(f"{names}\n{rules}\n")


# Groups


@pytest.mark.parametrize(
    "name",
    ["archiver", "Archiver", "ARCHIVER/1.0", "archiver (+https://a.example)", "archiver # us", "*archiver*"],
)
def test_our_group(name: str) -> None:
    assert not allowed(f"User-agent: {name}\nDisallow: /\n\nUser-agent: *\nDisallow:")


@pytest.mark.parametrize(
    "name", ["arch", "archive", "archivers", "the-archiver", "archiver-images", "a", "-", ""]
)
def test_not_our_group(name: str) -> None:
    assert allowed(f"User-agent: {name}\nDisallow: /")
    assert not allowed(f"User-agent: {name}\nAllow: /\n\nUser-agent: *\nDisallow: /")


def test_groups_of_one_name_are_one() -> None:
    text = (
        "User-agent: archiver\nDisallow: /a\nUser-agent: *\nDisallow: /b\nuser-agent:Archiver\nDisallow: /c"
    )
    assert [allowed(text, path) for path in ("/a", "/b", "/c")] == [False, True, False]


def test_group_of_many_names() -> None:
    text = "User-agent: other\nUser-agent: archiver\nDisallow: /a\nUser-agent: third\nDisallow: /"
    assert [allowed(text, path) for path in ("/a", "/b")] == [False, True]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    assert not allowed(f"User-agent: *{end}Disallow: /{end}")


def test_other_line_ends_are_part_of_the_line() -> None:
    assert allowed("User-agent: *\nAllow: /a\x85Disallow: /", "/b")
    assert allowed("User-agent: *\nAllow: /a\u2028Disallow: /", "/b")


# Paths


@pytest.mark.parametrize(
    ("rules", "path", "expected"),
    [
        ("Disallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("Allow: /a\nDisallow: /a/b", "/a/b/c", False),
        ("Disallow: /a\nAllow: /a", "/a", True),
        ("Allow: /page\nDisallow: /*.html", "/page.html", False),
        ("Disallow: /*/archive/*/print$", "/blog/archive/2024/print", False),
        ("Disallow: /*/archive/*/print$", "/blog/archive/2024/print/", True),
        ("Disallow: /*?s=", "/find?s=x", False),
        ("Disallow: /find?s=", "/find?s=x", False),
        ("Disallow: /find?s=", "/find?q=x", True),
        ("Disallow: /A", "/a", True),
        ("Disallow: /caf\xe9", "/caf%C3%A9/menu", False),
        ("Disallow: /caf%c3%a9", "/caf%C3%A9/menu", False),
        ("Disallow: /a%2Fb", "/a/b", True),
        ("Disallow: /%7Ejoe", "/~joe", False),
        ("Disallow:", "/a", True),
        ("Disallow: /", "/robots.txt", True),
        ("Disallow: /", "/robots.txt?x", True),
        ("Disallow: /", "/a/robots.txt", False),
        ("Disallow: /$", "/", False),
        ("Disallow: /$", "/a", True),
        ("Disallow", "/a", True),
        ("Dissallow: /a", "/a", False),
        ("Disallow: /a # not this", "/a", False),
        ("Nonsense: /\n\x00\nDisallow: /a", "/a", False),
    ],
)
def test_paths(rules: str, path: str, expected: bool) -> None:
    assert allowed(f"User-agent: *\n{rules}", path) is expected


@pytest.mark.parametrize(
    ("line", "delay_s"),
    [("5", 5.0), ("0.5", 0.5), ("-1", None), ("inf", None), ("nan", None), ("soon", None), ("1e309", None)],
)
def test_crawl_delay(line: str, delay_s: float | None) -> None:
    assert parse_robots(f"User-agent: *\nCrawl-delay: {line}".encode()).crawl_delay_s == delay_s


def test_crawl_delay_of_another_is_not_ours() -> None:
    assert parse_robots(b"User-agent: slowbot\nCrawl-delay: 99").crawl_delay_s is None


# The cache


def run_cache(steps: Callable[[RobotsCache, FakeClock], Awaitable[None]]) -> None:
    async def run() -> None:
        clock = FakeClock()
        await steps(RobotsCache(clock.now), clock)

    asyncio.run(run())


def test_rules_are_asked_for_anew_after_a_day() -> None:
    network = Network({f"{SITE}/robots.txt": RobotsReply(200, DENY)})

    async def steps(cache: RobotsCache, clock: FakeClock) -> None:
        await cache.robots(SITE, network.ask)
        network.answers[f"{SITE}/robots.txt"] = RobotsReply(404)
        clock.elapsed_s = timedelta(hours=24).total_seconds() - 1
        assert not (await cache.robots(SITE, network.ask)).decide(f"{SITE}/a").allowed
        clock.elapsed_s += 1
        assert (await cache.robots(SITE, network.ask)).decide(f"{SITE}/a").allowed

    run_cache(steps)
    assert len(network.asked) == 2


def test_unreachable_is_asked_again_sooner() -> None:
    network = Network({f"{SITE}/robots.txt": RobotsReply(503)})

    async def steps(cache: RobotsCache, clock: FakeClock) -> None:
        assert not (await cache.robots(SITE, network.ask)).reachable
        network.answers[f"{SITE}/robots.txt"] = RobotsReply(404)
        assert not (await cache.robots(SITE, network.ask)).reachable
        clock.elapsed_s = RETRY_UNREACHABLE_AFTER.total_seconds()
        assert (await cache.robots(SITE, network.ask)).reachable

    run_cache(steps)
    assert len(network.asked) == 2


def test_old_rules_hold_while_the_site_is_unreachable() -> None:
    network = Network({f"{SITE}/robots.txt": RobotsReply(200, b"User-agent: *\nDisallow: /a")})

    async def steps(cache: RobotsCache, clock: FakeClock) -> None:
        await cache.robots(SITE, network.ask)
        network.answers[f"{SITE}/robots.txt"] = NoResponseError("down", SITE)
        clock.elapsed_s = timedelta(hours=25).total_seconds()
        robots = await cache.robots(SITE, network.ask)
        assert [robots.decide(SITE + path).allowed for path in ("/a", "/b")] == [False, True]
        network.answers[f"{SITE}/robots.txt"] = RobotsReply(404)
        clock.elapsed_s += RETRY_UNREACHABLE_AFTER.total_seconds()
        assert (await cache.robots(SITE, network.ask)).decide(f"{SITE}/a").allowed

    run_cache(steps)


def test_many_at_once_ask_once() -> None:
    network = Network({f"{SITE}/robots.txt": RobotsReply(404)})

    async def steps(cache: RobotsCache, _clock: FakeClock) -> None:
        await asyncio.gather(*(cache.robots(f"{SITE}/{n}", network.ask) for n in range(10)))

    run_cache(steps)
    assert len(network.asked) == 1


@pytest.mark.parametrize("line", [b"user-agent%sx: ", b"user-agent%sx", b"user-agent%s: *"])
def test_a_line_of_spaces_is_passed_over_once(line: bytes) -> None:
    payload = line % (b" " * 480_000) + b"\nUser-agent: *\nDisallow: /a"
    with must_not_hang():
        robots = parse_robots(payload)
    assert not robots.decide(f"{SITE}/a").allowed
