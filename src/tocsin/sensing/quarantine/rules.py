"""Why a message or a part of it could not be read."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

DEVICES: Final = "devices"
"""Purpose of notices about devices that need somebody to look after them."""
KEEPER: Final = "keeper"
"""As what somebody is told of them."""
KEPT_ROOM: Final = "kept_room"
"""Purpose of notices that there is no more place for kept messages."""
ROOM_KEEPER: Final = "room_keeper"
"""As what whoever runs the installation is told of it."""


class Reason(StrEnum):
    """Why something a device sent is in quarantine instead of in log or history. `docs/protocols.md` tells how each is mended."""

    UNREADABLE = "unreadable"
    UNKNOWN_CHANNEL = "unknown_channel"
    SENSOR_DISABLED = "sensor_disabled"
    VALUE_UNREADABLE = "value_unreadable"
    TIME_UNREADABLE = "time_unreadable"
    TIME_AHEAD = "time_ahead"
    TIME_TOO_OLD = "time_too_old"
    TOO_LARGE = "too_large"
    FOREIGN_TOPIC = "foreign_topic"
    UNSUPPORTED = "unsupported"
    TOO_MANY = "too_many"
    ALREADY_KNOWN = "already_known"
    LOGIN_REFUSED = "login_refused"
    CERTIFICATE_UNKNOWN = "certificate_unknown"
    CERTIFICATE_OF_ANOTHER = "certificate_of_another"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_NOT_YET_VALID = "certificate_not_yet_valid"
    CERTIFICATE_REVOKED = "certificate_revoked"
    CERTIFICATE_REPLACED = "certificate_replaced"
    CERTIFICATE_UNFIT = "certificate_unfit"
    BIRTH_MISSING = "birth_missing"
    MESSAGES_LOST = "messages_lost"
    NO_ANSWER = "no_answer"
    ATTRIBUTE_REFUSED = "attribute_refused"
    CONTENT_REFUSED = "content_refused"


NOT_OF_A_MESSAGE: Final = frozenset(
    (
        *(Reason.TOO_MANY, Reason.ALREADY_KNOWN, Reason.LOGIN_REFUSED, Reason.MESSAGES_LOST, Reason.NO_ANSWER, Reason.TOO_LARGE),
        *(one for one in Reason if one.startswith("certificate_")),
        Reason.ATTRIBUTE_REFUSED,
    )
)
"""Reasons that speak of a sender, a line, a size, or of what is no reading: no content behind them is read again later."""


class Form(StrEnum):
    """How the content of a kept message is read."""

    READINGS = "readings"
    OBSERVATIONS = "observations"
    SPARKPLUG = "sparkplug"
    HJ212 = "hj212"
    GB26875 = "gb26875"
    FOREIGN = "foreign"
    HANDED = "handed"


@dataclass(frozen=True)
class Room:
    """How much may be kept."""

    bytes_per_device: int
    messages_per_device: int
    bytes_in_all: int


def fits(room: Room, messages: int, size: int, more: int) -> bool:
    """Whether a device that has so many messages of so many bytes may keep another one of `more` bytes.

    >>> fits(Room(100, 2, 1000), 1, 60, 40), fits(Room(100, 2, 1000), 1, 60, 41), fits(Room(100, 2, 1000), 2, 10, 1)
    (True, False, False)
    """
    return messages < room.messages_per_device and size + more <= room.bytes_per_device
