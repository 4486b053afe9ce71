"""Towns that have read too little: listed once for each warning, told to the desk, and done by knocking on doors."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.face import require
from tocsin.mobilisation.public_warnings.models import DoorRound, PublicWarning
from tocsin.mobilisation.public_warnings.queries.reach import silent_towns, to_look_at, visible_rounds
from tocsin.mobilisation.public_warnings.rules.states import DRAFT
from tocsin.mobilisation.public_warnings.services.telling import tell_silent
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def find_silent_towns(*, now: datetime) -> int:
    """Makes a round of every town in which too few have read a warning; returns how many warnings were looked at."""
    found = to_look_at(now)
    for warning in found:
        silent = silent_towns(warning)
        with transaction.atomic():
            if not PublicWarning.objects.filter(pk=warning.pk, looked_at=None).update(looked_at=now):
                continue
            DoorRound.objects.bulk_create(
                DoorRound(
                    warning_id=warning.pk,
                    region_code=town.town_code[:6],
                    town_code=town.town_code,
                    told=town.told,
                    read=town.read,
                    found_at=now,
                )
                for town in silent
            )
            if silent:
                tell_silent(warning, len(silent), now)
    return len(found)


@transaction.atomic
def finish_round(*, actor: "User", round_id: UUID, doors: int, people: int, words: str = "", now: datetime) -> DoorRound:
    """Somebody has knocked: at how many doors, how many were told. The same figures twice are one result."""
    visible_rounds(actor).get(pk=round_id)
    row = DoorRound.objects.select_for_update().get(pk=round_id)
    require(actor, DRAFT, row.region_code)
    if doors < 0 or people < 0:
        raise InvalidInput(_("Doors and people are counted from 0."))
    if row.done_at is not None:
        if (row.doors, row.people) == (doors, people):
            return row
        raise Conflict(_("The result of this town was entered before: %(doors)s doors.") % {"doors": row.doors})
    row.done_at, row.done_by, row.doors, row.people, row.words = now, actor, doors, people, words.strip()[:500]
    row.save()
    details = {"warning": str(row.warning_id), "town": row.town_code, "doors": doors, "people": people}
    record_audit(actor, "public_warning.round_done", "door_round", row.pk, row.region_code, details)
    return row


def note_progress(row: DoorRound, *, doors: int, people: int) -> None:
    """What phones have brought in so far of a round that is held; of one that was finished a late entry only adds."""
    if row.done_at is not None:
        doors, people = max(doors, row.doors or 0), max(people, row.people or 0)
    row.doors, row.people = doors, people
    row.save(update_fields=["doors", "people"])
