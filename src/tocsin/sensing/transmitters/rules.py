"""By what a transmitter of fire alarms is known, whose protocol has no secret: its own address, and where it connects from."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tocsin.base.errors import InvalidInput

type Network = ipaddress.IPv4Network | ipaddress.IPv6Network

SOURCE: Final = re.compile(r"[0-9a-f]{12}")
MOST_NETWORKS: Final = 16
LEAST_PREFIX: Final = {4: 8, 6: 32}  # who allows more allows everybody


@dataclass(frozen=True)
class KnownTransmitter:
    """As the door knows one: the code of its device, and the networks that it may come from."""

    code: str
    networks: tuple[Network, ...]


def read_source(text: str) -> str:
    """The source address as twelve hexadecimal digits, the high byte first; blanks, colons and hyphens between them don't count.

    >>> read_source("00 00 00 00 00 0A")
    '00000000000a'
    """
    found = re.sub(r"[\s:-]", "", text).lower()
    if not SOURCE.fullmatch(found):
        raise InvalidInput(
            "source address “%(given)s”: it is six bytes, as twelve hexadecimal digits with the high byte first", given=text[:40]
        )
    return found


def read_networks(text: str) -> tuple[str, ...]:
    """The networks of a text, by blanks or commas; a single address is a network of one.

    >>> read_networks("10.8.0.0/16, 192.0.2.7")
    ('10.8.0.0/16', '192.0.2.7/32')
    """
    found: dict[str, None] = {}
    for part in re.split(r"[\s,;，；]+", text.strip()):
        if not part:
            continue
        try:
            network = ipaddress.ip_network(part)
        except ValueError:
            raise InvalidInput("“%(given)s” is no network, such as 10.8.0.0/16, and no address", given=part[:60]) from None
        least = LEAST_PREFIX[network.version]
        if network.prefixlen < least:
            raise InvalidInput(
                "network %(given)s is too wide: everybody is in it; at most /%(least)s", given=part[:60], least=least
            )
        found[str(network)] = None
    if not found:
        raise InvalidInput("name the network that the transmitter connects from: its protocol has no secret to know it by")
    if len(found) > MOST_NETWORKS:
        raise InvalidInput("more than %(most)s networks; join them into wider ones", most=MOST_NETWORKS)
    return tuple(found)


def is_within(address: str, networks: Iterable[Network]) -> bool:
    """Whether the address of a connection lies in one of the networks.

    >>> is_within("::ffff:10.8.1.2", [ipaddress.ip_network("10.8.0.0/16")])
    True
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    meant = getattr(found, "ipv4_mapped", None) or found
    return any(meant.version == network.version and meant in network for network in networks)
