"""The course that an effect takes on the map: of each asset on its way the part that it passes."""

from collections.abc import Sequence
from typing import Any

import shapely
from shapely.ops import substring

from tocsin.engine.network import Network


def course_of(network: Network, way: Sequence[int], spot: tuple[float, float]) -> list[Any]:
    """Geometries in metres, one for each asset of the way (positions, the fault's first), in their order.

    A line is cut to the part between where the effect comes from and where it leaves: it begins at the fault's own `spot`
    (x, y in metres), and does not go on along the pipe past a chamber into which it leaves through the soil.

    >>> point = {"type": "Point", "coordinates": [120.401, 36.2]}
    >>> line = {"type": "LineString", "coordinates": [[120.4, 36.2], [120.404, 36.2]]}
    >>> features = [{"geometry": point, "properties": {"id": "M1", "kind": "manhole"}}]
    >>> features.append({"geometry": line, "properties": {"id": "G1", "kind": "gas_main"}})
    >>> network = Network.from_features(features)
    >>> main, well = course_of(network, [1, 0], (network.x_m[1], network.y_m[1]))
    >>> round(main.length / float(network.length_m[1]), 2)
    0.25
    """
    shapes = [network.geometry[asset] for asset in way]
    course = []
    for number, shape in enumerate(shapes):
        if shape.geom_type == "Point":
            course.append(shape)
            continue
        comes_from = shapes[number - 1] if number else shapely.Point(spot)
        leaves_to = shapes[number + 1] if number + 1 < len(shapes) else comes_from
        course.append(substring(shape, _along(shape, comes_from), _along(shape, leaves_to)))
    return course


def _along(line: Any, other: Any) -> float:
    """Metres along the line to where it is nearest to the other."""
    return float(line.project(shapely.Point(shapely.shortest_line(line, other).coords[0])))
