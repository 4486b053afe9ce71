"""Whoever runs the installation, and keeps the device that has most, hears when there is no more place for kept messages: once,
until there is.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from tocsin.jurisdiction.face import people_who_may, people_who_may_anywhere
from tocsin.notices.face import Directory, Draft, Notice, supersede, write_all
from tocsin.sensing.quarantine.models import FullRoom, KeptRoom
from tocsin.sensing.quarantine.policy import quarantine_policy
from tocsin.sensing.quarantine.rules import KEPT_ROOM, ROOM_KEEPER


@transaction.atomic
def tell_full_room(*, now: datetime) -> None:
    """Full is a share of what may be kept in all: from there on a device that sends more takes it from one that has most."""
    kept = quarantine_policy().kept
    size = KeptRoom.objects.aggregate(size=Sum("size"))["size"] or 0
    if size < kept.full_share * kept.bytes_in_all:
        if FullRoom.objects.all().delete()[0]:
            supersede(Notice.objects.filter(purpose=KEPT_ROOM), now=now)
        return
    _row, is_new = FullRoom.objects.get_or_create(pk=1, defaults={"since": now})
    if not is_new:
        return
    largest = KeptRoom.objects.select_related("device").order_by("-size", "device__code").first()
    figures = {"mebibytes": round(kept.bytes_in_all / 2**20), "code": largest.device.code if largest else ""}
    keepers = [] if largest is None else people_who_may("sensors.manage", largest.region_code)
    told = [*people_who_may_anywhere("system.see"), *keepers]
    drafts = [
        Draft(
            KEPT_ROOM,
            ROOM_KEEPER,
            urgent=False,
            key=f"kept-room-{now:%Y%m%d%H%M%S}-{person.pk}",
            person=person,
            figures={**figures, "keeps": person in keepers},
        )
        for person in {one.pk: one for one in told}.values()
    ]
    if drafts:
        write_all(drafts, Directory(now))
