"""Addresses that nobody is sent to, whatever a policy allows, and the inner networks that a page may allow."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Final

from tocsin.base.errors import InvalidInput

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


def require_networks(texts: Iterable[str], source: str) -> None:
    """ValueError, naming the policy file's `source`, for a text of its key `networks` that is no network, or that holds addresses
    where machines tell of themselves.
    """
    for text in texts:
        try:
            network = ip_network(text)
        except ValueError:
            raise ValueError(f"{source}: networks: {text} is no network, as 10.1.0.0/16 is one") from None
        for never in NEVER:
            if network.version == never.version and network.overlaps(never):
                raise ValueError(
                    f"{source}: networks: {text} holds {never}, where machines tell their keys: name smaller networks"
                )


INNER: Final = tuple(ip_network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"))
"""What a page may allow: networks of an organisation's own (RFC 1918, RFC 6598, RFC 4193). This machine is not among them."""
MOST_NETWORKS: Final = 20


def inner_networks(texts: Iterable[str]) -> tuple[str, ...]:
    """Addresses and networks that a page names as inner ones, each in its one canonical form, in their order.

    InvalidInput names the entry that is none, that reaches beyond an organisation's own networks (so never this machine itself,
    nor link-local addresses), or that is an address where machines tell of themselves. Names are refused: they could lead
    elsewhere tomorrow.

    >>> inner_networks(["10.20.0.0/16", "192.168.7.9"])
    ('10.20.0.0/16', '192.168.7.9/32')
    """
    found = list(dict.fromkeys(_inner_network(one.strip()) for one in texts if one.strip()))
    if len(found) > MOST_NETWORKS:
        raise InvalidInput("%(count)s inner networks are named; %(most)s at most.", count=len(found), most=MOST_NETWORKS)
    return tuple(found)


def _inner_network(text: str) -> str:
    try:
        network = ip_network(text)
    except ValueError:
        raise InvalidInput(
            "“%(given)s” is no inner network: write an address or a network such as 10.20.0.0/16.", given=text[:60]
        ) from None
    if not any(_within(network, one) for one in INNER):
        raise InvalidInput(
            "%(network)s is no network of an organisation's own: allowed are parts of %(known)s. This machine itself and "
            "link-local addresses are never asked from a page.",
            network=network,
            known=", ".join(map(str, INNER)),
        )
    if any(_within(network, one) for one in NEVER):
        raise InvalidInput("%(network)s is where machines tell of themselves: nobody is sent there.", network=network)
    return str(network)


def _within(network: IPv4Network | IPv6Network, outer: IPv4Network | IPv6Network) -> bool:
    if isinstance(network, IPv4Network) and isinstance(outer, IPv4Network):
        return network.subnet_of(outer)
    return isinstance(network, IPv6Network) and isinstance(outer, IPv6Network) and network.subnet_of(outer)
