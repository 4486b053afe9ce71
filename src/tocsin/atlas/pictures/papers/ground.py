"""The ground and the layers of the one map drawn on a sheet, in the order and the colours of the screen's light theme."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import floor
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import shapely

from tocsin.atlas.layers.rules.ground import GroundFeature
from tocsin.atlas.layers.rules.rows import LayerRows
from tocsin.atlas.layers.rules.vector_tiles import TilePlace, on_unit_square
from tocsin.atlas.pictures.papers import look
from tocsin.atlas.pictures.papers.canvas import Canvas
from tocsin.atlas.pictures.papers.drawing import west_to_east
from tocsin.atlas.pictures.papers.look import GROUND, GROUND_PARTS, TOKENS, at_zoom

if TYPE_CHECKING:
    from numpy.typing import NDArray

DEEPEST_TILE: Final = 16
LEVELS: Final = ("red", "orange", "yellow", "blue")
PALETTE: Final = ("#2f9e8f", "#a06cd5", "#d1779b", "#5a8f3c", "#b57f3a", "#4f86c6", "#8a7f5c", "#c25b4e")

type Look = Literal["plates", "areas", "network", "sensors", "alarms", "plain"]


@dataclass(frozen=True)
class PrintedLayer:
    """A layer of the sheet: how it is drawn, its rows, its opacity from 0 to 1."""

    name: str
    words: str
    look: Look
    rows: LayerRows
    opacity: float = 1.0
    kinds: Mapping[str, str] = field(default_factory=dict)  # of a network in words
    sign: str = ""  # of its plates


def colour_of(name: str) -> str:
    """A resource's own colour, as web/src/one-map/looks.ts gives it.

    >>> colour_of("r.hospitals")
    '#c25b4e'
    """
    total = 0
    for letter in name:
        total = (total * 31 + ord(letter)) % 9973
    return PALETTE[total % len(PALETTE)]


def draw_ground(canvas: Canvas, features: Sequence[GroundFeature], relief: Callable[[Canvas], None] | None = None) -> None:
    """Areas, buildings, the shade of the terrain where it is wanted, roads with their edges, rails: from below upwards."""
    zoom = canvas.frame.zoom
    for one in features:
        if one.part in ("sea", "water", "wood", "park", "block", "building") and one.kind != "pond":
            fill = GROUND_PARTS.get(one.kind if one.part == "block" else one.part, GROUND_PARTS["residential"])
            canvas.area(one.geometry, fill=fill)
    for one in features:
        if one.kind == "pond":
            canvas.area(one.geometry, fill=GROUND_PARTS["water"])
    if relief:
        relief(canvas)
    roads = sorted((one for one in features if one.part == "road"), key=lambda one: look.ROAD_RANKS.index(one.kind))
    for edge in (True, False):
        for one in roads:
            width = at_zoom(zoom, look.ROAD_WIDTH[one.kind], 1.6)
            canvas.line(one.geometry, GROUND_PARTS["casing" if edge else one.kind], width + 2 if edge else width)
    for one in features:
        if one.part == "rail":
            canvas.line(one.geometry, GROUND_PARTS["rail"], 3)
            canvas.line(one.geometry, GROUND["land"], 1.6, dash=(7, 7))


def name_ground(canvas: Canvas, features: Sequence[GroundFeature], language: str) -> None:
    """Places, then roads, each once where there is room."""
    chinese = language.startswith("zh")
    for one in features:
        if one.part == "place":
            colour = {"sea": "waterText", "water": "waterText", "park": "parkText", "wood": "parkText", "hill": "parkText"}
            text = one.name if chinese else one.name_en
            spot = one.geometry.representative_point()
            canvas.write_at(text, spot.x, spot.y, 12.5, GROUND_PARTS[colour.get(one.kind, "placeText")])
    if canvas.frame.zoom >= look.STREET_NAMES_FROM_ZOOM - 0.6:
        for one in features:
            if one.part == "road" and one.name:
                text = one.name if chinese else one.name_en
                canvas.write_along(text, shapely.line_merge(one.geometry), 11.0, GROUND_PARTS["roadText"])


def draw_layer(canvas: Canvas, layer: PrintedLayer) -> dict[str, str]:
    """Draws it and tells what the legend has to explain of it, by the key of its sample."""
    if not len(layer.rows):
        return {}
    if layer.rows.all_points:
        return _draw_points(canvas, layer)
    if layer.look == "network":
        return _draw_network(canvas, layer)
    return _draw_shapes(canvas, layer)


def _draw_network(canvas: Canvas, layer: PrintedLayer) -> dict[str, str]:
    zoom, told = canvas.frame.zoom, {}
    width = max(0.9, at_zoom(zoom, look.PIPE_WIDTH) * 1.25)
    for row in _in_frame(canvas, layer.rows):
        kind, shape = look.KINDS.get(layer.rows.shapes[row]), layer.rows.geometry[row]
        if kind is None or shape.geom_type != "LineString":
            continue
        dash = tuple(width * one for one in kind.dash)
        offset = look.offset_at_zoom(kind.offset, zoom)
        if canvas.line(west_to_east(shape), kind.colour, width, dash=dash, offset=offset, opacity=layer.opacity):
            told[layer.rows.shapes[row]] = layer.words
    return told


def _draw_shapes(canvas: Canvas, layer: PrintedLayer) -> dict[str, str]:
    told = {}
    for row in _in_frame(canvas, layer.rows):
        shape, level = layer.rows.geometry[row], layer.rows.shapes[row]
        own = layer.look == "plain"
        colour = colour_of(layer.name) if own else TOKENS.get(level, TOKENS["accent"]) if level in LEVELS else TOKENS["accent"]
        if shape.geom_type in ("Polygon", "MultiPolygon"):
            canvas.area(shape, fill=colour, opacity=(0.22 if own else 0.08) * layer.opacity)
            canvas.line(shape.boundary, colour, 1.8, opacity=layer.opacity)
        elif shape.geom_type in ("LineString", "MultiLineString"):
            canvas.line(shape, colour, 1.8, opacity=layer.opacity)
        else:
            spot = shape.centroid
            canvas.dot(spot.x, spot.y, 3.6, colour, opacity=layer.opacity)
        told[f"area:{colour}"] = layer.words
    return told


def _draw_points(canvas: Canvas, layer: PrintedLayer) -> dict[str, str]:
    """The points, and the clusters where the screen has them."""
    told: dict[str, str] = {}
    for place in _tiles(canvas):
        for feature in sorted(layer.rows.features_of(place), key=lambda one: str(one.properties.get("shape", ""))):
            lon, lat = _in_degrees(feature.geometry.x, feature.geometry.y)
            x, y = canvas.frame.pixel(lon, lat)
            if not canvas.frame.holds(lon, lat):
                continue
            shape = str(feature.properties.get("shape", ""))
            if "count" in feature.properties:
                edge = TOKENS[shape] if shape in LEVELS else TOKENS["text-faint"]
                edge = colour_of(layer.name) if layer.look == "plain" else edge
                canvas.cluster(x, y, str(feature.properties["few"]), edge)
                told.setdefault(f"dot:{edge}", layer.words)
            elif layer.sign:
                canvas.plate(layer.sign, shape, x, y)
                told[f"sign-{layer.sign}"] = layer.words
                if shape in LEVELS:
                    told[shape] = layer.words
            elif layer.look in ("alarms", "plates", "areas") and shape in LEVELS:
                canvas.symbol(shape, x, y)
                told[shape] = f"{told[shape]}, {layer.words}" if shape in told and layer.words not in told[shape] else layer.words
            else:
                colour = (
                    colour_of(layer.name)
                    if layer.look == "plain"
                    else TOKENS["good" if shape == "good" and layer.look != "sensors" else "text-faint"]
                )
                canvas.dot(lon, lat, 4.0 if layer.look == "plain" else 3.2, colour, opacity=layer.opacity)
                told[f"dot:{colour}"] = layer.words
    return told


def _in_frame(canvas: Canvas, rows: LayerRows) -> Iterable[int]:
    west, south, east, north = canvas.frame.box
    corners = on_unit_square(np.array([[west, north], [east, south]]))
    (left, top), (right, bottom) = corners.tolist()
    found: list[int] = rows.in_box((left, top, right, bottom)).tolist()
    return found


def _tiles(canvas: Canvas) -> list[TilePlace]:
    """The tiles of the screen's whole zoom that the sheet meets."""
    z = max(0, min(DEEPEST_TILE, floor(canvas.frame.zoom)))
    west, south, east, north = canvas.frame.box
    corners: NDArray[np.float64] = on_unit_square(np.array([[west, north], [east, south]])) * 2**z
    (left, top), (right, bottom) = np.floor(np.clip(corners, 0, 2**z - 1)).astype(int).tolist()
    return [TilePlace(z, x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]


def _in_degrees(x: float, y: float) -> tuple[float, float]:
    return (x - 0.5) * 360, float(np.degrees(np.arctan(np.sinh((0.5 - y) * 2 * np.pi))))
