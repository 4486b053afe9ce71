"""RTSP over one connection: logs in, asks for the stream, hands out its packets (RFC 2326), which come in between or over UDP.

Everything comes from the address that was checked, whatever the server answers: no redirect is followed.
"""

import secrets
import select
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Final

from tocsin.vision.recognition.policy import RecognitionPolicy
from tocsin.vision.recognition.rules.rtsp.descriptions import Track, read_description
from tocsin.vision.recognition.rules.rtsp.logins import CameraLogin, authorization
from tocsin.vision.recognition.rules.rtsp.messages import Answer, Asked, BrokenStream, Framing, Packet, request_bytes
from tocsin.vision.recognition.rules.rtsp.ordering import InOrder
from tocsin.vision.recognition.rules.sources import FetchFault
from tocsin.vision.recognition.services.connections import Connected, Speed
from tocsin.vision.recognition.services.fetching import NoFrame

_CHUNK: Final = 64 * 1024
_SESSION_S: Final = 60  # where the server does not say (RFC 2326, 12.37)
_BUFFER: Final = 1024 * 1024  # of the kernel: a key picture comes at once
_TRIES: Final = 20


class Datagrams:
    """Two ports beside each other, an even one for RTP and the next for RTCP; only what comes from the camera counts."""

    def __init__(self, made: Connected) -> None:
        self._peer, self._order = made.socket.getpeername()[0], InOrder()
        family, here = made.socket.family, made.socket.getsockname()[0]
        for _try in range(_TRIES):
            one = socket.socket(family, socket.SOCK_DGRAM)
            one.bind((here, 0))
            port = one.getsockname()[1]
            other = socket.socket(family, socket.SOCK_DGRAM)
            try:
                if port % 2:
                    raise OSError
                other.bind((here, port + 1))
            except OSError:
                one.close()
                other.close()
                continue
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
            self._rtp, self._rtcp, self.ports = one, other, (port, port + 1)
            return
        raise NoFrame(FetchFault.NO_ANSWER, "UDP")

    def receive(self, control: socket.socket, within_s: float) -> tuple[list[bytes], bool]:
        """Packets whose turn it is, and whether something waits on the connection beside; NoFrame where nothing comes."""
        ready, _w, _x = select.select([self._rtp, self._rtcp, control], [], [], within_s)
        if not ready:
            raise NoFrame(FetchFault.NO_ANSWER, "UDP")
        found: list[bytes] = []
        for one in (self._rtp, self._rtcp):
            if one in ready:
                data, source = one.recvfrom(_CHUNK)
                if one is self._rtp and source[0] == self._peer:
                    found += self._order.feed(data)
        return found, control in ready

    def end(self) -> None:
        """Both are closed."""
        self._rtp.close()
        self._rtcp.close()


