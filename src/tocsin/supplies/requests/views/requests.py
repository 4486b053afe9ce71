"""Requests of supplies: their list, a new one, one with its lines, plans, deliveries and acts."""

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.face import Person, may, may_anywhere, regions_within
from tocsin.screens.acts import Act, perform_and_tell
from tocsin.screens.acts import act as one_act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import Actor, actor_of
from tocsin.screens.timeline import sentence_of
from tocsin.supplies.catalogue.models import Item
from tocsin.supplies.catalogue.queries.items import item_by_words, visible_items
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.levels.shown.people import describe_proposed
from tocsin.supplies.requests.models import RequestStep, SupplyRequest
from tocsin.supplies.requests.policy import requests_policy
from tocsin.supplies.requests.queries.people import proposed_people
from tocsin.supplies.requests.queries.requests import plans_of, visible_requests
from tocsin.supplies.requests.queries.subjects import SupplySubject, help_of_request, requisitions_of, supply_subject
from tocsin.supplies.requests.rules.states import RequestState
from tocsin.supplies.requests.services import plans as planning
from tocsin.supplies.requests.services import requests as services
from tocsin.supplies.requests.shown.names import REQUEST_STATE_NAMES, TRADE_NAMES, map_texts
from tocsin.supplies.requests.shown.plans import describe_plans
from tocsin.supplies.requests.shown.requests import (
    describe_delivery,
    describe_lines,
    describe_request,
    with_goods,
)
from tocsin.supplies.stock.queries.stores import visible_stores

COLUMNS = ("number", "purpose", "place", "people", "days", "state", "body", "opened_at", "needed_by", "closed_at")
MOST_OFFERED = 300
EMPTY = EmptyState(
    gettext_lazy("Supplies are requested for a case, a place or people."),
    link=gettext_lazy("Request supplies"),
    to="#request-supplies",
    may="may_ask",
    over="state=",
)


@dataclass(frozen=True)
class Filters:
    """Which requests are listed, and for which case a new one would be."""

    state: str = "running"
    case: str = ""


@dataclass(frozen=True)
class RequestForm:
    """A request as it is typed."""

    purpose: Line = ""
    people: int | None = None
    people_from: Line = ""
    within_m: float | None = None
    days: int | None = None
    place: Line = ""
    lon: float | None = None
    lat: float | None = None
    region_code: Line = ""
    receiver: Line = ""
    receiver_telephone: Line = ""
    needed_by: datetime | None = None
    trade: Line = ""
    subject_kind: Line = ""
    subject_label: Line = ""


