"""A connection to a camera: to the address that was checked and to no other, over TLS where that is asked, and bounded."""

import hashlib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from tocsin.federation.services.outgoing import Refused, allowed_address
from tocsin.vision.recognition.policy import RecognitionPolicy, StreamFigures
from tocsin.vision.recognition.rules.sources import FetchFault
from tocsin.vision.recognition.services.fetching import NoFrame

PORTS: Final = {"rtsp": 554, "rtspu": 554, "rtsps": 322, "http": 80, "https": 443}
_OVER_TLS: Final = ("rtsps", "https")
_SPEED_OVER_S: Final = 5.0


class Speed:
    """What came lately, against `most_mbit_s`."""

    def __init__(self, figures: StreamFigures) -> None:
        self._most_mbit_s, self._since_s, self._bytes = figures.most_mbit_s, time.monotonic(), 0

    def count(self, taken: int) -> None:
        """So many bytes more; NoFrame where that is too fast."""
        self._bytes += taken
        over_s = time.monotonic() - self._since_s
        if self._bytes * 8 > self._most_mbit_s * 1e6 * max(over_s, _SPEED_OVER_S):
            raise NoFrame(FetchFault.TOO_LARGE, f"> {self._most_mbit_s:g} Mbit/s")
        if over_s > _SPEED_OVER_S:
            self._since_s, self._bytes = time.monotonic(), 0


@dataclass(frozen=True)
class Connected:
    """An open connection. `peer`: the address that was checked."""

    socket: socket.socket
    peer: str


@contextmanager
def connected(address: str, policy: RecognitionPolicy) -> Iterator[Connected]:
    """Connects to the host of an address; NoFrame where it leads inside, has no address or shows an unknown certificate."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    try:
        peer = allowed_address(host, port, policy.networks)
    except Refused:
        raise NoFrame(FetchFault.INSIDE) from None
    except LookupError:
        raise NoFrame(FetchFault.NO_ANSWER) from None
    answer_s = policy.fetching.answer_within_s
    if parts.scheme not in _OVER_TLS:
        with socket.create_connection((peer, port), timeout=answer_s) as made:
            yield Connected(made, peer)
        return
    with _over_tls(peer, port, host, policy) as made:
        yield Connected(made, peer)


def _over_tls(peer: str, port: int, host: str, policy: RecognitionPolicy) -> ssl.SSLSocket:
    """Nothing is sent before the certificate is known: by an authority of the system, or as one of `certificates`."""
    answer_s = policy.fetching.answer_within_s
    plain = socket.create_connection((peer, port), timeout=answer_s)
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except ssl.SSLCertVerificationError:
        plain.close()
    except BaseException:
        plain.close()
        raise
    unverified = ssl.create_default_context()
    unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE  # its certificate is compared below
    plain = socket.create_connection((peer, port), timeout=answer_s)
    try:
        made = unverified.wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise
    found = hashlib.sha256(made.getpeercert(binary_form=True) or b"").hexdigest()
    if found not in policy.streams.certificates:
        made.close()
        raise NoFrame(FetchFault.CERTIFICATE, found)
    return made
