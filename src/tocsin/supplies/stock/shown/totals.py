"""Totals as people and programs read them."""

from collections.abc import Mapping
from datetime import datetime

from ninja import Field, Schema

from tocsin.jurisdiction.face import Organisation, all_regions
from tocsin.supplies.catalogue.rules.amounts import to_pieces
from tocsin.supplies.catalogue.shown.items import class_name
from tocsin.supplies.stock.queries.totals import Sums
from tocsin.supplies.stock.rules.lots import Level, Reserve
from tocsin.supplies.stock.shown.names import LEVEL_NAMES, RESERVE_NAMES


class TotalOut(Schema):
    """Pieces by state: counted over items whose units differ, so they say how much there is and not what it can do."""

    key: str
    name: str
    free: int
    reserved: int
    in_transit: int
    returned: int
    in_repair: int
    expired: int
    overdue: int

    @property
    def all(self) -> int:
        """All that lies there or is on its way."""
        return self.free + self.reserved + self.in_transit + self.returned + self.in_repair + self.expired + self.overdue


class TotalsOut(Schema):
    """One total and what it is made of."""

    by: str
    at: datetime | None = Field(description="a past moment, or null for now")
    kinds: int = Field(description="of so many kinds of items something is available now")
    pieces: int
    rows: list[TotalOut]


def describe_totals(sums: Sums, by: str, kinds: int, at: datetime | None) -> TotalsOut:
    """The sums in pieces with the names of their keys, the largest first."""
    names = _names(by, sums)
    rows = [
        TotalOut(key=key, name=names.get(key, key), **{state: to_pieces(amount) for state, amount in amounts.items()})
        for key, amounts in sums.items()
        if any(amounts.values())
    ]
    rows.sort(key=lambda one: (-one.all, one.key))
    return TotalsOut(by=by, at=at, kinds=kinds, pieces=sum(one.all for one in rows), rows=rows)


def _names(by: str, sums: Sums) -> Mapping[str, str]:
    match by:
        case "category":
            return {key: class_name("province", key) for key in sums}
        case "region_code":
            return {one.code: str(one) for one in all_regions().filter(code__in=list(sums))}
        case "owner":
            return {str(one.pk): str(one) for one in Organisation.objects.filter(pk__in=list(sums)).select_related("region")}
        case "reserve":
            return {key: str(RESERVE_NAMES[Reserve(key)]) for key in sums}
    return {key: str(LEVEL_NAMES[Level(key)]) for key in sums}
