"""For programs: what would decide, answers, findings, hit rates and priors."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may, require
from tocsin.screens.request import actor_of
from tocsin.warning.alarms import queries
from tocsin.warning.diagnosis.queries import answers as queries_answers
from tocsin.warning.diagnosis.queries import diagnoses as queries_diagnoses
from tocsin.warning.diagnosis.queries import findings as queries_findings
from tocsin.warning.diagnosis.rules import PERMISSION_DIAGNOSIS
from tocsin.warning.diagnosis.services import answers as services
from tocsin.warning.diagnosis.services import findings as services_findings
from tocsin.warning.diagnosis.services import priors as services_priors
from tocsin.warning.diagnosis.shown.answers import describe_answer
from tocsin.warning.diagnosis.shown.checks import what_would_decide
from tocsin.warning.diagnosis.shown.findings import describe_finding
from tocsin.warning.diagnosis.shown.hit_rates import describe_priors, hit_rates

if TYPE_CHECKING:
    from tocsin.warning.alarms.models import Alarm

router = Router()

CHANNEL = "api"


class BodyOut(Schema):
    code: str
    name: str
    telephone: str


class UnitOut(Schema):
    unit: str
    name: str


class RankedOut(Schema):
    cause: str
    label: str
    probability: float


class ProspectOut(Schema):
    outcome: str
    label: str
    probability: float = Field(description="how likely this outcome is, as things stand")
    changes_first: bool = Field(description="another cause would stand first")
    ranking: list[RankedOut] = Field(description="the first causes after it")


class CheckOut(Schema):
    """One measurement or question, and what it would tell."""

    check: str
    ask: str
    instrument: str
    by_telephone: bool
    who: BodyOut | None
    asset_code: str
    asset_id: UUID | None
    place: str
    lon: float | None
    lat: float | None
    minutes: int
    bits: float = Field(description="expected information about the cause and the place")
    bits_per_minute: float
    changes_first: float = Field(description="probability that another cause stands first afterwards")
    why: str
    quantity: str
    units: list[UnitOut] = Field(description="in which a value may be given; none for a question")
    outcomes: list[ProspectOut]
    no_answer: str
    source: str


class AnswerOut(Schema):
    id: UUID
    check: str
    sentence: str
    outcome: str = Field(description="empty: does not know, could not be measured")
    value: float | None
    given: str = Field(description="as it was entered, where the unit was another one")
    asset_code: str
    said_by: str
    said_through: str
    at: datetime
    entered_by: str
    note: str
    withdrawn_at: datetime | None
    withdrawn_reason: str


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


class ShownOut(Schema):
    cause: str
    label: str
    probability: float


class FindingOut(Schema):
    id: UUID
    cause: str
    label: str
    cause_in_words: str
    asset_code: str
    lon: float | None
    lat: float | None
    owner: BodyOut | None
    found_by: str
    found_at: datetime
    text: str
    recorded_by: str
    recorded_at: datetime
    replaced_at: datetime | None = Field(description="when a correction took its place")
    shown_when_taken: ShownOut | None = Field(description="what stood first when the alarm was acknowledged")
    shown_last: ShownOut | None


class FindingIn(Schema):
    cause: str = Field(max_length=40, description=f"one of {', '.join(queries_findings.possible_causes())}")
    cause_in_words: str = Field("", max_length=200)
    asset_code: str = Field("", max_length=64)
    lon: float | None = None
    lat: float | None = None
    owner: str = Field("", max_length=40)
    found_by: str = Field(min_length=1, max_length=100, description="the body or post, not a person's name")
    found_at: datetime | None = None
    text: str = Field("", max_length=2000)


class ShareOut(Schema):
    hits: int
    of: int
    share: float | None
    low: float | None = Field(description="Wilson's 95 % interval")
    high: float | None
    too_few: bool


class BinOut(Schema):
    low: float
    high: float
    said: float | None
    right: ShareOut


class CauseRatesOut(Schema):
    cause: str
    label: str
    first: ShareOut
    first_three: ShareOut
    right_body: ShareOut
    named: ShareOut = Field(description="how often it was right when it was named first")


class RatesOut(Schema):
    first: ShareOut
    first_three: ShareOut
    right_body: ShareOut
    near: ShareOut = Field(description="right cause and within 100 m, of findings with a place")
    brier: float | None = Field(description="0 best, 2 worst")
    reliability: list[BinOut]
    causes: list[CauseRatesOut]


class HitRatesOut(Schema):
    region_code: str
    since: datetime | None
    findings: int
    not_found: int = Field(description="no cause was found: in no rate")
    never_shown: int = Field(description="nothing had been ranked: in no rate")
    few: int
    dispatched: RatesOut = Field(description="what was shown when the alarm was taken")
    last: RatesOut = Field(description="what was shown last, with measurements and answers")


class RatesFilter(Schema):
    region_code: str = Field(min_length=6, max_length=6)
    since: datetime | None = Field(None, description="findings of this time and later; all where it is not given")


class PriorOut(Schema):
    cause: str
    label: str
    shipped: float
    learnt: float
    findings: int


class PriorsOut(Schema):
    region_code: str
    findings: int
    enough: bool
    least_findings: int
    equivalent_findings: int
    floor: float
    most_factor: float
    reset_at: datetime | None
    reset_by: str | None
    reset_reason: str | None
    causes: list[PriorOut]


class RegionFilter(Schema):
    region_code: str = Field(min_length=6, max_length=6)


class ResetIn(Schema):
    region_code: str = Field(min_length=6, max_length=6)
    reason: str = Field(min_length=1, max_length=500)


@router.get("/alarms/{alarm_id}/deciding", response=DecidingOut)
def deciding(request: HttpRequest, alarm_id: UUID) -> dict[str, Any]:
    """What to measure or ask next, by expected information for its minutes, and what has been answered."""
    alarm = _alarm(request, alarm_id)
    diagnosis = queries_diagnoses.newest_diagnosis(request.user, alarm_id)
    return {
        "checks": [] if diagnosis is None else what_would_decide(alarm, diagnosis),
        "answers": [describe_answer(one) for one in queries_answers.all_answers(alarm)],
    }


@router.post("/alarms/{alarm_id}/answers", response=AnswerOut)
def answer(request: HttpRequest, alarm_id: UUID, given: AnswerIn) -> dict[str, Any]:
    """Enters a measurement or an answer; the ranking is weighed anew at once."""
    kept = services.record_answer(actor=actor_of(request), alarm_id=alarm_id, channel=CHANNEL, **given.dict())
    return describe_answer(kept)


@router.post("/alarms/{alarm_id}/answers/{answer_id}/withdraw", response=AnswerOut)
def withdraw(request: HttpRequest, alarm_id: UUID, answer_id: UUID, given: WithdrawIn) -> dict[str, Any]:
    """Takes an answer back; the ranking becomes what it would be without it."""
    kept = services.withdraw_answer(
        actor=actor_of(request), alarm_id=alarm_id, answer_id=answer_id, reason=given.reason, channel=CHANNEL
    )
    return describe_answer(kept)


@router.get("/alarms/{alarm_id}/findings", response=list[FindingOut])
def findings(request: HttpRequest, alarm_id: UUID) -> list[dict[str, Any]]:
    """The finding that stands first, then those that it corrected."""
    return [describe_finding(one) for one in queries_findings.findings_of(_alarm(request, alarm_id))]


@router.post("/alarms/{alarm_id}/findings", response=FindingOut)
def finding(request: HttpRequest, alarm_id: UUID, given: FindingIn) -> dict[str, Any]:
    """Records what was found on site; a second finding corrects the first."""
    return describe_finding(
        services_findings.record_finding(actor=actor_of(request), alarm_id=alarm_id, channel=CHANNEL, **given.dict())
    )


@router.get("/hit-rates", response=HitRatesOut)
def rates(request: HttpRequest, wanted: Query[RatesFilter]) -> dict[str, Any]:
    """How often the causes shown were right, by what people found, in one region."""
    require(request.user, PERMISSION_DIAGNOSIS, wanted.region_code)
    return hit_rates(request.user, region_code=wanted.region_code, since=wanted.since)


@router.get("/priors", response=PriorsOut)
def priors(request: HttpRequest, wanted: Query[RegionFilter]) -> dict[str, Any]:
    """Shipped and learnt priors of one region."""
    require(request.user, PERMISSION_DIAGNOSIS, wanted.region_code)
    return describe_priors(wanted.region_code)


@router.post("/priors/reset", response=PriorsOut)
def reset_priors(request: HttpRequest, given: ResetIn) -> dict[str, Any]:
    """The region learns anew from the next finding on."""
    services_priors.reset_priors(actor=actor_of(request), region_code=given.region_code, reason=given.reason)
    return describe_priors(given.region_code)


def _alarm(request: HttpRequest, alarm_id: UUID) -> "Alarm":
    """The alarm where the person may see its diagnosis; NotAllowed or Alarm.DoesNotExist else."""
    alarm = queries.visible_alarm(request.user, alarm_id)
    if not may(request.user, PERMISSION_DIAGNOSIS, alarm.region_code):
        raise NotAllowed
    return alarm
