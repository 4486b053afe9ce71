"""Where a picture shows a face or what may be a number plate, and how that is made unreadable. Pure: arrays in, values out."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.floating[Any]]
type Colours = NDArray[np.uint8]

STRIDE: Final = 4  # pixels of the picture for each cell of CenterFace's maps
SURE_FACE: Final = 0.35  # of CenterFace's heat; its authors draw at 0.5: a face left out costs more than a box too many
SAME_FACE: Final = 0.3  # overlap of two boxes (intersection over union) from which on they are one face
FACE_MARGIN: Final = 0.2  # of the box, on each side: ears, hair and chin
INK: Final = 0.3  # of the map of text from which on a pixel belongs to a line of it
SURE_TEXT: Final = 0.5  # mean of the map over such a line
TEXT_MARGIN: Final = 0.6  # of its height on each side: the map marks the middle of the signs (DB, Liao 2019)
LEAST_HIGH: Final = 3  # pixels of the map; what is smaller is a speck
PLATE_LONG: Final = (1.2, 9.0)  # how many times as wide as high a line on a plate is: GA 36 has 440 × 140 and 440 × 220 mm
PLATE_HIGH: Final = 0.25  # of the picture's height; higher lines are signs of shops
MOST: Final = 40  # boxes of a kind that are proposed, the surest first
BLOCKS: Final = 4  # a face has so many blocks at most on its longer side
SHADES: Final = 16  # of each colour of a block
FILLED_BELOW: Final = 48  # pixels of the shorter side: a smaller face becomes one block


class BoxKind(StrEnum):
    """What a box hides."""

    FACE = "face"
    PLATE = "plate"
    OTHER = "other"  # a name badge, a tattoo, a screen: what a person marks


@dataclass(frozen=True)
class Box:
    """A part of a picture, in its pixels from the upper left corner. `score`: how sure the model is; 0: a person drew it."""

    kind: BoxKind
    left: int
    top: int
    width: int
    height: int
    score: float = 0.0

    def within(self, width: int, height: int) -> "Box | None":
        """What of it lies in a picture of that size; None where nothing does.

        >>> Box(BoxKind.FACE, -5, 10, 20, 20).within(100, 20)
        Box(kind=<BoxKind.FACE: 'face'>, left=0, top=10, width=15, height=10, score=0.0)
        """
        left, top = max(self.left, 0), max(self.top, 0)
        right, bottom = min(self.left + self.width, width), min(self.top + self.height, height)
        if right <= left or bottom <= top:
            return None
        return Box(self.kind, left, top, right - left, bottom - top, self.score)


def faces_of(heat: Floats, scale: Floats, offset: Floats) -> list[Box]:
    """Faces from CenterFace's maps, the surest first: `heat` (h, w), `scale` and `offset` (2, h, w), vertical before horizontal.

    A cell of heat is the middle of a face; exp(scale) × 4 is its size and offset moves the middle (Xu 2020, arXiv:1911.03599).
    """
    rows, columns = np.nonzero(heat > SURE_FACE)
    if not rows.size:
        return []
    scores = heat[rows, columns]
    sizes = np.exp(scale[:, rows, columns]) * STRIDE
    middles = (np.stack([rows, columns]) + offset[:, rows, columns] + 0.5) * STRIDE
    near, far = middles - sizes / 2, middles + sizes / 2
    order = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    for one in order.tolist():
        if len(kept) == MOST:
            break
        if not kept or _overlap(near[:, one], far[:, one], near[:, kept], far[:, kept]).max() < SAME_FACE:
            kept.append(one)
    found = []
    for one in kept:
        (top, left), (height, width) = near[:, one].tolist(), sizes[:, one].tolist()
        found.append(_grown(BoxKind.FACE, (left, top), (width, height), FACE_MARGIN * max(width, height), scores[one]))
    return found


def _overlap(near: Floats, far: Floats, nears: Floats, fars: Floats) -> Floats:
    shared = np.minimum(far[:, None], fars) - np.maximum(near[:, None], nears)
    both = np.where((shared > 0).all(axis=0), shared.prod(axis=0), 0.0)
    whole: Floats = (far - near).prod() + (fars - nears).prod(axis=0) - both
    share: Floats = both / whole
    return share


def plates_of(ink: Floats) -> list[Box]:
    """Lines of text that may stand on a number plate, the surest first; `ink` (h, w): how surely each pixel is text.

    No model that finds plates lies in any package: what is text, and as long as a plate's line, is proposed; a person decides.
    """
    from scipy import ndimage  # half a second of a start, and only who looks comes here

    marks, count = ndimage.label(ink > INK)
    found = []
    places = [one for one in ndimage.find_objects(marks, count) if one is not None]  # each number of `label` has a place
    for mark, place in enumerate(places, start=1):
        rows, columns = place
        height, width = rows.stop - rows.start, columns.stop - columns.start
        score = float(ink[place][marks[place] == mark].mean())
        margin = TEXT_MARGIN * height
        high, long = height + 2 * margin, width + 2 * margin
        if height < LEAST_HIGH or score < SURE_TEXT or high > PLATE_HIGH * ink.shape[0]:
            continue
        if PLATE_LONG[0] <= long / high <= PLATE_LONG[1]:
            found.append(_grown(BoxKind.PLATE, (columns.start, rows.start), (width, height), margin, score))
    return sorted(found, key=lambda one: -one.score)[:MOST]


def _grown(kind: BoxKind, corner: tuple[float, float], size: tuple[float, float], margin: float, score: float) -> Box:
    """A box of these and a margin on each side, in whole pixels that hide no less."""
    left, top = (math.floor(round(one - margin, 2)) for one in corner)
    right, bottom = (math.ceil(round(near + one + margin, 2)) for near, one in zip(corner, size, strict=True))
    return Box(kind, left, top, right - left, bottom - top, round(float(score), 3))


def scaled(box: Box, horizontal: float, vertical: float) -> Box:
    """The box in a picture so many times as large, no smaller than it was.

    >>> scaled(Box(BoxKind.FACE, 3, 3, 5, 5), 1.5, 2.0)
    Box(kind=<BoxKind.FACE: 'face'>, left=4, top=6, width=8, height=10, score=0.0)
    """
    left, top = int(np.floor(box.left * horizontal)), int(np.floor(box.top * vertical))
    right, bottom = np.ceil((box.left + box.width) * horizontal), np.ceil((box.top + box.height) * vertical)
    return Box(box.kind, left, top, int(right) - left, int(bottom) - top, box.score)


def blur(picture: Colours, boxes: list[Box]) -> Colours:
    """A copy of the picture, uint8 (height, width, 3), in which nothing in a box can be read, nor found out again.

    A face becomes at most 4 × 4 blocks, each the mean of its pixels in 16 shades a colour, smoothed over. Anything else, and a
    small face, becomes one even colour: signs are few, and whoever knows the font tries all of them against blocks.
    What stands in a box is a function of those means alone, taken from the picture as it was.
    """
    blurred = picture.copy()
    height, width = picture.shape[:2]
    known = [one for box in boxes if (one := box.within(width, height)) is not None]
    for box in sorted(known, key=lambda one: one.kind is not BoxKind.FACE):  # even colours come last, above faces
        part = (slice(box.top, box.top + box.height), slice(box.left, box.left + box.width))
        small = box.kind is not BoxKind.FACE or min(box.width, box.height) < FILLED_BELOW
        blurred[part] = smoothed(coarse(picture[part], 1 if small else BLOCKS), box.height, box.width)
    return blurred


def coarse(part: Colours, most: int) -> Colours:
    """The means of at most `most` × `most` blocks of about one shape, in few shades."""
    height, width = part.shape[:2]
    longer = max(height, width)
    down, across = (min(side, max(1, round(most * side / longer))) for side in (height, width))
    rows, columns = (np.linspace(0, side, count + 1).astype(int) for side, count in ((height, down), (width, across)))
    sums = np.add.reduceat(np.add.reduceat(part.astype(np.float64), rows[:-1], axis=0), columns[:-1], axis=1)
    means = sums / np.outer(np.diff(rows), np.diff(columns))[:, :, None]
    step = 256 // SHADES
    return np.asarray(means // step * step + step // 2, dtype=np.uint8)


def smoothed(blocks: Colours, height: int, width: int) -> Colours:
    """Blocks as a picture of that size, each passing evenly into its neighbours."""
    down, across = (
        np.clip((np.arange(side) + 0.5) * count / side - 0.5, 0, count - 1)
        for side, count in ((height, blocks.shape[0]), (width, blocks.shape[1]))
    )
    above, before = down.astype(int), across.astype(int)
    below, after = np.minimum(above + 1, blocks.shape[0] - 1), np.minimum(before + 1, blocks.shape[1] - 1)
    share_down, share_across = (down - above)[:, None, None], (across - before)[None, :, None]
    known = blocks.astype(np.float64)
    upper = known[above][:, before] * (1 - share_across) + known[above][:, after] * share_across
    lower = known[below][:, before] * (1 - share_across) + known[below][:, after] * share_across
    return np.asarray(np.rint(upper * (1 - share_down) + lower * share_down), dtype=np.uint8)
