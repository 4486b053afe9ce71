"""One camera's stream by RTSP: a thread that logs in, keeps the newest key picture and nothing else, and connects again.

The connection goes to the address that was checked and to no other, whatever the server answers: no redirect is followed, and
everything comes over that one connection (RTP in between, RFC 2326 10.12).
"""

import secrets
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from tocsin.federation.services.outgoing import Refused, allowed_address
from tocsin.vision.recognition.policy import RecognitionPolicy, StreamFigures
from tocsin.vision.recognition.rules.rtsp.descriptions import Codec, Track, read_description
from tocsin.vision.recognition.rules.rtsp.logins import CameraLogin, authorization
from tocsin.vision.recognition.rules.rtsp.messages import Answer, Asked, BrokenStream, Framing, Packet, request_bytes
from tocsin.vision.recognition.rules.rtsp.pictures import KeyPictures
from tocsin.vision.recognition.rules.sources import FetchFault
from tocsin.vision.recognition.services.fetching import NoFrame

PORT: Final = 554
_CHUNK: Final = 64 * 1024
_SESSION_S: Final = 60  # where the server does not say (RFC 2326, 12.37)
_SPEED_OVER_S: Final = 5.0


@dataclass(frozen=True)
class KeyPicture:
    """A compressed picture that can be decoded by itself."""

    codec: Codec
    data: bytes


class _Connection:
    """Requests and answers over one socket."""

    def __init__(self, made: socket.socket, url: str, login: CameraLogin | None, figures: StreamFigures, answer_s: float) -> None:
        self._socket, self._url, self._login, self._figures, self._answer_s = made, url, login, figures, answer_s
        self._framing, self._sequence, self._challenges = Framing(), 0, tuple[str, ...]()
        self._session, self.session_s = "", float(_SESSION_S)
        self._packets: list[Packet] = []
        self._since_s, self._bytes = time.monotonic(), 0

    def play(self) -> Track:
        """Asks for the stream; after it packets come. NoFrame and BrokenStream tell why none do."""
        described = self._ask("DESCRIBE", self._url, {"Accept": "application/sdp"})
        base = described.header("content-base") or described.header("content-location") or self._url
        track = read_description(described.body, base)
        set_up = self._ask("SETUP", track.control, {"Transport": "RTP/AVP/TCP;unicast;interleaved=0-1"})
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
            for one in self._framing.feed(self._read(self._answer_s)):
                if isinstance(one, Packet):
                    if one.channel == 0:
                        yield one
                else:
                    self._heed(one)

    def end(self) -> None:
        """Says goodbye, waits for nothing."""
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
        self._bytes += len(data)
        now_s = time.monotonic()
        over_s = now_s - self._since_s
        if self._bytes * 8 > self._figures.most_mbit_s * 1e6 * max(over_s, _SPEED_OVER_S):
            raise NoFrame(FetchFault.TOO_LARGE, f"> {self._figures.most_mbit_s:g} Mbit/s")
        if over_s > _SPEED_OVER_S:
            self._since_s, self._bytes = now_s, 0
        return data


@contextmanager
def _connected(address: str, login: CameraLogin | None, policy: RecognitionPolicy) -> Iterator[_Connection]:
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or PORT
    try:
        checked = allowed_address(host, port, policy.networks)
    except Refused:
        raise NoFrame(FetchFault.INSIDE) from None
    except LookupError:
        raise NoFrame(FetchFault.NO_ANSWER) from None
    answer_s = policy.fetching.answer_within_s
    with socket.create_connection((checked, port), timeout=answer_s) as made:
        connection = _Connection(made, address, login, policy.streams, answer_s)
        try:
            yield connection
        finally:
            connection.end()


class StreamReader:
    """The thread of one stream. `take` hands out the newest key picture once; `fault` tells why none comes."""

    def __init__(self, address: str, login: CameraLogin | None, policy: RecognitionPolicy) -> None:
        self._address, self._login, self._policy = address, login, policy
        self._stop, self._lock = threading.Event(), threading.Lock()
        self._newest: KeyPicture | None = None
        self._fault: NoFrame | None = None
        self._passed_over = 0
        self._thread = threading.Thread(target=self._run, daemon=True, name="stream")
        self._thread.start()

    def take(self) -> tuple[KeyPicture | None, int]:
        """The newest picture if it was not taken before, and how many before it were not looked at. NoFrame while none comes."""
        with self._lock:
            newest, self._newest = self._newest, None
            passed_over, self._passed_over = self._passed_over, 0
            if newest is None and self._fault is not None:
                raise NoFrame(self._fault.fault, self._fault.detail)
        return newest, passed_over

    def end(self, within_s: float = 0.0) -> None:
        """The thread ends with what it reads at the moment; it is waited for so long at most."""
        self._stop.set()
        self._thread.join(within_s)

    def _run(self) -> None:
        pause_s = 0.0
        while not self._stop.wait(pause_s):
            begun_s = time.monotonic()
            try:
                with _connected(self._address, self._login, self._policy) as connection:
                    self._read(connection)
            except NoFrame as failure:
                self._tell(failure)
            except BrokenStream as broken:
                self._tell(NoFrame(FetchFault.BROKEN, str(broken)))
            except OSError:
                self._tell(NoFrame(FetchFault.NO_ANSWER))
            longest_s = self._policy.fetching.longest_retry_s
            lasted = time.monotonic() - begun_s > longest_s  # a stream that went well for so long may come back at once
            pause_s = min(longest_s, 1.0 if lasted or not pause_s else 2 * pause_s)
            if self._fault is not None and self._fault.fault is FetchFault.LOGIN:
                pause_s = longest_s  # cameras shut out who tries often

    def _read(self, connection: _Connection) -> None:
        track = connection.play()
        pictures, newest_s = KeyPictures(track, self._policy.streams.most_picture_bytes), time.monotonic()
        for packet in connection.packets():
            if self._stop.is_set():
                return
            for one in pictures.take(packet.data):
                newest_s = time.monotonic()
                with self._lock:
                    self._passed_over += self._newest is not None
                    self._newest, self._fault = KeyPicture(track.codec, one), None
            if time.monotonic() - newest_s > self._policy.streams.key_within_s:
                raise NoFrame(FetchFault.NO_KEY)

    def _tell(self, failure: NoFrame) -> None:
        with self._lock:
            self._newest, self._fault = None, failure
