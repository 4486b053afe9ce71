"""What a confirmed sighting asks for, and what came of it."""

from enum import StrEnum
from typing import Final


class Asks(StrEnum):
    """CASE: the duty desk handles it. FINDING: a hidden danger, which an inspector records. PERMIT_STOP: the work that it shows
    stops. PERMIT: whether the work that it shows has a permit.
    """

    CASE = "case"
    FINDING = "finding"
    PERMIT_STOP = "permit_stop"
    PERMIT = "permit"


class Outcome(StrEnum):
    """What came of a sighting. UNKNOWN: the firm keeps no permits here, so nobody can say whether the work had one."""

    CASE = "case"
    FINDING = "finding"
    STOPPED = "stopped"
    PERMITTED = "permitted"
    UNPERMITTED = "unpermitted"
    UNKNOWN = "unknown"
    NOTHING = "nothing"


NO_NUMBER: Final = "–"
"""Stands as reference where what came of a sighting has no number."""
OPEN_OUTCOMES: Final = ("", Outcome.UNPERMITTED, Outcome.UNKNOWN, Outcome.NOTHING)
"""After these a person may still lead the sighting on."""
WAITING_OUTCOMES: Final = (Outcome.UNPERMITTED, Outcome.UNKNOWN)
"""After these a person has to look."""


def may_lead_on(outcome: str) -> bool:
    """Whether a person may still say what is to come of a confirmed sighting.

    >>> may_lead_on(""), may_lead_on("unpermitted"), may_lead_on("case")
    (True, True, False)
    """
    return outcome in OPEN_OUTCOMES
