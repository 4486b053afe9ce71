"""Orders before desks: the part of a case's page, the list of a unit's desk, one order, and what is entered there."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed
from tocsin.base.ids import new_id
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries.cases import visible_cases
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import CaseState
from tocsin.command.casebook.rules.order_states import OrderRole, OrderState
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.command.closing.queries import recheck_of
from tocsin.command.closing.shown import describe_recheck
from tocsin.command.guidance.queries import guidance_for
from tocsin.command.guidance.shown import describe_guidance
from tocsin.command.orders.papers import map_of_case
from tocsin.command.orders.queries import orders as queries
from tocsin.command.orders.rules.acts import OrderAct
from tocsin.command.orders.rules.entries import EntryData
from tocsin.command.orders.services.entries import apply_entry
from tocsin.command.orders.services.orders import dispatch_order, dispatch_proposed, make_lead
from tocsin.command.orders.services.sending import proposed_orders
from tocsin.command.orders.services.undo import undo_sending
from tocsin.command.orders.shown import (
    RETURN_REASONS,
    ROLE_NAMES,
    STATE_NAMES,
    act_choices,
    cause_choices,
    describe_entry,
    describe_order,
    describe_proposed,
    reading_choices,
)
from tocsin.command.plans.queries.plans import tasks_of_unit
from tocsin.command.plans.shown.plans import describe_task
from tocsin.command.units.shown.briefings import describe_briefing, first_cause
from tocsin.command.units.shown.orders import describe_orders, describe_row
from tocsin.command.urging.views import urgings_context
from tocsin.fieldwork.rules import NewAct, read_data
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.screens.acts import act, next_of
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_page
from tocsin.screens.request import actor_of
from tocsin.screens.tables import as_csv
from tocsin.screens.words import listed

PAGE_SIZE = 50
COLUMNS = (
    *("number", "unit", "role_name", "state_name", "title", "place"),
    *("sent_at", "accepted_at", "accepted_as", "ended_at", "reason"),
)
STATE_CHOICES = (
    ("running", gettext_lazy("Running")),
    *((state.value, STATE_NAMES[state]) for state in OrderState),
    ("all", gettext_lazy("All")),
)
_FIELDS = (
    *("text", "reason", "unit", "value", "check", "outcome", "corrects"),
    *("cause", "cause_in_words", "asset_code", "lon", "lat"),
)
EMPTY = EmptyState(gettext_lazy("An order comes here when a case is sent to a unit of your body."), over="state=all")


def orders_context(user: Any, case: Case) -> dict[str, object]:
    """The part of a case's page that tells its orders: `_orders.html`."""
    now = current_time()
    found = list(queries.orders_of(case))
    may_send = case.state not in (CaseState.CLOSED, CaseState.MERGED) and may(user, rights.HANDLE, case.region_code)
    return {
        "orders": describe_orders(user, found, now=now),
        "recheck": describe_recheck(recheck_of(case, now=now)),
        "keeper": str(case.keeper) if case.keeper else "",
        "may_send": may_send,
        "order_units": queries.units_to_send(user, case) if may_send else [],
        "proposed_orders": [describe_proposed(one.unit, one.role) for one in (proposed_orders(case, at=now) if may_send else ())],
        "order_roles": [(role.value, ROLE_NAMES[role]) for role in OrderRole],
    }


@dataclass(frozen=True)
class Filters:
    """Which orders are listed."""

    state: str = "running"
    search: str = ""


@never_cache
@require_GET
def orders(request: HttpRequest) -> HttpResponse:
    """The list of a desk: its own unit's orders, or those of all cases that it may see; `rows` alone for htmx."""
    _require_reader(request)
    chosen = _chosen(request)
    found = queries.search_orders(request.user, **asdict(chosen))
    context = {"chosen": chosen, "states": STATE_CHOICES}
    return list_page(request, found, "command/units/orders.html", empty=EMPTY, describe=describe_row, context=context)


@never_cache
@require_GET
def orders_csv(request: HttpRequest) -> HttpResponse:
    """The same list for spreadsheets: UTF-8 with its mark, times in the installation's zone."""
    _require_reader(request)
    found = queries.search_orders(request.user, **asdict(_chosen(request))).iterator(chunk_size=500)
    return as_csv("orders", COLUMNS, map(describe_row, found))


@never_cache
@require_GET
def order(request: HttpRequest, number: str) -> HttpResponse:
    """One order with everything that its unit did, for its desk and for whoever sees the case."""
    found = queries.visible_orders(request.user).get(number=number)
    now = current_time()
    context = {
        "order": describe_orders(request.user, [found], now=now)[0],
        "case": describe_case(found.case),
        "sees_case": may(request.user, rights.SEE, found.region_code),
        "guidance": describe_guidance(guidance_for(found.case, at=now)),
        "tasks": [describe_task(one, one.start, now=now) for one in tasks_of_unit(found.case, found.unit)],
        "may_end_tasks": queries.works_on(request.user, found),
        "recheck": describe_recheck(recheck_of(found.case, now=now)),
        "next": reverse("order", args=[found.number]),
        "briefing": describe_briefing(actor_of(request), found, now=now),
        "neighbours": [describe_order(one) for one in queries.neighbours_of(found.case)],
        **urgings_context(request, found),
    }
    return render(request, "command/units/order.html", context)


