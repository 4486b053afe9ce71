"""Doors of a silent town are given to somebody who walks, and taken back."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.bus.services import record_event
from tocsin.jurisdiction.face import require
from tocsin.mobilisation.public_warnings.models import DoorRound
from tocsin.mobilisation.public_warnings.queries.reach import visible_rounds
from tocsin.mobilisation.public_warnings.rules.states import DRAFT
from tocsin.mobilisation.rounds.events import DoorsChanged
from tocsin.mobilisation.rounds.models import Door, Walk
from tocsin.mobilisation.rounds.queries.walks import Walker, is_over, newest_of, walkers_for
from tocsin.mobilisation.rounds.rules import notices as told
from tocsin.mobilisation.rounds.rules.doors import MOST_OF_A_ROUND, MOST_OF_A_WALK, door_key
from tocsin.mobilisation.rounds.services.telling import tell_walker
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def give_doors(*, actor: "User", round_id: UUID, walker_id: UUID, stretch: str = "", doors: str = "", now: datetime) -> Walk:
    """A person gets a stretch, and doors by name, one a line; a second time adds to the first. Doors that others have and at
    which nobody was go over to this person. InvalidInput says which line can't be; Conflict where the round or warning is over.
    """
    row = locked_round(actor, round_id)
    if row.done_at is not None:
        raise Conflict(_("The result of this town was entered before: %(doors)s doors.") % {"doors": row.doors})
    if is_over(newest_of(row.warning), now):
        raise Conflict(_("This warning holds no longer: nobody knocks any more."))
    walker = _walker(row, walker_id)
    listed = _doors_in(doors)
    if not stretch.strip() and not listed:
        raise InvalidInput(_("Say which stretch, or list the doors, one a line."))
    walk, made = Walk.objects.get_or_create(
        round=row,
        walker=walker.user,
        defaults={
            "region_code": walker.region_code,
            "organisation_id": walker.organisation_id,
            "given_at": now,
            "given_by": actor,
        },
    )
    walk.stretch = stretch.strip()[:200] or walk.stretch
    walk.finished_at = walk.taken_back_at = None
    walk.save()
    _list_doors(row, walk, listed)
    tell_walker(walk, told.GIVEN, now)
    tell_of(row, "given")
    details = {"town": row.town_code, "walker": walker.user.username, "doors": len(listed), "again": not made}
    record_audit(actor, "door_walk.given", "door_walk", walk.pk, row.region_code, details)
    return walk


@transaction.atomic
def take_back_walk(*, actor: "User", walk_id: UUID, now: datetime) -> Walk:
    """The walker need not go, or not on: doors where nobody was yet are free for others. What was entered stays, and what is
    still on its way from the phone counts.
    """
    seen = Walk.objects.filter(round__in=visible_rounds(actor).order_by().values("pk")).get(pk=walk_id)
    row = locked_round(actor, seen.round_id)
    walk = Walk.objects.select_for_update(of=("self",)).select_related("walker").get(pk=walk_id)
    walk.round = row
    if walk.taken_back_at is not None:
        return walk
    walk.taken_back_at = now
    walk.save(update_fields=["taken_back_at"])
    Door.objects.filter(walk=walk, result="").update(walk=None)
    tell_walker(walk, told.TAKEN_BACK, now)
    tell_of(row, "taken_back")
    record_audit(actor, "door_walk.taken_back", "door_walk", walk.pk, row.region_code, {"town": row.town_code})
    return walk


def locked_round(actor: "User", round_id: UUID) -> DoorRound:
    """The round, held until the transaction ends; DoesNotExist out of reach, NotAllowed without the right."""
    seen = visible_rounds(actor).get(pk=round_id)
    require(actor, DRAFT, seen.region_code)
    return held_round(round_id)


def held_round(round_id: UUID) -> DoorRound:
    """The round with its warning, held until the transaction ends."""
    rows = DoorRound.objects.select_for_update(of=("self",)).select_related("warning")
    return rows.defer("warning__cap").get(pk=round_id)


def tell_of(row: DoorRound, act: str) -> None:
    """Pages that show the round hear of it."""
    event = DoorsChanged(warning_id=str(row.warning_id), round_id=str(row.pk), town_code=row.town_code, act=act)
    record_event(event, region=row.region_code)


def _walker(row: DoorRound, walker_id: UUID) -> Walker:
    for one in walkers_for(row):
        if one.user.pk == walker_id:
            return one
    raise InvalidInput(
        _("Doors are given to volunteers who come for this warning, or to people of this area's desks and bodies: choose one.")
    )


def _doors_in(text: str) -> dict[str, str]:
    """Doors by key, in the order of the lines."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        place = " ".join(line.split())
        if not place:
            continue
        if len(place) > 120:
            raise InvalidInput(_("Line %(number)d is longer than 120 signs: one door a line.") % {"number": number})
        found.setdefault(door_key(place), place)
    if len(found) > MOST_OF_A_WALK:
        raise InvalidInput(_("At most %(most)d doors are listed at once.") % {"most": MOST_OF_A_WALK})
    return found


def _list_doors(row: DoorRound, walk: Walk, listed: dict[str, str]) -> None:
    known = set(Door.objects.filter(round=row, key__in=list(listed)).values_list("key", flat=True))
    Door.objects.filter(round=row, key__in=known, result="").update(walk=walk)
    new = [key for key in listed if key not in known]
    if Door.objects.filter(round=row).count() + len(new) > MOST_OF_A_ROUND:
        raise InvalidInput(_("A town has at most %(most)d doors here.") % {"most": MOST_OF_A_ROUND})
    Door.objects.bulk_create(Door(round=row, walk=walk, region_code=row.region_code, place=listed[key], key=key) for key in new)
