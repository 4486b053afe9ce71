"""Plans for what of a request is still open: asked for, made anew when a way closes or a store is short, accepted by a person."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.storable import storable
from tocsin.jurisdiction.face import require
from tocsin.supplies.allocation.models import Plan, PlanLine
from tocsin.supplies.allocation.queries.offers import giving_stores
from tocsin.supplies.allocation.rules.plans import PlanKind, PlanState
from tocsin.supplies.allocation.rules.question import Wish
from tocsin.supplies.allocation.services.planning import ask_for_plans, drop_plans, work_out
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.amounts import to_number
from tocsin.supplies.requests.models import Delivery, DeliveryLine, RequestLine, RequestWay, SupplyRequest
from tocsin.supplies.requests.policy import requests_policy
from tocsin.supplies.requests.queries.requests import open_amounts, visible_requests
from tocsin.supplies.requests.rules.states import DeliveryState, RequestState
from tocsin.supplies.requests.services.notes import note, tell_askers, tell_store
from tocsin.supplies.stock.models import Reservation, Store
from tocsin.supplies.stock.policy import stock_policy
from tocsin.supplies.stock.queries.stores import visible_stores
from tocsin.supplies.stock.rules.lots import Pick, Reserve
from tocsin.supplies.stock.services.parts import keep_until
from tocsin.supplies.stock.services.reservations import FORMING, reserve_picks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.jurisdiction.face import User
    from tocsin.supplies.catalogue.models import Item

BY_ORDER = (Reserve.AGREEMENT, Reserve.CAPACITY)


def plan_anew(actor: "User", request: SupplyRequest, now: datetime) -> None:
    """The worker looks once more at what nobody brings yet; older plans are dropped. Nothing where nothing is open."""
    missing = open_amounts(request)
    if not missing:
        drop_plans(request.pk)
        return
    lines = RequestLine.objects.filter(pk__in=missing).select_related("item").order_by("item__code", "id")
    ask_for_plans(
        actor=actor,
        request_id=request.pk,
        region_code=request.region_code,
        body_id=request.body_id,
        wishes=[Wish(one.pk, one.item_id, missing[one.pk]) for one in lines],
        lon=request.lon,
        lat=request.lat,
        roads={str(one.store_id): one.minutes for one in request.ways.all()},
        now=now,
    )
    note(request, "planning", now, actor, figures={"lines": len(missing)})


@transaction.atomic
def ask_for_new_plans(*, actor: "User", request_id: UUID, now: datetime) -> SupplyRequest:
    """A person wants the plans worked out with what is known by now."""
    request = _approved(actor, request_id)
    plan_anew(actor, request, now)
    return request


@transaction.atomic
def remark_way(
    *, actor: "User", request_id: UUID, store_id: UUID, minutes: int | None, open_again: bool = False, reason: str, now: datetime
) -> SupplyRequest:
    """The way from a store takes so many minutes, or is closed (None); or that holds no more. Plans are made anew."""
    request = _approved(actor, request_id)
    store = visible_stores(actor).get(pk=store_id)
    if not reason.strip():
        raise InvalidInput(_("Say how it is known: which road is closed, who drove it."))
    if minutes is not None and not 1 <= minutes <= 10_080:
        raise InvalidInput(_("A way takes 1 minute to 7 days."))
    if open_again:
        RequestWay.objects.filter(request=request, store=store).delete()
    else:
        told = {"minutes": minutes, "reason": storable(reason.strip())[:300], "at": now, "by": actor}
        RequestWay.objects.update_or_create(request=request, store=store, defaults=told)
    what = "way_open" if open_again else "way_closed" if minutes is None else "way_minutes"
    note(request, what, now, actor, reason, {"store": store.name, "minutes": minutes or 0})
    plan_anew(actor, request, now)
    return request


def accept_plan(*, actor: "User", plan_id: UUID, now: datetime) -> list[Delivery]:
    """All that the plan takes is reserved in one act, or nothing; each store is told to pick, each firm is asked.

    Conflict where somebody else took of it meanwhile: the plans are worked out anew.
    """
    plan = Plan.objects.get(pk=plan_id)
    request = visible_requests(actor).get(pk=plan.request_id)
    require(actor, rights.RESERVE, request.region_code, (request.body_id,))
    lines = _check(actor, plan, request)
    picks = [Pick(one.holding_id, one.amount) for one in lines]
    purpose = f"{request.number} {request.purpose}"[:200]
    try:
        kept = reserve_picks(
            *(actor, picks),
            purpose=purpose,
            region_code=request.region_code,
            body_id=request.body_id,
            now=now,
            until=now + FORMING,
        )
    except Conflict:
        ask_for_new_plans(actor=actor, request_id=request.pk, now=now)
        raise
    return _deliver(actor, plan.pk, kept, now)


def _check(actor: "User", plan: Plan, request: SupplyRequest) -> list[PlanLine]:
    if request.state != RequestState.APPROVED or plan.state != PlanState.READY:
        raise Conflict(_("This plan is out of date: look at the newest ones."))
    lines = list(plan.lines.select_related("holding"))
    if not lines:
        raise Conflict(_("This plan gives nothing: look who could help."))
    stores = {one.holding.store_id for one in lines}
    if giving_stores(actor).filter(pk__in=stores).count() != len(stores):
        raise NotAllowed(_("Your rights do not reach all stores of this plan: ask whoever approved the request to accept it."))
    return lines


@transaction.atomic
def _deliver(actor: "User", plan_id: UUID, kept: Reservation, now: datetime) -> list[Delivery]:
    rows = SupplyRequest.objects.select_for_update(of=("self",)).select_related("body", "asked_by", "opened_by")
    request = rows.get(pk=Plan.objects.values_list("request_id").get(pk=plan_id)[0])
    plan = Plan.objects.select_for_update().get(pk=plan_id)
    if plan.state != PlanState.READY:
        raise Conflict(_("This plan is out of date: look at the newest ones."))
    keep_until(kept.pk, now + timedelta(hours=stock_policy().reserve.most_hours))
    plan.state = PlanState.ACCEPTED.value
    plan.save(update_fields=["state"])
    drop_plans(request.pk, but=plan.pk)
    heaps: dict[tuple[UUID, int, bool], list[PlanLine]] = defaultdict(list)
    for one in plan.lines.select_related("holding__lot", "holding__item"):
        by_order = Reserve(one.holding.reserve) in BY_ORDER
        heaps[one.holding.store_id, one.holding.lot.lead_time_h, by_order].append(one)
    stores = Store.objects.select_related("body").in_bulk([store for store, _, _ in heaps])
    number = request.deliveries.count()
    made = []
    for place, ((store_id, lead_h, by_order), lines) in enumerate(heaps.items(), number + 1):
        made.append(_one(request, kept, stores[store_id], lead_h, lines, place, now, by_order=by_order))
    note(request, "accepted", now, actor, figures={"deliveries": len(made), "kind": plan.kind})
    if plan.short:
        note(request, "below", now, actor, figures={"count": len(plan.short)})
    return made


def _one(
    request: SupplyRequest,
    kept: Reservation,
    store: Store,
    lead_h: int,
    lines: list[PlanLine],
    place: int,
    now: datetime,
    *,
    by_order: bool,
) -> Delivery:
    state = DeliveryState.ORDERED if by_order else DeliveryState.RESERVED
    span = requests_policy().clocks.of(state)
    way = max(one.minutes for one in lines)
    delivery = Delivery.objects.create(
        request=request,
        number=f"{request.number}-{place:02}",
        store=store,
        reservation=kept,
        plan_id=lines[0].plan_id,
        lead_h=lead_h,
        state=state.value,
        made_at=now,
        way_min=max(0.0, way - lead_h * 60),
        expected_at=now + timedelta(minutes=way),
        due_at=now + span if span else None,
    )
    DeliveryLine.objects.bulk_create(
        DeliveryLine(delivery=delivery, line_id=one.need_id, holding=one.holding, amount=one.amount) for one in lines
    )
    tell_store(delivery, "order" if by_order else "pick", now, goods=goods_of(delivery))
    return delivery


def goods_of(delivery: Delivery) -> dict[str, str]:
    """What it brings in a line of words, in both languages."""
    sums: dict[Item, int] = defaultdict(int)
    for one in delivery.lines.select_related("holding__item"):
        sums[one.holding.item] += one.sure
    return in_both_languages(sums.items())


def in_both_languages(goods: "Iterable[tuple[Item, int]]") -> dict[str, str]:
    """Amounts of items in a line of words, in Chinese and English: whoever reads of them has their own."""
    rows = [(item, to_number(amount)) for item, amount in goods]
    return {
        "zh": "、".join(f"{item.name_zh} {number} {item.unit_zh}" for item, number in rows),
        "en": ", ".join(f"{item.name_en or item.name_zh} {number} {item.unit_en or item.unit_zh}" for item, number in rows),
    }


def work_out_plans(*, now: datetime) -> int:
    """The worker's round: one plan, the hand rule's before all; whoever asked is told when the soonest is there."""
    asked = Plan.objects.filter(state=PlanState.ASKED).select_related("asked_by").order_by("asked_at", "id")
    waiting = asked.filter(kind=PlanKind.HAND).first() or asked.filter(kind=PlanKind.SOONEST).first() or asked.first()
    if waiting is None:
        return 0
    if work_out(waiting, now=now) and waiting.kind == PlanKind.SOONEST:
        _tell_of_plans(waiting, now)
    return 1


@transaction.atomic
def _tell_of_plans(plan: Plan, now: datetime) -> None:
    request = SupplyRequest.objects.select_related("body", "asked_by", "opened_by").filter(pk=plan.request_id).first()
    if request is None:
        return
    if plan.missing:
        tell_askers(request, "not_enough", now, urgent=True, missing=missing_words(plan))
    else:
        tell_askers(request, "plans", now, urgent=True)


def missing_words(plan: Plan) -> dict[str, str]:
    """What is missing, item by item, in both languages."""
    items = {one.pk: one.item for one in RequestLine.objects.filter(request=plan.request_id).select_related("item")}
    return in_both_languages((items[UUID(one["need"])], one["amount"]) for one in plan.missing if UUID(one["need"]) in items)


def _approved(actor: "User", request_id: UUID) -> SupplyRequest:
    seen = visible_requests(actor).get(pk=request_id)
    require(actor, rights.RESERVE, seen.region_code, (seen.body_id,))
    rows = SupplyRequest.objects.select_for_update(of=("self",)).select_related("body", "asked_by", "opened_by")
    request = rows.get(pk=seen.pk)
    if request.state != RequestState.APPROVED:
        raise Conflict(_("Plans are made for what is approved, and not closed."))
    return request
