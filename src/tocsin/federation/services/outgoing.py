"""HTTP out of the house: to the address that was checked, without redirects, in a limited time, every failure a named outcome.

A name is resolved once and the connection goes to that address, so that a name that resolves anew between check and connection
leads nowhere else (DNS rebinding). Private addresses are refused unless the settings name them.
"""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import urllib3

from tocsin.federation.rules.addresses import is_never_allowed
from tocsin.federation.rules.outcomes import Outcome, outcome_of

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
MOST_BYTES = 64 * 1024
CONNECT_S = 5.0


@dataclass(frozen=True)
class Reply:
    """What came back. `outcome` is TAKEN for 2xx; `body` at most as many bytes as were asked for."""

    outcome: Outcome
    status: int
    body: bytes
    words: str
    headers: Mapping[str, str] = field(default_factory=dict)  # names in small letters


class Refused(Exception):
    """The address may not be connected to."""

    def __init__(self, host: str, address: Address) -> None:
        super().__init__(
            f"{host} leads to {address}, which is inside; name it among the inner networks (`private`) if that is meant"
        )
        self.address = address


def allowed_address(host: str, port: int, allowed: Iterable[str]) -> str:
    """The IP address to connect to; Refused for one that is not public and not inside the networks or names of `allowed`, and for
    those that no network allows (`addresses.NEVER`).
    """
    named = set(allowed)
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise LookupError(f"{host} has no address: {error}") from None
    if host in named:
        return found[0]
    networks = [ipaddress.ip_network(one) for one in named if _is_network(one)]
    for text in found:
        address = ipaddress.ip_address(text.partition("%")[0])
        meant = _meant(address)
        if any(is_never_allowed(one) for one in meant):
            raise Refused(host, address)
        is_public = all(one.is_global and not one.is_multicast for one in meant)
        if not is_public and not any(one in network for one in meant for network in networks if network.version == one.version):
            raise Refused(host, address)
    return found[0]


def request(
    url: str,
    body: bytes | None,
    *,
    headers: Mapping[str, str],
    timeout_s: float,
    method: str = "POST",
    most_bytes: int = MOST_BYTES,
    private: Iterable[str] = (),
    certificates: str = "",
) -> Reply:
    """One request, its outcome by `rules.outcome_of`.

    No answer after the request has left is unknown: the other side may have taken it. `timeout_s` is for each wait, and with the
    time to connect for all of it: an answer that drips is cut off.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return Reply(Outcome.NEVER, 0, b"", "the address can't be read")
    if parts.scheme not in ("http", "https") or not host:
        return Reply(Outcome.NEVER, 0, b"", "the address can't be read")
    try:
        address = allowed_address(host, port, private)
    except Refused as refused:
        return Reply(Outcome.NEVER, 0, b"", str(refused))
    except LookupError as error:
        return Reply(Outcome.LATER, 0, b"", str(error))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    pool = pool_to(parts.scheme, address, port, host, certificates)
    connect_s, opened, is_over = min(CONNECT_S, timeout_s), list[socket.socket](), threading.Event()
    pool.ConnectionCls = watched(pool.ConnectionCls, opened)
    watch = threading.Timer(connect_s + timeout_s, cut_off, (opened, is_over))
    watch.daemon = True
    watch.start()
    sent = {"User-Agent": "Tocsin", **headers, "Host": host if port in (80, 443) else f"{host}:{port}"}
    try:
        timeout = urllib3.Timeout(connect=connect_s, read=timeout_s)
        answer = pool.request(
            method, path, body=body, headers=sent, timeout=timeout, retries=False, redirect=False, preload_content=False
        )
        content = answer.read(most_bytes, decode_content=False)
        if is_over.is_set():  # what was cut off looks like an end
            return Reply(Outcome.UNKNOWN, 0, b"", "no answer in time")
        told = {name.lower(): text for name, text in answer.headers.itermerged()}
        return Reply(outcome_of(answer.status), answer.status, content, f"HTTP {answer.status}", told)
    except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
        return Reply(Outcome.LATER, 0, b"", f"no connection: {type(error).__name__}")
    except urllib3.exceptions.SSLError:
        return Reply(Outcome.LATER, 0, b"", "the certificate is not accepted")
    except (urllib3.exceptions.HTTPError, OSError) as error:
        return Reply(Outcome.UNKNOWN, 0, b"", f"no answer: {type(error).__name__}")
    finally:
        watch.cancel()
        pool.close()


def _meant(address: Address) -> tuple[Address, ...]:
    """Where an address leads: itself, and the IPv4 address that one of IPv6 carries (mapped, NAT64, 6to4, Teredo)."""
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    carried = [address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        carried.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return (address, *(one for one in carried if one is not None))


def watched(kind: Any, opened: list[socket.socket]) -> Any:
    """The same kind of connection, which tells its socket."""

    class Watched(kind):  # type: ignore[misc]
        def connect(self) -> None:
            super().connect()
            opened.append(self.sock)

    return Watched


def cut_off(sockets: Iterable[socket.socket], is_over: threading.Event) -> None:
    """Ends connections whose time is over, whatever they wait for."""
    is_over.set()
    for one in sockets:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


def pool_to(scheme: str, address: str, port: int, host: str, certificates: str) -> urllib3.HTTPConnectionPool:
    if scheme == "http":
        return urllib3.HTTPConnectionPool(address, port, maxsize=1)
    context = ssl.create_default_context(cafile=certificates or None)
    return urllib3.HTTPSConnectionPool(address, port, maxsize=1, ssl_context=context, server_hostname=host, assert_hostname=host)


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True
