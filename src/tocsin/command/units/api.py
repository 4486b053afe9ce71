"""Everything that the crew's page needs to work without a network: the unit's orders with their dangers, steps and words."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from tocsin.base.errors import NotAllowed
from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.queries.standing import clocks_of
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.rules.order_states import ENDED, OrderRole, OrderState
from tocsin.command.closing.queries import recheck_of
from tocsin.command.closing.shown import RecheckOut, describe_recheck
from tocsin.command.guidance.queries import guidance_for
from tocsin.command.guidance.shown import describe_guidance
from tocsin.command.orders.api import judging_now
from tocsin.command.orders.models import Order
from tocsin.command.orders.queries import orders as queries
from tocsin.command.orders.rules.acts import CREW_STEPS, reached
from tocsin.command.orders.shown import (
    ACT_NAMES,
    RETURN_REASONS,
    STATE_NAMES,
    OrderDetailOut,
    cause_choices,
    describe_whole,
    last_step,
)
from tocsin.command.plans.queries.plans import tasks_of_unit
from tocsin.command.plans.shown.plans import StartedTaskOut, describe_task
from tocsin.command.units.shown.briefings import BriefingOut, describe_briefing
from tocsin.command.units.shown.crews import crew_features
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.budgets.requests import costly
from tocsin.screens.geojson import Features, features
from tocsin.screens.request import Actor, actor_of
from tocsin.screens.words import LEVEL_NAMES
from tocsin.warning.face import newest_diagnoses

if TYPE_CHECKING:
    from tocsin.command.casebook.models import Case

router = Router()

ENDED_ARE_SHOWN_FOR = timedelta(hours=12)


class CrewStepOut(Schema):
    act: str
    name: str = Field(description="what the button says")
    done: bool


class NeighbourOut(Schema):
    unit: str
    telephone: str
    state_name: str
    answered: bool
    near: str = Field(description="its lines beside the digging place, with metres")


class CrewOrderOut(OrderDetailOut):
    level_name: str
    level_class: str
    running: bool
    must_not: list[str]
    mind: list[str]
    steps: list[CrewStepOut]
    check_in_due_at: datetime | None
    neighbours: list[NeighbourOut]
    recheck: RecheckOut | None
    assets: list[str] = Field(description="codes of the objects that may be at fault")
    briefing: BriefingOut
    tasks: list[StartedTaskOut] = Field(description="what plans asked of the unit")
    wrong_step: UUID | None = Field(description="the entry of the last step, which may be taken back")


class Choice(Schema):
    code: str
    name: str


class CrewOut(Schema):
    now: datetime
    person_id: str
    person: str
    unit: str
    orders: list[CrewOrderOut]
    causes: list[Choice]
    return_reasons: list[Choice]


@router.get("/orders/{order_id}/briefing", response=BriefingOut)
def briefing(request: HttpRequest, order_id: UUID) -> BriefingOut:
    """What the order asks, where, why, what is measured there now, and whom to call; for its unit and who sees the case."""
    order = queries.visible_orders(request.user).get(pk=order_id)
    return describe_briefing(actor_of(request), order, now=judging_now())


@router.get("/crews.geojson", response=Features)
@costly
def crew_map(request: HttpRequest) -> Features:
    """Where crews under order last told that they were, as points (GeoJSON, WGS84); nothing of an order that has ended."""
    return features(crew_features(request.user, now=judging_now()))


@router.get("/crew", response=CrewOut)
def crew(request: HttpRequest) -> CrewOut:
    """Your unit's orders, those that ended in the last hours too, and the words of every form."""
    if not may_anywhere(request.user, rights.WORK):
        raise NotAllowed(_("Your roles give you no orders to work on."))
    now = judging_now()
    actor = actor_of(request)
    user: Any = request.user
    found = queries.orders_of_unit(user, ended_since=now - ENDED_ARE_SHOWN_FOR)
    return CrewOut(
        now=now,
        person_id=str(user.pk),
        person=str(user),
        unit=str(user.organisation or ""),
        orders=[_order(actor, one, now) for one in found],
        causes=[Choice(code=code, name=name) for code, name in cause_choices()],
        return_reasons=[Choice(code=code.value, name=str(name)) for code, name in RETURN_REASONS.items()],
    )


def _order(user: Actor, order: Order, now: datetime) -> CrewOrderOut:
    case, state = order.case, OrderState(order.state)
    told = describe_guidance(guidance_for(case, at=now))
    level = case.level or case.peak_level
    done = reached(state)
    steps = CREW_STEPS[:1] if order.role == OrderRole.STAND_BY else CREW_STEPS
    return CrewOrderOut(
        **dict(describe_whole(order)),
        level_name=str(LEVEL_NAMES[level]),
        level_class=AlarmLevel(level).name.lower(),
        running=state not in ENDED,
        must_not=[one.text for one in told.must_not],
        mind=[one.text for one in told.mind],
        steps=[CrewStepOut(act=act.value, name=capfirst(str(ACT_NAMES[act])), done=act in done) for act in steps],
        check_in_due_at=_check_in(order),
        neighbours=[_neighbour(one) for one in queries.neighbours_of(case)],
        recheck=describe_recheck(recheck_of(case, now=now)),
        assets=_assets(case),
        briefing=describe_briefing(user, order, now=now),
        tasks=[describe_task(one, one.start, now=now) for one in tasks_of_unit(case, order.unit)],
        wrong_step=last_step(order, queries.entries_of(order)) if state not in ENDED else None,
    )


def _check_in(order: Order) -> datetime | None:
    clock = clocks_of(order.case).filter(step=Step.CHECK_IN, subject=order.number, met_at=None, stopped_at=None).first()
    return clock.due_at if clock else None


def _neighbour(order: Order) -> NeighbourOut:
    state = OrderState(order.state)
    return NeighbourOut(
        unit=str(order.unit),
        telephone=order.unit.telephone,
        state_name=str(STATE_NAMES[state]),
        answered=state is not OrderState.SENT,
        near=order.text,
    )


def _assets(case: "Case") -> list[str]:
    diagnosis = newest_diagnoses([case.lead_id]).get(case.lead_id) if case.lead_id else None
    return sorted({one["asset_code"] for one in diagnosis.result["hypotheses"] if one["asset_code"]}) if diagnosis else []
