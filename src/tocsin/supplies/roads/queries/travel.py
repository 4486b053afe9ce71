"""Travel times as their reader may see them, and what they say of a place."""

from collections.abc import Collection
from dataclasses import dataclass
from math import cos, radians
from uuid import UUID

from django.db.models import Q, QuerySet

from tocsin.base.geometry import METRES_PER_DEGREE, distance_m
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import Person, reach
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.roads.models import TravelTime
from tocsin.supplies.stock.models import Store


@dataclass(frozen=True)
class KnownTime:
    """What a table says of the way from a store: minutes, kilometres where it knows them, and the place that it names."""

    minutes: float
    km: float | None
    place: str


def visible_times(user: Person) -> QuerySet[TravelTime]:
    """Times of the areas whose supplies the user sees, with their stores; who is bound to a body reads none."""
    condition = Q(pk__in=[])
    for one in reach(user, rights.SEE):
        if one.organisation_id is None:
            condition |= Q(region_code__startswith=one.prefix)
    return TravelTime.objects.filter(condition).select_related("store")


def search_times(user: Person, text: str) -> QuerySet[TravelTime]:
    """Those whose place or store is called so."""
    found, text = visible_times(user), text.strip()[:120]
    return found.filter(Q(place__icontains=text) | Q(store__name__icontains=text)) if text else found


def stores_by_word(region_code: str) -> dict[str, set[UUID]]:
    """The open stores of an area by name and by id."""
    found: dict[str, set[UUID]] = {}
    rows = Store.objects.filter(active=True, region_code__startswith=governing_prefix(region_code)).values_list("pk", "name")
    for pk, name in rows:
        found.setdefault(name.strip(), set()).add(pk)
        found[str(pk)] = {pk}
    return found


def known_times(store_ids: Collection[UUID], lon: float, lat: float, within_m: float) -> dict[UUID, KnownTime]:
    """What the tables of areas say of the ways from these stores to a place no farther than so many metres from the spot: the
    smallest area's table before all, in it the nearest place.
    """
    high = within_m / METRES_PER_DEGREE
    wide = high / max(0.01, cos(radians(lat)))
    near = TravelTime.objects.filter(
        lat__range=(lat - high, lat + high),
        lon__range=(lon - wide, lon + wide),
    )
    wanted = set(store_ids)
    best: dict[UUID, tuple[tuple[int, float], KnownTime]] = {}
    for one in near.iterator(chunk_size=2000):
        apart = distance_m(lon, lat, one.lon, one.lat)
        if one.store_id not in wanted or apart > within_m:
            continue
        rank = (-len(governing_prefix(one.region_code)), apart)
        if one.store_id not in best or rank < best[one.store_id][0]:
            best[one.store_id] = rank, KnownTime(one.minutes, one.km, one.place)
    return {store_id: known for store_id, (_, known) in best.items()}
