"""The list of cameras with its file and its forms, and one camera with its zones."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.face import may, may_anywhere, regions_within, visible_organisations
from tocsin.screens.acts import Act, perform_and_tell
from tocsin.screens.acts import act as one_act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.maps import ListMap, MapPoint
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import Actor, actor_of
from tocsin.supervision.face import visible_objects
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.policy import kinds
from tocsin.vision.cameras.queries import search_cameras, visible_cameras
from tocsin.vision.cameras.rules import rights
from tocsin.vision.cameras.rules.states import CameraState
from tocsin.vision.cameras.rules.zones import read_zones, zones_text
from tocsin.vision.cameras.services import register as services
from tocsin.vision.cameras.services.recognisers import set_recogniser
from tocsin.vision.cameras.services.register import CameraFacts
from tocsin.vision.cameras.services.tables import KIND
from tocsin.vision.cameras.shown import describe_camera, kind_names, state_name

COLUMNS = (
    "code",
    "name",
    "region_code",
    "object",
    "organisation",
    "device_code",
    "place",
    "lon",
    "lat",
    "bearing_deg",
    "view_deg",
    "active",
    "state",
    "state_since",
)
EMPTY = EmptyState(
    gettext_lazy("Cameras come from a table, or are registered one by one."),
    link=gettext_lazy("Register a camera"),
    to="#new-camera",
    may="may_keep",
)


@dataclass(frozen=True)
class Filters:
    """Which cameras are listed."""

    search: str = ""
    bad: bool = False


@never_cache
@require_GET
def cameras(request: HttpRequest) -> HttpResponse:
    """All cameras within the reader's areas; who keeps the register enters them here."""
    return _list(request)


@require_GET
def moved_table(request: HttpRequest) -> HttpResponse:
    """Where tables of cameras are given now."""
    return redirect("import_kind", KIND, permanent=True)


def _list(request: HttpRequest) -> HttpResponse:
    user = request.user
    if not may_anywhere(user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you cameras."))
    chosen = read_filters(Filters, request.GET)
    found = search_cameras(user, search=chosen.search, bad=chosen.bad)
    regions = regions_within(user, rights.MANAGE)
    context = {
        "chosen": chosen,
        "regions": regions,
        "may_keep": bool(regions),
        "organisations": visible_organisations(user).order_by("region_id", "name_zh") if regions else (),
    }
    return list_file(request, found, "cameras", COLUMNS, describe_camera) or list_page(
        request,
        found,
        "vision/cameras/cameras.html",
        empty=EMPTY,
        describe=describe_camera,
        context=context,
        places=ListMap(_points),
    )


def _points(rows: list[Camera]) -> list[MapPoint]:
    shapes = {CameraState.GOOD: "good", CameraState.UNKNOWN: "unknown"}
    return [
        MapPoint(
            *(one.lon, one.lat, one.name, " · ".join(filter(None, (one.place, state_name(one.state))))),
            reverse("camera", args=[one.pk]),
            shapes.get(CameraState(one.state), "bad"),
        )
        for one in rows
    ]


@never_cache
@one_act("cameras", alone=True)
def register(
    request: HttpRequest,
    *,
    code: Line,
    name: Line,
    region_code: Line,
    firm: Line,
    organisation: UUID | None,
    place: Line,
    lon: float | None,
    lat: float | None,
    bearing_deg: float | None,
    view_deg: float | None,
) -> HttpResponse:
    """Registers a camera; its page follows."""
    actor = actor_of(request)
    facts = CameraFacts(
        name=name,
        region_code=region_code,
        object_id=_object_id(actor, firm),
        organisation_id=organisation,
        place=place,
        lon=lon,
        lat=lat,
        bearing_deg=bearing_deg,
        view_deg=view_deg,
    )
    return redirect("camera", services.register_camera(actor=actor, code=code, facts=facts, now=current_time()).pk)


@never_cache
@require_GET
def camera(request: HttpRequest, camera_id: UUID) -> HttpResponse:
    """One camera: where it stands, what it sees, its zones, and what may be done."""
    found = visible_cameras(request.user).get(pk=camera_id)
    may_keep = may(request.user, rights.MANAGE, found.region_code)
    context = {
        "one": describe_camera(found),
        "firm": found.object.code if found.object else "",
        "may_keep": may_keep,
        "zones": zones_text(found.own_zones()),
        "kinds": kind_names(),
        "regions": regions_within(request.user, rights.MANAGE) if may_keep else (),
        "organisations": visible_organisations(request.user).order_by("region_id", "name_zh") if may_keep else (),
    }
    return render(request, "vision/cameras/camera.html", context)


def _change(
    actor: Actor,
    camera_id: UUID,
    *,
    name: Line,
    region_code: Line,
    firm: Line,
    organisation: UUID | None,
    place: Line,
    lon: float | None,
    lat: float | None,
    bearing_deg: float | None,
    view_deg: float | None,
) -> str:
    facts = CameraFacts(
        name=name,
        region_code=region_code,
        object_id=_object_id(actor, firm),
        organisation_id=organisation,
        place=place,
        lon=lon,
        lat=lat,
        bearing_deg=bearing_deg,
        view_deg=view_deg,
    )
    services.change_camera(actor=actor, camera_id=camera_id, facts=facts)
    return _("The camera was changed.")


def _zones(actor: Actor, camera_id: UUID, *, zones: str) -> str:
    services.set_zones(actor=actor, camera_id=camera_id, zones=read_zones(zones, kinds()))
    return _("The zones are set.")


def _recogniser(actor: Actor, camera_id: UUID, *, device_code: Line) -> str:
    set_recogniser(actor=actor, camera_id=camera_id, device_code=device_code)
    return _("The recogniser is set.")


def _take_out(actor: Actor, camera_id: UUID) -> str:
    services.set_active(actor=actor, camera_id=camera_id, active=False)
    return _("The camera is out of service.")


def _put_in(actor: Actor, camera_id: UUID) -> str:
    services.set_active(actor=actor, camera_id=camera_id, active=True)
    return _("The camera is in service.")


ACTS: dict[str, Act] = {"change": _change, "zones": _zones, "recogniser": _recogniser, "take-out": _take_out, "put-in": _put_in}


@never_cache
@require_POST
def act(request: HttpRequest, camera_id: UUID, name: str) -> HttpResponse:
    """Changes a camera, sets its zones, takes it out of service or back."""
    perform_and_tell(request, ACTS, name, actor_of(request), camera_id)
    return redirect("camera", camera_id)


def _object_id(actor: Actor, code: str) -> UUID | None:
    """The supervised object of that information code; None where none is named."""
    if not code:
        return None
    found = visible_objects(actor).filter(code=code).first()
    if found is None:
        raise InvalidInput(_("There is no supervised object “%(given)s” that you may see.") % {"given": code[:60]})
    return found.pk
