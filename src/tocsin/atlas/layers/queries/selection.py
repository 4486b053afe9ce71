"""What of the layers lies in a shape, for its reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from tocsin.atlas.layers.queries.base_map import region_shape
from tocsin.atlas.layers.queries.layers import layers_named
from tocsin.atlas.layers.queries.reading import Asked, rows_of_layer
from tocsin.atlas.layers.rules.rows import LayerRows
from tocsin.atlas.layers.rules.selection import Along, Question, Unit, around, shape_drawn
from tocsin.atlas.layers.rules.view import moment_of
from tocsin.base.errors import InvalidInput

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


@dataclass(frozen=True)
class Chosen:
    """Rows of one layer that lie in the shape, by their places in it."""

    name: str
    words: str
    rows: LayerRows
    places: NDArray[np.int64]


def shape_asked(user: "Person", question: Question) -> BaseGeometry:
    """The area of a question in degrees. InvalidInput where nothing of that key or code is there for this reader."""
    match question.shape:
        case Along(name, key, metres):
            for layer in layers_named(user, (name,)).values():
                rows = rows_of_layer(user, layer, asked_in(question))
                if key in (keys := list(rows.keys)):
                    return around(rows.geometry[keys.index(key)], metres)
            raise InvalidInput(
                "there is no object %(key)s on a layer %(layer)s of yours", key=repr(key[:60]), layer=repr(name[:60])
            )
        case Unit(code):
            if (area := region_shape(code)) is None:
                raise InvalidInput("the map knows no city or county with the code %(code)s", code=code)
            return area
        case drawn:
            return shape_drawn(drawn)


def asked_in(question: Question) -> Asked:
    """The moment of a question."""
    return Asked(moment_of(question.at))


def select(user: "Person", shape: BaseGeometry, names: Sequence[str], asked: Asked) -> list[Chosen]:
    """For each of the named layers that this person may see, the rows that meet the shape."""
    shapely.prepare(shape)
    west, south, east, north = shape.bounds
    found = []
    for layer in layers_named(user, names).values():
        rows = rows_of_layer(user, layer, asked)
        bounds = shapely.bounds(rows.geometry) if len(rows) else np.empty((0, 4))
        near = np.flatnonzero((bounds[:, 2] >= west) & (bounds[:, 0] <= east) & (bounds[:, 3] >= south) & (bounds[:, 1] <= north))
        inside: NDArray[np.int64] = near[shapely.intersects(shape, rows.geometry[near])]
        found.append(Chosen(layer.name, str(layer.words), rows, inside))
    return found
