"""Labelled cases: a district nobody has seen, something wrong in it, a sensor that rings, and the truth kept aside."""

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.base.errors import InvalidInput
from tocsin.base.geometry import distance_m
from tocsin.engine.columns import Readings
from tocsin.simulation import noise
from tocsin.simulation.city import City
from tocsin.simulation.distractors import draw_distractors
from tocsin.simulation.districts.district import draw_district
from tocsin.simulation.districts.fittings import FAMILIES
from tocsin.simulation.draws import Draws
from tocsin.simulation.effects import Effect
from tocsin.simulation.faults import Rates
from tocsin.simulation.incidents.kinds import KINDS
from tocsin.simulation.incidents.outcome import Outcome, Truth
from tocsin.simulation.plan import Feature
from tocsin.simulation.scenario import Scenario
from tocsin.simulation.weather import DAY_MS, HOUR_MS, Rain
from tocsin.simulation.world import World

NO_EVENT = "no_event"
CAUSES = (*KINDS, NO_EVENT)
_SHARES = {**dict.fromkeys(KINDS, 1.0), NO_EVENT: 0.9}
# Where levels and pressures are not measured, floods ring only by the gas they stir, and bursts not at all.
_POOR_SHARES = {**_SHARES, "water_main_burst": 0.0, "sewer_surcharge_rain": 0.3, "power_cable_fault_heating": 0.6}
_FIRST_DAY_MS, _LAST_DAY_MS = 1_609_459_200_000, 1_790_000_000_000  # 2021 to September 2026
_LONGEST_WAIT_DAYS = 9.0  # a fault that has not rung by then is drawn again
_AT_THE_SENSOR = ("sensor_fault", "calibration_or_maintenance")  # the place at fault is where the alarmed sensor sits
_TRIES = 60
_BESIDES_TRIES = 12
_BESIDES_H = 96.0  # so long before the ring another fault begins at the earliest
_APART_M = 140.0  # of the other fault from the place that rings
_RAIN = "sewer_surcharge_rain"
_QUIET_BEFORE_MS = 2 * DAY_MS  # at least so much of the readings is from before the fault


@dataclass(frozen=True)
class SimulatedCase:
    """One case. `sensors` are the columns of sensors.csv; `readings.sensor` is the row in them; `names` are the sensor ids by
    row; `question` and `truth` are as in the case format.
    """

    features: tuple[Feature, ...]
    sensors: dict[str, list[Any]]
    names: tuple[str, ...]
    readings: Readings
    question: dict[str, Any]
    truth: dict[str, Any]


