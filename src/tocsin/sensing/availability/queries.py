"""Online rates as readers need them, and what a day of some devices was."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.module_loading import import_string

from tocsin.base.time import ms_from_datetime
from tocsin.engine.reporting import Periods, count_periods
from tocsin.jurisdiction.face import Person, scope
from tocsin.sensing.availability.models import DeviceDay, Night, OnlineRate
from tocsin.sensing.availability.policy import availability_policy
from tocsin.sensing.availability.rules import FindOutages, PlannedOutage, rate
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.history.queries.table import History

MANAGE: Final = "sensors.manage"
CHANNELS_KEPT: Final = 20
SORTS: Final = ("day", "week", "month")
DAYS_SHOWN: Final = 30


@dataclass
class Counted:
    """Periods of a device on a day, of all its sensors and of each."""

    expected: int = 0
    reported: int = 0
    planned: int = 0
    channels: list[tuple[str, int, int]] = field(default_factory=list)

    @property
    def worst(self) -> list[tuple[str, int, int]]:
        """The channels that missed something, those that missed most first."""
        missed = [one for one in self.channels if one[2] < one[1]]
        return sorted(missed, key=lambda one: (one[2] - one[1], one[0]))[:CHANNELS_KEPT]


@dataclass(frozen=True)
class _Watched:
    """A sensor of which periods are expected, from when on."""

    id: UUID
    index: int
    device_id: UUID
    channel: str
    period_s: float
    since: datetime


def planned_outages(sensors: Collection[UUID], first: datetime, last: datetime) -> Mapping[UUID, Sequence[PlannedOutage]]:
    """By sensor the planned outages that touch the time, of whoever keeps planned works."""
    find: FindOutages = import_string(settings.PLANNED_OUTAGES.replace(":", "."))
    return find(sensors, first, last)


def begin_of(day: date) -> datetime:
    """When a local day begins."""
    return timezone.make_aware(datetime.combine(day, time()))


def count_day(table: History, devices: Collection[UUID], day: date) -> dict[UUID, Counted]:
    """Periods of these devices on a local day; those of which none is expected are left out."""
    begins, ends = begin_of(day), begin_of(day + timedelta(days=1))
    watched = [one for one in _watched(devices) if one.since < ends]
    found: dict[UUID, Counted] = defaultdict(Counted)
    if not watched:
        return found
    counted = _count(table, watched, begins, ends)
    rows = zip(watched, counted.expected.tolist(), counted.reported.tolist(), counted.planned.tolist(), strict=True)
    for one, expected, reported, planned in rows:
        device = found[one.device_id]
        device.expected += expected
        device.reported += reported
        device.planned += planned
        device.channels.append((one.channel, expected, reported))
    return found


def _watched(devices: Collection[UUID]) -> Iterator[_Watched]:
    periods = availability_policy().periods
    rows = Sensor.objects.filter(device__in=devices, enabled=True, interval_s__lte=periods.longest_s)
    rows = rows.exclude(quantity__in=periods.event_quantities).order_by("index")
    columns = ("pk", "index", "device_id", "channel", "interval_s", "device__created_at")
    for pk, index, device_id, channel, interval_s, since in rows.values_list(*columns):
        yield _Watched(pk, index, device_id, channel, max(interval_s, periods.shortest_s), since)


def _count(table: History, watched: Sequence[_Watched], begins: datetime, ends: datetime) -> Periods:
    begin_ms, end_ms = ms_from_datetime(begins), ms_from_datetime(ends)
    period_ms = np.array([round(one.period_s * 1000) for one in watched], np.int64)
    index = np.array([one.index for one in watched], np.int32)  # ascending, as they were read
    slack = availability_policy().periods.slack
    margin = int(slack * int(period_ms.max())) + 1
    readings = table.read(index, begin_ms - margin, end_ms + margin)
    found = planned_outages([one.id for one in watched], begins, ends)
    outages = [
        (number, ms_from_datetime(outage.begins), ms_from_datetime(outage.ends))
        for number, one in enumerate(watched)
        for outage in found.get(one.id, ())
    ]
    return count_periods(
        np.searchsorted(index, readings.sensor),
        readings.ts,
        period_ms=period_ms,
        begin_ms=np.array([max(begin_ms, ms_from_datetime(one.since)) for one in watched], np.int64),
        end_ms=end_ms,
        outages=np.array(outages, np.int64).reshape(-1, 3),
        slack=slack,
    )


def rates_of(devices: Collection[UUID], day: date, days: int) -> dict[UUID, float | None]:
    """By device its rate of the days up to this one."""
    rows = DeviceDay.objects.filter(device__in=devices, day__lte=day, day__gt=day - timedelta(days=days)).order_by()
    sums = rows.values_list("device_id").annotate(Sum("expected"), Sum("reported"))
    return {device_id: rate(expected, reported) for device_id, expected, reported in sums}


@dataclass(frozen=True)
class SensorDay:
    """What a sensor reported on a local day, in percent: None where that is not known, or nothing was expected of its device.
    `planned`: periods of its device that lay in planned outages, and count for nothing.
    """

    day: date
    pct: float | None
    planned: int


def sensor_days(sensors: Collection[UUID], *, last: date, days: int) -> dict[UUID, list[SensorDay]]:
    """By sensor its judged days up to that one, ascending. Of each day the channels that missed most are kept: any other one
    missed nothing, unless as many are kept as can be.
    """
    named = list(Sensor.objects.filter(pk__in=sensors).values_list("pk", "device_id", "channel"))
    rows = DeviceDay.objects.filter(device__in={one[1] for one in named}, day__lte=last, day__gt=last - timedelta(days=days))
    by_device: dict[UUID, list[DeviceDay]] = defaultdict(list)
    for row in rows.order_by("day"):
        by_device[row.device_id].append(row)
    return {pk: [_sensor_day(row, channel) for row in by_device[device]] for pk, device, channel in named}


def _sensor_day(row: DeviceDay, channel: str) -> SensorDay:
    missed = {name: (expected, reported) for name, expected, reported in row.channels}
    if channel in missed:
        return SensorDay(row.day, rate(*missed[channel]), row.planned)
    known = row.expected > 0 and len(missed) < CHANNELS_KEPT
    return SensorDay(row.day, 100.0 if known else None, row.planned)


def last_judged_day() -> date | None:
    """The newest day of which all devices are judged."""
    return Night.objects.filter(is_done=True).order_by("-day").values_list("day", flat=True).first()


def days_of(device: Device) -> list[DeviceDay]:
    """The last days of a device that were judged, ascending."""
    return list(DeviceDay.objects.filter(device=device)[:DAYS_SHOWN])[::-1]


def outages_of(device: Device, first: datetime, last: datetime) -> list[PlannedOutage]:
    """Planned outages of any of a device's sensors in a time, each once, the newest first."""
    sensors = list(device.sensors.filter(enabled=True).order_by("index").values_list("pk", flat=True))
    found = {one for ones in planned_outages(sensors, first, last).values() for one in ones}
    return sorted(found, key=lambda one: (one.begins, one.what), reverse=True)


