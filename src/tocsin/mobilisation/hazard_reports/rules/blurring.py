"""What of a photo is blurred: how far it is, and which boxes a person may decide upon. Values in, verdicts out."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from tocsin.engine.blurring import Box

MOST_BOXES: Final = 80
LEAST_SIDE: Final = 4  # pixels


class PhotoState(StrEnum):
    """How far the blurred copy of a photo is."""

    AWAITED = "awaited"  # nobody and nothing has looked at it yet
    PROPOSED = "proposed"  # the machine has, and perhaps found nothing
    UNSEEN = "unseen"  # it could not: boxes by hand only
    DECIDED = "decided"  # a person has, and the copy is there


class BoxVerdict(StrEnum):
    """Whether boxes can be blurred."""

    FITS = "fits"
    TOO_MANY = "too_many"
    TOO_SMALL = "too_small"
    OUTSIDE = "outside"


def state_of(looked: str, *, decisions: int) -> PhotoState:
    """How far a photo is. `looked`: how the machine's look ended, empty before it.

    >>> state_of("too_slow", decisions=0)
    <PhotoState.UNSEEN: 'unseen'>
    """
    if decisions:
        return PhotoState.DECIDED
    if looked in ("", "looked"):
        return PhotoState.PROPOSED if looked else PhotoState.AWAITED
    return PhotoState.UNSEEN


def judge_boxes(boxes: Sequence[Box], width: int, height: int) -> tuple[BoxVerdict, int]:
    """Whether all of them lie at least in part within a picture of that size, and else the number of the first that does not."""
    if len(boxes) > MOST_BOXES:
        return BoxVerdict.TOO_MANY, len(boxes)
    for number, box in enumerate(boxes, start=1):
        if min(box.width, box.height) < LEAST_SIDE:
            return BoxVerdict.TOO_SMALL, number
        if box.within(width, height) is None:
            return BoxVerdict.OUTSIDE, number
    return BoxVerdict.FITS, 0
