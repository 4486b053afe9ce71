"""A confirmed sighting stops the work that it shows where it asks for that, or asks whether that work has a permit."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.permits.queries.permits import running_beside_alarms, working_between
from tocsin.hazchem.permits.queries.sightings import is_shown
from tocsin.hazchem.permits.rules.kinds import STOPPED_BY_ALARMS, PermitKind
from tocsin.hazchem.permits.services.telling import tell_unpermitted
from tocsin.hazchem.permits.services.work import halt
from tocsin.jurisdiction.face import system_actor
from tocsin.vision.face import SightingOutcome, describe_sighting, note_reference, waiting_for_act

if TYPE_CHECKING:
    from tocsin.vision.face import Sighting

AT_ONCE: Final = 20


def stop_at_sightings(*, now: datetime) -> int:
    """Stops hot work and work in confined space where a confirmed sighting asks for it; how many sightings there were."""
    rows = list(waiting_for_act("permit_stop")[:AT_ONCE])
    for one in rows:
        _stop(one, now)
    return len(rows)


@transaction.atomic
def _stop(sighting: "Sighting", now: datetime) -> None:
    with override(settings.LANGUAGE_CODE):  # words of a step are as typed by a person: in the language of the desk
        told = describe_sighting(sighting)
        reason = f"{told.kind_name} · {sighting.camera.name}"
    stopped = []
    for seen in running_beside_alarms(STOPPED_BY_ALARMS).filter(object_id=sighting.camera.object_id):
        if is_shown(sighting, seen) and WorkPermit.objects.select_for_update().filter(pk=seen.pk, state=seen.state).exists():
            halt(seen, by=system_actor(), now=now, reason=reason[:200])
            stopped.append(seen.number)
    if stopped:
        numbers = ", ".join(stopped)[:60]
        note_reference(sighting_id=sighting.pk, outcome=SightingOutcome.STOPPED, reference=numbers, now=now)
    else:
        note_reference(sighting_id=sighting.pk, outcome=SightingOutcome.NOTHING, now=now)


def look_for_permits(*, now: datetime) -> int:
    """Whether hot work that a person has confirmed had a permit there; how many sightings there were. Firm and supervisor hear of
    work without one; where the firm keeps no permits here, nobody can say.
    """
    rows = list(waiting_for_act("permit")[:AT_ONCE])
    for one in rows:
        _look_for_permit(one, now)
    return len(rows)


@transaction.atomic
def _look_for_permit(sighting: "Sighting", now: datetime) -> None:
    firm = sighting.camera.object
    if firm is None or not WorkPermit.objects.filter(object_id=firm.pk).exists():
        note_reference(sighting_id=sighting.pk, outcome=SightingOutcome.UNKNOWN, now=now)
        return
    going_on = working_between(firm.pk, PermitKind.HOT_WORK, sighting.began_at, sighting.last_at)
    numbers = ", ".join(one.number for one in going_on if is_shown(sighting, one))[:60]
    if numbers:
        note_reference(sighting_id=sighting.pk, outcome=SightingOutcome.PERMITTED, reference=numbers, now=now)
        return
    note_reference(sighting_id=sighting.pk, outcome=SightingOutcome.UNPERMITTED, now=now)
    tell_unpermitted(sighting, now)
