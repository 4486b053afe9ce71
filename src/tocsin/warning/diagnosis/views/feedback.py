"""The drawer's parts about answers and findings: what they show, and how their forms are read."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.face import Person, may
from tocsin.screens.acts import Act
from tocsin.screens.forms import Line
from tocsin.screens.request import Actor
from tocsin.warning.causes.policy.causes import shipped_words
from tocsin.warning.causes.shown.checks import THROUGH
from tocsin.warning.causes.shown.labels import cause_label
from tocsin.warning.diagnosis.queries import diagnoses as queries
from tocsin.warning.diagnosis.queries.answers import all_answers
from tocsin.warning.diagnosis.queries.findings import findings_of, possible_causes
from tocsin.warning.diagnosis.rules import NOT_FOUND, OTHER_CAUSE, PERMISSION_DIAGNOSIS, PERMISSION_FINDINGS
from tocsin.warning.diagnosis.services import answers as services
from tocsin.warning.diagnosis.services.findings import record_finding
from tocsin.warning.diagnosis.shown.answers import AnswerOut
from tocsin.warning.diagnosis.shown.checks import CheckOut, what_would_decide
from tocsin.warning.diagnosis.shown.findings import FindingOut

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from tocsin.warning.alarms.models import Alarm


@dataclass(frozen=True)
class DecidingContext:
    """What `_deciding.html` shows: checks to make, answers given, and for who may enter one the ways by which it came."""

    checks: list[CheckOut]
    answers: list[AnswerOut]
    may_enter: bool
    channels: "list[tuple[str, StrOrPromise]]"


def deciding_context(user: Person, alarm: "Alarm") -> DecidingContext:
    """Nothing without the right to see diagnoses. No checks for an alarm that is over."""
    if not may(user, PERMISSION_DIAGNOSIS, alarm.region_code):
        return DecidingContext([], [], may_enter=False, channels=[])
    diagnosis = queries.newest_diagnosis(user, alarm.pk)
    is_due = diagnosis is not None and alarm.standing.is_open and not alarm.true_cause
    return DecidingContext(
        checks=what_would_decide(alarm, diagnosis) if diagnosis is not None and is_due else [],
        answers=[AnswerOut.from_orm(one) for one in all_answers(alarm)],
        may_enter=may(user, PERMISSION_FINDINGS, alarm.region_code),
        channels=list(THROUGH.items()),
    )


def finding_context(user: Person, alarm: "Alarm") -> dict[str, object]:
    """What `_finding.html` shows: findings, and for who may enter one the causes, bodies and suspected objects to choose from."""
    if not may(user, PERMISSION_DIAGNOSIS, alarm.region_code):
        return {"found": [], "may_enter": False}
    shown = queries.newest_diagnosis(user, alarm.pk)
    words = {OTHER_CAUSE: _("another cause"), NOT_FOUND: _("no cause found")}
    return {
        "found": [FindingOut.from_orm(one) for one in findings_of(alarm)],
        "causes": [(code, words.get(code) or cause_label(code)) for code in possible_causes()],
        "bodies": [(code, body.in_language(get_language() or "zh")) for code, body in shipped_words().owners.items()],
        "assets": sorted({one["asset_code"] for one in shown.result["hypotheses"] if one["asset_code"]}) if shown else [],
        "may_enter": may(user, PERMISSION_FINDINGS, alarm.region_code),
    }


def _answer(
    actor: Actor,
    alarm_id: UUID,
    *,
    check: str,
    asset_code: str,
    outcome: str,
    value: float | None,
    unit: str | None = None,
    no_answer: bool,
    said_by: str,
    said_through: str,
) -> None:
    """A measured value with its unit, or an outcome; neither where nothing came of it."""
    if unit is not None and value is None and not no_answer:
        raise InvalidInput(_("Enter the value, or say that it could not be measured."))
    services.record_answer(
        actor=actor,
        alarm_id=alarm_id,
        check=check,
        asset_code=asset_code,
        outcome=outcome,
        value=None if no_answer else value,
        unit=unit or "",
        said_by=said_by,
        said_through=said_through,
    )


def _withdraw(actor: Actor, alarm_id: UUID, *, answer: UUID, reason: str) -> None:
    services.withdraw_answer(actor=actor, alarm_id=alarm_id, answer_id=answer, reason=reason)


def _record_finding(
    actor: Actor,
    alarm_id: UUID,
    *,
    cause: str,
    cause_in_words: str,
    asset_code: Line,
    lon: float | None,
    lat: float | None,
    owner: str,
    found_by: str,
    found_at: datetime | None,
    text: str,
) -> None:
    """What was found; the time is in the city's zone, empty for now."""
    record_finding(
        actor=actor,
        alarm_id=alarm_id,
        cause=cause,
        cause_in_words=cause_in_words,
        asset_code=asset_code,
        lon=lon,
        lat=lat,
        owner=owner,
        found_by=found_by,
        found_at=found_at,
        text=text,
    )


ACTS: dict[str, Act] = {"answer": _answer, "withdraw-answer": _withdraw, "finding": _record_finding}
