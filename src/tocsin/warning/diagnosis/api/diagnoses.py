"""The newest diagnosis of an alarm, and what was shown to whom, for programs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tocsin.screens.request import actor_of
from tocsin.warning.alarms import queries
from tocsin.warning.alarms.api import CHANNEL
from tocsin.warning.alarms.shown.alarms import describe_alarm
from tocsin.warning.diagnosis.queries import diagnoses as queries_diagnoses
from tocsin.warning.diagnosis.services import display_log as services
from tocsin.warning.diagnosis.shown.checks import what_would_decide
from tocsin.warning.diagnosis.shown.diagnoses import describe_diagnosis, describe_shown
from tocsin.warning.diagnosis.shown.paragraph_figures import narrate

router = Router()


class OwnerOut(Schema):
    code: str
    name: str
    telephone: str


class EvidenceOut(Schema):
    code: str
    sentence: str
    weight: float = Field(description="natural logarithm of the likelihood ratio; negative speaks against")
    supports: bool
    sensor_id: UUID | None
    lon: float | None
    lat: float | None
    ts_ms: int | None


class HypothesisOut(Schema):
    cause: str
    label: str
    probability: float
    asset_code: str | None
    asset_id: UUID | None
    asset_kind: str | None
    lon: float | None
    lat: float | None
    owner: OwnerOut | None
    way: list[str] = Field(description="codes of the assets from the fault to the alarmed sensor")
    way_geometry: dict[str, Any] = Field(description="GeoJSON GeometryCollection in the order of the way")
    travel_time_s: float | None
    onset_ms: int | None
    evidence: list[EvidenceOut]


class CallOut(OwnerOut):
    why: str


class DiagnosisOut(Schema):
    id: UUID
    at: datetime
    reason: str
    duration_ms: int
    hypotheses: list[HypothesisOut]
    call: list[CallOut]
    story: str = Field(description="the same as a paragraph to read out, an order of checks, in the language asked for")


class ShownToCauseOut(Schema):
    cause: str
    label: str
    probability: float
    asset_code: str | None


class ShownToOut(Schema):
    """What a person or a program got to see of a diagnosis, as it stood then."""

    id: UUID
    at: datetime
    person: str
    language: str
    channel: str = Field(description="console (the drawer), case (the page of a case) or api")
    sentence: str
    diagnosis_id: UUID
    ranking: list[ShownToCauseOut]
    story: str = Field(description="the paragraph in the language in which it was read; empty on the page of a case")


@router.get("/alarms/{alarm_id}/diagnosis", response=DiagnosisOut | None)
def diagnosis(request: HttpRequest, alarm_id: UUID) -> dict[str, Any] | None:
    """Possible causes with evidence, the most likely first, and whom to call; null while there is none yet."""
    found = queries_diagnoses.newest_diagnosis(request.user, alarm_id)
    if found is None:
        return None
    described = describe_diagnosis(found)
    alarm = queries.visible_alarm(request.user, alarm_id)
    checks = what_would_decide(alarm, found) if alarm.standing.is_open else []
    story = narrate(describe_alarm(alarm), described, checks)
    services.note_shown(person=actor_of(request), alarm_id=alarm_id, diagnosis=described, story=story, channel=CHANNEL)
    return {**described, "story": story}


@router.get("/alarms/{alarm_id}/shown", response=list[ShownToOut])
def shown(request: HttpRequest, alarm_id: UUID) -> list[dict[str, Any]]:
    """What was shown of its diagnoses to whom, oldest first: the first time per person, diagnosis, language and channel."""
    return [describe_shown(one) for one in queries_diagnoses.shown_to_people(request.user, alarm_id)]
