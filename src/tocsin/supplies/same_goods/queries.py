"""Lots as reports to be compared, and pairs as their reader may see them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Final
from uuid import UUID

from django.db.models import F, Q, QuerySet

from tocsin.engine.same_goods import Report, Sameness
from tocsin.jurisdiction.face import Person, scope
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.same_goods.models import SameGoods
from tocsin.supplies.stock.models import BUCKETS, Holding, Lot
from tocsin.supplies.stock.rules.lots import Reserve

_SUM: Final = sum((F(name) for name in list(BUCKETS.values())[1:]), F("free"))


def reports_of(lots: QuerySet[Lot]) -> dict[UUID, Report]:
    """The lots as they are compared, those of which something lies, or lay, somewhere.

    The reporter is the body of the store in which the lot was first entered, at the lot's level. Requisitioned goods were
    taken out of their owner's lot when they came: they are compared with none.
    """
    lots = lots.exclude(reserve=Reserve.REQUISITIONED)
    lying: dict[UUID, list[tuple[UUID, float | None, float | None, int]]] = defaultdict(list)
    held = Holding.objects.filter(lot__in=lots.order_by().values("pk")).order_by("pk")
    for lot, body, lon, lat, amount in held.values_list("lot", "store__body", "store__lon", "store__lat", _SUM):
        lying[lot].append((body, lon, lat, amount))
    names = ("pk", "level", "number", "maker", "made_on", "expires_on", "owner")
    return {
        pk: Report(
            key=str(pk),
            reporter=f"{lying[pk][0][0]}:{level}",
            level=level,
            number=number,
            maker=maker,
            made_on=made_on,
            expires_on=expires_on,
            owner=str(owner),
            places=tuple((lon, lat) for _body, lon, lat, _amount in lying[pk] if lon is not None and lat is not None),
            amount=sum(amount for _body, _lon, _lat, amount in lying[pk]),
        )
        for pk, level, number, maker, made_on, expires_on, owner in lots.order_by("pk").values_list(*names)
        if pk in lying
    }


def regions_of(lots: Collection[UUID]) -> Mapping[UUID, frozenset[str]]:
    """The regions in which something of each lot lies, or lay."""
    found: dict[UUID, set[str]] = defaultdict(set)
    for lot, region in Holding.objects.filter(lot__in=lots).order_by().values_list("lot", "region_code").distinct():
        found[lot].add(region)
    return {lot: frozenset(regions) for lot, regions in found.items()}


def common_region(regions: Iterable[str]) -> str:
    """The smallest area that holds all of these.

    >>> common_region(["370213", "370211"]), common_region(["370213"]), common_region(["370213", "370102"])
    ('370200', '370213', '370000')
    """
    told = sorted(set(regions))
    for length in (6, 4, 2):
        if len({one[:length] for one in told}) == 1:
            return told[0][:length].ljust(6, "0")
    return "000000"


def joined_with(lots: Collection[UUID]) -> tuple[set[UUID], list[tuple[UUID, UUID]]]:
    """All lots that hang together with these by pairs that are the same goods, and those pairs."""
    found, edge = set(lots), set(lots)
    pairs: set[tuple[UUID, UUID]] = set()
    same = SameGoods.objects.filter(standing=Sameness.SAME.value)
    while edge:
        new = set(same.filter(Q(first__in=edge) | Q(second__in=edge)).order_by().values_list("first", "second"))
        pairs |= new
        edge = {lot for pair in new for lot in pair} - found
        found |= edge
    return found, sorted(pairs)


def visible_pairs(user: Person, standing: str = "", lot: UUID | None = None) -> QuerySet[SameGoods]:
    """The pairs of the user's areas, the likeliest first; of one lot where one is given."""
    rows = scope(SameGoods.objects.all(), user, rights.SEE)
    if standing:
        rows = rows.filter(standing=standing)
    if lot is not None:
        rows = rows.filter(Q(first=lot) | Q(second=lot))
    names = ("item", "owner", "counted_as")
    return rows.select_related("decided_by", *(f"{side}__{name}" for side in ("first", "second") for name in names))
