"""Precision of recognisers: all cameras and kinds, and one camera with what is proposed."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.clock import current_time
from tocsin.screens.lists import list_file, list_page
from tocsin.vision.cameras.queries import visible_cameras
from tocsin.vision.cameras.rules import rights
from tocsin.vision.precision.queries import measured, pasts_of
from tocsin.vision.precision.shown import describe_measured, describe_past

COLUMNS = (
    "camera",
    "object",
    "kind",
    "kind_name",
    "confirmed",
    "rejected",
    "share",
    "low",
    "high",
    "recent_share",
    "drifted",
    "poor",
)


@never_cache
@require_GET
def precision(request: HttpRequest) -> HttpResponse:
    """How often recognisers were right, the worst first."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you cameras."))
    rows = measured(request.user, current_time())
    return list_file(request, rows, "precision", COLUMNS, describe_measured) or list_page(
        request, rows, "vision/precision/precision.html", part="", describe=describe_measured, context={}
    )


@never_cache
@require_GET
def camera(request: HttpRequest, camera_id: UUID) -> HttpResponse:
    """One camera by kind and hour, and what a threshold or a mask would have changed."""
    found = visible_cameras(request.user).get(pk=camera_id)
    rows = [describe_past(one) for one in pasts_of(request.user, found, current_time())]
    return render(request, "vision/precision/camera.html", {"camera": found, "rows": rows})
