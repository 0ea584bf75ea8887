"""Addresses that anybody may name, and those that only the user may."""

import asyncio
import socket
from ipaddress import ip_address

import httpcore
import pytest

from archiver.errors import ForbiddenAddressError
from archiver.fetch import Fetcher, FetchOptions
from archiver.fetch.addresses import Address, AddressRefusedError, GuardedBackend, is_public
from tests.servers import site_server

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
        "100::1",
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
