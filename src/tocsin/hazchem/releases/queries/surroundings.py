"""What an estimate means for the city around it: the area that is warned of, when a cloud is where, ways out of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
import shapely
from django.conf import settings
from shapely.ops import nearest_points

from tocsin.atlas.face import NamedRoad, named_roads, streets
from tocsin.base.geometry import LocalPlane, distance_m
from tocsin.engine.consequences.leaving import Advice, WayOut, advise, way_out
from tocsin.engine.streets import StreetNet, WaysFrom
from tocsin.hazchem.releases.policy.harm import harm_policy
from tocsin.hazchem.releases.policy.leaving import LeavingPolicy, leaving_policy
from tocsin.hazchem.releases.policy.substances import OwnFigures, find_substance
from tocsin.hazchem.releases.queries.answers import CaseAnswer
from tocsin.hazchem.releases.queries.estimates import MOST_ZONES, Zone, answer_of_row, zones_of
from tocsin.supplies.face import closed_shapes

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from tocsin.hazchem.releases.models import ReleaseEstimate

type Spot = tuple[float, float]


@dataclass(frozen=True)
class Place:
    """Where people are: a body's id, kind and spot (longitude, latitude)."""

    id: UUID
    kind: str
    spot: Spot


@dataclass(frozen=True)
class WayToShelter:
    """A way on foot to a shelter. `inside_m`: metres of it within the area; `on_streets`: False for the straight line."""

    shelter: UUID
    minutes: float
    km: float
    inside_m: float
    on_streets: bool
    course: tuple[Spot, ...]


@dataclass(frozen=True)
class Leave:
    """What is proposed for the people at a place."""

    place: Place
    advice: Advice
    out: WayOut
    way: WayToShelter | None


def warned_zone(answer: CaseAnswer) -> Zone | None:
    """The area that people are warned of: by the policy's order of thresholds, else the widest of the gravest; None where nothing
    reaches anywhere.
    """
    zones = zones_of(answer)
    known = {one.threshold: one for one in reversed(zones)}  # the smaller of two of a name, as the list of zones begins with it
    first = next((known[code] for code in leaving_policy().warned if code in known), None)
    return first or next(iter(zones[:MOST_ZONES][::-1]), None)


def half_degrees(row: "ReleaseEstimate", zone: Zone) -> float:
    """Half of the angle of a fan as it is seen from the release, in whole degrees upwards."""
    lon, lat = np.array(zone.shape.exterior.coords).T
    east, north = LocalPlane(row.lon, row.lat).to_metres(lon, lat)
    far = np.hypot(east, north) > zone.farthest_m / 2
    aside = np.degrees(np.arctan2(east[far], north[far])) - (row.wind_from_degrees + 180)
    return float(np.ceil(np.abs((aside + 180) % 360 - 180).max(initial=1.0)))


def shown_zones(answer: CaseAnswer) -> list[Zone]:
    """The gravest, and the one that is warned of, the smallest first."""
    zones, warned = zones_of(answer), warned_zone(answer)
    return [one for place, one in enumerate(zones) if place < MOST_ZONES or one == warned]


def lasts_s(row: "ReleaseEstimate") -> float | None:
    """How long the release goes on, as it was told or as a vessel runs empty; None where nobody knows, and behind a pool, which
    goes on when the hole is closed.
    """
    steps: list[dict[str, Any]] = row.case["scenario"]
    if any(one["model"] == "pool" for one in steps):
        return None
    told = [float(one["duration_s"]) for one in steps if one.get("duration_s")]
    reckoned = [figure.value for step in answer_of_row(row).steps for figure in step.figures if figure.name == "duration"]
    return next((one for one in (*told[::-1], *reckoned[::-1]) if one > 0), None)


def arrives_s(answer: CaseAnswer, zone: Zone, metres: float) -> float | None:
    """When the front of a cloud is so far away, with the strongest wind of the range. None for fires and blasts."""
    return metres / max(answer.weather.winds_m_s) if zone.kind == "fan" else None


def is_toxic(answer: CaseAnswer) -> bool:
    """Whether levels of poison are known for its substance."""
    return any(one.cas == answer.cas for one in harm_policy().toxic)


def is_flammable(answer: CaseAnswer) -> bool:
    """Whether a limit of burning is known for it."""
    return find_substance(answer.cas or answer.substance, OwnFigures()).lower_limit is not None


