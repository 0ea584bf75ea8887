"""Which IP addresses may be connected to, decided on the address itself and not on the host name.

A host and a port go in, as the connection pool asks for them; a connection comes out. Its address was checked
before the first packet was sent, so that a name which resolves to another address a moment later (DNS
rebinding) gains nothing.

Only public addresses are connected to, of a name with both kinds only the public ones. The exception is a
host and port that the user named, and there the private addresses that its name resolved to first. Link-local
and metadata addresses are reached by no name, only by a URL of the user's with that very address. A guard is
for one source: what the user named for one is closed to all others.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpcore

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[list[Address]]]

_NAT64 = IPv6Network("64:ff9b::/96")
"""RFC 6052: an IPv6-only network reaches IPv4 through this prefix; the last 32 bits are the IPv4 address."""

_ALSO_SPECIAL = (
    IPv4Network("168.63.129.16/32"),  # Azure's metadata service, on an address that is global by its number
    IPv4Network("192.0.0.0/24"),  # IETF protocols; before Python 3.13 only parts of it count as special
    IPv4Network("192.88.99.0/24"),  # relays of 6to4 (RFC 7526): whoever is nearest answers
)

_ISATAP = (0x0000_5EFE, 0x0200_5EFE)
"""RFC 5214: the third quarter of an address that a tunnel takes to the IPv4 address in the fourth."""

_PRIVATE = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "198.18.0.0/15",  # some proxies resolve every name to an address in here
        "::1/128",
        "fc00::/7",
    )
)
"""What a host that the user named may resolve to."""

_METADATA = frozenset(map(ip_address, ("100.100.100.200", "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254")))
"""Metadata services of clouds (Alibaba, Amazon, Google) within private networks."""


class AddressRefusedError(Exception):
    """A host has no address that may be connected to."""


def is_public(address: Address) -> bool:
    """Whether an address is global unicast and no metadata service.

    An IPv4 address inside an IPv6 one (mapped, 6to4, Teredo, NAT64) is checked as that IPv4 address.
    """
    if isinstance(address, IPv6Address):
        inner = _embedded(address)
        if inner:
            return all(is_public(part) for part in inner)
        return address.is_global and not (
            address.is_multicast
            or address.is_reserved
            or address.is_site_local
            or address.scope_id
            or int(address) >> 32 & 0xFFFFFFFF in _ISATAP
        )
    return address.is_global and not (
        address.is_multicast or address.is_reserved or any(address in network for network in _ALSO_SPECIAL)
    )


def is_private(address: Address) -> bool:
    """Whether a host that the user named may be at this address: loopback, or of a private network."""
    if isinstance(address, IPv6Address) and (inner := _embedded(address)):
        return all(is_private(part) for part in inner)
    return address not in _METADATA and any(address in network for network in _PRIVATE)


def _embedded(address: IPv6Address) -> list[IPv4Address]:
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    if address.sixtofour:
        return [address.sixtofour]
    if address.teredo:
        return list(address.teredo)
    if address in _NAT64:
        return [IPv4Address(int(address) & 0xFFFFFFFF)]
    return []


async def resolve(host: str, port: int) -> list[Address]:
    """Resolve a host to its addresses, in the system's order. Raises OSError or UnicodeError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = (ip_address(entry[4][0]) for entry in found)
    return list(dict.fromkeys(addresses))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """The network backend of one source's connections, which refuses addresses that it may not reach."""

    def __init__(self, resolve: Resolve = resolve) -> None:
        self._network = httpcore.AnyIOBackend()
        self._resolve = resolve
        self._granted: dict[tuple[str, int], frozenset[Address] | None] = {}  # None: not connected to yet

    def name(self, host: str, port: int) -> None:
        """Permit the private addresses of this host and port, because the user named it.

        The first connection decides which these are: a host that was public then stays public, and a private
        one stays where it was, so that no site can move its later pages into the user's own network.
        """
        address = _literal(host)
        self._granted.setdefault((host, port), frozenset([address]) if address else None)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  the interface is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of the host that answers, within `timeout` seconds for all of them.

        Addresses are tried one after the other. A race between them (RFC 8305) would open connections that
        are not used, and a listing is not that urgent.
        """
        try:
            async with asyncio.timeout(timeout):
                addresses = self.permitted(host, port, await self._addresses(host, port))
                share = timeout and timeout / len(addresses)  # a silent address leaves time for the next
                for last, address in enumerate(addresses, 1 - len(addresses)):
                    try:
                        return await self._network.connect_tcp(
                            str(address), port, share, local_address, socket_options
                        )
                    except (httpcore.ConnectError, httpcore.ConnectTimeout):
                        if last == 0:
                            raise
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"no connection to {host} in {timeout:g} s") from error
        raise httpcore.ConnectError(f"{host} has no address")

    async def sleep(self, seconds: float) -> None:
        """Sleep, as httpcore's interface asks; the pool does not retry, so it never calls this."""
        await self._network.sleep(seconds)

    def permitted(self, host: str, port: int, addresses: list[Address]) -> list[Address]:
        """Select the addresses that may be connected to. Raises AddressRefusedError if there is none."""
        if not addresses:
            raise httpcore.ConnectError(f"{host} has no address")
        public = [address for address in addresses if is_public(address)]
        granted = self._granted.get((host, port), frozenset())
        if granted is None:
            granted = frozenset() if public else frozenset(filter(is_private, addresses))
            self._granted[host, port] = granted
        permitted = public or [address for address in addresses if address in granted]
        if not permitted:
            raise AddressRefusedError(
                f"{host} port {port} is at {addresses[0]}, which is not a public address"
            )
        return permitted

    async def _addresses(self, host: str, port: int) -> list[Address]:
        if address := _literal(host):
            return [address]
        try:
            return await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            why = (error.strerror if isinstance(error, OSError) else None) or error
            raise httpcore.ConnectError(
                f"{host} cannot be resolved ({why}); check how it is spelled, and the network"
            ) from error


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
