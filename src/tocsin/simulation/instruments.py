"""What is measured where: shares of wells that have a device, shares of devices that have a channel, limits and accuracies.

Shares after the equipment seen in districts of Chinese cities: gas in nearly every instrumented well, temperature
in the warm ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

INTERVALS_S = (300, 600, 900)
_INTERVAL_SHARES = (0.36, 0.36, 0.28)


@dataclass(frozen=True)
class Equipment:
    """`wells`: share of the places that have a device; `channels`: share of its devices that measure a quantity."""

    wells: float
    channels: dict[str, float]


EQUIPMENT = {
    "sewer": Equipment(
        0.36,
        {
            "methane": 0.85,
            "level": 0.6,
            "hydrogen_sulphide": 0.45,
            "temperature": 0.5,
            "flow": 0.12,
            "oxygen": 0.15,
            "conductivity": 0.08,
            "carbon_monoxide": 0.06,
            "ethane_ratio": 0.12,
        },
    ),
    "storm_drain": Equipment(0.32, {"level": 0.85, "methane": 0.5, "temperature": 0.3, "oxygen": 0.1}),
    "telecom": Equipment(
        0.36,
        {"methane": 0.85, "temperature": 0.5, "level": 0.25, "oxygen": 0.1, "hydrogen_sulphide": 0.05, "ethane_ratio": 0.1},
    ),
    "heat": Equipment(
        0.55,
        {"temperature": 1.0, "methane": 0.4, "pressure": 0.4, "level": 0.3, "oxygen": 0.08, "ethane_ratio": 0.05},
    ),
    "power": Equipment(0.58, {"temperature": 0.8, "methane": 0.7, "carbon_monoxide": 0.6, "oxygen": 0.2, "level": 0.15}),
    "gas": Equipment(
        0.55, {"methane": 0.95, "temperature": 0.4, "pressure": 0.35, "level": 0.1, "oxygen": 0.1, "ethane_ratio": 0.1}
    ),
    "water": Equipment(0.35, {"pressure": 0.95, "level": 0.25, "methane": 0.15, "temperature": 0.2}),
    "gas_regulator": Equipment(1.0, {"pressure": 1.0, "flow": 1.0}),
    "pump_station": Equipment(1.0, {"pressure": 1.0, "flow": 1.0, "rainfall": 1.0}),
    "heat_station": Equipment(
        1.0,
        {
            "flow": 1.0,
            "makeup_flow": 1.0,
            "pressure": 1.0,
            "supply_temperature": 1.0,
            "return_temperature": 1.0,
            "rainfall": 0.4,
        },
    ),
    "substation": Equipment(1.0, {"temperature": 1.0}),
}

STATIONS = ("heat_station", "pump_station", "gas_regulator")


@dataclass(frozen=True)
class Fitting:
    """How a district is equipped, next to `EQUIPMENT`.

    `wells` and `channels` multiply its shares (stations keep theirs); `quantities`, if any, are the only ones measured;
    `stations`: the owners' stations are connected; `close`: share of the devices that report every minute; `scale` multiplies
    the ordinary values of (quantity, place); `level_limit` is a share of a drain's depth; `pressure_limit`, if any, is the lower
    limit of each water pressure as a share of its ordinary value; `noise` multiplies the noise; `cross`: share of the gas
    channels that respond to something else, moisture or the warmth of the day.
    """

    code: str = "lc"
    wells: float = 1.0
    channels: float = 1.0
    quantities: frozenset[str] = frozenset()
    stations: bool = True
    intervals_s: tuple[int, ...] = INTERVALS_S
    interval_shares: tuple[float, ...] = _INTERVAL_SHARES
    station_interval_s: int = 300
    close: float = 0.0
    scale: Mapping[tuple[str, str], float] = field(default_factory=dict)
    level_limit: float = 0.75
    pressure_limit: float | None = None
    noise: float = 1.0
    cross: float = 0.0

    def interval_of(self, draw: float) -> int:
        """Seconds between reports for a number between 0 and 1."""
        for interval, share in zip(self.intervals_s, self.interval_shares, strict=True):
            draw -= share
            if draw < 0.0:
                return interval
        return self.intervals_s[-1]


USUAL = Fitting()


# Streets on which every well is instrumented: the district's pilot.
PILOT_STREETS = frozenset({"Shiniushan Road"})
PILOT_SHARE = 0.3  # channels at least this usual are fitted in every pilot well
# Wells with a finding behind them report every minute (1-5 min above the platform's level 3) and have all gas channels.
CLOSELY_WATCHED = frozenset({"石牛山路 7 号窨井"})
CLOSE_INTERVAL_S = 60
CLOSE_METHANE = 4.2  # %LEL; the finding: a well that always gives some gas
CLOSE_CHANNELS = ("methane", "temperature", "hydrogen_sulphide", "oxygen", "ethane_ratio", "level")

# Maker's accuracy in the unit of the quantity.
ACCURACY = {
    "methane": 1.0,
    "temperature": 0.4,
    "hydrogen_sulphide": 0.5,
    "carbon_monoxide": 1.5,
    "oxygen": 0.2,
    "ethane_ratio": 0.4,
    "level": 0.01,
    "flow": 1.0,
    "makeup_flow": 0.15,
    "pressure": 2.5,
    "supply_temperature": 0.4,
    "return_temperature": 0.4,
    "rainfall": 0.2,
    "conductivity": 15.0,
}

CROSS_SENSITIVE = ("methane", "hydrogen_sulphide", "carbon_monoxide", "ethane_ratio", "oxygen")

# (quantity, place) -> alarm low, alarm high; place "" wherever no narrower line is given. The detectors' own limits (GB/T 50493:
# methane 25 %LEL, oxygen 19.5 %); those of levels depend on the depth of the well and stand in `sensors.py`.
LIMITS: dict[tuple[str, str], tuple[float | None, float | None]] = {
    ("methane", ""): (None, 25.0),
    ("hydrogen_sulphide", ""): (None, 10.0),
    ("hydrogen_sulphide", "sewer"): (None, 20.0),
    ("carbon_monoxide", ""): (None, 50.0),
    ("oxygen", ""): (19.5, None),
    ("temperature", ""): (None, 45.0),
    ("temperature", "heat"): (None, 70.0),
    ("temperature", "substation"): (None, None),
    ("pressure", "pump_station"): (320.0, None),
    ("pressure", "water"): (300.0, None),
}


def limits_of(quantity: str, place: str) -> tuple[float | None, float | None]:
    """Alarm low and high of a channel, None where none is set."""
    return LIMITS.get((quantity, place)) or LIMITS.get((quantity, ""), (None, None))
