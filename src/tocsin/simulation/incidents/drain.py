"""What all troubles of drains share: the pipe below a well, the heights of water above a place where it can't get on."""

import math

import numpy as np

from tocsin.base.errors import InvalidInput
from tocsin.simulation.city import City
from tocsin.simulation.effects import Floats
from tocsin.simulation.spread import downstream, upstream

_REACH_M = 450.0  # of standing water up a drain
_LITTLE_M = 0.01


def pipe_below(city: City, well: str) -> str:
    """The pipe that leaves a drain's well; InvalidInput at an outlet."""
    kind = str(city.properties(well)["utility"])
    for line in city.lines():
        if line["kind"] == kind and line["from_node"] == well:
            return str(line["id"])
    raise InvalidInput(f"{well} is the end of its {kind}: nothing flows from it")


def drains_on(city: City, well: str) -> bool:
    """True for a well from which a pipe leads on."""
    return len(downstream(city, well, str(city.properties(well)["utility"]))) > 1


def wells_above(city: City, well: str) -> int:
    """How many wells drain through this one, itself included: a measure of its flow."""
    return len(upstream(city, well, str(city.properties(well)["utility"]), math.inf))


def standing_water(city: City, well: str, head_m: Floats, slope: float = 0.0) -> dict[str, Floats]:
    """Depth of water above the invert, m float64[m], in each well that the water dammed at `well` reaches.

    `head_m`: depth at the dam itself. The surface is level, or rises up the drain by `slope` where water runs. No well fills
    above its cover; the water then stands in the street.
    """
    bottom = _invert_m(city, well)
    depths: dict[str, Floats] = {}
    for name, run in upstream(city, well, str(city.properties(well)["utility"]), _REACH_M):
        rising = np.where(head_m > 0.05, slope * run, 0.0)
        depth = np.clip(bottom + head_m + rising - _invert_m(city, name), 0.0, float(city.properties(name)["depth_m"]))
        if depth.max() > _LITTLE_M:
            depths[name] = depth
    return depths


def least_cover_m(city: City, well: str) -> float:
    """How high water can stand at a dam before it comes out of the lowest well above it, m."""
    bottom = _invert_m(city, well)
    above = upstream(city, well, str(city.properties(well)["utility"]), _REACH_M)
    return min(float(city.properties(name)["ground_elevation_m"]) for name, _ in above) - bottom


def _invert_m(city: City, well: str) -> float:
    given = city.properties(well)
    return float(given["ground_elevation_m"]) - float(given["depth_m"])
