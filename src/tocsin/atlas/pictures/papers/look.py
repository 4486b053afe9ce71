"""Colours, widths and shapes of the console's light style (web/src/map, web/src/styles/tokens.css); a test compares them."""

import math
from dataclasses import dataclass
from itertools import pairwise

GROUND = {
    "sea": "#dbe6ee",
    "land": "#f6f7f8",
    "outside": "#e9edf0",
    "border": "#aab7c4",
    "street": "#dfe4ea",
    "streetText": "#5b6a7a",
    "label": "#3f4e5e",
    "halo": "#ffffff",
}
GROUND_PARTS = {
    "sea": "#c4dcec",
    "water": "#b9d7ea",
    "wood": "#d9e9d2",
    "park": "#cbe6c8",
    "residential": "#eceff2",
    "commercial": "#f4ebe0",
    "industrial": "#e8e6ee",
    "public": "#f4eed9",
    "building": "#dadfe5",
    "buildingEdge": "#c4ccd5",
    "rail": "#8d9aa8",
    "trunk": "#fbe3a6",
    "major": "#ffffff",
    "minor": "#ffffff",
    "lane": "#ffffff",
    "casing": "#c9d1da",
    "roadText": "#566577",
    "parkText": "#3c7a50",
    "waterText": "#33719e",
    "placeText": "#36485b",
}
ROAD_RANKS = ("lane", "minor", "major", "trunk")
TOKENS = {
    "red": "#d3203a",
    "orange": "#e27a00",
    "yellow": "#d8a800",
    "blue": "#1f74d1",
    "good": "#11704a",
    "accent": "#0a63b0",
    "text": "#16202c",
    "text-muted": "#4c5c6e",
    "text-faint": "#5f7083",
}


@dataclass(frozen=True)
class Kind:
    """How one kind of pipe or cable is drawn: `offset` is pixels to the right of its course at zoom 17."""

    colour: str
    offset: float
    dash: tuple[float, ...] = ()


KINDS = {
    "gas_main": Kind("#a87700", -6),
    "water_main": Kind("#2b74b8", 6),
    "heat_main_supply": Kind("#b8485c", 11),
    "heat_main_return": Kind("#a8707f", 14, (3, 1.5)),
    "sewer": Kind("#80693f", 0, (5, 1.5)),
    "storm_drain": Kind("#2f7d78", -2.5, (1.5, 1.5)),
    "power_cable": Kind("#7454ad", -11, (1, 1.2)),
    "telecom_duct": Kind("#66788b", -15, (2, 2.5)),
}
NETWORKS_FROM_ZOOM = 11.0
POINTS_FROM_ZOOM = 14.5
STREET_NAMES_FROM_ZOOM = 13.2

Step = tuple[float, float]
STREET_WIDTH: tuple[Step, ...] = ((11, 1), (14, 9), (17, 44))
PIPE_WIDTH: tuple[Step, ...] = ((11, 0.5), (14, 1.3), (17, 2.6))
POINT_RADIUS: tuple[Step, ...] = ((14.5, 1), (17, 2.6))
ROAD_WIDTH: dict[str, tuple[Step, ...]] = {
    "trunk": ((10, 2.2), (14, 8), (17.5, 44)),
    "major": ((10, 1), (14, 6), (17.5, 32)),
    "minor": ((10, 0.4), (14, 3.2), (17.5, 20)),
    "lane": ((10, 0.2), (14, 1.6), (17.5, 10)),
}
STREET_NAME_SIZE: tuple[Step, ...] = ((13, 10), (17, 14))
CITY_LINE_WIDTH: tuple[Step, ...] = ((6, 1), (12, 2))
SENSOR_SCALE: tuple[Step, ...] = ((13, 0.75), (17, 1.15))


def at_zoom(zoom: float, steps: tuple[Step, ...], base: float = 1.0) -> float:
    """A figure between steps of (zoom, figure), as MapLibre's `interpolate` gives it (`base` 1 is linear)."""
    if zoom <= steps[0][0]:
        return steps[0][1]
    for (low, first), (high, last) in pairwise(steps):
        if zoom <= high:
            part = (zoom - low) / (high - low) if base == 1 else (base ** (zoom - low) - 1) / (base ** (high - low) - 1)
            return first + (last - first) * part
    return steps[-1][1]


def offset_at_zoom(offset: float, zoom: float) -> float:
    """The pixels to the right at this zoom of an offset given for zoom 17."""
    return at_zoom(zoom, ((11, 0), (14, offset / 4.5), (17, offset)), base=1.7)


def _points(*corners: Step) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in corners)


OCTAGON = _points(
    *(
        (round(10.5 * math.cos(math.pi / 4 * (side + 0.5)), 2), round(10.5 * math.sin(math.pi / 4 * (side + 0.5)), 2))
        for side in range(8)
    )
)
DIAMOND = _points((0, -10.5), (10.5, 0), (0, 10.5), (-10.5, 0))
TRIANGLE = _points((0, -9.5), (10, 8), (-10, 8))
