"""The source of frames of one camera and what is looked for in them; reading text."""

from base64 import b64encode
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.records.face import text_models
from tocsin.screens.acts import Act, Attempt, perform_and_tell
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_form
from tocsin.screens.request import Actor, actor_of
from tocsin.vision.cameras.queries import visible_cameras
from tocsin.vision.cameras.rules import rights
from tocsin.vision.cameras.shown import describe_camera
from tocsin.vision.recognition.models import CameraSource
from tocsin.vision.recognition.policy import recognition_policy
from tocsin.vision.recognition.rules.sources import SourceFacts, SourceKind
from tocsin.vision.recognition.services import register
from tocsin.vision.recognition.services.plates import take_plates_of
from tocsin.vision.recognition.services.reading import read_text
from tocsin.vision.recognition.shown.gauges import describe_gauge
from tocsin.vision.recognition.shown.sources import (
    KIND_NAMES,
    describe_source,
    describe_text,
    looking_names,
)
from tocsin.vision.vehicles.queries import cameras_to_read
from tocsin.vision.vehicles.shown.vehicles import describe_reading

MOST_EXPECTED = 60
MOST_CAMERAS = 500


@dataclass(frozen=True)
class TextForm:
    """What should stand in the picture; empty: it is only read. `camera`: the one whose picture it is; its plates are
    taken. `sensor`: the one (device/channel) whose gauge it shows.
    """

    expected: Line = ""
    camera: UUID | None = None
    sensor: Line = ""


@never_cache
@require_http_methods(["GET", "POST"])
@costly
def text(request: HttpRequest) -> HttpResponse:
    """Reads the text of a picture that is handed in. Neither is kept: the answer is the page itself. Of a camera's picture the
    plates are held against the orders of its firm, and kept.
    """
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you cameras."))
    cameras = cameras_to_read(request.user)
    context: dict[str, object] = {"is_here": text_models() is not None, "cameras": cameras[:MOST_CAMERAS]}
    if request.method == "POST":
        with Attempt(request, temporarily=True):
            given = request.FILES.get("file")
            if given is None:
                raise InvalidInput(_("Choose a file."))
            form = read_form(TextForm, request.POST)
            camera = cameras.get(pk=form.camera) if form.camera else None
            read = read_text(given.read())
            context |= {"read": describe_text(read, form.expected[:MOST_EXPECTED]), "picture": b64encode(read.picture).decode()}
            if form.sensor:
                context |= {"sensor": form.sensor, "gauge": describe_gauge(request.user, read, form.sensor)}
            if camera is not None:
                now = current_time()
                taken = take_plates_of(read, actor=actor_of(request), camera=camera, at=now, now=now)
                context |= {"of_camera": camera, "readings": [describe_reading(one) for one in taken]}
    return render(request, "vision/recognition/text.html", context)


@never_cache
@require_GET
def source(request: HttpRequest, camera_id: UUID) -> HttpResponse:
    """Where frames of a camera come from, how it goes, and what is looked for."""
    found = visible_cameras(request.user).get(pk=camera_id)
    kept = CameraSource.objects.select_related("camera").filter(camera=found).first()
    context = {
        "one": describe_camera(found),
        "source": describe_source(kept) if kept else None,
        "kinds": [(kind.value, name) for kind, name in KIND_NAMES.items()],
        "looking": looking_names(),
        "may_keep": may(request.user, rights.MANAGE, found.region_code, (found.organisation_id,)),
        "least_period_s": recognition_policy().fetching.least_period_s,
    }
    return render(request, "vision/recognition/source.html", context)


def _set(
    actor: Actor,
    camera_id: UUID,
    *,
    kind: SourceKind,
    address: str,
    username: str,
    password: str,
    period_s: float,
    looking: list[str],
    most_people: int,
) -> str:
    facts = SourceFacts(
        kind=kind,
        address=address,
        username=username,
        password=password,
        period_s=period_s,
        looking=tuple(looking),
        most_people=most_people,
    )
    register.set_source(actor=actor, camera_id=camera_id, facts=facts, now=current_time())
    return _("Frames come from there from here on.")


def _remove(actor: Actor, camera_id: UUID) -> str:
    register.remove_source(actor=actor, camera_id=camera_id)
    return _("No frames are fetched any more.")


ACTS: dict[str, Act] = {"set": _set, "remove": _remove}


@never_cache
@require_POST
def act(request: HttpRequest, camera_id: UUID, name: str) -> HttpResponse:
    """Sets the source of a camera, or takes it away."""
    perform_and_tell(request, ACTS, name, actor_of(request), camera_id)
    return redirect("camera_source", camera_id)
