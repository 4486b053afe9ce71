"""A whole judging set of firms with its truth, as the columns of the files that `tocsin workstatus` reads. Duty is not in it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tocsin.engine.work.firm import DayKind, Days
from tocsin.simulation.firms.sets import FirmSet
from tocsin.simulation.firms.tables import Column, Table
from tocsin.simulation.judging.firms.course import Course, make_course
from tocsin.simulation.judging.firms.loads import make_loads
from tocsin.simulation.judging.firms.metering import ABSENT, MISSING, Meter, make_meters
from tocsin.simulation.judging.firms.plan import REGIONS, Firm, draw_firm
from tocsin.simulation.judging.firms.records import UNITS, Records, make_records
from tocsin.simulation.judging.firms.trades import Floats
from tocsin.simulation.judging.firms.truth import day_states, episodes, evidence_words, ordered_scopes
from tocsin.simulation.judging.firms.weather import make_weather

HELD_SEEDS = 8_000_000  # from here on sets are looked at once a published table; below 7,000,000 freely
STEP_MS, QUARTER_MS, HOUR_MS = 300_000, 900_000, 3_600_000
DAY_WORDS = {
    DayKind.WORKING_DAY: "working day",
    DayKind.WEEKEND: "weekend",
    DayKind.HOLIDAY: "holiday",
    DayKind.MAKE_UP: "make-up working day",
}
Weather = dict[str, tuple[Floats, Floats]]


@dataclass(frozen=True)
class Made:
    """A firm with all that is written of it."""

    course: Course
    meters: list[Meter]
    records: Records


def make_judging_set(seed: int, count: int, days: Days) -> FirmSet:
    """`count` firms of the seed over the days; the same arguments give the same set."""
    weather = {f"R{region:02d}": make_weather(seed, region, days) for region in range(1, REGIONS + 1)}
    made = [make_firm(draw_firm(seed, number), days, weather) for number in range(1, count + 1)]
    return FirmSet(
        {
            "firms": _firms([one.course.firm for one in made]),
            "meters": _meters(made, days),
            "power": _power(made, days),
            "weather": _weather(weather, days),
            "calendar": {
                "date": [day.isoformat() for day in days.dates],
                "weekday": [day.isoweekday() for day in days.dates],
                "kind": [DAY_WORDS[DayKind(kind)] for kind in days.kind.tolist()],
            },
            "orders": _orders(made, days),
            "evidence": _evidence(made, days),
            "truth/world": {"world": ["judging"]},
            "truth/daily_state": _states(made),
            "truth/episodes": _episodes(made, days),
        }
    )


def make_firm(firm: Firm, days: Days, weather: Weather) -> Made:
    """The story of one firm, its readings and what platforms tell of it."""
    temperature, irradiance = weather[firm.region]
    course = make_course(firm, days)
    loads = make_loads(course, temperature, irradiance)
    return Made(course, make_meters(course, loads), make_records(course, temperature))


def _columns(names: Sequence[str], rows: Sequence[tuple[object, ...]]) -> Table:
    table: dict[str, Column] = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    return table


def _firms(firms: Sequence[Firm]) -> Table:
    rows = [
        (
            firm.id,
            f"{firm.region} {firm.trade.name.replace('_', ' ')} {firm.number}",
            firm.trade.name,
            firm.registered,
            firm.employees,
            firm.solar_kwp,
            firm.region,
        )
        for firm in firms
    ]
    return _columns(("firm_id", "name", "trade", "shifts", "employees", "solar_kwp", "region_code"), rows)


def _meters(made: Sequence[Made], days: Days) -> Table:
    rows = [
        (
            meter.id,
            one.course.firm.id,
            meter.role,
            meter.protects,
            meter.rated_kw,
            float(meter.multiplier),
            None if meter.changed is None else days.first_ms + meter.changed * QUARTER_MS,
        )
        for one in made
        for meter in one.meters
    ]
    return _columns(("meter_id", "firm_id", "role", "protects_meter_id", "rated_kw", "ct_multiplier", "changed_at"), rows)


def _power(made: Sequence[Made], days: Days) -> Table:
    meters = [meter for one in made for meter in one.meters]
    kw, quality = np.array([meter.kw for meter in meters]), np.array([meter.quality for meter in meters])
    meter, quarter = np.nonzero(quality != ABSENT)
    values = np.where(quality == MISSING, np.nan, np.round(kw, 3))[meter, quarter]
    names = np.array([meter.id for meter in meters], dtype=np.str_)
    ts = days.first_ms + quarter.astype(np.int64) * QUARTER_MS
    return {"meter_id": names[meter], "ts": ts, "kw": values, "quality": quality[meter, quarter]}


def _weather(weather: Weather, days: Days) -> Table:
    hours = len(days) * 24
    return {
        "region_code": [region for region in weather for _ in range(hours)],
        "ts": np.tile(days.first_ms + np.arange(hours, dtype=np.int64) * HOUR_MS, len(weather)),
        "temp_c": np.concatenate([np.round(temperature, 1) for temperature, _ in weather.values()]),
        "irradiance_w_m2": np.concatenate([np.round(irradiance) for _, irradiance in weather.values()]),
    }


def _orders(made: Sequence[Made], days: Days) -> Table:
    rows: list[tuple[str, str, str, str, str | None, str]] = []
    for one in made:
        firm, number = one.course.firm, 0
        meter_of = {meter.line: meter.id for meter in one.meters if meter.role == "process"}
        for stop in one.course.stops:
            scope = "whole" if stop.line is None else meter_of.get(stop.line, firm.lines[stop.line].name)
            last = None if stop.is_open else days.dates[stop.last].isoformat()
            number += 1
            rows.append((f"{firm.id}-O{number}", firm.id, scope, days.dates[stop.first].isoformat(), last, stop.kind))
            if stop.approved and stop.last + 1 < len(days):
                number += 1
                again = days.dates[stop.last + 1].isoformat()
                rows.append((f"{firm.id}-O{number}", firm.id, scope, again, None, "resumption approved"))
    return _columns(("order_id", "firm_id", "scope", "from", "to", "kind"), rows)


def _evidence(made: Sequence[Made], days: Days) -> Table:
    """What had come by the end of the last day."""
    end_ms = days.first_ms + len(days) * 24 * HOUR_MS
    rows = [
        (one.course.firm.id, source, level, ms, value, UNITS[source])
        for one in made
        for source, level, ms, value in sorted(one.records.rows, key=lambda row: row[2])
        if ms < end_ms
    ]
    return _columns(("firm_id", "source", "platform_level", "ts", "value", "unit"), rows)


def _states(made: Sequence[Made]) -> Table:
    rows = [
        (one.course.firm.id, day.isoformat(), state, word, scope)
        for one in made
        for day, state, word, scope in zip(
            one.course.days.dates,
            day_states(one.course),
            evidence_words(one.course, one.meters, one.records),
            ordered_scopes(one.course),
            strict=True,
        )
    ]
    return _columns(("firm_id", "date", "state", "evidence", "ordered_stop"), rows)


def _episodes(made: Sequence[Made], days: Days) -> Table:
    rows = [
        (one.course.firm.id, days.first_ms + first * STEP_MS, days.first_ms + end * STEP_MS, kind, how)
        for one in made
        for first, end, kind, how in ((e.first, e.end, e.kind, e.how) for e in episodes(one.course))
    ]
    return _columns(("firm_id", "start", "end", "kind", "how"), rows)
