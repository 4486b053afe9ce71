"""A small district: two devices in two counties, and detections made by hand."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime

from tests.people import LICANG, SHINAN
from tocsin.base.ids import deterministic_id
from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.registering import register_many
from tocsin.warning.alarms.events import Detection

NOW = datetime(2026, 1, 3, 5, 0, tzinfo=UTC)


NOW_MS = round(NOW.timestamp() * 1000)


type Detect = Callable[..., Detection]


def make_district() -> list[int]:
    ensure_regions()
    wells = [("WELL-1", LICANG), ("WELL-2", SHINAN)]
    channels = [("WELL-1", "methane"), ("WELL-1", "temperature"), ("WELL-1", "oxygen"), ("WELL-2", "methane")]
    register_many(
        actor=system_actor(),
        devices=[NewDevice(code=code, region_code=region) for code, region in wells],
        sensors=[
            NewSensor(device_code=code, channel=name, quantity=name, lon=120.4, lat=36.2, name=f"{code} {name}")
            for code, name in channels
        ],
    )
    return [0, 1, 2, 3]


_TICKS = itertools.count()


def detection(
    edge: str = "raise",
    level: AlarmLevel = AlarmLevel.YELLOW,
    *,
    sensor: int = 0,
    rule: str = "high",
    ts: int | None = None,
    value: float = 27.0,
    latching: bool = True,
) -> Detection:
    """One edge; without `ts` each comes a millisecond after the one before."""
    ts = NOW_MS + next(_TICKS) if ts is None else ts
    level = AlarmLevel.NONE if edge == "clear" else level
    return Detection(
        id=deterministic_id("detection", sensor, rule, edge, int(level), ts),
        sensor=sensor,
        rule=rule,
        edge=edge,
        level=int(level),
        ts=ts,
        value=value,
        limit=25.0,
        figures={"limit": 25.0, "readings": 2.0},
        latching=latching,
    )
