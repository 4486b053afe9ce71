"""Whoever keeps the devices hears of those that are asked and do not answer; the ringing ends when they answer."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from tocsin.base.ids import new_id
from tocsin.jurisdiction.face import people_who_may
from tocsin.notices.face import Directory, Draft, Notice, supersede, write_all
from tocsin.sensing.silence.models import SilentUnit
from tocsin.sensing.silence.policy import silence_policy
from tocsin.sensing.silence.queries import asked_devices
from tocsin.sensing.silence.rules import SILENT_UNITS, UNIT_KEEPER, AskedDevice, is_silent


@transaction.atomic
def tell_silent_units(*, now: datetime) -> None:
    """One notice for all devices of a region that fell silent since the last look; it ends when all of them answer."""
    figures = silence_policy().units
    silent = {
        one.device_id: one for one in asked_devices() if is_silent(one, now, minutes=figures.minutes, periods=figures.periods)
    }
    told = dict(SilentUnit.objects.select_for_update().values_list("device_id", "matter"))
    over = {device: matter for device, matter in told.items() if device not in silent}
    if over:
        SilentUnit.objects.filter(device__in=list(over)).delete()
        left = {matter for device, matter in told.items() if device in silent}
        for matter in set(over.values()) - left:
            supersede(Notice.objects.filter(purpose=SILENT_UNITS, key__startswith=f"units-{matter}-"), now=now)
    new: dict[str, list[AskedDevice]] = defaultdict(list)
    for device, one in silent.items():
        if device not in told:
            new[one.region_code].append(one)
    drafts = [draft for region, found in sorted(new.items()) for draft in _told(region, found, now)]
    if drafts:
        write_all(drafts, Directory(now))


def _told(region: str, found: list[AskedDevice], now: datetime) -> list[Draft]:
    matter = new_id().hex
    rows = [SilentUnit(device_id=one.device_id, since=one.since, told_at=now, matter=matter) for one in found]
    SilentUnit.objects.bulk_create(rows)
    found.sort(key=lambda one: one.code)
    only = found[0] if len(found) == 1 else None
    figures = {
        "count": len(found),
        "codes": [one.code for one in found[: silence_policy().units.named]],
        "since": min(one.since for one in found).isoformat(),
        "protocol": found[0].protocol if len({one.protocol for one in found}) == 1 else "",
        "page_id": "" if only is None else str(only.page_id),
    }
    return [
        Draft(SILENT_UNITS, UNIT_KEEPER, urgent=False, key=f"units-{matter}-{person.pk}", person=person, figures=figures)
        for person in people_who_may("sensors.manage", region)
    ]
