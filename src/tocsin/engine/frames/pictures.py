"""Grey pictures of one working size, so that every figure means the same whatever a camera sends."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

type Grey = NDArray[np.uint8]
type Floats = NDArray[np.float32]

HEIGHT: Final = 360
WIDTH: Final = 640
LEAST: Final = (90, 160)  # height and width of a frame below which nothing is judged


def working_picture(grey: Grey) -> Floats:
    """The frame as float32 of shape (360, 640), levels 0 to 255: means of the pixels that fall into each.

    `grey` is uint8 of shape (height, width); ValueError below 90 × 160 pixels. A small frame repeats its pixels, and the ratio
    of the sides isn't kept: reference and frame of one camera are drawn out alike.

    >>> working_picture(np.full((720, 1280), 7, np.uint8)).mean()
    np.float32(7.0)
    """
    if grey.ndim != 2 or grey.shape[0] < LEAST[0] or grey.shape[1] < LEAST[1]:
        raise ValueError(f"a frame of shape {grey.shape} is smaller than {LEAST}")
    rows, columns = (_edges(side, wanted) for side, wanted in zip(grey.shape, (HEIGHT, WIDTH), strict=True))
    sums = np.add.reduceat(np.add.reduceat(grey.astype(np.float32), rows[:-1], axis=0), columns[:-1], axis=1)
    return np.asarray(sums / np.outer(np.maximum(np.diff(rows), 1), np.maximum(np.diff(columns), 1)), dtype=np.float32)


def _edges(side: int, wanted: int) -> NDArray[np.intp]:
    return np.linspace(0, side, wanted + 1).astype(np.intp)


def blocks(picture: Floats, side: int) -> Floats:
    """The picture cut into squares: shape (rows, columns, side × side). `side` divides both sides of the picture.

    >>> blocks(np.zeros((360, 640), np.float32), 40).shape
    (9, 16, 1600)
    """
    rows, columns = picture.shape[0] // side, picture.shape[1] // side
    return picture.reshape(rows, side, columns, side).swapaxes(1, 2).reshape(rows, columns, side * side)


def smoothed(picture: Floats) -> Floats:
    """Means of 3 × 3 pixels; two rows and two columns fewer. Takes the noise of a sensor to a third."""
    down = picture[:-2] + picture[1:-1] + picture[2:]
    return np.asarray((down[:, :-2] + down[:, 1:-1] + down[:, 2:]) / np.float32(9), dtype=np.float32)
