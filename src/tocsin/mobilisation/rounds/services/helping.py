"""What the desk does about a door: two results are settled, and whoever needs help gets a case, volunteers, or was helped."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.face import require
from tocsin.mobilisation.public_warnings.rules.states import DRAFT
from tocsin.mobilisation.public_warnings.services.rounds import note_progress
from tocsin.mobilisation.rounds.models import Door
from tocsin.mobilisation.rounds.queries.walks import progress_of, visible_doors
from tocsin.mobilisation.rounds.rules.doors import RESULTS, DoorAct
from tocsin.mobilisation.rounds.services.telling import end_help_notice
from tocsin.mobilisation.rounds.services.walks import held_round, tell_of
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def settle_door(*, actor: "User", door_id: UUID, result: str, now: datetime) -> Door:
    """Two people differ: the desk says what holds. InvalidInput for what is no result."""
    if result not in [one.value for one in RESULTS]:
        raise InvalidInput(_("%(result)s is no result of a door.") % {"result": result[:20]})
    door = _locked(actor, door_id)
    door.result, door.conflict = result, False
    door.version += 1
    if result not in (DoorAct.TOLD, DoorAct.HELP):
        door.people = 0
    if result == DoorAct.HELP and door.help_at is None:
        door.help_at = now
    door.save()
    done = progress_of([door.round])[door.round_id]
    note_progress(door.round, doors=done.knocked, people=done.people)
    _record(actor, door, "settled", result=result)
    return door


@transaction.atomic
def want_case(*, actor: "User", door_id: UUID, now: datetime) -> Door:
    """One press: the duty desk gets a case of it, at once. Conflict where nobody needs help there."""
    door = _locked(actor, door_id)
    _require_help(door)
    if door.case_wanted_at is None:
        door.case_wanted_at = now
        door.save(update_fields=["case_wanted_at"])
        _record(actor, door, "case_wanted")
    return door


@transaction.atomic
def end_help(*, actor: "User", door_id: UUID, words: str = "", now: datetime) -> Door:
    """They were helped, in whatever way; `words` say how."""
    door = _locked(actor, door_id)
    _require_help(door)
    if door.helped_at is None:
        door.helped_at, door.helped_by = now, actor
        door.words = " · ".join(filter(None, (door.words, words.strip())))[:500]
        door.save(update_fields=["helped_at", "helped_by", "words"])
        end_help_notice(door, now)
        _record(actor, door, "helped")
    return door


def note_case_of_door(*, door_id: UUID, number: str) -> None:
    """The duty desk's case. In the caller's transaction; again it changes nothing."""
    Door.objects.filter(pk=door_id, case_number="").update(case_number=number)
    door = Door.objects.select_related("round").get(pk=door_id)
    tell_of(door.round, "helped")


def _locked(actor: "User", door_id: UUID) -> Door:
    seen = visible_doors(actor).get(pk=door_id)
    require(actor, DRAFT, seen.region_code)
    row = held_round(seen.round_id)
    door = Door.objects.select_for_update(of=("self",)).get(pk=door_id)
    door.round = row
    return door


def _require_help(door: Door) -> None:
    if door.help_at is None:
        raise Conflict(_("Nobody behind this door asked for help."))


def _record(actor: "User", door: Door, act: str, **details: object) -> None:
    tell_of(door.round, "settled" if act == "settled" else "helped")
    record_audit(actor, f"door.{act}", "door", door.pk, door.region_code, {"round": str(door.round_id), **details})
