"""One stop with the conditions of its resumption, and what is done with it."""

from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import Refusal
from tocsin.jurisdiction.face import may
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.stops import queries
from tocsin.supervision.stops import services as stops
from tocsin.supervision.stops import shown as told


@require_POST
def record_stop(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """A stop of the firm."""
    found = _visible(request, object_id)
    given = request.POST
    first = _date(given.get("first"))
    try:
        if first is None:
            raise Refusal(_("Give the first day of the stop."))
        stops.record_stop(
            actor=_actor(request),
            object_id=found.pk,
            number=given.get("number", ""),
            kind=given.get("kind", ""),
            first=first,
            last=_date(given.get("last")),
            scope=given.get("scope", ""),
            basis=given.get("basis", ""),
            now=_now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("work_of_firm", object_id)


@never_cache
@require_GET
def stop(request: HttpRequest, stop_order_id: UUID) -> HttpResponse:
    """One stop with the list of conditions of its resumption."""
    order = queries.visible_stop_orders(request.user).filter(pk=stop_order_id).first()
    if order is None:
        raise Http404
    conditions = [told.describe_condition(one) for one in order.conditions.select_related("by")]
    own = {order.object.organisation_id} - {None}
    leads = may(request.user, rights.LEAD, order.region_code)
    applies = leads or may(request.user, rights.OWN, order.region_code, own)
    context = {
        "stop": told.describe_stop(order),
        "object": order.object,
        "conditions": conditions,
        "open": sum(one["state"] == "open" for one in conditions),
        "may_lead": leads and order.resumed_on is None,
        "may_apply": applies and order.resumed_on is None and not conditions,
        "today": timezone.localtime(_now()).date(),
    }
    return render(request, "supervision/stops/stop.html", context)


@require_POST
def act_on_stop(request: HttpRequest, stop_order_id: UUID, name: str) -> HttpResponse:
    """Applies for resumption, answers a condition, or approves."""
    order = queries.visible_stop_orders(request.user).filter(pk=stop_order_id).first()
    if order is None:
        raise Http404
    actor, given = _actor(request), request.POST
    try:
        match name:
            case "apply":
                stops.apply_for_resumption(actor=actor, order_id=order.pk, now=_now())
            case "answer":
                stops.answer_condition(
                    actor=actor,
                    order_id=order.pk,
                    code=given.get("code", ""),
                    met=given.get("met") == "yes",
                    words=given.get("words", ""),
                    now=_now(),
                )
            case "approve":
                day = _date(given.get("first_day"))
                if day is None:
                    raise Refusal(_("Give the first day of work."))
                stops.approve_resumption(actor=actor, order_id=order.pk, first_day=day, now=_now())
            case _:
                raise Http404
    except ObjectDoesNotExist:
        raise Http404 from None
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("stop", stop_order_id)


def _visible(request: HttpRequest, object_id: UUID) -> SupervisedObject:
    found = visible_objects(request.user).filter(pk=object_id).first()
    if found is None:
        raise Http404
    return found


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _actor(request: HttpRequest) -> Any:
    return cast("Any", request.user)


def _now() -> datetime:
    return settings.CONFIGURATION.clock.now()
