"""Drawing a map: ground, streets, networks, lines and marks from below upwards, then what makes a map of a picture."""

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import shapely
from shapely.geometry import shape as shape_of

from tocsin.atlas.layers.queries.base_map import base_map
from tocsin.atlas.pictures.papers import look
from tocsin.atlas.pictures.papers.canvas import Canvas
from tocsin.atlas.pictures.papers.frame import Frame
from tocsin.atlas.pictures.papers.look import GROUND, TOKENS, at_zoom

_CABLES = ("power_cable", "telecom_duct")


@dataclass(frozen=True)
class Mark:
    """A place with its symbol: an alarm's level, a `cause`, `unit` or `valve`, a `site` at risk, evidence `for` or `against`."""

    kind: Literal["red", "orange", "yellow", "blue", "cause", "unit", "valve", "site", "for", "against"]
    lon: float
    lat: float
    label: str = ""


@dataclass(frozen=True)
class Line:
    """A GeoJSON geometry: the `course` from cause to alarm or `nearness` where none is known, the `segment` at fault (an asset of
    `asset_kind`), the `lost` service, the `cordon` advised."""

    part: Literal["course", "nearness", "segment", "lost", "cordon"]
    geometry: Mapping[str, Any]
    asset_kind: str = ""


def draw_map(
    frame: Frame,
    *,
    folder: Path,
    language: str,
    networks: Iterable[Mapping[str, Any]] = (),
    lines: Sequence[Line] = (),
    marks: Sequence[Mark] = (),
    legend: Mapping[str, str],
    notes: Sequence[str],
) -> str:
    """The SVG of a map as on screen; of the marks the first lies on top and finds room for its words.

    `folder` keeps the base map; `networks` are GeoJSON features of assets (`kind`, `code`, `from_code`, `to_code`, `street`);
    `legend` gives words to kinds of assets, lines and marks, of which the drawn ones are explained; `notes` (the time, the
    source of what is drawn) stand in the corner behind the base map's own source.
    """
    base = base_of(folder)
    canvas = Canvas(frame)
    draw_land(canvas, base)
    drawn: list[str] = []  # what the legend has to explain
    streets: dict[str, list[shapely.LineString]] = {}
    if frame.zoom >= look.NETWORKS_FROM_ZOOM:
        streets = _draw_networks(canvas, list(networks), language, drawn)
    for line in lines:
        _draw_line(canvas, line)
        drawn.append(line.part)
    inside = [one for one in marks if frame.holds(one.lon, one.lat)]
    for mark in reversed(inside):
        canvas.symbol(mark.kind, *frame.pixel(mark.lon, mark.lat))
        drawn.append(mark.kind)
    canvas.furnish((base["source"], *notes), {key: legend[key] for key in dict.fromkeys(drawn) if key in legend})
    for mark in inside:
        canvas.write_beside(mark.label, *frame.pixel(mark.lon, mark.lat))
    if frame.zoom >= look.STREET_NAMES_FROM_ZOOM:
        _write_streets(canvas, streets)
    write_places(canvas, base, "zh" if language.startswith("zh") else "en")
    return canvas.text()


@lru_cache(maxsize=1)
def base_of(folder: Path) -> dict[str, Any]:
    """The base map with its shapes ready."""
    document: dict[str, Any] = json.loads(gzip.decompress(base_map(folder)))
    shapes = {
        name: [shape_of(one["geometry"]) for one in document[name]["features"]] for name in ("surroundings", "counties", "cities")
    }
    return {"source": document["source"], "labels": document["labels"]["features"], **shapes}


def draw_land(canvas: Canvas, base: Mapping[str, Any]) -> None:
    """Sea, land and boundaries."""
    canvas.fill_all(GROUND["sea"])
    for shape in base["surroundings"]:
        canvas.area(shape, fill=GROUND["outside"])
    for shape in base["counties"]:
        canvas.area(shape, fill=GROUND["land"])
    for shape in base["counties"]:
        canvas.line(shape.boundary, GROUND["border"], 0.8, dash=(3, 2))
    for shape in base["cities"]:
        canvas.line(shape.boundary, GROUND["border"], at_zoom(canvas.frame.zoom, look.CITY_LINE_WIDTH))


