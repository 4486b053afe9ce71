"""A warning that one town has not read, and people who knock there."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from tests.mobilisation.public_warnings.drafting import issued
from tests.people import make_person
from tocsin.base.ids import new_id
from tocsin.fieldwork.rules import NewAct
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.public_warnings.models import DoorRound, PublicWarning
from tocsin.mobilisation.public_warnings.services.places import NewPlaces
from tocsin.mobilisation.rounds.models import DoorEntry, Walk
from tocsin.mobilisation.rounds.rules.entries import DoorData
from tocsin.mobilisation.rounds.services.entries import enter_at_door
from tocsin.mobilisation.rounds.services.walks import give_doors

QUIET = "370213003"
NOW = timezone.now().replace(microsecond=0)


def silent_round(leader: User, **changed: Any) -> DoorRound:
    """The round of a yellow warning in Licang that holds for six hours more."""
    fields = {"expires_at": NOW + timedelta(hours=6), "places": NewPlaces(towns=QUIET), **changed}
    warning = issued(leader, NOW, **fields)
    return round_of(warning)


def round_of(warning: PublicWarning) -> DoorRound:
    """Too few have read it in that town."""
    return DoorRound.objects.create(
        warning=warning, region_code="370213", town_code=QUIET, told=10, read=1, found_at=NOW - timedelta(hours=1)
    )


def crew(body: str = "heating_company") -> User:
    """Somebody of a body's unit in Licang."""
    return make_person("utility_crew", organisation=body)


def walk_of(leader: User, row: DoorRound, walker: User, doors: str = "Rd 1\nRd 2\nRd 3") -> Walk:
    """Doors that were given to somebody."""
    return give_doors(actor=leader, round_id=row.pk, walker_id=walker.pk, stretch="Rd 1 to 3", doors=doors, now=NOW)


def knocks(walk: Walk, act: str, at: datetime = NOW, **data: Any) -> DoorEntry:
    """What the walker enters."""
    entry = NewAct(id=new_id(), subject_id=walk.pk, act=act, at=at, data=DoorData(**data), device="phone")
    return enter_at_door(actor=walk.walker, act=entry)
