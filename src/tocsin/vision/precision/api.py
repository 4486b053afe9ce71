"""Precision of recognisers for programs."""

from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of
from tocsin.vision.cameras.queries import visible_cameras
from tocsin.vision.precision.queries import measured, pasts_of
from tocsin.vision.precision.services import switch_on
from tocsin.vision.precision.shown.precision import KindPrecisionOut, PrecisionOut, describe_measured, describe_past
from tocsin.vision.sightings.services import tuning

router = Router()


class TuningProposalIn(Schema, extra="forbid"):
    kind: str = Field(max_length=30)
    proposal: Literal["threshold", "mask"]
    shown: str = Field(max_length=400, description="what was proposed: the threshold with four decimals, or the mask as 0,3 7,1")


class TunedKindIn(Schema, extra="forbid"):
    kind: str = Field(max_length=30)


@router.get("/precision", response=list[PrecisionOut])
def precision(request: HttpRequest, wanted: Query[Slice]) -> list[PrecisionOut]:
    """How often recognisers were right, by camera and kind; the worst first."""
    return [describe_measured(one) for one in wanted.cut(measured(request.user, current_time()))]


@router.get("/precision/{uuid:camera_id}", response=list[KindPrecisionOut])
def camera_precision(request: HttpRequest, camera_id: UUID) -> list[KindPrecisionOut]:
    """One camera by kind and hour, and what a threshold or a mask would have changed."""
    return _told(request, camera_id)


@router.post("/precision/{uuid:camera_id}/tuning", response=list[KindPrecisionOut])
def set_tuning(request: HttpRequest, camera_id: UUID, given: TuningProposalIn) -> list[KindPrecisionOut]:
    """Switches on what was proposed and shown; 409 where the proposal is another one by now. A muted kind is heard again."""
    switch_on(
        actor=actor_of(request),
        camera_id=camera_id,
        kind=given.kind,
        proposal=given.proposal,
        shown=given.shown,
        now=current_time(),
    )
    return _told(request, camera_id)


@router.post("/precision/{uuid:camera_id}/tuning/clear", response=list[KindPrecisionOut])
def clear_tuning(request: HttpRequest, camera_id: UUID, given: TunedKindIn) -> list[KindPrecisionOut]:
    """Takes threshold and mask of a kind off again."""
    tuning.clear(actor=actor_of(request), camera_id=camera_id, kind=given.kind, now=current_time())
    return _told(request, camera_id)


@router.post("/precision/{uuid:camera_id}/unmute", response=list[KindPrecisionOut])
def unmute(request: HttpRequest, camera_id: UUID, given: TunedKindIn) -> list[KindPrecisionOut]:
    """Hears a muted kind again as it is."""
    tuning.unmute(actor=actor_of(request), camera_id=camera_id, kind=given.kind, now=current_time())
    return _told(request, camera_id)


def _told(request: HttpRequest, camera_id: UUID) -> list[KindPrecisionOut]:
    camera = visible_cameras(request.user).get(pk=camera_id)
    return [describe_past(one) for one in pasts_of(request.user, camera, current_time())]