def _draw_networks(
    canvas: Canvas, features: list[Mapping[str, Any]], language: str, drawn: list[str]
) -> dict[str, list[shapely.LineString]]:
    """Streets as bands under the pipes that lie in them, the pipes, the wells; returns the courses of each street by its name."""
    zoom = canvas.frame.zoom
    pipes = [
        (one["properties"], west_to_east(shape_of(one["geometry"])))
        for one in features
        if one["geometry"]["type"] == "LineString"
    ]
    points = [one for one in features if one["geometry"]["type"] == "Point" and one["properties"]["kind"] != "building"]
    streets = _streets(pipes, points, "zh" if language.startswith("zh") else "en")
    for courses in streets.values():
        for course in courses:
            canvas.line(course, GROUND["street"], at_zoom(zoom, look.STREET_WIDTH, 1.7))
    width = at_zoom(zoom, look.PIPE_WIDTH)
    for kind, seen in look.KINDS.items():
        for properties, course in pipes:
            if properties["kind"] == kind:
                dash = tuple(width * one for one in seen.dash)
                if canvas.line(course, seen.colour, width, dash=dash, offset=look.offset_at_zoom(seen.offset, zoom)):
                    drawn.append(kind)
    if zoom >= look.POINTS_FROM_ZOOM:
        for one in points:
            lon, lat = one["geometry"]["coordinates"][:2]
            canvas.dot(lon, lat, at_zoom(zoom, look.POINT_RADIUS), GROUND["label"], opacity=0.55)
    return streets


def west_to_east(course: shapely.LineString) -> shapely.LineString:
    """Every line the same way, so that an offset to the right is the same side of the street for all."""
    (first_lon, first_lat), (last_lon, last_lat) = course.coords[0][:2], course.coords[-1][:2]
    turned = last_lon - first_lon < -1e-6 or (abs(last_lon - first_lon) <= 1e-6 and last_lat < first_lat)
    return course.reverse() if turned else course


def _streets(
    pipes: list[tuple[Mapping[str, Any], shapely.LineString]], points: list[Mapping[str, Any]], language: str
) -> dict[str, list[shapely.LineString]]:
    """A street is where the pipes lie whose two ends stand in it: it has no geometry of its own in the data."""
    street_of = {
        one["properties"]["code"]: one["properties"].get(f"street_{language}") or one["properties"].get("street") or ""
        for one in points
    }
    streets: dict[str, list[shapely.LineString]] = {}
    for properties, course in pipes:
        street = street_of.get(properties.get("from_code"), "")
        if street and street == street_of.get(properties.get("to_code")) and properties["kind"] not in _CABLES:
            streets.setdefault(street, []).append(course)
    return streets


def _draw_line(canvas: Canvas, line: Line) -> None:
    shape = shape_of(line.geometry)
    match line.part:
        case "course":
            canvas.line(shape, GROUND["halo"], 8, opacity=0.85)
            canvas.line(shape, TOKENS["accent"], 3.5)
        case "nearness":
            canvas.line(shape, TOKENS["accent"], 2, dash=(4, 4))
        case "segment" | "lost":
            seen = look.KINDS.get(line.asset_kind)
            offset = look.offset_at_zoom(seen.offset, canvas.frame.zoom) if seen else 0.0
            colour, width = (TOKENS["orange"], 6.0) if line.part == "segment" else (TOKENS["text-muted"], 5.0)
            canvas.line(west_to_east(shape) if shape.geom_type == "LineString" else shape, colour, width, offset=offset)
        case "cordon":
            canvas.area(shape, fill=TOKENS["red"], opacity=0.09)
            canvas.line(shape.boundary, TOKENS["red"], 1.8, dash=(7, 5))


def _write_streets(canvas: Canvas, streets: Mapping[str, list[shapely.LineString]]) -> None:
    """Each street's name once, along its longest piece in the picture."""
    for name, courses in streets.items():
        whole = shapely.line_merge(shapely.union_all(courses))
        canvas.write_along(name, whole, at_zoom(canvas.frame.zoom, look.STREET_NAME_SIZE), GROUND["streetText"])


def write_places(canvas: Canvas, base: Mapping[str, Any], language: str) -> None:
    """Names of cities and counties at the zooms where the screen has them."""
    for level, first, last, size in (("city", 5, 10, 14), ("district", 9, 15, 12)):
        if first <= canvas.frame.zoom < last:
            for one in base["labels"]:
                if one["properties"]["level"] == level:
                    lon, lat = one["geometry"]["coordinates"]
                    canvas.write_at(one["properties"][language], lon, lat, size, GROUND["label"])
