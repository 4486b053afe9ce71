"""How much people need: so many people, so many days, so much for each."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tocsin.supplies.catalogue.rules.amounts import THOUSAND


@dataclass(frozen=True)
class Standard:
    """What a person needs of an item. `per_day`: every day anew. `of_people`: one unit serves so many people."""

    item: str
    trades: tuple[str, ...]
    per_person: float = 0
    of_people: int = 0
    per_day: bool = False


@dataclass(frozen=True)
class Demand:
    """So much of an item (thousandths of its unit), and the figure that it comes from."""

    item: str
    amount: int
    per_person: float


ALWAYS: Final = ""


def demand(standards: Iterable[Standard], people: int, days: int, trade: str) -> list[Demand]:
    """What so many people need for so many days, in whole units; standards of other trades than the incident's are left out.

    >>> quilts = Standard("quilt", ("heating",), per_person=1)
    >>> [each.amount for each in demand([quilts], 400, 3, "heating")], demand([quilts], 400, 3, "gas")
    ([400000], [])
    """
    if people <= 0:
        return []
    told = []
    for one in standards:
        if one.trades and trade not in one.trades:
            continue
        each = one.per_person or 1 / one.of_people
        units = math.ceil(round(people * each * (days if one.per_day else 1), 6))
        told.append(Demand(one.item, units * THOUSAND, each))
    return told
