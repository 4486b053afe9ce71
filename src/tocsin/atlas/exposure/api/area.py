"""Who and what lies in an area, for programs and for the map."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from tocsin.atlas.exposure.queries.bodies import SEE
from tocsin.atlas.exposure.services.shapes import as_shape
from tocsin.atlas.exposure.shown.area import ExposureOut, describe_area
from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.engine.exposure.areas import along
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.shapes import Moment

router = Router()
WIDEST, MOST_CORNERS = 10.0, 5000


class AreaIn(Schema, extra="forbid"):
    """An area: a GeoJSON geometry, and so many metres around it (a point becomes a circle, a line a strip)."""

    geometry: dict[str, Any]
    metres: float = Field(0, ge=0, le=50_000)
    at: Moment | None = None
    until: Moment | None = None
    kinds: list[str] | None = Field(None, max_length=50)


@router.post("/exposed", response=ExposureOut)
@costly
def exposed(request: HttpRequest, given: AreaIn) -> ExposureOut:
    """Who and what lies in an area at a time (now), or at the fullest until another: of your regions."""
    if not may_anywhere(request.user, SEE):
        raise NotAllowed(_("Your roles do not show you exposed bodies."))
    shape = as_shape(given.geometry, MOST_CORNERS)
    if shape is None:
        raise InvalidInput(
            _("This is no GeoJSON geometry in degrees with at most %(most)s corners whose lines do not cross.")
            % {"most": MOST_CORNERS}
        )
    area = along(shape, given.metres) if given.metres else shape
    west, south, east, north = area.bounds
    if max(east - west, north - south) > WIDEST:
        raise InvalidInput(_("The area is wider than %(degrees)s degrees.") % {"degrees": round(WIDEST)})
    place = (shape.x, shape.y) if shape.geom_type == "Point" else None
    at = given.at or current_time()
    return describe_area(request.user, area, at=at, until=given.until, place=place, kinds=given.kinds)
