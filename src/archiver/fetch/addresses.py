"""Which addresses may be connected to, decided on the address itself and not on the name.

In: a host and a port, as the connection pool asks for them. Out: a connection to an address that was checked
before the first packet left, so that a name which resolves to something else a moment later (DNS rebinding)
gains nothing. Refuses: loopback, private, link-local, multicast, reserved and metadata addresses, unless the
user named a URL on that host and port and it lay on such an address when it was first connected to.
The one surprise: a name with both public and private addresses is not refused; only its public ones are used.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpcore

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[list[Address]]]

_NAT64 = IPv6Network("64:ff9b::/96")
"""RFC 6052: an IPv6-only network reaches IPv4 through it; the last 32 bits are the IPv4 address."""

_ALSO_SPECIAL = (
    IPv4Network("168.63.129.16/32"),  # Azure's metadata service, on an address that looks public
    IPv4Network("192.0.0.0/24"),  # IETF protocols; before Python 3.13 only parts of it count as special
)


class AddressRefusedError(Exception):
    """No address of this host may be connected to."""


def is_public(address: Address) -> bool:
    """Whether anybody's URL may point there: a global unicast address that is no metadata service.

    An IPv4 address inside an IPv6 one (mapped, 6to4, Teredo, NAT64) is judged as that IPv4 address.
    """
    if isinstance(address, IPv6Address):
        inner = _embedded(address)
        if inner:
            return all(is_public(part) for part in inner)
        return address.is_global and not (
            address.is_multicast or address.is_reserved or address.is_site_local or address.scope_id
        )
    return address.is_global and not (
        address.is_multicast or address.is_reserved or any(address in network for network in _ALSO_SPECIAL)
    )


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
    """The addresses of the host, in the system's order of preference. Raises OSError or UnicodeError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = (ip_address(entry[4][0]) for entry in found)
    return list(dict.fromkeys(addresses))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """The network as the connection pool sees it, without the addresses that are not anybody's to name."""

    def __init__(self, resolve: Resolve = resolve) -> None:
        self._network = httpcore.AnyIOBackend()
        self._resolve = resolve
        self._granted: dict[tuple[str, int], bool | None] = {}  # None: named, but not yet connected to

    def name(self, host: str, port: int) -> None:
        """The user named this host and port: it may lie on any address.

        What its first connection finds holds from then on: a name that was public stays confined to public
        addresses, so that a public site cannot move its later pages onto the user's own network.
        """
        self._granted.setdefault((host, port), None)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  the interface is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first address of the host that answers; `timeout` seconds for all of them.

        One after the other, as the system prefers them: a race (RFC 8305) would open connections for
        nothing, and a listing is not in that much of a hurry.
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
        """Part of httpcore's interface; the pool is told not to retry, so it does not sleep."""
        await self._network.sleep(seconds)

    def permitted(self, host: str, port: int, addresses: list[Address]) -> list[Address]:
        """Those of the host's addresses that may be connected to. Raises AddressRefusedError if none may."""
        if not addresses:
            raise httpcore.ConnectError(f"{host} has no address")
        public = [address for address in addresses if is_public(address)]
        granted = self._granted.get((host, port), False)
        if granted is None:
            granted = self._granted[host, port] = len(public) < len(addresses)
        if granted:
            return addresses
        if not public:
            raise AddressRefusedError(
                f"{host} port {port} is at {addresses[0]}, which is not a public address"
            )
        return public

    async def _addresses(self, host: str, port: int) -> list[Address]:
        try:
            return [ip_address(host)]
        except ValueError:
            pass
        try:
            return await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} cannot be resolved: {error}") from error
