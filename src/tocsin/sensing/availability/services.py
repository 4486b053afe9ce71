"""The night: every device's day is judged, part after part, and keepers are told of those that reported too little."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from tocsin.jurisdiction.face import people_who_may
from tocsin.notices.face import Directory, Draft, write_all
from tocsin.records.retention.rules import Kept
from tocsin.sensing.availability.models import DeviceDay, Night, OnlineRate
from tocsin.sensing.availability.policy import availability_policy
from tocsin.sensing.availability.queries import MANAGE, Counted, count_day, rates_of
from tocsin.sensing.availability.rules import MONTH, ONLINE_KEEPER, ONLINE_RATES, WEEK
from tocsin.sensing.devices.models import Device
from tocsin.sensing.history.queries.readings import history

AGAIN: Final = 2  # days that a night judges: that before, and the one before it, with what has come late since
AT_ONCE: Final = 5000

type Fallen = dict[str, list[tuple[str, float]]]
"""By region the devices that fell below the policy's rate, with it."""


def judge_availability(*, now: datetime) -> bool:
    """Judges the next devices of the day before, once its wait is over; True where more wait."""
    figures = availability_policy().night
    day = timezone.localdate(now - timedelta(minutes=figures.wait_min)) - timedelta(days=1)
    night, _new = Night.objects.get_or_create(day=day)
    if night.is_done:
        return False
    devices = list(_devices(night.judged_to)[: figures.devices_at_once])
    ids = [one.pk for one in devices]
    counted = {one: count_day(history(), ids, one) for one in (day - timedelta(days=n) for n in range(AGAIN))}
    with transaction.atomic():
        night = Night.objects.select_for_update().get(day=day)
        for one, found in counted.items():
            _write_day(one, devices, found)
        _add_fallen(night, _write_rates(day, devices))
        night.judged_to = ids[-1] if ids else night.judged_to
        night.is_done = len(devices) < figures.devices_at_once
        night.save()
        if night.is_done:
            _tell(night, now)
    return not night.is_done


def _devices(behind: UUID | None) -> QuerySet[Device]:
    rows = Device.objects.filter(enabled=True).select_related("gateway").order_by("pk")
    return rows if behind is None else rows.filter(pk__gt=behind)


def _door(device: Device) -> str:
    """Through which it was heard last, itself or by the gateway that carries it."""
    return device.heard_through or (device.gateway.heard_through if device.gateway is not None else "")


def _write_day(day: date, devices: Sequence[Device], found: dict[UUID, Counted]) -> None:
    """The rows of a day in place of those that were there."""
    ids = [one.pk for one in devices]
    DeviceDay.objects.filter(device__in=ids, day=day).delete()
    rows = [(one, found[one.pk]) for one in devices if one.pk in found]
    DeviceDay.objects.bulk_create(
        DeviceDay(
            device=one,
            day=day,
            door=_door(one),
            expected=counted.expected,
            reported=counted.reported,
            planned=counted.planned,
            channels=counted.worst,
        )
        for one, counted in rows
    )


def _write_rates(day: date, devices: Sequence[Device]) -> Fallen:
    """The rates of each device as they are now; returns those that fell below the policy's."""
    poor = availability_policy().telling.poor_pct
    ids = [one.pk for one in devices]
    today, week, month = (rates_of(ids, day, days) for days in (1, WEEK, MONTH))
    before = set(OnlineRate.objects.filter(device__in=ids, is_poor=True).values_list("device_id", flat=True))
    fallen: Fallen = {}
    rows = []
    for one in devices:
        if one.pk not in month:
            continue
        pct = today.get(one.pk)
        row = OnlineRate(
            device=one,
            region_code=one.region_code,
            day=day,
            door=_door(one),
            day_pct=pct,
            week_pct=week.get(one.pk),
            month_pct=month[one.pk],
            is_poor=pct is not None and pct < poor,
        )
        rows.append(row)
        if row.is_poor and pct is not None and one.pk not in before:
            fallen.setdefault(one.region_code, []).append((one.code, pct))
    OnlineRate.objects.filter(device__in=ids).delete()
    OnlineRate.objects.bulk_create(rows)
    return fallen


def _add_fallen(night: Night, fallen: Fallen) -> None:
    named = availability_policy().telling.named
    for region, found in fallen.items():
        count, worst = night.fallen.get(region, [0, []])
        both = sorted([*map(tuple, worst), *found], key=lambda one: (one[1], one[0]))
        night.fallen[region] = [count + len(found), both[:named]]


def _tell(night: Night, now: datetime) -> None:
    """One notice a region and day, of the devices that fell below the policy's rate on it."""
    drafts = [
        Draft(
            ONLINE_RATES,
            ONLINE_KEEPER,
            urgent=False,
            key=f"online-{night.day.isoformat()}-{region}-{person.pk}",
            person=person,
            figures={
                "day": night.day.isoformat(),
                "count": count,
                "worst": worst,
                "below": availability_policy().telling.poor_pct,
            },
        )
        for region, (count, worst) in sorted(night.fallen.items())
        for person in people_who_may(MANAGE, region)
    ]
    if drafts:
        write_all(drafts, Directory(now))


def forget_old_days(before: datetime) -> int:
    """Lets up to a batch of days go that are older; returns how many."""
    day = timezone.localdate(before)
    Night.objects.filter(day__lt=day).delete()
    gone = list(DeviceDay.objects.filter(day__lt=day).order_by().values_list("pk", flat=True)[:AT_ONCE])
    DeviceDay.objects.filter(pk__in=gone).delete()
    return len(gone)


def _count_old(before: datetime) -> int:
    return DeviceDay.objects.filter(day__lt=timezone.localdate(before)).count()


KEPT = Kept(
    "device_days",
    pgettext_lazy("kept", "Online rates of devices by day"),
    "sensing.availability",
    lambda: availability_policy().night.keep_days,
    count=_count_old,
    forget=forget_old_days,
)
