"""The list of loading orders with its form, one order with the plates that were read for it, and all plates."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.screens.acts import Act, perform_and_tell
from tocsin.screens.acts import act as one_act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import Actor, actor_of
from tocsin.vision.cameras.rules import rights
from tocsin.vision.vehicles.queries import (
    cameras_of,
    firms_to_enter,
    keeps_orders,
    search_orders,
    search_readings,
    visible_orders,
    visible_readings,
)
from tocsin.vision.vehicles.rules.orders import LoadingAct, LoadingWay, OrderFacts
from tocsin.vision.vehicles.services import orders as services
from tocsin.vision.vehicles.services.readings import accept_plate
from tocsin.vision.vehicles.services.tables import KIND
from tocsin.vision.vehicles.shown.permits import page_of_permit
from tocsin.vision.vehicles.shown.vehicles import (
    PLATE_VERDICT_NAMES,
    STATE_NAMES,
    WAY_NAMES,
    describe_order,
    describe_reading,
)

COLUMNS = (
    *("object", "region_code", "reference", "plate", "trailer", "way", "goods", "amount_t", "carrier", "point", "camera"),
    *("permit", "from_at", "until_at", "state", "state_at", "arrived_at", "reason"),
)
READING_COLUMNS = ("at", "last_at", "camera", "object", "plate", "confidence", "dangerous", "count", "verdict", "order", "kind")
SHOWN_READINGS = 50  # of one order
EMPTY_ORDERS = EmptyState(
    gettext_lazy("A vehicle is expected when its order is entered, or comes from a table."),
    link=gettext_lazy("Enter an order"),
    to="#new-order",
    may="firms",
)
EMPTY_READINGS = EmptyState(gettext_lazy("A plate is read when a vehicle passes a camera that reads plates."))


@dataclass(frozen=True)
class OrderFilters:
    """Which orders are listed; `permit`: number of a work permit with which the form begins."""

    search: str = ""
    state: str = ""
    permit: str = ""


@dataclass(frozen=True)
class ReadingFilters:
    """Which plates are listed."""

    search: str = ""
    verdict: str = ""


@never_cache
@require_GET
def loading_orders(request: HttpRequest) -> HttpResponse:
    """Orders of firms that the reader sees; who keeps some enters them here."""
    _require_sight(request)
    chosen = read_filters(OrderFilters, request.GET)
    rows = search_orders(request.user, search=chosen.search, state=chosen.state)
    firms = firms_to_enter(request.user)
    context = {
        "chosen": chosen,
        "states": [(one.value, name) for one, name in STATE_NAMES.items()],
        "firms": firms,
        "cameras": cameras_of(firms) if firms else (),
        "ways": [(one.value, name) for one, name in WAY_NAMES.items()],
        "kind": KIND,
    }
    return list_file(request, rows, "loading-orders", COLUMNS, describe_order) or list_page(
        request, rows, "vision/vehicles/orders.html", empty=EMPTY_ORDERS, describe=describe_order, context=context
    )


@never_cache
@require_GET
def plate_readings(request: HttpRequest) -> HttpResponse:
    """Plates that were read at cameras of firms that the reader sees."""
    _require_sight(request)
    chosen = read_filters(ReadingFilters, request.GET)
    rows = search_readings(request.user, **asdict(chosen))
    context = {"chosen": chosen, "verdicts": [(one.value, name) for one, name in PLATE_VERDICT_NAMES.items()]}
    return list_file(request, rows, "plates", READING_COLUMNS, describe_reading) or list_page(
        request, rows, "vision/vehicles/readings.html", empty=EMPTY_READINGS, describe=describe_reading, context=context
    )


@never_cache
@one_act("loading_orders", alone=True)
def enter(
    request: HttpRequest,
    *,
    object: UUID,  # the field's name, as in every form that names a firm
    reference: Line,
    plate: Line,
    trailer: Line,
    way: LoadingWay,
    goods: Line,
    amount_t: float | None,
    carrier: Line,
    point: Line,
    camera: UUID | None,
    permit: Line,
    from_at: datetime,
    until_at: datetime,
) -> HttpResponse:
    """Enters an order; its page follows."""
    facts = OrderFacts(
        reference=reference,
        plate=plate,
        trailer=trailer,
        way=way,
        goods=goods,
        amount_t=amount_t,
        carrier=carrier,
        point=point,
        permit=permit,
        from_at=from_at,
        until_at=until_at,
    )
    now = current_time()
    made = services.enter_order(actor=actor_of(request), object_id=object, camera_id=camera, facts=facts, now=now)
    return redirect("loading_order", made.pk)


@never_cache
@require_GET
def loading_order(request: HttpRequest, loading_order_id: UUID) -> HttpResponse:
    """One order: what it says, how it stands, the plates that were read for it, and what may be done."""
    found = visible_orders(request.user).get(pk=loading_order_id)
    keeps = keeps_orders(request.user, found.object)
    readings = visible_readings(request.user).filter(order=found)[:SHOWN_READINGS]
    context = {
        "one": describe_order(found),
        "permit": page_of_permit(request.user, found.object_id, found.permit),
        "readings": [describe_reading(one) for one in readings],
        "may_keep": keeps,
        "may_accept": keeps or may(request.user, rights.JUDGE, found.object.region_code),
        "sees_sightings": may(request.user, rights.SEE, found.object.region_code),
        "cameras": cameras_of([found.object]) if keeps else (),
        "ways": [(one.value, name) for one, name in WAY_NAMES.items()],
    }
    return render(request, "vision/vehicles/order.html", context)


def _change(
    actor: Actor,
    order_id: UUID,
    *,
    reference: Line,
    plate: Line,
    trailer: Line,
    way: LoadingWay,
    goods: Line,
    amount_t: float | None,
    carrier: Line,
    point: Line,
    camera: UUID | None,
    permit: Line,
    from_at: datetime,
    until_at: datetime,
) -> str:
    facts = OrderFacts(
        reference=reference,
        plate=plate,
        trailer=trailer,
        way=way,
        goods=goods,
        amount_t=amount_t,
        carrier=carrier,
        point=point,
        permit=permit,
        from_at=from_at,
        until_at=until_at,
    )
    services.change_order(actor=actor, order_id=order_id, camera_id=camera, facts=facts, now=current_time())
    return _("The order is put right.")


def _stop(actor: Actor, order_id: UUID, *, reason: Line) -> str:
    services.act_on_order(actor=actor, order_id=order_id, act=LoadingAct.STOP, reason=reason, now=current_time())
    return _("It is stopped: firm and supervisor are told.")


def _resume(actor: Actor, order_id: UUID, *, reason: Line) -> str:
    services.act_on_order(actor=actor, order_id=order_id, act=LoadingAct.RESUME, reason=reason, now=current_time())
    return _("It goes on.")


def _finish(actor: Actor, order_id: UUID) -> str:
    services.act_on_order(actor=actor, order_id=order_id, act=LoadingAct.FINISH, now=current_time())
    return _("The order is done.")


def _cancel(actor: Actor, order_id: UUID, *, reason: Line) -> str:
    services.act_on_order(actor=actor, order_id=order_id, act=LoadingAct.CANCEL, reason=reason, now=current_time())
    return _("The order is cancelled: its vehicle is expected no more.")


ACTS: dict[str, Act] = {"change": _change, "stop": _stop, "resume": _resume, "finish": _finish, "cancel": _cancel}


@never_cache
@require_POST
def act(request: HttpRequest, loading_order_id: UUID, name: str) -> HttpResponse:
    """One of the acts upon an order; its page follows."""
    perform_and_tell(request, ACTS, name, actor_of(request), loading_order_id)
    return redirect("loading_order", loading_order_id)


def _accept(actor: Actor, reading_id: UUID) -> str:
    accept_plate(actor=actor, reading_id=reading_id, now=current_time())
    return _("It is the order's vehicle: it is there.")


@never_cache
@require_POST
def accept(request: HttpRequest, plate_reading_id: UUID) -> HttpResponse:
    """A person says that a plate is that of its order; the order's page follows."""
    reading = visible_readings(request.user).get(pk=plate_reading_id)
    perform_and_tell(request, {"accept": _accept}, "accept", actor_of(request), reading.pk)
    return redirect("loading_order", reading.order_id) if reading.order_id else redirect("plate_readings")


def _require_sight(request: HttpRequest) -> None:
    if not (may_anywhere(request.user, rights.SEE) or may_anywhere(request.user, rights.OWN)):
        raise NotAllowed(_("Your roles do not show you vehicles that are expected."))
