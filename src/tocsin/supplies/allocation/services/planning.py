"""Plans are asked for in an instant and worked out by the worker: by hand first, then by the optimiser, each told as it is."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tocsin.bus.bulk import write_rows
from tocsin.engine.allocation.allocate import allocate
from tocsin.engine.allocation.model import Allocation
from tocsin.supplies.allocation.models import Plan, PlanLine
from tocsin.supplies.allocation.policy import allocation_policy
from tocsin.supplies.allocation.queries.offers import giving_stores, helpers_for, offers_for, stays_for
from tocsin.supplies.allocation.queries.ways import ways_to
from tocsin.supplies.allocation.rules.plans import GOALS, PlanKind, PlanState
from tocsin.supplies.allocation.rules.question import Given, Wish, lots_of, missing_of_wishes, pose, shortfalls
from tocsin.supplies.catalogue.models import Item
from tocsin.supplies.catalogue.rules.amounts import CUBIC_CENTIMETRES, GRAMS

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

OPEN: Final = (PlanState.ASKED.value, PlanState.READY.value)


@transaction.atomic
def ask_for_plans(
    *,
    actor: "User",
    request_id: UUID,
    region_code: str,
    body_id: UUID,
    wishes: Sequence[Wish],
    lon: float,
    lat: float,
    roads: Mapping[str, float | None],
    now: datetime,
) -> list[Plan]:
    """Older plans that nobody took are dropped; the worker comes to the new ones."""
    drop_plans(request_id)
    return [
        Plan.objects.create(
            request_id=request_id,
            region_code=region_code,
            body_id=body_id,
            kind=kind.value,
            wishes=[[str(one.need_id), str(one.item_id), one.amount] for one in wishes],
            lon=lon,
            lat=lat,
            roads=dict(roads),
            asked_at=now,
            asked_by=actor,
        )
        for kind in PlanKind
    ]


def drop_plans(request_id: UUID, *, but: UUID | None = None) -> None:
    """What is not taken is taken by nobody later."""
    others = Plan.objects.filter(request_id=request_id, state__in=OPEN)
    if but is not None:
        others = others.exclude(pk=but)
    others.update(state=PlanState.DROPPED.value)


def work_out(plan: Plan, *, now: datetime) -> bool:
    """Reads stock and ways, lets the engine answer, and writes it; False where the plan was dropped meanwhile. Outside of any
    transaction: the search takes seconds.
    """
    began = time.monotonic()
    wishes = _wishes(plan)
    ways = ways_to(giving_stores(plan.asked_by), plan.lon, plan.lat, plan.roads, now)
    offers = offers_for(plan.asked_by, wishes, timezone.localdate(now), plan.request_id)
    policy, kind = allocation_policy(), PlanKind(plan.kind)
    posed = pose(wishes, offers, ways.roads, GOALS[kind], policy.figures, stays_for(wishes, offers))
    seconds = 0.0 if kind is PlanKind.HAND else policy.search.seconds
    answer = allocate(posed.case, left=lambda: seconds - (time.monotonic() - began))
    missing = missing_of_wishes(posed, answer)
    lacking = {need: amount for need, (amount, _) in missing.items()}
    plan.missing = [{"need": str(need), "amount": amount, "because": why.value} for need, (amount, why) in missing.items()]
    plan.helpers = helpers_for(plan.asked_by, wishes, lacking, plan.region_code) if lacking else []
    plan.short, plan.stages, plan.closed = shortfalls(posed, answer), _stages(answer), ways.closed
    plan.ways = ways.told(sorted({posed.lots[int(supply)][0].store_id for supply in answer.supply}))
    plan.arrival_min, plan.cost, plan.by_hand = (
        round(answer.arrival, 1),
        round(answer.cost),
        kind is PlanKind.HAND or answer.by_hand,
    )
    plan.unweighed = sorted({str(one.item_id) for one in wishes if one.kg is None and one.m3 is None})
    plan.worked_at, plan.seconds = now, round(time.monotonic() - began, 3)
    return _write(plan, lots_of(posed, answer))


@transaction.atomic
def _write(plan: Plan, given: Sequence[Given]) -> bool:
    held = Plan.objects.select_for_update().get(pk=plan.pk)
    if held.state != PlanState.ASKED:
        return False
    plan.state = PlanState.READY.value
    plan.save()
    write_rows(
        PlanLine,
        {
            "plan": [plan.pk] * len(given),
            "need_id": [one.need_id for one in given],
            "holding": [one.holding_id for one in given],
            "amount": [one.amount for one in given],
            "minutes": [round(one.minutes, 1) for one in given],
        },
    )
    return True


def _wishes(plan: Plan) -> list[Wish]:
    known = {one.pk: one for one in Item.objects.filter(pk__in={item for _, item, _ in plan.wishes})}
    return [_wish(UUID(need), known[UUID(item)], amount) for need, item, amount in plan.wishes]


def _wish(need_id: UUID, item: Item, amount: int) -> Wish:
    kg = None if item.weight_g is None else item.weight_g / GRAMS
    m3 = None if item.volume_cm3 is None else item.volume_cm3 / CUBIC_CENTIMETRES
    return Wish(need_id, item.pk, amount, item.pieces_per_unit, kg, m3)


def _stages(answer: Allocation) -> list[dict[str, Any]]:
    return [
        {"goal": one.goal, "value": round(one.value, 3), "bound": round(one.bound, 3), "gap": round(one.gap, 4)}
        for one in answer.stages
    ]
