"""Resumption of work: the firm asks with its files, conditions are checked one by one, one person proposes, another approves."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.engine.work.firm import OrderKind
from tocsin.jurisdiction.face import may, require
from tocsin.records.face import attachments_of, keep_prepared, prepare_attachment, record_audit
from tocsin.supervision.objects.queries.days import moment_of
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.stops.models import ResumptionCondition, StopOrder
from tocsin.supervision.stops.policy import Condition, conditions
from tocsin.supervision.stops.queries import CONDITION, signed_inspections
from tocsin.supervision.stops.services.orders import require_lead_or_own
from tocsin.supervision.stops.services.telling import tell_of_resumption

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def apply_for_resumption(*, actor: "User", order_id: UUID, now: datetime) -> StopOrder:
    """The firm wants to work again: its list of conditions is laid, each open, and whoever supervises it is told."""
    order = _locked(order_id)
    require_lead_or_own(actor, order.object)
    _refuse_ended(order)
    if order.applied_at is not None:
        raise Conflict(_("A resumption is asked for already: its conditions stand below."))
    stopped_days = (timezone.localtime(now).date() - order.first).days
    asked = [one for one in conditions() if one.asked_of(order.object.trade, stopped_days)]
    ResumptionCondition.objects.bulk_create(
        [ResumptionCondition(order=order, code=one.code, state="open") for one in asked], ignore_conflicts=True
    )
    order.applied_at = now
    order.save(update_fields=["applied_at"])
    record_audit(actor, "stop.resumption_applied", "stop_order", order.pk, order.region_code, {"number": order.number})
    tell_of_resumption(order, "asked", now=now)
    return order


def attach_to_condition(
    *, actor: "User", order_id: UUID, code: str, data: bytes, name: str, now: datetime
) -> ResumptionCondition:
    """A file that shows that a condition is met: by the firm, or by whoever checks it. InvalidInput tells what is wrong."""
    order = StopOrder.objects.select_related("object").get(pk=order_id)
    if not may(actor, rights.OWN, order.region_code, {order.object.organisation_id} - {None}):
        require(actor, rights.INSPECT, order.region_code)
    _refuse_ended(order)
    prepared = prepare_attachment(actor=actor, data=data, name=name)
    with transaction.atomic():
        order = _locked(order_id)
        _refuse_ended(order)
        condition = order.conditions.get(code=code)
        region = order.region_code
        keep_prepared(prepared, actor=actor, object_type=CONDITION, object_id=condition.pk, region_code=region, now=now)
    return condition


@transaction.atomic
def answer_condition(
    *, actor: "User", order_id: UUID, code: str, met: bool, words: str = "", now: datetime
) -> ResumptionCondition:
    """Ticks one condition off by what shows it (a file, or words of what was seen), or signs for one that is not met, with the
    reason; some can't be signed for.
    """
    order = _locked(order_id)
    require(actor, rights.LEAD, order.region_code)
    _refuse_ended(order)
    if order.proposed_at is not None:
        raise Conflict(_("The resumption is proposed by these conditions: refuse it first to check them anew."))
    condition = order.conditions.select_for_update().get(code=code)
    if not met and not condition_of(code).waivable:
        raise Conflict(_("The law asks for this condition: it can't be signed for."))
    if not met and not words.strip():
        raise InvalidInput(_("Give the reason for signing without this condition."))
    if met and not words.strip() and not attachments_of(CONDITION, condition.pk).exists():
        raise InvalidInput(_("Nothing shows that this condition is met: attach a file, or say what was seen."))
    condition.state = "met" if met else "waived"
    condition.words, condition.at, condition.by = words.strip()[:500], now, actor
    condition.save()
    details = {"number": order.number, "code": code, "state": condition.state, "words": condition.words}
    record_audit(actor, "stop.condition_answered", "stop_order", order.pk, order.region_code, details)
    return condition


@transaction.atomic
def propose_resumption(
    *, actor: "User", order_id: UUID, first_day: date, inspection_id: UUID | None = None, words: str = "", now: datetime
) -> StopOrder:
    """The first of two persons: every condition is answered, and an inspection that both inspectors have signed since the order
    was served shows it. Conflict names what is still open.
    """
    order = _locked(order_id)
    require(actor, rights.INSPECT, order.region_code)
    _refuse_ended(order)
    _refuse_open(order)
    _check_day(order, first_day, now)
    inspection = signed_inspections(order).filter(pk=inspection_id).first() if inspection_id else None
    if order.kind == OrderKind.ORDERED_STOP and inspection is None:
        raise InvalidInput(_("Name the signed inspection of this firm, made after the order was served, that shows it."))
    told = {"first_day": str(first_day), "words": words.strip()[:500]}
    if inspection is not None:
        told |= {"inspection": str(inspection.pk), "number": inspection.number}
    order.proposal, order.proposed_at, order.proposed_by = told, now, actor
    order.save(update_fields=["proposal", "proposed_at", "proposed_by"])
    record_audit(actor, "stop.resumption_proposed", "stop_order", order.pk, order.region_code, {"order": order.number, **told})
    tell_of_resumption(order, "proposed", now=now)
    return order


@transaction.atomic
def approve_resumption(*, actor: "User", order_id: UUID, first_day: date | None = None, now: datetime) -> StopOrder:
    """The second person: work is allowed again from the proposed day on, or of today from this moment, never from before it.

    A stop that was not ordered needs one person and `first_day`. Conflict names conditions that are open; NotAllowed for the
    person who proposed it.
    """
    order = _locked(order_id)
    require(actor, rights.LEAD, order.region_code)
    _refuse_ended(order)
    _refuse_open(order)
    day = first_day
    if order.kind == OrderKind.ORDERED_STOP:
        if order.proposed_by is None:
            raise Conflict(_("Nobody has proposed the resumption yet: one person proposes it, another one approves."))
        if order.proposed_by_id == actor.pk:
            raise NotAllowed(_("Two persons: whoever proposed the resumption does not approve it."))
        day = date.fromisoformat(order.proposal["first_day"])
    if day is None:
        raise InvalidInput(_("Give the first day of work."))
    day = max(day, timezone.localtime(now).date()) if order.proposed_by is not None else day
    _check_day(order, day, now)
    order.resumed_on, order.resumed_at, order.approved_by = day, max(now, moment_of(day, 0)), actor
    order.save(update_fields=["resumed_on", "resumed_at", "approved_by"])
    details = {"number": order.number, "first_day": str(day), "from": order.resumed_at.isoformat()}
    record_audit(actor, "stop.resumption_approved", "stop_order", order.pk, order.region_code, details)
    tell_of_resumption(order, "approved", now=now)
    return order


@transaction.atomic
def refuse_resumption(*, actor: "User", order_id: UUID, words: str, now: datetime) -> StopOrder:
    """The firm goes on standing still, with the reason; it may ask again, and its conditions are checked anew."""
    order = _locked(order_id)
    require(actor, rights.LEAD, order.region_code)
    _refuse_ended(order)
    if order.applied_at is None:
        raise Conflict(_("No resumption was applied for: its conditions are not laid."))
    if not words.strip():
        raise InvalidInput(_("Give the reason of the refusal."))
    order.applied_at, order.proposal, order.proposed_at, order.proposed_by = None, {}, None, None
    order.save(update_fields=["applied_at", "proposal", "proposed_at", "proposed_by"])
    order.conditions.update(state="open", at=None, by=None)
    details = {"number": order.number, "words": words.strip()[:500]}
    record_audit(actor, "stop.resumption_refused", "stop_order", order.pk, order.region_code, details)
    tell_of_resumption(order, "refused", words=words.strip()[:500], now=now)
    return order


def condition_of(code: str) -> Condition:
    """The condition of that code as the policy has it."""
    return next(one for one in conditions() if one.code == code)


def _refuse_open(order: StopOrder) -> None:
    known = list(order.conditions.all())
    if order.applied_at is None and order.kind == OrderKind.ORDERED_STOP:
        raise Conflict(_("No resumption was applied for: its conditions are not laid."))
    open_ones = [condition_of(one.code).name for one in known if one.state == "open"]
    if open_ones and order.applied_at is not None:
        raise Conflict(_("Still open: %(conditions)s.") % {"conditions": "; ".join(open_ones)})


def _check_day(order: StopOrder, first_day: date, now: datetime) -> None:
    if first_day <= order.first:
        raise InvalidInput(_("Work is resumed after the stop has begun."))
    if first_day < timezone.localtime(now).date():
        raise InvalidInput(_("A resumption counts from its approval on: give today or a later day."))


def _locked(order_id: UUID) -> StopOrder:
    return (
        StopOrder.objects.select_for_update(of=("self",)).select_related("object__organisation", "proposed_by").get(pk=order_id)
    )


def _refuse_ended(order: StopOrder) -> None:
    if order.resumed_on is not None:
        raise Conflict(_("The resumption of this stop is approved already."))
