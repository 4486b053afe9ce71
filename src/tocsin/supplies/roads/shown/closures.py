"""Closed roads as people, programs and the map read them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.screens.geojson import Feature, polygon
from tocsin.supplies.roads.models import ClosedRoad
from tocsin.supplies.roads.queries.closures import Met
from tocsin.supplies.roads.rules.closures import Passage, RoadShape

SHAPE_NAMES: Final[dict[RoadShape, Promise]] = {
    RoadShape.LINE: pgettext_lazy("closed road", "stretch of road"),
    RoadShape.AREA: pgettext_lazy("closed road", "area"),
}
MOST_SHOWN: Final = 1000  # on a map
DRAWN_M: Final = 25.0  # a stretch is drawn so wide to either side


class RoadCorner(Schema):
    """A corner in degrees of WGS84."""

    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)


class ClosedRoadOut(Schema):
    """A stretch of road or an area that no vehicle passes."""

    id: UUID
    region_code: str
    name: str
    shape: RoadShape
    shape_name: str
    corners: list[RoadCorner]
    reason: str
    detour_min: int | None = Field(description="minutes more on the way around, as somebody knows them; null: by the rule")
    from_at: datetime
    until_at: datetime | None
    closed_by: str
    closed_at: datetime
    opened_at: datetime | None
    opened_by: str
    opened_why: str
    state: str = Field(description="coming, closed or open")
    state_name: str

    @property
    def css(self) -> str:
        """The colour of its state."""
        return {"closed": "bad", "coming": "warn"}.get(self.state, "")


STATE_NAMES: Final[dict[str, Promise]] = {
    "coming": pgettext_lazy("closed road", "will be closed"),
    "closed": pgettext_lazy("closed road", "closed"),
    "open": pgettext_lazy("closed road", "open again"),
}


def describe_road(one: ClosedRoad, now: datetime) -> ClosedRoadOut:
    """One closed road; who closed and opened it is loaded."""
    over = one.opened_at is not None or (one.until_at is not None and one.until_at <= now)
    state = "open" if over else "coming" if one.from_at > now else "closed"
    shape = RoadShape(one.shape)
    return ClosedRoadOut(
        id=one.pk,
        region_code=one.region_code,
        name=one.name,
        shape=shape,
        shape_name=str(SHAPE_NAMES[shape]),
        corners=[RoadCorner(lon=lon, lat=lat) for lon, lat in one.corners],
        reason=one.reason,
        detour_min=one.detour_min,
        from_at=one.from_at,
        until_at=one.until_at,
        closed_by=str(one.closed_by),
        closed_at=one.closed_at,
        opened_at=one.opened_at,
        opened_by=str(one.opened_by or ""),
        opened_why=one.opened_why,
        state=state,
        state_name=str(STATE_NAMES[state]),
    )


def road_features(roads: Iterable[ClosedRoad]) -> list[Feature]:
    """GeoJSON polygons: areas as they are, stretches as a band."""
    return [
        polygon(
            _ring(one),
            name=one.name,
            words=" · ".join((one.reason, span_words(one))),
            url=reverse("closed_road", args=[one.pk]),
            shape="red",
        )
        for one in roads
    ]


def _ring(one: ClosedRoad) -> list[list[float]]:
    if one.shape == RoadShape.AREA:
        return [*one.corners, one.corners[0]]
    closure = one.closure(DRAWN_M)
    ring = list(closure.blocked.exterior.coords)
    return [[round(part, 6) for part in closure.plane.spot_in_degrees(x, y)] for x, y in ring]


def span_words(one: ClosedRoad) -> str:
    """From when until when, in local time."""
    words = {"from": _moment(one.from_at), "until": _moment(one.until_at) if one.until_at else ""}
    if one.until_at is None:
        return _("closed from %(from)s until it is opened again") % words
    return _("closed from %(from)s until %(until)s") % words


def met_words(met: Sequence[Met]) -> list[str]:
    """What a driver, a store and whoever asked read of the closed roads on a way."""
    told = []
    for one in met:
        words = {"road": one.road.name, "reason": one.road.reason, "span": span_words(one.road)}
        if one.passage is Passage.SHUT:
            told.append(_("%(road)s: the store or the place lies in the closed area. %(reason)s, %(span)s") % words)
        else:
            told.append(_("%(road)s: go around. %(reason)s, %(span)s") % words)
    return told


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%m-%d %H:%M")
