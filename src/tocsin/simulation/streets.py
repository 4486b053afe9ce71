"""The streets of the demonstration: a bent and turned grid between the Licun River and the hills.

The names are those of Licang District; where the streets run is made up. Layers made of them are labelled
as demonstration data.
"""

import math
from dataclasses import dataclass

import numpy as np

from tocsin.base.geometry import LocalPlane
from tocsin.simulation import noise

_TURN = math.radians(-13.0)
_COLUMN_M = 385.0
_ROW_M = 345.0

# Chinese name, English name, rank; from west to east, then from the river northwards.
_NORTHWARD = (
    ("四流中路", "Siliu Middle Road", "trunk"),
    ("兴国路", "Xingguo Road", "minor"),
    ("永平路", "Yongping Road", "minor"),
    ("重庆中路", "Chongqing Middle Road", "trunk"),
    ("君峰路", "Junfeng Road", "minor"),
    ("京口路", "Jingkou Road", "major"),
    ("向阳路", "Xiangyang Road", "minor"),
    ("夏庄路", "Xiazhuang Road", "major"),
    ("石牛山路", "Shiniushan Road", "major"),
    ("峰山路", "Fengshan Road", "minor"),
    ("黑龙江中路", "Heilongjiang Middle Road", "trunk"),
    ("青山路", "Qingshan Road", "minor"),
)
_EASTWARD = (
    ("滨河路", "Binhe Road", "minor"),
    ("九水路", "Jiushui Road", "trunk"),
    ("书院路", "Shuyuan Road", "major"),
    ("果园路", "Guoyuan Road", "minor"),
    ("振华路", "Zhenhua Road", "major"),
    ("文昌路", "Wenchang Road", "minor"),
    ("金水路", "Jinshui Road", "trunk"),
    ("大崂路", "Dalao Road", "minor"),
)


@dataclass(frozen=True)
class Ground:
    """Height above the sea: a slope (m per m) with hills `hills_m` high and `hills_east_m`, `hills_north_m` wide (over 2 pi)."""

    base_m: float = 27.0
    east: float = 0.0065
    north: float = 0.0075
    hills_m: float = 0.7
    hills_east_m: float = 420.0
    hills_north_m: float = 390.0

    def at(self, x_m: float, y_m: float) -> float:
        """Height of the ground at a place, m."""
        hills = self.hills_m * math.sin(x_m / self.hills_east_m) * math.cos(y_m / self.hills_north_m)
        return self.base_m + self.east * x_m + self.north * y_m + hills


@dataclass(frozen=True)
class Site:
    """Where a city lies: its flat map, its ground, its name."""

    plane: LocalPlane
    ground: Ground
    name: str
    name_zh: str


# The ground falls westward to Jiaozhou Bay and southward to the river.
LICANG = Site(LocalPlane(120.43, 36.16), Ground(), "Licang", "李沧")


@dataclass(frozen=True)
class Street:
    """A street and the junctions it passes, in the order in which its doors and wells are numbered."""

    name: str
    name_zh: str
    rank: str
    junctions: tuple[int, ...]


@dataclass(frozen=True)
class Streets:
    """All streets of a site; `x_m`, `y_m` float64[junctions] on its plane."""

    site: Site
    streets: tuple[Street, ...]
    x_m: np.ndarray[tuple[int], np.dtype[np.float64]]
    y_m: np.ndarray[tuple[int], np.dtype[np.float64]]


def lay_streets(seed: int) -> Streets:
    """The street grid of that seed: columns run north, rows run east, both bent; junctions stray by some metres."""
    columns, rows = len(_NORTHWARD), len(_EASTWARD)
    along = (np.arange(columns) - (columns - 1) / 2) * _COLUMN_M + 50.0 * noise.normal(seed, 11, np.arange(columns))
    up = (np.arange(rows) - (rows - 1) / 2) * _ROW_M + 35.0 * noise.normal(seed, 12, np.arange(rows))
    u, v = (grid.ravel() for grid in np.meshgrid(along, up, indexing="ij"))
    index = np.arange(u.size)
    u = u + 12.0 * noise.normal(seed, 13, index) + 90.0 * np.sin(v / 800.0 + 0.6)
    v = v + 12.0 * noise.normal(seed, 14, index) + 120.0 * np.sin(u / 1250.0)
    x = u * math.cos(_TURN) - v * math.sin(_TURN)
    y = u * math.sin(_TURN) + v * math.cos(_TURN)
    north = [
        Street(name, name_zh, rank, tuple(column * rows + row for row in range(rows)))
        for column, (name_zh, name, rank) in enumerate(_NORTHWARD)
    ]
    east = [
        Street(name, name_zh, rank, tuple(column * rows + row for column in range(columns)))
        for row, (name_zh, name, rank) in enumerate(_EASTWARD)
    ]
    return Streets(LICANG, (*north, *east), x, y)