@never_cache
@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """Requests of the reader's areas or body; who may ask opens one here, for a case where the address names it."""
    user = request.user
    if not may_anywhere(user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you supplies."))
    chosen = read_filters(Filters, request.GET)
    found = visible_requests(user, state=chosen.state)
    subject = supply_subject(user, "case", chosen.case) if chosen.case and "case" in settings.SUPPLY_SUBJECTS else None
    days, may_ask = requests_policy().days.people_days, may_anywhere(user, rights.RESERVE)
    rows = proposed_people(user, subject, current_time(), days) if subject and may_ask else []
    context = {
        "chosen": chosen,
        "proposed": [describe_proposed(area.key, basis) for area, basis in rows],
        "states": [("running", gettext_lazy("Running")), *((one.value, name) for one, name in REQUEST_STATE_NAMES.items())],
        "may_ask": may_ask,
        "subject": subject,
        "regions": regions_within(user, rights.RESERVE),
        "days": days,
        "trades": list(TRADE_NAMES.items()),
        "map_texts": map_texts(),
    }
    return list_file(request, found, "requests", COLUMNS, describe_request) or list_page(
        request, found, "supplies/requests/requests.html", empty=EMPTY, describe=describe_request, context=context
    )


@never_cache
@one_act("supply_requests", alone=True)
def open_request(request: HttpRequest, *, facts: RequestForm) -> HttpResponse:
    """A draft with what the standards say; its page follows."""
    made = services.open_request(actor=actor_of(request), new=services.NewRequest(**asdict(facts)), now=current_time())
    return redirect("supply_request", made.pk)


@never_cache
@require_GET
def request_page(request: HttpRequest, supply_request_id: UUID) -> HttpResponse:
    """One request with its lines, plans and deliveries; `#plans` alone while they are being worked out."""
    user, now = request.user, current_time()
    found = visible_requests(user).get(pk=supply_request_id)
    own = (found.region_code, (found.body_id,))
    state = RequestState(found.state)
    plans = describe_plans(plans_of(found))
    may_ask, may_lead = may(user, rights.RESERVE, *own), may(user, rights.LEAD, *own)
    deliveries = with_goods(found.deliveries.select_related("request", "store"))
    context = {
        "one": describe_request(found),
        "lines": describe_lines(found),
        "plans": plans,
        "map_texts": map_texts(),
        "pending": any(one.state == "asked" for one in plans),
        "deliveries": [describe_delivery(one, now) for one in deliveries],
        "ways": found.ways.select_related("store"),
        "steps": [_step(one) for one in found.steps.select_related("actor")],
        "subject": _subject(user, found),
        "help": help_of_request(user, found.pk),
        "requisitions": requisitions_of(user, found.pk),
        "may_edit": (may_ask and state is RequestState.DRAFT) or (may_lead and state is RequestState.APPROVED),
        "may_send": may_ask and state is RequestState.DRAFT,
        "may_decide": may_lead and state is RequestState.ASKED and found.asked_by_id != user.pk,
        "may_plan": may_ask and state is RequestState.APPROVED,
        "may_close": may_ask and state in (RequestState.DRAFT, RequestState.ASKED, RequestState.APPROVED),
        "items": visible_items(user).filter(active=True).order_by("code")[:MOST_OFFERED] if may_ask else [],
        "stores": [(str(one.pk), one.name) for one in visible_stores(user)[:MOST_OFFERED]] if may_ask else [],
    }
    if request.GET.get("part") == "plans":
        return render(request, "supplies/requests/request.html#plans", context)
    return render(request, "supplies/requests/request.html", context)


def _step(one: RequestStep) -> dict[str, object]:
    words = {name: str(value) for name, value in one.figures.items()}
    sentence = sentence_of(f"supply_{one.act}", one.figures, words)
    return {"at": one.at, "words": sentence, "text": one.text, "actor": str(one.actor or "")}


def _subject(user: Person, found: SupplyRequest) -> SupplySubject | None:
    if found.subject_kind not in settings.SUPPLY_SUBJECTS:
        return None
    try:
        return supply_subject(user, found.subject_kind, found.subject_label)
    except ObjectDoesNotExist:
        return None


def _item(actor: Actor, words: str) -> Item:
    found = item_by_words(actor, words)
    if found is None:
        raise InvalidInput(_("No item, or more than one, is called so: enter its code."))
    return found


def _set_line(actor: Actor, request_id: UUID, *, item: Line, quantity: Decimal, reason: Line, instead_of: UUID | None) -> str:
    services.set_line(
        actor=actor,
        request_id=request_id,
        item=_item(actor, item),
        quantity=quantity,
        reason=reason,
        instead_of=instead_of,
        now=current_time(),
    )
    return _("Kept.")


def _ask(actor: Actor, request_id: UUID) -> str:
    services.ask(actor=actor, request_id=request_id, now=current_time())
    return _("Asked for; who decides is told.")


def _decide(actor: Actor, request_id: UUID, *, approved: bool, reason: Line) -> str:
    services.decide(actor=actor, request_id=request_id, approved=approved, reason=reason, now=current_time())
    return _("Approved; plans are being worked out.") if approved else _("Refused; whoever asked is told.")


def _plan(actor: Actor, request_id: UUID) -> str:
    planning.ask_for_new_plans(actor=actor, request_id=request_id, now=current_time())
    return _("Plans are being worked out.")


def _accept(actor: Actor, request_id: UUID, *, plan_id: UUID) -> str:
    found = visible_requests(actor).get(pk=request_id)
    plans_of(found).get(pk=plan_id)
    made = planning.accept_plan(actor=actor, plan_id=plan_id, now=current_time())
    words = ngettext(
        "Reserved: %(count)s delivery; its store is told.", "Reserved: %(count)s deliveries; every store is told.", len(made)
    )
    return words % {"count": len(made)}


def _way(
    actor: Actor, request_id: UUID, *, store_id: UUID, minutes: int | None, closed: bool, reason: Line, open_again: bool
) -> str:
    if not closed and not open_again and minutes is None:
        raise InvalidInput(_("Enter the minutes of the way, or that it is closed."))
    planning.remark_way(
        actor=actor,
        request_id=request_id,
        store_id=store_id,
        minutes=None if closed else minutes,
        open_again=open_again,
        reason=reason,
        now=current_time(),
    )
    return _("Kept; plans are being worked out anew.")


def _close(actor: Actor, request_id: UUID, *, reason: Line) -> str:
    services.close_request(actor=actor, request_id=request_id, reason=reason, now=current_time())
    return _("Closed.")


ACTS: dict[str, Act] = {
    "line": _set_line,
    "ask": _ask,
    "decide": _decide,
    "plan": _plan,
    "accept": _accept,
    "way": _way,
    "close": _close,
}


@never_cache
@require_POST
def act(request: HttpRequest, supply_request_id: UUID, name: str) -> HttpResponse:
    """What becomes of the request."""
    perform_and_tell(request, ACTS, name, actor_of(request), supply_request_id)
    return redirect("supply_request", supply_request_id)
