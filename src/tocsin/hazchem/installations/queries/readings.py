"""What is measured at points now, and what equipment holds by it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tocsin.base.time import datetime_from_ms
from tocsin.engine.tanks import TankShape, filled_share, hours_until, mass_t
from tocsin.hazchem.installations.models import HeldSubstance, PlantEquipment, PlantPoint
from tocsin.hazchem.installations.policy.plants import plants
from tocsin.hazchem.installations.rules.kinds import PointKind, holds_level, standing_of
from tocsin.sensing.face import latest_values


@dataclass(frozen=True)
class Reading:
    """What a point says now. `value` in the sensor's own `unit`; `standing`: the gravest limit that it has reached, or empty;
    `fresh`: not older than the policy says.
    """

    point: PlantPoint
    value: float | None
    unit: str
    quantity: str
    at: datetime | None
    fresh: bool
    standing: str


@dataclass(frozen=True)
class TankPicture:
    """A tank as it stands now, all levels as shares of its height. `filled`: share of the volume; `full_in_h`: until HH at the
    inflow of now, None where it never is; `too_full`: liquefied gas above the share that the policy allows; `tonnes`: what is
    in it by its level, None where that can't be said.
    """

    level: float
    low_low: float
    low: float
    high: float
    high_high: float
    filled: float
    inflow_m3_h: float | None
    full_in_h: float | None
    full_soon: bool
    too_full: bool
    tonnes: float | None
    standing: str
    at: datetime
    fresh: bool


def readings_of(points: Collection[PlantPoint], now: datetime) -> dict[UUID, Reading]:
    """By id of the point what it says; one query for all."""
    values = latest_values({one.sensor_id for one in points if one.sensor_id is not None})
    oldest = now - timedelta(minutes=plants().fresh_min)
    found = {}
    for point in points:
        latest = values.get(point.sensor_id) if point.sensor_id else None
        if latest is None or latest.value is None or latest.ts is None:
            found[point.pk] = Reading(
                point, None, latest.unit if latest else "", latest.quantity if latest else "", None, False, ""
            )
            continue
        at = datetime_from_ms(latest.ts)
        limits = point.low_low, point.low, point.high, point.high_high
        standing = standing_of(latest.value, *limits)
        found[point.pk] = Reading(point, latest.value, latest.unit, latest.quantity, at, at >= oldest, standing)
    return found


def picture_of(equipment: PlantEquipment, readings: Mapping[UUID, Reading], held: Sequence[HeldSubstance]) -> TankPicture | None:
    """How full equipment is by its level; None where it has no height, or nothing measures its level."""
    if not holds_level(equipment.kind) or not equipment.height_m:
        return None
    of = {point.kind: readings[point.pk] for point in reversed(equipment.points.all())}
    level = of.get(PointKind.LEVEL)
    if level is None or level.value is None or level.at is None:
        return None
    policy, shape, height = plants(), TankShape(equipment.shape), equipment.height_m
    limits = {
        name: limit / height if (limit := getattr(level.point, name)) is not None else getattr(policy.level_shares, name)
        for name in ("low_low", "low", "high", "high_high")
    }
    share = level.value / height
    inflow = _net_inflow(of)
    volume = equipment.volume_m3
    hours = hours_until(shape, share, limits["high_high"], volume, inflow) if volume and inflow is not None else None
    filled = filled_share(shape, share)
    density = next((one.density_kg_m3 for one in held if one.density_kg_m3), None) if len(held) == 1 else None
    return TankPicture(
        level=share,
        **limits,
        filled=filled,
        inflow_m3_h=inflow,
        full_in_h=hours,
        full_soon=hours is not None and 0 < hours * 60 <= policy.full_soon_min,
        too_full=equipment.liquefied and filled > policy.liquefied.most_share,
        tonnes=mass_t(shape, share, volume, density) if volume and density else None,
        standing=standing_of(share, *limits.values()),
        at=level.at,
        fresh=level.fresh,
    )


def _net_inflow(of: Mapping[str, Reading]) -> float | None:
    """What flows in less what flows out, in m3/h, of fresh values alone."""
    inflow, outflow = of.get(PointKind.INFLOW), of.get(PointKind.OUTFLOW)
    if inflow is None or inflow.value is None or not inflow.fresh:
        return None
    out = outflow.value if outflow is not None and outflow.fresh else None
    return inflow.value - (out or 0.0)
