"""From the numbers of an object detector to boxes: anchors of SSD, tiles of a wide picture, and one box for one thing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.floating[Any]]
type Corners = tuple[float, float, float, float]
"""Left, upper, right, lower, as shares of the picture."""

SSD_SIDE: Final = 300  # pixels of the input, both sides
_STRIDES: Final = (16, 32, 64, 128, 256, 512)
_LEAST, _MOST = 0.2, 0.95  # scales of the first and the last layer
_ASPECTS: Final = (1.0, 2.0, 0.5, 3.0, 0.3333)
_CENTRE_VARIANCE: Final = 10.0
_SIZE_VARIANCE: Final = 5.0
SAME_THING: Final = 0.5  # overlap of two boxes from which on they are one thing
SAME_INSIDE: Final = 0.8  # share of the smaller box that lies in the larger one: a torso in its person


@dataclass(frozen=True)
class Seen:
    """One thing that a detector saw; `corners` as shares of the picture, `score` 0 to 1."""

    corners: Corners
    score: float

    @property
    def box(self) -> Corners:
        """Left, upper, width, height, cut to the picture."""
        left, upper, right, lower = (min(max(part, 0.0), 1.0) for part in self.corners)
        return left, upper, right - left, lower - upper


@cache
def ssd_anchors() -> Floats:
    """The 1,917 boxes that SSD with MobileNet begins from: middle across, middle down, width, height, as shares of its input.

    Six layers; three boxes a cell in the first, six in the others (Liu 2016, arXiv:1512.02325, as in TensorFlow's).

    >>> ssd_anchors().shape
    (1917, 4)
    """
    last = len(_STRIDES) - 1
    scales = [_LEAST + (_MOST - _LEAST) * layer / last for layer in range(last + 1)]
    rows: list[tuple[float, float, float, float]] = []
    for layer, stride in enumerate(_STRIDES):
        scale, following = scales[layer], 1.0 if layer == last else scales[layer + 1]
        shapes = [(scale * math.sqrt(one), scale / math.sqrt(one)) for one in _ASPECTS]
        shapes = [(0.1, 0.1), shapes[1], shapes[2]] if layer == 0 else [*shapes, (math.sqrt(scale * following),) * 2]
        cells = math.ceil(SSD_SIDE / stride)
        middles = [(column + 0.5) / cells for column in range(cells)]
        rows += [(x, y, wide, high) for y in middles for x in middles for wide, high in shapes]
    return np.array(rows)


def ssd_boxes(encoded: Floats, logits: Floats, classes: Sequence[int], least: float) -> list[Seen]:
    """What SSD saw of these classes, the surest first, one box a thing, as shares of its input.

    `encoded` (1917, 4): offset down, across, growth down, across, against the anchors. `logits` (1917, classes), 0: nothing.
    """
    scores = 1 / (1 + np.exp(-logits[:, list(classes)].max(axis=1)))
    rows = np.nonzero(scores >= least)[0]
    anchors, chosen = ssd_anchors()[rows], encoded[rows]
    middle_y = chosen[:, 0] / _CENTRE_VARIANCE * anchors[:, 3] + anchors[:, 1]
    middle_x = chosen[:, 1] / _CENTRE_VARIANCE * anchors[:, 2] + anchors[:, 0]
    half_high = np.exp(chosen[:, 2] / _SIZE_VARIANCE) * anchors[:, 3] / 2
    half_wide = np.exp(chosen[:, 3] / _SIZE_VARIANCE) * anchors[:, 2] / 2
    corners = np.stack([middle_x - half_wide, middle_y - half_high, middle_x + half_wide, middle_y + half_high], axis=1)
    found = [Seen((box[0], box[1], box[2], box[3]), float(scores[row])) for box, row in zip(corners.tolist(), rows, strict=True)]
    return one_each(found)


def one_each(found: Sequence[Seen]) -> list[Seen]:
    """The surest box of each thing: what overlaps it, or lies in it, is the same thing.

    >>> [one.score for one in one_each([Seen((0, 0, 0.5, 1), 0.5), Seen((0.02, 0, 0.5, 1), 0.7), Seen((0.6, 0, 1, 1), 0.4)])]
    [0.7, 0.4]
    """
    kept: list[Seen] = []
    for one in sorted(found, key=lambda each: -each.score):
        if not any(_is_same(one.corners, other.corners) for other in kept):
            kept.append(one)
    return kept


def _is_same(one: Corners, other: Corners) -> bool:
    shared = max(0.0, min(one[2], other[2]) - max(one[0], other[0])) * max(0.0, min(one[3], other[3]) - max(one[1], other[1]))
    if not shared:
        return False
    first, second = ((each[2] - each[0]) * (each[3] - each[1]) for each in (one, other))
    return shared / (first + second - shared) >= SAME_THING or shared / min(first, second) >= SAME_INSIDE


def tiles(width: int, height: int) -> list[Corners]:
    """The parts of a picture that are looked at: all of it, and squares along its longer side that overlap by half or less.

    A person who is 40 pixels high in a picture 1,920 wide is 6 in an input of 300; in a square of 1,080 it is 11.

    >>> tiles(100, 100)
    [(0.0, 0.0, 1.0, 1.0)]
    >>> len(tiles(1920, 1080))
    4
    """
    whole = (0.0, 0.0, 1.0, 1.0)
    shorter, longer = sorted((width, height))
    if longer < 1.2 * shorter:
        return [whole]
    count = math.ceil((longer - shorter) / (shorter / 2)) + 1
    share = shorter / longer
    starts = [(1 - share) * number / (count - 1) for number in range(count)]
    if width >= height:
        return [whole, *((start, 0.0, start + share, 1.0) for start in starts)]
    return [whole, *((0.0, start, 1.0, start + share) for start in starts)]


def in_the_whole(seen: Seen, tile: Corners) -> Seen:
    """A box of a tile as one of the whole picture."""
    left, upper, right, lower = tile
    wide, high = right - left, lower - upper
    box = seen.corners
    return Seen((left + box[0] * wide, upper + box[1] * high, left + box[2] * wide, upper + box[3] * high), seen.score)
