"""Files of other platforms, poured onto disk: the address is checked, time and bytes are bounded, every failure has its sentence.

As in `outgoing` a name is resolved once and the connection goes to that address. Redirects are followed a few times, and each is
checked as the first address was; what is secret goes to the first origin alone.
"""

import socket
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO, Final
from urllib.parse import quote, urljoin, urlsplit

import urllib3
from django.utils.translation import gettext_noop

from tocsin.federation.rules.addresses import is_never_allowed
from tocsin.federation.rules.outcomes import Unreadable
from tocsin.federation.services.outgoing import CONNECT_S, Refused, allowed_address, cut_off, pool_to, watched

MOST_REDIRECTS: Final = 5
MOST_WORDS: Final = 64_000  # bytes that are read of an answer that is no file
_CHUNK: Final = 65_536
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_PLAIN_PATH: Final = "/%:@!$&'()*+,;=~-._"
_PLAIN_QUERY: Final = _PLAIN_PATH + "?[]"


@dataclass(frozen=True)
class Limits:
    """How much may be brought until when (`time.monotonic`), and which networks inside may be asked."""

    most_bytes: int
    ends_at: float
    networks: tuple[str, ...] = ()
    certificates: str = ""

    @property
    def left_s(self) -> float:
        """Seconds until the time is over; Unreadable where it is."""
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise took_too_long()
        return left


class BrokeOff(Unreadable):
    """The connection ended before all was there; what came before is in the file."""


@dataclass(frozen=True)
class Downloaded:
    """What came: where from in the end, how many bytes, and whether more was there than might be brought (`cut`)."""

    status: int
    url: str
    size: int
    cut: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)  # names in small letters


def download(
    url: str,
    into: BinaryIO,
    limits: Limits,
    *,
    headers: Mapping[str, str],
    secret_headers: Mapping[str, str] | None = None,
    origin: str = "",
    may_cut: bool = False,
) -> Downloaded:
    """Asks for an address and pours the answer into the file; Unreadable says why there is none.

    The status of an answer is for whoever asked: of one that is not 2xx only the first bytes are brought. `origin`: the address
    whose origin may see the secret headers, where it is not this one. `may_cut`: what is too long is cut off and not refused.
    """
    owner = origin_of(origin or url)
    for _hop in range(MOST_REDIRECTS + 1):
        sent = {**headers, **(secret_headers or {} if origin_of(url) == owner else {})}
        with _answer_of(url, sent, limits) as answer:
            told = {name.lower(): text for name, text in answer.headers.items()}
            if answer.status in _REDIRECTS and told.get("location"):
                url = _following(url, told["location"])
                continue
            is_file = 200 <= answer.status < 300
            most = limits.most_bytes if is_file else MOST_WORDS
            size, cut = _pour(answer, told.get("content-encoding", ""), into, most, may_cut=may_cut or not is_file)
            return Downloaded(answer.status, url, size, cut, told)
    raise Unreadable(gettext_noop("the address leads on to another one more than %(most)s times"), most=MOST_REDIRECTS)


def refusal_of(status: int) -> Unreadable:
    """What an answer without a file means, and how to mend it."""
    if status in (401, 403):
        told = gettext_noop("the source refuses this login (HTTP %(status)s): look at the account and the secret")
    elif status in (404, 410):
        told = gettext_noop("the source has nothing at this address (HTTP %(status)s): look at the address")
    elif status in (408, 425, 429) or status >= 500:
        told = gettext_noop("the source has trouble of its own or is busy (HTTP %(status)s): it is asked again")
    else:
        told = gettext_noop("the source does not understand the question (HTTP %(status)s): look at the address")
    return Unreadable(told, status=status)


def took_too_long() -> Unreadable:
    """The time of a fetch is over."""
    return Unreadable(
        gettext_noop("the source did not finish in time: ask for less at once, or let an administrator allow more time")
    )


def too_large(most_bytes: int) -> Unreadable:
    """More came than a fetch may bring."""
    told = gettext_noop("the source sends more than %(most)s MB: ask for less at once, or let an administrator allow more")
    return Unreadable(told, most=round(most_bytes / 1_000_000, 1))


def checked_address(host: str, port: int, networks: tuple[str, ...]) -> str:
    """The address to connect to; Unreadable for a name that is not known, and for an address inside that is not allowed."""
    try:
        return allowed_address(host, port, networks)
    except Refused as refused:
        if is_never_allowed(refused.address):
            told = gettext_noop(
                "%(host)s leads to %(address)s, where machines tell their keys: nobody is sent there, whoever allows it"
            )
            raise Unreadable(told, host=host, address=refused.address) from None
        told = gettext_noop(
            "%(host)s leads to %(address)s, an address inside: an administrator may allow its network in the policy (networks)"
        )
        raise Unreadable(told, host=host, address=refused.address) from None
    except LookupError:
        raise Unreadable(gettext_noop("the name %(host)s is not known: look at its spelling"), host=host) from None


