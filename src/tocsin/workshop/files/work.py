"""A folder of firms (curves, orders, evidence) read into what the judgement of work takes, and its answers written.

The format stands in docs/work-status.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.base.errors import InvalidInput
from tocsin.engine.work.firm import (
    QUARTER_MS,
    WHOLE,
    Day,
    DayKind,
    Days,
    Episode,
    Evidence,
    Firm,
    Meter,
    Order,
    OrderKind,
    PointQuality,
    Role,
    Source,
)
from tocsin.workshop.files.tables import (
    Tell,
    column_as,
    dates_of,
    moments_of,
    numbers_of,
    place,
    read_parquet_table,
    read_text_table,
    tell_on_stderr,
    text_of,
)

UTC_OFFSET_MS = 8 * 3_600_000  # a day is a local day in UTC+8, all year
HOUR_MS = 3_600_000
DAY_MS = 86_400_000
MINUTES_OF_A_DAY = 1440
DAY_KINDS = {
    "working day": DayKind.WORKING_DAY,
    "weekend": DayKind.WEEKEND,
    "holiday": DayKind.HOLIDAY,
    "make-up working day": DayKind.MAKE_UP,
}
_EPOCH = date(1970, 1, 1)
_SATURDAY = 5


@dataclass(frozen=True, eq=False)
class _Curves:
    """All meters of the folder by position: who owns them, and their quarters (meters, quarters)."""

    owner: list[str]
    meters: list[Meter]
    kw: NDArray[np.float32]
    quality: NDArray[np.uint8]


def is_work_case(folder: Path) -> bool:
    """True for a folder that holds firms with meters."""
    return (folder / "firms.csv").is_file() and (folder / "power.parquet").is_file()


def find_work_cases(path: Path) -> list[Path]:
    """The folder itself, or the folders in it that hold firms, by name; InvalidInput where there is none."""
    if is_work_case(path):
        return [path]
    found = sorted(folder for folder in path.iterdir() if folder.is_dir() and is_work_case(folder))
    if not found:
        raise InvalidInput(f"{path}: neither a case (firms.csv and power.parquet) nor a folder of cases")
    return found


def read_firms(folder: Path, tell: Tell = tell_on_stderr) -> list[Firm]:
    """The firms of a folder in the order of `firms.csv`, all over the days of `calendar.csv`.

    InvalidInput names the file, line and column that can't be read. What can be left out is, and told once: records of unknown
    sources, meters of unknown roles or firms, readings outside the days.
    """
    file = folder / "firms.csv"
    table = read_text_table(file, ("firm_id",), ("name", "trade", "shifts", "employees", "solar_kwp", "region_code"))
    ids = text_of(file, table, "firm_id", unique=True)
    known = set(ids)
    days = _read_days(folder)
    curves = _read_curves(folder, days, known, tell)
    orders = _read_orders(folder / "orders.csv", known, tell)
    evidence = _read_evidence(folder / "evidence.parquet", known, tell)
    weather = _read_weather(folder / "weather.csv", days)
    unseen = np.full(len(days) * 24, np.nan, dtype=np.float32)
    employees, solar = numbers_of(file, table, "employees"), numbers_of(file, table, "solar_kwp")
    of_firm: dict[str, list[int]] = {one: [] for one in ids}
    for position, owner in enumerate(curves.owner):
        of_firm[owner].append(position)
    firms = []
    for row, firm_id in enumerate(ids):
        own = of_firm[firm_id]
        count = employees[row]
        temperature, irradiance = weather.get(table["region_code"][row] or "", (unseen, unseen))
        firms.append(
            Firm(
                id=firm_id,
                trade=table["trade"][row] or "",
                shifts=_shifts(table["shifts"][row], place(file, row, "shifts")),
                employees=None if count is None else int(count),
                solar_kwp=solar[row] or 0.0,
                days=days,
                meters=tuple(curves.meters[position] for position in own),
                kw=curves.kw[own],
                quality=curves.quality[own],
                orders=tuple(orders.get(firm_id, ())),
                evidence=evidence.get(firm_id, NO_EVIDENCE),
                temperature_c=temperature,
                irradiance_w_m2=irradiance,
            )
        )
    return firms


def read_names(folder: Path) -> dict[str, str]:
    """Firm id -> name, the id where it has none."""
    table = read_text_table(folder / "firms.csv", ("firm_id",), ("name",))
    return {firm_id: name or firm_id for firm_id, name in table.iter_rows() if firm_id}


def write_work_answers(folder: Path, days: Iterable[tuple[str, Day]], episodes: Iterable[tuple[str, Episode]]) -> None:
    """Writes `daily_state.csv` and `episodes.csv`: pairs of a firm's id and its verdicts, in their order."""
    folder.mkdir(parents=True, exist_ok=True)
    day_rows = [(firm, day.date.isoformat(), day.state.value, round(day.p_working, 5)) for firm, day in days]
    _write(folder / "daily_state.csv", ("firm_id", "date", "state", "p_working"), day_rows)
    episode_rows = [
        (firm, one.start_ms, one.end_ms, one.kind.value, round(one.probability, 4), one.detected_ms) for firm, one in episodes
    ]
    columns = ("firm_id", "start", "end", "kind", "probability", "detected_at")
    _write(folder / "episodes.csv", columns, episode_rows)


