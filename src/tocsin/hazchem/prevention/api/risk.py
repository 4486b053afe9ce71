"""Dynamic risks for programs."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from tocsin.hazchem.prevention.queries import dynamic as queries
from tocsin.hazchem.prevention.shown.dynamic import (
    AreaRiskOut,
    DynamicRiskOut,
    DynamicRiskStepOut,
    describe_area,
    describe_risk,
    describe_step,
    risk_features,
)
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.geojson import Features, features
from tocsin.screens.lists.slices import Slice

router = Router()


class DynamicRiskFilter(Slice):
    q: str = ""
    which: queries.WhichDynamic = ""
    area: str = ""
    units: bool = False


class AreaRiskFilter(Slice):
    towns: bool = False


@router.get("/dynamic-risks", response=list[DynamicRiskOut])
def dynamic_risks(request: HttpRequest, wanted: Query[DynamicRiskFilter]) -> list[DynamicRiskOut]:
    """Of firms that you may see, or of their units, the greatest first, each with what would lower it."""
    found = queries.search_risks(request.user, q=wanted.q, which=wanted.which, area=wanted.area, units=wanted.units)
    return [describe_risk(one) for one in wanted.cut(found)]


@router.get("/dynamic-risks.geojson", response=Features)
@costly
def dynamic_risks_on_the_map(request: HttpRequest) -> Features:
    """Units that have a place, as points in the colour of their dynamic risk."""
    return features(risk_features(queries.placed_risks(request.user)))


@router.get("/dynamic-risks/areas", response=list[AreaRiskOut])
def dynamic_risks_of_areas(request: HttpRequest, wanted: Query[AreaRiskFilter]) -> list[AreaRiskOut]:
    """Counties, or streets and parks, by the firms that you may see, the greatest risk first."""
    return [describe_area(one) for one in wanted.cut(queries.areas_now(request.user, towns=wanted.towns))]


@router.get("/dynamic-risks/{uuid:dynamic_risk_id}", response=DynamicRiskOut)
def get_dynamic_risk(request: HttpRequest, dynamic_risk_id: UUID) -> DynamicRiskOut:
    """One, of a unit or of a whole firm."""
    return describe_risk(queries.visible_risks(request.user).get(pk=dynamic_risk_id))


@router.get("/dynamic-risks/{uuid:dynamic_risk_id}/steps", response=list[DynamicRiskStepOut])
def steps_of_dynamic_risk(request: HttpRequest, dynamic_risk_id: UUID, wanted: Query[Slice]) -> list[DynamicRiskStepOut]:
    """Its history of the last days, oldest first."""
    risk = queries.visible_risks(request.user).get(pk=dynamic_risk_id)
    since = timezone.localdate(current_time()) - timedelta(days=queries.TREND_DAYS)
    return [describe_step(one, risk) for one in wanted.cut(queries.steps_since(risk, since))]
