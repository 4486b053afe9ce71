"""Text in a picture: lines out of a map of ink, signs out of a recogniser's answers, and what looks like a number plate. Pure."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.floating[Any]]
type Corner = tuple[float, float]

INK: Final = 0.3  # of the map from which on a pixel belongs to a line (DB, Liao 2019, arXiv:1911.08947)
SURE_LINE: Final = 0.5  # mean of the map over such a line
GROWN: Final = 1.6  # the map marks the middle of the signs: a line is grown by area × this / perimeter on each side
LEAST_HIGH: Final = 3  # pixels of the map; what is smaller is a speck
MOST_LINES: Final = 200
PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE: Final = re.compile(rf"([{PROVINCES}])([A-HJ-NP-Z])([A-HJ-NP-Z0-9]{{5,6}}|[A-HJ-NP-Z0-9]{{4}}[挂学警港澳])")


@dataclass(frozen=True)
class TextLine:
    """Where a line of text stands: its corners in pixels, upper left first, clockwise as it is read; how surely it is text."""

    corners: tuple[Corner, Corner, Corner, Corner]
    score: float

    @property
    def size(self) -> tuple[float, float]:
        """How long and how high it is, in pixels."""
        first, second, third, _fourth = self.corners
        return math.dist(first, second), math.dist(second, third)


def lines_of(ink: Floats) -> list[TextLine]:
    """Lines of text, from the top down; `ink` (h, w): how surely each pixel is text."""
    from scipy import ndimage  # half a second of a start, and only who reads comes here

    marks, _count = ndimage.label(ink > INK)
    found: list[TextLine] = []
    places = [one for one in ndimage.find_objects(marks) if one is not None]
    for mark, (rows, columns) in enumerate(places, start=1):
        own = marks[rows, columns] == mark
        score = float(ink[rows, columns][own].mean())
        if score < SURE_LINE:
            continue
        down, across = np.nonzero(own)
        line = _line(np.stack([across + columns.start + 0.5, down + rows.start + 0.5], axis=1), score)
        if line is not None:
            found.append(line)
    found.sort(key=lambda one: -one.score)
    return sorted(found[:MOST_LINES], key=lambda one: (one.corners[0][1], one.corners[0][0]))


def _line(points: Floats, score: float) -> TextLine | None:
    """The smallest turned rectangle around some points, grown to the whole signs; None for a speck."""
    axis = _axis(points)
    turned = points @ np.array([[axis[0], -axis[1]], [axis[1], axis[0]]])  # along the axis, across it
    low, high = turned.min(axis=0) - 0.5, turned.max(axis=0) + 0.5
    length, height = (high - low).tolist()
    if min(length, height) < LEAST_HIGH:
        return None
    grown = length * height * GROWN / (2 * (length + height))
    low, high = low - grown, high + grown
    if length < height:  # a line runs along the longer side
        axis = np.array([-axis[1], axis[0]])
        low, high = np.array([low[1], -high[0]]), np.array([high[1], -low[0]])
    if axis[0] < 0 or (abs(axis[0]) < 1e-6 and axis[1] < 0):
        axis, low, high = -axis, -high, -low
    corners = [(low[0], low[1]), (high[0], low[1]), (high[0], high[1]), (low[0], high[1])]
    back = np.array([[axis[0], axis[1]], [-axis[1], axis[0]]])
    placed = [tuple((np.array(one) @ back).tolist()) for one in corners]
    return TextLine((placed[0], placed[1], placed[2], placed[3]), round(score, 3))


def _axis(points: Floats) -> Floats:
    """The direction in which the rectangle around these points is smallest, of those along an edge of their hull."""
    from scipy.spatial import ConvexHull, QhullError

    try:
        hull = points[ConvexHull(points).vertices]
    except QhullError:  # all on a line
        across = np.ptp(points, axis=0)
        return np.asarray(across / np.hypot(*across)) if across.any() else np.array([1.0, 0.0])
    edges = np.roll(hull, -1, axis=0) - hull
    axes = edges / np.hypot(edges[:, 0], edges[:, 1])[:, None]
    along = hull @ axes.T
    over = hull @ np.stack([-axes[:, 1], axes[:, 0]])
    best: Floats = axes[int((np.ptp(along, axis=0) * np.ptp(over, axis=0)).argmin())]
    return best


def read_signs(answers: Floats, signs: Sequence[str]) -> tuple[str, float]:
    """What a recogniser read, and how surely on average: `answers` (steps, signs + 2), 0 nothing, then `signs`, last a space.

    A sign that is told step after step is one (CTC, Graves 2006).

    >>> read_signs(np.eye(4)[[0, 1, 1, 0, 1, 2, 3]], ["A", "7"])
    ('AA7 ', 1.0)
    """
    best = answers.argmax(axis=1)
    kept = (best != 0) & np.append(True, best[1:] != best[:-1])
    told = [*signs, " "]
    text = "".join(told[one - 1] for one in best[kept].tolist())
    return text, round(float(answers.max(axis=1)[kept].mean()), 3) if kept.any() else 0.0


def plate_in(text: str) -> str:
    """The number plate in a line, as GA 36 writes it; empty where there is none. I and O stand on no plate.

    >>> plate_in("鲁B·12345"), plate_in("鲁 B 1234挂"), plate_in("粤AD12345"), plate_in("危险品 DANGER")
    ('鲁B12345', '鲁B1234挂', '粤AD12345', '')
    """
    found = _PLATE.search(re.sub(r"[\s·•.\-:]", "", text.upper()))
    return found[0] if found else ""
