"""One stop with the conditions of its resumption, and what is done with it."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import Refusal
from tocsin.jurisdiction.face import may
from tocsin.screens.acts import Act, act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.request import Actor, actor_of
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.stops import queries
from tocsin.supervision.stops import services as stops
from tocsin.supervision.stops import shown as told


def _apply(actor: Actor, order_id: UUID) -> None:
    stops.apply_for_resumption(actor=actor, order_id=order_id, now=current_time())


def _answer(actor: Actor, order_id: UUID, *, code: str, met: bool, words: str) -> None:
    stops.answer_condition(actor=actor, order_id=order_id, code=code, met=met, words=words, now=current_time())


def _approve(actor: Actor, order_id: UUID, *, first_day: date | None) -> None:
    if first_day is None:
        raise Refusal(_("Give the first day of work."))
    stops.approve_resumption(actor=actor, order_id=order_id, first_day=first_day, now=current_time())


STOP_ACTS: dict[str, Act] = {"apply": _apply, "answer": _answer, "approve": _approve}


@act("work_of_firm")
def record_stop(
    request: HttpRequest,
    object_id: UUID,
    *,
    number: str,
    kind: str,
    first: date | None,
    last: date | None,
    scope: str,
    basis: str,
) -> None:
    """A stop of the firm."""
    found = _visible(request, object_id)
    if first is None:
        raise Refusal(_("Give the first day of the stop."))
    stops.record_stop(
        actor=actor_of(request),
        object_id=found.pk,
        number=number,
        kind=kind,
        first=first,
        last=last,
        scope=scope,
        basis=basis,
        now=current_time(),
    )


@never_cache
@require_GET
def stop(request: HttpRequest, stop_order_id: UUID) -> HttpResponse:
    """One stop with the list of conditions of its resumption."""
    order = queries.visible_stop_orders(request.user).get(pk=stop_order_id)
    conditions = [told.describe_condition(one) for one in order.conditions.select_related("by")]
    own = {order.object.organisation_id} - {None}
    leads = may(request.user, rights.LEAD, order.region_code)
    applies = leads or may(request.user, rights.OWN, order.region_code, own)
    context = {
        "stop": told.describe_stop(order),
        "object": order.object,
        "conditions": conditions,
        "open": sum(one.state == "open" for one in conditions),
        "may_lead": leads and order.resumed_on is None,
        "may_apply": applies and order.resumed_on is None and not conditions,
        "today": timezone.localtime(current_time()).date(),
    }
    return render(request, "supervision/stops/stop.html", context)


@require_POST
def act_on_stop(request: HttpRequest, stop_order_id: UUID, name: str) -> HttpResponse:
    """Applies for resumption, answers a condition, or approves."""
    order = queries.visible_stop_orders(request.user).get(pk=stop_order_id)
    perform_and_tell(request, STOP_ACTS, name, actor_of(request), order.pk)
    return redirect("stop", stop_order_id)


def _visible(request: HttpRequest, object_id: UUID) -> SupervisedObject:
    return visible_objects(request.user).get(pk=object_id)
