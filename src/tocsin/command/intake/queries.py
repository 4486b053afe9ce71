"""What a call may be about already: open cases near by, and known objects of that name."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tocsin.base.geometry import distance_m
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries.cases import OPEN, visible_cases
from tocsin.command.casebook.shown.cases import CaseOut, describe_case
from tocsin.command.intake.policy import intake
from tocsin.command.intake.rules import Nearness, nearness
from tocsin.command.routing.queries import lifeline_of
from tocsin.lifelines.face import Asset, asset_ids_named
from tocsin.sensing.face import visible_sensors

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

LOOKED_THROUGH = 300
MOST = 3
MOST_PLACES = 5
SHORTEST_NAME = 2


@dataclass(frozen=True)
class Spot:
    """Where a call says that it is."""

    region_code: str
    kind: str = ""
    place: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Similar:
    """An open case that a call may be about, and why."""

    case: CaseOut
    why: Nearness


def similar_cases(user: "Person", spot: Spot, *, now: datetime) -> list[Similar]:
    """Open cases of the county that may be the same matter, the likeliest first."""
    policy = intake(spot.region_code)
    since = now - timedelta(hours=policy.same_within_h)
    found = visible_cases(user).filter(region_code=spot.region_code, state__in=OPEN, drill__isnull=True, opened_at__gte=since)
    similar = []
    for case in found.order_by("-opened_at")[:LOOKED_THROUGH]:
        told = describe_case(case)
        why = nearness(
            metres=_metres(spot, told),
            places=(spot.place, told.place),
            kinds=(spot.kind, lifeline_of(case)),
            within_m=policy.same_within_m,
            least_shared=policy.same_shared_signs,
        )
        if why is not None:
            similar.append(Similar(told, why))
    return sorted(similar, key=lambda one: one.why.rank)[:MOST]


def known_places(region_code: str, words: str) -> list[Asset]:
    """Objects of the networks with that name, code or street and a spot, so that a place is found without a map."""
    if len(words.strip()) < SHORTEST_NAME:
        return []
    named = asset_ids_named(words.strip())
    return list(Asset.objects.filter(pk__in=named, region_code=region_code, lon__isnull=False).order_by("code")[:MOST_PLACES])


def bounds_of(user: "Person", region_code: str) -> tuple[float, float, float, float] | None:
    """West, south, east, north of what is measured in a county; None where nothing is."""
    points = list(visible_sensors(user).filter(region_code=region_code).values_list("lon", "lat")[:5000])
    if not points:
        return None
    lon, lat = zip(*points, strict=True)
    return min(lon), min(lat), max(lon), max(lat)


def _metres(spot: Spot, case: CaseOut) -> float | None:
    if spot.lon is None or spot.lat is None or case.lon is None or case.lat is None:
        return None
    return distance_m(spot.lon, spot.lat, case.lon, case.lat)


def case_to_join(user: "Person", number: str) -> Case:
    """The case that a call is about; Case.DoesNotExist where the user may not see it."""
    return visible_cases(user).get(number=number)
