"""The drawer's parts about answers and findings: what they show, and how their forms are read."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.face import Person, may
from tocsin.warning.causes.policy.causes import shipped_words
from tocsin.warning.causes.shown.checks import THROUGH
from tocsin.warning.causes.shown.labels import cause_label
from tocsin.warning.diagnosis.queries import (
    answers as queries_answers,
)
from tocsin.warning.diagnosis.queries import (
    diagnoses as queries,
)
from tocsin.warning.diagnosis.queries import (
    findings as queries_findings,
)
from tocsin.warning.diagnosis.queries import (
    findings as services,
)
from tocsin.warning.diagnosis.rules import NOT_FOUND, OTHER_CAUSE, PERMISSION_DIAGNOSIS, PERMISSION_FINDINGS
from tocsin.warning.diagnosis.shown.answers import describe_answer
from tocsin.warning.diagnosis.shown.checks import what_would_decide
from tocsin.warning.diagnosis.shown.findings import describe_finding

if TYPE_CHECKING:
    from tocsin.warning.alarms.models import Alarm

type Form = dict[str, str]
type Fields = dict[str, Any]


def deciding_context(user: Person, alarm: "Alarm") -> dict[str, Any]:
    """What `_deciding.html` shows; nothing without the right to see diagnoses. No checks for an alarm that is over."""
    if not may(user, PERMISSION_DIAGNOSIS, alarm.region_code):
        return {"checks": [], "answers": [], "may_enter": False}
    diagnosis = queries.newest_diagnosis(user, alarm.pk)
    is_due = diagnosis is not None and alarm.standing.is_open and not alarm.true_cause
    return {
        "checks": what_would_decide(alarm, diagnosis) if diagnosis is not None and is_due else [],
        "answers": [describe_answer(one) for one in queries_answers.all_answers(alarm)],
        "may_enter": may(user, PERMISSION_FINDINGS, alarm.region_code),
        "channels": list(THROUGH.items()),
    }


def finding_context(user: Person, alarm: "Alarm") -> dict[str, Any]:
    """What `_finding.html` shows: findings, and for who may enter one the causes, bodies and suspected objects to choose from."""
    if not may(user, PERMISSION_DIAGNOSIS, alarm.region_code):
        return {"found": [], "may_enter": False}
    shown = queries.newest_diagnosis(user, alarm.pk)
    words = {OTHER_CAUSE: _("another cause"), NOT_FOUND: _("no cause found")}
    return {
        "found": [describe_finding(one) for one in queries_findings.findings_of(alarm)],
        "causes": [(code, words.get(code) or cause_label(code)) for code in services.possible_causes()],
        "bodies": [(code, body.in_language(get_language() or "zh")) for code, body in shipped_words().owners.items()],
        "assets": sorted({one["asset_code"] for one in shown.result["hypotheses"] if one["asset_code"]}) if shown else [],
        "may_enter": may(user, PERMISSION_FINDINGS, alarm.region_code),
    }


def answer_fields(form: Form) -> Fields:
    """A measured value with its unit, or an outcome; neither where nothing came of it."""
    value = form.get("value", "").strip()
    if "unit" in form and not value and not form.get("no_answer"):
        raise InvalidInput(_("Enter the value, or say that it could not be measured."))
    return {
        "check": form["check"],
        "asset_code": form.get("asset_code", ""),
        "outcome": form.get("outcome", ""),
        "value": None if form.get("no_answer") or not value else float(value),
        "unit": form.get("unit", ""),
        "said_by": form.get("said_by", ""),
        "said_through": form.get("said_through", ""),
    }


def withdrawal_fields(form: Form) -> Fields:
    """Which answer, and why."""
    return {"answer_id": UUID(form["answer"]), "reason": form.get("reason", "")}


def finding_fields(form: Form) -> Fields:
    """What was found; the time is in the city's zone, empty for now."""
    at = form.get("found_at", "")
    return {
        "cause": form.get("cause", ""),
        "cause_in_words": form.get("cause_in_words", ""),
        "asset_code": form.get("asset_code", "").strip(),
        "lon": _number(form, "lon"),
        "lat": _number(form, "lat"),
        "owner": form.get("owner", ""),
        "found_by": form.get("found_by", ""),
        "found_at": timezone.make_aware(datetime.fromisoformat(at)) if at else None,
        "text": form.get("text", ""),
    }


def _number(form: Form, name: str) -> float | None:
    text = form.get(name, "").strip()
    return float(text) if text else None
