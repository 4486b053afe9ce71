"""Precision of recognisers: all cameras and kinds, and one camera with what is proposed."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.screens.acts import Act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import Actor, actor_of
from tocsin.vision.cameras.queries import visible_cameras
from tocsin.vision.cameras.rules import rights
from tocsin.vision.precision.queries import measured, pasts_of
from tocsin.vision.precision.services import Proposal, switch_on
from tocsin.vision.precision.shown.precision import describe_measured, describe_past
from tocsin.vision.sightings.services import tuning

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
EMPTY = EmptyState(
    gettext_lazy("How often a recogniser is right is counted from verdicts on its sightings."),
    link=gettext_lazy("Sightings"),
    to="sightings",
)


@never_cache
@require_GET
def precision(request: HttpRequest) -> HttpResponse:
    """How often recognisers were right, the worst first."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you cameras."))
    rows = measured(request.user, current_time())
    return list_file(request, rows, "precision", COLUMNS, describe_measured) or list_page(
        request, rows, "vision/precision/precision.html", empty=EMPTY, part="", describe=describe_measured, context={}
    )


@never_cache
@require_GET
def camera(request: HttpRequest, camera_id: UUID) -> HttpResponse:
    """One camera by kind and hour, and what a threshold or a mask would have changed."""
    found = visible_cameras(request.user).get(pk=camera_id)
    rows = [describe_past(one) for one in pasts_of(request.user, found, current_time())]
    may_keep = may(request.user, rights.MANAGE, found.region_code)
    return render(request, "vision/precision/camera.html", {"camera": found, "rows": rows, "may_keep": may_keep})


def _switch_on(actor: Actor, camera_id: UUID, *, kind: Line, proposal: Proposal, shown: Line) -> str:
    switch_on(actor=actor, camera_id=camera_id, kind=kind, proposal=proposal, shown=shown, now=current_time())
    return _("It is switched on: from here on less is shown.")


def _clear(actor: Actor, camera_id: UUID, *, kind: Line) -> str:
    tuning.clear(actor=actor, camera_id=camera_id, kind=kind, now=current_time())
    return _("Threshold and mask are off.")


def _unmute(actor: Actor, camera_id: UUID, *, kind: Line) -> str:
    tuning.unmute(actor=actor, camera_id=camera_id, kind=kind, now=current_time())
    return _("It is heard again.")


ACTS: dict[str, Act] = {"switch-on": _switch_on, "clear": _clear, "unmute": _unmute}


@never_cache
@require_POST
def act(request: HttpRequest, camera_id: UUID, name: str) -> HttpResponse:
    """What is set for a kind at this camera."""
    perform_and_tell(request, ACTS, name, actor_of(request), camera_id)
    return redirect("camera_precision", camera_id)
