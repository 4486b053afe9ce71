"""How a reservation stands."""

from enum import StrEnum


class Hold(StrEnum):
    """FORMING: its parts are being taken, some at a time. LAPSED: its end came before anybody used it up."""

    FORMING = "forming"
    HELD = "held"
    USED = "used"
    RELEASED = "released"
    LAPSED = "lapsed"
    FAILED = "failed"
