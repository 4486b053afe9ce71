"""What time brings: gear gets its upkeep, its day comes near, and gear that is overdue leaves what can be promised."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from tocsin.bus.bulk import in_batches, insert_all
from tocsin.jurisdiction.face import system_actor
from tocsin.supplies.stock.rules.ledger import Kind, move
from tocsin.supplies.stock.services.acts import carry_out
from tocsin.supplies.stock.services.ledger import NotEnough
from tocsin.supplies.upkeep.models import Upkeep
from tocsin.supplies.upkeep.policy import upkeep_policy
from tocsin.supplies.upkeep.queries.due import THERE, due_by, gear_without_upkeep
from tocsin.supplies.upkeep.rules.runs import due_again
from tocsin.supplies.upkeep.services.telling import tell_of_due

if TYPE_CHECKING:
    from uuid import UUID

AT_ONCE = 300


def run_upkeep_clocks(*, now: datetime) -> int:
    """New gear gets its upkeep, keepers hear what comes due, overdue gear is held back; how many of all."""
    day = timezone.localdate(now)
    return enter_upkeep() + tell_keepers(day, now) + hold_back(day, now)


def enter_upkeep() -> int:
    """Gear that came in is due so many months after it came."""
    found = [
        Upkeep(holding=one, region_code=one.region_code, due_on=due_again(one.received_on, one.item.inspect_every_months))
        for one in gear_without_upkeep()[:AT_ONCE]
    ]
    return in_batches(found, insert_all)


def tell_keepers(day: date, now: datetime) -> int:
    """Bodies are told once of each day that comes near, together for each store."""
    rows = Upkeep.objects.filter(due_by(day), THERE, told_for=None, holding__store__active=True)
    found = list(rows.select_related("holding__store__body", "holding__item", "holding__lot").order_by("due_on", "id")[:AT_ONCE])
    for group in _by_store(found):
        with transaction.atomic():
            tell_of_due(group[0].holding.store, group, now)
            for one in group:
                Upkeep.objects.filter(pk=one.pk).update(told_for=one.due_on)
    return len(found)


def hold_back(day: date, now: datetime) -> int:
    """Gear past its day and its grace is no longer available to promise; the line of the ledger says why."""
    last = day - timedelta(days=upkeep_policy().due.grace_days)
    rows = Upkeep.objects.filter(due_on__lt=last, holding__free__gt=0)
    rows = rows.select_related("holding__store__body", "holding__item", "holding__lot")
    found = list(rows.order_by("holding__store", "pk")[:AT_ONCE])
    for group in _by_store(found):
        store = group[0].holding.store
        moves = [move(one.holding_id, Kind.LAPSE, one.holding.free) for one in group]
        try:
            with transaction.atomic():
                carry_out(system_actor(), Kind.LAPSE, store, moves, now=now)
                tell_of_due(store, group, now, held=True)
        except NotEnough:
            continue  # somebody took of it since it was read: the next round sees what is left
    return len(found)


def _by_store(rows: Iterable[Upkeep]) -> list[list[Upkeep]]:
    found: dict[UUID, list[Upkeep]] = defaultdict(list)
    for one in rows:
        found[one.holding.store_id].append(one)
    return list(found.values())
