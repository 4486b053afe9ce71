"""Tags with where they are, gateways and plans, for pages and programs."""

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from ninja import Field, Schema

from tocsin.base.datums import Datum
from tocsin.base.errors import InvalidInput
from tocsin.hazchem.positions.policy import position_policy
from tocsin.hazchem.positions.queries.tags import fitted, gone_before, silent_before
from tocsin.hazchem.positions.rules.arriving import FAULT_TEXTS, Fault
from tocsin.hazchem.positions.rules.tags import TagKind
from tocsin.hazchem.positions.shown.words import DATUM_NAMES, KIND_NAMES
from tocsin.screens.geojson import Feature, point
from tocsin.screens.shapes import OnPages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.engine.positioning.frames import FittedFrame
    from tocsin.hazchem.positions.models import (
        PlantPlan,
        PositionFault,
        PositionGateway,
        PositionTag,
        PresentPosition,
        TrackPoint,
    )


class TagPlaceOut(Schema):
    """Where a tag was last."""

    at: datetime
    lon: float
    lat: float
    accuracy_m: float
    floor: str
    speed_km_h: float | None
    battery_percent: float | None
    battery_low: bool
    sos: bool = Field(description="its button is pressed")
    still_since: datetime = Field(description="since when it has not moved")
    silent: bool = Field(description="it has said nothing for longer than policy allows")
    gone: bool = Field(description="and counts as inside no longer")


class PositionTagOut(Schema):
    """A tag, who carries it and where it is."""

    id: UUID
    object_id: UUID
    firm: str
    number: str
    kind: TagKind
    kind_name: str
    holder: str
    employer: str
    person_id: UUID | None = Field(description="the account of the holder")
    valid_until: datetime | None
    expired: bool
    held_since: datetime
    place: TagPlaceOut | None = Field(description="null: never heard")
    css: OnPages[str]


class TrackPointOut(Schema):
    """One position of a track."""

    at: datetime
    lon: float
    lat: float
    accuracy_m: float
    floor: str
    sos: bool
    late: bool = Field(description="it came after a newer one")


class PositionGatewayOut(Schema):
    """What sends positions."""

    id: UUID
    object_id: UUID
    firm: str
    code: str
    name: str
    plan: str
    datum: Datum
    datum_name: OnPages[str]
    device_code: str = Field(description="the device that publishes its positions over MQTT; empty: none does")
    active: bool
    last_at: datetime | None


class PositionFaultOut(Schema):
    """Positions of a gateway that were refused for one reason."""

    fault: str
    words: str
    count: int
    last_at: datetime
    sample: str


class PlanPointOut(Schema):
    """A reference point with how far the others put it off."""

    x: float
    y: float
    lon: float
    lat: float
    error_m: float | None = Field(description="null: two points tell no error")


class PlantPlanOut(Schema):
    """A plan with coordinates of its own, and how well its points fit."""

    id: UUID
    object_id: UUID
    name: str
    points: list[PlanPointOut]
    scale: float | None = Field(description="metres to one unit")
    turn_degrees: float | None
    mirrored: bool
    root_mean_square_m: float | None
    worst_m: float | None
    problem: str = Field(description="why it can't be used by the policy of now")


TAG_COLUMNS: Final = ("firm", "number", "kind_name", "holder", "employer", "valid_until", "expired")


def describe_tag(tag: "PositionTag", now: datetime) -> PositionTagOut:
    """One tag; its firm and its last position are loaded."""
    present = getattr(tag, "present", None)
    place = describe_place(present, now) if present is not None and present.at >= tag.held_since else None
    return PositionTagOut(
        id=tag.pk,
        object_id=tag.object_id,
        firm=tag.object.name,
        number=tag.number,
        kind=TagKind(tag.kind),
        kind_name=str(KIND_NAMES[tag.kind]),
        holder=tag.holder,
        employer=tag.employer,
        person_id=tag.person_id,
        valid_until=tag.valid_until,
        expired=tag.valid_until is not None and tag.valid_until <= now,
        held_since=tag.held_since,
        place=place,
        css=_colour(place),
    )


def describe_place(present: "PresentPosition", now: datetime) -> TagPlaceOut:
    """Where a tag was last."""
    battery = present.battery_percent
    return TagPlaceOut(
        at=present.at,
        lon=present.lon,
        lat=present.lat,
        accuracy_m=present.accuracy_m,
        floor=present.floor,
        speed_km_h=present.speed_km_h,
        battery_percent=battery,
        battery_low=battery is not None and battery < position_policy().present.battery_low_percent,
        sos=present.sos,
        still_since=present.still_since,
        silent=present.at < silent_before(now),
        gone=present.at < gone_before(now),
    )


def _colour(place: TagPlaceOut | None) -> str:
    if place is None or place.gone:
        return ""
    return "red" if place.sos else "warn" if place.silent else "good"


def describe_point(point: "TrackPoint") -> TrackPointOut:
    """One position of a track."""
    names = ("at", "lon", "lat", "accuracy_m", "floor", "sos", "late")
    return TrackPointOut(**{name: getattr(point, name) for name in names})


def describe_gateway(gateway: "PositionGateway") -> PositionGatewayOut:
    """One gateway; its firm, plan and device are loaded."""
    return PositionGatewayOut(
        id=gateway.pk,
        object_id=gateway.object_id,
        firm=gateway.object.name,
        code=gateway.code,
        name=gateway.name,
        plan=gateway.plan.name if gateway.plan else "",
        datum=Datum(gateway.datum),
        datum_name=DATUM_NAMES[Datum(gateway.datum)],
        device_code=gateway.device.code if gateway.device else "",
        active=gateway.active,
        last_at=gateway.last_at,
    )


def describe_fault(fault: "PositionFault") -> PositionFaultOut:
    """Positions that were refused."""
    words = str(FAULT_TEXTS[Fault(fault.fault)])
    return PositionFaultOut(fault=fault.fault, words=words, count=fault.count, last_at=fault.last_at, sample=fault.sample)


def describe_plan(plan: "PlantPlan") -> PlantPlanOut:
    """One plan with its transform; where policy or points allow none, why."""
    fit: FittedFrame | None = None
    problem = ""
    try:
        fit = fitted(plan)
    except InvalidInput as error:
        problem = str(error)
    errors = fit.errors_m if fit else ()
    off = [*errors, *([None] * (len(plan.points) - len(errors)))]
    points = [
        PlanPointOut(x=x, y=y, lon=lon, lat=lat, error_m=one) for (x, y, lon, lat), one in zip(plan.points, off, strict=True)
    ]
    return PlantPlanOut(
        id=plan.pk,
        object_id=plan.object_id,
        name=plan.name,
        points=points,
        scale=fit.frame.scale if fit else None,
        turn_degrees=fit.frame.turn_degrees if fit else None,
        mirrored=fit is not None and fit.frame.mirrored,
        root_mean_square_m=fit.root_mean_square_m if fit else None,
        worst_m=fit.worst_m if fit else None,
        problem=problem,
    )


def position_features(tags: "Iterable[PositionTag]", now: datetime) -> list[Feature]:
    """GeoJSON points of tags that are present; firms and positions are loaded."""
    found: list[Feature] = []
    for one in (describe_tag(tag, now) for tag in tags):
        if one.place is None:
            continue
        shape = "red" if one.place.sos else "unknown" if one.place.silent else "good"
        words = " · ".join(filter(None, (one.kind_name, one.employer, one.place.floor)))
        page = f"/plants/positions/tags/{one.id}/"
        found.append(point(one.place.lon, one.place.lat, name=one.holder, words=words, url=page, shape=shape))
    return found
