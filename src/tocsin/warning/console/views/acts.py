"""What persons do in the drawer: one service call each, answered with the drawer as it is afterwards."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.base.errors import InvalidInput, NotAllowed, Refusal
from tocsin.base.levels import AlarmLevel
from tocsin.warning.alarms.services import acts as services
from tocsin.warning.console.views.drawer import drawer_context
from tocsin.warning.diagnosis.services import answers as services_answers
from tocsin.warning.diagnosis.services import findings as services_findings
from tocsin.warning.diagnosis.views import feedback

type Form = dict[str, str]
type Fields = dict[str, Any]


def _shelf(form: Form) -> Fields:
    until = settings.CONFIGURATION.clock.now() + timedelta(minutes=int(form["minutes"]))
    return {"until": until, "reason": form.get("reason", "")}


# Name in the address -> the service and how its fields are read from the form.
ACTS: dict[str, tuple[Callable[..., Any], Callable[[Form], Fields]]] = {
    "acknowledge": (services.acknowledge_alarm, lambda form: {}),
    "reset": (services.reset_alarm, lambda form: {}),
    "shelve": (services.shelve_alarm, _shelf),
    "unshelve": (services.unshelve_alarm, lambda form: {}),
    "comment": (services.comment_on_alarm, lambda form: {"text": form.get("text", "")}),
    "assign": (services.assign_alarm, lambda form: {"person_id": UUID(form["person"]) if form.get("person", "") else None}),
    "level": (
        services.set_alarm_level,
        lambda form: {"level": AlarmLevel(int(form["level"])), "reason": form.get("reason", "")},
    ),
    "answer": (services_answers.record_answer, feedback.answer_fields),
    "withdraw-answer": (services_answers.withdraw_answer, feedback.withdrawal_fields),
    "finding": (services_findings.record_finding, feedback.finding_fields),
}


@require_POST
def act(request: HttpRequest, alarm_id: UUID, name: str) -> HttpResponse:
    """Does it; a refusal is told in the drawer with status 400, 403 or 409."""
    if name not in ACTS:
        raise Http404
    service, fields = ACTS[name]
    error, status = "", 200
    try:
        service(actor=cast("Any", request.user), alarm_id=alarm_id, **_read(fields, request.POST.dict()))
    except Refusal as refusal:
        error = str(refusal)
        status = 403 if isinstance(refusal, NotAllowed) else 400 if isinstance(refusal, InvalidInput) else 409
    except ObjectDoesNotExist:
        raise Http404 from None
    return render(request, "warning/console/_alarm.html", drawer_context(request.user, alarm_id, error), status=status)


def _read(fields: Callable[[Form], Fields], form: Form) -> Fields:
    try:
        return fields(form)
    except (KeyError, ValueError):
        raise InvalidInput(_("The form can't be read.")) from None
