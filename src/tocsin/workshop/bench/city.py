"""A large city for the benches: sixteen districts like the simulated one side by side, living through the same days."""

import copy
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Any

import numpy as np

from tocsin.engine.columns import Readings
from tocsin.engine.diagnosis.model import SensorColumns
from tocsin.engine.network import Network
from tocsin.simulation.city import City
from tocsin.simulation.scenario import Scenario, parse_scenario
from tocsin.simulation.world import World

HOUR_MS = 3_600_000
ACROSS = 4  # districts in a row
PITCH_DEGREES = (0.0565, 0.0295)  # a district and a street's width, east and north
SENSORS = 20_000


@dataclass(frozen=True)
class LargeCity:
    """`across` districts in a row and as many rows, each with the same channels watched: as a whole about 107,000 features of a
    network file and 20,000 channels.
    """

    district: City
    scenario: Scenario
    across: int = ACROSS

    @classmethod
    def build(cls, across: int = ACROSS) -> "LargeCity":
        """The same city everywhere."""
        text = resources.files("tocsin.simulation").joinpath("scenarios/shiniushan-road.toml").read_text(encoding="utf-8")
        return cls(City.build(), parse_scenario(text, "shiniushan-road"), across)

    def features(self) -> Iterator[dict[str, object]]:
        """GeoJSON features of all districts; ids begin with the number of the district."""
        for number in range(self.across**2):
            east, north = PITCH_DEGREES[0] * (number % self.across), PITCH_DEGREES[1] * (number // self.across)
            for feature in self.district.features:
                one = copy.deepcopy(feature)
                properties, geometry = one["properties"], one["geometry"]
                for name in ("id", "from_node", "to_node"):
                    if name in properties:
                        properties[name] = f"{number:02d}-{properties[name]}"
                points = geometry["coordinates"] if geometry["type"] == "LineString" else [geometry["coordinates"]]
                moved = [[round(lon + east, 6), round(lat + north, 6)] for lon, lat in points]
                geometry["coordinates"] = moved if geometry["type"] == "LineString" else moved[0]
                yield one

    @cached_property
    def watched(self) -> np.ndarray[Any, np.dtype[np.int32]]:
        """Channels of the district, int32, that are watched in each of the districts: whole devices, spread evenly."""
        share = SENSORS / (ACROSS * ACROSS) / len(self.district.sensors)
        taken = np.floor(np.arange(len(self.district.devices) + 1) * share)
        chosen = [device for device, more in zip(self.district.devices, np.diff(taken) > 0, strict=True) if more]
        return np.array([sensor for device in chosen for sensor in device.sensors], np.int32)

    def sensors(self, network: Network) -> SensorColumns:
        """The watched channels of all districts; the index of a channel is its position."""
        sensors, watched = self.district.sensors, self.watched.tolist()
        codes = [f"{number:02d}-{sensors.asset[one]}" for number in range(self.across**2) for one in watched]
        places = [network.position[code] for code in codes]
        many = self.across**2
        return SensorColumns.build(
            network,
            index=np.arange(len(codes), dtype=np.int32),
            asset_code=codes,
            quantity=[sensors.quantity[one] for one in watched] * many,
            interval_s=np.tile(sensors.interval_s[self.watched].astype(np.float64), many),
            accuracy=np.tile(sensors.accuracy[self.watched], many),
            alarm_low=np.tile(sensors.alarm_low[self.watched], many),
            alarm_high=np.tile(sensors.alarm_high[self.watched], many),
            lon=network.lon[places],
            lat=network.lat[places],
        )

    def readings(self, from_ms: int, to_ms: int, step_ms: int = HOUR_MS) -> Iterator[Readings]:
        """What all watched channels send, in pieces of `step_ms`."""
        place = np.full(len(self.district.sensors), -1, np.int32)
        place[self.watched] = np.arange(len(self.watched), dtype=np.int32)
        one = World(self.district, self.scenario).readings(from_ms, to_ms)
        one = one.take(place[one.sensor] >= 0)
        cuts = np.searchsorted(one.ts, np.arange(from_ms, to_ms + step_ms, step_ms)).tolist()
        many = self.across**2
        for begin, end in itertools.pairwise(cuts):
            part = one.take(slice(begin, end))
            offset = np.repeat(np.arange(many, dtype=np.int32) * len(self.watched), len(part))
            sensor = np.tile(place[part.sensor], many) + offset
            yield Readings.of(sensor, np.tile(part.ts, many), np.tile(part.value, many), np.tile(part.quality, many))
