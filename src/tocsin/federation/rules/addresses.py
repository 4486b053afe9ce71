"""Addresses that nobody is sent to, whatever a policy allows."""

from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import Final

NEVER: Final = tuple(ip_network(one) for one in ("169.254.0.0/16", "fe80::/10", "fd00:ec2::254/128", "100.100.100.200/32"))
"""Where machines tell of themselves to whoever asks, keys included: link-local addresses, and those of clouds' metadata."""


def is_never_allowed(address: IPv4Address | IPv6Address) -> bool:
    """Whether no policy can allow this address.

    >>> is_never_allowed(IPv4Address("169.254.169.254")), is_never_allowed(IPv6Address("::ffff:169.254.1.1"))
    (True, True)
    >>> is_never_allowed(IPv4Address("10.1.2.3"))
    False
    """
    meant = getattr(address, "ipv4_mapped", None) or address
    return any(meant.version == network.version and meant in network for network in NEVER)
