"""Requests and deliveries as their reader may see them, and what of a request is still open."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet

from tocsin.base.keys import Purpose, key_for
from tocsin.jurisdiction.face import Person, may, scope
from tocsin.supplies.allocation.models import Plan
from tocsin.supplies.allocation.rules.plans import PlanKind, PlanState
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.requests.models import Delivery, DeliveryLine, RequestLine, SupplyRequest
from tocsin.supplies.requests.rules.codes import receipt_code
from tocsin.supplies.requests.rules.states import ENDED, RUNNING, DeliveryState, RequestState

if TYPE_CHECKING:
    from tocsin.jurisdiction.rights.rules import Permission

_RUNNING = [one.value for one in RUNNING]
_ENDED = [one.value for one in ENDED]
_FAILED = (DeliveryState.REFUSED.value, DeliveryState.CANCELLED.value)


def visible_requests(user: Person, *, state: str = "", permission: "Permission" = rights.SEE) -> QuerySet[SupplyRequest]:
    """Requests of the user's areas or body, newest first; `state`: one of them, `running`, or all."""
    rows = SupplyRequest.objects.select_related("body", "opened_by", "asked_by", "decided_by")
    rows = scope(rows, user, permission, organisation_field="body")
    if state == "running":
        return rows.filter(state__in=_RUNNING)
    return rows.filter(state=state) if state else rows


def requests_of(kind: str, subject_id: UUID) -> QuerySet[SupplyRequest]:
    """The requests for one subject. Ask first whether the reader may see it."""
    return SupplyRequest.objects.filter(subject_kind=kind, subject_id=subject_id).select_related("body", "opened_by")


def visible_deliveries(user: Person, *, state: str = "") -> QuerySet[Delivery]:
    """Deliveries out of stores that the user sees, and for requests that they see, newest first."""
    rows = Delivery.objects.select_related("request__body", "store__body", "reservation", "plan")
    from_stores = scope(Delivery.objects.all(), user, rights.SEE, field="store__region_code", organisation_field="store__body")
    for_requests = SupplyRequest.objects.filter(pk__in=visible_requests(user).order_by().values("pk"))
    rows = rows.filter(Q(pk__in=from_stores.order_by().values("pk")) | Q(request__in=for_requests.values("pk")))
    if state == "running":
        rows = rows.exclude(state__in=_ENDED)
    elif state:
        rows = rows.filter(state=state)
    return rows.order_by("-made_at", "number")


def deliveries_to_keep(user: Person) -> QuerySet[Delivery]:
    """Deliveries that wait for a step in the stores that the user keeps, the soonest due first."""
    rows = scope(Delivery.objects.all(), user, rights.KEEP, field="store__region_code", organisation_field="store__body")
    rows = rows.exclude(state__in=[*_ENDED, DeliveryState.HANDED_OVER.value])
    return rows.select_related("request", "store").order_by("due_at", "number")


def deliveries_to_take_back(user: Person) -> QuerySet[Delivery]:
    """Deliveries out of the stores that the user keeps of which goods are to come back, or what is left where it has been entered
    what was used up or nothing more is asked for; what is due back soonest first.
    """
    rows = scope(Delivery.objects.all(), user, rights.KEEP, field="store__region_code", organisation_field="store__body")
    used = DeliveryLine.objects.filter(delivery=OuterRef("pk"), used__gt=0)
    coming = Q(return_by__isnull=False) | Exists(used) | Q(request__state=RequestState.CLOSED.value)
    rows = rows.filter(coming, state=DeliveryState.HANDED_OVER.value)
    return rows.select_related("request", "store").order_by(F("return_by").asc(nulls_last=True), "handed_over_at")


def delivery_of_driver(delivery_id: "UUID", now: datetime) -> Delivery | None:
    """What whoever holds the paper reads: until a day after the hand-over, and nothing of what was refused or cancelled."""
    rows = Delivery.objects.select_related("request", "store").prefetch_related("lines__holding__item", "lines__holding__lot")
    rows = rows.exclude(state__in=_FAILED).filter(Q(handed_over_at=None) | Q(handed_over_at__gt=now - timedelta(days=1)))
    return rows.filter(pk=delivery_id).first()


def may_read_delivery(user: "Person", delivery_id: str) -> bool:
    """Photos that were taken of a delivery."""
    return visible_deliveries(user).filter(pk=delivery_id).exists()


