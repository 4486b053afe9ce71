"""What may become of a sighting: a person's verdict, a minute to take it back, then it counts."""

from enum import StrEnum


class Verdict(StrEnum):
    """WAITING: nobody has looked. UNSURE: somebody could not tell, and says why; it waits for another person."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    UNSURE = "unsure"


OPEN: frozenset[Verdict] = frozenset((Verdict.WAITING, Verdict.UNSURE))
"""Somebody still has to look."""


def may_decide(now: Verdict, wanted: Verdict) -> bool:
    """Whether a person may give that verdict.

    >>> may_decide(Verdict.UNSURE, Verdict.CONFIRMED), may_decide(Verdict.REJECTED, Verdict.CONFIRMED)
    (True, False)
    """
    return now in OPEN and wanted is not Verdict.WAITING
