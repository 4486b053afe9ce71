"""The register of volunteers for programs, and one's own entry."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from tocsin.base.errors import NotAllowed
from tocsin.mobilisation.volunteers.models import Volunteer
from tocsin.mobilisation.volunteers.queries import register as queries
from tocsin.mobilisation.volunteers.rules.register import Kind
from tocsin.mobilisation.volunteers.services import own, register
from tocsin.mobilisation.volunteers.shown.register import VolunteerOut, describe_volunteer
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

router = Router()
MOST = 500


class OwnEntryIn(Schema, extra="forbid"):
    name: str = Field(max_length=120)
    kind: Kind
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    place: str = Field("", max_length=120)
    most_km: float | None = Field(None, gt=0, le=1000)


class AbilityIn(Schema, extra="forbid"):
    code: str = Field(max_length=30)
    quantity: int = Field(1, ge=1, le=1000)
    certificate: str = Field("", max_length=60)
    valid_until: date | None = None
    note: str = Field("", max_length=200)


class PauseIn(Schema, extra="forbid"):
    paused: bool


class VolunteerRefusalIn(Schema, extra="forbid"):
    reason: str = Field(max_length=500, description="told to them")


@router.get("/volunteers", response=list[VolunteerOut])
def volunteers(request: HttpRequest, search: str = "", standing: str = "", skill: str = "") -> list[VolunteerOut]:
    """The register of your areas or body, by name, at most 500; homes are blurred for who may not call."""
    found = queries.visible_volunteers(request.user, search=search, standing=standing, skill=skill)
    exact, day = queries.callable_ids(request.user), queries.today_of(current_time())
    return [describe_volunteer(one, exact=one.pk in exact, day=day) for one in found[:MOST]]


@router.get("/volunteers/me", response=VolunteerOut)
def own_volunteer(request: HttpRequest) -> VolunteerOut:
    """Your own entry."""
    return _own(request)


@router.put("/volunteers/me", response=VolunteerOut)
def change_own_volunteer(request: HttpRequest, given: OwnEntryIn) -> VolunteerOut:
    """Name, home, how far you would go."""
    own.change_own(actor=actor_of(request), **given.dict())
    return _own(request)


@router.post("/volunteers/me/abilities", response=VolunteerOut)
def add_own_ability(request: HttpRequest, given: AbilityIn) -> VolunteerOut:
    """What you can do or bring; the same code again changes it."""
    own.set_ability(actor=actor_of(request), **given.dict())
    return _own(request)


@router.delete("/volunteers/me/abilities/{uuid:ability_id}", response=VolunteerOut)
def remove_own_ability(request: HttpRequest, ability_id: UUID) -> VolunteerOut:
    """One less."""
    own.remove_ability(actor=actor_of(request), ability_id=ability_id)
    return _own(request)


@router.post("/volunteers/me/pause", response=VolunteerOut)
def pause_own_volunteer(request: HttpRequest, given: PauseIn) -> VolunteerOut:
    """You are not called for a while, or are again."""
    own.pause(actor=actor_of(request), paused=given.paused)
    return _own(request)


@router.post("/volunteers/me/apply-again", response=VolunteerOut)
def apply_again(request: HttpRequest) -> VolunteerOut:
    """After a refusal you ask once more."""
    own.apply_again(actor=actor_of(request), now=current_time())
    return _own(request)


@router.get("/volunteers/{uuid:volunteer_id}", response=VolunteerOut)
def volunteer(request: HttpRequest, volunteer_id: UUID) -> VolunteerOut:
    """One entry."""
    return _told(request, volunteer_id)


@router.post("/volunteers/{uuid:volunteer_id}/admit", response=VolunteerOut)
def admit_volunteer(request: HttpRequest, volunteer_id: UUID) -> VolunteerOut:
    """Takes somebody in who has applied."""
    register.admit(actor=actor_of(request), volunteer_id=volunteer_id, now=current_time())
    return _told(request, volunteer_id)


@router.post("/volunteers/{uuid:volunteer_id}/refuse", response=VolunteerOut)
def refuse_volunteer(request: HttpRequest, volunteer_id: UUID, given: VolunteerRefusalIn) -> VolunteerOut:
    """Does not take somebody in, or no longer."""
    register.refuse(actor=actor_of(request), volunteer_id=volunteer_id, reason=given.reason, now=current_time())
    return _told(request, volunteer_id)


def _told(request: HttpRequest, volunteer_id: UUID) -> VolunteerOut:
    found = queries.visible_volunteers(request.user).get(pk=volunteer_id)
    return _described(found, exact=queries.may_read_place(request.user, found))


def _own(request: HttpRequest) -> VolunteerOut:
    found = queries.own_entry(request.user)
    if found is None:
        raise NotAllowed(_("You are not in the register of volunteers."))
    return _described(found, exact=True)


def _described(found: Volunteer, *, exact: bool) -> VolunteerOut:
    return describe_volunteer(found, exact=exact, day=queries.today_of(current_time()))
