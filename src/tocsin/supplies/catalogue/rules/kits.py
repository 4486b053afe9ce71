"""When a kit expires: with its first component, or on a day of its own."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum


class KitExpiry(StrEnum):
    """Which of the two days counts."""

    SOONEST = "soonest"
    OWN = "own"


def kit_expiry(rule: KitExpiry, own: date | None, components: Iterable[date | None]) -> date | None:
    """The day on which a kit expires; None where nothing in it does.

    SOONEST: the first of its components, and its own day where that is sooner. OWN: the day printed on the kit.

    >>> kit_expiry(KitExpiry.SOONEST, None, [date(2027, 5, 1), None, date(2027, 2, 1)])
    datetime.date(2027, 2, 1)
    >>> kit_expiry(KitExpiry.OWN, date(2028, 1, 1), [date(2027, 2, 1)])
    datetime.date(2028, 1, 1)
    """
    if rule is KitExpiry.OWN:
        return own
    return min((one for one in (own, *components) if one is not None), default=None)
