"""What a source shows on a normal day and at rest, learnt from days already judged."""

import math
from collections import deque
from collections.abc import Iterable, Sequence

MAD = 1.4826  # of a normal distribution, spread over median distance from the middle


def quantile(values: Iterable[float], share: float) -> float:
    """The value below which a share of some few lies, between neighbours by line; as `np.quantile`, which is slow on so few.

    >>> quantile([3.0, 1.0, 2.0, 10.0], 0.5)
    2.5
    """
    ranked = sorted(values)
    place = share * (len(ranked) - 1)
    below = int(place)
    above = min(below + 1, len(ranked) - 1)
    return ranked[below] + (place - below) * (ranked[above] - ranked[below])


def spread_of(values: Sequence[float]) -> float:
    """Spread of the logarithm of some readings, by the median of their distances from the middle one (1.4826 times it, as of a
    normal distribution), so that few strange ones don't widen it.

    >>> round(spread_of([98.0, 99.0, 100.0, 101.0, 500.0]), 4)
    0.0149
    """
    middle = max(quantile(values, 0.5), 1e-9)
    return MAD * quantile((abs(math.log(max(value / middle, 0.01))) for value in values), 0.5)


def blended(own: float, days: int, usual: float, usual_days: float) -> float:
    """One spread from that of `days` days and one that is worth `usual_days`.

    >>> blended(0.05, 0, 0.2, 5.0), round(blended(0.05, 15, 0.2, 5.0), 3)
    (0.2, 0.109)
    """
    return math.sqrt((days * own**2 + usual_days * usual**2) / (days + usual_days))


class Normal:
    """The levels of one source. `running`: readings of past days at work, brought to a normal day's output; `resting`: readings
    of days on which the plant was shut; the last `window` of each. `base`: share of the normal expected at rest before any
    was seen; `guess`: a level to go by before the first day at work, NaN without. The level is the `quantile` of those running.
    """

    def __init__(self, base: float, quantile: float = 0.5, window: int = 28) -> None:
        self.base = base
        self.quantile = quantile
        self.guess = float("nan")
        self.running: deque[float] = deque(maxlen=window)
        self.resting: deque[float] = deque(maxlen=window)
        self._spread = -1.0

    def level(self) -> float:
        """What is shown on a normal day; NaN while unknown."""
        return quantile(self.running, self.quantile) if self.running else self.guess

    def sure(self) -> float:
        """How far the level is to be believed, 0 to 1: it grows with the days seen."""
        seen = len(self.running) + (0.0 if math.isnan(self.guess) else 1.0)
        return seen / (seen + 1.0)

    def rest(self, prior_days: float) -> float:
        """What is shown at rest, as a share of the normal; readings of its own outweigh the prior of so many days."""
        level = self.level()
        if not self.resting or not level > 0.0:
            return self.base
        own = quantile(self.resting, 0.5) / level
        weight = len(self.resting) / (len(self.resting) + prior_days)
        return min(weight * own + (1.0 - weight) * self.base, 0.9)

    def spread(self, usual: float, usual_days: float) -> float:
        """Spread of the logarithm of a reading at work: as this source showed it, and as is `usual`, worth so many days."""
        if self.running and self._spread < 0.0:
            self._spread = spread_of(self.running)
        return blended(self._spread, len(self.running), usual, usual_days)

    def learn(self, value: float, stopped: float, working: float, output: float) -> None:
        """Takes in a reading of a day judged to have worked with probability `working`, at `output` of a normal day, and to have
        been shut with probability `stopped`: furnaces kept hot, or a crew, are no rest.
        """
        if working > 0.9 and output > 0.5:
            self.running.append(value / (self.base + (1.0 - self.base) * output))
            self._spread = -1.0
        elif working < 0.1 and stopped > 0.5:
            self.resting.append(value)
