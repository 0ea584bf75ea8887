"""Addresses that anybody may name, and those that only the user may."""

import asyncio
import socket
from ipaddress import ip_address

import httpcore
import pytest

from archiver.errors import ForbiddenAddressError, RobotsDeniedError
from archiver.fetch import Fetcher, FetchOptions
from archiver.fetch.addresses import Address, AddressRefusedError, GuardedBackend, is_public
from tests.fetching import with_fetcher
from tests.servers import Route, site_server

PUBLIC = ip_address("93.184.215.14")
PRIVATE = ip_address("10.1.2.3")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",  # noqa: S104  not bound to
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "100.100.100.200",
        "169.254.169.254",
        "169.254.170.2",
        "168.63.129.16",
        "192.0.0.192",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "64:ff9b:1:0:0:0:101:101",
        "100::1",
        "192.88.99.1",
        "2002:c058:6301::1",
        "::ffff:192.88.99.1",
        "::ffff:0:101:101",
        "2a00:1450:4001::5efe:7f00:1",
        "2a00:1450:4001::5efe:101:101",
        "2a00:1450:4001:0:200:5efe:a00:1",
        "2001:0:7f00:1::f5ff:fffe",
    ],
)
def test_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "93.184.215.14",
        "172.15.0.1",
        "172.32.0.1",
        "192.167.0.1",
        "223.255.255.254",
        "2606:4700::1111",
        "2a00:1450:4001::1",
        "::ffff:1.1.1.1",
        "2002:101:101::1",
        "64:ff9b::101:101",
    ],
)
def test_public(address: str) -> None:
    assert is_public(ip_address(address))


NEVER = [
    "169.254.169.254",
    "169.254.1.1",
    "168.63.129.16",
    "100.100.100.200",
    "fd00:ec2::254",
    "fe80::1",
    "192.88.99.1",
    "0.0.0.0",  # noqa: S104  not bound to
    "224.0.0.1",
    "255.255.255.255",
    "ff02::1",
    "::",
    "2a00:1450:4001::5efe:a00:1",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
]


@pytest.mark.parametrize("address", NEVER)
def test_no_name_leads_to_link_local_and_metadata_addresses(address: str) -> None:
    guard = GuardedBackend()
    guard.name("intranet", 80)
    for answer in ([ip_address(address)], [ip_address(address), PRIVATE]):
        guard = GuardedBackend()
        guard.name("intranet", 80)
        if PRIVATE in answer:
            assert guard.permitted("intranet", 80, answer) == [PRIVATE]
        with pytest.raises(AddressRefusedError):
            guard.permitted("intranet", 80, [ip_address(address)])


@pytest.mark.parametrize("address", NEVER)
def test_such_an_address_is_reached_where_the_url_names_it(address: str) -> None:
    guard = GuardedBackend()
    guard.name(address, 80)
    assert guard.permitted(address, 80, [ip_address(address)]) == [ip_address(address)]
    with pytest.raises(AddressRefusedError):
        guard.permitted(address, 8080, [ip_address(address)])


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "172.31.0.1", "100.64.0.1", "::1", "fd12::1"]
)
def test_a_named_private_host_stays_where_it_was(address: str) -> None:
    guard = GuardedBackend()
    guard.name("intranet", 80)
    here = ip_address(address)
    assert guard.permitted("intranet", 80, [here]) == [here]
    for other in (ip_address("10.9.9.9"), ip_address("127.0.0.9"), ip_address("169.254.169.254")):
        with pytest.raises(AddressRefusedError):
            guard.permitted("intranet", 80, [other])
        assert guard.permitted("intranet", 80, [other, here]) == [here]
    assert guard.permitted("intranet", 80, [PUBLIC]) == [PUBLIC]


def test_a_named_host_of_both_kinds_is_a_public_one() -> None:
    guard = GuardedBackend()
    guard.name("mixed.example", 80)
    assert guard.permitted("mixed.example", 80, [PRIVATE, PUBLIC]) == [PUBLIC]
    with pytest.raises(AddressRefusedError):
        guard.permitted("mixed.example", 80, [PRIVATE])


def test_private_addresses_are_left_out_of_a_mixed_answer() -> None:
    assert GuardedBackend().permitted("a.example", 80, [PRIVATE, PUBLIC]) == [PUBLIC]


def test_no_permitted_address_is_refused() -> None:
    with pytest.raises(AddressRefusedError, match=r"10\.1\.2\.3"):
        GuardedBackend().permitted("a.example", 80, [PRIVATE])


def test_named_private_host_holds_for_its_port_alone() -> None:
    guard = GuardedBackend()
    guard.name("intranet", 80)
    assert guard.permitted("intranet", 80, [PRIVATE]) == [PRIVATE]
    assert guard.permitted("intranet", 80, [PRIVATE]) == [PRIVATE]
    for host, port in (("intranet", 443), ("intranet.example", 80), ("10.1.2.3", 80)):
        with pytest.raises(AddressRefusedError):
            guard.permitted(host, port, [PRIVATE])


