"""What a source shows on a normal day and at rest, learnt from days already judged."""

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from tocsin.engine.work.days.figures import DayFigures


@dataclass(eq=False)
class Normal:
    """The levels of one channel. `running`: readings of past days at work brought to a normal day's output; `resting`: readings
    of days at rest; `seen`: all readings, while nothing else is known.
    """

    base: float
    quantile: float = 0.5
    running: deque[float] = field(default_factory=lambda: deque(maxlen=60))
    resting: deque[float] = field(default_factory=lambda: deque(maxlen=28))
    seen: deque[float] = field(default_factory=lambda: deque(maxlen=28))

    def level(self) -> float:
        """What is shown on a normal day; NaN while unknown."""
        return float(np.quantile(self.running, self.quantile)) if self.running else float("nan")

    def rest(self, figures: DayFigures) -> float:
        """What is shown at rest, as a share of the normal; a few readings of its own outweigh the prior."""
        level = self.level()
        if not self.resting or not level > 0.0:
            return self.base
        own = float(np.median(self.resting)) / level
        weight = len(self.resting) / (len(self.resting) + figures.base_prior)
        return min(weight * own + (1.0 - weight) * self.base, 0.9)

    def learn(self, value: float, working: float, output: float) -> None:
        """Takes in a reading of a day judged to have worked with probability `working`, at `output` of a normal day."""
        self.seen.append(value)
        if working > 0.9 and output > 0.5:
            rest = self.base
            self.running.append(value / (rest + (1.0 - rest) * output))
        elif working < 0.1:
            self.resting.append(value)
