"""Where frames of a camera come from, and what is looked for in them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from tocsin.base.errors import InvalidInput
from tocsin.engine.frames.watching import Looking

ADDRESS_LENGTH: Final = 500


class SourceKind(StrEnum):
    """How frames come."""

    SNAPSHOT = "snapshot"  # an address of HTTP that answers with a picture
    FOLDER = "folder"  # files that somebody puts into the camera's own folder


SCHEMES: Final[dict[SourceKind, tuple[str, ...]]] = {
    SourceKind.SNAPSHOT: ("http", "https"),
    SourceKind.FOLDER: (),
}


@dataclass(frozen=True, kw_only=True)
class SourceFacts:
    """One source as it is entered. `address`: empty for a folder; `looking`: codes of kinds; none: the camera's health alone."""

    kind: SourceKind
    address: str
    period_s: float
    looking: tuple[str, ...]
    most_people: int


def checked_source(facts: SourceFacts, least_period_s: float) -> SourceFacts:
    """The facts as they are kept; InvalidInput says what is wrong and how to mend it."""
    address = facts.address.strip()
    if facts.kind is SourceKind.FOLDER:
        if address:
            raise InvalidInput("a folder has no address: it is the camera's own, and its page tells where it lies")
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
    return SourceFacts(kind=facts.kind, address=address, period_s=facts.period_s, looking=looking, most_people=facts.most_people)


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
            "let the video platform hand frames out without"
        )


class FetchFault(StrEnum):
    """Why no frame came."""

    INSIDE = "inside"  # the address leads inside, where policy names no network
    NO_ANSWER = "no_answer"
    STATUS = "status"  # an answer, but no picture
    TOO_LARGE = "too_large"
    NO_PICTURE = "no_picture"
    NO_FILE = "no_file"
    NO_MODELS = "no_models"  # frames come and the camera's health is judged, but nothing can be looked for
    REFUSED = "refused"  # who set the source may send no events there any more
    WAITS = "waits"  # more cameras have sources than processes may look at
