"""How right a detector is on pictures whose truth is known: precision and recall of each label. Pure."""

from collections.abc import Iterable, Sequence
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


@dataclass(frozen=True)
class Mistake:
    """One thing that was told and is not there (`missed` False), or that is there and was not told."""

    label: int
    corners: Corners
    missed: bool


def measured(pictures: Iterable[tuple[Sequence[Truth], Sequence[Detected]]], labels: int) -> list[LabelFigures]:
    """Figures of each label over pictures. In each the surest box takes the true one that it overlaps most; a second box of the
    same thing is a false one.
    """
    truths, told, hits = [0] * labels, [0] * labels, [0] * labels
    for known, found in pictures:
        for one in known:
            truths[one.label] += 1
        for each in found:
            told[each.label] += 1
        for _truth, hit in _pairs(known, found):
            hits[hit.label] += 1
    return [LabelFigures(*one) for one in zip(truths, told, hits, strict=True)]


def mistakes(known: Sequence[Truth], found: Sequence[Detected]) -> list[Mistake]:
    """What is wrong in one picture: first what was told and is not there, then what was missed."""
    pairs = _pairs(known, found)
    true_ones, hits = [id(truth) for truth, _hit in pairs], [id(hit) for _truth, hit in pairs]
    false_ones = [Mistake(one.label, one.seen.corners, missed=False) for one in found if id(one) not in hits]
    return false_ones + [Mistake(one.label, one.corners, missed=True) for one in known if id(one) not in true_ones]


def confusion(pictures: Iterable[tuple[Sequence[Truth], Sequence[Detected]]], labels: int) -> list[list[int]]:
    """How often what is there (rows) was told as what (columns); the last of both is nothing. Boxes are matched whatever their
    labels, so that a helmet that was told as a bare head stands in one cell and not in two.

    >>> from tocsin.engine.frames.objects import Seen
    >>> confusion([([Truth(0, (0, 0, 1, 1))], [Detected(1, Seen((0, 0, 1, 1), 0.9))])], 2)
    [[0, 1, 0], [0, 0, 0], [0, 0, 0]]
    """
    counts = [[0] * (labels + 1) for _row in range(labels + 1)]
    for known, found in pictures:
        pairs = _pairs(known, found, any_label=True)
        for truth, hit in pairs:
            counts[truth.label][hit.label] += 1
        true_ones, hits = [id(truth) for truth, _hit in pairs], [id(hit) for _truth, hit in pairs]
        for one in known:
            counts[one.label][labels] += id(one) not in true_ones
        for each in found:
            counts[labels][each.label] += id(each) not in hits
    return counts


def _pairs(known: Sequence[Truth], found: Sequence[Detected], *, any_label: bool = False) -> list[tuple[Truth, Detected]]:
    """True things with the boxes that tell them, the surest boxes first."""
    pairs, open_truths = [], list(known)
    for each in sorted(found, key=lambda one: -one.seen.score):
        own = [one for one in open_truths if any_label or one.label == each.label]
        best = max(own, key=lambda one: (overlap(one.corners, each.seen.corners), one.label == each.label), default=None)
        if best is not None and overlap(best.corners, each.seen.corners) >= SAME:
            pairs.append((best, each))
            open_truths = [one for one in open_truths if one is not best]
    return pairs


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
