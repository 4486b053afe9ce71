"""People at risk, what their regions should have, what they have, and what lies long."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from tocsin.jurisdiction.face import Person, scope
from tocsin.supplies.catalogue.models import Item
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.levels.models import PeopleAtRisk, Shortage
from tocsin.supplies.levels.policy import level_policy
from tocsin.supplies.levels.rules.levels import Levels, Standing, is_to_rotate, levels_of, minimum_of, standing_of, target_of
from tocsin.supplies.stock.models import Holding, Line
from tocsin.supplies.stock.rules.ledger import Kind
from tocsin.supplies.stock.rules.lots import Reserve
from tocsin.supplies.stocktakes.policy import stocktake_policy

if TYPE_CHECKING:
    from tocsin.jurisdiction.rights.rules import Permission

ISSUES: Final = (int(Kind.ISSUE), int(Kind.ISSUE_RESERVED))
MOST_EXAMINED: Final = 3000  # lots with a last day, those that expire first


@dataclass(frozen=True)
class RegionLevel:
    """What one region has of one item, and should have."""

    region_code: str
    item: Item
    available: int
    reserved: int
    coming: int
    levels: Levels
    standing: Standing

    @property
    def gap(self) -> int:
        """What is missing to the target, with what comes."""
        return max(0, self.levels.target - self.available - self.reserved - self.coming)

    @property
    def spare(self) -> int:
        """What another region may have."""
        return max(0, self.available - self.levels.target)


def people_at_risk(region_codes: Collection[str]) -> dict[str, dict[str, int]]:
    """How many people each kind of disaster threatens, by region: the one place where it is asked."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in PeopleAtRisk.objects.filter(region_code__in=list(region_codes)):
        found[row.region_code][row.hazard] = row.people
    return found


def visible_people(user: Person, permission: "Permission" = rights.SEE) -> QuerySet[PeopleAtRisk]:
    """What was entered of the regions that the user sees."""
    return scope(PeopleAtRisk.objects.select_related("by"), user, permission).order_by("region_code", "hazard")


def visible_shortages(user: Person, permission: "Permission" = rights.SEE) -> QuerySet[Shortage]:
    """Items below their minimum in the regions that the user sees."""
    return scope(Shortage.objects.select_related("item"), user, permission).order_by("since", "id")


def targets_of(people: Mapping[str, int]) -> dict[str, int]:
    """The target of each item by its Chinese name: enough for the disaster that needs most of it, not for all at once."""
    policy = level_policy()
    found: dict[str, int] = {}
    for need in policy.needs:
        for hazard in policy.hazards:
            if hazard.code in need.hazards and people.get(hazard.code):
                wanted = target_of(people[hazard.code], hazard.share, hazard.days, need.each, need.each_day)
                found[need.item] = max(found.get(need.item, 0), wanted)
    return found


def minimums_of(region_codes: Collection[str], items: Collection[Item]) -> dict[tuple[str, UUID], tuple[int, int]]:
    """By region and item what shall lie there at least, and what is available there now, whoever may take of it; regions without
    people at risk have none.
    """
    share = level_policy().level.minimum_share
    targets = {code: targets_of(told) for code, told in people_at_risk(region_codes).items()}
    stock = _stock(targets, items)
    return {
        (code, item.pk): (minimum_of(target, share), stock.get((code, item.pk), (0, 0, 0))[0])
        for code, told in targets.items()
        for item in items
        if (target := told.get(item.name_zh)) and _serves(item, code)
    }


def region_levels(region_codes: Collection[str], now: datetime) -> list[RegionLevel]:
    """Each item that these regions need, what there is of it, and how that stands; the worst first."""
    people = people_at_risk(region_codes)
    targets = {code: targets_of(told) for code, told in people.items()}
    names = {name for told in targets.values() for name in told}
    items = list(Item.objects.filter(name_zh__in=names, active=True).order_by("code"))
    stock = _stock(targets, items)
    issued = _issued(targets, items, now)
    found = [
        _level(code, item, target, stock.get((code, item.pk), (0, 0, 0)), issued.get((code, item.pk), {}))
        for code, told in sorted(targets.items())
        for name, target in told.items()
        for item in items
        if item.name_zh == name and _serves(item, code)
    ]
    order = list(Standing)
    return sorted(found, key=lambda one: (order.index(one.standing), one.region_code, one.item.code))


def _serves(item: Item, region_code: str) -> bool:
    return region_code.startswith(item.region_code.rstrip("0") or "")


def _stock(codes: Collection[str], items: Collection[Item]) -> dict[tuple[str, UUID], tuple[int, int, int]]:
    rows = Holding.objects.filter(region_code__in=list(codes), item__in=items, counted=True, blocked=False).order_by()
    rows = rows.exclude(reserve=Reserve.REQUISITIONED)  # another's goods are no reserve of the region
    sums = rows.values_list("region_code", "item").annotate(Sum("free"), Sum("reserved"), Sum("in_transit"))
    return {(code, item): (int(free), int(reserved), int(coming)) for code, item, free, reserved, coming in sums}


def _issued(codes: Collection[str], items: Collection[Item], now: datetime) -> dict[tuple[str, UUID], dict[date, int]]:
    since = now - timedelta(days=level_policy().level.history_days)
    rows = Line.objects.filter(kind__in=ISSUES, at__gt=since, at__lte=now, holding__item__in=items)
    rows = rows.filter(holding__region_code__in=list(codes)).exclude(holding__reserve=Reserve.REQUISITIONED).order_by()
    found: dict[tuple[str, UUID], dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for code, item, at, amount in rows.values_list("holding__region_code", "holding__item", "at", "amount"):
        found[code, item][timezone.localdate(at)] += amount
    return found


def _level(code: str, item: Item, target: int, stock: tuple[int, int, int], days: Mapping[date, int]) -> RegionLevel:
    figures = level_policy().level
    issued = [float(amount) for amount in days.values()]
    issued += [0.0] * (figures.history_days - len(issued))
    key = item.name_zh in stocktake_policy().key.items
    levels = levels_of(
        target,
        issued,
        minimum_share=figures.minimum_share,
        lead_days=figures.lead_days,
        lead_sigma=figures.lead_sigma_days,
        z=figures.z_key if key else figures.z,
    )
    free, reserved, coming = stock
    return RegionLevel(code, item, free, reserved, coming, levels, standing_of(free, coming, levels))


def lots_to_rotate(user: Person, day: date, region: str = "") -> list[Holding]:
    """Available lots of which less than the policy's share of their life is left, those that expire first before all; looked for
    among the 3,000 that expire first.
    """
    rows = scope(Holding.objects.all(), user, rights.SEE, organisation_field="store__body")
    rows = rows.filter(Q(free__gt=0), expires_on__gte=day, region_code__startswith=region).exclude(reserve=Reserve.REQUISITIONED)
    rows = rows.select_related("store", "lot", "item", "owner").order_by("expires_on", "pk")
    share = level_policy().rotation.life_share
    examined = islice(rows[:MOST_EXAMINED], MOST_EXAMINED)
    return [
        one for one in examined if one.expires_on and is_to_rotate(one.lot.made_on or one.received_on, one.expires_on, day, share)
    ]
