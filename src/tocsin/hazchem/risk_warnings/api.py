"""Risk warnings for programs."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.hazchem.risk_warnings import queries
from tocsin.hazchem.risk_warnings.rules import RiskMeasure, RiskReason
from tocsin.hazchem.risk_warnings.services import answering
from tocsin.hazchem.risk_warnings.shown.warnings import RiskWarningOut, RiskWarningPageOut, describe_page, describe_warning
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of

router = Router()


class RiskWarningFilter(Slice):
    q: str = Field("", max_length=120, description="a part of the unit's or the firm's name")
    which: queries.Which = "open"
    level: int | None = Field(None, ge=1, le=4, description="at least this one: 1 blue to 4 red")


class RiskWarningsOut(Schema):
    items: list[RiskWarningOut]
    total: int


class RiskAnswerIn(Schema, extra="forbid"):
    reason: RiskReason
    measure: RiskMeasure
    text: str = Field(min_length=1, max_length=1000)


class RiskReturnIn(Schema, extra="forbid"):
    text: str = Field(min_length=1, max_length=1000, description="what is missing")


@router.get("/risk-warnings", response=RiskWarningsOut)
def risk_warnings(request: HttpRequest, wanted: Query[RiskWarningFilter]) -> RiskWarningsOut:
    """Warnings of firms that you see, open ones first, the gravest above."""
    found = queries.search_warnings(request.user, now=current_time(), which=wanted.which, level=wanted.level, q=wanted.q)
    return RiskWarningsOut(items=[describe_warning(one) for one in wanted.cut(found)], total=found.count())


@router.get("/risk-warnings/{uuid:risk_warning_id}", response=RiskWarningPageOut)
def risk_warning(request: HttpRequest, risk_warning_id: UUID) -> RiskWarningPageOut:
    """One warning: whom it was told to and why, what comes next, what the firm answered, its alarms."""
    return describe_page(queries.visible_warnings(request.user).get(pk=risk_warning_id))


@router.post("/risk-warnings/{uuid:risk_warning_id}/confirm", response=RiskWarningPageOut)
def confirm_risk_warning(request: HttpRequest, risk_warning_id: UUID) -> RiskWarningPageOut:
    """The firm takes the warning."""
    answering.confirm_warning(actor=actor_of(request), warning_id=risk_warning_id, now=current_time())
    return risk_warning(request, risk_warning_id)


@router.post("/risk-warnings/{uuid:risk_warning_id}/answer", response=RiskWarningPageOut)
def answer_risk_warning(request: HttpRequest, risk_warning_id: UUID, given: RiskAnswerIn) -> RiskWarningPageOut:
    """The firm says why it rang and what was done; every tier that was told hears it."""
    answering.answer_warning(
        actor=actor_of(request),
        warning_id=risk_warning_id,
        reason=given.reason,
        measure=given.measure,
        text=given.text,
        now=current_time(),
    )
    return risk_warning(request, risk_warning_id)


@router.post("/risk-warnings/{uuid:risk_warning_id}/return", response=RiskWarningPageOut)
def return_risk_answer(request: HttpRequest, risk_warning_id: UUID, given: RiskReturnIn) -> RiskWarningPageOut:
    """Whoever supervises sends the answer back."""
    answering.return_answer(actor=actor_of(request), warning_id=risk_warning_id, text=given.text, now=current_time())
    return risk_warning(request, risk_warning_id)


@router.post("/risk-warnings/{uuid:risk_warning_id}/close", response=RiskWarningPageOut)
def close_risk_warning(request: HttpRequest, risk_warning_id: UUID) -> RiskWarningPageOut:
    """Whoever supervises has checked the answer; refused while one of its alarms still holds."""
    answering.close_warning(actor=actor_of(request), warning_id=risk_warning_id, now=current_time())
    return risk_warning(request, risk_warning_id)


@router.post("/risk-warnings/{uuid:risk_warning_id}/note", response=RiskWarningPageOut)
def note_risk_warning(request: HttpRequest, risk_warning_id: UUID) -> RiskWarningPageOut:
    """Your body, which was told, takes note."""
    answering.take_note(actor=actor_of(request), warning_id=risk_warning_id, now=current_time())
    return risk_warning(request, risk_warning_id)
