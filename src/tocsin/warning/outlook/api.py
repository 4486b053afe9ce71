"""For programs: what could happen next and which valves to close."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tocsin.warning.alarms import queries
from tocsin.warning.diagnosis.queries import diagnoses as queries_diagnoses
from tocsin.warning.outlook.shown.risks import what_may_follow

router = Router()


class StepOut(Schema):
    link: str
    words: str
    asset_code: str
    metres: float
    probability: float = Field(description="given the step before")


class RiskOut(Schema):
    """A hazard at a site, joined over the causes of this alarm and the other open alarms near by. No finding."""

    event: str
    label: str
    probability: float
    likelihood: str
    level: int = Field(description="by expected harm: 0 none, 1 blue to 4 red")
    expected_harm: float = Field(description="persons: probability times people times the share hurt")
    asset_code: str
    asset_id: UUID | None
    place: str
    distance_m: int | None
    lon: float
    lat: float
    radius_m: float
    earliest_ms: int
    likely_ms: int
    latest_ms: int
    when: str
    people: int
    exposed: str
    named: list[str]
    causes: list[str]
    chain: str
    steps: list[StepOut]
    couplings: list[str]
    coupling_words: list[str]
    seen: list[str]
    missing: list[str] = Field(description="precursors that nothing there measures: ask")


class ValveOut(Schema):
    number: int
    code: str
    kind: str
    name: str
    asset_id: UUID | None
    lon: float
    lat: float


class PlanOut(Schema):
    title: str
    valves: list[ValveOut]
    lines: int
    line_codes: list[str]
    houses: int
    people: int
    named: list[str]
    loss: str


class IsolationOut(Schema):
    """What to close if that cause is right."""

    cause: str
    label: str
    asset_code: str
    utility: str
    utility_name: str
    plans: list[PlanOut] = Field(description="the fewest valves, then the least loss of service; empty where valves can't do it")


class CordonOut(Schema):
    lon: float
    lat: float
    radius_m: float
    evacuate: bool
    pct_lel: float
    people: int
    houses: int
    named: list[str]
    sentence: str


class OutlookOut(Schema):
    at: datetime
    risks: list[RiskOut]
    isolation: list[IsolationOut]
    cordon: CordonOut | None = Field(description="a first rough zone that is advised, no finding")


@router.get("/alarms/{alarm_id}/next", response=OutlookOut | None)
def what_next(request: HttpRequest, alarm_id: UUID) -> dict[str, Any] | None:
    """What could happen next, the greatest expected harm first, and which valves to close; null while there is no diagnosis."""
    alarm = queries.visible_alarm(request.user, alarm_id)
    diagnosis = queries_diagnoses.newest_diagnosis(request.user, alarm_id)
    return None if diagnosis is None else what_may_follow(alarm, diagnosis)
