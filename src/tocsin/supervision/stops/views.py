"""Stops and resumptions: the list of all, one with its service and its conditions, and what is done with it."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import InvalidInput, Refusal
from tocsin.engine.work.firm import OrderKind
from tocsin.jurisdiction.face import may
from tocsin.records.face import attachments_of_all
from tocsin.screens.acts import Act, act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.stops import queries
from tocsin.supervision.stops.models import StopOrder
from tocsin.supervision.stops.rules import Receipt
from tocsin.supervision.stops.services import orders, resumptions
from tocsin.supervision.stops.shown import stops as told

COLUMNS = ("number", "object", "kind_name", "first", "last", "served_at", "receipt_name", "standing_name", "resumed_on")
EMPTY = EmptyState(gettext_lazy("A stop is recorded when a firm says that it stops work, or an order says so."))


@dataclass(frozen=True)
class Filters:
    """Which stops the list shows."""

    which: queries.Which = ""
    q: str = ""


@never_cache
@require_GET
def stops(request: HttpRequest) -> HttpResponse:
    """Orders, planned stops and resumptions of the firms that the reader sees."""
    chosen = read_filters(Filters, request.GET)
    today = timezone.localtime(current_time()).date()
    found = queries.search_stops(request.user, today=today, **asdict(chosen)).select_related("proposed_by", "approved_by")
    choices = [(code, told.STANDING_NAMES[code]) for code in ("unserved", "standing", "asked", "proposed", "resumed")]
    return list_file(request, found, "stops", COLUMNS, told.describe_stop) or list_page(
        request,
        found,
        "supervision/stops/stops.html",
        empty=EMPTY,
        part="",
        describe=told.describe_stop,
        context={"chosen": chosen, "choices": choices},
    )


def _apply(request: HttpRequest, order_id: UUID) -> None:
    resumptions.apply_for_resumption(actor=actor_of(request), order_id=order_id, now=current_time())


def _receive(request: HttpRequest, order_id: UUID) -> str:
    orders.serve_order(actor=actor_of(request), order_id=order_id, receipt=Receipt.RECEIVED, name="", now=current_time())
    return _("The order is taken; it has its effect from now on.")


def _serve(
    request: HttpRequest, order_id: UUID, *, receipt: Receipt | None, name: str, served_at: datetime | None, words: str
) -> None:
    if receipt is None:
        raise Refusal(_("Say whether the order was taken or refused."))
    orders.serve_order(
        actor=actor_of(request),
        order_id=order_id,
        receipt=receipt,
        name=name,
        served_at=served_at,
        words=words,
        now=current_time(),
    )


def _answer(request: HttpRequest, order_id: UUID, *, code: str, met: bool, words: str) -> None:
    _keep_file(request, order_id, code)
    resumptions.answer_condition(actor=actor_of(request), order_id=order_id, code=code, met=met, words=words, now=current_time())


def _attach(request: HttpRequest, order_id: UUID, *, code: str) -> None:
    if not _keep_file(request, order_id, code):
        raise InvalidInput(_("Choose a file first."))


def _keep_file(request: HttpRequest, order_id: UUID, code: str) -> bool:
    file = request.FILES.get("file")
    if file is not None:
        resumptions.attach_to_condition(
            actor=actor_of(request), order_id=order_id, code=code, data=file.read(), name=file.name or "", now=current_time()
        )
    return file is not None


def _propose(request: HttpRequest, order_id: UUID, *, first_day: date | None, inspection: UUID | None, words: str) -> None:
    if first_day is None:
        raise Refusal(_("Give the first day of work."))
    resumptions.propose_resumption(
        actor=actor_of(request),
        order_id=order_id,
        first_day=first_day,
        inspection_id=inspection,
        words=words,
        now=current_time(),
    )


def _approve(request: HttpRequest, order_id: UUID, *, first_day: date | None) -> None:
    resumptions.approve_resumption(actor=actor_of(request), order_id=order_id, first_day=first_day, now=current_time())


def _refuse(request: HttpRequest, order_id: UUID, *, words: str) -> None:
    resumptions.refuse_resumption(actor=actor_of(request), order_id=order_id, words=words, now=current_time())


STOP_ACTS: dict[str, Act] = {
    "apply": _apply,
    "receive": _receive,
    "serve": _serve,
    "answer": _answer,
    "attach": _attach,
    "propose": _propose,
    "approve": _approve,
    "refuse": _refuse,
}


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
) -> str:
    """A stop of the firm."""
    found = _visible(request, object_id)
    if first is None:
        raise Refusal(_("Give the first day of the stop."))
    order = orders.record_stop(
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
    if order.kind == OrderKind.ORDERED_STOP:
        return _("The order is recorded and the firm is told. It has its effect once it is served.")
    return _("The stop is recorded.")


@act("work_of_firm")
def take_over(
    request: HttpRequest,
    object_id: UUID,
    *,
    number: str,
    kind: str,
    first: date | None,
    last: date | None,
    served_at: datetime | None,
    resumed_on: date | None,
    scope: str,
    basis: str,
) -> str:
    """A stop as another system holds it, written down by the register's keepers."""
    found = _visible(request, object_id)
    if first is None:
        raise Refusal(_("Give the first day of the stop."))
    orders.take_over_stop(
        actor=actor_of(request),
        object_id=found.pk,
        number=number,
        kind=kind,
        first=first,
        last=last,
        served_at=served_at,
        resumed_on=resumed_on,
        scope=scope,
        basis=basis,
        now=current_time(),
    )
    return _("The stop is taken over.")


