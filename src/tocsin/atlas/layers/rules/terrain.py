"""Heights of the ground as tiles of Web Mercator: their code in colours, finer and coarser ones, and the shade of a hill."""

from math import ceil, cos, log2, pi, radians
from typing import Final

import numpy as np
from numpy.typing import NDArray

TILE: Final = 256
COARSEST_ZOOM: Final = 6
STEP_M: Final = 0.125  # heights are kept in steps of that
LOWEST_M, HIGHEST_M = -11_000.0, 9_000.0  # beyond them nothing is a height of the earth
EQUATOR_M_PER_PIXEL: Final = 156_543.03392804097  # of a tile of 256 pixels at zoom 0
EXAGGERATION: Final = 0.5
LIGHT_FROM_DEGREES: Final = 335.0

type Heights = NDArray[np.float32]
type Voids = NDArray[np.bool_]


def zoom_for(metres: float, latitude: float, *, deepest: int) -> int:
    """The zoom whose pixels are about as large as those of a model with `metres` a pixel.

    >>> zoom_for(30.0, 36.0, deepest=14), zoom_for(1.0, 36.0, deepest=14)
    (12, 14)
    """
    whole = log2(EQUATOR_M_PER_PIXEL * cos(radians(latitude)) / metres)
    return max(COARSEST_ZOOM, min(deepest, ceil(whole - 0.3)))


def coded(heights: Heights) -> NDArray[np.uint8]:
    """Red, green and blue of heights as Terrarium has them: (red · 256 + green + blue / 256) − 32768 metres.

    >>> coded(np.array([[100.5]], np.float32)).tolist()
    [[[128, 100, 128]]]
    """
    whole = np.round((heights.astype(np.float64) + 32_768.0) / STEP_M) * STEP_M * 256.0
    value = whole.astype(np.uint32)
    return np.stack([value >> 16 & 255, value >> 8 & 255, value & 255], axis=-1).astype(np.uint8)


def decoded(pixels: NDArray[np.uint8]) -> Heights:
    """The heights that colours stand for.

    >>> decoded(np.array([[[128, 100, 128]]], np.uint8)).tolist()
    [[100.5]]
    """
    red, green, blue = (pixels[..., band].astype(np.float32) for band in range(3))
    return np.asarray(red * 256.0 + green + blue / 256.0 - 32_768.0, np.float32)


def pooled(heights: Heights, voids: Voids, factor: int) -> tuple[Heights, Voids]:
    """As many times fewer pixels each way: the mean of those that have a height; void where none has. An edge that does not
    divide is as if more voids followed.

    >>> pooled(np.array([[1, 3], [5, 9]], np.float32), np.array([[False, False], [False, True]]), 2)[0].tolist()
    [[3.0]]
    """
    rows, columns = -(-heights.shape[0] // factor), -(-heights.shape[1] // factor)
    beyond = (0, rows * factor - heights.shape[0]), (0, columns * factor - heights.shape[1])
    known = np.pad(~voids, beyond).reshape(rows, factor, columns, factor)
    values = np.pad(np.where(voids, np.float32(0), heights), beyond).reshape(rows, factor, columns, factor)
    count = known.sum(axis=(1, 3))
    mean = values.sum(axis=(1, 3), dtype=np.float64) / np.maximum(count, 1)
    return mean.astype(np.float32), count == 0


def quarter(heights: Heights, x: int, y: int, zooms: int) -> Heights:
    """What a tile has of the one so many zooms above it: `x` and `y` count its columns and rows there, from its upper left.

    >>> flat = np.full((TILE, TILE), 7, np.float32)
    >>> quarter(flat, 1, 0, 1).shape, float(quarter(flat, 1, 0, 1).max())
    ((256, 256), 7.0)
    """
    middles = (np.arange(TILE) + 0.5) / 2**zooms - 0.5
    columns, rows = np.meshgrid(middles + x * TILE / 2**zooms, middles + y * TILE / 2**zooms)
    return between(heights, np.zeros(heights.shape, np.bool_), columns, rows)[0]


def between(heights: Heights, voids: Voids, columns: NDArray[np.float64], rows: NDArray[np.float64]) -> tuple[Heights, Voids]:
    """Heights at places between pixels (0.0 is the middle of the first), by the four round each; void where more than half of
    what counts there is.

    >>> grid = np.array([[0, 10], [20, 30]], np.float32)
    >>> between(grid, np.zeros((2, 2), bool), np.array([0.5]), np.array([0.5]))[0].tolist()
    [15.0]
    """
    height, width = heights.shape
    beyond = (columns < -0.5) | (rows < -0.5) | (columns > width - 0.5) | (rows > height - 0.5)
    x, y = np.clip(columns, 0, width - 1), np.clip(rows, 0, height - 1)
    left, top = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    right, low = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    along, down = x - left, y - top
    weight, total = np.zeros(x.shape), np.zeros(x.shape)
    for row, column, share in (
        (top, left, (1 - along) * (1 - down)),
        (top, right, along * (1 - down)),
        (low, left, (1 - along) * down),
        (low, right, along * down),
    ):
        known = np.where(voids[row, column], 0.0, share)
        weight += known
        total += known * heights[row, column]
    is_void = beyond | (weight < 0.5)
    return (total / np.where(weight > 0, weight, 1.0)).astype(np.float32), is_void


def shade_of(heights: Heights, *, zoom: int, latitude: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How a hill is shaded, as MapLibre's standard method does it: shade and accent from 0 to 1, and how much of the light falls.

    `heights`: of one zoom, with a border of one pixel round what is wanted. Returned are arrays (n, m, 2): the strength of shade
    and of accent; and (n, m): 0 in shadow, 1 in full light.
    """
    a, b, c = heights[:-2, :-2], heights[:-2, 1:-1], heights[:-2, 2:]
    d, f = heights[1:-1, :-2], heights[1:-1, 2:]
    g, h, i = heights[2:, :-2], heights[2:, 1:-1], heights[2:, 2:]
    factor = 0.4 if zoom < 2 else 0.35 if zoom < 4.5 else 0.3
    steeper = (zoom - 15) * factor if zoom < 15 else 0.0
    scale = TILE / 2.0 ** (steeper + (28.2562 - zoom))
    east = ((c + f + f + i) - (a + d + d + g)).astype(np.float64) * scale
    south = ((g + h + h + i) - (a + b + b + c)).astype(np.float64) * scale
    slope = np.arctan(1.25 * np.hypot(east, south) / cos(radians(latitude)))
    aspect = np.where(east != 0, np.arctan2(south, -east), pi / 2 * np.where(south > 0, 1.0, -1.0))
    light = radians(LIGHT_FROM_DEGREES) + pi
    lit = np.abs(np.mod((aspect + light) / pi + 0.5, 2.0) - 1.0)
    strength = min(1.0, EXAGGERATION * 2)
    return np.stack([np.sin(slope) * strength, (1 - np.cos(slope)) * strength], axis=-1), lit
