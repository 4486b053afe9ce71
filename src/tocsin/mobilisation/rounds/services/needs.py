"""Volunteers are asked for by one press on a warning or a silent town."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.mobilisation.public_warnings.policy import warning_policy
from tocsin.mobilisation.public_warnings.queries.warnings import visible_warnings
from tocsin.mobilisation.rounds.models import Door
from tocsin.mobilisation.rounds.queries.needs import place_of, whereabouts_of
from tocsin.mobilisation.rounds.queries.walks import WARNING, is_over, newest_of, visible_doors
from tocsin.mobilisation.volunteers.models import Need
from tocsin.mobilisation.volunteers.policy import volunteers_policy
from tocsin.mobilisation.volunteers.services.needs import NewNeed, open_need

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.mobilisation.public_warnings.models import PublicWarning


@transaction.atomic
def need_for_warning(*, actor: "User", warning_id: UUID, town_code: str = "", count: int | None = None, now: datetime) -> Need:
    """A need for people who knock on doors where the warning holds, or in one silent town. Pressed twice it is one need.
    Conflict where the warning is over; the need's own checks ask for the right to call volunteers.
    """
    warning = visible_warnings(actor).get(pk=warning_id)
    if town_code and not warning.rounds.filter(town_code=town_code).exists():
        raise InvalidInput(_("This town is not silent: doors are knocked at elsewhere."))
    require_running(warning, now)
    place = place_of(warning, town_code)
    known = Need.objects.filter(subject_kind=WARNING, subject_id=warning.pk, place=place, ended_at=None).first()
    if known is not None:
        return known
    where, policy = whereabouts_of(warning, town_code), warning_policy(warning.region_code).doors
    most_km = volunteers_policy().call.most_radius_km
    new = NewNeed(
        what=_("Knock on doors"),
        count=count or policy.volunteers,
        lon=where.lon,
        lat=where.lat,
        place=place,
        region_code=where.region_code,
        skills=policy.skills,
        text=str(warning),
        radius_km=min(most_km, max(volunteers_policy().call.radius_km, where.radius_m / 1000)),
        area_code=where.area_code,
        subject_kind=WARNING,
        subject_label=str(warning.pk),
    )
    return open_need(actor=actor, new=new, now=now)


@transaction.atomic
def need_for_door(*, actor: "User", door_id: UUID, now: datetime) -> Need:
    """A need for people who help whoever is behind a door; pressed twice it is one need."""
    seen = visible_doors(actor).get(pk=door_id)
    door = Door.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    warning = seen.round.warning
    if door.help_at is None:
        raise Conflict(_("Nobody behind this door asked for help."))
    if door.need_number:
        return Need.objects.get(number=door.need_number)
    where = whereabouts_of(warning, seen.round.town_code)
    new = NewNeed(
        what=_("Help behind a door"),
        count=1,
        lon=where.lon if door.lon is None else door.lon,
        lat=where.lat if door.lat is None else door.lat,
        place=f"{place_of(warning, seen.round.town_code)} {door.place}"[:120],
        region_code=door.region_code,
        text=door.words,
        area_code=door.region_code,
        subject_kind=WARNING,
        subject_label=str(warning.pk),
    )
    need = open_need(actor=actor, new=new, now=now)
    Door.objects.filter(pk=door.pk).update(need_number=need.number)
    return need


def require_running(warning: "PublicWarning", now: datetime) -> None:
    """Conflict where nothing of the warning holds any more."""
    if is_over(newest_of(warning), now):
        raise Conflict(_("This warning holds no longer: nobody knocks any more."))