def test_named_public_host_cannot_turn_private() -> None:
    """DNS rebinding: what was public when it was first connected to stays so, however often it is named."""
    guard = GuardedBackend()
    guard.name("a.example", 80)
    assert guard.permitted("a.example", 80, [PUBLIC]) == [PUBLIC]
    guard.name("a.example", 80)
    with pytest.raises(AddressRefusedError):
        guard.permitted("a.example", 80, [PRIVATE])


def test_address_that_was_checked_is_the_one_connected_to() -> None:
    """Only the first answer of the name server counts: nothing resolves the name a second time."""
    asked = 0

    async def resolve(_host: str, _port: int) -> list[Address]:
        nonlocal asked
        asked += 1
        return [ip_address("127.0.0.1" if asked == 1 else "127.0.0.2")]

    async def run(url: str) -> str | None:
        async with Fetcher(FetchOptions(delay_s=0, ignore_robots=True), resolve=resolve) as fetcher:
            return (await fetcher.fetch(url, named=True)).exchanges[0].capture.address

    with site_server({"/": b"x"}) as site:
        address = asyncio.run(run(site.url.replace("127.0.0.1", "blog.example")))
        assert site.requests[0].headers["Host"].startswith("blog.example:")
    assert (address, asked) == ("127.0.0.1", 1)


def test_a_name_that_moves_between_two_connections_is_not_followed() -> None:
    """The server closes each connection; the name then resolves to another address of this machine."""
    answers = iter(["127.0.0.1", "127.0.0.2", "127.0.0.1"])

    async def resolve(_host: str, _port: int) -> list[Address]:
        return [ip_address(next(answers))]

    async def run(url: str) -> list[str]:
        async with Fetcher(FetchOptions(delay_s=0, ignore_robots=True), resolve=resolve) as fetcher:
            got = []
            for path in ("/", "/2", "/3"):
                try:
                    got.append(str((await fetcher.fetch(url + path, named=True)).capture.address))
                except ForbiddenAddressError:
                    got.append("refused")
            return got

    closes = Route(b"x", headers={"Connection": "close"})
    with site_server({"/": closes, "/2": closes, "/3": closes}) as site:
        got = asyncio.run(run(site.url.replace("127.0.0.1", "intranet.example")))
        assert [request.path for request in site.requests] == ["/", "/3"]
    assert got == ["127.0.0.1", "refused", "127.0.0.1"]


def test_what_one_source_names_is_closed_to_the_others() -> None:
    """Connections, too, are not shared: one that is open to the private host would need no guard."""

    async def run(inside: str, outside: str) -> None:
        shared = Fetcher(FetchOptions(delay_s=0))
        async with shared.for_source(inside) as one, shared.for_source(outside) as other:
            capture = (await one.fetch(inside, named=False)).capture
            with pytest.raises(ForbiddenAddressError):
                await other.fetch(inside, named=False)
            assert one.might_fetch(capture)
            assert not other.might_fetch(capture)

    with site_server({"/": b"secret"}) as inside, site_server({"/": b"x"}) as outside:
        asyncio.run(run(inside.url, outside.url))
        assert inside.counts == {"/robots.txt": 1, "/": 1}


def test_a_robots_txt_leads_to_no_private_address() -> None:
    with site_server({"/robots.txt": b"User-agent: *"}) as inside:
        away = Route(status=302, headers={"Location": f"{inside.url}/robots.txt"})
        with site_server({"/robots.txt": away, "/": b"x"}) as site, pytest.raises(RobotsDeniedError):
            with_fetcher(lambda fetcher: fetcher.fetch(site.url, named=True))
        assert inside.requests == []


def test_next_address_is_tried_if_one_does_not_answer() -> None:
    async def resolve(_host: str, _port: int) -> list[Address]:
        return [ip_address("::1"), ip_address("127.0.0.1")]

    async def run(port: int) -> str:
        guard = GuardedBackend(resolve)
        guard.name("blog.example", port)
        stream = await guard.connect_tcp("blog.example", port, timeout=30)
        peer: tuple[str, int] = stream.get_extra_info("server_addr")
        await stream.aclose()
        return peer[0]

    with socket.create_server(("127.0.0.1", 0)) as listening:
        assert asyncio.run(run(listening.getsockname()[1])) == "127.0.0.1"


@pytest.mark.parametrize("host", ["a" * 70 + ".example", "\udcff", "."])
def test_host_that_cannot_be_resolved_is_a_failure_to_connect(host: str) -> None:
    with pytest.raises(httpcore.ConnectError):
        asyncio.run(GuardedBackend().connect_tcp(host, 80, timeout=30))


@pytest.mark.parametrize(
    "host", ["127.1", "2130706433", "0x7f000001", "localhost", "LOCALHOST", "[::ffff:7f00:1]"]
)
def test_spellings_of_loopback_are_all_refused(host: str) -> None:
    async def run(port: int) -> None:
        async with Fetcher(FetchOptions(ignore_robots=True)) as fetcher:
            await fetcher.fetch(f"http://{host}:{port}/", named=False)

    with site_server({"/": b"x"}) as site:
        with pytest.raises(ForbiddenAddressError):
            asyncio.run(run(int(site.url.rpartition(":")[2])))
        assert site.requests == []
