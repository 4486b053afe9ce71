"""Reports of danger to life become cases of the duty desk, under the reporter's number; by state: none gets a second."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from tocsin.command.casebook.models import Case
from tocsin.command.casebook.rules.cases import Origin
from tocsin.command.casebook.services.log import open_book
from tocsin.command.handling.services.handling import open_case_by_hand
from tocsin.jurisdiction.face import Region, system_actor
from tocsin.mobilisation.face import Danger, dangers_without_case, note_case_of_report

CHANNEL = "mobilisation"
AT_ONCE = 20


def open_cases_of_dangers(*, now: datetime) -> int:
    """Opens a case for every report of danger to life that has none; returns how many."""
    found = dangers_without_case(AT_ONCE)
    for danger in found:
        _open(danger, now)
    return len(found)


@transaction.atomic
def _open(danger: Danger, now: datetime) -> None:
    open_book(danger.region_code, actor=system_actor(), channel=CHANNEL, now=now)
    if not Case.objects.filter(number=danger.number).exists():
        with override(settings.LANGUAGE_CODE):  # words of a case are as typed by a person: in the language of the desk
            place = danger.place or str(Region.objects.get(code=danger.region_code))
        open_case_by_hand(
            actor=system_actor(),
            region_code=danger.region_code,
            matter={"by": "public_report", "kind": danger.kind},
            place=place,
            level=danger.level,
            kind=danger.trade,
            lon=danger.lon,
            lat=danger.lat,
            text=danger.text[:2000],
            began_at=min(danger.received_at, now),
            origin=Origin.CAPABILITY,
            origin_reference=danger.number,
            channel=CHANNEL,
            number=danger.number,
        )
    note_case_of_report(report_id=danger.id, number=danger.number, now=now)
