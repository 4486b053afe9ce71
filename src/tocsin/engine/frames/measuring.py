"""How right a detector is on pictures whose truth is known: precision and recall of each label. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tocsin.engine.frames.layouts import Detected
from tocsin.engine.frames.objects import Corners
from tocsin.engine.sightings.precision import wilson

SAME: Final = 0.5  # overlap (intersection over union) from which on a box is the true one (PASCAL VOC, Everingham 2010)


@dataclass(frozen=True)
class Truth:
    """One thing that a person marked: the number of its label, and its corners as shares of the picture."""

    label: int
    corners: Corners


@dataclass(frozen=True)
class LabelFigures:
    """Of one label: how many things there are, how many were told, how many of those are true."""

    truths: int
    told: int
    hits: int

    @property
    def precision(self) -> float | None:
        """True ones of those told; None where none was told."""
        return self.hits / self.told if self.told else None

    @property
    def precision_interval(self) -> tuple[float, float]:
        """Where the true precision lies with 95 % (Wilson)."""
        return wilson(self.hits, self.told)

    @property
    def recall(self) -> float | None:
        """Told ones of those that are there; None where none is there."""
        return self.hits / self.truths if self.truths else None

    @property
    def recall_interval(self) -> tuple[float, float]:
        """Where the true recall lies with 95 % (Wilson)."""
        return wilson(self.hits, self.truths)


def measured(pictures: Sequence[tuple[Sequence[Truth], Sequence[Detected]]], labels: int) -> list[LabelFigures]:
    """Figures of each label over pictures. In each the surest box takes the true one that it overlaps most; a second box of the
    same thing is a false one.
    """
    truths, told, hits = [0] * labels, [0] * labels, [0] * labels
    for known, found in pictures:
        open_truths = list(known)
        for one in known:
            truths[one.label] += 1
        for one_found in sorted(found, key=lambda one: -one.seen.score):
            told[one_found.label] += 1
            own = [one for one in open_truths if one.label == one_found.label]
            best = max(own, key=lambda one: overlap(one.corners, one_found.seen.corners), default=None)
            if best is not None and overlap(best.corners, one_found.seen.corners) >= SAME:
                hits[one_found.label] += 1
                open_truths.remove(best)
    return [LabelFigures(*one) for one in zip(truths, told, hits, strict=True)]


def overlap(one: Corners, other: Corners) -> float:
    """Intersection over union.

    >>> overlap((0, 0, 1, 1), (0.5, 0, 1.5, 1))
    0.3333333333333333
    """
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    if across <= 0 or down <= 0:
        return 0.0
    shared = across * down
    areas = ((each[2] - each[0]) * (each[3] - each[1]) for each in (one, other))
    return shared / (sum(areas) - shared)