def origin_of(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address; Unreadable for one that can't be asked."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise _no_address(url) from None
    if parts.scheme not in ("http", "https") or not host:
        raise _no_address(url)
    return parts.scheme, host, port


def _no_address(url: str) -> Unreadable:
    return Unreadable(gettext_noop("%(url)s is no address that can be asked: it begins with https:// or http://"), url=url)


def _following(url: str, location: str) -> str:
    following = urljoin(url, location)
    if url.startswith("https:") and not following.startswith("https:"):
        raise Unreadable(gettext_noop("the address leads on to one without encryption: %(url)s"), url=following)
    return following


@contextmanager
def _answer_of(url: str, headers: Mapping[str, str], limits: Limits) -> Iterator[urllib3.BaseHTTPResponse]:
    scheme, host, port = origin_of(url)
    address = checked_address(host, port, limits.networks)
    parts, left_s = urlsplit(url), limits.left_s
    path = quote(parts.path or "/", safe=_PLAIN_PATH) + (f"?{quote(parts.query, safe=_PLAIN_QUERY)}" if parts.query else "")
    name = f"[{host}]" if ":" in host else host
    sent = {"User-Agent": "Tocsin", "Accept-Encoding": "gzip, identity;q=0.5", **headers}
    sent["Host"] = name if port == {"https": 443, "http": 80}[scheme] else f"{name}:{port}"
    pool = pool_to(scheme, address, port, host, limits.certificates)
    opened, is_over = list[socket.socket](), threading.Event()
    pool.ConnectionCls = watched(pool.ConnectionCls, opened)
    watch = threading.Timer(left_s, cut_off, (opened, is_over))
    watch.daemon = True
    watch.start()
    try:
        timeout = urllib3.Timeout(connect=min(CONNECT_S, left_s), read=left_s)
        yield pool.request("GET", path, headers=sent, timeout=timeout, retries=False, redirect=False, preload_content=False)
        if is_over.is_set():  # what was cut off looks like an end
            raise took_too_long()
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise took_too_long() if is_over.is_set() else _sorted(error, host, port) from None
    finally:
        watch.cancel()
        pool.close()


def _sorted(error: Exception, host: str, port: int) -> Unreadable:
    """A failure of the network in words."""
    if isinstance(error, urllib3.exceptions.SSLError):
        return Unreadable(gettext_noop("the certificate of %(host)s is not accepted: %(why)s"), host=host, why=error)
    if isinstance(error.__cause__, ConnectionRefusedError):
        told = gettext_noop("%(host)s refuses the connection at port %(port)s: is the service running, is the port right?")
        return Unreadable(told, host=host, port=port)
    if isinstance(error, urllib3.exceptions.ConnectTimeoutError | urllib3.exceptions.NewConnectionError):
        told = gettext_noop("%(host)s does not answer at port %(port)s: is it reachable from this server, is a firewall between?")
        return Unreadable(told, host=host, port=port)
    if isinstance(error, urllib3.exceptions.ReadTimeoutError):
        return took_too_long()
    return BrokeOff(gettext_noop("the connection to %(host)s broke off before all was there"), host=host)


def _pour(answer: urllib3.BaseHTTPResponse, encoding: str, into: BinaryIO, most_bytes: int, *, may_cut: bool) -> tuple[int, bool]:
    """Bytes that were written, and whether more were there."""
    written = 0
    for piece in _unpacked(answer, encoding.strip().lower()):
        if written + len(piece) > most_bytes:
            if not may_cut:
                raise too_large(most_bytes)
            into.write(piece[: most_bytes - written])
            return most_bytes, True
        into.write(piece)
        written += len(piece)
    return written, False


def _unpacked(answer: urllib3.BaseHTTPResponse, encoding: str) -> Iterator[bytes]:
    """The content piece by piece, none larger than a chunk, whatever it unpacks to in the end."""
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise Unreadable(gettext_noop("the source packs its answer as %(encoding)s, which was not asked for"), encoding=encoding)
    unpack = zlib.decompressobj(47) if encoding not in ("", "identity") else None
    while chunk := answer.read(_CHUNK, decode_content=False):
        if unpack is None:
            yield chunk
            continue
        try:
            while chunk:
                if piece := unpack.decompress(chunk, _CHUNK):
                    yield piece
                chunk = unpack.unconsumed_tail
        except zlib.error:
            raise Unreadable(gettext_noop("the source says that its answer is packed, and it is not")) from None
    if unpack is not None and not unpack.eof:
        raise Unreadable(gettext_noop("the packed answer of the source breaks off before its end"))
