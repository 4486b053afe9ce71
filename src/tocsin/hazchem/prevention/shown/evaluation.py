"""Evaluations with the evidence of each part, for pages and programs."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.base.decoding import convert
from tocsin.hazchem.prevention.rules.evaluation import BY_RECORD, POINTS, Criterion, CriterionPoints, Element, by_element
from tocsin.screens.shapes import OnPages

if TYPE_CHECKING:
    from tocsin.hazchem.prevention.models import PreventionEvaluation, PreventionRecord

ELEMENT_NAMES: Final[dict[Element, Promise]] = {
    Element.MECHANISM: pgettext_lazy("element of an evaluation", "work mechanism"),
    Element.GRADING: pgettext_lazy("element of an evaluation", "risk classification and control"),
    Element.DANGERS: pgettext_lazy("element of an evaluation", "treatment of hidden dangers"),
    Element.SYSTEM: pgettext_lazy("element of an evaluation", "information system"),
    Element.INCENTIVE: pgettext_lazy("element of an evaluation", "incentives"),
    Element.IMPROVEMENT: pgettext_lazy("element of an evaluation", "improvement"),
    Element.EXTRA: pgettext_lazy("element of an evaluation", "advanced functions"),
}
CRITERION_NAMES: Final[dict[Criterion, Promise]] = {
    Criterion.BODY: pgettext_lazy("part of an evaluation", "leading body"),
    Criterion.PLAN: pgettext_lazy("part of an evaluation", "plan of work"),
    Criterion.TRAINING: pgettext_lazy("part of an evaluation", "training of all staff"),
    Criterion.RULES: pgettext_lazy("part of an evaluation", "rules of management"),
    Criterion.UNITS: pgettext_lazy("part of an evaluation", "analysis units"),
    Criterion.ASSESSMENT: pgettext_lazy("part of an evaluation", "identification and assessment"),
    Criterion.RISK_MAP: pgettext_lazy("part of an evaluation", "risk map"),
    Criterion.MEASURES: pgettext_lazy("part of an evaluation", "measures"),
    Criterion.CONTROL: pgettext_lazy("part of an evaluation", "graded control"),
    Criterion.CHECK_TASKS: pgettext_lazy("part of an evaluation", "check tasks"),
    Criterion.CHECKS: pgettext_lazy("part of an evaluation", "checks"),
    Criterion.ACCEPTANCE: pgettext_lazy("part of an evaluation", "treatment and acceptance"),
    Criterion.REQUIREMENTS: pgettext_lazy("part of an evaluation", "functions of the system"),
    Criterion.INCENTIVES: pgettext_lazy("part of an evaluation", "incentives and restraints"),
    Criterion.REASSESSMENT: pgettext_lazy("part of an evaluation", "dynamic assessment"),
    Criterion.ADVANCED: pgettext_lazy("part of an evaluation", "advanced functions"),
}
EVIDENCE_NAMES: Final[dict[Criterion, Promise]] = {
    **dict.fromkeys(BY_RECORD, pgettext_lazy("evidence of an evaluation", "a record that still counts")),
    Criterion.UNITS: pgettext_lazy("evidence of an evaluation", "units of the plant that have analysis units"),
    Criterion.ASSESSMENT: pgettext_lazy("evidence of an evaluation", "events that were assessed within a year"),
    Criterion.RISK_MAP: pgettext_lazy("evidence of an evaluation", "units of the plant that have a place on the map"),
    Criterion.MEASURES: pgettext_lazy("evidence of an evaluation", "events against which measures stand"),
    Criterion.CONTROL: pgettext_lazy("evidence of an evaluation", "events whose analysis object somebody answers for"),
    Criterion.CHECK_TASKS: pgettext_lazy(
        "evidence of an evaluation", "measures that are checked as often as their colour asks for"
    ),
    Criterion.CHECKS: pgettext_lazy("evidence of an evaluation", "checks of this month that were made in time"),
    Criterion.ACCEPTANCE: pgettext_lazy("evidence of an evaluation", "hidden dangers that were closed in time"),
    Criterion.REQUIREMENTS: pgettext_lazy(
        "evidence of an evaluation", "in use: ledger, check tasks, results, monitoring, commitments, dynamic risk"
    ),
    Criterion.REASSESSMENT: pgettext_lazy(
        "evidence of an evaluation", "events assessed within a year, and anew after a measure failed"
    ),
    Criterion.ADVANCED: pgettext_lazy("evidence of an evaluation", "in use: work permits, dynamic risk of units"),
}


class CriterionOut(Schema):
    """A part of an evaluation with its evidence."""

    criterion: Criterion
    name: str
    points: float
    most: float
    have: float
    of: float = Field(description="0: there is nothing to judge by, which gives nothing")
    evidence: str
    address: OnPages[str]


class ElementOut(Schema):
    """An element with its parts."""

    element: Element
    name: str
    points: float
    most: float
    parts: list[CriterionOut]


class PreventionEvaluationOut(Schema):
    """A firm's points in a month."""

    object_id: UUID
    firm: str
    month: date = Field(description="its first day")
    looked_on: date = Field(description="the day as of which they are")
    points: float = Field(description="of 100, and 10 extra")
    elements: list[ElementOut]


