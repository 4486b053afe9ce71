"""For programs: what would decide, answers, findings, hit rates and priors."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may, require
from tocsin.screens.budgets.requests import charged, costly
from tocsin.screens.request import actor_of
from tocsin.warning.alarms.queries.alarms import visible_alarm
from tocsin.warning.diagnosis.queries.answers import all_answers
from tocsin.warning.diagnosis.queries.diagnoses import newest_diagnosis
from tocsin.warning.diagnosis.queries.findings import findings_of, possible_causes
from tocsin.warning.diagnosis.rules import PERMISSION_DIAGNOSIS
from tocsin.warning.diagnosis.services import answers as services
from tocsin.warning.diagnosis.services import priors as services_priors
from tocsin.warning.diagnosis.services.findings import record_finding
from tocsin.warning.diagnosis.shown.answers import AnswerOut
from tocsin.warning.diagnosis.shown.checks import CheckOut, what_would_decide
from tocsin.warning.diagnosis.shown.findings import FindingOut
from tocsin.warning.diagnosis.shown.hit_rates import HitRatesOut, PriorsOut, describe_priors, hit_rates

if TYPE_CHECKING:
    from tocsin.warning.alarms.models import Alarm
    from tocsin.warning.diagnosis.models import Answer, Finding

router = Router()

CHANNEL = "api"


class DecidingOut(Schema):
    checks: list[CheckOut] = Field(description="the most information for its minutes first; empty while there is no diagnosis")
    answers: list[AnswerOut] = Field(description="all that were given, withdrawn ones too")


class AnswerIn(Schema):
    check: str = Field(max_length=40)
    outcome: str = Field("", max_length=40, description="empty: does not know, could not be measured")
    value: float | None = None
    unit: str = Field("", max_length=20)
    asset_code: str = Field("", max_length=64)
    said_by: str = Field(min_length=1, max_length=100, description="the body or post, not a person's name")
    said_through: str = Field("telephone", description=f"one of {', '.join(services.CHANNELS)}")
    at: datetime | None = Field(None, description="with time zone; now where it is not given")
    note: str = Field("", max_length=500)


class WithdrawIn(Schema):
    reason: str = Field(min_length=1, max_length=500)


class FindingIn(Schema):
    cause: str = Field(max_length=40, description=f"one of {', '.join(possible_causes())}")
    cause_in_words: str = Field("", max_length=200)
    asset_code: str = Field("", max_length=64)
    lon: float | None = None
    lat: float | None = None
    owner: str = Field("", max_length=40)
    found_by: str = Field(min_length=1, max_length=100, description="the body or post, not a person's name")
    found_at: datetime | None = None
    text: str = Field("", max_length=2000)


class RatesFilter(Schema):
    region_code: str = Field(min_length=6, max_length=6)
    since: datetime | None = Field(None, description="findings of this time and later; all where it is not given")


class RegionFilter(Schema):
    region_code: str = Field(min_length=6, max_length=6)


class ResetIn(Schema):
    region_code: str = Field(min_length=6, max_length=6)
    reason: str = Field(min_length=1, max_length=500)


@router.get("/alarms/{alarm_id}/deciding", response=DecidingOut)
@charged
def deciding(request: HttpRequest, alarm_id: UUID) -> dict[str, object]:
    """What to measure or ask next, by expected information for its minutes, and what has been answered."""
    alarm = _alarm(request, alarm_id)
    diagnosis = newest_diagnosis(request.user, alarm_id)
    return {
        "checks": [] if diagnosis is None else what_would_decide(alarm, diagnosis),
        "answers": all_answers(alarm),
    }


@router.post("/alarms/{alarm_id}/answers", response=AnswerOut)
def answer(request: HttpRequest, alarm_id: UUID, given: AnswerIn) -> "Answer":
    """Enters a measurement or an answer; the ranking is weighed anew at once."""
    return services.record_answer(actor=actor_of(request), alarm_id=alarm_id, channel=CHANNEL, **given.dict())


@router.post("/alarms/{alarm_id}/answers/{answer_id}/withdraw", response=AnswerOut)
def withdraw(request: HttpRequest, alarm_id: UUID, answer_id: UUID, given: WithdrawIn) -> "Answer":
    """Takes an answer back; the ranking becomes what it would be without it."""
    return services.withdraw_answer(
        actor=actor_of(request), alarm_id=alarm_id, answer_id=answer_id, reason=given.reason, channel=CHANNEL
    )


@router.get("/alarms/{alarm_id}/findings", response=list[FindingOut])
def findings(request: HttpRequest, alarm_id: UUID) -> "list[Finding]":
    """The finding that stands first, then those that it corrected."""
    return findings_of(_alarm(request, alarm_id))


@router.post("/alarms/{alarm_id}/findings", response=FindingOut)
def finding(request: HttpRequest, alarm_id: UUID, given: FindingIn) -> "Finding":
    """Records what was found on site; a second finding corrects the first."""
    return record_finding(actor=actor_of(request), alarm_id=alarm_id, channel=CHANNEL, **given.dict())


@router.get("/hit-rates", response=HitRatesOut)
@costly
def rates(request: HttpRequest, wanted: Query[RatesFilter]) -> HitRatesOut:
    """How often the causes shown were right, by what people found, in one region."""
    require(request.user, PERMISSION_DIAGNOSIS, wanted.region_code)
    return hit_rates(request.user, region_code=wanted.region_code, since=wanted.since)


@router.get("/priors", response=PriorsOut)
def priors(request: HttpRequest, wanted: Query[RegionFilter]) -> PriorsOut:
    """Shipped and learnt priors of one region."""
    require(request.user, PERMISSION_DIAGNOSIS, wanted.region_code)
    return describe_priors(wanted.region_code)


@router.post("/priors/reset", response=PriorsOut)
def reset_priors(request: HttpRequest, given: ResetIn) -> PriorsOut:
    """The region learns anew from the next finding on."""
    services_priors.reset_priors(actor=actor_of(request), region_code=given.region_code, reason=given.reason)
    return describe_priors(given.region_code)


def _alarm(request: HttpRequest, alarm_id: UUID) -> "Alarm":
    """The alarm where the person may see its diagnosis; NotAllowed or Alarm.DoesNotExist else."""
    alarm = visible_alarm(request.user, alarm_id)
    if not may(request.user, PERMISSION_DIAGNOSIS, alarm.region_code):
        raise NotAllowed
    return alarm