@never_cache
@require_GET
def stop(request: HttpRequest, stop_order_id: UUID) -> HttpResponse:
    """One stop: its service, the conditions of its resumption with their files, who proposed and who approves."""
    order = _order(request, stop_order_id)
    rows = list(order.conditions.select_related("by"))
    files = list(attachments_of_all((queries.CONDITION, one.pk) for one in rows))
    conditions = [told.describe_condition(one, [file for file in files if file.object_id == str(one.pk)]) for one in rows]
    own = may(request.user, rights.OWN, order.region_code, {order.object.organisation_id} - {None})
    leads, inspects = (may(request.user, one, order.region_code) for one in (rights.LEAD, rights.INSPECT))
    open_count = sum(one.state == "open" for one in conditions)
    goes_on, asked = order.resumed_on is None, order.applied_at is not None
    ordered, unserved = order.kind == OrderKind.ORDERED_STOP, order.served_at is None
    ready = goes_on and not open_count and (asked or not ordered)
    context = {
        "stop": told.describe_stop(order),
        "object": order.object,
        "conditions": conditions,
        "open": open_count,
        "may_receive": own and ordered and unserved,
        "may_serve": inspects and ordered and unserved,
        "may_answer": leads and goes_on and asked and order.proposed_at is None,
        "may_attach": (own or inspects) and goes_on and asked,
        "may_propose": inspects and ordered and ready and order.proposed_at is None,
        "may_approve": leads and ready and (order.proposed_at is not None or not ordered),
        "proposed_oneself": order.proposed_by_id == getattr(request.user, "pk", None),
        "may_refuse": leads and goes_on and asked,
        "may_apply": (leads or own) and goes_on and not asked and not (ordered and unserved),
        "inspections": list(queries.signed_inspections(order)[:20]) if inspects else [],
        "today": timezone.localtime(current_time()).date(),
        "now": current_time(),
    }
    return render(request, "supervision/stops/stop.html", context)


@require_POST
def act_on_stop(request: HttpRequest, stop_order_id: UUID, name: str) -> HttpResponse:
    """One act upon the stop, by its name."""
    order = _order(request, stop_order_id)
    perform_and_tell(request, STOP_ACTS, name, request, order.pk)
    return redirect("stop", stop_order_id)


def _order(request: HttpRequest, stop_order_id: UUID) -> StopOrder:
    return queries.visible_stop_orders(request.user).select_related("proposed_by", "approved_by").get(pk=stop_order_id)


def _visible(request: HttpRequest, object_id: UUID) -> SupervisedObject:
    return visible_objects(request.user).get(pk=object_id)
