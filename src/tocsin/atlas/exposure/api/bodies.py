"""Exposed bodies for programs, and as points of the map."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.atlas.exposure.models import ExposedBody
from tocsin.atlas.exposure.policy import exposure_policy
from tocsin.atlas.exposure.queries.bodies import visible_bodies
from tocsin.atlas.exposure.services import bodies as services
from tocsin.atlas.exposure.shown.bodies import BodyFiguresOut, RegisteredBodyOut, describe_body, describe_line
from tocsin.atlas.exposure.shown.points import body_features
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.geojson import Features, features
from tocsin.screens.lists.slices import Part, Slice
from tocsin.screens.request import actor_of

router = Router()


class BodyIn(Schema, extra="forbid"):
    kind: str = Field(max_length=24)
    name: str = Field(max_length=120)
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    shape: dict[str, Any] | None = Field(None, description="GeoJSON geometry where it is more than a point")
    figures: dict[str, float] = Field({}, description="by attribute of its kind", max_length=30)
    people_day: int | None = Field(None, ge=0)
    people_night: int | None = Field(None, ge=0)
    people_day_off: int | None = Field(None, ge=0)
    within: str = Field("", max_length=40, description="code of the body in whose people these are counted already")
    address: str = Field("", max_length=200)
    owner: str = Field("", max_length=120)
    contact: str = Field("", max_length=60)
    telephone: str = Field("", max_length=40)
    source: str = Field("", max_length=200)
    figures_on: date | None = None


class NewBodyIn(BodyIn):
    region_code: str = Field(pattern=r"^\d{6}$")
    code: str = Field("", max_length=40)


class BodyStateIn(Schema, extra="forbid"):
    active: bool


class BodiesOut(Schema):
    items: list[RegisteredBodyOut]
    total: int


@router.get("/bodies", response=BodiesOut)
def bodies(
    request: HttpRequest, slice_: Query[Slice], search: str = "", kind: str = "", region: str = ""
) -> Part[RegisteredBodyOut]:
    """Exposed bodies of your regions, by code. `region`: the beginning of a region code."""
    found = slice_.part(visible_bodies(request.user, search=search[:100], kind=kind[:24], region=region[:6]))
    return {"items": [describe_body(one, current_time()) for one in found["items"]], "total": found["total"]}


@router.get("/bodies.geojson", response=Features)
@costly
def body_map(request: HttpRequest, kind: str = "", region: str = "", body: UUID | None = None) -> Features:
    """Bodies as points (GeoJSON, WGS84), dwellings only where their kind is asked for: what must be told by name is orange."""
    kinds = exposure_policy().by_code
    found = visible_bodies(request.user, kind=kind[:24], region=governing_prefix(region[:6]))
    if body is not None:
        found = visible_bodies(request.user, closed=True).filter(pk=body)
    elif not kind:
        found = found.exclude(kind__in=[one.code for one in kinds.values() if one.covers])
    return features(body_features(found))


@router.post("/bodies", response=RegisteredBodyOut)
def register_body(request: HttpRequest, given: NewBodyIn) -> RegisteredBodyOut:
    """Enters a body of a region."""
    facts = services.BodyFacts(**given.dict(exclude={"region_code"}))
    made = services.register_body(actor=actor_of(request), region_code=given.region_code, facts=facts, now=current_time())
    return describe_body(made, current_time())


@router.get("/bodies/{uuid:body_id}", response=RegisteredBodyOut)
def body(request: HttpRequest, body_id: UUID) -> RegisteredBodyOut:
    """One body."""
    return describe_body(_visible(request, body_id), current_time())


@router.get("/bodies/{uuid:body_id}/figures", response=list[BodyFiguresOut])
def figures_of_body(request: HttpRequest, body_id: UUID, wanted: Query[Slice]) -> list[BodyFiguresOut]:
    """What was known of a body, newest first."""
    found = _visible(request, body_id)
    return [describe_line(one, found.kind) for one in wanted.cut(found.history.select_related("by"))]


@router.put("/bodies/{uuid:body_id}", response=RegisteredBodyOut)
def change_body(request: HttpRequest, body_id: UUID, given: BodyIn) -> RegisteredBodyOut:
    """Changes what is known of a body; new figures are added to its history."""
    services.change_body(actor=actor_of(request), body_id=body_id, facts=services.BodyFacts(**given.dict()), now=current_time())
    return describe_body(_visible(request, body_id), current_time())


@router.post("/bodies/{uuid:body_id}/state", response=RegisteredBodyOut)
def close_body(request: HttpRequest, body_id: UUID, given: BodyStateIn) -> RegisteredBodyOut:
    """A body is there no longer, or again."""
    services.close_body(actor=actor_of(request), body_id=body_id, active=given.active, now=current_time())
    return describe_body(_visible(request, body_id), current_time())


def _visible(request: HttpRequest, body_id: UUID) -> ExposedBody:
    return visible_bodies(request.user, closed=True).get(pk=body_id)
