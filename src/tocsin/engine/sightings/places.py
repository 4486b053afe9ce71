"""Whether what was seen lies in a zone of the picture."""

from collections.abc import Sequence

type Corner = tuple[float, float]


def middle(box: tuple[float, float, float, float]) -> Corner:
    """The middle of a box of left, upper, width and height.

    >>> middle((0.2, 0.4, 0.2, 0.4))
    (0.3, 0.6)
    """
    left, upper, width, height = box
    return round(left + width / 2, 9), round(upper + height / 2, 9)


def lies_in(place: Corner, corners: Sequence[Corner]) -> bool:
    """Whether a place lies in a polygon: a ray to the right crosses its edge an odd number of times (half-open edges, so that a
    corner counts once).

    >>> square = [(0.0, 0.0), (0.5, 0.0), (0.5, 0.5), (0.0, 0.5)]
    >>> lies_in((0.25, 0.25), square), lies_in((0.75, 0.25), square)
    (True, False)
    """
    x, y = place
    inside = False
    for (x1, y1), (x2, y2) in zip(corners, (*corners[1:], corners[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside
