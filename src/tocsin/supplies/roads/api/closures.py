"""Closed roads for programs."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.geojson import Features, features
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of
from tocsin.supplies.roads.queries.closures import visible_closed_roads
from tocsin.supplies.roads.rules.closures import MOST_CORNERS, RoadShape
from tocsin.supplies.roads.services import closures as services
from tocsin.supplies.roads.services.closures import NewClosure
from tocsin.supplies.roads.shown.closures import MOST_SHOWN, ClosedRoadOut, RoadCorner, describe_road, road_features

router = Router()


class ClosedRoadIn(Schema, extra="forbid"):
    region_code: str = Field(pattern=r"^\d{6}$")
    name: str = Field(max_length=120)
    shape: RoadShape
    corners: list[RoadCorner] = Field(max_length=MOST_CORNERS)
    reason: str = Field(max_length=300)
    from_at: datetime | None = Field(None, description="null: at once")
    until_at: datetime | None = Field(None, description="null: until it is opened again")
    detour_min: int | None = Field(None, ge=0, le=1440, description="minutes more on the way around; null: by the rule")


class RoadEndIn(Schema, extra="forbid"):
    until_at: datetime | None = Field(description="null: until it is opened again")


class OpenRoadIn(Schema, extra="forbid"):
    reason: str = Field(max_length=300, description="how it is known that vehicles pass again")


@router.get("/closed-roads", response=list[ClosedRoadOut])
def closed_roads(request: HttpRequest, wanted: Query[Slice], all: bool = False) -> list[ClosedRoadOut]:
    """Closed roads of your areas that are in force; `all`: also those to come and those that are open again."""
    now = current_time()
    rows = visible_closed_roads(request.user) if all else visible_closed_roads(request.user, now=now)
    return [describe_road(one, now) for one in wanted.cut(rows)]


@router.get("/closed-roads.geojson", response=Features)
@costly
def closed_road_map(request: HttpRequest) -> Features:
    """Closed roads in force as areas (GeoJSON, WGS84); a stretch is a band."""
    rows = visible_closed_roads(request.user, now=current_time())[:MOST_SHOWN]
    return features(road_features(rows))


@router.post("/closed-roads", response=ClosedRoadOut)
def close_road(request: HttpRequest, given: ClosedRoadIn) -> ClosedRoadOut:
    """Closes a stretch of road or an area for supplies."""
    now, corners = current_time(), [(one.lon, one.lat) for one in given.corners]
    new = NewClosure(**given.dict() | {"corners": corners})
    return describe_road(services.close_road(actor=actor_of(request), new=new, now=now), now)


@router.get("/closed-roads/{uuid:closed_road_id}", response=ClosedRoadOut)
def closed_road(request: HttpRequest, closed_road_id: UUID) -> ClosedRoadOut:
    """One closed road."""
    return _told(request, closed_road_id)


@router.post("/closed-roads/{uuid:closed_road_id}/end", response=ClosedRoadOut)
def set_road_end(request: HttpRequest, closed_road_id: UUID, given: RoadEndIn) -> ClosedRoadOut:
    """Sets another end."""
    services.set_end(actor=actor_of(request), closed_road_id=closed_road_id, until_at=given.until_at, now=current_time())
    return _told(request, closed_road_id)


@router.post("/closed-roads/{uuid:closed_road_id}/open", response=ClosedRoadOut)
def open_road(request: HttpRequest, closed_road_id: UUID, given: OpenRoadIn) -> ClosedRoadOut:
    """Vehicles pass again."""
    services.open_road(actor=actor_of(request), closed_road_id=closed_road_id, reason=given.reason, now=current_time())
    return _told(request, closed_road_id)


def _told(request: HttpRequest, closed_road_id: UUID) -> ClosedRoadOut:
    return describe_road(visible_closed_roads(request.user).get(pk=closed_road_id), current_time())
