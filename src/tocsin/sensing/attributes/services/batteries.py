"""Batteries, judged: how they stand, when they end, and who is told once a crossing."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.ids import new_id
from tocsin.jurisdiction.face import people_who_may, require
from tocsin.notices.face import Directory, Draft, Notice, supersede, write_all
from tocsin.records.face import record_audit
from tocsin.sensing.attributes.models import Attribute, Battery
from tocsin.sensing.attributes.policy import attributes_policy
from tocsin.sensing.attributes.queries import MANAGE, Levels, levels_of, limits_of, newest_levels
from tocsin.sensing.attributes.rules.battery import (
    BATTERIES,
    BATTERY_KEEPER,
    WORSE,
    BatteryState,
    forecast,
    of_one_battery,
    state_of,
)
from tocsin.sensing.devices.models import Device

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

AT_ONCE: Final = 200  # a transaction: of each a trend is worked out


def judge_batteries(*, now: datetime) -> bool:
    """Judges batteries of which something was said since they were judged, up to so many; True where more wait."""
    judged = dict(Battery.objects.values_list("device_id", "judged_at"))
    due = [
        (device_id, pk)
        for device_id, pk, received_at in newest_levels().values_list("device_id", "pk", "received_at")
        if device_id not in judged or judged[device_id] < received_at
    ]
    if due:
        _judge([pk for _device, pk in due[:AT_ONCE]], now)
    return len(due) > AT_ONCE


@transaction.atomic
def record_battery_change(*, actor: "User", device_id: UUID, day: date | None = None, now: datetime) -> Battery:
    """Somebody put in another battery on that day (today for None): the trend begins anew, and its notice ends."""
    battery = Battery.objects.select_for_update(of=("self",)).select_related("device__model").filter(pk=device_id).first()
    if battery is None:
        raise Conflict(_("This device has said nothing of its battery yet, so there is nothing to follow."))
    require(actor, MANAGE, battery.device.region_code)
    today = timezone.localdate(now)
    changed_on = day or today
    if changed_on > today:
        raise InvalidInput(_("A battery is entered once it was changed."))
    if battery.changed_on is not None and changed_on < battery.changed_on:
        raise InvalidInput(_("A later change is known already."))
    battery.changed_on = changed_on
    battery.slope = battery.ends_on = battery.earliest_end = battery.latest_end = None
    battery.state, battery.trend_days = BatteryState.GOOD, 0
    battery.save()
    _end_told([battery], now)
    record_audit(
        actor,
        "device.battery_changed",
        "device",
        battery.device.code,
        battery.device.region_code,
        {"day": changed_on.isoformat()},
    )
    return battery


@transaction.atomic
def _judge(rows: Sequence[UUID], now: datetime) -> None:
    """Judges these batteries anew, and tells of those that have become worse than was told."""
    newest = {one.device_id: one for one in newest_levels().filter(pk__in=rows)}
    known = {one.device_id: one for one in Battery.objects.filter(device__in=newest).select_for_update().order_by("pk")}
    levels = levels_of(newest, now)
    worse: dict[str, list[tuple[Battery, Device]]] = defaultdict(list)
    recovered = []
    for device_id, said in newest.items():
        battery = known.get(device_id) or Battery(device_id=device_id)
        _stand(battery, said, levels.get(device_id, []), now)
        if WORSE[BatteryState(battery.state)] > WORSE[BatteryState(battery.told)]:
            worse[said.device.region_code].append((battery, said.device))
        elif battery.state == BatteryState.GOOD and battery.told != BatteryState.GOOD:
            recovered.append(battery)
        battery.save(force_insert=device_id not in known)
    _end_told(recovered, now)
    drafts = [draft for region, found in sorted(worse.items()) for draft in _told(region, found)]
    if drafts:
        write_all(drafts, Directory(now))


def _stand(battery: Battery, said: Attribute, levels: Levels, now: datetime) -> None:
    """How it stands by what is said now and by what was said before."""
    figures = attributes_policy().battery
    assert said.number is not None  # noqa: S101 - `newest_levels` leaves out others
    own = of_one_battery(levels, figures.replaced_pct, battery.changed_on)
    battery.region_code = said.device.region_code
    battery.level_pct, battery.stated_at, battery.judged_at = said.number, said.stated_at, now
    if battery.changed_on is None or timezone.localdate(said.stated_at) > battery.changed_on:
        battery.state = state_of(said.number, BatteryState(battery.state), limits_of(said.device))
    found = forecast(own, empty=figures.empty_pct, least_days=figures.least_days, furthest_days=figures.furthest_days)
    battery.slope = found.slope if found else None
    battery.trend_days = found.days if found else 0
    battery.ends_on, battery.earliest_end, battery.latest_end = (
        (found.ends_on, found.earliest, found.latest) if found else (None, None, None)
    )


def _told(region: str, found: list[tuple[Battery, Device]]) -> list[Draft]:
    matter = new_id().hex
    found.sort(key=lambda one: (one[0].level_pct, one[1].code))
    for battery, _device in found:
        battery.told, battery.matter = battery.state, matter
        battery.save(update_fields=["told", "matter"])
    figures = {
        "count": len(found),
        "critical": sum(battery.state == BatteryState.CRITICAL for battery, _device in found),
        "codes": [device.code for _battery, device in found[: attributes_policy().battery.named]],
        "device_id": str(found[0][1].pk) if len(found) == 1 else "",
    }
    return [
        Draft(BATTERIES, BATTERY_KEEPER, urgent=False, key=f"battery-{matter}-{person.pk}", person=person, figures=figures)
        for person in people_who_may(MANAGE, region)
    ]


def _end_told(recovered: Sequence[Battery], now: datetime) -> None:
    """The notice of a crossing ends when none of its batteries is low any more."""
    over = {one.matter for one in recovered if one.matter}
    for one in recovered:
        one.told, one.matter = BatteryState.GOOD, ""
        one.save(update_fields=["told", "matter"])
    left = set(Battery.objects.filter(matter__in=over).values_list("matter", flat=True))
    for matter in over - left:
        supersede(Notice.objects.filter(purpose=BATTERIES, key__startswith=f"battery-{matter}-"), now=now)
