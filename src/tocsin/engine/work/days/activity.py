"""The scale of activity on which all evidence of a day is weighed: rest, readiness and rates of output."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.firm import WorkState

PARTIAL_FROM, FULL_FROM, OVER_FROM = 0.05, 0.70, 1.15  # output of a day by that of a normal one; the states' definition
STATES = (WorkState.STOPPED, WorkState.IDLE, WorkState.PARTIAL, WorkState.FULL, WorkState.OVER)
STOPPED, IDLE, PARTIAL, FULL, OVER = range(5)


@dataclass(frozen=True, eq=False)
class Scale:
    """Points of the scale. `state`: index into `STATES`; `output`: share of a normal day's; `draw`: share of its power above
    rest (machines that stand ready draw without output); `overhaul`: 1 where the plant is being overhauled; `hot`: 1 where its
    furnaces are kept hot without goods. All of one length.
    """

    state: NDArray[np.intp]
    output: NDArray[np.float64]
    draw: NDArray[np.float64]
    overhaul: NDArray[np.bool_]
    hot: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.state)

    @property
    def working(self) -> NDArray[np.bool_]:
        """Points at which the firm works: partial, full or over."""
        return self.state >= PARTIAL


def _scale() -> Scale:
    hot_draw = [0.10, 0.15, 0.20, 0.25, 0.30, 0.35, 0.40]
    idle_draw = [0.0, 0.02, 0.04, 0.025, 0.045, 0.07, 0.10, 0.13, 0.16, 0.20]
    idle_output = [0.0, 0.02, 0.04, *[0.0] * 7]
    partial = [0.055, 0.065, 0.08, 0.10, 0.12, *np.arange(0.15, 0.70, 0.05), 0.69]
    full = [0.71, 0.75, 0.80, 0.85, 0.90, 0.95, 1.0, 1.05, 1.10, 1.14]
    over = [1.16, 1.20, 1.25, 1.30, 1.40, 1.55, 1.75, 2.0, 2.4]
    # rest, overhaul (nearly nothing drawn), furnaces kept hot, readiness, then rates of output
    output = [0.0, 0.0, 0.0, *[0.0] * len(hot_draw), *idle_output, *partial, *full, *over]
    draw = [0.0, 0.0, 0.04, *hot_draw, *idle_draw, *partial, *full, *over]
    idle = len(hot_draw) + len(idle_output)
    state = [STOPPED, IDLE, IDLE, *[IDLE] * idle, *[PARTIAL] * len(partial), *[FULL] * len(full), *[OVER] * len(over)]
    place = np.arange(len(output))
    hot = (place >= 3) & (place < 3 + len(hot_draw))
    return Scale(np.array(state), np.array(output), np.array(draw), (place == 1) | (place == 2), hot)


SCALE = _scale()
