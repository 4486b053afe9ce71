"""Sends the codes that people asked for to the contact points that they are to confirm, within limits of person and address."""

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.utils import timezone

from tocsin.bus.bulk import insert_all
from tocsin.bus.services import in_one_transaction
from tocsin.jurisdiction.face import points_to_confirm, region_of
from tocsin.notices.channels.queries import channels_set_up
from tocsin.notices.confirming.rules import CODE
from tocsin.notices.messages.models import Notice, Sending
from tocsin.notices.messages.policy import sending
from tocsin.notices.messages.queries.directory import Way
from tocsin.notices.messages.services.writing import sending_by

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import ToConfirm


def send_codes(*, now: datetime) -> int:
    """Writes what is to be sent, each code once; returns how many. Codes live by the machine's clock."""
    points = points_to_confirm(now=timezone.now())
    known = set(Notice.objects.filter(key__in=[_key(one) for one in points]).values_list("key", flat=True))
    new = [one for one in points if _key(one) not in known]
    return in_one_transaction(partial(_write, new, now)) if new else 0


def _write(points: "list[ToConfirm]", now: datetime) -> int:
    channels, written = channels_set_up(), 0
    for point in points:
        if not _has_room(point, now):
            continue
        notice = Notice(
            purpose=CODE,
            why=CODE,
            region_code=region_of(point.person),
            key=_key(point),
            figures={"contact_point": str(point.id)},
            written_at=now,
            deadline=now + timedelta(minutes=10),
        )
        row = sending_by(notice, Way(point.kind, point.address, language=point.person.language, point_id=point.id), channels)
        notice.fate = row.fate
        insert_all([notice])
        insert_all([row])
        written += 1
    return written


def _has_room(point: "ToConfirm", now: datetime) -> bool:
    """Fewer codes than the policy allows went by this person, and to this address, within an hour."""
    limits, lately = sending().codes, Notice.objects.filter(purpose=CODE, written_at__gt=now - timedelta(hours=1))
    by_person = lately.filter(key__startswith=_of_person(point)).count()
    to_address = Sending.objects.filter(notice__in=lately, channel=point.kind, address=point.address).count()
    return by_person < limits.per_person_h and to_address < limits.per_address_h


def _of_person(point: "ToConfirm") -> str:
    return f"code-{point.person.pk}-"


def _key(point: "ToConfirm") -> str:
    return f"{_of_person(point)}{point.id.hex}-{point.asked_at.timestamp():.6f}"
