"""The cases of the judging world: a district, something wrong in it, the sensor that rings, and the truth kept aside."""

import dataclasses
import math
from dataclasses import dataclass

import numpy as np

from tocsin.base.errors import InvalidInput
from tocsin.simulation.judging.districts.beside import every_day, second_fault, weak_instruments
from tocsin.simulation.judging.districts.climate import DAY_MS, HOUR_MS, STEP_H, Axis, draw_climate
from tocsin.simulation.judging.districts.draws import Draws
from tocsin.simulation.judging.districts.events import EVENTS
from tocsin.simulation.judging.districts.families import FAMILIES
from tocsin.simulation.judging.districts.happening import Happening
from tocsin.simulation.judging.districts.instruments import Alteration, Sent, send
from tocsin.simulation.judging.districts.layout import draw_district
from tocsin.simulation.judging.districts.stations import Channel, draw_stations
from tocsin.simulation.judging.districts.world import World

NO_EVENT = "no_event"
CAUSES = (*EVENTS, NO_EVENT)
# Where nothing but methane is measured, water rings nothing, and a warm cable seldom.
_POOR = {"water_main_burst": 0.0, "sewer_surcharge_rain": 0.0, "power_cable_fault_heating": 0.5}
_AT_THE_SENSOR = ("sensor_fault", "calibration_or_maintenance")
_FIRST_MS, _LAST_MS = 1_640_995_200_000, 1_798_000_000_000  # 2022 to 2026
_BEFORE_H, _AFTER_H = 12.5 * 24, 9.0 * 24  # of the axis, around the onset
_TRIES = 50
_SECOND_FAULT = 0.22  # share of cases with another fault at the same time


@dataclass(frozen=True)
class JudgingCase:
    """One case: the world with all that happens in it, what each channel sent, and what is asked.

    `sent`: by number of the channel, within the days of the case. `asked`: number of the channel that rings. `happening` is None
    where nothing is wrong; `second`: the other fault, if there is one.
    """

    world: World
    happening: Happening | None
    second: Happening | None
    asked: int
    ts_ms: int
    from_ms: int
    to_ms: int
    sent: dict[int, Sent]


def draw_case(seed: int, family: str, cause: str | None = None, *, besides: bool = False) -> JudgingCase:
    """The case of a seed in a family of `FAMILIES`; `cause` is drawn unless given. One to three seconds. `besides`: always with
    another fault at the same time, where one can be found, and not in a fifth of the cases.

    InvalidInput for an unknown family or cause, or where nothing of that cause can ring in the districts of this seed.
    """
    if family not in FAMILIES:
        raise InvalidInput("unknown family “%(family)s”; known are %(known)s", family=family, known=", ".join(FAMILIES))
    if cause is not None and cause not in CAUSES:
        raise InvalidInput("unknown cause “%(cause)s”; known are %(known)s", cause=cause, known=", ".join(CAUSES))
    shares = dict.fromkeys(CAUSES, 1.0) | (_POOR if family == "poor" else {})
    wanted = cause or Draws(seed, 5).weighted(shares)
    for turn in range(_TRIES):
        case = _tried(seed, turn, family, wanted, besides)
        if case is not None:
            return case
    raise InvalidInput(
        "seed %(seed)s: no %(cause)s rings in %(tries)s tries; take another seed", seed=seed, cause=wanted, tries=_TRIES
    )


