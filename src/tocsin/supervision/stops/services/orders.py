"""Stops of firms: ordered, planned, overhauls. An order has its effect once it is served, and nothing is judged backwards."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.engine.work.firm import WHOLE, OrderKind
from tocsin.jurisdiction.face import may, require
from tocsin.records.face import record_audit
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.days import moment_of
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.stops.models import StopOrder
from tocsin.supervision.stops.policy import service
from tocsin.supervision.stops.rules import Receipt, ServiceVerdict, judge_service
from tocsin.supervision.stops.services.telling import end_of_order, tell_of_order

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

    An order to stop is recorded by a named head of supervision, told to the firm at once, and has its effect from its service on;
    a plan or an overhaul is recorded also by the firm itself. Neither begins on a day that is past.
    """
    found = SupervisedObject.objects.select_related("organisation").get(pk=object_id)
    if kind == OrderKind.ORDERED_STOP:
        require(actor, rights.LEAD, found.region_code)
    else:
        require_lead_or_own(actor, found)
    if first < timezone.localtime(now).date():
        raise InvalidInput(
            _("A stop can't begin on a day that is past: %(day)s. Give today or later; an order counts from its service.")
            % {"day": first}
        )
    order = _write_stop(actor, found, number=number, kind=kind, first=first, last=last, scope=scope, basis=basis, now=now)
    if kind == OrderKind.ORDERED_STOP:
        tell_of_order(order, now=now)
    return order


@transaction.atomic
def serve_order(
    *, actor: "User", order_id: UUID, receipt: str, name: str, served_at: datetime | None = None, words: str = "", now: datetime
) -> StopOrder:
    """The paper was served (送达): taken, or refused and left with a witness.

    The firm's own people take it for themselves, and then it is served at this moment; who works for supervision writes down who
    took it or refused it, and when. InvalidInput for a time that lies ahead or too far back, Conflict for a second service.
    """
    order = StopOrder.objects.select_for_update(of=("self",)).select_related("object__organisation").get(pk=order_id)
    own = may(actor, rights.OWN, order.region_code, {order.object.organisation_id} - {None})
    if not own:
        require(actor, rights.INSPECT, order.region_code)
    if order.kind != OrderKind.ORDERED_STOP:
        raise Conflict(_("Only an order is served; the firm announced this stop itself."))
    if receipt not in tuple(Receipt):
        raise InvalidInput(_("An order is taken or refused, not “%(receipt)s”.") % {"receipt": receipt})
    if own and (receipt != Receipt.RECEIVED or served_at is not None):
        raise NotAllowed(_("The firm itself only takes the order, at this moment."))
    if not own and not name.strip():
        raise InvalidInput(_("Say who took the order, or would not take it."))
    if receipt == Receipt.REFUSED and not words.strip():
        raise InvalidInput(_("Say how the order was left, and before which witness."))
    at = served_at or now
    _refuse_service(judge_service(at, now=now, known=order.served_at, within=timedelta(hours=service().told_within_h)))
    order.served_at, order.receipt, order.receipt_by = at, receipt, actor
    order.receipt_as = (name.strip() or str(actor))[:120]
    order.receipt_words = words.strip()[:500]
    order.save(update_fields=["served_at", "receipt", "receipt_as", "receipt_words", "receipt_by"])
    details = {"number": order.number, "served_at": at.isoformat(), "receipt": receipt, "as": order.receipt_as}
    record_audit(actor, "stop.served", "stop_order", order.pk, order.region_code, details)
    end_of_order(order, now=now)
    return order


def _refuse_service(verdict: ServiceVerdict) -> None:
    hours = f"{service().told_within_h:g}"
    if verdict is ServiceVerdict.AHEAD:
        raise InvalidInput(_("The service lies ahead: give the time at which the paper was handed over."))
    if verdict is ServiceVerdict.TOO_OLD:
        raise InvalidInput(
            _("A service is written down within %(hours)s hours, so that nothing is judged backwards: serve the order anew.")
            % {"hours": hours}
        )
    if verdict is ServiceVerdict.ALREADY:
        raise Conflict(_("This order has been served already."))


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
    served_at: datetime | None = None,
    scope: str = WHOLE,
    basis: str = "",
    now: datetime,
) -> StopOrder:
    """A stop that another system holds, with its service and its resumption where these were there: for the register's keepers.

    An order without the time of its service counts from its first day, as the other system has it.
    """
    found = SupervisedObject.objects.get(pk=object_id)
    require(actor, rights.MANAGE, found.region_code)
    if resumed_on is not None and resumed_on <= first:
        raise InvalidInput(_("Work is resumed after the stop has begun."))
    if served_at is not None and served_at > now:
        raise InvalidInput(_("The service lies ahead: give the time at which the paper was handed over."))
    order = _write_stop(actor, found, number=number, kind=kind, first=first, last=last, scope=scope, basis=basis, now=now)
    if kind == OrderKind.ORDERED_STOP:
        order.served_at, order.receipt = served_at or moment_of(first, 0), Receipt.RECEIVED
    if resumed_on is not None:
        order.resumed_on, order.resumed_at = resumed_on, moment_of(resumed_on, 0)
    order.save(update_fields=["served_at", "receipt", "resumed_on", "resumed_at"])
    return order


def _write_stop(
    actor: "User",
    supervised_object: SupervisedObject,
    *,
    number: str,
    kind: str,
    first: date,
    last: date | None,
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
        basis=basis.strip()[:300],
        made_at=now,
        made_by=actor,
    )
    details = {"number": order.number, "kind": kind, "scope": order.scope, "first": str(first), "last": str(last or "")}
    record_audit(actor, "stop.recorded", "stop_order", order.pk, supervised_object.region_code, details)
    return order


def require_lead_or_own(actor: "User", supervised_object: SupervisedObject) -> None:
    """NotAllowed unless a head of supervision, or the firm's own people."""
    if not may(actor, rights.OWN, supervised_object.region_code, {supervised_object.organisation_id} - {None}):
        require(actor, rights.LEAD, supervised_object.region_code)
