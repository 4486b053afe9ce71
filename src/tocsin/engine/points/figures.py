"""What a city may choose about points, as values. Points are whole hundredths of a point, so that sums are exact."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

MOST: Final = 10_000
"""The highest score, in hundredths."""


class Part(IntEnum):
    """The five parts of the score, in the order of their lines."""

    TASKS = 0
    HAZARDS = 1
    MONITORING = 2
    PERSONS = 3
    COMMITMENTS = 4


@dataclass(frozen=True)
class PartFigures:
    """`weight` is the part's share of the whole. Where nothing of the part is asked of an object, `not_asked` (0-1) stands for
    it, or, where that is None, its weight goes to the other parts.
    """

    weight: float
    not_asked: float | None


@dataclass(frozen=True)
class Deduction:
    """`hundredths` taken at first, fading evenly to nothing over `decay_days`, counted from the beginning or, where it stays
    whole while it lasts, from its end.
    """

    hundredths: int
    decay_days: int
    whole_while_open: bool = False


@dataclass(frozen=True)
class Figures:
    """All that one version of the policy says about scores and colours.

    `bands` are the lowest hundredths of yellow, blue and green; `red_lines` the kinds of fact that make red until they end.
    """

    parts: tuple[PartFigures, PartFigures, PartFigures, PartFigures, PartFigures]
    late_credit: float
    ordinary_overdue: float
    major_overdue: float
    no_check: float
    online_share: float
    least_known: float
    start_hundredths: int
    start_days: int
    bands: tuple[int, int, int]
    step_days: int
    feedback_on_time: int
    feedback_late: int
    feedback_missed: int
    deductions: Mapping[str, Deduction]
    red_lines: frozenset[str]

    def __post_init__(self) -> None:
        weights = [one.weight for one in self.parts]
        if not (abs(sum(weights) - 1) <= 1e-9 and min(weights) >= 0):
            raise ValueError(f"the weights of the five parts must be 0 or more and sum to 1, not {sum(weights):g}")
        yellow, blue, green = self.bands
        if not 0 < yellow < blue < green <= MOST:
            raise ValueError(
                f"bands must rise within 0 and 100: yellow {yellow / 100:g}, blue {blue / 100:g}, green {green / 100:g}"
            )
        shares = (self.late_credit, self.ordinary_overdue, self.major_overdue, self.no_check, self.online_share)
        given = [one.not_asked for one in self.parts if one.not_asked is not None]
        if not all(0 <= one <= 1 for one in (*shares, *given, self.least_known)):
            raise ValueError("shares lie between 0 and 1")
        if self.step_days < 1 or self.start_days < 1 or not 0 <= self.start_hundredths <= MOST:
            raise ValueError("step_days and start_days are 1 or more, the start lies between 0 and 100")
        if any(one.hundredths < 0 or one.decay_days < 1 for one in self.deductions.values()):
            raise ValueError("a deduction takes 0 points or more and fades over 1 day or more")
