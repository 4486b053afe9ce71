"""One frame of a camera: by HTTP from an address that was checked, or the newest file of its folder."""

import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tocsin.federation.rules.outcomes import Outcome
from tocsin.federation.services.outgoing import Reply, request
from tocsin.vision.recognition.policy import RecognitionPolicy
from tocsin.vision.recognition.rules.rtsp.logins import CameraLogin, authorization, split_challenges
from tocsin.vision.recognition.rules.sources import FetchFault

_SUFFIXES: Final = (".jpg", ".jpeg", ".png")
_MOST_FILES: Final = 5000


class NoFrame(Exception):
    """Why no frame came; `detail` is a figure or a name beside it."""

    def __init__(self, fault: FetchFault, detail: str = "") -> None:
        super().__init__(fault.value)
        self.fault, self.detail = fault, detail[:80]


@dataclass(frozen=True)
class Fetched:
    """A frame as it came, and how many older ones were passed over."""

    data: bytes
    dropped: int = 0


def fetch_snapshot(address: str, policy: RecognitionPolicy, most_bytes: int, login: CameraLogin | None = None) -> Fetched:
    """Asks once, and again with the login where the answer asks for one; follows no redirect. NoFrame says why nothing came."""
    reply = _ask(address, policy, most_bytes, {})
    challenge = reply.headers.get("www-authenticate", "")
    if reply.status == HTTPStatus.UNAUTHORIZED and login is not None and challenge:
        parts = urlsplit(address)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        told = authorization(split_challenges(challenge), login, "GET", path, secrets.token_hex(8))
        reply = _ask(address, policy, most_bytes, {"Authorization": told} if told else {})
    if reply.outcome is Outcome.NEVER and not reply.status:
        raise NoFrame(FetchFault.INSIDE)
    if not reply.status:
        raise NoFrame(FetchFault.NO_ANSWER)
    if reply.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise NoFrame(FetchFault.LOGIN, f"HTTP {reply.status}")
    if reply.outcome is not Outcome.TAKEN:
        raise NoFrame(FetchFault.STATUS, f"HTTP {reply.status}")
    if len(reply.body) > most_bytes:
        raise NoFrame(FetchFault.TOO_LARGE)
    return Fetched(reply.body)


def _ask(address: str, policy: RecognitionPolicy, most_bytes: int, headers: Mapping[str, str]) -> Reply:
    return request(
        address,
        None,
        method="GET",
        headers={"Accept": "image/jpeg, image/png", **headers},
        timeout_s=policy.fetching.answer_within_s,
        most_bytes=most_bytes + 1,
        private=policy.networks,
    )


def fetch_file(folder: Path, most_bytes: int, *, quiet_s: float, now_s: float) -> Fetched:
    """The newest picture of the folder that has not changed for `quiet_s`. It and older ones are deleted: the folder is ours.

    A link is no file: nothing beyond the folder can be named by one.
    """
    try:
        names = [one.name for one, _number in zip(folder.iterdir(), range(_MOST_FILES), strict=False)]
        held = sorted(
            (told.st_mtime_ns, name)
            for name in names
            if Path(name).suffix.lower() in _SUFFIXES
            and stat.S_ISREG((told := (folder / name).lstat()).st_mode)
            and now_s - told.st_mtime >= quiet_s
        )
    except OSError:
        raise NoFrame(FetchFault.NO_FILE) from None
    if not held:
        raise NoFrame(FetchFault.NO_FILE)
    try:
        handle = os.open(folder / held[-1][1], os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(handle, "rb") as file:
            data = file.read(most_bytes + 1)
        for _at, name in held:
            (folder / name).unlink(missing_ok=True)
    except OSError:
        raise NoFrame(FetchFault.NO_FILE) from None
    if len(data) > most_bytes:
        raise NoFrame(FetchFault.TOO_LARGE)
    return Fetched(data, len(held) - 1)
