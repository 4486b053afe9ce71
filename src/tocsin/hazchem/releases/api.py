"""Estimates of releases for programs."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from tocsin.atlas.face import EXPOSURE_SEE
from tocsin.hazchem.releases.queries.estimates import answer_of_row, visible_estimates
from tocsin.hazchem.releases.queries.subjects import subject_of
from tocsin.hazchem.releases.queries.wind import Weather
from tocsin.hazchem.releases.rules.scenarios import Circumstances, Scenario
from tocsin.hazchem.releases.services.estimating import estimate_again, make_estimate
from tocsin.hazchem.releases.shown.differences import ReleaseDifferenceOut, describe_difference
from tocsin.hazchem.releases.shown.estimates import (
    ReleaseOut,
    ReleaseStepOut,
    ReleaseZoneOut,
    describe_estimate,
    describe_steps,
    describe_zones,
    zone_features,
)
from tocsin.hazchem.releases.shown.proposals import ReleaseProposalsOut, describe_proposals
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of

router = Router()


class ReleaseWeatherIn(Schema, extra="forbid"):
    wind_m_s: float | None = Field(None, description="null: as it is measured now, as the direction")
    wind_from_degrees: float | None = Field(None, description="0 north, 90 east")
    stability: Literal["A", "B", "C", "D", "E", "F"] | None = Field(None, description="null: by sun and wind, under a clear sky")
    temperature_c: float = 20.0


class ReleaseCircumstancesIn(Schema, extra="forbid"):
    hole_mm: float | None = None
    pressure_kpa: float | None = Field(None, description="absolute")
    temperature_c: float | None = None
    head_m: float | None = None
    mass_t: float | None = None
    duration_min: float | None = None
    rate_kg_s: float | None = None
    bund_area_m2: float | None = None


class ReleaseIn(Schema, extra="forbid"):
    scenario: Scenario
    substance: str = Field(max_length=120)
    known: ReleaseCircumstancesIn
    weather: ReleaseWeatherIn | None = Field(None, description="null: as it is measured now")
    case_number: str = Field("", max_length=40, description="the case that it is made for")


class ReleaseAnswerOut(Schema):
    """An estimate with every step, and the zones with who is there."""

    release: ReleaseOut
    steps: list[ReleaseStepOut]
    zones: list[ReleaseZoneOut]
    difference: ReleaseDifferenceOut | None = Field(description="against the estimate that it was made from")


@router.get("/release-estimates", response=list[ReleaseOut])
def release_estimates(request: HttpRequest, wanted: Query[Slice]) -> list[ReleaseOut]:
    """Estimates at firms that you may see, newest first."""
    return [describe_estimate(one) for one in wanted.cut(visible_estimates(request.user))]


@router.post("/plant-equipment/{uuid:plant_equipment_id}/release-estimates", response={201: ReleaseAnswerOut})
@costly
def estimate_release(request: HttpRequest, plant_equipment_id: UUID, given: ReleaseIn) -> Status[ReleaseAnswerOut]:
    """Works out what a release from equipment would do, and keeps it."""
    made = make_estimate(
        actor=actor_of(request),
        equipment_id=plant_equipment_id,
        scenario=given.scenario,
        substance=given.substance,
        known=Circumstances(**given.known.dict()),
        weather=Weather(**given.weather.dict()) if given.weather else Weather(),
        now=current_time(),
        subject=subject_of(actor_of(request), "case" if given.case_number else "", given.case_number),
    )
    return Status(201, _answer(request, made.pk))


@router.post("/release-estimates/{uuid:release_estimate_id}/again", response={201: ReleaseAnswerOut})
@costly
def estimate_release_again(request: HttpRequest, release_estimate_id: UUID, given: ReleaseWeatherIn) -> Status[ReleaseAnswerOut]:
    """Works the same release out with other weather, for the same case."""
    weather, now = Weather(**given.dict()), current_time()
    made = estimate_again(actor=actor_of(request), estimate_id=release_estimate_id, weather=weather, now=now)
    return Status(201, _answer(request, made.pk))


@router.get("/release-estimates/{uuid:release_estimate_id}", response=ReleaseAnswerOut)
@costly
def get_release_estimate(request: HttpRequest, release_estimate_id: UUID) -> ReleaseAnswerOut:
    """One estimate."""
    return _answer(request, release_estimate_id)


@router.get("/release-estimates/{uuid:release_estimate_id}/proposals", response=ReleaseProposalsOut)
@costly
def proposals_of_release(request: HttpRequest, release_estimate_id: UUID) -> ReleaseProposalsOut:
    """Who goes and who waits inside, roads to close, whom to call, where goods lie: as far as you may see it."""
    row = visible_estimates(request.user).get(pk=release_estimate_id)
    sees = may_anywhere(request.user, EXPOSURE_SEE)
    return describe_proposals(row, request.user, sees=sees, at=current_time())


@router.get("/release-estimates/{uuid:release_estimate_id}/zones.geojson", response=dict[str, Any])
@costly
def zones_of_release(request: HttpRequest, release_estimate_id: UUID) -> dict[str, Any]:
    """Where it reaches, as areas (GeoJSON, WGS84), and the place of the release."""
    row = visible_estimates(request.user).get(pk=release_estimate_id)
    return {"type": "FeatureCollection", "features": zone_features(row)}


def _answer(request: HttpRequest, release_estimate_id: UUID) -> ReleaseAnswerOut:
    row = visible_estimates(request.user).get(pk=release_estimate_id)
    sees = may_anywhere(request.user, EXPOSURE_SEE)
    now = current_time()
    return ReleaseAnswerOut(
        release=describe_estimate(row),
        steps=describe_steps(answer_of_row(row)),
        zones=describe_zones(row, request.user, sees=sees, at=now),
        difference=describe_difference(row, request.user, sees=sees, at=now),
    )
