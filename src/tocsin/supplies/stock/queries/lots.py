"""Lots and what lies of them, as their reader may see them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from tocsin.jurisdiction.face import Person, scope
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.words import folded
from tocsin.supplies.stock.models import BUCKETS, Holding, Line, Lot, Movement
from tocsin.supplies.stock.policy import stock_policy
from tocsin.supplies.stock.rules.ledger import State
from tocsin.supplies.stock.rules.lots import Colour

ANY = Q(free__gt=0) | Q(reserved__gt=0) | Q(in_transit__gt=0) | Q(returned__gt=0) | Q(in_repair__gt=0)
ANY = ANY | Q(expired__gt=0) | Q(overdue__gt=0)


@dataclass(frozen=True)
class StockFilters:
    """What a list of stock shows. `colour`: by the days that are left; `empty`: also what is all gone."""

    search: str = ""
    region: str = ""
    category: str = ""
    owner: UUID | None = None
    reserve: str = ""
    level: str = ""
    colour: str = ""
    store: UUID | None = None
    item: UUID | None = None
    empty: bool = False


def visible_lots(user: Person) -> QuerySet[Lot]:
    """Lots of which something lies, or lay, in a store that the user sees."""
    seen = scope(Holding.objects.filter(lot=OuterRef("pk")), user, rights.SEE, organisation_field="store__body")
    return Lot.objects.filter(Exists(seen)).select_related("item", "owner", "counted_as")


def visible_holdings(user: Person, chosen: StockFilters, day: date) -> QuerySet[Holding]:
    """What lies where, as it was chosen; first what expires first."""
    rows = scope(Holding.objects.all(), user, rights.SEE, organisation_field="store__body")
    equal = {
        "category": chosen.category,
        "owner": chosen.owner,
        "reserve": chosen.reserve,
        "level": chosen.level,
        "store": chosen.store,
        "item": chosen.item,
    }
    rows = rows.filter(**{name: value for name, value in equal.items() if value})
    if chosen.region:
        rows = rows.filter(region_code__gte=chosen.region, region_code__lt=f"{chosen.region}:")  # as a prefix, by the index
    if not chosen.empty:
        rows = rows.filter(ANY)
    if chosen.colour:
        rows = rows.filter(of_colour(chosen.colour, day))
    for word in chosen.search.split():
        rows = rows.filter(
            Q(lot__number__icontains=word) | Q(item__search__contains=folded(word) or word) | Q(store__name__icontains=word)
        )
    return rows.select_related("store", "lot", "item", "owner").order_by(F("expires_on").asc(nulls_last=True), "pk")


def of_colour(colour: str, day: date) -> Q:
    """The holdings whose last day gives this colour."""
    bands = stock_policy().expiry.bands
    ends = {Colour.RED: 0, Colour.ORANGE: bands.orange, Colour.YELLOW: bands.yellow, Colour.BLUE: bands.blue}
    match colour:
        case Colour.NONE:
            return Q(expires_on__isnull=True)
        case Colour.GREEN:
            return Q(expires_on__gt=day + timedelta(days=bands.blue))
        case Colour.RED:
            return Q(expires_on__lte=day)
        case Colour.ORANGE | Colour.YELLOW | Colour.BLUE:
            order = list(ends)
            before = ends[order[order.index(Colour(colour)) - 1]]
            return Q(expires_on__gt=day + timedelta(days=before), expires_on__lte=day + timedelta(days=ends[Colour(colour)]))
    return Q()


def balances_at(holdings: QuerySet[Holding], at: datetime) -> dict[int, dict[State, int]]:
    """What each of these had in each state at a past moment: what it has, without the lines since. Costs as much as there are
    lines since then; whether one was entered late makes no difference.
    """
    now = {
        one["pk"]: {state: one[name] for state, name in BUCKETS.items()}
        for one in holdings.order_by().values("pk", *BUCKETS.values())
    }
    rows = Line.objects.filter(holding__in=holdings.order_by().values("pk"), at__gt=at)
    changes = rows.order_by().values_list("holding_id", "source", "target").annotate(moved=Sum("amount"))
    for holding, source, target, moved in changes:
        if source != State.OUTSIDE:
            now[holding][State(source)] += moved
        if target != State.OUTSIDE:
            now[holding][State(target)] -= moved
    return now


def visible_movements(user: Person) -> QuerySet[Movement]:
    """Acts upon the stores that the user sees, and upon reservations of their areas, newest first."""
    rows = Movement.objects.select_related("store", "to_store", "by", "reservation")
    return scope(rows, user, rights.SEE, organisation_field="store__body").order_by("-at", "-id")


def holdings_of_lot(user: Person, lot: Lot) -> QuerySet[Holding]:
    """What lies of a lot in the stores that the user sees, by store."""
    rows = scope(Holding.objects.filter(lot=lot), user, rights.SEE, organisation_field="store__body")
    return rows.select_related("store", "store__body", "lot", "item", "owner").order_by("store__name", "pk")


def lines_of_lot(user: Person, lot: Lot) -> QuerySet[Line]:
    """The ledger of one lot in the stores that the user sees, newest first."""
    seen = scope(Holding.objects.filter(lot=lot), user, rights.SEE, organisation_field="store__body")
    rows = Line.objects.filter(holding__in=seen.values("pk"))
    return rows.select_related("movement", "movement__by", "holding__store").order_by("-at", "-id")
