"""Stops of firms: ordered, planned, overhauls; and resumption, which waits for its list of conditions."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.engine.work.firm import WHOLE, OrderKind
from tocsin.jurisdiction.face import may, require
from tocsin.records.face import record_audit
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.stops.models import ResumptionCondition, StopOrder
from tocsin.supervision.stops.policy import Condition, conditions

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

KINDS = (OrderKind.ORDERED_STOP, OrderKind.PLANNED_STOP, OrderKind.OVERHAUL)


@transaction.atomic
def record_stop(
    *,
    actor: "User",
    object_id: UUID,
    number: str,
    kind: str,
    first: date,
    last: date | None = None,
    scope: str = WHOLE,
    basis: str = "",
    now: datetime,
) -> StopOrder:
    """A stop of a firm or of a part of it, `last` included; without one it lasts until a resumption is approved.

    An order to stop is recorded by a named head of supervision, a plan or an overhaul also by the firm itself.
    """
    found = SupervisedObject.objects.get(pk=object_id)
    if kind == OrderKind.ORDERED_STOP:
        require(actor, rights.LEAD, found.region_code)
    else:
        _require_lead_or_own(actor, found)
    return _write_stop(actor, found, number=number, kind=kind, first=first, last=last, scope=scope, basis=basis, now=now)


@transaction.atomic
def take_over_stop(
    *,
    actor: "User",
    object_id: UUID,
    number: str,
    kind: str,
    first: date,
    last: date | None = None,
    resumed_on: date | None = None,
    scope: str = WHOLE,
    basis: str = "",
    now: datetime,
) -> StopOrder:
    """A stop that another system holds, with its resumption where that was approved there: for the register's keepers."""
    found = SupervisedObject.objects.get(pk=object_id)
    require(actor, rights.MANAGE, found.region_code)
    if resumed_on is not None and resumed_on <= first:
        raise InvalidInput(_("Work is resumed after the stop has begun."))
    return _write_stop(
        actor,
        found,
        number=number,
        kind=kind,
        first=first,
        last=last,
        resumed_on=resumed_on,
        scope=scope,
        basis=basis,
        now=now,
    )


def _write_stop(
    actor: "User",
    supervised_object: SupervisedObject,
    *,
    number: str,
    kind: str,
    first: date,
    last: date | None,
    resumed_on: date | None = None,
    scope: str,
    basis: str,
    now: datetime,
) -> StopOrder:
    if kind not in KINDS:
        raise InvalidInput(_("%(kind)s is no kind of stop; known are %(known)s.") % {"kind": kind, "known": ", ".join(KINDS)})
    if last is not None and last < first:
        raise InvalidInput(_("A stop ends on or after the day on which it begins."))
    if not number.strip():
        raise InvalidInput(_("A stop needs the number of its paper."))
    if StopOrder.objects.filter(number=number.strip()).exists():
        raise Conflict(_("There is a stop with the number %(number)s already.") % {"number": number.strip()})
    order = StopOrder.objects.create(
        number=number.strip()[:60],
        object=supervised_object,
        region_code=supervised_object.region_code,
        kind=kind,
        scope=scope.strip()[:60] or WHOLE,
        first=first,
        last=last,
        resumed_on=resumed_on,
        basis=basis.strip()[:300],
        made_at=now,
        made_by=actor,
    )
    details = {"number": order.number, "kind": kind, "scope": order.scope, "first": str(first), "last": str(last or "")}
    record_audit(actor, "stop.recorded", "stop_order", order.pk, supervised_object.region_code, details)
    return order


@transaction.atomic
def apply_for_resumption(*, actor: "User", order_id: UUID, now: datetime) -> StopOrder:
    """The firm wants to work again: its list of conditions is laid, each open."""
    order = _locked(order_id)
    _require_lead_or_own(actor, order.object)
    _refuse_ended(order)
    stopped_days = (timezone.localtime(now).date() - order.first).days
    asked = [one for one in conditions() if one.asked_of(order.object.trade, stopped_days)]
    ResumptionCondition.objects.bulk_create(
        [ResumptionCondition(order=order, code=one.code, state="open") for one in asked], ignore_conflicts=True
    )
    record_audit(actor, "stop.resumption_applied", "stop_order", order.pk, order.region_code, {"number": order.number})
    return order


@transaction.atomic
def answer_condition(
    *, actor: "User", order_id: UUID, code: str, met: bool, words: str = "", now: datetime
) -> ResumptionCondition:
    """Ticks one condition off, or signs for one that is not met, with the reason; some can't be signed for."""
    order = _locked(order_id)
    require(actor, rights.LEAD, order.region_code)
    _refuse_ended(order)
    condition = order.conditions.select_for_update().get(code=code)
    if not met and not condition_of(code).waivable:
        raise Conflict(_("The law asks for this condition: it can't be signed for."))
    if not met and not words.strip():
        raise InvalidInput(_("Give the reason for signing without this condition."))
    condition.state = "met" if met else "waived"
    condition.words, condition.at, condition.by = words.strip()[:500], now, actor
    condition.save()
    details = {"number": order.number, "code": code, "state": condition.state, "words": condition.words}
    record_audit(actor, "stop.condition_answered", "stop_order", order.pk, order.region_code, details)
    return condition


@transaction.atomic
def approve_resumption(*, actor: "User", order_id: UUID, first_day: date, now: datetime) -> StopOrder:
    """Work is allowed again from `first_day`. Conflict names the conditions that are still open, or that no list was laid."""
    order = _locked(order_id)
    require(actor, rights.LEAD, order.region_code)
    _refuse_ended(order)
    conditions = list(order.conditions.all())
    if not conditions and order.kind == OrderKind.ORDERED_STOP:
        raise Conflict(_("No resumption was applied for: its conditions are not laid."))
    open_ones = [condition_of(one.code).name for one in conditions if one.state == "open"]
    if open_ones:
        raise Conflict(_("Still open: %(conditions)s.") % {"conditions": "; ".join(open_ones)})
    if first_day <= order.first:
        raise InvalidInput(_("Work is resumed after the stop has begun."))
    order.resumed_on = first_day
    order.save(update_fields=["resumed_on"])
    details = {"number": order.number, "first_day": str(first_day)}
    record_audit(actor, "stop.resumption_approved", "stop_order", order.pk, order.region_code, details)
    return order


def condition_of(code: str) -> Condition:
    """The condition of that code as the policy has it."""
    return next(one for one in conditions() if one.code == code)


def _locked(order_id: UUID) -> StopOrder:
    return StopOrder.objects.select_for_update().select_related("object").get(pk=order_id)


def _refuse_ended(order: StopOrder) -> None:
    if order.resumed_on is not None:
        raise Conflict(_("The resumption of this stop is approved already."))


def _require_lead_or_own(actor: "User", supervised_object: SupervisedObject) -> None:
    """A head of supervision, or the firm's own people."""
    if not may(actor, rights.OWN, supervised_object.region_code, {supervised_object.organisation_id} - {None}):
        require(actor, rights.LEAD, supervised_object.region_code)
