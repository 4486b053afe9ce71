"""One camera's MJPEG over HTTP: pictures as they come, without a decoder."""

import secrets
from collections.abc import Generator
from typing import Final
from urllib.parse import urlsplit

from tocsin.vision.recognition.policy import RecognitionPolicy
from tocsin.vision.recognition.rules.multipart import Parts, boundary_of
from tocsin.vision.recognition.rules.rtsp.logins import CameraLogin, authorization
from tocsin.vision.recognition.rules.rtsp.messages import MOST_HEAD, BrokenStream, read_head
from tocsin.vision.recognition.rules.sources import FetchFault
from tocsin.vision.recognition.services.connections import Connected, Speed, connected
from tocsin.vision.recognition.services.fetching import NoFrame

_CHUNK: Final = 64 * 1024
UNAUTHORISED, FORBIDDEN, OK = 401, 403, 200


def motion_pictures(address: str, login: CameraLogin | None, policy: RecognitionPolicy) -> Generator[bytes | None]:
    """JPEGs as they come, None where something came that is none yet. NoFrame and BrokenStream tell why none does.

    HTTP/1.0 is asked, so that the body comes as it is. A redirect is not followed: another address has not been checked.
    """
    told = ""
    for attempt in range(2):
        with connected(address, policy) as made:
            speed = Speed(policy.streams)
            status, headers, rest = _ask(made, address, told, policy, speed)
            challenges = headers.get("www-authenticate", ())
            if status == UNAUTHORISED and login is not None and challenges and not attempt:
                told = authorization(challenges, login, "GET", _path(address), secrets.token_hex(8))
                continue
            if status in (UNAUTHORISED, FORBIDDEN):
                raise NoFrame(FetchFault.LOGIN, f"HTTP {status}")
            if status != OK:
                raise NoFrame(FetchFault.STATUS, f"HTTP {status}")
            parts = Parts(boundary_of(headers.get("content-type", ("",))[0]), policy.streams.most_picture_bytes)
            yield from parts.feed(rest)
            while True:
                found = parts.feed(_read(made, speed))
                yield from found
                if not found:
                    yield None


def _ask(
    made: Connected, address: str, told: str, policy: RecognitionPolicy, speed: Speed
) -> tuple[int, dict[str, tuple[str, ...]], bytes]:
    made.socket.settimeout(policy.fetching.answer_within_s)
    headers = {"Host": urlsplit(address).netloc, "User-Agent": "Tocsin", "Accept": "multipart/x-mixed-replace"}
    headers |= {"Authorization": told} if told else {}
    lines = [f"GET {_path(address)} HTTP/1.0", *(f"{name}: {text}" for name, text in headers.items())]
    made.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("utf-8"))
    kept = b""
    while b"\r\n\r\n" not in kept:
        if len(kept) > MOST_HEAD:
            raise BrokenStream("a head without an end")
        kept += _read(made, speed)
    head, _end, rest = kept.partition(b"\r\n\r\n")
    first, found = read_head(head)
    words = first.split(" ", 2)
    if len(words) < 2 or not words[0].startswith("HTTP/1.") or not (words[1].isascii() and words[1].isdigit()):
        raise BrokenStream("the answer is no HTTP")
    return int(words[1]), found, rest


def _read(made: Connected, speed: Speed) -> bytes:
    data = made.socket.recv(_CHUNK)
    if not data:
        raise NoFrame(FetchFault.NO_ANSWER)
    speed.count(len(data))
    return data


def _path(address: str) -> str:
    parts = urlsplit(address)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