class RtspConnection:
    """Requests and answers over one connection. `over_udp`: packets come beside it, from the same address."""

    def __init__(
        self, made: Connected, url: str, login: CameraLogin | None, policy: RecognitionPolicy, *, over_udp: bool
    ) -> None:
        self._socket, self._peer, self._url, self._login = made.socket, made.peer, url, login
        self._answer_s, self._speed = policy.fetching.answer_within_s, Speed(policy.streams)
        self._datagrams = Datagrams(made) if over_udp else None
        self._framing, self._sequence, self._challenges = Framing(), 0, tuple[str, ...]()
        self._session, self.session_s = "", float(_SESSION_S)
        self._packets: list[Packet] = []

    def play(self) -> Track:
        """Asks for the stream; after it packets come. NoFrame and BrokenStream tell why none do."""
        described = self._ask("DESCRIBE", self._url, {"Accept": "application/sdp"})
        base = described.header("content-base") or described.header("content-location") or self._url
        track = read_description(described.body, base)
        ports = self._datagrams.ports if self._datagrams else None
        way = f"RTP/AVP;unicast;client_port={ports[0]}-{ports[1]}" if ports else "RTP/AVP/TCP;unicast;interleaved=0-1"
        set_up = self._ask("SETUP", track.control, {"Transport": way})
        self._session, _semicolon, told = set_up.header("session").partition(";")
        if told.strip().startswith("timeout=") and (figure := told.partition("=")[2].strip()).isdigit():
            self.session_s = min(3600.0, max(2.0, float(figure)))
        self._ask("PLAY", base, {"Range": "npt=0.000-"})
        return track

    def packets(self) -> Iterator[Packet]:
        """Packets of RTP as they come. The end of the connection is NoFrame."""
        keep_s = time.monotonic() + self.session_s / 2
        while True:
            yield from self._packets
            self._packets.clear()
            if time.monotonic() >= keep_s:
                self._send("OPTIONS", self._url, {})  # its answer comes in between
                keep_s = time.monotonic() + self.session_s / 2
            if self._datagrams is not None:
                yield from self._from_datagrams(self._datagrams)
                continue
            for one in self._framing.feed(self._read(self._answer_s)):
                if isinstance(one, Packet):
                    if one.channel == 0:
                        yield one
                else:
                    self._heed(one)

    def _from_datagrams(self, datagrams: "Datagrams") -> list[Packet]:
        found, answers = datagrams.receive(self._socket, self._answer_s)
        self._speed.count(sum(len(one) for one in found))
        if answers:
            for one in self._framing.feed(self._read(self._answer_s)):
                if not isinstance(one, Packet):
                    self._heed(one)
        return [Packet(0, one) for one in found]

    def end(self) -> None:
        """Says goodbye, waits for nothing."""
        if self._datagrams is not None:
            self._datagrams.end()
        if self._session:
            with suppress(OSError, BrokenStream):
                self._socket.settimeout(0.5)
                self._send("TEARDOWN", self._url, {})

    def _ask(self, method: str, url: str, headers: Mapping[str, str]) -> Answer:
        answer = self._exchange(method, url, headers)
        if answer.status == 401 and self._login is not None and "www-authenticate" in answer.headers:
            self._challenges = answer.headers["www-authenticate"]  # the first, or a newer one: nonces grow old
            answer = self._exchange(method, url, headers)
        if answer.status in (401, 403):
            raise NoFrame(FetchFault.LOGIN, f"RTSP {answer.status}")
        if answer.status != 200:  # a redirect among them: another address has not been checked
            raise NoFrame(FetchFault.STATUS, f"RTSP {answer.status}")
        return answer

    def _exchange(self, method: str, url: str, headers: Mapping[str, str]) -> Answer:
        sequence, until_s = self._send(method, url, headers), time.monotonic() + self._answer_s
        while (left_s := until_s - time.monotonic()) > 0:
            wanted: Answer | None = None
            for one in self._framing.feed(self._read(left_s)):
                if isinstance(one, Packet):
                    if one.channel == 0:
                        self._packets.append(one)
                elif isinstance(one, Answer) and one.header("cseq") in (str(sequence), ""):
                    wanted = one
                else:
                    self._heed(one)
            if wanted is not None:
                return wanted
        raise NoFrame(FetchFault.NO_ANSWER)

    def _send(self, method: str, url: str, headers: Mapping[str, str]) -> int:
        self._sequence += 1
        told = dict(headers)
        if self._session:
            told["Session"] = self._session
        if self._challenges and self._login is not None:
            header = authorization(self._challenges, self._login, method, url, secrets.token_hex(8))
            if header:
                told["Authorization"] = header
        self._socket.sendall(request_bytes(method, url, self._sequence, told))
        return self._sequence

    def _heed(self, one: Answer | Asked) -> None:
        """Answers what the server asks: nothing that it may ask is done. Answers to what keeps the session need no heed."""
        if isinstance(one, Asked) and one.sequence.isdigit():
            self._socket.sendall(f"RTSP/1.0 501 Not Implemented\r\nCSeq: {one.sequence}\r\n\r\n".encode())

    def _read(self, within_s: float) -> bytes:
        self._socket.settimeout(within_s)
        data = self._socket.recv(_CHUNK)
        if not data:
            raise NoFrame(FetchFault.NO_ANSWER)
        self._speed.count(len(data))
        return data
