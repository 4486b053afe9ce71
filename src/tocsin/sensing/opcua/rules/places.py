"""Where a server of OPC UA is and how it is spoken to: endpoint, security, whom Tocsin is there, and its certificate."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from tocsin.base.errors import InvalidInput
from tocsin.sensing.opcua.rules.nodes import Node

DEFAULT_PORT: Final = 4840
HOST: Final = re.compile(r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?")
LONGEST: Final = 300


class Security(StrEnum):
    """How messages are secured: not at all, or by Basic256Sha256, signed or signed and encrypted."""

    NONE = "none"
    SIGN = "sign"
    SIGN_AND_ENCRYPT = "sign_and_encrypt"


@dataclass(frozen=True)
class Identity:
    """By what Tocsin shows who it is: the name of the application, its certificate and its key (DER)."""

    application_uri: str
    certificate: bytes
    key: bytes = field(repr=False)


@dataclass(frozen=True)
class KnownServer:
    """A server as the poller knows it."""

    code: str
    endpoint: str
    security: Security
    user: str
    password: str = field(repr=False)
    certificate: bytes  # that a person trusts; empty: none yet
    period_s: float
    sampling_s: float
    queue: int
    nodes: tuple[Node, ...]
    identity: Identity | None = None  # where security needs one


def check_endpoint(endpoint: str) -> tuple[str, int]:
    """Host and port of an endpoint; InvalidInput for what is none.

    >>> check_endpoint("opc.tcp://10.8.1.20:48010/plant"), check_endpoint("opc.tcp://scada.example")
    (('10.8.1.20', 48010), ('scada.example', 4840))
    """
    wrong = InvalidInput(
        "“%(given)s” is no endpoint of OPC UA, such as: %(example)s", given=endpoint[:80], example="opc.tcp://10.8.1.20:4840"
    )
    if len(endpoint) > LONGEST or any(sign <= " " for sign in endpoint):
        raise wrong
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme != "opc.tcp" or not HOST.fullmatch(host) or port == 0:
        raise wrong
    if "@" in parts.netloc:
        raise InvalidInput("the endpoint holds no user and no password: they have fields of their own")
    return host, port or DEFAULT_PORT


def check_login(security: Security, user: str, has_password: bool) -> None:
    """InvalidInput for a password that would go over the line in the clear, or to whoever says that it is the server."""
    if has_password and not user:
        raise InvalidInput("a password needs a user name; without both the server is asked as anonymous")
    if has_password and security is Security.NONE:
        raise InvalidInput("a password is only sent to a server whose certificate is trusted: choose Sign, or Sign and encrypt")


def check_pace(period_s: float, sampling_s: float, queue: int, least_s: float, most_queue: int) -> None:
    """InvalidInput for a server that would be asked too often, or would have to keep too much."""
    if not least_s <= period_s <= 86_400:
        raise InvalidInput(
            "every %(given)s s: servers are read every %(least)s s at most, and once a day at least",
            given=period_s,
            least=least_s,
        )
    if not 0 <= sampling_s <= period_s:
        raise InvalidInput("sampled every %(given)s s: from 0 (as fast as the server does) to its period", given=sampling_s)
    if not 1 <= queue <= most_queue:
        raise InvalidInput("a queue of %(given)s values: from 1 to %(most)s", given=queue, most=most_queue)


def spelled(fingerprint: str) -> str:
    """A fingerprint as people compare it.

    >>> spelled("00ff7a")
    '00:FF:7A'
    """
    return ":".join(fingerprint[at : at + 2] for at in range(0, len(fingerprint), 2)).upper()
