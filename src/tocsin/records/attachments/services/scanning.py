"""Uploads are shown to a virus scanner: clamd's INSTREAM over TCP or a Unix socket."""

import socket
import struct
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

CHUNK = 64 * 1024
CONNECT_S = 3.0
ANSWER_S = 30.0
LONGEST_ANSWER = 4096


class ScanVerdict(StrEnum):
    """What the scanner says. AWAY: it did not answer, or could not tell."""

    CLEAN = "clean"
    FOUND = "found"
    AWAY = "away"


@dataclass(frozen=True)
class Scan:
    """The verdict, and the name of what was found or why there is none."""

    verdict: ScanVerdict
    words: str = ""


def scan(data: bytes, address: str) -> Scan:
    """Shows the bytes to the scanner at `tcp://host:port` or `unix:/path`. Only `OK` is clean."""
    try:
        with closing(_connected(address)) as sent:
            sent.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), CHUNK):
                part = data[start : start + CHUNK]
                sent.sendall(struct.pack("!I", len(part)) + part)
            sent.sendall(struct.pack("!I", 0))
            answer = _answer(sent)
    except OSError as error:
        return Scan(ScanVerdict.AWAY, str(error) or type(error).__name__)
    return read_answer(answer)


def read_answer(answer: bytes) -> Scan:
    """What an answer means.

    >>> read_answer(b"stream: Eicar-Test-Signature FOUND")
    Scan(verdict=<ScanVerdict.FOUND: 'found'>, words='Eicar-Test-Signature')
    """
    words = "".join(sign for sign in answer.decode("utf-8", "replace").removeprefix("stream: ") if sign.isprintable()).strip()
    if words == "OK":
        return Scan(ScanVerdict.CLEAN)
    if words.endswith(" FOUND"):
        return Scan(ScanVerdict.FOUND, words.removesuffix(" FOUND")[:100])
    return Scan(ScanVerdict.AWAY, words[:200] or "no answer")


def _connected(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme == "unix":
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        made.settimeout(CONNECT_S)
        try:
            made.connect(parts.path)
        except OSError:
            made.close()
            raise
    else:
        made = socket.create_connection((parts.hostname, parts.port), CONNECT_S)
    made.settimeout(ANSWER_S)
    return made


def _answer(sent: socket.socket) -> bytes:
    found = b""
    while len(found) < LONGEST_ANSWER and not found.endswith((b"\0", b"\n")):
        part = sent.recv(1024)
        if not part:
            break
        found += part
    return found.rstrip(b"\0\n")
