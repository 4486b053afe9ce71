"""Innocent events beside a case's own: what else goes on in a district in two weeks."""

import math

from tocsin.base.errors import InvalidInput
from tocsin.simulation.city import City
from tocsin.simulation.draws import Draws
from tocsin.simulation.effects import Effect
from tocsin.simulation.incidents.calibration import Calibration
from tocsin.simulation.incidents.innocent import (
    BusyRoad,
    GasSetPoint,
    HeatingStart,
    Innocent,
    MakeUpRise,
    PumpSwitching,
    WarmSpell,
)
from tocsin.simulation.incidents.sensor_fault import SensorFault
from tocsin.simulation.incidents.sewer_blockage import SewerBlockage
from tocsin.simulation.weather import DAY_MS, HOUR_MS, Weather

_SHARES = {
    "make_up": 0.9,
    "pumps": 1.0,
    "gas_set_point": 0.8,
    "warm_spell": 0.8,
    "busy_road": 0.6,
    "maintenance": 1.3,
    "sensor": 1.3,
    "smell": 0.6,
    "heating_start": 0.4,
}
_INNOCENT: dict[str, type[Innocent]] = {
    "make_up": MakeUpRise,
    "pumps": PumpSwitching,
    "gas_set_point": GasSetPoint,
    "warm_spell": WarmSpell,
    "busy_road": BusyRoad,
}
_WRONG_TOO = ("sensor", "smell")  # something is wrong in these, though not what the case asks about
_COUNTS = {0: 0.3, 1: 0.35, 2: 0.2, 3: 0.15}
_SMELL_AT_LEAST_M = 200.0


def draw_distractors(
    city: City, weather: Weather, draws: Draws, around_ms: int, place: tuple[float, float] | None
) -> list[list[Effect]]:
    """None to three innocent events, each as its effects, in the days before `around_ms`, fewer after it.

    `place`: where the case's own fault is, in metres; none, when nothing may be wrong in the district.
    """
    events: list[list[Effect]] = []
    for _ in range(draws.weighted(_COUNTS)):
        kind = draws.weighted(_SHARES)
        before_h = draws.spread(0.3, 160.0) if draws.chance(0.85) else -draws.between(0.0, 2.0)
        start_ms = around_ms - round(before_h * HOUR_MS)
        if place is None and kind in _WRONG_TOO:
            continue
        try:
            events.append(_effects(city, weather, draws, kind, start_ms, place))
        except InvalidInput:
            continue  # the district has no place for it
    return events


def _effects(
    city: City, weather: Weather, draws: Draws, kind: str, start_ms: int, place: tuple[float, float] | None
) -> list[Effect]:
    match kind:
        case "maintenance":
            return list(Calibration.drawn(city, draws, start_ms).unfold(city, weather).effects)
        case "sensor":
            return list(SensorFault.drawn(city, draws, start_ms).unfold(city, weather).effects)
        case "smell":
            blockage = SewerBlockage.drawn(city, draws, start_ms)
            if place is not None and math.dist(city.place[blockage.well], place) < _SMELL_AT_LEAST_M:
                return []
            return list(blockage.unfold(city, weather).effects)
        case "heating_start":
            day = (start_ms // DAY_MS) % 365.2425
            return HeatingStart.drawn(city, draws, start_ms).effects(city, weather) if 300.0 < day < 340.0 else []
    return _INNOCENT[kind].drawn(city, draws, start_ms).effects(city, weather)
