"""A risk warning for pages and programs."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from ninja import Field, Schema

from tocsin.hazchem.risk_warnings.models import RiskAlarm, RiskAnswer, RiskTelling, RiskWarning
from tocsin.hazchem.risk_warnings.policy import risk_policy
from tocsin.hazchem.risk_warnings.queries import facts_of, tier_bodies
from tocsin.hazchem.risk_warnings.rules import escalations
from tocsin.hazchem.risk_warnings.shown.names import (
    LEVEL_CLASSES,
    LEVEL_NAMES,
    MEASURE_NAMES,
    REASON_NAMES,
    STATE_NAMES,
    TIER_NAMES,
    trigger_name,
)
from tocsin.screens.clock import current_time
from tocsin.screens.shapes import OnPages
from tocsin.warning.face import AlarmWords, alarms_by_id

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.warning.face import Alarm


class RiskWarningOut(Schema):
    """Alarms of a unit that are told together, and how far the firm's answer is."""

    id: UUID
    object_id: UUID
    unit_id: UUID
    firm: str
    unit: str
    region_code: str
    level: int = Field(description="1 low (blue) to 4 major (red)")
    level_name: str
    state: str = Field(description="pushed, confirmed, answered or closed")
    state_name: str
    opened_at: datetime
    pushed_at: datetime = Field(description="when it got its level: its times run from here")
    confirmed_at: datetime | None
    confirmed_by: str
    answered_at: datetime | None
    closed_at: datetime | None
    closed_by: str
    alarm_count: int
    silences: int = Field(description="how many times a silence has told a further tier at this level")
    next_at: datetime | None = Field(description="when silence next tells somebody")
    css: OnPages[str]


class RiskTellingOut(Schema):
    """A tier that was told of a level, once."""

    tier: str
    tier_name: str
    body: str
    level: int
    level_name: str
    trigger: str = Field(description="at_once, confirm, answer, check, or take- and the tier that took no note")
    trigger_name: str
    told_at: datetime
    taken_at: datetime | None = Field(description="somebody there took note")
    taken_by: str


class RiskAnswerOut(Schema):
    """What the firm answered."""

    at: datetime
    by: str
    reason: str
    reason_name: str
    measure: str
    measure_name: str
    text: str
    returned_at: datetime | None
    returned_by: str
    returned_text: str


class RiskAlarmOut(Schema):
    """An alarm that the warning tells of."""

    alarm_id: UUID
    joined_at: datetime
    title: str = Field(description="empty, with all that follows, where the alarm has been forgotten")
    place: str
    state_name: str
    level_name: str
    raised_at: datetime | None
    closed_at: datetime | None


class RiskAheadOut(Schema):
    """A tier that will be told unless somebody does what is waited for."""

    tier: str
    tier_name: str
    trigger: str
    trigger_name: str
    at: datetime


class RiskWarningPageOut(Schema):
    """A warning with everything."""

    warning: RiskWarningOut
    tellings: list[RiskTellingOut]
    ahead: list[RiskAheadOut]
    answers: list[RiskAnswerOut]
    alarms: list[RiskAlarmOut]


def describe_warning(warning: RiskWarning) -> RiskWarningOut:
    """One row; firm, unit and people are loaded."""
    count = getattr(warning, "alarm_count", None)
    return RiskWarningOut(
        id=warning.pk,
        object_id=warning.object_id,
        unit_id=warning.unit_id,
        firm=warning.object.name,
        unit=warning.unit.name,
        region_code=warning.region_code,
        level=warning.level,
        level_name=str(LEVEL_NAMES[warning.level]),
        state=warning.state,
        state_name=str(STATE_NAMES[warning.state]),
        opened_at=warning.opened_at,
        pushed_at=warning.pushed_at,
        confirmed_at=warning.confirmed_at,
        confirmed_by=_name(warning.confirmed_by),
        answered_at=warning.answered_at,
        closed_at=warning.closed_at,
        closed_by=_name(warning.closed_by),
        alarm_count=warning.alarms.count() if count is None else count,
        silences=len(warning.fired),
        next_at=warning.next_at,
        css=LEVEL_CLASSES[warning.level],
    )


def describe_page(warning: RiskWarning) -> RiskWarningPageOut:
    """One warning with whom it was told to, what comes next, what was answered, and its alarms."""
    tellings = list(warning.tellings.select_related("body", "taken_by"))
    bodies = tier_bodies(warning.object, current_time())
    clocks = risk_policy(warning.region_code).clocks(warning.level)
    ahead = escalations(facts_of(warning, tellings, bodies), clocks)
    joined = list(warning.alarms.all())
    known = {one.pk: one for one in alarms_by_id(one.alarm_id for one in joined)}
    return RiskWarningPageOut(
        warning=describe_warning(warning),
        tellings=[_telling(one) for one in tellings],
        ahead=[
            RiskAheadOut(
                tier=one.tier,
                tier_name=str(TIER_NAMES[one.tier]),
                trigger=one.trigger,
                trigger_name=trigger_name(one.trigger),
                at=one.at,
            )
            for one in ahead
        ],
        answers=[_answer(one) for one in warning.answers.select_related("by", "returned_by")],
        alarms=[_alarm(one, known.get(one.alarm_id)) for one in joined],
    )


def _alarm(one: RiskAlarm, alarm: "Alarm | None") -> RiskAlarmOut:
    words = None if alarm is None else AlarmWords.from_orm(alarm)
    return RiskAlarmOut(
        alarm_id=one.alarm_id,
        joined_at=one.joined_at,
        title=words.title if words else "",
        place=words.place if words else "",
        state_name=words.state_name if words else "",
        level_name=words.level_name if words else "",
        raised_at=words.raised_at if words else None,
        closed_at=words.closed_at if words else None,
    )


def _telling(one: RiskTelling) -> RiskTellingOut:
    return RiskTellingOut(
        tier=one.tier,
        tier_name=str(TIER_NAMES[one.tier]),
        body=str(one.body),
        level=one.level,
        level_name=str(LEVEL_NAMES[one.level]),
        trigger=one.trigger,
        trigger_name=trigger_name(one.trigger),
        told_at=one.told_at,
        taken_at=one.taken_at,
        taken_by=_name(one.taken_by),
    )


def _answer(one: RiskAnswer) -> RiskAnswerOut:
    return RiskAnswerOut(
        at=one.at,
        by=str(one.by),
        reason=one.reason,
        reason_name=str(REASON_NAMES[one.reason]),
        measure=one.measure,
        measure_name=str(MEASURE_NAMES[one.measure]),
        text=one.text,
        returned_at=one.returned_at,
        returned_by=_name(one.returned_by),
        returned_text=one.returned_text,
    )


def _name(person: "User | None") -> str:
    return "" if person is None else str(person)