def visible_rates(user: Person) -> QuerySet[OnlineRate]:
    """Rates of devices that work and that the user may see."""
    rows = OnlineRate.objects.filter(device__enabled=True).select_related("device__organisation", "device__model")
    return scope(rows, user, "sensors.see")


def search_rates(
    user: Person, *, search: str = "", door: str = "", below: float | None = None, sort: str = "day"
) -> QuerySet[OnlineRate]:
    """Visible rates of devices whose code or name holds the text, heard through a door, below a rate; the lowest first, by one of
    SORTS. Those of which nothing was expected come last.
    """
    name = f"{sort if sort in SORTS else 'day'}_pct"
    found = visible_rates(user)
    if search:
        found = found.filter(Q(device__code__icontains=search) | Q(device__name__icontains=search))
    if door:
        found = found.filter(door=door)
    if below is not None:
        found = found.filter(**{f"{name}__lt": below})
    return found.order_by(F(name).asc(nulls_last=True), "device__code")


def rates_by_door(day: date) -> list[tuple[str, int, int, float | None]]:
    """Of a day: door, devices, those below the policy's rate, and the rate of all periods together; of all regions."""
    poor = availability_policy().telling.poor_pct
    found: dict[str, tuple[int, int, int, int]] = {}
    for door, expected, reported in DeviceDay.objects.filter(day=day).order_by().values_list("door", "expected", "reported"):
        devices, below, all_expected, all_reported = found.get(door, (0, 0, 0, 0))
        is_below = expected > 0 and 100 * reported < poor * expected
        found[door] = (devices + 1, below + is_below, all_expected + expected, all_reported + reported)
    return [(door, devices, below, rate(*sums)) for door, (devices, below, *sums) in sorted(found.items())]


def doors_shown() -> list[str]:
    """The doors through which devices with a rate were heard."""
    return sorted(OnlineRate.objects.exclude(door="").order_by().values_list("door", flat=True).distinct())
