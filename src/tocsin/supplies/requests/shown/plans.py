"""Plans as people and programs read them: what each store gives, what is missing, and where less stays than shall."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Field, Schema

from tocsin.jurisdiction.face import all_regions
from tocsin.screens.words import listed
from tocsin.supplies.allocation.models import Plan
from tocsin.supplies.allocation.queries.ways import course_of
from tocsin.supplies.allocation.rules.plans import Because, PlanKind, PlanState, Shortfall
from tocsin.supplies.catalogue.models import Item
from tocsin.supplies.catalogue.rules.amounts import to_number
from tocsin.supplies.requests.shown import names
from tocsin.supplies.roads.rules.ways import KnownBy
from tocsin.supplies.stock.models import Store
from tocsin.supplies.stock.shown.stock import item_name, unit_name

if TYPE_CHECKING:
    from django.db.models import QuerySet


class PlanGoalOut(Schema):
    """How one goal ended: its value, below what nothing can be, and the share that lies between."""

    goal: str
    goal_name: str
    value: float
    bound: float
    gap: float


class PlanMissingOut(Schema):
    """What nobody in reach can give."""

    item: str
    unit: str
    quantity: float
    because: Because
    because_name: str


class PlanHelperOut(Schema):
    """An area beyond the reach that has some of what is missing."""

    region_code: str
    goods: str


class PlanShareOut(Schema):
    """What one store gives in a plan."""

    store_id: UUID
    store: str
    lon: float | None
    lat: float | None
    goods: str
    minutes: float
    way: str = Field(description="how long the drive alone is, and by what that is known")
    course: list[tuple[float, float]] = Field(
        description="the way on the city's streets (longitude, latitude); empty where none is known"
    )
    around: list[str] = Field(description="names of closed roads that it goes around")


class SupplyPlanOut(Schema):
    """One way to serve the request; nothing is reserved by it until it is accepted."""

    id: UUID
    kind: PlanKind
    kind_name: str
    hint: str
    state: PlanState
    arrival_min: float
    cost: float
    by_hand: bool = Field(description="not proved to be the best")
    seconds: float
    goals: list[PlanGoalOut]
    missing: list[PlanMissingOut]
    short: list[str] = Field(description="regions and stores that keep less than shall stay")
    closed: list[str] = Field(description="stores that were left out")
    unweighed: list[str] = Field(
        description="items whose weight and room nobody has entered: vehicles are counted by their pieces"
    )
    helpers: list[PlanHelperOut]
    shares: list[PlanShareOut]

    @property
    def span(self) -> str:
        """Hours and minutes until the last part is there."""
        return f"{int(self.arrival_min) // 60}:{round(self.arrival_min) % 60:02}"


def describe_plans(plans: "QuerySet[Plan]") -> list[SupplyPlanOut]:
    """Plans with what each store would give."""
    rows = list(plans.prefetch_related("lines__holding__store", "lines__holding__item"))
    items = _items(rows)
    places = _places([one for plan in rows for one in plan.short])
    return [_plan(one, items, places) for one in rows]


def short_of(plan: Plan, store: Store) -> list[str]:
    """Where an accepted plan leaves less than shall stay, as far as one store is concerned: itself, or its region."""
    own = [one for one in plan.short if str(store.pk) == one["store"] or store.region_code == one["region"]]
    items, places = _items([plan]), _places(own)
    return [_short_words(one, items, places) for one in own]


def _items(plans: Sequence[Plan]) -> dict[UUID, Item]:
    ids = {UUID(item) for plan in plans for _, item, _ in plan.wishes}
    return {one.pk: one for one in Item.objects.filter(pk__in=ids)}


def _places(short: Sequence[Shortfall]) -> dict[str, str]:
    """Names of stores and regions by id and code."""
    stores = Store.objects.filter(pk__in={one["store"] for one in short if one["store"]}).values_list("pk", "name")
    regions = all_regions().filter(code__in={one["region"] for one in short if one["region"]})
    return {str(pk): name for pk, name in stores} | {one.code: str(one) for one in regions}


def _short_words(one: Shortfall, items: dict[UUID, Item], places: dict[str, str]) -> str:
    item = items[UUID(one["item"])]
    figures = {
        "place": places.get(one["region"] or one["store"], one["region"]),
        "item": item_name(item),
        "left": f"{one['left']:,g}",
        "minimum": f"{one['minimum']:,g}",
        "unit": unit_name(item),
    }
    words = _("%(place)s keeps %(left)s of %(item)s, %(minimum)s %(unit)s shall stay") % figures
    return words if one["had"] >= one["minimum"] else listed(words, _("there was less before"))


def _plan(plan: Plan, items: dict[UUID, Item], places: dict[str, str]) -> SupplyPlanOut:
    of_need = {need: items[UUID(item)] for need, item, _ in plan.wishes}
    kind = PlanKind(plan.kind)
    return SupplyPlanOut(
        id=plan.pk,
        kind=kind,
        kind_name=str(names.PLAN_NAMES[kind]),
        hint=str(names.PLAN_HINTS[kind]),
        state=PlanState(plan.state),
        arrival_min=plan.arrival_min,
        cost=plan.cost,
        by_hand=plan.by_hand,
        seconds=plan.seconds,
        goals=[PlanGoalOut(**one, goal_name=str(names.GOAL_NAMES[one["goal"]])) for one in plan.stages],
        missing=[
            PlanMissingOut(
                item=item_name(of_need[one["need"]]),
                unit=unit_name(of_need[one["need"]]),
                quantity=float(to_number(one["amount"])),
                because=Because(one["because"]),
                because_name=str(names.BECAUSE_NAMES[Because(one["because"])]),
            )
            for one in plan.missing
        ],
        short=[_short_words(one, items, places) for one in plan.short],
        closed=[_left_out(one) for one in plan.closed],
        unweighed=[item_name(items[UUID(one)]) for one in plan.unweighed],
        helpers=[
            PlanHelperOut(
                region_code=one["region"],
                goods=", ".join(goods_line(items[UUID(good["item"])], good["amount"]) for good in one["goods"]),
            )
            for one in plan.helpers
        ],
        shares=_shares(plan),
    )


def _shares(plan: Plan) -> list[PlanShareOut]:
    ways = {one["store"]: one for one in plan.ways}
    stores: dict[UUID, Store] = {}
    sums: dict[UUID, dict[Item, int]] = {}
    minutes: dict[UUID, float] = {}
    for one in plan.lines.all():
        store = one.holding.store
        stores[store.pk] = store
        heap = sums.setdefault(store.pk, {})
        heap[one.holding.item] = heap.get(one.holding.item, 0) + one.amount
        minutes[store.pk] = max(minutes.get(store.pk, 0), one.minutes)
    return [
        PlanShareOut(
            store_id=pk,
            store=store.name,
            lon=store.lon,
            lat=store.lat,
            goods=", ".join(goods_line(item, amount) for item, amount in sums[pk].items()),
            minutes=minutes[pk],
            way=_way_words(ways[str(pk)]) if str(pk) in ways else "",
            course=course_of(plan, pk),
            around=ways.get(str(pk), {}).get("around", []),
        )
        for pk, store in stores.items()
    ]


def _way_words(way: Mapping[str, Any]) -> str:
    figures = {"minutes": f"{way['minutes']:,.0f}", "place": way["place"], "km": f"{way.get('km', 0):,.1f}"}
    match KnownBy(way["by"]):
        case KnownBy.TABLE:
            words = _("drive of %(minutes)s min by the travel table, to %(place)s") % figures
        case KnownBy.STREETS:
            words = _("drive of %(minutes)s min on the city's streets, %(km)s km") % figures
        case KnownBy.ENTERED:
            return _("drive of %(minutes)s min as entered here") % figures
        case KnownBy.DISTANCE:
            words = _("drive of %(minutes)s min, reckoned from the distance") % figures
    if not way.get("around"):
        return words
    further = {"minutes": f"{way['further_min']:,.0f}", "roads": listed(*way["around"])}
    return listed(words, _("%(minutes)s min of it around what is closed: %(roads)s") % further)


def _left_out(one: Mapping[str, str]) -> str:
    why = str(names.CLOSED_NAMES[one["why"]])
    return f"{one['store']} ({listed(why, one['road']) if one.get('road') else why})"


def goods_line(item: Item, amount: int) -> str:
    """So much of an item in words."""
    return f"{item_name(item)} {to_number(amount):,} {unit_name(item)}"
