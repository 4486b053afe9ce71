"""For programs: early signs of the watch, listed, explained and seen."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.screens.request import actor_of
from tocsin.screens.slices import Slice
from tocsin.warning.early_signs import queries, services
from tocsin.warning.early_signs.shown import describe_early_sign, explain_early_sign, search_early_signs

router = Router()


class EarlySignOut(Schema):
    """What the watch holds for likely before a limit is crossed. No alarm, no warning and no finding."""

    id: UUID
    cause: str
    label: str
    probability: float = Field(description="among the causes that can show in this sensor")
    place: str
    asset_code: str | None
    asset_kind: str | None
    lon: float
    lat: float
    region_code: str
    sensor_id: UUID
    sensor_name: str
    quantity: str
    quantity_name: str
    raised_at: datetime
    confirmed_at: datetime
    limit_at: datetime | None = Field(description="when the sensor reaches its limit if it goes on as it did")
    ended_at: datetime | None
    ended_by: str | None = Field(description="alarm, another_cause or calm")
    alarm_id: UUID | None
    seen_at: datetime | None
    seen_by: str | None


class SignOwnerOut(Schema):
    code: str
    name: str
    telephone: str


class SignEvidenceOut(Schema):
    code: str
    sentence: str
    weight: float
    supports: bool
    sensor_id: UUID | None
    lon: float | None
    lat: float | None
    ts_ms: int | None


class ExplainedSignOut(EarlySignOut):
    sensor_index: int
    unit_name: str
    asset_id: UUID | None
    owner: SignOwnerOut | None
    way: list[str]
    way_geometry: dict[str, Any]
    evidence: list[SignEvidenceOut]


class EarlySignsOut(Schema):
    items: list[EarlySignOut]
    total: int


class SignFilter(Slice):
    state: Literal["standing", "became_alarm", "all"] = "standing"


@router.get("/early-signs", response=EarlySignsOut)
def early_signs(request: HttpRequest, wanted: Query[SignFilter]) -> dict[str, Any]:
    """Early signs of the regions whose diagnoses you may see, newest first."""
    found = search_early_signs(request.user, wanted.state)
    part = wanted.cut(found)
    return {"items": [describe_early_sign(row) for row in part], "total": found.count()}


@router.get("/early-signs/{early_sign_id}", response=ExplainedSignOut)
def early_sign(request: HttpRequest, early_sign_id: UUID) -> dict[str, Any]:
    """One early sign with its evidence."""
    return explain_early_sign(queries.visible_early_signs(request.user).get(pk=early_sign_id))


@router.post("/early-signs/{early_sign_id}/seen", response=ExplainedSignOut)
def seen(request: HttpRequest, early_sign_id: UUID) -> dict[str, Any]:
    """You have looked at it; the first who did is kept."""
    services.see_early_sign(actor=actor_of(request), early_sign_id=early_sign_id)
    return early_sign(request, early_sign_id)
