"""What of a crop is hidden from who may look and not decide."""

from collections.abc import Iterable
from typing import Final

from tocsin.engine.blurring import Box, BoxKind

QUALITY: Final = 80
MOST_PIXELS: Final = 4_000_000  # a crop of more is no crop: it would take the memory of whoever opens it


def hidden_boxes(size: tuple[int, int], upper: float, found: Iterable[tuple[int, int, int, int]], *, looked: bool) -> list[Box]:
    """The upper share of a person's box, and what was found in it (faces, plates: even colour); all of a crop in which nobody
    has looked for faces. `size`: width and height in pixels.

    >>> [(one.kind.value, one.height) for one in hidden_boxes((40, 100), 0.5, [(3, 4, 8, 9)], looked=True)]
    [('face', 50), ('other', 9)]
    >>> [(one.width, one.height) for one in hidden_boxes((40, 100), 0.0, [], looked=False)]
    [(40, 100)]
    """
    width, height = size
    share = upper if looked else 1.0
    boxes = [Box(BoxKind.FACE, 0, 0, width, -int(-height * share // 1))] if share else []
    return boxes + [Box(BoxKind.OTHER, *one) for one in found]
