"""How one camera stands: its newest picture beside the reference, the figures, what was wrong, and what may be done."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.face import may
from tocsin.screens.acts import Act, Attempt, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.request import Actor, actor_of
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.queries import visible_cameras
from tocsin.vision.cameras.rules import rights
from tocsin.vision.cameras.shown import describe_camera
from tocsin.vision.health.models import CameraReference, CameraWatch
from tocsin.vision.health.policy import health_policy
from tocsin.vision.health.queries import sees_pictures, troubles_of
from tocsin.vision.health.services import references
from tocsin.vision.health.services.frames import take_frame
from tocsin.vision.health.shown import describe_health

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


@never_cache
@require_GET
def health(request: HttpRequest, camera_id: UUID) -> HttpResponse:
    """The page of one camera's health."""
    found = visible_cameras(request.user).get(pk=camera_id)
    watch = CameraWatch.objects.filter(camera=found).first()
    kept = CameraReference.objects.filter(camera=found)
    context = {
        "one": describe_camera(found),
        "health": describe_health(found, watch, kept, troubles_of(found), health_policy()),
        "sees_pictures": sees_pictures(request.user, found),
        "may_keep": may(request.user, rights.MANAGE, found.region_code, (found.organisation_id,)),
    }
    return render(request, "vision/health/health.html", context)


@never_cache
@require_GET
def picture(request: HttpRequest, camera_id: UUID) -> HttpResponse:
    """The newest picture, grey."""
    found = _looked_at(request, camera_id)
    watch = CameraWatch.objects.filter(camera=found).first()
    if watch is None:
        raise Http404
    return HttpResponse(bytes(watch.picture), content_type="image/jpeg", headers=_HEADERS)


@never_cache
@require_GET
def reference(request: HttpRequest, camera_id: UUID) -> HttpResponse:
    """The newest of its references."""
    kept = CameraReference.objects.filter(camera=_looked_at(request, camera_id)).order_by("-id").first()
    if kept is None:
        raise Http404
    return HttpResponse(bytes(kept.picture), content_type="image/jpeg", headers=_HEADERS)


@require_POST
def hand_in(request: HttpRequest, camera_id: UUID) -> HttpResponse:
    """A frame as a file, taken now: it is judged, and the page shows how."""
    found, given = visible_cameras(request.user).get(pk=camera_id), request.FILES.get("file")
    with Attempt(request) as attempt:
        if given is None:
            raise InvalidInput(_("Choose a file."))
        data, now = given.read(), current_time()
        take_frame(actor=actor_of(request), camera_id=found.pk, data=data, at=None, now=now, by_itself=False)
    if attempt.done:
        messages.success(request, _("The frame was judged."))
    return redirect("camera_health", camera_id)


def _take(actor: Actor, camera_id: UUID) -> str:
    references.take_reference(actor=actor, camera_id=camera_id, now=current_time())
    return _("From here on this is how the camera shall stand.")


def _forget(actor: Actor, camera_id: UUID) -> str:
    references.forget_references(actor=actor, camera_id=camera_id)
    return _("The references are forgotten.")


ACTS: dict[str, Act] = {"take-reference": _take, "forget-references": _forget}


@never_cache
@require_POST
def act(request: HttpRequest, camera_id: UUID, name: str) -> HttpResponse:
    """Takes the newest picture as a reference, or forgets all of them."""
    perform_and_tell(request, ACTS, name, actor_of(request), camera_id)
    return redirect("camera_health", camera_id)


def _looked_at(request: HttpRequest, camera_id: UUID) -> Camera:
    found = visible_cameras(request.user).get(pk=camera_id)
    if not sees_pictures(request.user, found):
        raise NotAllowed(_("Pictures show people: who keeps cameras or decides sightings sees them."))
    return found
