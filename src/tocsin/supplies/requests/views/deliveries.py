"""Deliveries: their list, and one with what is in it, its code, its steps, and the next press."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.base.keys import Purpose, key_for
from tocsin.fieldwork.rules import NewAct
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.screens.acts import Attempt
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.amounts import to_amount
from tocsin.supplies.requests.models import Delivery, DeliveryEntry
from tocsin.supplies.requests.queries.requests import code_for, visible_deliveries
from tocsin.supplies.requests.rules.codes import driver_token
from tocsin.supplies.requests.rules.entries import DeliveryData
from tocsin.supplies.requests.rules.states import STEPS, DeliveryAct, DeliveryState
from tocsin.supplies.requests.services.deliveries import FIRM_ACTS, apply_delivery_act
from tocsin.supplies.requests.shown.names import ACT_NAMES, DELIVERY_STATE_NAMES
from tocsin.supplies.requests.shown.phone import closed_on_way, conflict_of, who_did
from tocsin.supplies.requests.shown.requests import describe_delivery, describe_delivery_lines, with_goods

COLUMNS = (
    "number",
    "request_number",
    "purpose",
    "store",
    "place",
    "state",
    "goods",
    "expected_at",
    "handed_over_at",
    "return_by",
)
EMPTY = EmptyState(
    gettext_lazy("A delivery is made when the plan of a request is carried out."),
    link=gettext_lazy("Requests of supplies"),
    to="supply_requests",
    over="state=",
)


@dataclass(frozen=True)
class Filters:
    """Which deliveries are listed."""

    state: str = "running"


@dataclass(frozen=True)
class StepForm:
    """What is typed with a step; amounts stand in fields named by their lines."""

    text: Line = ""
    code: Line = ""
    driver: Line = ""
    telephone: Line = ""
    vehicle: Line = ""
    lon: float | None = None
    lat: float | None = None


@never_cache
@require_GET
def deliveries(request: HttpRequest) -> HttpResponse:
    """Deliveries out of the reader's stores, and for the requests that they see."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you supplies."))
    chosen, now = read_filters(Filters, request.GET), current_time()
    found = with_goods(visible_deliveries(request.user, state=chosen.state))
    context = {
        "chosen": chosen,
        "states": [("running", gettext_lazy("Running")), *((one.value, name) for one, name in DELIVERY_STATE_NAMES.items())],
    }
    return list_file(request, found, "deliveries", COLUMNS, lambda one: describe_delivery(one, now)) or list_page(
        request,
        found,
        "supplies/requests/deliveries.html",
        empty=EMPTY,
        describe=lambda one: describe_delivery(one, now),
        context=context,
    )


