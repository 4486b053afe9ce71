"""A street with everything under it, and readings of ten quiet days into which a test writes what goes wrong.

  y
 14   P1 ===cable=== P2 ===cable=== P3                      power
  8   H1 ==trench=== H2 ==trench=== H3 ==trench=== H4       heating
  4          T1 --duct-- T2                                 telecom (T1 beside H2)
  0   S1 ---sewer--> S2 ---sewer--> S3 ---sewer--> S4       sewer, flowing east; B1 (workshop), B2 drain to S1, B3 (plating) to S3
 -8   G1 ----------- gas main ---------------- G2           gas (G1 is a chamber)
-14   W1 ----------- water main -------------- W2           water
      0             100            200            300  x
HS heating station, PS pumping station with the rain gauge, 700 m and 800 m away.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tests.engine.drawing import line, point
from tocsin.engine.columns import Readings
from tocsin.engine.diagnosis.grid import Grid
from tocsin.engine.diagnosis.judge import diagnose
from tocsin.engine.diagnosis.model import Diagnosis, SensorColumns
from tocsin.engine.diagnosis.templates import Templates
from tocsin.engine.network import Network
from tocsin.warning.causes.policy.causes import shipped_templates

HOUR_MS = 3_600_000
START_MS = 1_768_000_000_000 - 1_768_000_000_000 % 86_400_000  # a day of January 2026
ASKED_H = 10 * 24 + 5.0  # hours after the start; 13:00 of a Sunday in China
STEP_MS = 600_000

Floats = NDArray[np.float64]
Curve = Callable[[Floats], Floats]

USUAL = {
    "methane": (0.3, 0.2),
    "hydrogen_sulphide": (0.2, 0.1),
    "carbon_monoxide": (1.0, 0.5),
    "ethane_ratio": (0.0, 0.1),
    "oxygen": (20.7, 0.1),
    "temperature": (14.0, 0.2),
    "level": (0.02, 0.003),
    "conductivity": (1100.0, 30.0),
    "pressure": (400.0, 2.0),
    "flow": (50.0, 1.0),
    "makeup_flow": (4.0, 0.2),
    "supply_temperature": (80.0, 1.0),
    "rainfall": (0.0, 0.0),
}
LIMITS = {"methane": 25.0, "hydrogen_sulphide": 20.0, "carbon_monoxide": 50.0, "temperature": 45.0, "level": 0.4}
CHANNELS = (
    [(f"S{k}", quantity) for k in (1, 2, 3, 4) for quantity in ("methane", "hydrogen_sulphide", "level")]
    + [("S1", "conductivity"), ("S2", "conductivity")]
    + [(f"H{k}", "temperature") for k in (1, 2, 3, 4)]
    + [("T1", "methane"), ("T1", "level"), ("T2", "methane"), ("T2", "level"), ("T1", "ethane_ratio")]
    + [("G1", "methane"), ("G1", "ethane_ratio"), ("G1", "temperature"), ("G1", "pressure")]
    + [(f"P{k}", quantity) for k in (1, 2, 3) for quantity in ("carbon_monoxide", "temperature")]
    + [("W1", "pressure"), ("W2", "pressure"), ("W3", "pressure"), ("W4", "pressure")]
    + [("HS", "makeup_flow"), ("HS", "supply_temperature"), ("PS", "rainfall"), ("PS", "flow")]
    + [("S4", "oxygen"), ("P2", "oxygen")]
)


def features() -> list[dict[str, object]]:
    """The street of the drawing."""
    row = lambda name, kind, y, count, **more: [point(f"{name}{k + 1}", kind, 100.0 * k, y, **more) for k in range(count)]  # noqa: E731
    sewer = row("S", "manhole", 0, 4, utility="sewer", owner="drainage_bureau", depth_m=3.0)
    heat = row("H", "chamber", 8, 4, owner="heating_company")
    power = row("P", "chamber", 14, 3, owner="power_company")
    telecom = [point(f"T{k}", "manhole", 100.0 * k, 4, utility="telecom", owner="telecom", depth_m=2.0) for k in (1, 2)]
    gas = [point("G1", "valve", 0, -8, owner="gas_company"), point("G2", "valve", 300, -8, owner="gas_company", buried=True)]
    water = [point(f"W{k + 1}", "valve", x, -14, owner="water_company", buried=True) for k, x in enumerate((0, 300, 900, 1500))]
    houses = [
        point("B1", "building", -20, 30, owner="property_owner", use="workshop"),
        point("B2", "building", -10, -40, owner="property_owner", use="residential"),
        point("B3", "building", 205, -40, owner="property_owner", use="plating_shop"),
    ]
    stations = [
        point("HS", "heat_station", 300, 700, owner="heating_company"),
        point("PS", "pump_station", -800, 0, owner="water_company"),
    ]

    def joined(kind: str, points: Sequence[dict[str, object]], name: str, **more: object) -> list[dict[str, object]]:
        pairs = itertools.pairwise(points)
        return [line(f"{name}{k + 1}", kind, a, b, **more) for k, (a, b) in enumerate(pairs)]

    return [
        *sewer,
        *heat,
        *power,
        *telecom,
        *gas,
        *water,
        *houses,
        *stations,
        *joined("sewer", sewer, "sewer", owner="drainage_bureau", diameter_mm=300),
        *joined("heat_main_supply", heat, "supply", owner="heating_company"),
        *joined("heat_main_return", heat, "return", owner="heating_company"),
        *joined("power_cable", power, "cable", owner="power_company"),
        *joined("telecom_duct", telecom, "duct", owner="telecom"),
        *joined("gas_main", gas, "gas", owner="gas_company"),
        *joined("water_main", water, "water", owner="water_company"),
    ]


@dataclass(frozen=True)
class District:
    """The street with its channels: `curves` are added to the ordinary readings; `missing` channels are not there."""

    curves: tuple[tuple[str, str, Curve], ...] = ()
    missing: frozenset[tuple[str, str]] = frozenset()
    order: tuple[int, ...] | None = None

    def write(self, asset: str, quantity: str, curve: Curve) -> "District":
        """With a curve (of hours since the question) added to one channel."""
        return replace(self, curves=(*self.curves, (asset, quantity, curve)))

    def without(self, *channels: tuple[str, str]) -> "District":
        """Without some channels."""
        return replace(self, missing=self.missing | set(channels))

    def ask(self, asset: str, quantity: str, templates: Templates | None = None) -> Diagnosis:
        """Why does this channel ring at the question's time?"""
        network, sensors, readings = self.parts()
        ts_ms = START_MS + round(ASKED_H * HOUR_MS)
        grid = Grid.build(sensors, readings, ts_ms=ts_ms)
        index = CHANNELS.index((asset, quantity))
        return diagnose(network, grid, templates or shipped_templates(), sensor=index, ts_ms=ts_ms)

    def parts(self) -> tuple[Network, SensorColumns, Readings]:
        """The street, its sensors and what they told."""
        network = Network.from_features(features())
        channels = [channel for channel in CHANNELS if channel not in self.missing]
        if self.order is not None:
            channels = [channels[k] for k in self.order if k < len(channels)]
        place = {feature["properties"]["id"]: feature["geometry"]["coordinates"] for feature in features()}  # type: ignore[index]
        many = len(channels)
        sensors = SensorColumns.build(
            network,
            index=[CHANNELS.index(channel) for channel in channels],
            asset_code=[asset for asset, _ in channels],
            quantity=[name for _, name in channels],
            interval_s=[600.0] * many,
            accuracy=[np.nan] * many,
            alarm_low=[370.0 if name == "pressure" else np.nan for _, name in channels],
            alarm_high=[LIMITS.get(name, np.nan) for _, name in channels],
            lon=[place[asset][0] for asset, _ in channels],
            lat=[place[asset][1] for asset, _ in channels],
        )
        return network, sensors, Readings.concatenate([self.readings_of(channel) for channel in channels])

    def readings_of(self, channel: tuple[str, str]) -> Readings:
        """Every ten minutes until two hours after the question, the same for a channel whatever the others are."""
        index = CHANNELS.index(channel)
        ts = np.arange(START_MS, START_MS + round((ASKED_H + 2) * HOUR_MS), STEP_MS) + 1000 * index
        hours = (ts - START_MS) / HOUR_MS - ASKED_H
        base, noise = USUAL[channel[1]]
        value = base + noise * np.random.default_rng(index).standard_normal(len(ts))
        if channel[1] not in ("temperature", "supply_temperature"):
            value = np.maximum(value, 0.0)
        for asset, quantity, curve in self.curves:
            if (asset, quantity) == channel:
                value = value + curve(hours)
        return Readings.of(np.full(len(ts), index), ts, value)


def rising(from_h: float, to: float, over_h: float) -> Curve:
    """A straight rise from `from_h` hours (about the question) to `to` within `over_h`, and on at that height."""
    return lambda hours: to * np.clip((hours - from_h) / over_h, 0.0, 1.0)


def wave(from_h: float, to: float, width_h: float) -> Curve:
    """A wave that comes and goes, with a tail."""
    return lambda hours: to * np.where(hours > from_h, (hours - from_h) / width_h * np.exp(1 - (hours - from_h) / width_h), 0.0)


def square(from_h: float, to_h: float, height: float) -> Curve:
    """A pulse with upright sides."""
    return lambda hours: np.where((hours >= from_h) & (hours <= to_h), height, 0.0)


def gusting(from_h: float, to: float, over_h: float) -> Curve:
    """A rise that swings strongly, as wind and pressure move a leak's gas."""
    return lambda hours: rising(from_h, to, over_h)(hours) * (1 + 0.25 * np.sin(9.0 * hours) * (hours > from_h))


def settling(from_h: float, to: float, over_h: float) -> Curve:
    """A smooth rise that slows down towards its height."""
    return lambda hours: to * (1 - np.exp(-np.maximum(hours - from_h, 0.0) / over_h))