def _write(file: Path, columns: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
    pl.DataFrame(rows, schema=list(columns), orient="row", infer_schema_length=None).write_csv(file)


NO_EVIDENCE = Evidence(np.empty(0, np.uint8), np.empty(0, np.uint8), np.empty(0, np.int64), np.empty(0, np.float64), levels=())


def _read_days(folder: Path) -> Days:
    """From the first to the last date of the calendar; a date left out in between is a weekend or a working day."""
    file = folder / "calendar.csv"
    table = read_text_table(file, ("date",), ("kind",))
    if not table.height:
        raise InvalidInput(f"{file}: no date in it; list the days to judge")
    dates = dates_of(file, table, "date")
    kinds: dict[date, DayKind] = {}
    for row, (day, kind) in enumerate(zip(dates, table["kind"].to_list(), strict=True)):
        if day is None:
            raise InvalidInput(f"{place(file, row, 'date')} is empty; every row needs it")
        if kind is not None and kind not in DAY_KINDS:
            raise InvalidInput(f"{place(file, row, 'kind')}: {kind!r} is none of {', '.join(DAY_KINDS)}")
        kinds[day] = DAY_KINDS[kind] if kind else _by_weekday(day)
    first, last = min(kinds), max(kinds)
    span = tuple(first + timedelta(days=k) for k in range((last - first).days + 1))
    kind_codes = np.array([kinds.get(day, _by_weekday(day)) for day in span], dtype=np.uint8)
    return Days(first_ms_of(first), span, kind_codes)


def first_ms_of(day: date) -> int:
    """Unix ms of the first moment of a local day."""
    return (day - _EPOCH).days * DAY_MS - UTC_OFFSET_MS


def _by_weekday(day: date) -> DayKind:
    return DayKind.WEEKEND if day.weekday() >= _SATURDAY else DayKind.WORKING_DAY


def _read_curves(folder: Path, days: Days, firms: set[str], tell: Tell) -> _Curves:
    owner, meters = _read_meters(folder / "meters.csv", firms, tell)
    shape = (len(meters), days.quarters)
    kw = np.full(shape, np.nan, dtype=np.float32)
    quality = np.full(shape, PointQuality.ABSENT, dtype=np.uint8)
    file = folder / "power.parquet"
    table = read_parquet_table(file, ("meter_id", "ts", "kw"), ("quality",))
    if not table.height:
        return _Curves(owner, meters, kw, quality)
    positions = {meter.id: position for position, meter in enumerate(meters)}
    meter = table["meter_id"].cast(pl.String).replace_strict(positions, default=-1, return_dtype=pl.Int64)
    unknown = table["meter_id"].filter(meter < 0).n_unique()
    if unknown:
        tell(f"{file}: readings of {unknown} meters that are not in meters.csv are left out")
    stamps = column_as(file, table, "ts", pl.Int64(), "a time in Unix milliseconds")
    value = column_as(file, table, "kw", pl.Float64(), "a number").fill_null(float("nan")).to_numpy()
    source = column_as(file, table, "quality", pl.Int64(), "0, 1 or 2").fill_null(0).to_numpy()
    slot = ((stamps.fill_null(-1) - days.first_ms) // QUARTER_MS).to_numpy()
    at = meter.to_numpy()
    inside = (at >= 0) & (slot >= 0) & (slot < days.quarters)
    outside = int(np.count_nonzero((at >= 0) & ~inside))
    if outside:
        tell(f"{file}: {outside} readings outside the days of calendar.csv are left out")
    seen = np.isfinite(value)
    code = np.where(source == PointQuality.MEASURED, PointQuality.MEASURED, PointQuality.ESTIMATED).astype(np.uint8)
    code[(source == PointQuality.MISSING) | ~seen] = PointQuality.MISSING
    value = np.where(code == PointQuality.MISSING, np.nan, value)
    kw[at[inside], slot[inside]] = value[inside]
    quality[at[inside], slot[inside]] = code[inside]
    return _Curves(owner, meters, kw, quality)


def _read_meters(file: Path, firms: set[str], tell: Tell) -> tuple[list[str], list[Meter]]:
    table = read_text_table(
        file, ("meter_id", "firm_id", "role"), ("protects_meter_id", "rated_kw", "ct_multiplier", "changed_at")
    )
    ids = text_of(file, table, "meter_id", unique=True)
    owners = text_of(file, table, "firm_id")
    roles = text_of(file, table, "role")
    rated, multipliers = numbers_of(file, table, "rated_kw"), numbers_of(file, table, "ct_multiplier")
    changed = moments_of(file, table, "changed_at")
    owner, meters, strange = [], [], set()
    for row, meter_id in enumerate(ids):
        if owners[row] not in firms:
            strange.add(f"firm {owners[row]}")
        elif roles[row] not in tuple(Role):
            strange.add(f"role {roles[row]}")
        else:
            owner.append(owners[row])
            protects = table["protects_meter_id"][row]
            booked = tuple(at for at in (changed[row],) if at is not None)
            meters.append(Meter(meter_id, Role(roles[row]), protects, rated[row], multipliers[row], booked))
    if strange:
        tell(f"{file}: meters left out that belong to an unknown {', '.join(sorted(strange))}")
    return owner, meters


def _read_orders(file: Path, firms: set[str], tell: Tell) -> dict[str, list[Order]]:
    if not file.is_file():
        tell(f"{file} is missing; no firm is judged by an order")
        return {}
    table = read_text_table(file, ("firm_id", "from", "kind"), ("order_id", "scope", "to"))
    owners, kinds = text_of(file, table, "firm_id"), text_of(file, table, "kind")
    text_of(file, table, "from")
    begins, ends = dates_of(file, table, "from"), dates_of(file, table, "to")
    orders: dict[str, list[Order]] = {}
    for row, owner in enumerate(owners):
        first, last, kind = begins[row], ends[row], kinds[row]
        if kind not in tuple(OrderKind):
            raise InvalidInput(f"{place(file, row, 'kind')}: {kind!r} is none of {', '.join(OrderKind)}")
        if first is None or (last is not None and last < first):
            raise InvalidInput(f"{place(file, row, 'to')}: {last} lies before {first}; exchange them or leave it empty")
        if owner not in firms:
            tell(f"{place(file, row, 'firm_id')}: {owner!r} is not in firms.csv; the order is left out")
            continue
        order_id = table["order_id"][row] or f"line {row + 2}"
        orders.setdefault(owner, []).append(Order(order_id, table["scope"][row] or WHOLE, first, last, OrderKind(kind)))
    return {owner: sorted(found, key=lambda order: order.first) for owner, found in orders.items()}


def _read_evidence(file: Path, firms: set[str], tell: Tell) -> dict[str, Evidence]:
    if not file.is_file():
        tell(f"{file} is missing; firms are judged by their meters alone")
        return {}
    table = read_parquet_table(file, ("firm_id", "source", "ts", "value"), ("platform_level",))
    if not table.height:
        return {}
    names = table.select(pl.col("firm_id", "source", "platform_level").cast(pl.String))
    codes = {source.value: code for code, source in enumerate(Source)}
    table = names.with_columns(
        column_as(file, table, "ts", pl.Int64(), "a time in Unix milliseconds"),
        column_as(file, table, "value", pl.Float64(), "a number"),
        code=names["source"].replace_strict(codes, default=None, return_dtype=pl.UInt8),
    )
    strange = table.filter(pl.col("code").is_null())["source"].unique().drop_nulls().sort().to_list()
    if strange:
        tell(f"{file}: records of unknown sources are left out: {', '.join(strange)}")
    table = table.filter(pl.col("code").is_not_null() & pl.col("ts").is_not_null() & pl.col("value").is_finite())
    levels = tuple(table["platform_level"].fill_null("").unique().sort().to_list())
    level_codes = {level: code for code, level in enumerate(levels)}
    table = table.with_columns(
        level=table["platform_level"].fill_null("").replace_strict(level_codes, return_dtype=pl.UInt8)
    ).sort("ts", maintain_order=True)
    return {
        str(key[0]): Evidence(
            own["code"].to_numpy(), own["level"].to_numpy(), own["ts"].to_numpy(), own["value"].to_numpy(), levels
        )
        for key, own in table.partition_by("firm_id", as_dict=True).items()
        if key[0] in firms
    }


def _read_weather(file: Path, days: Days) -> dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Region -> (temperature, irradiance), an hour each; empty where there is no such file."""
    if not file.is_file():
        return {}
    table = read_text_table(file, ("region_code", "ts"), ("temp_c", "irradiance_w_m2"))
    regions = text_of(file, table, "region_code")
    hours = np.array([-1 if ms is None else (ms - days.first_ms) // HOUR_MS for ms in moments_of(file, table, "ts")])
    found = {}
    names = np.array(regions, dtype=object)
    columns = [np.array(numbers_of(file, table, name), dtype=np.float32) for name in ("temp_c", "irradiance_w_m2")]
    for region in dict.fromkeys(regions):
        own = (names == region) & (hours >= 0) & (hours < len(days) * 24)
        pair = tuple(np.full(len(days) * 24, np.nan, dtype=np.float32) for _ in columns)
        for target, column in zip(pair, columns, strict=True):
            target[hours[own]] = column[own]
        found[region] = (pair[0], pair[1])
    return found


def _shifts(text: str | None, where: str) -> tuple[tuple[int, int], ...]:
    """`21:00-05:00;05:00-09:00` as minutes of the day, an end behind 1,440 where a shift passes midnight."""
    shifts = []
    for part in (text or "").split(";"):
        if not part.strip():
            continue
        try:
            begin, end = (_minutes(moment) for moment in part.split("-"))
        except ValueError:
            raise InvalidInput(f"{where}: {part!r} is no shift; write it as 08:00-17:30") from None
        shifts.append((begin, end if end > begin else end + MINUTES_OF_A_DAY))
    return tuple(shifts)


def _minutes(text: str) -> int:
    hour, minute = (int(part) for part in text.split(":"))
    if not (0 <= hour * 60 + minute <= MINUTES_OF_A_DAY and 0 <= minute < 60):
        raise ValueError(text)
    return hour * 60 + minute
