"""What a delivery takes of a reservation that several stores keep together: part of it goes out, part of it is freed.

Called inside the transaction of the step that it belongs to.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.supplies.stock.models import Holding, Movement, Promise, Reservation, Store
from tocsin.supplies.stock.rules.ledger import Kind, Move, move
from tocsin.supplies.stock.rules.reservations import Hold
from tocsin.supplies.stock.services.acts import carry_out

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def keep_until(reservation_id: UUID, until: datetime) -> None:
    """The reservation holds until another moment; Conflict where it has ended."""
    if not Reservation.objects.filter(pk=reservation_id, state=Hold.HELD).update(until=until):
        raise Conflict(_("This reservation has ended."))


def issue_part(
    actor: "User", reservation_id: UUID, store: Store, amounts: Mapping[int, int], *, partner: str, document: str, now: datetime
) -> Movement:
    """So much of each holding goes out of the store as reserved; Conflict where the reservation does not keep it any more."""
    moves = _taken(reservation_id, amounts, Kind.ISSUE_RESERVED)
    made = carry_out(actor, Kind.ISSUE_RESERVED, store, moves, now=now, partner=partner, document=document)
    _end(reservation_id, now)
    return made


def free_part(
    actor: "User", reservation_id: UUID, store: Store, amounts: Mapping[int, int], *, reason: str, now: datetime
) -> None:
    """So much of each holding is free again. A reservation that has ended has freed it already."""
    held = Reservation.objects.select_for_update().filter(pk=reservation_id, state=Hold.HELD).exists()
    if held and amounts:
        carry_out(actor, Kind.RELEASE, store, _taken(reservation_id, amounts, Kind.RELEASE), now=now, reason=reason)
        _end(reservation_id, now)


def take_back(actor: "User", store: Store, amounts: Mapping[int, int], *, partner: str, document: str, now: datetime) -> Movement:
    """What was given out comes back and waits to be looked at."""
    moves = [move(holding, Kind.RETURN, amount) for holding, amount in amounts.items()]
    return carry_out(actor, Kind.RETURN, store, moves, now=now, partner=partner, document=document)


def _taken(reservation_id: UUID, amounts: Mapping[int, int], kind: Kind) -> list[Move]:
    held = Reservation.objects.select_for_update().filter(pk=reservation_id, state=Hold.HELD).exists()
    if not held:
        raise Conflict(_("This reservation has ended."))
    for holding, amount in sorted(amounts.items()):
        rows = Promise.objects.filter(reservation=reservation_id, holding=holding, amount__gte=amount)
        if not rows.update(amount=F("amount") - amount):
            number = Holding.objects.values_list("lot__number", flat=True).get(pk=holding)
            raise Conflict(_("The reservation keeps less than that of lot %(lot)s.") % {"lot": number})
    return [move(holding, kind, amount) for holding, amount in amounts.items()]


def _end(reservation_id: UUID, now: datetime) -> None:
    if not Promise.objects.filter(reservation=reservation_id, amount__gt=0).exists():
        Reservation.objects.filter(pk=reservation_id, state=Hold.HELD).update(state=Hold.USED.value, ended_at=now)
