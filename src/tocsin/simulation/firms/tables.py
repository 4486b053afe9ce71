"""Columns of a made-up set of firms, by the name of the file and then of the column, as docs/work-status.md describes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

type Column = Sequence[Any] | NDArray[Any]
type Table = dict[str, Column]


@dataclass(frozen=True)
class DutyTables:
    """What `make_duty(firms, days, seed)` of `tocsin.simulation.firms.duty` gives: `firms` are `FirmPlan`s in their order, `days`
    the `Days` of the whole set, of which the last 14 have signs. Each table has the columns of its file; empty cells are None.
    """

    people: Table
    roster: Table
    certificates: Table
    signs: Table
    truth: Table
