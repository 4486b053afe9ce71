"""What is left out of an online rate, and how a rate is read. Values in, values out."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

ONLINE_RATES: Final = "online_rates"
"""Purpose of notices about devices that reported too little."""
ONLINE_KEEPER: Final = "online_keeper"
"""As what somebody is told of them."""
WEEK, MONTH = 7, 30  # days


@dataclass(frozen=True)
class PlannedOutage:
    """A time in which a sensor was announced to be off: by whom, why, and the page of the announcement."""

    begins: datetime
    ends: datetime
    what: str
    who: str
    address: str


type FindOutages = Callable[[Collection[UUID], datetime, datetime], Mapping[UUID, Sequence[PlannedOutage]]]
"""By sensor the planned outages that touch a time: whoever keeps planned works answers, by the catalogue."""


def rate(expected: int, reported: int) -> float | None:
    """The online rate in percent; None where nothing was expected.

    >>> rate(1440, 1368), rate(0, 0)
    (95.0, None)
    """
    return None if expected <= 0 else 100 * reported / expected
