"""What a request to another platform came to. Pure."""

from enum import StrEnum


class Outcome(StrEnum):
    """What came of one request."""

    TAKEN = "taken"  # 2xx
    LATER = "later"  # refused for now: another attempt may do
    NEVER = "never"  # refused for good: wrong address, wrong key
    UNKNOWN = "unknown"  # it may have been taken: no answer, or the connection broke


def outcome_of(status: int) -> Outcome:
    """2xx is taken; 408, 425, 429 and 5xx may be tried later; other answers never.

    >>> outcome_of(204), outcome_of(503), outcome_of(401)
    (<Outcome.TAKEN: 'taken'>, <Outcome.LATER: 'later'>, <Outcome.NEVER: 'never'>)
    """
    if 200 <= status < 300:
        return Outcome.TAKEN
    return Outcome.LATER if status in (408, 425, 429) or status >= 500 else Outcome.NEVER
