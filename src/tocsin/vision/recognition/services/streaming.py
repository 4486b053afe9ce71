"""One camera's stream: a thread that keeps the newest picture that can be judged by itself, and connects again."""

import threading
import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit

from tocsin.vision.recognition.policy import RecognitionPolicy
from tocsin.vision.recognition.rules.rtsp.descriptions import Codec
from tocsin.vision.recognition.rules.rtsp.logins import CameraLogin
from tocsin.vision.recognition.rules.rtsp.messages import BrokenStream
from tocsin.vision.recognition.rules.rtsp.pictures import KeyPictures
from tocsin.vision.recognition.rules.sources import OF_PICTURES, OVER_UDP, FetchFault
from tocsin.vision.recognition.services.connections import connected
from tocsin.vision.recognition.services.fetching import NoFrame
from tocsin.vision.recognition.services.mjpeg import motion_pictures
from tocsin.vision.recognition.services.rtsp import RtspConnection


@dataclass(frozen=True)
class KeyPicture:
    """A compressed picture that can be decoded by itself."""

    codec: Codec
    data: bytes


def _pictures(address: str, login: CameraLogin | None, policy: RecognitionPolicy) -> Generator[KeyPicture | None]:
    """Pictures as they come, None where something else came. NoFrame and BrokenStream tell why none does."""
    scheme = urlsplit(address).scheme
    if scheme in OF_PICTURES:
        for one in motion_pictures(address, login, policy):
            yield None if one is None else KeyPicture(Codec.MJPEG, one)
        return
    over_udp = scheme == OVER_UDP
    with connected(address, policy) as made:
        url = f"rtsp{address.removeprefix(OVER_UDP)}" if over_udp else address
        connection = RtspConnection(made, url, login, policy, over_udp=over_udp)
        try:
            track = connection.play()
            pictures = KeyPictures(track, policy.streams.most_picture_bytes)
            for packet in connection.packets():
                found = pictures.take(packet.data)
                yield from (KeyPicture(track.codec, one) for one in found)
                if not found:
                    yield None
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
                self._read(_pictures(self._address, self._login, self._policy))
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

    def _read(self, pictures: Generator[KeyPicture | None]) -> None:
        newest_s = time.monotonic()
        with closing(pictures):
            for one in pictures:
                if self._stop.is_set():
                    return
                if one is not None:
                    newest_s = time.monotonic()
                    with self._lock:
                        self._passed_over += self._newest is not None
                        self._newest, self._fault = one, None
                if time.monotonic() - newest_s > self._policy.streams.key_within_s:
                    raise NoFrame(FetchFault.NO_KEY)

    def _tell(self, failure: NoFrame) -> None:
        with self._lock:
            self._newest, self._fault = None, failure
