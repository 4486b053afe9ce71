"""Goods are kept for somebody until a moment. Then they free themselves."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, Refusal
from tocsin.base.storable import storable
from tocsin.bus.bulk import in_batches, write_rows
from tocsin.jurisdiction.face import require, system_actor
from tocsin.jurisdiction.rights.rules import Permission
from tocsin.records.face import record_audit
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.stock.models import Movement, Promise, Reservation
from tocsin.supplies.stock.policy import stock_policy
from tocsin.supplies.stock.queries.reservations import visible_reservations
from tocsin.supplies.stock.rules.ledger import Kind, move
from tocsin.supplies.stock.rules.lots import Pick
from tocsin.supplies.stock.rules.reservations import Hold
from tocsin.supplies.stock.services.acts import store_within
from tocsin.supplies.stock.services.issuing import Wanted, picked
from tocsin.supplies.stock.services.ledger import post

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

FORMING: Final = timedelta(minutes=5)
"""A reservation that was not finished by then, because its process died, frees itself."""
AT_ONCE: Final = 500  # promises that one transaction frees


def reserve(
    *,
    actor: "User",
    store_id: UUID,
    lines: Sequence[Wanted],
    purpose: str,
    now: datetime,
    until: datetime | None = None,
    reason: str = "",
) -> Reservation:
    """Keeps goods of a store for a purpose: of each item what expires first, unless a lot is named. All of it, or nothing.

    Conflict where there is not enough free; InvalidInput for an end that lies behind or too far ahead.
    """
    store = store_within(actor, store_id, rights.RESERVE)
    free_lapsed(now=now)
    picks = picked(actor, store, lines, reason, timezone.localdate(now))
    return reserve_picks(
        *(actor, picks), purpose=purpose, region_code=store.region_code, body_id=store.body_id, now=now, until=until
    )


def reserve_picks(
    actor: "User",
    picks: Sequence[Pick],
    *,
    purpose: str,
    region_code: str,
    body_id: UUID | None,
    now: datetime,
    until: datetime | None = None,
) -> Reservation:
    """Keeps so much of each holding, some hundred at a time so that nobody else waits for all; what was taken is given back where
    one of them has not enough, also by the loop, should this process die in between.
    """
    policy = stock_policy().reserve
    end = until or now + timedelta(hours=policy.hours)
    if not now < end <= now + timedelta(hours=policy.most_hours):
        raise InvalidInput(_("A reservation ends within %(hours)s hours.") % {"hours": policy.most_hours})
    if not purpose.strip():
        raise InvalidInput(_("Say what it is kept for."))
    if not 1 <= len(picks) <= policy.most_lines:
        raise InvalidInput(_("A reservation has 1 to %(most)s lots.") % {"most": policy.most_lines})
    made = Reservation(
        purpose=storable(purpose.strip())[:200],
        region_code=region_code,
        body_id=body_id,
        state=Hold.FORMING.value,
        until=now + FORMING,
        made_at=now,
        made_by=actor,
    )
    made.save(force_insert=True)
    try:
        in_batches(sorted(picks, key=lambda one: one.holding_id), lambda some: _take(made, some, actor, now))
        _settle(actor, made, end, len(picks))
    except Refusal:
        _let_go(actor, made, Hold.FAILED, now)
        raise
    return made


def _take(made: Reservation, picks: Sequence[Pick], actor: "User", now: datetime) -> None:
    if Reservation.objects.select_for_update().get(pk=made.pk).state != Hold.FORMING:
        raise Conflict(_("The reservation took too long and was freed: try again."))
    movement = _movement(Kind.RESERVE, made, actor, made.purpose, now)
    amounts: dict[int, int] = {}
    for one in picks:
        amounts[one.holding_id] = amounts.get(one.holding_id, 0) + one.amount
    post(movement, [move(holding, Kind.RESERVE, amount) for holding, amount in amounts.items()])
    known = Promise.objects.filter(reservation=made, holding__in=amounts)
    for again in known:  # a lot whose two lines fell into two batches
        Promise.objects.filter(pk=again.pk).update(amount=F("amount") + amounts.pop(again.holding_id))
    write_rows(
        Promise,
        {"reservation": [made.pk] * len(amounts), "holding": list(amounts), "amount": list(amounts.values())},
    )


@transaction.atomic
def _settle(actor: "User", made: Reservation, end: datetime, lines: int) -> None:
    held = Reservation.objects.filter(pk=made.pk, state=Hold.FORMING).update(state=Hold.HELD.value, until=end)
    if not held:
        raise Conflict(_("The reservation took too long and was freed: try again."))
    made.state, made.until = Hold.HELD.value, end
    record_audit(
        actor,
        "stock.reserved",
        "reservation",
        made.pk,
        made.region_code,
        {"purpose": made.purpose, "lines": lines, "until": end.isoformat()},
    )


def release(*, actor: "User", reservation_id: UUID, now: datetime) -> Reservation:
    """What is still kept is free again; Conflict for a reservation that has ended."""
    found = _held(actor, reservation_id, now)
    _let_go(actor, found, Hold.RELEASED, now)
    return found


def prolong_reservation(*, actor: "User", reservation_id: UUID, until: datetime, now: datetime) -> Reservation:
    """The reservation holds until another moment."""
    found = _held(actor, reservation_id, now)
    most = stock_policy().reserve.most_hours
    if not now < until <= now + timedelta(hours=most):
        raise InvalidInput(_("A reservation ends within %(hours)s hours.") % {"hours": most})
    with transaction.atomic():
        if not Reservation.objects.filter(pk=found.pk, state=Hold.HELD).update(until=until):
            raise Conflict(_("This reservation has ended."))
        record_audit(
            actor,
            "stock.prolonged",
            "reservation",
            found.pk,
            found.region_code,
            {"until": [found.until.isoformat(), until.isoformat()]},
        )
    found.until = until
    return found


def issue_reserved(*, actor: "User", reservation_id: UUID, partner: str, now: datetime, document: str = "") -> Reservation:
    """All that is still kept is given out; who keeps the stores does it."""
    found = _held(actor, reservation_id, now, rights.KEEP)
    if not partner.strip():
        raise InvalidInput(_("Say to whom it is given."))
    given = 0
    while some := _issue_some(actor, found, partner, document, now):
        given += some
    with transaction.atomic():
        Reservation.objects.filter(pk=found.pk, state=Hold.HELD).update(state=Hold.USED.value, ended_at=now)
        record_audit(actor, "stock.issued", "reservation", found.pk, found.region_code, {"lines": given, "partner": partner})
    found.state, found.ended_at = Hold.USED.value, now
    return found


@transaction.atomic
def _issue_some(actor: "User", found: Reservation, partner: str, document: str, now: datetime) -> int:
    kept = _kept(found)
    if not kept:
        return 0
    movement = _movement(Kind.ISSUE_RESERVED, found, actor, partner, now, document)
    Promise.objects.filter(pk__in=[one.pk for one in kept]).update(amount=0)
    post(movement, [move(one.holding_id, Kind.ISSUE_RESERVED, one.amount) for one in kept])
    return len(kept)


def _kept(found: Reservation) -> list[Promise]:
    """Some of what is still kept; whoever frees or gives out the same waits."""
    Reservation.objects.select_for_update().get(pk=found.pk)
    return list(Promise.objects.filter(reservation=found, amount__gt=0).order_by("holding_id")[:AT_ONCE])


def _movement(kind: Kind, found: Reservation, actor: "User", partner: str, now: datetime, document: str = "") -> Movement:
    return Movement(
        kind=int(kind),
        region_code=found.region_code,
        at=now,
        written_at=now,
        by=actor,
        partner=storable(partner.strip())[:120],
        document=storable(document.strip())[:60],
        reservation=found,
    )


def _held(actor: "User", reservation_id: UUID, now: datetime, permission: Permission = rights.RESERVE) -> Reservation:
    found = visible_reservations(actor).get(pk=reservation_id)
    require(actor, permission, found.region_code, (found.body_id,))
    if found.state != Hold.HELD or found.until <= now:
        raise Conflict(_("This reservation has ended."))
    return found


def _let_go(actor: "User", found: Reservation, end: Hold, now: datetime) -> None:
    """Gives back what is kept, some at a time; the last transaction ends the reservation. Its end is now from the first on:
    should this process die, the loop goes on.
    """
    Reservation.objects.filter(pk=found.pk, until__gt=now).update(until=now)
    while _free_some(actor, found, now):
        pass
    with transaction.atomic():
        ended = Reservation.objects.filter(pk=found.pk, state__in=(Hold.HELD, Hold.FORMING)).update(state=end.value, ended_at=now)
        if ended:
            record_audit(actor, f"stock.{end.value}", "reservation", found.pk, found.region_code, {"purpose": found.purpose})
    found.state, found.ended_at = end.value, now


@transaction.atomic
def _free_some(actor: "User", found: Reservation, now: datetime) -> int:
    kept = _kept(found)
    if not kept:
        return 0
    movement = _movement(Kind.RELEASE, found, actor, found.purpose, now)
    Promise.objects.filter(pk__in=[one.pk for one in kept]).update(amount=0)
    post(movement, [move(one.holding_id, Kind.RELEASE, one.amount) for one in kept])
    return len(kept)


def free_lapsed(*, now: datetime) -> int:
    """Frees every reservation whose end has come, also those that never were finished; returns how many."""
    due = list(Reservation.objects.filter(state__in=(Hold.HELD, Hold.FORMING), until__lte=now).order_by("until")[:AT_ONCE])
    for one in due:
        _let_go(system_actor(), one, Hold.LAPSED, now)
    return len(due)