def code_for(user: Person, delivery: Delivery) -> str:
    """The six digits that whoever asked says to the driver once the goods are there; empty for others, and before and after."""
    request = delivery.request
    coming = DeliveryState(delivery.state) in (DeliveryState.PICKED, DeliveryState.LOADED, DeliveryState.ON_WAY)
    if not coming or not may(user, rights.RESERVE, request.region_code, (request.body_id,)):
        return ""
    return receipt_code(delivery.pk, key_for(Purpose.CODES))


def plans_of(request: SupplyRequest) -> QuerySet[Plan]:
    """The plans that may be accepted or are still worked out."""
    return Plan.objects.filter(request_id=request.pk, state__in=(PlanState.ASKED, PlanState.READY)).order_by("asked_at", "id")


def on_the_way_of(line_ids: "list[UUID]") -> dict[UUID, int]:
    """How much of each line deliveries bring or have brought: what was refused or cancelled counts as nothing."""
    told = dict.fromkeys(line_ids, 0)
    rows = DeliveryLine.objects.filter(line__in=line_ids).exclude(delivery__state__in=_FAILED)
    for one in rows:
        told[one.line_id] += one.sure
    return told


def open_amounts(request: SupplyRequest) -> dict[UUID, int]:
    """What nobody brings yet, by line."""
    lines = list(RequestLine.objects.filter(request=request))
    brought = on_the_way_of([one.pk for one in lines])
    return {one.pk: one.amount - brought[one.pk] for one in lines if one.amount > brought[one.pk]}


def missing_amounts(request: SupplyRequest) -> dict[UUID, int]:
    """What nobody in reach can give, by line, as the best plan says; without a plan, what nobody brings yet."""
    plans = {one.kind: one for one in plans_of(request).filter(state=PlanState.READY)}
    plan = plans.get(PlanKind.SOONEST) or plans.get(PlanKind.HAND)
    if plan is None:
        return open_amounts(request)
    known = open_amounts(request)
    told = {UUID(one["need"]): int(one["amount"]) for one in plan.missing}
    return {line: min(amount, known[line]) for line, amount in told.items() if line in known}


def cases_of_open_requests() -> set[str]:
    """Numbers of the cases for which supplies are still asked, carried or lent: such a case is not deleted."""
    running = Q(state__in=_RUNNING) | Q(deliveries__state=DeliveryState.HANDED_OVER)
    return set(SupplyRequest.objects.filter(running, subject_kind="case").values_list("subject_label", flat=True))


def late_deliveries(user: Person, now: datetime) -> QuerySet[Delivery]:
    """Deliveries whose next step is late, the longest first."""
    return visible_deliveries(user, state="running").filter(due_at__lte=now).order_by("due_at")


def to_plan(user: Person) -> QuerySet[SupplyRequest]:
    """Approved requests of the user's areas or body for which nobody brings anything yet, the oldest decision first."""
    serving = Delivery.objects.filter(request=OuterRef("pk")).exclude(state__in=_FAILED)
    rows = visible_requests(user, state=RequestState.APPROVED.value, permission=rights.RESERVE)
    return rows.filter(~Exists(serving)).order_by("decided_at")


def to_end(user: Person) -> QuerySet[SupplyRequest]:
    """Approved requests of which all that was sent has been handed over, the oldest first: when (`handed_over_at`), and until
    when what was lent comes back (`return_by`, None where nothing is owed).
    """
    done = (DeliveryState.HANDED_OVER.value, *_ENDED)
    coming = Delivery.objects.filter(request=OuterRef("pk")).exclude(state__in=done)
    rows = visible_requests(user, state=RequestState.APPROVED.value, permission=rights.RESERVE).filter(~Exists(coming))
    lent = Min("deliveries__return_by", filter=Q(deliveries__state=DeliveryState.HANDED_OVER))
    rows = rows.annotate(handed_over_at=Max("deliveries__handed_over_at"), return_by=lent)
    return rows.filter(handed_over_at__isnull=False).order_by("handed_over_at")


def to_decide(user: Person) -> QuerySet[SupplyRequest]:
    """Requests that wait for this person's decision: nobody approves what they asked for themselves."""
    rows = visible_requests(user, state=RequestState.ASKED.value, permission=rights.LEAD)
    return rows.exclude(asked_by_id__in=[user.pk]).order_by("due_at")
