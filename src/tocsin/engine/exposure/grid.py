"""The population grid: cells of three seconds of arc, 32 by 32 of them in a tile, and which share of each lies in an area.

Three seconds (93 m from south to north, 75 m from west to east at 36°) is the grid of the open population data sets, so that
their cells are ours. A cell is named by its column and row, counted from 180° west and 90° south.
"""

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from numpy.typing import NDArray

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

CELLS_PER_DEGREE: Final = 1200
TILE: Final = 32  # cells along one side of a tile
BLOCK: Final = 4  # cells along one side of what is asked as a whole within a tile at the edge
COLUMNS: Final = 360 * CELLS_PER_DEGREE
_NUDGE: Final = (
    1e-7  # of a cell: a place on the line between two cells is in the one east and north of it, however it was rounded
)

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]


def cells_at(lon: Floats, lat: Floats) -> tuple[Ints, Ints]:
    """Column and row of the cell in which each place lies.

    >>> cells_at(np.array([120.5]), np.array([36.25]))
    (array([360600]), array([151500]))
    """
    column = np.floor((np.asarray(lon, np.float64) + 180.0) * CELLS_PER_DEGREE + _NUDGE).astype(np.int64)
    row = np.floor((np.asarray(lat, np.float64) + 90.0) * CELLS_PER_DEGREE + _NUDGE).astype(np.int64)
    return column, row


def numbers_of(column: Ints, row: Ints) -> Ints:
    """One number for each cell."""
    return row * COLUMNS + column


def boxes_of(column: Ints, row: Ints, side: int) -> "NDArray[np.object_]":
    """The squares of `side` cells whose first ones are these, in degrees."""
    west, south = column / CELLS_PER_DEGREE - 180.0, row / CELLS_PER_DEGREE - 90.0
    size = side / CELLS_PER_DEGREE
    return np.asarray(shapely.box(west, south, west + size, south + size), dtype=np.object_)


def tiles_of(shape: "BaseGeometry") -> tuple[int, int, int, int]:
    """The first and last tile that a shape's bounds touch: west, south, east, north."""
    west, south, east, north = shape.bounds
    column, row = cells_at(np.array([west, east]), np.array([south, north]))
    return int(column[0] // TILE), int(row[0] // TILE), int(column[1] // TILE), int(row[1] // TILE)


def shares_of(shape: "BaseGeometry", tile_x: Ints, tile_y: Ints) -> Floats:
    """Which share of each cell of these tiles lies in the shape: float64[tiles, row, column].

    What lies wholly inside or outside is told for the tile, then for blocks of it; areas are measured only along the edge.
    """
    shapely.prepare(shape)
    shares = np.zeros((len(tile_x), TILE, TILE))
    column, row = tile_x * TILE, tile_y * TILE
    boxes = boxes_of(column, row, TILE)
    whole = shapely.covers(shape, boxes)
    shares[whole] = 1.0
    edge = np.flatnonzero(~whole & shapely.intersects(shape, boxes))
    if not len(edge):
        return shares
    step = np.arange(0, TILE, BLOCK)
    down, right = (one.ravel() for one in np.meshgrid(step, step, indexing="ij"))
    tile, y, x = np.repeat(edge, len(down)), np.tile(down, len(edge)), np.tile(right, len(edge))
    tile, y, x = _settle(shape, shares, column, row, (tile, y, x), BLOCK)
    small = np.arange(BLOCK)
    down, right = (one.ravel() for one in np.meshgrid(small, small, indexing="ij"))
    cells = np.repeat(tile, len(down)), (y[:, None] + down).ravel(), (x[:, None] + right).ravel()
    tile, y, x = _settle(shape, shares, column, row, cells, 1)
    if len(tile):
        boxes = boxes_of(column[tile] + x, row[tile] + y, 1)
        shares[tile, y, x] = shapely.area(shapely.intersection(boxes, shape)) * CELLS_PER_DEGREE**2
    return shares


def _settle(
    shape: "BaseGeometry", shares: Floats, column: Ints, row: Ints, squares: tuple[Ints, Ints, Ints], side: int
) -> tuple[Ints, Ints, Ints]:
    """Marks the squares that lie wholly inside; returns those on the edge."""
    tile, y, x = squares
    boxes = boxes_of(column[tile] + x, row[tile] + y, side)
    whole = shapely.covers(shape, boxes)
    for inside in np.flatnonzero(whole).tolist():
        shares[tile[inside], y[inside] : y[inside] + side, x[inside] : x[inside] + side] = 1.0
    edge = ~whole & shapely.intersects(shape, boxes)
    return tile[edge], y[edge], x[edge]