class PreventionRecordOut(Schema):
    """A record of what no ledger shows."""

    id: UUID
    object_id: UUID
    criterion: str
    criterion_name: str
    on: date
    text: str
    by: str


def describe_elements(rows: Sequence[CriterionPoints], firm_id: UUID) -> list[ElementOut]:
    """Points by element and part, with where the rows are that they were given for."""
    told = list(rows)
    return [
        ElementOut(
            element=element,
            name=str(ELEMENT_NAMES[element]),
            points=points,
            most=most,
            parts=[_part(one, firm_id) for one in told if POINTS[one.criterion][0] is element],
        )
        for element, (points, most) in by_element(told).items()
    ]


def describe_evaluation(one: "PreventionEvaluation") -> PreventionEvaluationOut:
    """One that is kept; its firm is loaded."""
    return PreventionEvaluationOut(
        object_id=one.object_id,
        firm=one.object.name,
        month=one.month,
        looked_on=one.looked_on,
        points=one.points,
        elements=describe_elements(convert(one.rows, list[CriterionPoints]), one.object_id),
    )


def describe_record(one: "PreventionRecord") -> PreventionRecordOut:
    """One record."""
    name = str(CRITERION_NAMES[Criterion(one.criterion)])
    return PreventionRecordOut(
        id=one.pk,
        object_id=one.object_id,
        criterion=one.criterion,
        criterion_name=name,
        on=one.on,
        text=one.text,
        by=str(one.by),
    )


def _part(one: CriterionPoints, firm_id: UUID) -> CriterionOut:
    return CriterionOut(
        criterion=one.criterion,
        name=str(CRITERION_NAMES[one.criterion]),
        points=one.points,
        most=one.most,
        have=one.have,
        of=one.of,
        evidence=str(EVIDENCE_NAMES[one.criterion]),
        address=_address(one.criterion, firm_id),
    )


def _address(criterion: Criterion, firm_id: UUID) -> str:
    ledger = f"{reverse('risk_events')}?firm={firm_id}"
    match criterion:
        case Criterion.MEASURES:
            return f"{ledger}&which=unmeasured"
        case Criterion.CHECK_TASKS:
            return f"{ledger}&which=unchecked"
        case Criterion.ASSESSMENT | Criterion.CONTROL | Criterion.REASSESSMENT:
            return ledger
        case Criterion.CHECKS:
            return f"{reverse('risk_checks')}?which=overdue&firm={firm_id}"
        case Criterion.ACCEPTANCE:
            return f"{reverse('findings')}?state=own"
        case Criterion.ADVANCED | Criterion.REQUIREMENTS:
            return reverse("dynamic_risk_of", args=[firm_id])
        case Criterion.UNITS | Criterion.RISK_MAP:
            return reverse("supervised_object", args=[firm_id])
        case _:
            return "#records"
