"""Whether a person stands or lies: the axis of the body as a pose detector tells it."""

import math
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.floating[Any]]

POSE_SIDE: Final = 224  # pixels of the detector's input, both sides
_LAYERS: Final = ((8, 2), (16, 2), (32, 6))  # pixels a cell, boxes a cell
BODY_MARGIN: Final = 1.25  # of the circle around a body


@cache
def pose_anchors() -> Floats:
    """The 2,254 places from which the detector measures, across and down, as shares of its input.

    >>> pose_anchors().shape
    (2254, 2)
    """
    rows: list[tuple[float, float]] = []
    for stride, boxes in _LAYERS:
        cells = POSE_SIDE // stride
        middles = [(column + 0.5) / cells for column in range(cells)]
        rows += [(x, y) for y in middles for x in middles for _ in range(boxes)]
    return np.array(rows)


@dataclass(frozen=True)
class Body:
    """A body in a square picture: the middle of the hips and half the size of a square around it, as shares of the side; by how
    many degrees its axis is turned from upright (positive: clockwise, head to the right), and how sure the detector is.
    """

    hips: tuple[float, float]
    reach: float
    turned_deg: float
    score: float


def surest_body(encoded: Floats, logits: Floats) -> Body:
    """The surest body. `encoded` (2254, 12): box and four key points in pixels of the input against the anchors. The first is
    the middle of the hips, the second lies where the circle around the body meets its axis (BlazePose, arXiv:2006.10204).
    """
    row = int(logits.argmax())
    points = encoded[row, 4:8].reshape(2, 2) / POSE_SIDE + pose_anchors()[row]
    (hip_x, hip_y), (top_x, top_y) = points.tolist()
    across, down = top_x - hip_x, top_y - hip_y
    score = 1 / (1 + math.exp(-max(-80.0, min(80.0, float(logits[row])))))
    return Body((hip_x, hip_y), math.hypot(across, down) * BODY_MARGIN, math.degrees(math.atan2(across, -down)), score)


def lies(body: Body, least_deg: float) -> bool:
    """Whether its axis is turned so far from upright; upside down counts as lying.

    >>> lies(Body((0.5, 0.5), 0.3, -88.0, 0.9), 55.0), lies(Body((0.5, 0.5), 0.3, 20.0, 0.9), 55.0)
    (True, False)
    """
    return abs(body.turned_deg) >= least_deg
