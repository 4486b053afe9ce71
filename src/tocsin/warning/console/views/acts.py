"""What persons do in the drawer: one service call each, answered with the drawer as it is afterwards."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from tocsin.base.levels import AlarmLevel
from tocsin.screens.acts import Act, perform
from tocsin.screens.clock import current_time
from tocsin.screens.request import Actor, actor_of
from tocsin.warning.alarms.services import acts as services
from tocsin.warning.console.views.drawer import drawer_context
from tocsin.warning.diagnosis.views import feedback


# Name in the address -> the service and how its fields are read from the form.
def _shelve(actor: Actor, alarm_id: UUID, *, minutes: int, reason: str, once: bool) -> None:
    until = current_time() + timedelta(minutes=minutes)
    services.shelve_alarm(actor=actor, alarm_id=alarm_id, until=until, once=once, reason=reason)


def _confirm(actor: Actor, alarm_id: UUID, *, done: str) -> None:
    services.confirm_alarm(actor=actor, alarm_id=alarm_id, done=done)


def _out_of_service(actor: Actor, alarm_id: UUID, *, hours: int, reason: str) -> None:
    until = current_time() + timedelta(hours=hours)
    services.take_out_of_service(actor=actor, alarm_id=alarm_id, until=until, reason=reason)


def _unsuppress(actor: Actor, alarm_id: UUID, *, reason: str) -> None:
    services.suppress_alarm(actor=actor, alarm_id=alarm_id, reason=reason, suppressed=False)


def _assign(actor: Actor, alarm_id: UUID, *, person: UUID | None) -> None:
    services.assign_alarm(actor=actor, alarm_id=alarm_id, person_id=person)


def _comment(actor: Actor, alarm_id: UUID, *, text: str) -> None:
    services.comment_on_alarm(actor=actor, alarm_id=alarm_id, text=text)


def _set_level(actor: Actor, alarm_id: UUID, *, level: AlarmLevel, reason: str) -> None:
    services.set_alarm_level(actor=actor, alarm_id=alarm_id, level=level, reason=reason)


ACTS: dict[str, Act] = {
    "acknowledge": lambda actor, alarm_id: services.acknowledge_alarm(actor=actor, alarm_id=alarm_id),
    "reset": lambda actor, alarm_id: services.reset_alarm(actor=actor, alarm_id=alarm_id),
    "shelve": _shelve,
    "confirm": _confirm,
    "out-of-service": _out_of_service,
    "return-to-service": lambda actor, alarm_id: services.return_to_service(actor=actor, alarm_id=alarm_id),
    "unshelve": lambda actor, alarm_id: services.unshelve_alarm(actor=actor, alarm_id=alarm_id),
    "unsuppress": _unsuppress,
    "comment": _comment,
    "assign": _assign,
    "level": _set_level,
    **feedback.ACTS,
}


@require_POST
def act(request: HttpRequest, alarm_id: UUID, name: str) -> HttpResponse:
    """Does it; a refusal is told in the drawer with status 400, 403 or 409."""
    attempt = perform(request, ACTS, name, actor_of(request), alarm_id)
    context = drawer_context(request.user, alarm_id, attempt.reason)
    return render(request, "warning/console/_alarm.html", context, status=attempt.status)
