"""Closed roads: their list with the form and the map on which one is drawn, and one of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.face import may, may_anywhere, regions_within
from tocsin.screens.acts import Act, perform_and_tell
from tocsin.screens.acts import act as one_act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_page
from tocsin.screens.request import Actor, actor_of
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.roads.queries.closures import visible_closed_roads
from tocsin.supplies.roads.rules.closures import RoadShape, Spot
from tocsin.supplies.roads.services import closures as services
from tocsin.supplies.roads.services.closures import NewClosure
from tocsin.supplies.roads.shown.closures import SHAPE_NAMES, describe_road

EMPTY = EmptyState(
    gettext_lazy("A road that is closed is kept out of the ways of supplies."),
    link=gettext_lazy("Close a road or an area"),
    to="#close-road",
    may="may_close",
)


@dataclass(frozen=True)
class Filters:
    """Whether those that are open again are listed, too."""

    all: bool = False


def _texts() -> dict[str, str]:
    return {
        "map_failed": _("The map can't be shown just now; the fields say the same."),
        "map_zoom": _("Hold Ctrl (⌘) and scroll to zoom the map"),
        "map_move": _("Move the map with two fingers"),
    }


@never_cache
@require_GET
def closed_roads(request: HttpRequest) -> HttpResponse:
    """Closed roads of the reader's areas, and the form that closes one."""
    user, now = request.user, current_time()
    if not may_anywhere(user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you supplies."))
    chosen = read_filters(Filters, request.GET)
    rows = visible_closed_roads(user) if chosen.all else visible_closed_roads(user, now=now)
    regions = regions_within(user, rights.RESERVE)
    context = {
        "chosen": chosen,
        "regions": regions,
        "may_close": bool(regions),
        "shapes": [(one.value, name) for one, name in SHAPE_NAMES.items()],
        "texts": _texts(),
    }
    return list_page(
        request,
        rows,
        "supplies/roads/closed_roads.html",
        empty=EMPTY,
        part="",
        describe=lambda one: describe_road(one, now),
        context=context,
    )


@never_cache
@one_act("closed_roads", alone=True)
def close(
    request: HttpRequest,
    *,
    region_code: Line,
    name: Line,
    shape: RoadShape,
    corners: Line,
    reason: Line,
    from_at: datetime | None,
    until_at: datetime | None,
    detour_min: int | None,
) -> HttpResponse:
    """Closes a stretch or an area; its page follows."""
    new = NewClosure(
        region_code=region_code,
        name=name,
        shape=shape,
        corners=_corners(corners),
        reason=reason,
        from_at=from_at,
        until_at=until_at,
        detour_min=detour_min,
    )
    return redirect("closed_road", services.close_road(actor=actor_of(request), new=new, now=current_time()).pk)


@never_cache
@require_GET
def closed_road(request: HttpRequest, closed_road_id: UUID) -> HttpResponse:
    """One closed road on the map, with who closed it, and what may be done."""
    found = visible_closed_roads(request.user).get(pk=closed_road_id)
    one = describe_road(found, current_time())
    context = {
        "one": one,
        "corners": " ".join(f"{corner.lon},{corner.lat}" for corner in one.corners),
        "may_open": one.state != "open" and may(request.user, rights.RESERVE, one.region_code),
        "texts": _texts(),
    }
    return render(request, "supplies/roads/closed_road.html", context)


def _end(actor: Actor, closed_road_id: UUID, *, until_at: datetime | None) -> str:
    services.set_end(actor=actor, closed_road_id=closed_road_id, until_at=until_at, now=current_time())
    return _("The end is set.")


def _open(actor: Actor, closed_road_id: UUID, *, reason: Line) -> str:
    services.open_road(actor=actor, closed_road_id=closed_road_id, reason=reason, now=current_time())
    return _("The road is open again.")


ACTS: dict[str, Act] = {"end": _end, "open": _open}


@never_cache
@require_POST
def act(request: HttpRequest, closed_road_id: UUID, name: str) -> HttpResponse:
    """Sets the end of a closed road, or opens it."""
    perform_and_tell(request, ACTS, name, actor_of(request), closed_road_id)
    return redirect("closed_road", closed_road_id)


def _corners(text: str) -> list[Spot]:
    """Corners as the map writes them: longitude and latitude by commas, corners apart by blanks."""
    told = []
    for part in text.replace("，", ",").split():
        try:
            lon, lat = (float(one) for one in part.split(","))
        except ValueError:
            raise InvalidInput(
                _("“%(given)s” is no corner: write longitude,latitude and a blank before the next.") % {"given": part[:40]}
            ) from None
        told.append((lon, lat))
    return told
