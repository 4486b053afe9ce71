"""Precision of recognisers for programs."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from tocsin.screens.clock import current_time
from tocsin.screens.slices import Slice
from tocsin.vision.cameras.queries import visible_cameras
from tocsin.vision.precision.queries import measured, pasts_of
from tocsin.vision.precision.shown import KindPrecisionOut, PrecisionOut, describe_measured, describe_past

router = Router()


@router.get("/precision", response=list[PrecisionOut])
def precision(request: HttpRequest, wanted: Query[Slice]) -> list[PrecisionOut]:
    """How often recognisers were right, by camera and kind; the worst first."""
    return [describe_measured(one) for one in wanted.cut(measured(request.user, current_time()))]


@router.get("/precision/{uuid:camera_id}", response=list[KindPrecisionOut])
def camera_precision(request: HttpRequest, camera_id: UUID) -> list[KindPrecisionOut]:
    """One camera by kind and hour, and what a threshold or a mask would have changed."""
    camera = visible_cameras(request.user).get(pk=camera_id)
    return [describe_past(one) for one in pasts_of(request.user, camera, current_time())]
