"""What walkers enter at doors: one way in for phone and API. What arrives twice changes nothing, what differs is shown."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.base.errors import InvalidInput
from tocsin.fieldwork.queries import FieldActs
from tocsin.fieldwork.rules import NewAct
from tocsin.fieldwork.services import entry_fields, known_entry
from tocsin.mobilisation.public_warnings.policy import warning_policy
from tocsin.mobilisation.public_warnings.services.rounds import note_progress
from tocsin.mobilisation.rounds.models import Door, DoorEntry, Walk
from tocsin.mobilisation.rounds.queries.walks import progress_of, walks_to_act_on
from tocsin.mobilisation.rounds.rules.doors import (
    MOST_OF_A_ROUND,
    RESULTS,
    DoorAct,
    DoorVerdict,
    Known,
    Weighed,
    door_key,
    weigh,
)
from tocsin.mobilisation.rounds.rules.entries import DoorData
from tocsin.mobilisation.rounds.services.telling import tell_desk_of_help
from tocsin.mobilisation.rounds.services.walks import held_round, tell_of
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.mobilisation.public_warnings.models import DoorRound


@transaction.atomic
def enter_at_door(*, actor: "User", act: NewAct[DoorData]) -> DoorEntry:
    """The walker's own entry. Walk.DoesNotExist for a walk of somebody else; InvalidInput for a result without a door. The round
    is held first, so that two walkers at one door are weighed one after the other.
    """
    now = current_time()
    visible = walks_to_act_on(actor).get(pk=act.subject_id)
    row = held_round(visible.round_id)
    walk = Walk.objects.select_for_update(of=("self",)).select_related("walker").get(pk=visible.pk)
    if known := known_entry(DoorEntry, "walk", act):
        return known
    what = DoorAct(act.act)
    door = _door(row, walk, act) if what in RESULTS else None
    since = row.found_at
    at = entry_fields(act, actor=actor, now=now, since=since, version=1, verdict="")["at"]
    weighed = Weighed(DoorVerdict.KEPT, holds=False)
    if door is not None:
        weighed = weigh(_known(door), what, walk=walk.pk, at=at, seen=act.data.seen)
    walk.version += 1
    if what is DoorAct.FINISH:
        walk.finished_at = at
    fields = entry_fields(act, actor=actor, now=now, since=since, version=walk.version, verdict=weighed.verdict.value)
    kept = DoorEntry.objects.create(walk=walk, door=door, **fields)
    walk.save(update_fields=["version", "finished_at"])
    if door is not None:
        _apply(door, kept, weighed, now)
        done = progress_of([row])[row.pk]
        note_progress(row, doors=done.knocked, people=done.people)
    tell_of(row, "entered")
    details = {"town": row.town_code, "act": what.value, "verdict": kept.verdict, "door": str(door.pk) if door else ""}
    record_audit(actor, "door_walk.entered", "door_walk", walk.pk, row.region_code, details)
    return kept


def _door(row: "DoorRound", walk: Walk, act: NewAct[DoorData]) -> Door:
    """The listed door, or the one of that name; one that nobody has listed is added."""
    doors = Door.objects.select_for_update(of=("self",)).filter(round=row)
    if act.data.door is not None:
        found = doors.filter(pk=act.data.door).first()
        if found is None:
            raise InvalidInput(_("This door is not on the list of this town."))
        return found
    place = " ".join(act.data.place.split())
    if not place:
        raise InvalidInput(_("Say which door it was."))
    known = doors.filter(key=door_key(place)).first()
    if known is not None:
        return known
    if Door.objects.filter(round=row).count() >= MOST_OF_A_ROUND:
        raise InvalidInput(_("A town has at most %(most)d doors here.") % {"most": MOST_OF_A_ROUND})
    return Door.objects.create(round=row, walk=walk, region_code=row.region_code, place=place, key=door_key(place))


def _known(door: Door) -> Known | None:
    if not door.result or door.at is None:
        return None
    return Known(DoorAct(door.result), door.result_walk_id, door.at, door.version)


def _apply(door: Door, kept: DoorEntry, weighed: Weighed, now: datetime) -> None:
    """What the entry changes at its door; a call for help is never lost, whoever else was there."""
    door.round = kept.walk.round
    door.conflict = door.conflict or weighed.conflict
    if weighed.holds:
        data = kept.data
        door.version += 1
        door.result, door.result_walk, door.at = kept.act, kept.walk, kept.at
        door.people = int(data.get("people", 0)) or int(kept.act in (DoorAct.TOLD, DoorAct.HELP))
        door.words = str(data.get("text", ""))[:500]
        door.lon, door.lat = data.get("lon", door.lon), data.get("lat", door.lat)
    needs_help = kept.act == DoorAct.HELP and weighed.verdict is not DoorVerdict.BEHIND and door.help_at is None
    if needs_help:
        door.help_at = kept.at
        policy = warning_policy(door.region_code).doors
        if door.round.warning.level in policy.help_case:
            door.case_wanted_at = now
    door.save()
    if needs_help:
        tell_desk_of_help(door, now)


FIELD_ACTS = FieldActs(
    acts=DoorAct,
    data=DoorData,
    enter=enter_at_door,
    absent=gettext_lazy("There is no such walk, or it is not yours."),
)
