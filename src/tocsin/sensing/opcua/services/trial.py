"""Asking a server once, for whoever enters it: its nodes, what lies below one, its certificate. Keeps nothing."""

import socket
from contextlib import closing
from typing import Final

import msgspec

from tocsin.base.documents import decode_json
from tocsin.base.errors import Unavailable
from tocsin.sensing.devices.policy import policy
from tocsin.sensing.opcua.models import OpcUaServer
from tocsin.sensing.opcua.policy import opcua_policy
from tocsin.sensing.opcua.queries import known_server, own_identity
from tocsin.sensing.opcua.rules.orders import MOST_SAID, Offered, Order, Said
from tocsin.sensing.opcua.rules.places import Security
from tocsin.sensing.opcua.services.nursery import Nursery, order_for

REQUESTS: Final = 12  # of a trial that one may have to wait for, with the start of the process


def read_now(found: OpcUaServer) -> Said:
    """Every node with its value, or why it has none; Unavailable where the server can't be asked at all."""
    return _trusted(found, "read")


def browse_now(found: OpcUaServer, branch: str = "") -> Said:
    """What lies below a node, at first below that of all objects; Unavailable where the server can't be asked at all."""
    return _trusted(found, "browse", branch)


def offered_now(found: OpcUaServer) -> tuple[Offered, ...]:
    """The endpoints that a server offers, with their certificates; Unavailable where it can't be asked at all."""
    return _done(_order(found, "certificates")).offered


def _trusted(found: OpcUaServer, work: str, branch: str = "") -> Said:
    if found.security != Security.NONE and not found.certificate:
        raise Unavailable("nobody has trusted the server's certificate yet: look at it, compare its fingerprint, and trust it")
    return _done(_order(found, work, branch))


def _order(found: OpcUaServer, work: str, branch: str = "") -> Order:
    chosen = opcua_policy()
    limits = chosen.limits(policy().time.late_days)
    return order_for(known_server(found, own_identity()), work, chosen.networks, limits, branch=branch)


def _done(order: Order) -> Said:
    with Nursery() as nursery, closing(nursery.child()) as end:
        end.settimeout(REQUESTS * order.limits.answer_within_s)
        try:
            end.sendall(msgspec.json.encode(order) + b"\n")
            said = decode_json(_line(end), Said, most_bytes=MOST_SAID)
        except OSError:
            raise Unavailable("the server's answer takes too long, or is larger than is read") from None
    if said.trouble is not None:
        raise said.trouble.error(Unavailable)
    return said


def _line(end: socket.socket) -> bytes:
    found = bytearray()
    while not found.endswith(b"\n"):
        part = end.recv(65_536)
        if not part or len(found) > MOST_SAID:
            raise ConnectionError
        found += part
    return bytes(found)
