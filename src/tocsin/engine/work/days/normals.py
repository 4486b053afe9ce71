"""What a source shows on a normal day and at rest, learnt from days already judged."""

import math
from collections import deque
from collections.abc import Iterable


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


class Normal:
    """The levels of one source. `running`: readings of past days at work, brought to a normal day's output; `resting`: readings
    of days at rest; the last `window` of each. `base`: share of the normal expected at rest before any was seen; `guess`: a level
    to go by before the first day at work, NaN without. The level is the `quantile` of those running.
    """

    def __init__(self, base: float, quantile: float = 0.5, window: int = 28) -> None:
        self.base = base
        self.quantile = quantile
        self.guess = float("nan")
        self.running: deque[float] = deque(maxlen=window)
        self.resting: deque[float] = deque(maxlen=window)

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

    def learn(self, value: float, working: float, output: float) -> None:
        """Takes in a reading of a day judged to have worked with probability `working`, at `output` of a normal day."""
        if working > 0.9 and output > 0.5:
            self.running.append(value / (self.base + (1.0 - self.base) * output))
        elif working < 0.1:
            self.resting.append(value)
