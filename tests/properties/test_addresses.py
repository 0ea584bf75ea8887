"""A law of addresses: wrapping an IPv4 address into an IPv6 one never makes it more public."""

from ipaddress import IPv4Address, IPv6Address

from hypothesis import given
from hypothesis import strategies as st

from archiver.fetch.addresses import is_public


@given(st.ip_addresses(v=4))
def test_wrapped_address_is_judged_as_what_is_in_it(address: IPv4Address):
    number = int(address)
    mapped = IPv6Address(0xFFFF << 32 | number)
    nat64 = IPv6Address(int(IPv6Address("64:ff9b::")) | number)
    sixtofour = IPv6Address(0x2002 << 112 | number << 80)
    assert is_public(mapped) == is_public(nat64) == is_public(sixtofour) == is_public(address)
