"""Where frames of a camera come from, and what is looked for in them."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from tocsin.base.errors import InvalidInput
from tocsin.engine.frames.watching import Looking

ADDRESS_LENGTH: Final = 500
LOGIN_LENGTH: Final = 64


class SourceKind(StrEnum):
    """How frames come."""

    SNAPSHOT = "snapshot"  # an address of HTTP that answers with a picture
    STREAM = "stream"  # an address of RTSP, or of HTTP that answers with a picture after the other
    FOLDER = "folder"  # files that somebody puts into the camera's own folder


SCHEMES: Final[dict[SourceKind, tuple[str, ...]]] = {
    SourceKind.SNAPSHOT: ("http", "https"),
    SourceKind.STREAM: ("rtsp", "rtsps", "rtspu", "http", "https"),
    SourceKind.FOLDER: (),
}
OF_PICTURES: Final = ("http", "https")  # a stream of JPEGs, which needs no decoder
OVER_UDP: Final = "rtspu"  # as GStreamer calls RTSP whose packets come over UDP


@dataclass(frozen=True, kw_only=True)
class SourceFacts:
    """One source as it is entered. `address`: empty for a folder; `looking`: codes of kinds; none: the camera's health alone.

    `username` and `password`: of the camera or the video platform. An empty password: the one that is kept, where address and
    name stay as they are.
    """

    kind: SourceKind
    address: str
    period_s: float
    looking: tuple[str, ...]
    most_people: int
    username: str = ""
    password: str = field(default="", repr=False)


def checked_source(facts: SourceFacts, least_period_s: float) -> SourceFacts:
    """The facts as they are kept; InvalidInput says what is wrong and how to mend it."""
    address = facts.address.strip()
    if facts.kind is SourceKind.FOLDER:
        if address:
            raise InvalidInput("a folder has no address: it is the camera's own, and its page tells where it lies")
        if facts.username or facts.password:
            raise InvalidInput("a folder needs no login")
    else:
        _check_address(facts.kind, address)
    if not least_period_s <= facts.period_s <= 3600:
        raise InvalidInput("a frame is asked for every %(least)g to 3600 seconds", least=least_period_s)
    known = {one.value for one in Looking}
    if unknown := [one for one in facts.looking if one not in known]:
        raise InvalidInput(
            "“%(given)s” is nothing that can be looked for; known are %(known)s",
            given=unknown[0][:40],
            known=", ".join(sorted(known)),
        )
    if not 0 <= facts.most_people <= 1000:
        raise InvalidInput("at most 0 to 1000 people may be allowed")
    looking = tuple(one.value for one in Looking if one.value in facts.looking)
    _check_login(facts)
    return replace(facts, address=address, looking=looking)


def _check_login(facts: SourceFacts) -> None:
    if facts.password and not facts.username:
        raise InvalidInput("a password without a user name")
    if any(len(one) > LOGIN_LENGTH or not one.isprintable() for one in (facts.username, facts.password)) or ":" in facts.username:
        raise InvalidInput("user name and password have at most %(most)s signs, the name no colon", most=LOGIN_LENGTH)


def _check_address(kind: SourceKind, address: str) -> None:
    schemes = SCHEMES[kind]
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in schemes or len(address) > ADDRESS_LENGTH or not address.isprintable():
        raise InvalidInput("an address begins with %(schemes)s:// and names a host", schemes=":// or ".join(schemes))
    if parts.username or parts.password:
        raise InvalidInput(
            "the address holds a login, which everybody who sees the camera would read: "
            "enter user name and password in their own fields, where they are kept sealed"
        )


class FetchFault(StrEnum):
    """Why no frame came."""

    INSIDE = "inside"  # the address leads inside, where policy names no network
    NO_ANSWER = "no_answer"
    STATUS = "status"  # an answer, but no picture
    LOGIN = "login"  # user name or password is wrong, or is missing
    CERTIFICATE = "certificate"  # of no known authority, and not named in the policy
    TOO_LARGE = "too_large"
    NO_PICTURE = "no_picture"
    NO_FILE = "no_file"
    BROKEN = "broken"  # what comes over the stream can't be read
    NO_KEY = "no_key"  # the stream goes on without a picture that can be decoded by itself
    UNDECODED = "undecoded"  # the decoder could make nothing of a picture, or was ended over it
    OWN_MODEL = "own_model"  # frames come, but a model of the city's own gives no answer
    NO_DECODER = "no_decoder"  # the extra `streams` is not installed
    NO_MODELS = "no_models"  # frames come and the camera's health is judged, but nothing can be looked for
    NO_TEXT = "no_text"  # frames come, but what is written in them can't be read
    REFUSED = "refused"  # who set the source may send no events there any more
    WAITS = "waits"  # more cameras have sources than processes may look at
