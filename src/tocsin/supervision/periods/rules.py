"""Whom a special period concerns, and on which days."""

from collections.abc import Collection
from datetime import date
from typing import Final

from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE, governs

SPECIAL_PERIOD: Final = "special_period"  # purpose of notices
CONCERNED: Final = "concerned"  # as what a firm is told


def concerns(period_region: str, trades: Collection[str], *, region_code: str, trade: str) -> bool:
    """Whether a period of a region and some trades (none: all) concerns a firm.

    >>> concerns("370200", [], region_code="370213", trade="mine")
    True
    >>> concerns("370213", ["steel"], region_code="370213", trade="mine")
    False
    """
    return governs(period_region, region_code) and (not trades or trade in trades)


def areas_around(prefix: str) -> tuple[str, ...]:
    """Codes of the areas that govern all that begins with these digits, itself among them.

    >>> areas_around("370213"), areas_around("3702"), areas_around("")
    (('000000', '370000', '370200', '370213'), ('000000', '370000', '370200'), ('000000',))
    """
    levels = [prefix[:length] for length in (2, 4, 6) if len(prefix) >= length]
    return (EVERYWHERE, *(level.ljust(6, "0") for level in levels))


def last_day(last: date, ended_on: date | None) -> date:
    """The last day that counts: of a period that was ended earlier, the day of its end."""
    return last if ended_on is None else min(last, ended_on)
