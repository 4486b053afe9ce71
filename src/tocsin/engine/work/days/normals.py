"""What a source shows on a normal day and at rest, learnt from days already judged."""

from collections import deque

import numpy as np


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
        return float(np.quantile(self.running, self.quantile)) if self.running else self.guess

    def sure(self) -> float:
        """How far the level is to be believed, 0 to 1: it grows with the days seen."""
        seen = len(self.running) + (0.0 if np.isnan(self.guess) else 1.0)
        return seen / (seen + 1.0)

    def rest(self, prior_days: float) -> float:
        """What is shown at rest, as a share of the normal; readings of its own outweigh the prior of so many days."""
        level = self.level()
        if not self.resting or not level > 0.0:
            return self.base
        own = float(np.median(self.resting)) / level
        weight = len(self.resting) / (len(self.resting) + prior_days)
        return min(weight * own + (1.0 - weight) * self.base, 0.9)

    def learn(self, value: float, working: float, output: float) -> None:
        """Takes in a reading of a day judged to have worked with probability `working`, at `output` of a normal day."""
        if working > 0.9 and output > 0.5:
            self.running.append(value / (self.base + (1.0 - self.base) * output))
        elif working < 0.1:
            self.resting.append(value)
