"""What is handed in: its hash, how complete it is, the work that a browser does for it, and what its clock is worth."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec


class Mode(StrEnum):
    """What the authority may know of who reports: name and contact, the same sealed for two officers, or nothing but a secret."""

    NAMED = "named"
    HIDDEN = "hidden"
    ANONYMOUS = "anonymous"


class Channel(StrEnum):
    """By which way it came."""

    PAGE = "page"
    APP = "app"  # the page, opened by a government app with a signed identity
    HOTLINE_12345 = "12345"
    HOTLINE_12350 = "12350"
    LETTER = "letter"
    VISIT = "visit"
    PLATFORM = "platform"


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """What the reporter says, as it is hashed for the receipt. `photos`: SHA-256 of the files, which the reporter keeps."""

    kind: str
    text: str
    situation: str = ""
    region_code: str = ""
    code: str = ""
    firm: str = ""
    place: str = ""
    since: str = ""
    lon: float | None = None
    lat: float | None = None
    danger: bool = False
    insider: bool = False
    photos: tuple[str, ...] = ()


def content_text(handed: Handed) -> str:
    """What was handed in as lines of text in the order of their names: who kept it can prove it. A situation only where one
    was chosen, so that what was handed in before there were any keeps its hash.

    >>> print(content_text(Handed(kind="fire", text="smoke", lon=120.4, lat=36.2)).splitlines()[6])
    lon: 120.400000
    """
    return "\n".join(f"{name}: {_told(getattr(handed, name))}" for name in _said(handed))


def _said(handed: Handed) -> list[str]:
    return [name for name in sorted(Handed.__struct_fields__) if name != "situation" or handed.situation]


def content_hash(handed: Handed) -> str:
    """SHA-256 of that text."""
    return hashlib.sha256(content_text(handed).encode()).hexdigest()


def _told(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case float() | int():
            return f"{value:.6f}"
        case tuple():
            return " ".join(str(one) for one in value)
        case _:
            return "" if value is None else str(value)


@dataclass(frozen=True)
class Completeness:
    """What of the five things a report has by which it can be checked."""

    names_object: bool
    names_place: bool
    says_matter: bool
    says_since: bool
    has_picture: bool

    @property
    def score(self) -> int:
        """How many of five."""
        return sum((self.names_object, self.names_place, self.says_matter, self.says_since, self.has_picture))

    @property
    def is_valid(self) -> bool:
        """A clear object and a concrete matter: what makes a report the first *valid* one of several."""
        return self.says_matter and (self.names_object or self.names_place)


def says_matter(text: str, least_signs: int) -> bool:
    """Whether a text has so many signs that it tells of something concrete.

    >>> says_matter("a b", 3), says_matter("gas leak", 7)
    (False, True)
    """
    return len("".join(text.split())) >= least_signs


def completeness_of(handed: Handed, *, least_signs: int, pictures: int) -> Completeness:
    """How complete what was handed in is; `least_signs`: so many signs make a matter concrete."""
    return Completeness(
        names_object=bool(handed.code or handed.firm.strip()),
        names_place=handed.lon is not None or len(handed.place.strip()) > 1,
        says_matter=says_matter(handed.text, least_signs),
        says_since=bool(handed.since.strip()),
        has_picture=pictures > 0,
    )


def is_on_earth(lon: float | None, lat: float | None) -> bool:
    """Whether a position can be, or none is given; where on the earth is not asked: somebody far away may still tell.

    >>> is_on_earth(None, None), is_on_earth(120.4, 36.2), is_on_earth(120.4, None), is_on_earth(36.2, 120.4)
    (True, True, False, False)
    """
    if lon is None or lat is None:
        return lon is lat
    return abs(lon) <= 180 and abs(lat) <= 90


@dataclass(frozen=True)
class ClockLimits:
    """By how much a phone's clock may be wrong, and how long a report may wait on it for a network."""

    wrong: timedelta
    waits: timedelta


def told_moment(said_at: datetime | None, limits: ClockLimits, *, now: datetime) -> datetime | None:
    """When it was written, by a clock that may be wrong by years: None where it can't be so. Ranks go by the server's time."""
    if said_at is None or not now - limits.waits <= said_at <= now + limits.wrong:
        return None
    return min(said_at, now)


def clock_is_wrong(sent_at: datetime | None, limits: ClockLimits, *, now: datetime) -> bool:
    """Whether the clock of a phone that sends at this moment by its own time is wrong by more than is allowed."""
    return sent_at is not None and abs(now - sent_at) > limits.wrong
