"""Devices and their channels, with the figures by which each channel behaves, as columns."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.base.quantities import quantity_of
from tocsin.simulation import instruments, noise
from tocsin.simulation.behaviour import DRIVERS, behaviour_of
from tocsin.simulation.instruments import USUAL, Fitting
from tocsin.simulation.weather import QINGDAO, Climate

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Device:
    """One device at one asset; `sensors` are the indices of its channels."""

    code: str
    asset: str
    name: str
    name_en: str
    lon: float
    lat: float
    interval_s: int
    sensors: tuple[int, ...]


@dataclass(frozen=True)
class Sensors:
    """One row per channel. Texts are tuples; numbers are arrays of n, `share` is float64[n, len(DRIVERS)], NaN = no limit."""

    asset: tuple[str, ...]
    place: tuple[str, ...]
    quantity: tuple[str, ...]
    unit: tuple[str, ...]
    device: NDArray[np.int32]
    interval_s: NDArray[np.int64]
    accuracy: Floats
    resolution: Floats
    alarm_low: Floats
    alarm_high: Floats
    base: Floats
    share: Floats
    slow: Floats
    noise: Floats
    floor: Floats
    ceiling: Floats

    def __len__(self) -> int:
        return len(self.asset)


def place_of(properties: Mapping[str, Any]) -> str:
    """What kind of place an asset is for its instruments: the utility of a well, the kind of a station, "" for the rest."""
    kind = properties["kind"]
    if kind == "manhole":
        return str(properties["utility"])
    if kind in ("chamber", "valve") and not properties.get("buried"):
        return {"heating_company": "heat", "power_company": "power", "gas_company": "gas", "water_company": "water"}[
            properties["owner"]
        ]
    return kind if kind in instruments.EQUIPMENT else ""


def fit_devices(
    seed: int, features: Sequence[Mapping[str, Any]], fitting: Fitting = USUAL, climate: Climate = QINGDAO
) -> tuple[tuple[Device, ...], Sensors]:
    """Chooses where devices sit and what they measure, and draws how each channel behaves."""
    devices: list[Device] = []
    rows: list[dict[str, Any]] = []
    for number, feature in enumerate(features):
        properties = feature["properties"]
        place = place_of(properties) if feature["geometry"]["type"] == "Point" else ""
        quantities = _channels(seed, number, place, properties, fitting) if place else []
        if not quantities:
            continue
        close = properties.get("name") in instruments.CLOSELY_WATCHED or float(noise.uniform(seed, 35, number)[0]) < fitting.close
        draw = float(noise.uniform(seed, 31, number)[0])
        interval = instruments.CLOSE_INTERVAL_S if close else fitting.interval_of(draw)
        if place in instruments.STATIONS:
            interval = fitting.station_interval_s
        first = len(rows)
        rows += [
            _row(seed, len(devices), interval, properties, place, name, first + k, fitting, climate)
            for k, name in enumerate(quantities)
        ]
        lon, lat = feature["geometry"]["coordinates"]
        devices.append(
            Device(
                f"{fitting.code}-{str(properties['id']).lower()}",
                properties["id"],
                properties["name"],
                properties["name_en"],
                lon,
                lat,
                interval,
                tuple(range(first, len(rows))),
            )
        )
    return tuple(devices), _columns(rows)


def _channels(seed: int, number: int, place: str, properties: Mapping[str, Any], fitting: Fitting) -> list[str]:
    equipment = instruments.EQUIPMENT[place]
    station = equipment.wells == 1.0
    if station and not fitting.stations:
        return []
    more = 1.0 if station else fitting.channels
    if properties.get("name") in instruments.CLOSELY_WATCHED:
        return list(instruments.CLOSE_CHANNELS)
    pilot = properties.get("street") in instruments.PILOT_STREETS
    if not pilot and noise.uniform(seed, 32, number)[0] >= equipment.wells * (1.0 if station else fitting.wells):
        return []
    draws = noise.uniform(seed, 33, number, np.arange(len(equipment.channels)))
    return [
        name
        for draw, (name, share) in zip(draws.tolist(), equipment.channels.items(), strict=True)
        if (draw < share * more or (pilot and share >= instruments.PILOT_SHARE))
        and (not fitting.quantities or name in fitting.quantities)
    ]


def _row(
    seed: int,
    device: int,
    interval: int,
    properties: Mapping[str, Any],
    place: str,
    name: str,
    index: int,
    fitting: Fitting,
    climate: Climate,
) -> dict[str, Any]:
    quantity, behaviour = quantity_of(name), behaviour_of(name, place, climate)
    draws = iter(noise.uniform(seed, 34, index, np.arange(len(DRIVERS) + 4)).tolist())

    def draw(low: float, high: float) -> float:
        return low + (high - low) * float(next(draws))

    if behaviour.logarithmic:
        base = math.exp(draw(math.log(behaviour.base[0]), math.log(behaviour.base[1])))
    else:
        base = draw(*behaviour.base)
    if properties.get("name") in instruments.CLOSELY_WATCHED and name == "methane":
        base = instruments.CLOSE_METHANE
    share = [draw(*behaviour.share.get(driver, (0.0, 0.0))) for driver in DRIVERS]
    share = [
        own + base * (sum(behaviour.relative.get(driver, (0.0, 0.0))) / 2) for own, driver in zip(share, DRIVERS, strict=True)
    ]
    scale = fitting.scale.get((name, place), 1.0)
    base, share = base * scale, [own * scale for own in share]
    if name in instruments.CROSS_SENSITIVE and float(noise.uniform(seed, 36, index)[0]) < fitting.cross:
        share = _cross_sensitive(seed, index, share, instruments.ACCURACY[name])
    low, high = instruments.limits_of(name, place)
    if low is not None and name == "pressure" and fitting.pressure_limit is not None:
        low = round(fitting.pressure_limit * base)
    if name == "level":
        depth = float(properties["depth_m"])
        high = round(fitting.level_limit * depth, 2) if place in ("sewer", "storm_drain") else 0.3
    return {
        "asset": properties["id"],
        "place": place,
        "quantity": name,
        "unit": quantity.unit,
        "device": device,
        "interval_s": interval,
        "accuracy": instruments.ACCURACY[name],
        "resolution": quantity.resolution,
        "alarm_low": math.nan if low is None else low,
        "alarm_high": math.nan if high is None else high,
        "base": base,
        "share": share,
        "slow": scale * draw(*behaviour.slow),
        "noise": scale * fitting.noise * behaviour.noise,
        "floor": max(behaviour.floor, quantity.low),
        "ceiling": min(behaviour.ceiling, quantity.high),
    }


def _cross_sensitive(seed: int, index: int, share: list[float], accuracy: float) -> list[float]:
    """The shares of a channel that follows the warmth of the day, or moisture, by up to six of its accuracies."""
    draws = noise.uniform(seed, 37, index, np.arange(3)).tolist()
    driver = "afternoon" if draws[0] < 0.5 else "wet"
    much = accuracy * math.exp(math.log(0.6) + draws[1] * math.log(10.0)) * (1.0 if draws[2] < 0.75 else -1.0)
    return [own + (much if name == driver else 0.0) for own, name in zip(share, DRIVERS, strict=True)]


def _columns(rows: list[dict[str, Any]]) -> Sensors:
    def texts(name: str) -> tuple[str, ...]:
        return tuple(row[name] for row in rows)

    def numbers(name: str) -> Floats:
        return np.array([row[name] for row in rows], dtype=np.float64)

    return Sensors(
        asset=texts("asset"),
        place=texts("place"),
        quantity=texts("quantity"),
        unit=texts("unit"),
        device=np.array([row["device"] for row in rows], dtype=np.int32),
        interval_s=np.array([row["interval_s"] for row in rows], dtype=np.int64),
        accuracy=numbers("accuracy"),
        resolution=numbers("resolution"),
        alarm_low=numbers("alarm_low"),
        alarm_high=numbers("alarm_high"),
        base=numbers("base"),
        share=numbers("share"),
        slow=numbers("slow"),
        noise=numbers("noise"),
        floor=numbers("floor"),
        ceiling=numbers("ceiling"),
    )
