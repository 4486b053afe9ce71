"""Addresses of machines as brakes and budgets count them."""

import ipaddress
from typing import Final

PREFIX_V6: Final = 64  # what one line of one house gets: who has it has 2^64 addresses
_LONGEST: Final = 45  # of an address that can't be read


def network_of(address: str) -> str:
    """Who an address is: an IPv4 address by itself, an IPv6 address by its /64.

    >>> network_of("203.0.113.7"), network_of("::ffff:203.0.113.7")
    ('203.0.113.7', '203.0.113.7')
    >>> network_of("2001:db8:1:2:3:4:5:6")
    '2001:db8:1:2::'
    """
    try:
        read = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:_LONGEST]
    if isinstance(read, ipaddress.IPv6Address):
        read = read.ipv4_mapped or read
    if read.version == 4:
        return str(read)
    return str(ipaddress.ip_network((int(read), PREFIX_V6), strict=False).network_address)


def on_this_machine(address: str) -> bool:
    """Whether it is a loopback address: the operator, or a proxy that was not named.

    >>> on_this_machine("127.0.0.1"), on_this_machine("10.0.0.1")
    (True, False)
    """
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return False
    return read.is_loopback or (read.version == 6 and read.ipv4_mapped is not None and read.ipv4_mapped.is_loopback)
