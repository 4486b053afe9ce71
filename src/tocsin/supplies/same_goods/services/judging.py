"""New lots are compared with those of other reporters, item by item."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from tocsin.engine.identity.names import plain
from tocsin.engine.same_goods import Compared, Report, Sameness, compare
from tocsin.supplies.same_goods.models import SameGoods
from tocsin.supplies.same_goods.policy import same_goods_figures
from tocsin.supplies.same_goods.queries import common_region, regions_of, reports_of
from tocsin.supplies.same_goods.services.counting import count_once
from tocsin.supplies.stock.models import Lot

AT_ONCE: Final = 200  # lots of one item in a turn
MOST: Final = 5000  # lots of one item that a new one is compared with: the newest
_CELL_DEGREES: Final = 0.03  # about 3 km: stores of one cell and its neighbours may be one place


def compare_new_lots(*, now: datetime) -> int:
    """The lots of one item that wait to be compared; how many they were. All is compared before the first transaction, and the
    pairs of each lot are written in one.
    """
    first = Lot.objects.filter(compared_at=None).order_by("created_at", "pk").first()
    if first is None:
        return 0
    waiting = Lot.objects.filter(compared_at=None, item=first.item_id).order_by("created_at", "pk")
    lots = list(waiting.values_list("pk", flat=True)[:AT_ONCE])
    newest = Lot.objects.filter(item=first.item_id).order_by("-created_at", "-pk").values_list("pk", flat=True)[:MOST]
    found = _verdicts(lots, reports_of(Lot.objects.filter(pk__in={*newest, *lots})))
    for lot in lots:
        with transaction.atomic():
            touched = _keep(lot, found[lot], now)
            Lot.objects.filter(pk=lot).update(compared_at=now)
            if touched:
                count_once([lot, *touched], now=now)
    return len(lots)


def _verdicts(lots: list[UUID], reports: dict[UUID, Report]) -> dict[UUID, dict[UUID, Compared]]:
    figures = same_goods_figures()
    blocks: dict[object, set[UUID]] = defaultdict(set)
    for pk, one in reports.items():
        for block in _blocks(one):
            blocks[block].add(pk)
    found: dict[UUID, dict[UUID, Compared]] = {lot: {} for lot in lots}
    for lot in lots:
        if lot not in reports:
            continue
        near = set().union(*(blocks[block] for block in _blocks(reports[lot], around=True) if block in blocks)) - {lot}
        for other in sorted(near):
            verdict = compare(reports[lot], reports[other], figures)
            if verdict.standing is not Sameness.APART:
                found[lot][other] = verdict
    return found


def _blocks(one: Report, *, around: bool = False) -> Iterator[tuple[object, ...]]:
    """What two reports of the same goods share at least one of: number, last day, day of making, place (with its neighbours)."""
    number = plain(one.number)
    yield "number", number
    yield from (("number", number[at:]) for at in range(1, 4) if len(number) - at >= 6)  # letters before the maker's number
    if one.made_on:
        yield "made", one.made_on
    if one.expires_on:
        yield "expires", one.expires_on
    steps = (-1, 0, 1) if around else (0,)
    for lon, lat in one.places:
        column, row = round(lon / _CELL_DEGREES), round(lat / _CELL_DEGREES)
        yield from (("place", column + x, row + y) for x in steps for y in steps)


def _keep(lot: UUID, verdicts: dict[UUID, Compared], now: datetime) -> set[UUID]:
    """Writes the verdicts on a lot; what a person decided stays as it is. Returns the lots that are or were joined with it."""
    rows = SameGoods.objects.filter(Q(first=lot) | Q(second=lot))
    before = {one.second_id if one.first_id == lot else one.first_id: one for one in rows}
    gone = [one.pk for other, one in before.items() if one.decided_at is None and other not in verdicts]
    SameGoods.objects.filter(pk__in=gone).delete()
    regions = regions_of([lot, *verdicts])
    for other, verdict in verdicts.items():
        known = before.get(other)
        if known is not None and known.decided_at is not None:
            continue
        first, second = sorted((lot, other))
        told = {
            "region_code": common_region(regions[lot] | regions[other]),
            "standing": verdict.standing.value,
            "probability": round(verdict.probability, 6),
            "bars": [asdict(bar) for bar in verdict.bars],
            "judged_at": now,
        }
        SameGoods.objects.update_or_create(first_id=first, second_id=second, defaults=told)
    was = {other for other, one in before.items() if one.standing == Sameness.SAME}
    return was | {other for other, verdict in verdicts.items() if verdict.standing is Sameness.SAME}
