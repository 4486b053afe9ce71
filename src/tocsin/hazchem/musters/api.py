"""Musters of plants for programs."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from tocsin.hazchem.musters.queries.musters import visible_musters
from tocsin.hazchem.musters.services import musters as services
from tocsin.hazchem.musters.shown.musters import PlantMusterOut, WholeMusterOut, describe_muster, whole_muster
from tocsin.hazchem.positions.rules.tags import TagKind
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of

router = Router()


class PlantMusterIn(Schema, extra="forbid"):
    object_id: UUID = Field(description="the firm")
    drill: bool
    reason: str = Field("", max_length=300)


class MusterTickIn(Schema, extra="forbid"):
    where: str = Field("", max_length=120)


class MusterAddedIn(Schema, extra="forbid"):
    name: str = Field(max_length=120)
    kind: TagKind = TagKind.VISITOR
    employer: str = Field("", max_length=120)
    where: str = Field("", max_length=120)
    seen: bool = Field(True, description="false: known to be inside, not seen yet")


class MusterEndIn(Schema, extra="forbid"):
    note: str = Field("", max_length=300)


@router.get("/plant-musters", response=list[PlantMusterOut])
def plant_musters(request: HttpRequest, wanted: Query[Slice]) -> list[PlantMusterOut]:
    """Musters, newest first."""
    return [describe_muster(one) for one in wanted.cut(visible_musters(request.user))]


@router.post("/plant-musters", response={201: WholeMusterOut})
def begin_plant_muster(request: HttpRequest, given: PlantMusterIn) -> Status[WholeMusterOut]:
    """Everybody who is present at a firm has to be found."""
    muster = services.begin_muster(actor=actor_of(request), now=current_time(), **given.dict())
    return Status(201, whole_muster(muster))


@router.get("/plant-musters/{uuid:plant_muster_id}", response=WholeMusterOut)
def get_plant_muster(request: HttpRequest, plant_muster_id: UUID) -> WholeMusterOut:
    """One muster with everybody in it, who is missing first."""
    return whole_muster(visible_musters(request.user).get(pk=plant_muster_id))


@router.post("/plant-musters/{uuid:plant_muster_id}/people", response=WholeMusterOut)
def add_to_plant_muster(request: HttpRequest, plant_muster_id: UUID, given: MusterAddedIn) -> WholeMusterOut:
    """Somebody without a tag."""
    services.add_person(actor=actor_of(request), muster_id=plant_muster_id, now=current_time(), **given.dict())
    return get_plant_muster(request, plant_muster_id)


@router.post("/plant-musters/{uuid:plant_muster_id}/end", response=WholeMusterOut)
def end_plant_muster(request: HttpRequest, plant_muster_id: UUID, given: MusterEndIn) -> WholeMusterOut:
    """The muster is over, and stays as it is now."""
    services.end_muster(actor=actor_of(request), muster_id=plant_muster_id, note=given.note, now=current_time())
    return get_plant_muster(request, plant_muster_id)


@router.post("/muster-people/{uuid:muster_person_id}/tick", response=WholeMusterOut)
def tick_muster_person(request: HttpRequest, muster_person_id: UUID, given: MusterTickIn) -> WholeMusterOut:
    """Somebody has been seen by a person."""
    person = services.tick_person(
        actor=actor_of(request), muster_person_id=muster_person_id, where=given.where, now=current_time()
    )
    return get_plant_muster(request, person.muster_id)


@router.delete("/muster-people/{uuid:muster_person_id}/tick", response=WholeMusterOut)
def untick_muster_person(request: HttpRequest, muster_person_id: UUID) -> WholeMusterOut:
    """It was somebody else."""
    person = services.untick_person(actor=actor_of(request), muster_person_id=muster_person_id)
    return get_plant_muster(request, person.muster_id)