@never_cache
@require_GET
def delivery(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """One delivery. Whoever asked sees the code that confirms it, whoever keeps the store the driver's address."""
    user, now = request.user, current_time()
    found = visible_deliveries(user).get(pk=delivery_id)
    keeps = may(user, rights.KEEP, found.store.region_code, (found.store.body_id,))
    asks = may(user, rights.RESERVE, found.request.region_code, (found.request.body_id,))
    state = DeliveryState(found.state)
    coming = state in (DeliveryState.PICKED, DeliveryState.LOADED, DeliveryState.ON_WAY)
    context = {
        "one": describe_delivery(found, now),
        "lines": describe_delivery_lines(found),
        "request_one": found.request,
        "acts": _offered(state, keeps=keeps, asks=asks),
        "closed_roads": closed_on_way(found, now),
        "counted": _COUNTED,
        "folded": _FOLDED,
        "named": _NAMED,
        "code": code_for(user, found),
        "token": driver_token(found.pk, key_for(Purpose.CODES)) if keeps and coming else "",
        "entries": [_told(one) for one in found.entries.select_related("actor")],
        "papers": _papers(state, keeps=keeps),
    }
    return render(request, "supplies/requests/delivery.html", context)


def _told(entry: DeliveryEntry) -> tuple[DeliveryEntry, Promise, str, str]:
    """One entry, the name of its act, who did it, and why it does not count where it does not."""
    return entry, ACT_NAMES[DeliveryAct(entry.act)], who_did(entry), conflict_of(entry)


_COUNTED = (DeliveryAct.PICK.value, DeliveryAct.HAND_OVER.value, DeliveryAct.USE.value, DeliveryAct.BRING_BACK.value)
_FOLDED = (DeliveryAct.REFUSE.value, DeliveryAct.CANCEL.value)
_NAMED = (DeliveryAct.LOAD.value, DeliveryAct.LEAVE.value)


def _offered(state: DeliveryState, *, keeps: bool, asks: bool) -> list[tuple[str, Promise]]:
    """The steps that come next and that this person may do."""
    offered: list[tuple[str, Promise]] = []
    for one, what in STEPS:
        if one is not state:
            continue
        mine = keeps if what in FIRM_ACTS or what is DeliveryAct.BRING_BACK else asks if what in _BY_ASKER else keeps or asks
        if mine:
            offered.append((what.value, ACT_NAMES[what]))
    return sorted(offered, key=lambda one: one[0] in _FOLDED)


def _papers(state: DeliveryState, *, keeps: bool) -> list[tuple[str, str]]:
    """The papers that can be printed by now."""
    offered = [("supply_order", _("Order"))] if state is DeliveryState.ORDERED else []
    if state in (DeliveryState.RESERVED, DeliveryState.PICKED):
        offered.append(("supply_pick_list", _("Pick list")))
    if keeps and state in (DeliveryState.PICKED, DeliveryState.LOADED, DeliveryState.ON_WAY):
        offered.append(("supply_consignment", _("Consignment note")))
    if state in (DeliveryState.HANDED_OVER, DeliveryState.CLOSED):
        offered += [("supply_handover", _("Hand-over note")), ("supply_return", _("Return note"))]
    return offered


_BY_ASKER = (DeliveryAct.USE, DeliveryAct.CANCEL)


@never_cache
@require_POST
def act(request: HttpRequest, delivery_id: UUID, name: str) -> HttpResponse:
    """One step, with what was counted, and a photo where one was taken."""
    with Attempt(request):
        found = visible_deliveries(request.user).get(pk=delivery_id)
        entry = _read_step(request, found, name)
        file = request.FILES.get("photo")
        picture = {"picture": file.read(), "name": file.name or ""} if file is not None else {}
        apply_delivery_act(actor=actor_of(request), act=entry, channel="page", **picture)
        messages.success(request, _("Entered: %(act)s.") % {"act": ACT_NAMES[DeliveryAct(name)]})
    return redirect("supply_delivery", delivery_id)


def _read_step(request: HttpRequest, delivery: Delivery, name: str) -> NewAct[DeliveryData]:
    """The step that a form says. InvalidInput for an act that there is not, or a number that is none."""
    if name not in {one.value for one in DeliveryAct}:
        raise InvalidInput(_("There is no act %(act)s here.") % {"act": name[:20]})
    form = read_filters(StepForm, request.POST)
    data = DeliveryData(
        text=form.text,
        code=form.code[:20],
        driver=form.driver[:60],
        telephone=form.telephone[:40],
        vehicle=form.vehicle[:40],
        lon=form.lon,
        lat=form.lat,
        counts=_counts(request.POST, delivery),
    )
    return NewAct(id=new_id(), subject_id=delivery.pk, act=name, at=current_time(), data=data)


def _counts(form: QueryDict, delivery: Delivery) -> dict[str, int]:
    """What was typed beside each line; a field that is left empty says nothing."""
    fields = {f"count-{one.pk}": str(one.pk) for one in delivery.lines.all()}
    typed = {fields[name]: str(text).strip() for name, text in form.items() if name in fields}
    return {line: 0 if not text.strip("0.") else to_amount(text) for line, text in typed.items() if text}
