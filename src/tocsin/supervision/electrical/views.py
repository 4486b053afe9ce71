"""One firm's watched places: set up by the keepers of the register, answered by the firm."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.jurisdiction.face import may
from tocsin.screens.acts import Act, act, perform_and_tell
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.request import Actor, actor_of
from tocsin.supervision.electrical import queries
from tocsin.supervision.electrical.services import answers, places
from tocsin.supervision.electrical.shown.dangers import KIND_NAMES, describe_danger_row, describe_point
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.work.policy.devices import danger_figures
from tocsin.supervision.work.queries.board import visible_points


@never_cache
@require_GET
@costly
def electrical(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """The places with how they stand, what the firm answered, and the forms for who may use them."""
    found = visible_objects(request.user).get(pk=object_id)
    user, region = request.user, found.region_code
    dangers = queries.visible_dangers(user).filter(point__object=found).order_by("hours_to_limit", "since")
    keeps = may(user, rights.MANAGE, region)
    context = {
        "object": found,
        "dangers": [describe_danger_row(one) for one in dangers],
        "points": [describe_point(one) for one in visible_points(user).filter(object=found)],
        "may_keep": keeps,
        "may_answer": may(user, rights.OWN, region, {found.organisation_id} - {None}),
        "kinds": [(kind.value, name) for kind, name in KIND_NAMES.items()],
        "sensors": queries.sensors_for(user) if keeps else (),
        "phases": range(3),
        "figures": [(kind.value, limit) for kind, limit in danger_figures().limit.items()],
        "now": current_time(),
    }
    return render(request, "supervision/electrical/electrical.html", context)


@act("electrical_of_firm")
def watch(
    request: HttpRequest,
    object_id: UUID,
    *,
    kind: str,
    name: str,
    sensors: list[UUID],
    rated_a: float | None,
    limit: float | None,
) -> str:
    """A place that is watched from now on."""
    found = visible_objects(request.user).get(pk=object_id)
    places.watch_point(
        actor=actor_of(request), object_id=found.pk, kind=kind, name=name, sensor_ids=sensors, rated_a=rated_a, limit=limit
    )
    return _("The place is watched from now on.")


def _change(actor: Actor, point_id: UUID, *, rated_a: float | None, limit: float | None) -> str:
    places.change_point(actor=actor, point_id=point_id, rated_a=rated_a, limit=limit)
    return _("The limits hold from the next look on.")


def _forget(actor: Actor, point_id: UUID) -> str:
    places.forget_point(actor=actor, point_id=point_id)
    return _("The place is no longer watched.")


ACTS: dict[str, Act] = {"change": _change, "forget": _forget}


@require_POST
def act_on_point(request: HttpRequest, electrical_point_id: UUID, name: str) -> HttpResponse:
    """Other limits for a place, or it is no longer watched."""
    found = visible_points(request.user).get(pk=electrical_point_id)
    perform_and_tell(request, ACTS, name, actor_of(request), found.pk)
    return redirect("electrical_of_firm", found.object_id)


def _answer(actor: Actor, danger_id: UUID, *, text: str) -> str:
    answers.answer_danger(actor=actor, danger_id=danger_id, text=text, now=current_time())
    return _("Answered. It ends when the measurement is normal again.")


@require_POST
def answer(request: HttpRequest, electrical_danger_id: UUID) -> HttpResponse:
    """The firm says what it does."""
    found = queries.visible_dangers(request.user).get(pk=electrical_danger_id)
    perform_and_tell(request, {"answer": _answer}, "answer", actor_of(request), found.pk)
    return redirect("electrical_of_firm", found.point.object_id)
