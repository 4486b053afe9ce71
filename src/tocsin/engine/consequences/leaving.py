"""Whether people leave before a cloud comes or wait for it behind closed windows, and by which way they leave soonest."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from tocsin.base.geometry import LocalPlane


class Leaving(StrEnum):
    """What people at a place do.

    `go`: they are out before the cloud comes. `shelter`: they are not, and a closed house holds off enough of it while it lasts.
    `shelter_then_out`: they are not, and it lasts too long or nobody knows how long; they go inside and are brought out.
    """

    GO = "go"
    SHELTER = "shelter"
    SHELTER_THEN_OUT = "shelter_then_out"


@dataclass(frozen=True)
class Pace:
    """How fast people get away: `ready_s` until they start, `m_s` on foot, `detour` of streets against the straight line."""

    ready_s: float
    m_s: float
    detour: float

    def seconds(self, straight_m: float) -> float:
        """Until they have gone so far."""
        return self.ready_s + straight_m * self.detour / self.m_s


@dataclass(frozen=True)
class House:
    """How well a closed house holds: changes of its air in an hour, and the share of what is outside that is borne inside."""

    air_changes_h: float
    most_share: float


@dataclass(frozen=True)
class Advice:
    """What to do, with the figures it rests on. `inside_share`: of the concentration outside, when the cloud has passed; None
    where nobody knows how long it lasts.
    """

    leaving: Leaving
    arrives_s: float | None
    out_s: float
    inside_share: float | None


def inside_share(seconds: float, air_changes_h: float) -> float:
    """The share of a steady concentration outside that a house has inside after a time: one well mixed room without a sink,
    dc/dt = n (outside - c).

    >>> round(inside_share(1800, 1.0), 2), round(inside_share(4 * 3600, 1.0), 2)
    (0.39, 0.98)
    """
    return -math.expm1(-air_changes_h * max(seconds, 0.0) / 3600)


def advise(*, arrives_s: float | None, lasts_s: float | None, out_s: float, margin_s: float, house: House) -> Advice:
    """`arrives_s`: None for what does not travel (a fire, a blast): nobody waits for that. `lasts_s`: of the release, None where
    nobody knows.

    >>> house = House(1.0, 0.5)
    >>> advise(arrives_s=1200, lasts_s=None, out_s=600, margin_s=300, house=house).leaving
    <Leaving.GO: 'go'>
    >>> advise(arrives_s=300, lasts_s=600, out_s=600, margin_s=300, house=house).leaving
    <Leaving.SHELTER: 'shelter'>
    >>> advise(arrives_s=300, lasts_s=None, out_s=600, margin_s=300, house=house).leaving
    <Leaving.SHELTER_THEN_OUT: 'shelter_then_out'>
    """
    share = None if lasts_s is None else inside_share(lasts_s, house.air_changes_h)
    if arrives_s is None or out_s + margin_s <= arrives_s:
        return Advice(Leaving.GO, arrives_s, out_s, share)
    holds = share is not None and share <= house.most_share
    return Advice(Leaving.SHELTER if holds else Leaving.SHELTER_THEN_OUT, arrives_s, out_s, share)


@dataclass(frozen=True)
class WayOut:
    """The straight way out of an area: metres, and into which direction (0 north, 90 east)."""

    metres: float
    degrees: float


def way_out(area: BaseGeometry, source: tuple[float, float], place: tuple[float, float]) -> WayOut:
    """The shortest straight way out of an area (degrees, longitude first) that never leads nearer to the source than the place
    is; 0 m where the place is outside already. Who stands at the source itself takes the shortest of all.

    >>> square = shapely.box(120.0, 36.0, 120.02, 36.02)
    >>> out = way_out(square, (120.01, 36.02), (120.015, 36.01))
    >>> round(out.metres, -1), round(out.degrees)
    (450.0, 90)
    """
    plane = LocalPlane(*place)
    flat = shapely.transform(area, lambda spots: np.column_stack(plane.to_metres(spots[:, 0], spots[:, 1])))
    here = shapely.Point(0.0, 0.0)
    if not flat.covers(here):
        return WayOut(0.0, 0.0)
    east, north = plane.to_metres(np.array([source[0]]), np.array([source[1]]))
    away = np.array([-east[0], -north[0]])
    edge = shapely.get_coordinates(flat.boundary.segmentize(max(5.0, flat.boundary.length / 2000)))
    apart = np.hypot(edge[:, 0], edge[:, 1])
    allowed = edge @ away >= 0 if np.hypot(*away) > 1 else np.ones(len(edge), dtype=bool)  # ahead, or straight across
    best = int(np.argmin(np.where(allowed, apart, np.inf))) if allowed.any() else int(np.argmin(apart))
    x, y = edge[best]
    return WayOut(float(apart[best]), math.degrees(math.atan2(x, y)) % 360)
