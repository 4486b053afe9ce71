"""Events with measures and checks, for pages and programs."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone
from ninja import Field, Schema

from tocsin.hazchem.prevention.policy.prevention import prevention
from tocsin.hazchem.prevention.rules.kinds import LONGEST_DAYS, CheckPeriod, RiskColour
from tocsin.hazchem.prevention.shown.names import COLOUR_NAMES, MEASURE_NAMES, METHOD_NAMES, PERIOD_NAMES, SCALE_NAMES
from tocsin.screens.shapes import OnPages
from tocsin.supervision.face import role_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.hazchem.prevention.models import CheckResult, CheckTask, RiskEvent, RiskMeasure, RiskObject, RiskUnit


class RiskObjectOut(Schema):
    """What a firm analyses, with who answers for it."""

    id: UUID
    object_id: UUID
    firm: str
    name: str
    department: str
    person_id: UUID | None
    person: str


class RiskUnitOut(Schema):
    """A part of an analysis object."""

    id: UUID
    risk_object_id: UUID
    object_id: UUID
    name: str
    plant_unit_id: UUID | None = Field(description="the unit of the plant whose risk its events are")


class RiskEventOut(Schema):
    """What may happen at a unit, graded."""

    id: UUID
    object_id: UUID
    firm: str
    risk_object_id: UUID
    risk_object: str
    department: str
    person: str
    risk_unit_id: UUID
    unit: str
    plant_unit_id: UUID | None
    text: str
    cause: str
    consequence: str
    method: str
    method_name: str
    scale: str = Field(description="ls or lec")
    scale_name: str
    likelihood: float
    severity: float = Field(description="S of LS, C of LEC")
    exposure: float | None
    value: float = Field(description="R = L·S, or D = L·E·C")
    colour: str = Field(description="red, orange, yellow or blue")
    colour_name: str
    assessed_at: datetime
    assessed_by: str
    measures: int
    failed: int = Field(description="measures whose hidden danger is not closed")
    css: OnPages[str]


class CheckTaskOut(Schema):
    """A check, due again and again."""

    id: UUID
    risk_measure_id: UUID
    risk_event_id: UUID
    object_id: UUID
    firm: str
    unit: str
    event: str
    measure: str
    text: str
    period: str
    period_name: str
    person_id: UUID | None
    role: str
    who: str
    due_on: date
    overdue: bool
    too_seldom: bool = Field(description="seldomer than its event's colour asks for")


class RiskMeasureOut(Schema):
    """What stands against an event, with its checks."""

    id: UUID
    kind: str
    kind_name: str
    text: str
    failed_at: datetime | None = Field(description="since when its hidden danger is not closed")
    checks: list[CheckTaskOut]


class WholeRiskEventOut(RiskEventOut):
    """An event with what stands against it."""

    against: list[RiskMeasureOut]


class CheckResultOut(Schema):
    """What a check found."""

    id: UUID
    check_task_id: UUID
    due_on: date
    at: datetime
    by: str
    normal: bool
    text: str
    finding_id: UUID | None
    finding_number: str
    open_danger: bool = Field(description="its hidden danger is not closed")
    at_place: bool | None = Field(description="whether the code of the place was scanned there; null where none was")


def describe_risk_object(one: "RiskObject") -> RiskObjectOut:
    """One analysis object."""
    return RiskObjectOut(
        id=one.pk,
        object_id=one.object_id,
        firm=one.object.name,
        name=one.name,
        department=one.department,
        person_id=one.person_id,
        person=str(one.person or ""),
    )


def describe_risk_unit(one: "RiskUnit") -> RiskUnitOut:
    """One part of it."""
    return RiskUnitOut(
        id=one.pk, risk_object_id=one.risk_object_id, object_id=one.object_id, name=one.name, plant_unit_id=one.plant_unit_id
    )


def describe_event(event: "RiskEvent") -> RiskEventOut:
    """One event of `visible_events`."""
    unit, risk_object = event.unit, event.unit.risk_object
    return RiskEventOut(
        id=event.pk,
        object_id=event.object_id,
        firm=event.object.name,
        risk_object_id=risk_object.pk,
        risk_object=risk_object.name,
        department=risk_object.department,
        person=str(risk_object.person or ""),
        risk_unit_id=unit.pk,
        unit=unit.name,
        plant_unit_id=unit.plant_unit_id,
        text=event.text,
        cause=event.cause,
        consequence=event.consequence,
        method=event.method,
        method_name=str(METHOD_NAMES[event.method]),
        scale=event.scale,
        scale_name=str(SCALE_NAMES[event.scale]),
        likelihood=event.likelihood,
        severity=event.severity,
        exposure=event.exposure,
        value=event.value,
        colour=event.colour,
        colour_name=str(COLOUR_NAMES[event.colour]),
        assessed_at=event.assessed_at,
        assessed_by=str(event.assessed_by),
        measures=getattr(event, "measure_count", 0),
        failed=getattr(event, "failed_count", 0),
        css=event.colour,
    )


def describe_whole_event(event: "RiskEvent", measures: "Iterable[RiskMeasure]", now: datetime) -> WholeRiskEventOut:
    """One event with its measures, of `measures_of`."""
    return WholeRiskEventOut(**vars(describe_event(event)), against=[describe_measure(one, now) for one in measures])


def describe_measure(measure: "RiskMeasure", now: datetime) -> RiskMeasureOut:
    """One measure with its checks, where they are loaded."""
    return RiskMeasureOut(
        id=measure.pk,
        kind=measure.kind,
        kind_name=str(MEASURE_NAMES[measure.kind]),
        text=measure.text,
        failed_at=measure.failed_at,
        checks=[describe_check(one, now) for one in getattr(measure, "planned", ())],
    )


def describe_check(task: "CheckTask", now: datetime) -> CheckTaskOut:
    """One check with where it belongs."""
    event = task.measure.event
    longest = prevention().longest_days.of(RiskColour(event.colour))
    return CheckTaskOut(
        id=task.pk,
        risk_measure_id=task.measure_id,
        risk_event_id=event.pk,
        object_id=task.object_id,
        firm=task.object.name,
        unit=f"{event.unit.risk_object.name} · {event.unit.name}",
        event=event.text,
        measure=task.measure.text,
        text=task.text,
        period=task.period,
        period_name=str(PERIOD_NAMES[task.period]),
        person_id=task.person_id,
        role=task.role,
        who=str(task.person) if task.person is not None else role_name(task.role),
        due_on=task.due_on,
        overdue=task.due_on < timezone.localdate(now),
        too_seldom=LONGEST_DAYS[CheckPeriod(task.period)] > longest,
    )


def describe_result(one: "CheckResult") -> CheckResultOut:
    """What a check found."""
    return CheckResultOut(
        id=one.pk,
        check_task_id=one.task_id,
        due_on=one.due_on,
        at=one.at,
        by=str(one.by),
        normal=one.normal,
        text=one.text,
        finding_id=one.finding_id,
        finding_number=one.finding_number,
        open_danger=one.open_danger,
        at_place=one.at_place,
    )
