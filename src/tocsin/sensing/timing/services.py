"""Clocks of devices and repeats of sensors, written as they were measured; keepers are told of clocks that are off."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F

from tocsin.base.ids import new_id
from tocsin.engine.timing import skew_of
from tocsin.jurisdiction.face import people_who_may
from tocsin.notices.face import Directory, Draft, Notice, supersede, write_all
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.timing.models import DeviceClock, SensorRepeats
from tocsin.sensing.timing.policy import timing_policy
from tocsin.sensing.timing.queries import MANAGE
from tocsin.sensing.timing.rules import CLOCK_KEEPER, CLOCKS, is_off

AT_ONCE: Final = 500


def write_clocks(*, least: Mapping[UUID, float], now: datetime) -> None:
    """A window has ended: by device its least delay, ms. Short transactions; who is told follows in each."""
    ids = sorted(least)
    for start in range(0, len(ids), AT_ONCE):
        _write_clocks({one: least[one] for one in ids[start : start + AT_ONCE]}, now)


@transaction.atomic
def write_repeats(*, counts: Mapping[int, tuple[int, int]], now: datetime) -> None:
    """Adds to what is counted: by index of a sensor how many said the same again, and how many another value."""
    sensors = dict(Sensor.objects.filter(index__in=counts).values_list("index", "pk"))
    known = set(SensorRepeats.objects.filter(sensor__in=sensors.values()).values_list("pk", flat=True))
    for index, pk in sorted(sensors.items()):
        same, other = counts[index]
        if pk in known:
            SensorRepeats.objects.filter(pk=pk).update(same=F("same") + same, other=F("other") + other, last_at=now)
        else:
            SensorRepeats.objects.create(sensor_id=pk, same=same, other=other, last_at=now)


@transaction.atomic
def _write_clocks(least: Mapping[UUID, float], now: datetime) -> None:
    figures = timing_policy().clock
    devices = Device.objects.in_bulk(list(least))
    known = {one.device_id: one for one in DeviceClock.objects.filter(device__in=least).select_for_update().order_by("pk")}
    off: dict[str, list[tuple[Device, DeviceClock]]] = defaultdict(list)
    right: list[DeviceClock] = []
    for pk, device in sorted(devices.items()):
        clock = known.get(pk) or DeviceClock(device=device)
        clock.least_ms = [*clock.least_ms, round(least[pk])][-figures.windows :]
        clock.skew_ms, clock.measured_at, clock.region_code = skew_of(clock.least_ms), now, device.region_code
        before, clock.is_off = clock.is_off, is_off(clock.skew_ms, clock.is_off, figures.off_s)
        clock.is_off = clock.is_off and (before or len(clock.least_ms) >= figures.least_windows)
        if clock.is_off and not before:
            off[device.region_code].append((device, clock))
        elif before and not clock.is_off:
            right.append(clock)
        clock.save(force_insert=pk not in known)
    drafts = [draft for region, found in sorted(off.items()) for draft in _told(region, found)]
    if drafts:
        write_all(drafts, Directory(now))
    _end_told(right, now)


def _told(region: str, found: list[tuple[Device, DeviceClock]]) -> list[Draft]:
    matter, figures = new_id().hex, timing_policy().clock
    found.sort(key=lambda one: (-abs(one[1].skew_ms), one[0].code))
    DeviceClock.objects.filter(device__in=[device.pk for device, _clock in found]).update(matter=matter)
    told = {
        "count": len(found),
        "off_s": figures.off_s,
        "worst": [(device.code, round(clock.skew_ms / 1000)) for device, clock in found[: figures.named]],
        "device_id": str(found[0][0].pk) if len(found) == 1 else "",
    }
    return [
        Draft(CLOCKS, CLOCK_KEEPER, urgent=False, key=f"clock-{matter}-{person.pk}", person=person, figures=told)
        for person in people_who_may(MANAGE, region)
    ]


def _end_told(right: Sequence[DeviceClock], now: datetime) -> None:
    """A notice ends when all of its clocks are right again."""
    over = {one.matter for one in right if one.matter}
    DeviceClock.objects.filter(pk__in=[one.pk for one in right]).update(matter="")
    left = set(DeviceClock.objects.filter(matter__in=over).values_list("matter", flat=True))
    for matter in over - left:
        supersede(Notice.objects.filter(purpose=CLOCKS, key__startswith=f"clock-{matter}-"), now=now)