def make_case(seed: int, family: str = "rich", cause: str | None = None, *, besides: bool = False) -> SimulatedCase:
    """The case of a seed in a family of `districts.fittings.FAMILIES`; `cause` is drawn unless given. About two seconds.

    `besides`: the same case with another fault at the same time, away from the place that rings and without effect on it.

    InvalidInput for an unknown family or cause, or where nothing of that cause can ring in the districts of this seed.
    """
    if family not in FAMILIES:
        raise InvalidInput(f"unknown family {family!r}; known are {', '.join(FAMILIES)}")
    if cause is not None and cause not in CAUSES:
        raise InvalidInput(f"unknown cause {cause!r}; known are {', '.join(sorted(CAUSES))}")
    chosen = cause or Draws(seed, 3).weighted(_POOR_SHARES if family == "poor" else _SHARES)
    for turn in range(_TRIES):
        city = draw_district(seed + 1_000_003 * (turn // 8), family)
        draws = Draws(seed, 1000 + turn)
        other = Draws(seed, 4000 + turn) if besides else None
        told = _ordinary(city, draws) if chosen == NO_EVENT else _alarm(city, chosen, draws, other)
        if told is not None:
            return _written(city, told, draws)
    raise InvalidInput(f"seed {seed}: no {chosen} rings in {_TRIES} tries; take another seed")


@dataclass(frozen=True)
class _Told:
    """What happened: the world, the asked channel and time, when the readings begin and end, the truth if anything is wrong,
    and that of another fault, if there is one.
    """

    world: World
    sensor: int
    ts_ms: int
    from_ms: int
    to_ms: int
    truth: Truth | None
    other: Truth | None = None


def _alarm(city: City, cause: str, draws: Draws, besides: Draws | None) -> _Told | None:
    """A fault of this cause that rings, or None where the one that was drawn does not; by `besides` another fault is drawn."""
    onset_ms = _draw_onset(cause, draws)
    rates = _draw_rates(draws)
    try:
        incident = KINDS[cause].drawn(city, draws, onset_ms)
        rains = _rains(cause, draws, onset_ms)
        world = World(city, Scenario("case", cause, onset_ms, (incident,), rains, rates))
        outcome = world.outcomes[0]
    except InvalidInput:
        return None
    rung = _first_ring(world, outcome, onset_ms)
    if rung is None:
        return None
    sensor, ts_ms = rung
    truth = outcome.truth
    x_m, y_m = city.site.plane.to_metres(np.array([truth.lon]), np.array([truth.lat]))
    events = draw_distractors(city, world.weather, draws, ts_ms, (float(x_m[0]), float(y_m[0])))
    aside = tuple(effect for event in events if all(effect.sensor != sensor for effect in event) for effect in event)
    other = None if besides is None else _other_fault(world, outcome.truth, sensor, ts_ms, besides)
    if other is not None:
        aside += tuple(other.effects)
    world = World(city, dataclasses.replace(world.scenario, aside=aside))
    to_ms = ts_ms + round(draws.spread(0.25, 6.0) * HOUR_MS)
    from_ms = to_ms - round(draws.between(10.0, 14.0) * DAY_MS)
    if onset_ms < from_ms + _QUIET_BEFORE_MS or _rings_before(world, sensor, from_ms, ts_ms):
        return None
    return _Told(world, sensor, ts_ms, from_ms, to_ms, truth, None if other is None else other.truth)


def _other_fault(world: World, first: Truth, sensor: int, ts_ms: int, draws: Draws) -> Outcome | None:
    """What another fault does that begins in the days before the ring; None where none was found that leaves it alone."""
    city, sensors = world.city, world.city.sensors
    asset = sensors.asset[sensor]
    lon, lat = next(one["geometry"]["coordinates"] for one in city.features if one["properties"]["id"] == asset)
    kinds = [kind for kind in KINDS if kind not in (first.cause, _RAIN)]
    for _ in range(_BESIDES_TRIES):
        kind = draws.pick(kinds)
        onset_ms = ts_ms - round(draws.between(-1.0, _BESIDES_H) * HOUR_MS)
        try:
            incident = KINDS[kind].drawn(city, draws, onset_ms)
            scenario = dataclasses.replace(world.scenario, title=kind, begin_ms=onset_ms, incidents=(incident,), aside=())
            outcome = World(city, scenario).outcomes[0]
        except InvalidInput:
            continue
        is_apart = distance_m(lon, lat, outcome.truth.lon, outcome.truth.lat) >= _APART_M
        if is_apart and all(sensors.asset[effect.sensor] != asset for effect in outcome.effects):
            return outcome
    return None


def _draw_onset(cause: str, draws: Draws) -> int:
    """Any minute of five years; heating mains leak in the heating season, as a rule."""
    for _ in range(200):
        moment = _FIRST_DAY_MS + int(draws.unit() * (_LAST_DAY_MS - _FIRST_DAY_MS))
        day_of_year = (moment // DAY_MS) % 365.2425
        if cause != "heat_main_leak_biogas" or day_of_year < 95 or day_of_year > 318 or draws.chance(0.03):
            return moment // 60_000 * 60_000
    return moment


def _draw_rates(draws: Draws) -> Rates:
    return Rates(
        gaps=draws.spread(0.3, 8.0),
        stuck=draws.spread(0.3, 15.0),
        spikes=draws.spread(0.2, 10.0),
        drift=draws.spread(0.5, 15.0),
        dead=draws.spread(0.3, 8.0),
        share=draws.between(0.05, 0.4),
    )


def _rains(cause: str, draws: Draws, onset_ms: int) -> tuple[Rain, ...]:
    """Rain heavy enough for a surcharge, or a coincident shower now and then."""
    if cause == "sewer_surcharge_rain":
        hours = draws.spread(0.7, 9.0)
        return (Rain(onset_ms, onset_ms + round(hours * HOUR_MS), draws.spread(6.0, 45.0) / hours**0.4),)
    if draws.chance(0.12):
        start = onset_ms + round(draws.between(-1.0, 2.0) * DAY_MS)
        return (Rain(start, start + round(draws.spread(1.0, 10.0) * HOUR_MS), draws.spread(1.0, 12.0)),)
    return ()


def _first_ring(world: World, outcome: Outcome, onset_ms: int) -> tuple[int, int] | None:
    """The channel that passes its limit first because of the fault, and when; None where none does."""
    sensors = world.city.sensors
    reached = {effect.sensor for effect in outcome.effects}
    if outcome.truth.cause in _AT_THE_SENSOR:
        reached = {sensor for sensor in reached if sensors.asset[sensor] == outcome.truth.asset}
    limited = [i for i in reached if not (math.isnan(sensors.alarm_high[i]) and math.isnan(sensors.alarm_low[i]))]
    readings = world.readings(outcome.truth.onset_ms, onset_ms + round(_LONGEST_WAIT_DAYS * DAY_MS), limited)
    rings = np.flatnonzero(_beyond(world, readings.sensor, readings.value))
    if rings.size == 0:
        return None
    return int(readings.sensor[rings[0]]), int(readings.ts[rings[0]])


def _rings_before(world: World, sensor: int, from_ms: int, ts_ms: int) -> bool:
    readings = world.readings(from_ms, ts_ms, [sensor])
    return bool(_beyond(world, readings.sensor, readings.value).any())


def _beyond(world: World, sensor: NDArray[np.int32], value: NDArray[np.float64]) -> NDArray[np.bool_]:
    sensors = world.city.sensors
    beyond: NDArray[np.bool_] = (value >= sensors.alarm_high[sensor]) | (value <= sensors.alarm_low[sensor])
    return beyond


def _ordinary(city: City, draws: Draws) -> _Told | None:
    """A city where nothing is wrong, and a reading like any other."""
    to_ms = _draw_onset(NO_EVENT, draws)
    from_ms = to_ms - round(draws.between(10.0, 14.0) * DAY_MS)
    world = World(city, Scenario("case", NO_EVENT, from_ms, (), _rains(NO_EVENT, draws, to_ms), _draw_rates(draws)))
    events = draw_distractors(city, world.weather, draws, to_ms, None)
    sensors = city.sensors
    limited = np.flatnonzero(~(np.isnan(sensors.alarm_high) & np.isnan(sensors.alarm_low)))
    gas = [i for i in limited.tolist() if sensors.quantity[i] == "methane"]
    sensor = draws.pick(gas if draws.chance(0.7) else limited.tolist())
    aside = tuple(effect for event in events if not _is_test(event, sensor) for effect in event)
    world = World(city, dataclasses.replace(world.scenario, aside=aside))
    asked_ms = to_ms - round(draws.spread(0.25, 6.0) * HOUR_MS)
    readings = world.readings(asked_ms - 2 * HOUR_MS, asked_ms, [sensor])
    if len(readings) == 0 or _rings_before(world, sensor, from_ms, to_ms):
        return None
    return _Told(world, sensor, int(readings.ts[-1]), from_ms, to_ms, None)


def _is_test(event: list[Effect], sensor: int) -> bool:
    """True where an event touches the asked channel alone or with few others: then its reading would be no ordinary one."""
    return len(event) < 12 and any(effect.sensor == sensor for effect in event)


def _written(city: City, told: _Told, draws: Draws) -> SimulatedCase:
    """The case as it is handed over: ids and order tell nothing, and nothing is kept that a map does not hold."""
    codes = _new_codes(city)
    order = np.argsort(noise.uniform(city.seed, 71, np.arange(len(city.features))))
    features = tuple(_told_feature(city.features[i], codes) for i in order.tolist())
    sensors = city.sensors
    rows = np.argsort(noise.uniform(city.seed, 72, np.arange(len(sensors))))
    row_of = np.empty(len(rows), dtype=np.int32)
    row_of[rows] = np.arange(len(rows), dtype=np.int32)
    names = tuple(f"s{row + 1:04d}" for row in range(len(rows)))
    readings = told.world.readings(told.from_ms, told.to_ms)
    readings = dataclasses.replace(readings, sensor=row_of[readings.sensor], ts=readings.ts // 1000 * 1000)
    readings = readings.take(np.lexsort((readings.ts, readings.sensor)))
    question = {"sensor_id": names[row_of[told.sensor]], "ts": told.ts_ms // 1000 * 1000}
    return SimulatedCase(
        features, _sensor_columns(city, rows, names, codes), names, readings, question, _truth(city, told, codes)
    )


def _new_codes(city: City) -> dict[str, str]:
    order = np.argsort(noise.uniform(city.seed, 73, np.arange(len(city.features))))
    return {city.features[old]["properties"]["id"]: f"A{10_000 + new}" for new, old in enumerate(order.tolist())}


_UNTOLD = ("name", "name_en", "street_zh")


def _told_feature(feature: Feature, codes: dict[str, str]) -> Feature:
    given = {key: value for key, value in feature["properties"].items() if key not in _UNTOLD}
    for key in ("id", "from_node", "to_node"):
        if key in given:
            given[key] = codes[given[key]]
    return {**feature, "properties": given}


def _sensor_columns(city: City, rows: NDArray[np.int64], names: tuple[str, ...], codes: dict[str, str]) -> dict[str, list[Any]]:
    sensors = city.sensors
    place = {feature["properties"]["id"]: feature["geometry"]["coordinates"] for feature in city.features}
    assets = [sensors.asset[i] for i in rows.tolist()]

    def limit(values: NDArray[np.float64]) -> list[float | None]:
        return [None if math.isnan(value) else value for value in values[rows].tolist()]

    return {
        "sensor_id": list(names),
        "asset_id": [codes[asset] for asset in assets],
        "quantity": [sensors.quantity[i] for i in rows.tolist()],
        "unit": [sensors.unit[i] for i in rows.tolist()],
        "lon": [place[asset][0] for asset in assets],
        "lat": [place[asset][1] for asset in assets],
        "interval_s": sensors.interval_s[rows].tolist(),
        "accuracy": sensors.accuracy[rows].tolist(),
        "alarm_low": limit(sensors.alarm_low),
        "alarm_high": limit(sensors.alarm_high),
    }


_NOTES = {
    "calibration_or_maintenance": "planned work: test gas or purging",
    "gas_main_leak": "gas main leak",
    "heat_main_leak_biogas": "heating pipe leak warmed the surroundings; biogas collected in the alarmed well",
    "industrial_discharge": "solvent let into the sewer from a premises",
    "power_cable_fault_heating": "cable joint overheating",
    "sensor_fault": "the sensor itself was at fault",
    "sewer_biogas": "sewer blockage, biogas upstream of it",
    "sewer_surcharge_rain": "drain over capacity in heavy rain",
    "water_main_burst": "water main burst",
}


def _truth(city: City, told: _Told, codes: dict[str, str]) -> dict[str, Any]:
    ends = {"data_start_ts": told.from_ms, "data_end_ts": told.to_ms}
    truth = told.truth
    if truth is None:
        nothing = dict.fromkeys(("asset_id", "lon", "lat", "onset_ts", "distance_m", "owner"))
        return {"cause": NO_EVENT, **nothing, "notes": "ordinary operation", **ends}
    asset = city.sensors.asset[told.sensor]
    lon, lat = next(f["geometry"]["coordinates"] for f in city.features if f["properties"]["id"] == asset)
    given: dict[str, Any] = {
        "cause": truth.cause,
        "asset_id": codes[truth.asset],
        "lon": truth.lon,
        "lat": truth.lat,
        "onset_ts": truth.onset_ms,
        "distance_m": round(distance_m(lon, lat, truth.lon, truth.lat), 1),
        "owner": truth.owner,
        "notes": _NOTES[truth.cause],
    }
    if truth.equivalents:
        given["equivalent_asset_ids"] = [codes[other] for other in truth.equivalents]
    if (other := told.other) is not None:
        given["besides"] = [{"cause": other.cause, "lon": other.lon, "lat": other.lat, "onset_ts": other.onset_ms}]
    return {**given, **ends}
