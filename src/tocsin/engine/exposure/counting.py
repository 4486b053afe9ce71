"""People in an area by day, by night and on a day off, each counted once."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from tocsin.engine.exposure.grid import TILE, Floats, Ints, cells_at, numbers_of, shares_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shapely.geometry.base import BaseGeometry

DAY, NIGHT, DAY_OFF = 0, 1, 2
SLOTS: Final = 3


@dataclass(frozen=True)
class Bodies:
    """Columns of what is known one by one. `people`: float64[n, 3] by day, by night, on a day off; `covers`: dwellings, where
    one of which stands the register is taken to be whole and the grid is not asked; `shapes`: of those that are more than a
    point.
    """

    lon: Floats
    lat: Floats
    people: Floats
    covers: NDArray[np.bool_]
    shapes: "Mapping[int, BaseGeometry]" = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cell", numbers_of(*cells_at(self.lon, self.lat)))
        object.__setattr__(self, "covered", np.unique(self.cell[self.covers]))

    cell: Ints = field(init=False, repr=False)
    covered: Ints = field(init=False, repr=False)


@dataclass(frozen=True)
class Tiles:
    """Tiles of the grid: `people` float[n, 3, row, column]. Two of one place (two regions meet there) add up."""

    x: Ints
    y: Ints
    people: "NDArray[np.float32]"


@dataclass(frozen=True)
class Counted:
    """`bodies`: positions of those in the area. `people`: by time of day; of them `from_bodies` are known one by one,
    `from_grid` by the share of each cell. `cells`: how many cells of the grid were counted. `known`: whether anything is
    registered there or close by, so that none means nobody.
    """

    bodies: Ints
    people: Floats
    from_bodies: Floats
    from_grid: Floats
    cells: int
    known: bool


def bodies_in(shape: "BaseGeometry", bodies: Bodies) -> Ints:
    """Positions of the bodies whose place, or whose shape where they have one, meets the area."""
    west, south, east, north = shape.bounds
    near = np.flatnonzero((bodies.lon >= west) & (bodies.lon <= east) & (bodies.lat >= south) & (bodies.lat <= north))
    inside: Ints = near[shapely.intersects_xy(shape, bodies.lon[near], bodies.lat[near])]
    if not bodies.shapes:
        return inside
    wide = np.fromiter(bodies.shapes, np.int64)
    met = shapely.intersects(shape, np.array([bodies.shapes[one] for one in wide.tolist()], dtype=np.object_))
    return np.asarray(np.union1d(np.setdiff1d(inside, wide), wide[met]), np.int64)


def among(numbers: Ints, known: Ints) -> NDArray[np.bool_]:
    """Which of the numbers are known; `known` is sorted, so that none of it is read but where it is looked for.

    >>> among(np.array([3, 5, 9]), np.array([1, 5, 7])).tolist()
    [False, True, False]
    """
    if not len(known):
        return np.zeros(len(numbers), np.bool_)
    at = np.minimum(np.searchsorted(known, numbers), len(known) - 1)
    return np.asarray(known[at] == numbers, np.bool_)


def count_people(shape: "BaseGeometry", bodies: Bodies, tiles: "Iterable[Tiles]") -> Counted:
    """Who is in the area; the grid comes in parts, so that a province is never held at once.

    In a cell where a dwelling is registered only bodies count. In any other the grid counts by the share of the cell that lies
    in the area, or the bodies of that cell (a school around which no dwelling is registered) where these are more: never both.
    """
    shapely.prepare(shape)
    inside = bodies_in(shape, bodies)
    cell, people = bodies.cell[inside], bodies.people[inside]
    alone = ~among(cell, bodies.covered)
    from_bodies = people[~alone].sum(axis=0)
    open_cell, place = np.unique(cell[alone], return_inverse=True)
    special, beside = np.zeros((len(open_cell), SLOTS)), np.zeros((len(open_cell), SLOTS))
    np.add.at(special, place, people[alone])
    from_grid, cells, close = np.zeros(SLOTS), 0, False
    for part in tiles:
        close = close or bool((part.people > 0).any())
        number, grid = _grid_in(shape, part, bodies.covered)
        cells += len(number)
        at = np.searchsorted(open_cell, number)
        shared = np.zeros(len(number), np.bool_)
        shared[at < len(open_cell)] = open_cell[at[at < len(open_cell)]] == number[at < len(open_cell)]
        np.add.at(beside, at[shared], grid[shared])
        from_grid += grid[~shared].sum(axis=0)
    more = special >= beside
    from_bodies = from_bodies + np.where(more, special, 0.0).sum(axis=0)
    from_grid += np.where(more, 0.0, beside).sum(axis=0)
    return Counted(
        bodies=inside,
        people=from_bodies + from_grid,
        from_bodies=from_bodies,
        from_grid=from_grid,
        cells=cells,
        known=len(inside) > 0 or close or _registered_close(shape, bodies),
    )


def _grid_in(shape: "BaseGeometry", tiles: Tiles, covered: Ints) -> tuple[Ints, Floats]:
    """Cells of the grid that meet the area and hold no dwelling, with the people of their share."""
    shares = shares_of(shape, tiles.x, tiles.y)
    tile, y, x = np.nonzero((shares > 0) & (tiles.people > 0).any(axis=1))
    number = numbers_of(tiles.x[tile] * TILE + x, tiles.y[tile] * TILE + y)
    free = ~among(number, covered)
    tile, y, x, number = tile[free], y[free], x[free], number[free]
    return number, tiles.people[tile, :, y, x].astype(np.float64) * shares[tile, y, x][:, None]


def _registered_close(shape: "BaseGeometry", bodies: Bodies) -> bool:
    """Whether a body is registered in the tiles that the area touches: then an empty area is empty, and not unknown."""
    west, south, east, north = shape.bounds
    column, row = cells_at(np.array([west, east]), np.array([south, north]))
    x, y = cells_at(bodies.lon, bodies.lat)
    x, y, column, row = x // TILE, y // TILE, column // TILE, row // TILE
    return bool(((x >= column[0]) & (x <= column[1]) & (y >= row[0]) & (y <= row[1])).any())
