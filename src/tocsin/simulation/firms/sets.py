"""A whole set of firms with its truth, as the columns of the files that `tocsin workstatus` and `tocsin duty` read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tocsin.engine.work.firm import QUARTER_MS, WHOLE, DayKind, Days, OrderKind, PointQuality
from tocsin.simulation.firms.climate import make_weather
from tocsin.simulation.firms.course import Course, make_course
from tocsin.simulation.firms.dice import Floats
from tocsin.simulation.firms.duty import make_duty
from tocsin.simulation.firms.loads import make_loads
from tocsin.simulation.firms.metering import Metered, make_meters
from tocsin.simulation.firms.plan import REGIONS, FirmPlan, draw_firm
from tocsin.simulation.firms.records import Records, columns, make_records
from tocsin.simulation.firms.stops import Staged
from tocsin.simulation.firms.tables import Column, DutyTables, Table
from tocsin.simulation.firms.verdicts import Span, day_states, episodes, evidence_words, ordered_stops

DAY_WORDS = {
    DayKind.WORKING_DAY: "working day",
    DayKind.WEEKEND: "weekend",
    DayKind.HOLIDAY: "holiday",
    DayKind.MAKE_UP: "make-up working day",
}


@dataclass(frozen=True)
class FirmSet:
    """Files by name without ending -> columns; `truth/` leads the names of those that judging must not read."""

    tables: dict[str, Table]


@dataclass(frozen=True)
class _Made:
    """One firm with everything that its rows are written from."""

    course: Course
    metered: Metered
    records: Records
    spans: list[Span]
    words: list[str]


def make_set(seed: int, count: int, days: Days, staged: Mapping[int, Staged] | None = None) -> FirmSet:
    """`count` firms of the seed over the days, about 30 rows a firm and day; the same arguments give the same set. `staged`: by
    number of the firm, from 1, what is told of its stops instead of drawn.
    """
    firms = [draw_firm(seed, number) for number in range(1, count + 1)]
    weather = {f"R{region:02d}": make_weather(seed, region, days) for region in range(1, REGIONS + 1)}
    made = [_make(firm, days, weather, (staged or {}).get(firm.number)) for firm in firms]
    power, meters = _power(made, days)
    duty = make_duty(firms, days, seed)
    tables: dict[str, Table] = {
        "firms": _firms(firms),
        "meters": meters,
        "power": power,
        "weather": _weather(weather, days),
        "calendar": {
            "date": [day.isoformat() for day in days.dates],
            "weekday": [day.isoweekday() for day in days.dates],
            "kind": [DAY_WORDS[DayKind(kind)] for kind in days.kind.tolist()],
        },
        "orders": _orders(made, days),
        "evidence": columns([one.course.firm.id for one in made], [one.records for one in made]),
        "truth/daily_state": _days(made),
        "truth/episodes": _episodes(made, days),
    }
    return FirmSet({**tables, **_duty(duty)})


def _make(firm: FirmPlan, days: Days, weather: dict[str, tuple[Floats, Floats]], staged: Staged | None) -> _Made:
    temperature, irradiance = weather[firm.region]
    course = make_course(firm, days, staged)
    loads = make_loads(course, temperature, irradiance)
    metered = make_meters(course, loads)
    records = make_records(course, metered.dark, temperature)
    return _Made(course, metered, records, episodes(course, loads, metered), evidence_words(metered, records.live))


def _firms(firms: Sequence[FirmPlan]) -> Table:
    return {
        "firm_id": [firm.id for firm in firms],
        "name": [f"{firm.region}-{firm.trade.name.replace('_', ' ')} works {firm.number}" for firm in firms],
        "trade": [firm.trade.name for firm in firms],
        "shifts": [firm.shifts for firm in firms],
        "employees": [firm.employees for firm in firms],
        "solar_kwp": [firm.solar_kwp for firm in firms],
        "region_code": [firm.region for firm in firms],
    }


def _power(made: Sequence[_Made], days: Days) -> tuple[Table, Table]:
    """Readings by meter and time without the absent ones, and the meters."""
    rows = [(one.course.firm.id, row) for one in made for row in one.metered.rows]
    kw = np.concatenate([one.metered.kw for one in made])
    quality = np.concatenate([one.metered.quality for one in made])
    meter, quarter = np.nonzero(quality != PointQuality.ABSENT)
    values = np.where(quality == PointQuality.MISSING, np.nan, kw)[meter, quarter]
    names = np.array([row.id for _, row in rows], dtype=np.str_)
    power: Table = {
        "meter_id": names[meter],
        "ts": days.first_ms + quarter.astype(np.int64) * QUARTER_MS,
        "kw": values,
        "quality": quality[meter, quarter],
    }
    meters: Table = {
        "meter_id": [row.id for _, row in rows],
        "firm_id": [firm for firm, _ in rows],
        "role": [row.role.value for _, row in rows],
        "protects_meter_id": [row.protects for _, row in rows],
        "rated_kw": [row.rated_kw for _, row in rows],
        "ct_multiplier": [row.multiplier for _, row in rows],
        "changed_at": [None if row.changed is None else days.ms(row.changed) for _, row in rows],
    }
    return power, meters


def _weather(weather: dict[str, tuple[Floats, Floats]], days: Days) -> Table:
    hours = len(days) * 24
    return {
        "region_code": [region for region in weather for _ in range(hours)],
        "ts": np.tile(days.first_ms + np.arange(hours, dtype=np.int64) * 4 * QUARTER_MS, len(weather)),
        "temp_c": np.concatenate([temperature for temperature, _ in weather.values()]),
        "irradiance_w_m2": np.concatenate([irradiance for _, irradiance in weather.values()]),
    }


def _orders(made: Sequence[_Made], days: Days) -> Table:
    rows: list[tuple[str, str, str, str, str | None, str]] = []
    for one in made:
        firm = one.course.firm
        meter_of = {row.line: row.id for row in one.metered.rows if row.role == "process"}
        number = 0
        for stop in one.course.stops:
            scope = WHOLE if stop.line is None else meter_of.get(stop.line, firm.lines[stop.line].name)
            last = days.dates[stop.last].isoformat() if stop.last < len(days) else None
            number += 1
            ends = None if stop.open_end else last
            rows.append((f"{firm.id}-O{number}", firm.id, scope, days.dates[stop.first].isoformat(), ends, stop.kind.value))
            if stop.approved:
                number += 1
                again = days.dates[stop.last + 1].isoformat()
                rows.append((f"{firm.id}-O{number}", firm.id, scope, again, None, OrderKind.RESUMPTION.value))
    return _columns(("order_id", "firm_id", "scope", "from", "to", "kind"), rows)


def _days(made: Sequence[_Made]) -> Table:
    rows = [
        (one.course.firm.id, day.isoformat(), state, word, scope)
        for one in made
        for day, state, word, scope in zip(
            one.course.days.dates, day_states(one.course), one.words, ordered_stops(one.course), strict=True
        )
    ]
    return _columns(("firm_id", "date", "state", "evidence", "ordered_stop"), rows)


def _episodes(made: Sequence[_Made], days: Days) -> Table:
    rows = [(one.course.firm.id, days.ms(first), days.ms(end), kind, how) for one in made for first, end, kind, how in one.spans]
    return _columns(("firm_id", "start", "end", "kind", "how"), rows)


def _duty(duty: DutyTables) -> dict[str, Table]:
    return {
        "people": duty.people,
        "roster": duty.roster,
        "certificates": duty.certificates,
        "signs": duty.signs,
        "truth/duty": duty.truth,
    }


def _columns(names: Sequence[str], rows: Sequence[tuple[object, ...]]) -> Table:
    table: dict[str, Column] = {name: [row[position] for row in rows] for position, name in enumerate(names)}
    return table
