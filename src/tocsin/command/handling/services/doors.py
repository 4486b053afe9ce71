"""Whoever needs help behind a door becomes a case of the duty desk, where policy or a press asks for it; none gets a second."""

from datetime import datetime

from django.db import transaction

from tocsin.command.casebook.models import Case
from tocsin.command.casebook.rules.cases import Origin
from tocsin.command.casebook.services.log import open_book
from tocsin.command.handling.services.handling import open_case_by_hand
from tocsin.jurisdiction.face import system_actor
from tocsin.mobilisation.face import DoorHelp, helps_without_case, note_case_of_door

CHANNEL = "mobilisation"
AT_ONCE = 20
DOOR = "door:"
"""How the reference of such a case begins; the door's id follows."""


def open_cases_of_doors(*, now: datetime) -> int:
    """Opens a case for every door where one is wanted and there is none; returns how many."""
    found = helps_without_case(AT_ONCE)
    for door in found:
        _open(door, now)
    return len(found)


@transaction.atomic
def _open(door: DoorHelp, now: datetime) -> None:
    open_book(door.region_code, actor=system_actor(), channel=CHANNEL, now=now)
    reference = f"{DOOR}{door.id}"
    case = Case.objects.filter(origin=Origin.CAPABILITY.value, origin_reference=reference).first()
    if case is None:
        case = open_case_by_hand(
            actor=system_actor(),
            region_code=door.region_code,
            matter={"by": "door"},
            place=door.place,
            level=door.level,
            lon=door.lon if door.lat is not None else None,
            lat=door.lat if door.lon is not None else None,
            text=door.text,
            began_at=min(door.found_at, now),
            origin=Origin.CAPABILITY,
            origin_reference=reference,
            channel=CHANNEL,
        )
    note_case_of_door(door_id=door.id, number=case.number)
