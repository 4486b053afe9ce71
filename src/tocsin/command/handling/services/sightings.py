"""Sightings that a person confirmed and that ask for a case get one, by state: what has a case gets no second one."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.rules.cases import Origin
from tocsin.command.casebook.services.log import open_book
from tocsin.command.handling.services.handling import open_case_by_hand
from tocsin.jurisdiction.face import system_actor
from tocsin.vision.face import SightingOutcome, describe_sighting, note_reference, waiting_for_act

if TYPE_CHECKING:
    from tocsin.vision.face import Sighting

CHANNEL: Final = "vision"
SIGHTING: Final = "sighting:"
AT_ONCE: Final = 20


def open_cases_of_sightings(*, now: datetime) -> int:
    """Opens a case for every confirmed sighting that asks for one and has none; returns how many."""
    rows = list(waiting_for_act("case")[:AT_ONCE])
    for one in rows:
        _open(one, now)
    return len(rows)


@transaction.atomic
def _open(sighting: "Sighting", now: datetime) -> None:
    open_book(sighting.region_code, actor=system_actor(), channel=CHANNEL, now=now)
    reference = f"{SIGHTING}{sighting.pk}"
    case = Case.objects.filter(origin=Origin.CAPABILITY.value, origin_reference=reference).first()
    if case is None:
        camera, firm = sighting.camera, sighting.camera.object
        with override(settings.LANGUAGE_CODE):  # words of a case are as typed by a person: in the language of the desk
            told = describe_sighting(sighting)
            text = _("Seen by camera %(camera)s (%(code)s), %(count)s events, confirmed by %(person)s.") % {
                "camera": camera.name,
                "code": camera.code,
                "count": told.count,
                "person": told.decided_by,
            }
        case = open_case_by_hand(
            actor=system_actor(),
            region_code=sighting.region_code,
            matter={"by": "sighting", "kind": sighting.kind, "name": firm.name if firm else camera.name},
            place=camera.place or (firm.address or firm.name if firm else camera.name),
            level=AlarmLevel.ORANGE if sighting.urgent else AlarmLevel.BLUE,
            kind=firm.trade if firm else "",
            lon=camera.lon if camera.lon is not None or firm is None else firm.lon,
            lat=camera.lat if camera.lat is not None or firm is None else firm.lat,
            text=text,
            began_at=min(sighting.began_at, now),
            origin=Origin.CAPABILITY,
            origin_reference=reference,
            channel=CHANNEL,
        )
    note_reference(sighting_id=sighting.pk, outcome=SightingOutcome.CASE, reference=case.number, now=now)