def goods_asked(answer: CaseAnswer) -> list[tuple[str, float]]:
    """What goods the leak asks for by the policy: names of the catalogue, how many units."""
    return list(leaving_policy().goods_for(answer.cas, toxic=is_toxic(answer), flammable=is_flammable(answer)))


def leave(
    row: "ReleaseEstimate", zone: Zone, places: Sequence[Place], shelters: Sequence[Place], *, now: datetime
) -> list[Leave]:
    """For each place: whether its people go or wait inside, the straight way out, and the way to a shelter outside of the area
    that leads through the least of it and not towards the release.
    """
    answer, policy = answer_of_row(row), leaving_policy()
    source = (row.lon, row.lat)
    ways = ShelterWays(source, zone.shape, shelters, policy, now)
    found = []
    for place in places:
        out = way_out(zone.shape, source, place.spot)
        pace = policy.pace_of(place.kind)
        advice = advise(
            arrives_s=arrives_s(answer, zone, distance_m(*source, *place.spot)),
            lasts_s=lasts_s(row),
            out_s=pace.seconds(out.metres),
            margin_s=policy.leaving.margin_min * 60,
            house=policy.closed_house,
        )
        found.append(Leave(place, advice, out, ways.best(place)))
    return found


class ShelterWays:
    """Ways on foot from places to shelters outside of an area, on the streets of the ground; straight where there are none."""

    def __init__(
        self, source: Spot, area: "BaseGeometry", shelters: Sequence[Place], policy: LeavingPolicy, now: datetime
    ) -> None:
        self._source, self._area, self._policy = source, area, policy
        self._plane = LocalPlane(*source)
        outside = [one for one in shelters if not area.covers(shapely.Point(one.spot))]
        self.shelters = sorted(outside, key=lambda one: distance_m(*source, *one.spot))[: policy.leaving.most_shelters]
        net = streets(settings.CONFIGURATION.data / "ground")
        closed = closed_shapes(now) if net is not None and self.shelters else []
        self._ways = {one.id: self._from(net, one.spot, closed) for one in self.shelters} if net is not None else {}

    def _from(self, net: StreetNet, spot: Spot, closed: "Sequence[BaseGeometry]") -> WaysFrom:
        kmh = dict.fromkeys(net.ranks, self._policy.walking.km_h)
        return WaysFrom(net, *spot, kmh=kmh, reach_m=self._policy.walking.reach_m, closed=closed)

    def best(self, place: Place) -> WayToShelter | None:
        """Through the least of the area, then the shortest; None where every way leads towards the release."""
        ways = [way for one in self.shelters if (way := self._way(place, one)) is not None]
        return min(ways, key=lambda one: (round(one.inside_m, -1), one.minutes), default=None)

    def _way(self, place: Place, shelter: Place) -> WayToShelter | None:
        found = self._ways.get(shelter.id)
        way, course = (found.to(*place.spot), found.course(*place.spot)) if found is not None else (None, None)
        pace = self._policy.pace_of(place.kind)
        if way is None or course is None or len(course) < 2:
            line = shapely.LineString([place.spot, shelter.spot]) if place.spot != shelter.spot else None
            km = distance_m(*place.spot, *shelter.spot) * self._policy.walking.detour / 1000
        else:
            line, km = shapely.LineString(course), way.km
        if line is None or self._leads_back(line, place.spot):
            return None
        return WayToShelter(
            shelter=shelter.id,
            minutes=(pace.ready_s + km * 1000 / pace.m_s) / 60,
            km=km,
            inside_m=self._metres(line.intersection(self._area)),
            on_streets=way is not None,
            course=tuple((lon, lat) for lon, lat in line.coords),
        )

    def _leads_back(self, line: shapely.LineString, spot: Spot) -> bool:
        """Whether it comes nearer to the release than it may."""
        begins = distance_m(*self._source, *spot)
        nearest = nearest_points(line, shapely.Point(self._source))[0]
        return distance_m(*self._source, nearest.x, nearest.y) < self._policy.walking.towards * begins

    def _metres(self, line: "BaseGeometry") -> float:
        flat = shapely.transform(line, lambda spots: np.column_stack(self._plane.to_metres(spots[:, 0], spots[:, 1])))
        return float(flat.length)


def roads_to_close(zone: Zone) -> list[NamedRoad]:
    """Named roads that lead through an area, of the installation's own ground."""
    return named_roads(settings.CONFIGURATION.data / "ground", zone.shape)
