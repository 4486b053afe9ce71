"""One total over levels, owners and kinds of reserve, now or at a past moment."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Sum
from django.utils import timezone

from tocsin.jurisdiction.face import Person, reach, scope
from tocsin.supplies.catalogue.models import Item
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.stock.models import BUCKETS, DayChange, Holding, Line, Total
from tocsin.supplies.stock.queries.lots import balances_at
from tocsin.supplies.stock.rules.ledger import State

BY: Final = ("category", "region_code", "owner", "reserve", "level")
"""What totals are cut by."""

_FIGURES: Final = tuple(BUCKETS.values())
type Sums = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Cut:
    """Which stock a total covers."""

    region: str = ""
    category: str = ""
    owner: UUID | None = None
    reserve: str = ""
    level: str = ""

    @property
    def conditions(self) -> dict[str, object]:
        """The conditions that are set, by column."""
        equal = {"category": self.category, "owner": self.owner, "reserve": self.reserve, "level": self.level}
        told: dict[str, object] = {name: value for name, value in equal.items() if value}
        return {**told, "region_code__startswith": self.region} if self.region else told


def totals(user: Person, cut: Cut, by: str, at: datetime | None = None) -> Sums:
    """Millionths of a piece by state, for each value of `by`; at a past moment where one is given.

    Who is bound to a body has no share in the kept totals, which know no stores: theirs are added up from what their stores hold.
    """
    if by not in BY:
        raise ValueError(f"{by} is none of {', '.join(BY)}")
    if not _whole(user):
        return _from_holdings(user, cut, by, at)
    found = _sums(_within(Total.objects.all(), user).filter(**cut.conditions), by)
    if at is None:
        return found
    day = timezone.localdate(at)
    later = _sums(_within(DayChange.objects.filter(day__gt=day), user).filter(**cut.conditions), by)
    rest = _lines_of_day(user, cut, by, at)
    for changes in (later, rest):
        for key, amounts in changes.items():
            for name, amount in amounts.items():
                found[key][name] -= amount
    return found


def kinds_in_stock(user: Person, cut: Cut) -> int:
    """Of how many kinds of items something is available."""
    held = scope(Holding.objects.filter(item=OuterRef("pk"), free__gt=0), user, rights.SEE, organisation_field="store__body")
    return Item.objects.filter(Exists(held.filter(**cut.conditions))).count()


def _whole(user: Person) -> bool:
    return all(one.organisation_id is None for one in reach(user, rights.SEE))


def _within[Row: (Total, DayChange)](rows: QuerySet[Row], user: Person) -> QuerySet[Row]:
    return scope(rows, user, rights.SEE)


def _sums(rows: QuerySet[Total] | QuerySet[DayChange], by: str) -> Sums:
    found: Sums = defaultdict(lambda: dict.fromkeys(_FIGURES, 0))
    for key, *sums in rows.order_by().values_list(by).annotate(*(Sum(name) for name in _FIGURES)):
        for name, value in zip(_FIGURES, sums, strict=True):
            found[str(key)][name] += int(value)
    return found


def _lines_of_day(user: Person, cut: Cut, by: str, at: datetime) -> Sums:
    """What the lines between the moment and the end of its day changed, for somebody who is bound to no body."""
    end = timezone.localtime(at).replace(hour=23, minute=59, second=59, microsecond=999_999)
    held = {f"holding__{name}": value for name, value in cut.conditions.items()}
    lines = Line.objects.filter(at__gt=at, at__lte=end, holding__counted=True, **held)
    rows = scope(lines, user, rights.SEE, "holding__region_code")
    moved = rows.values_list(f"holding__{by}", "source", "target").order_by()
    found: Sums = defaultdict(lambda: dict.fromkeys(_FIGURES, 0))
    for key, source, target, amount in moved.annotate(moved=Sum(F("amount") * F("holding__pieces_per_unit"))):
        if source != State.OUTSIDE:
            found[str(key)][BUCKETS[State(source)]] -= amount
        if target != State.OUTSIDE:
            found[str(key)][BUCKETS[State(target)]] += amount
    return found


def _from_holdings(user: Person, cut: Cut, by: str, at: datetime | None) -> Sums:
    rows = scope(Holding.objects.filter(counted=True, **cut.conditions), user, rights.SEE, organisation_field="store__body")
    past = balances_at(rows, at) if at else {}
    found: Sums = defaultdict(lambda: dict.fromkeys(_FIGURES, 0))
    for pk, key, pieces, *amounts in rows.order_by().values_list("pk", by, "pieces_per_unit", *_FIGURES):
        told = [past[pk][state] for state in BUCKETS] if at else amounts
        for name, amount in zip(_FIGURES, told, strict=True):
            found[str(key)][name] += amount * pieces
    return found
