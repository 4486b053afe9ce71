"""Of the reports of one goods one reporter's count: holdings, totals and lots change together."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tocsin.engine.same_goods import Report, Sameness, counting, groups
from tocsin.supplies.same_goods.models import SameGoods
from tocsin.supplies.same_goods.queries import joined_with, reports_of
from tocsin.supplies.stock.models import Holding, Lot
from tocsin.supplies.stock.services.ledger import add_to_totals, whole_of


@transaction.atomic
def count_once(lots: Collection[UUID], *, now: datetime) -> None:
    """Decides anew which of all lots that hang together with these count, and brings the totals to it.

    A pair that a person held apart is not brought together over a third lot: what the machine alone joined there is asked about.
    Lots are locked first, then what lies of them, as receipts do.
    """
    together, _pairs = joined_with(lots)
    locked = {one.pk: one for one in Lot.objects.select_for_update(of=("self",)).filter(pk__in=together).order_by("pk")}
    _ask_where_persons_disagree(set(locked))
    reports = reports_of(Lot.objects.filter(pk__in=locked))
    _found, pairs = joined_with(list(locked))
    for group in groups((str(one) for one in locked), [(str(a), str(b)) for a, b in pairs]):
        _count(locked, [reports[UUID(key)] for key in sorted(group) if UUID(key) in reports], now)


def _ask_where_persons_disagree(lots: set[UUID]) -> None:
    """Where two lots that a person held apart hang together all the same, the machine's pairs between become questions."""
    _found, pairs = joined_with(lots)
    linked = groups((str(one) for one in lots), [(str(a), str(b)) for a, b in pairs])
    apart = SameGoods.objects.filter(first__in=lots, second__in=lots, standing=Sameness.APART.value).values_list(
        "first", "second"
    )
    for a, b in apart:
        group = next(one for one in linked if str(a) in one)
        if str(b) in group:
            members = [UUID(key) for key in group]
            machine = SameGoods.objects.filter(first__in=members, second__in=members, decided_at=None)
            machine.filter(standing=Sameness.SAME.value).update(standing=Sameness.UNSURE.value)


def _count(lots: dict[UUID, Lot], reports: list[Report], now: datetime) -> None:
    if not reports:
        return
    counted, first = counting(reports)
    for report in reports:
        lot = lots[UUID(report.key)]
        counted_as = None if report.key in counted else UUID(first)
        if lot.counted_as_id == counted_as:
            continue
        Lot.objects.filter(pk=lot.pk).update(counted_as=counted_as)
        if (lot.counted_as_id is None) is not (counted_as is None):
            _recount(lot, counted_as is None, now)


def _recount(lot: Lot, counts: bool, now: datetime) -> None:
    """Puts all that lies of a lot into the totals, or takes it out. The rows are locked by the first statement and read after it,
    so that an act upon them lies wholly before or wholly behind.
    """
    Holding.objects.filter(lot=lot).update(counted=counts)
    add_to_totals(whole_of(Holding.objects.filter(lot=lot), 1 if counts else -1), now)
