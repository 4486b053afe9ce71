"""Sharing agreements: what may follow what, and when one holds."""

from datetime import date
from enum import StrEnum
from typing import Final


class Standing(StrEnum):
    """How the rows of a resource stand for who reads them."""

    GOOD = "good"
    SET_ASIDE = "set_aside"
    """A newer delivery is set aside: older rows are served."""
    LATE = "late"
    DEAD = "dead"


class AgreementState(StrEnum):
    """How far an agreement has come."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # by who asked, before it was decided
    ENDED = "ended"  # by either side, while it held
    LAPSED = "lapsed"  # its last day has passed


AFTER: Final[dict[AgreementState, frozenset[AgreementState]]] = {
    AgreementState.ASKED: frozenset({AgreementState.GRANTED, AgreementState.REFUSED, AgreementState.WITHDRAWN}),
    AgreementState.GRANTED: frozenset({AgreementState.ENDED, AgreementState.LAPSED}),
}
OPEN: Final = (AgreementState.ASKED.value, AgreementState.GRANTED.value)
LONGEST_DAYS: Final = 3 * 366
MOST_TEXT: Final = 500
MOST_FILTER: Final = 2000


def may_follow(now: AgreementState, then: AgreementState) -> bool:
    """Whether an agreement may come from one state to another; what is refused or over stays so.

    >>> may_follow(AgreementState.ASKED, AgreementState.GRANTED), may_follow(AgreementState.REFUSED, AgreementState.GRANTED)
    (True, False)
    """
    return then in AFTER.get(now, frozenset())


def holds(state: str, until: date | None, today: date) -> bool:
    """Whether the consumer may read today: granted, and not past its last day, whether or not the loop has said so yet."""
    return state == AgreementState.GRANTED and until is not None and today <= until
