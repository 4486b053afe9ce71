"""Where a cause could sit: the assets of the right kind from which its effect can come to the asked sensor."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from tocsin.engine.diagnosis.model import Figure
from tocsin.engine.diagnosis.scene import Scene
from tocsin.engine.diagnosis.templates import Template, Templates
from tocsin.engine.network import SOIL_REACH_M
from tocsin.engine.reach import Reach


@dataclass(frozen=True)
class Place:
    """A candidate: an asset and a spot on it in metres.

    `way`: positions of assets from the fault to the asked sensor's asset as far as the map shows one, else ();
    `travel_time_s` along it (NaN without); `direct_m`: straight from the asset to the asked sensor.
    """

    asset: int
    x_m: float
    y_m: float
    way: tuple[int, ...]
    travel_time_s: float
    direct_m: float


ASKED = "asked"  # a template's kind of place that stands for the asked sensor itself
NOWHERE = Place(-1, math.nan, math.nan, (), math.nan, math.nan)


@dataclass(frozen=True)
class Finding:
    """What a sign saw: `strength` from -1 (clearly absent) to 1 (clearly present), with the figures of its sentence."""

    strength: float
    sensor: int | None = None
    expected: float | None = None
    seen: float | None = None
    unit: str = ""
    ts_ms: int | None = None
    figures: dict[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """One template asked about one scene: what a sign is given. Values that all places share are computed once."""

    scene: Scene
    template: Template
    templates: Templates
    _made: dict[object, Any] = field(default_factory=dict, repr=False)

    def once[T](self, make: Callable[["Question"], T]) -> T:
        """What `make` says of this question, asked once however many places are looked at."""
        if make not in self._made:
            self._made[make] = make(self)
        found: T = self._made[make]
        return found

    def figure(self, name: str) -> float:
        """A named constant of the signs; KeyError names what is missing from the policy."""
        return self.templates.figures[name]

    def witness(self, position: int, strength: float) -> float:
        """What a sensor's movement says for a cause: the channel that rings is no second witness of what it shows itself, its own
        movement is as well explained by a fault of the instrument and counts by `own_share`.
        """
        return strength * self.figure("own_share") if position == self.scene.asked and strength > 0 else strength

    @cached_property
    def reach(self) -> Reach:
        """What can reach the asked sensor by the cause's medium in the cause's time."""
        medium = self.templates.media[self.template.medium]
        within_s = self.template.within_h * 3600
        return Reach.into(self.scene.network, self.scene.asset, medium, within_s, self.figure("search_m"))

    def spots_along(self, place: Place) -> NDArray[np.float64]:
        """x, y in metres of spots every `place_step_m` along the line of a place, float64[n, 2], both its ends among them."""
        shape = self.scene.network.geometry[place.asset]
        steps = max(2, int(shape.length // self.figure("place_step_m")))
        parts = np.linspace(0.0, 1.0, steps + 1)
        return np.asarray(shapely.get_coordinates(shapely.line_interpolate_point(shape, parts, normalized=True)), np.float64)

    @cached_property
    def places(self) -> list[Place]:
        """All candidates, nearest first."""
        network, scene = self.scene.network, self.scene
        if not self.template.places:
            return [NOWHERE]
        x_m, y_m = scene.place
        if self.template.places == (ASKED,):
            return [Place(scene.asset, x_m, y_m, (scene.asset,) if scene.asset >= 0 else (), 0.0, 0.0)]
        if scene.asset < 0:
            return []
        radius_m = self.template.radius_of.get(scene.quantity, self.template.radius_m)
        near = network.within(x_m, y_m, radius_m).tolist()
        found = {asset for asset in near if network.kind[asset] in self.template.places}
        found |= {asset for asset in self.reach.seconds if network.kind[asset] in self.template.places}
        places = [self._place(asset) for asset in sorted(found)]
        places.sort(key=lambda place: (place.direct_m, place.asset))
        return places[: int(self.figure("most_places"))]

    def _place(self, asset: int) -> Place:
        network = self.scene.network
        x_m, y_m = self.scene.place
        way: tuple[int, ...] = ()
        seconds = math.nan
        towards = (x_m, y_m)
        if asset in self.reach:
            arrival = self.reach.arrival(asset)
            way, seconds = arrival.way, arrival.travel_time_s
            if len(way) > 2:
                towards = float(network.x_m[way[1]]), float(network.y_m[way[1]])
        direct_m = network.distance_m(asset, x_m, y_m)
        spot = network.nearest_on(asset, *((x_m, y_m) if direct_m <= 2 * SOIL_REACH_M else towards))
        return Place(asset, spot[0], spot[1], way, seconds, direct_m)


def local_hour(ts_ms: int, offset_h: float) -> tuple[float, int]:
    """Hour of the day and day of the week (Monday 0) where clocks are `offset_h` ahead of UTC."""
    hours = ts_ms / 3_600_000 + offset_h
    return hours % 24, int((hours // 24 + 3) % 7)


def clamp(value: float) -> float:
    """The value within -1 and 1; 0 for NaN."""
    return min(max(float(value), -1.0), 1.0) if value == value else 0.0


def ramp(value: float, low: float, high: float) -> float:
    """-1 at `low` and below, 1 at `high` and above, straight between."""
    return clamp(2 * (value - low) / (high - low) - 1)
