"""Versions of the points policy for programs."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from tocsin.supervision.descriptions import points as told
from tocsin.supervision.models import PointsPolicy
from tocsin.supervision.queries.objects import visible_objects
from tocsin.supervision.queries.points_policy import visible_policies
from tocsin.supervision.services import points_policy as services

if TYPE_CHECKING:
    from tocsin.jurisdiction.models import User

router = Router()


class PointsPolicyOut(Schema):
    id: UUID
    version: str
    region_code: str
    state: str = Field(description="draft, coming or on")
    effective_from: date | None
    reason: str
    made_at: datetime
    made_by: str
    switched_on_by: str


class PointsPolicyDetailOut(PointsPolicyOut):
    content: dict[str, Any]
    simulated: dict[str, Any] | None = Field(description="what it would have changed: objects, matrix `before>after`, who")


class PointsPolicyIn(Schema):
    region_code: str = Field(max_length=6)
    version: str = Field(max_length=40)
    text: str = Field(max_length=60_000, description="the whole policy as TOML, in the form of docs/points.md")
    reason: str = Field("", max_length=500)


class PointsPolicySwitchIn(Schema):
    effective_from: date


@router.get("/points-policies", response=list[PointsPolicyOut])
def policies(request: HttpRequest) -> list[dict[str, Any]]:
    """All versions that hold where you see objects, newest first."""
    return [told.describe_policy(row, _today()) for row in visible_policies(request.user)[:1000]]


@router.post("/points-policies", response=PointsPolicyDetailOut)
def draft(request: HttpRequest, given: PointsPolicyIn) -> dict[str, Any]:
    """A new version, as a draft."""
    return _detail(request, services.draft_policy(actor=_actor(request), **given.dict()))


@router.get("/points-policies/{points_policy_id}", response=PointsPolicyDetailOut)
def policy(request: HttpRequest, points_policy_id: UUID) -> dict[str, Any]:
    """One version with its content."""
    return _detail(request, visible_policies(request.user).get(pk=points_policy_id))


@router.post("/points-policies/{points_policy_id}/simulate", response=PointsPolicyDetailOut)
def simulate(request: HttpRequest, points_policy_id: UUID) -> dict[str, Any]:
    """Tries it on the days of history."""
    return _detail(request, services.simulate_policy(actor=_actor(request), policy_id=points_policy_id))


@router.post("/points-policies/{points_policy_id}/switch-on", response=PointsPolicyDetailOut)
def switch_on(request: HttpRequest, points_policy_id: UUID, given: PointsPolicySwitchIn) -> dict[str, Any]:
    """It counts from that day on; not by who drafted it."""
    services.switch_on(actor=_actor(request), policy_id=points_policy_id, effective_from=given.effective_from)
    return _detail(request, visible_policies(request.user).get(pk=points_policy_id))


def _detail(request: HttpRequest, found: PointsPolicy) -> dict[str, Any]:
    """With those of the listed objects that the reader may see."""
    simulated = dict(found.simulated)
    if simulated:
        listed = [one["object"] for one in simulated["list"]]
        seen = {str(pk) for pk in visible_objects(request.user).filter(pk__in=listed).values_list("pk", flat=True)}
        simulated["list"] = [one for one in simulated["list"] if one["object"] in seen]
    return {**told.describe_policy(found, _today()), "content": found.content, "simulated": simulated or None}


def _today() -> date:
    return timezone.localtime(settings.CONFIGURATION.clock.now()).date()


def _actor(request: HttpRequest) -> "User":
    return cast("User", request.user)