@never_cache
@require_GET
def order_map(request: HttpRequest, number: str) -> HttpResponse:
    """The map of an order as a picture: where it rings, the likeliest cause with its pipe and way, who works there."""
    found = queries.visible_orders(request.user).get(number=number)
    told = first_cause(actor_of(request), found)
    drawn = map_of_case(request.user, found.case, told.hypotheses if told is not None else [], now=current_time())
    if drawn is None:
        raise Http404
    return HttpResponse(drawn["svg"], content_type="image/svg+xml")


@never_cache
@require_GET
def entry_form(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The form by which an act is entered on a running order, asked for when somebody opens it."""
    found = queries.visible_orders(request.user).get(pk=order_id)
    if not queries.works_on(request.user, found):
        raise NotAllowed(_("This needs the right to work on orders of %(unit)s.") % {"unit": found.unit})
    context = {
        "order": describe_orders(request.user, [found], now=current_time())[0],
        "acts": act_choices(found),
        "return_reasons": list(RETURN_REASONS.items()),
        "units": queries.units_to_send(request.user, found.case).exclude(pk=found.unit_id),
        "readings": reading_choices(found.case),
        "causes": cause_choices(),
        "next": request.GET.get("next", ""),
    }
    return render(request, "command/orders/_entry_form.html", context)


@never_cache
@require_GET
def entries(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """What the unit did, asked for when somebody opens it."""
    found = queries.visible_orders(request.user).get(pk=order_id)
    shown = describe_orders(request.user, [found], now=current_time())[0]
    return render(request, "command/orders/_order_entries.html", {"order": shown, "next": request.GET.get("next", "")})


@never_cache
@require_GET
def units(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The bodies that may be sent to a case whose name holds what was typed, as choices of a list."""
    case = visible_cases(request.user).get(pk=case_id)
    found = queries.units_to_send(request.user, case, search=request.GET.get("search", ""))
    return render(request, "command/units/_units.html", {"order_units": found})


def _back(request: HttpRequest, **_address: UUID) -> HttpResponse:
    """The page of this installation that the form stands on."""
    target = next_of(request)
    return redirect(target if target.startswith(("/cases/", "/orders/")) else "/orders/")


@act(_back)
def send(request: HttpRequest, case_id: UUID, *, unit: UUID, role: OrderRole, text: str) -> str:
    """Sends a unit; a refusal is told on the case's page."""
    sent = dispatch_order(actor=actor_of(request), case_id=case_id, unit_id=unit, role=role, text=text)
    return _("Order %(number)s is sent.") % {"number": sent.number}


@act(_back)
def send_proposed(request: HttpRequest, case_id: UUID, *, unit: list[UUID]) -> str:
    """Sends the owners that were proposed, each in its role; a refusal is told on the case's page."""
    sent = dispatch_proposed(actor=actor_of(request), case_id=case_id, unit_ids=unit)
    return _("Sent: %(units)s.") % {"units": listed(*(str(one.unit) for one in sent))}


@act(_back)
def lead(request: HttpRequest, order_id: UUID, *, text: str) -> str:
    """The unit of a running order leads from now on."""
    led = make_lead(actor=actor_of(request), order_id=order_id, text=text)
    return _("%(unit)s leads from now on and has been told.") % {"unit": led.unit}


@act(_back)
def undo(request: HttpRequest, order_id: UUID) -> str:
    """What this person has just sent is taken back."""
    undone = undo_sending(actor=actor_of(request), order_id=order_id)
    return _("Undone: %(unit)s is not asked.") % {"unit": undone.unit}


@act(_back)
def enter(
    request: HttpRequest,
    order_id: UUID,
    *,
    id: UUID | None,
    act: OrderAct,
    said_by: str,
    base_version: int | None,
) -> None:
    """Enters what the unit did or said, several readings at once; a refusal is told on the page that it came from."""
    filled = {name: words.strip() for name, words in request.POST.dict().items() if isinstance(words, str) and words.strip()}
    told = _readings(filled) if act is OrderAct.READING else [_said(filled)]
    entries = [
        NewAct(
            id=(number == 0 and id) or new_id(),
            subject_id=order_id,
            act=act.value,
            at=current_time(),
            data=data,
            said_by=said_by,
            base_version=base_version,
        )
        for number, data in enumerate(told)
    ]
    with transaction.atomic():
        kept = [apply_entry(actor=actor_of(request), entry=one) for one in entries]
    for conflict in filter(None, (describe_entry(one).conflict for one in kept)):
        messages.warning(request, conflict)


def _said(filled: Mapping[str, str], **more: str) -> EntryData:
    """What the filled fields of the form say."""
    return read_data(EntryData, {**{name: filled[name] for name in _FIELDS if name in filled}, **more})


def _readings(filled: Mapping[str, str]) -> list[EntryData]:
    """One reading for each filled field `value-QUANTITY/CHECK`, and the one whose quantity was chosen (`what`)."""
    values = {name.removeprefix("value-"): value for name, value in filled.items() if name.startswith("value-")}
    if "value" in filled or not values:
        values[filled.get("what", "")] = filled.get("value", "")
    told = []
    for what, value in values.items():
        quantity, _slash, check = what.partition("/")
        told.append(_said({**filled, "value": value} if value else filled, quantity=quantity, check=check))
    return told


def _require_reader(request: HttpRequest) -> None:
    if not may_anywhere(request.user, rights.SEE) and not may_anywhere(request.user, rights.WORK):
        raise NotAllowed(_("Your roles do not show you orders."))


def _chosen(request: HttpRequest) -> Filters:
    asked = read_filters(Filters, request.GET)
    return Filters(asked.state if asked.state in queries.STATES else "running", asked.search)
