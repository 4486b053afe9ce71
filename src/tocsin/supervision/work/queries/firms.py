"""A firm as the engine judges it: curves from the history, orders, evidence and weather from rows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from tocsin.base.time import datetime_from_ms, ms_from_datetime
from tocsin.engine.work.firm import (
    QUARTER_MS,
    QUARTERS_OF_A_DAY,
    DayKind,
    Days,
    Evidence,
    Firm,
    Meter,
    Order,
    OrderKind,
    PointQuality,
    Role,
    Source,
)
from tocsin.records.calendar.rules import DayKind as CalendarKind
from tocsin.records.face import working_days
from tocsin.sensing.face import history
from tocsin.supervision.meters import models as meter_models
from tocsin.supervision.meters.queries import agreements_of, booked_changes, meters_of, periods_of
from tocsin.supervision.meters.rules import Stretch, hangs, stretches_of
from tocsin.supervision.objects import models
from tocsin.supervision.objects.queries.days import moment_of
from tocsin.supervision.objects.rules.hours import read_hours
from tocsin.supervision.weather.queries import weather_of

if TYPE_CHECKING:
    from tocsin.engine.columns import Readings

_KINDS = {
    CalendarKind.WEEKDAY: DayKind.WORKING_DAY,
    CalendarKind.WEEKEND: DayKind.WEEKEND,
    CalendarKind.HOLIDAY: DayKind.HOLIDAY,
    CalendarKind.MAKE_UP: DayKind.MAKE_UP,
}
_SOURCES = {source.value: index for index, source in enumerate(Source)}


def days_from(first: date, count: int) -> Days:
    """`count` local days from `first`, with what each is for offices."""
    dates = tuple(first + timedelta(days=step) for step in range(count))
    calendar = working_days()
    kinds = np.array([_KINDS[calendar.kind(day)] for day in dates], dtype=np.uint8)
    return Days(ms_from_datetime(moment_of(first, 0)), dates, kinds)


def firm_of(supervised_object: models.SupervisedObject, days: Days, *, now: datetime) -> Firm:
    """The firm over these days by what was known at `now`, with the meters that hung then; Unavailable where the history can't be
    read.
    """
    meters = [one for one in meters_of(supervised_object) if hangs(periods_of(one), ms_from_datetime(now))]
    kw, quality = _curves(supervised_object, meters, days)
    temperature, irradiance = weather_of(supervised_object.region_code, datetime_from_ms(days.first_ms), len(days) * 24)
    return Firm(
        id=supervised_object.code,
        trade=supervised_object.trade,
        shifts=read_hours(supervised_object.shifts),
        employees=supervised_object.employees,
        solar_kwp=supervised_object.solar_kwp,
        days=days,
        meters=tuple(_meter(one) for one in meters),
        kw=kw,
        quality=quality,
        orders=orders_of(supervised_object),
        evidence=_evidence(supervised_object, days, now),
        temperature_c=temperature,
        irradiance_w_m2=irradiance,
        senders=_senders(supervised_object, days, now),
    )


def since_known(firm: Firm) -> Firm:
    """The firm from the first day on which anything was told of it: before it was joined, silence means nothing."""
    told = np.flatnonzero(np.isfinite(firm.kw).any(axis=0)) if firm.kw.size else np.array([], dtype=np.int64)
    firsts = [int(told[0])] if len(told) else []
    firsts += [firm.days.quarter(int(firm.evidence.ts[0]))] if len(firm.evidence.ts) else []
    skipped = max(0, min(firsts, default=0) // QUARTERS_OF_A_DAY)
    if not skipped:
        return firm
    days, quarters = firm.days, skipped * QUARTERS_OF_A_DAY
    return replace(
        firm,
        days=Days(days.ms(quarters), days.dates[skipped:], days.kind[skipped:]),
        kw=firm.kw[:, quarters:],
        quality=firm.quality[:, quarters:],
        temperature_c=firm.temperature_c[skipped * 24 :],
        irradiance_w_m2=firm.irradiance_w_m2[skipped * 24 :],
    )


def orders_of(supervised_object: models.SupervisedObject, *, now: datetime | None = None) -> tuple[Order, ...]:
    """All stops of the firm that have their effect, and the approvals that ended them, by whole days.

    An order counts from the day of its service. A resumption within a day leaves that day to the order: what was done
    before it is not judged anew. `now` asks how things stand at that moment, for which the day is the firm's own again.
    """
    orders = []
    for row in supervised_object.stop_orders.order_by("first", "number"):
        first = row.first
        if row.kind == OrderKind.ORDERED_STOP:
            if row.served_at is None:
                continue
            first = max(first, timezone.localtime(row.served_at).date())
        orders.append(Order(row.number, row.scope, first, row.last, OrderKind(row.kind)))
        if row.resumed_at is not None:
            ended = timezone.localtime(row.resumed_at)
            is_whole_day = ended == moment_of(ended.date(), 0) or (now is not None and row.resumed_at <= now)
            day = ended.date() if is_whole_day else ended.date() + timedelta(days=1)
            orders.append(Order(f"{row.number}-R", row.scope, day, None, OrderKind.RESUMPTION))
    return tuple(orders)


def _meter(row: meter_models.Meter) -> Meter:
    changed = tuple(ms_from_datetime(one) for one in booked_changes(row))
    protects = None if row.protects is None else row.protects.code
    return Meter(row.code, Role(row.role), protects, row.rated_kw, row.multiplier, changed)


def _curves(
    supervised_object: models.SupervisedObject, meters: Sequence[meter_models.Meter], days: Days
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    firm = str(supervised_object.pk)
    parts = [
        (row, part)
        for row, one in enumerate(meters)
        for part in stretches_of(periods_of(one), agreements_of(one), firm, str(one.object_id))
    ]
    readings = history().read(sorted({part.sensor for _row, part in parts}), days.first_ms, days.ms(days.quarters))
    return on_grid(*worth(readings, parts), len(meters), days)


def worth(readings: "Readings", parts: Sequence[tuple[int, Stretch]]) -> "tuple[Readings, NDArray[np.int64]]":
    """The readings that count for a row, each times what it is worth there, and their rows. `parts`: (row, stretch)."""
    taken, rows, factors = [], [], []
    for row, part in parts:
        where = np.flatnonzero((readings.sensor == part.sensor) & (readings.ts >= part.begin_ms) & (readings.ts < part.end_ms))
        taken.append(where)
        rows.append(np.full(len(where), row, dtype=np.int64))
        factors.append(np.full(len(where), part.factor))
    at = np.concatenate(taken) if taken else np.array([], dtype=np.int64)
    chosen = readings.take(at)
    row_of = np.concatenate(rows) if rows else np.array([], dtype=np.int64)
    factor = np.concatenate(factors) if factors else np.array([])
    return replace(chosen, value=chosen.value * factor), row_of


def on_grid(readings: "Readings", row: NDArray[np.int64], rows: int, days: Days) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Readings, each of a row, on the grid of quarter hours: kW float32 (rows, quarters), NaN where none came, and the
    `PointQuality` uint8.

    A suspect reading counts as estimated, a bad one as missing. Several of one quarter (a meter that sends every minute) are
    their mean.
    """
    kw = np.full((rows, days.quarters), np.nan, dtype=np.float32)
    quality = np.full((rows, days.quarters), PointQuality.ABSENT, dtype=np.uint8)
    if not len(readings):
        return kw, quality
    cell = row * days.quarters + (readings.ts - days.first_ms) // QUARTER_MS
    worst = np.zeros(kw.size, dtype=np.uint8)
    np.maximum.at(worst, cell, readings.quality)
    count = np.bincount(cell, minlength=kw.size)
    known = count > 0
    total = np.bincount(cell, weights=np.nan_to_num(readings.value), minlength=kw.size)
    kw.reshape(-1)[known] = (total[known] / count[known]).astype(np.float32)
    quality.reshape(-1)[known] = worst[known]
    kw[quality == PointQuality.MISSING] = np.nan
    return kw, quality