def _tried(seed: int, turn: int, family: str, cause: str, besides: bool) -> JudgingCase | None:
    """The case of one turn, or None where its fault does not ring, or the asked channel rang before."""
    draws = Draws(seed, 6, turn)
    district = draw_district(seed + 1009 * (turn // 6), FAMILIES[family])
    onset_ms = _onset(cause, draws)
    axis = Axis(onset_ms - round(_BEFORE_H * HOUR_MS), round((_BEFORE_H + _AFTER_H) / STEP_H))
    storms = [(_BEFORE_H, draws.spread(0.7, 6.0), draws.spread(18, 75))] if cause == "sewer_surcharge_rain" else []
    world = World(
        district, draw_climate(axis, district.plane.lat, draws, storms), draw_stations(district, Draws(seed, 7, turn // 6)),
        ethane=draws.spread(0.8, 7.0),
    )  # fmt: skip
    altered = weak_instruments(world, draws)
    if cause == NO_EVENT:
        return _ordinary(world, altered, draws)
    happening = EVENTS[cause](world, _BEFORE_H, draws)
    if happening is None:
        return None
    world.add(happening.added)
    for number in happening.altered:
        altered[number] = happening.altered[number]
    rung = _first_ring(world, happening, altered)
    if rung is None:
        return None
    asked, ts_ms = rung
    if cause == "heat_main_leak_biogas" and world.channels[asked].quantity != "methane" and draws.chance(0.75):
        return None  # warmth alone rings too, but the question is mostly about the gas
    return _told(world, happening, altered, asked, ts_ms, draws, besides)


def _onset(cause: str, draws: Draws) -> int:
    """Any minute of five years; heating pipes leak in winter, storms come in summer."""
    for _ in range(300):
        moment = _FIRST_MS + int(draws.unit() * (_LAST_MS - _FIRST_MS))
        day = (moment / DAY_MS) % 365.2425
        if cause == "heat_main_leak_biogas" and 85 < day < 320:
            continue
        if cause == "sewer_surcharge_rain" and not 120 < day < 290:
            continue
        break
    return moment // 60_000 * 60_000


def _first_ring(world: World, happening: Happening, altered: dict[int, tuple[Alteration, ...]]) -> tuple[int, int] | None:
    """The channel that passes its limit first because of the fault, and when; None where none does or that one rang before."""
    truth = happening.truth
    touched = {place for place, _ in happening.added}
    axis = world.climate.axis
    best: tuple[int, int] | None = None
    for number, channel in enumerate(world.channels):
        if not _has_limit(channel) or (channel.place not in touched and number not in happening.altered):
            continue
        if truth.cause in _AT_THE_SENSOR and channel.place != truth.place:
            continue
        if truth.cause not in _AT_THE_SENSOR and not _could_ring(world, channel):
            continue
        sent = send(world, channel, number, altered.get(number, ()))
        beyond = sent.ts[_beyond(channel, sent)]
        if beyond.size and (best is None or beyond[0] < best[1]):
            best = (number, int(beyond[0]))
    if best is None or best[1] < axis.start_ms + truth.begin_h * HOUR_MS:
        return None
    return best


def _has_limit(channel: Channel) -> bool:
    return not (math.isnan(channel.alarm_low) and math.isnan(channel.alarm_high))


def _could_ring(world: World, channel: Channel) -> bool:
    """False where even a true instrument stays well within the limits."""
    true = world.value(channel)
    return bool((true >= 0.93 * channel.alarm_high).any() or (true <= 1.03 * channel.alarm_low).any())


def _beyond(channel: Channel, sent: Sent) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray((sent.value >= channel.alarm_high) | (sent.value <= channel.alarm_low))


def _told(
    world: World,
    happening: Happening,
    altered: dict[int, tuple[Alteration, ...]],
    asked: int,
    ts_ms: int,
    draws: Draws,
    besides: bool,
) -> JudgingCase | None:
    """The case around a ring, with what goes on beside it; None where that would change the ring."""
    axis = world.climate.axis
    end_ms = axis.start_ms + round(axis.steps * STEP_H * HOUR_MS)
    to_ms = min(ts_ms + round(draws.spread(0.25, 6.0) * HOUR_MS), end_ms - HOUR_MS // 2)
    from_ms = max(axis.start_ms + HOUR_MS, to_ms - round(draws.between(10.0, 14.0) * DAY_MS))
    if ts_ms > to_ms or from_ms > axis.start_ms + (happening.truth.begin_h - 48) * HOUR_MS:
        return None
    place = world.channels[asked].place
    second = None
    ring_h = (ts_ms - axis.start_ms) / HOUR_MS
    if draws.chance(_SECOND_FAULT) or besides:
        second = second_fault(world, happening, place, ring_h - 96, ring_h + 1, draws)
        if second is not None:
            world.add({key: series for key, series in second.added.items() if key[0] != place})
            altered |= {number: own for number, own in second.altered.items() if number not in happening.altered}
    world.add(every_day(world, draws, place))
    sent = _all_sent(world, altered, from_ms, to_ms)
    rings = sent[asked].ts[_beyond(world.channels[asked], sent[asked])]
    if rings.size == 0 or int(rings[0]) != ts_ms:
        return None
    return JudgingCase(world, happening, second, asked, ts_ms, from_ms, to_ms, sent)


def _ordinary(world: World, altered: dict[int, tuple[Alteration, ...]], draws: Draws) -> JudgingCase | None:
    """A district where nothing is wrong, and a reading like any other."""
    limited = [i for i, channel in enumerate(world.channels) if _has_limit(channel)]
    methane = [i for i in limited if world.channels[i].quantity == "methane"]
    asked = draws.pick(methane if methane and draws.chance(0.7) else limited)
    world.add(every_day(world, draws, None))
    axis = world.climate.axis
    to_ms = axis.start_ms + round(draws.between(14.5, 20.0) * DAY_MS)
    from_ms = to_ms - round(draws.between(10.0, 14.0) * DAY_MS)
    altered.pop(asked, None)
    sent = _all_sent(world, altered, from_ms, to_ms)
    own = sent[asked]
    before = own.ts[own.ts <= to_ms - round(draws.spread(0.25, 6.0) * HOUR_MS)]
    if before.size == 0 or _beyond(world.channels[asked], own).any():
        return None
    return JudgingCase(world, None, None, asked, int(before[-1]), from_ms, to_ms, sent)


def _all_sent(world: World, altered: dict[int, tuple[Alteration, ...]], from_ms: int, to_ms: int) -> dict[int, Sent]:
    told: dict[int, Sent] = {}
    for number, channel in enumerate(world.channels):
        sent = send(world, channel, number, altered.get(number, ()))
        inside = (sent.ts >= from_ms) & (sent.ts <= to_ms)
        told[number] = dataclasses.replace(sent, ts=sent.ts[inside], value=sent.value[inside])
    return told
