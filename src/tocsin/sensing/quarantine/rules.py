"""Why a message or a part of it could not be read."""

from enum import StrEnum
from typing import Final

DEVICES: Final = "devices"
"""Purpose of notices about devices that need somebody to look after them."""
KEEPER: Final = "keeper"
"""As what somebody is told of them."""


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
    BIRTH_MISSING = "birth_missing"
    MESSAGES_LOST = "messages_lost"
    NO_ANSWER = "no_answer"