def _evidence(supervised_object: models.SupervisedObject, days: Days, now: datetime) -> Evidence:
    until = min(now, datetime_from_ms(days.ms(days.quarters)) + timedelta(days=3))
    rows = list(
        supervised_object.evidence.filter(
            stamped_at__gte=datetime_from_ms(days.first_ms), stamped_at__lte=until, received_at__lte=now
        )
        .order_by("stamped_at", "id")
        .values_list("source", "level", "stamped_at", "value")
    )
    rows = [row for row in rows if row[0] in _SOURCES]
    levels = tuple(sorted({row[1] for row in rows}))
    return Evidence(
        source=np.array([_SOURCES[row[0]] for row in rows], dtype=np.uint8),
        level=np.array([levels.index(row[1]) for row in rows], dtype=np.uint8),
        ts=np.array([ms_from_datetime(row[2]) for row in rows], dtype=np.int64),
        value=np.array([row[3] for row in rows], dtype=np.float64),
        levels=levels,
    )


def _senders(supervised_object: models.SupervisedObject, days: Days, now: datetime) -> dict[str, str]:
    """Who brought the newest record of each source."""
    rows = supervised_object.evidence.filter(
        stamped_at__gte=datetime_from_ms(days.first_ms), received_at__lte=now, source__in=_SOURCES
    ).exclude(sender="")
    return dict(rows.order_by("stamped_at", "id").values_list("source", "sender"))
