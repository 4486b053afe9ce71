"""What was measured of a case: the highest and the newest value of each quantity, by sensors, crews and on the telephone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tocsin.base.errors import Unavailable
from tocsin.base.levels import Quality
from tocsin.base.quantities import QUANTITIES
from tocsin.base.time import datetime_from_ms, ms_from_datetime
from tocsin.command.casebook.models import Case, CaseChange, Membership
from tocsin.command.casebook.queries.cases import family_of
from tocsin.command.orders.models import OrderEntry
from tocsin.command.orders.rules.acts import OrderAct
from tocsin.sensing.face import history
from tocsin.warning.face import loaded_alarm, place_of_sensor

LOOK_BACK: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Measured:
    """One value in its quantity's canonical unit, with where or by whom."""

    quantity: str
    value: float
    at: datetime
    by: str


@dataclass(frozen=True)
class Extremes:
    """Of one quantity the highest value (the lowest where lack is the danger) and the newest one."""

    quantity: str
    is_low: bool
    furthest: Measured
    newest: Measured


def extremes_of(case: Case, *, now: datetime) -> list[Extremes]:
    """By quantity what was measured of the case and those that went into it; what rang first comes first."""
    rows = list(Membership.objects.filter(case=case).select_related(*loaded_alarm("alarm")).order_by("joined_at"))
    low = {row.alarm.quantity for row in rows if row.alarm.rule.startswith("low")}
    found: dict[str, list[Measured]] = {}
    for one in (*_of_alarms(rows), *_of_sensors(rows, now), *_of_crews(case), *_of_calls(case)):
        found.setdefault(one.quantity, []).append(one)
    return [
        Extremes(
            quantity,
            quantity in low,
            (min if quantity in low else max)(values, key=lambda one: one.value),
            max(values, key=lambda one: one.at),
        )
        for quantity, values in found.items()
    ]


def _of_alarms(rows: Iterable[Membership]) -> Iterator[Measured]:
    for row in rows:
        alarm = row.alarm
        if alarm.sensor is not None and alarm.value is not None:
            yield Measured(alarm.quantity, alarm.value, alarm.value_at or alarm.raised_at, place_of_sensor(alarm.sensor))


def _of_sensors(rows: Iterable[Membership], now: datetime) -> Iterator[Measured]:
    """The newest value of each sensor that rang; nothing where the history can't be read."""
    sensors = {row.alarm.sensor.index: row.alarm.sensor for row in rows if row.alarm.sensor is not None}
    try:
        read = history().read(list(sensors), ms_from_datetime(now - LOOK_BACK), ms_from_datetime(now) + 1)
    except Unavailable:
        return
    for index, sensor in sensors.items():
        good = (read.sensor == index) & (read.quality == Quality.GOOD)
        if good.any():
            at = datetime_from_ms(int(read.ts[good][-1]))
            yield Measured(sensor.quantity, float(read.value[good][-1]), at, place_of_sensor(sensor))


def _of_crews(case: Case) -> Iterator[Measured]:
    entries = OrderEntry.objects.filter(order__case__in=family_of(case), act=OrderAct.READING).select_related("order__unit")
    for entry in entries:
        quantity, value = entry.data.get("quantity", ""), entry.data.get("value")
        if quantity in QUANTITIES and value is not None:
            yield Measured(quantity, float(value), entry.at, str(entry.order.unit))


def _of_calls(case: Case) -> Iterator[Measured]:
    """What was read out on the telephone, in the quantity's own unit."""
    for line in CaseChange.objects.filter(case__in=family_of(case), act="telephone_reading"):
        known = QUANTITIES.get(line.figures.get("quantity", ""))
        unit, value = line.figures.get("measured_in", ""), line.figures.get("value")
        if known is not None and value is not None and unit in (known.unit, *known.conversions):
            canonical = known.conversions[unit](value) if unit in known.conversions else value
            yield Measured(known.name, float(canonical), datetime.fromisoformat(line.figures["said_at"]), line.figures["said_by"])
