"""Who stands in the register of volunteers, what counts of what they can do, and where they are shown to live."""

import math
from datetime import date
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """Who it is that comes."""

    PERSON = "person"
    TEAM = "team"
    MACHINE_OWNER = "machine_owner"
    MILITIA = "militia"
    FIRM_TEAM = "firm_team"


class Standing(StrEnum):
    """How far an entry of the register is. Only CONFIRMED ones are called; PAUSED is their own wish."""

    INVITED = "invited"
    APPLIED = "applied"
    CONFIRMED = "confirmed"
    PAUSED = "paused"
    REFUSED = "refused"
    LEFT = "left"


ENDED: Final = frozenset((Standing.REFUSED, Standing.LEFT))


class Admission(StrEnum):
    """Whether an officer may take somebody in, and what is missing."""

    ADMITTED = "admitted"
    NOT_ASKED = "not_asked"
    NO_CONSENT = "no_consent"
    NO_CONTACT = "no_contact"


def judge_admission(standing: Standing, *, consents: bool, reachable: bool) -> Admission:
    """May whoever applied be taken in? Only with their consent to the text in force, and reached by a number they confirmed.

    >>> judge_admission(Standing.APPLIED, consents=True, reachable=False)
    <Admission.NO_CONTACT: 'no_contact'>
    """
    if standing not in (Standing.APPLIED, Standing.REFUSED):
        return Admission.NOT_ASKED
    if not consents:
        return Admission.NO_CONSENT
    return Admission.ADMITTED if reachable else Admission.NO_CONTACT


def certificate_counts(*, needed: bool, number: str, valid_until: date | None, day: date) -> bool:
    """Whether a skill counts on that day: one that needs a certificate only with one that has not expired. One that is given
    although none is needed must not have expired either.

    >>> certificate_counts(needed=True, number="A1", valid_until=date(2026, 11, 27), day=date(2026, 11, 28))
    False
    """
    if valid_until is not None and valid_until < day:
        return False
    return not needed or bool(number.strip() and valid_until is not None)


def blurred(lon: float, lat: float, cell_deg: float) -> tuple[float, float]:
    """The middle of the grid cell in which a place lies. The grid stands still: many looks tell no more than one.

    >>> blurred(120.4312, 36.1625, 0.02)
    (120.43, 36.17)
    """
    return _middle(lon, cell_deg), _middle(lat, cell_deg)


def _middle(value: float, cell_deg: float) -> float:
    return round((math.floor(round(value / cell_deg, 9)) + 0.5) * cell_deg, 6)
