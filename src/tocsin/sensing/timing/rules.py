"""When a clock is off. Values in, verdict out."""

from typing import Final

CLOCKS: Final = "device_clocks"
"""Purpose of notices about clocks that are off."""
CLOCK_KEEPER: Final = "clock_keeper"
"""As what somebody is told of them."""


def is_off(skew_ms: float, before: bool, off_s: float) -> bool:
    """Whether a clock is off: beyond the limit, and then until it is within half of it.

    >>> [is_off(skew, True, 60.0) for skew in (61_000.0, -31_000.0, 29_000.0)], is_off(-31_000.0, False, 60.0)
    ([True, True, False], False)
    """
    return abs(skew_ms) > off_s * (500 if before else 1000)
