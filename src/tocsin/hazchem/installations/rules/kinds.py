"""Kinds of equipment and of points, and what limits a point may have."""

from collections.abc import Mapping
from enum import StrEnum
from itertools import pairwise
from typing import Final

from tocsin.base.errors import InvalidInput


class EquipmentKind(StrEnum):
    """What stands in a unit."""

    TANK = "tank"
    PRESSURE_VESSEL = "pressure_vessel"
    REACTOR = "reactor"
    COLUMN = "column"
    LOADING_ARM = "loading_arm"
    WAREHOUSE_BAY = "warehouse_bay"
    CYLINDER_STORE = "cylinder_store"
    PIPELINE = "pipeline"
    OTHER = "other"


class PointKind(StrEnum):
    """What a point of equipment measures or is."""

    LEVEL = "level"
    TEMPERATURE = "temperature"
    PRESSURE = "pressure"
    INFLOW = "inflow"
    OUTFLOW = "outflow"
    GAS = "gas"
    FLAME = "flame"
    TANKER = "tanker"  # a contact, closed while a tanker stands at the arm
    EARTHING = "earthing"  # a contact, closed while it is earthed
    ATTENDANCE = "attendance"  # a contact, closed while somebody is there
    INTERLOCK = "interlock"


class InterlockState(StrEnum):
    """How an interlock stands (GB 17681-2024: in use, bypassed until a moment, failed)."""

    IN_USE = "in_use"
    BYPASSED = "bypassed"
    FAILED = "failed"


class KeyArea(StrEnum):
    """The areas of the province's pilot: each has its page."""

    TANK_FARM = "tank_farm"
    LOADING = "loading"
    CONTROL_ROOM = "control_room"
    MAINTENANCE = "maintenance"


QUANTITIES: Final[Mapping[PointKind, tuple[str, ...]]] = {
    PointKind.LEVEL: ("level",),
    PointKind.TEMPERATURE: ("temperature", "supply_temperature", "return_temperature", "joint_temperature"),
    PointKind.PRESSURE: ("pressure",),
    PointKind.INFLOW: ("flow", "makeup_flow"),
    PointKind.OUTFLOW: ("flow", "makeup_flow"),
    PointKind.GAS: ("methane", "hydrogen_sulphide", "carbon_monoxide", "oxygen"),
    PointKind.FLAME: ("fire_signal",),
    PointKind.TANKER: ("contact_signal",),
    PointKind.EARTHING: ("contact_signal",),
    PointKind.ATTENDANCE: ("contact_signal",),
    PointKind.INTERLOCK: ("fault_signal",),
}
"""Quantities of the sensors that a kind of point may be measured by."""

LIMITS: Final = ("low_low", "low", "high", "high_high")
_HOLDING_LEVEL: Final = (EquipmentKind.TANK, EquipmentKind.PRESSURE_VESSEL, EquipmentKind.REACTOR, EquipmentKind.COLUMN)


def holds_level(kind: str) -> bool:
    """Whether equipment of a kind has a level that tells what it holds."""
    return kind in _HOLDING_LEVEL


def check_limits(low_low: float | None, low: float | None, high: float | None, high_high: float | None) -> None:
    """InvalidInput where a point's limits are not in their order (LL ≤ L < H ≤ HH)."""
    given = [(name, one) for name, one in zip(LIMITS, (low_low, low, high, high_high), strict=True) if one is not None]
    for (before, one), (after, other) in pairwise(given):
        apart = {before, after} & {"low_low", "low"} and {before, after} & {"high", "high_high"}
        if one > other or (apart and one == other):
            raise InvalidInput(
                "Limits rise from LL over L and H to HH: %(one)s of %(before)s is not below %(other)s of %(after)s.",
                one=one,
                before=before,
                other=other,
                after=after,
            )


def standing_of(value: float, low_low: float | None, low: float | None, high: float | None, high_high: float | None) -> str:
    """Which limit a value has reached, the gravest: `high_high`, `low_low`, `high`, `low`, or empty.

    >>> standing_of(90.0, 10.0, 15.0, 85.0, 90.0)
    'high_high'
    """
    if high_high is not None and value >= high_high:
        return "high_high"
    if low_low is not None and value <= low_low:
        return "low_low"
    if high is not None and value >= high:
        return "high"
    return "low" if low is not None and value <= low else ""
