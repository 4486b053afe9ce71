"""How the power of a plant at work follows its output: in proportion, or with a share that is drawn at any rate.

Fans, furnace walls and idling drives take the same whether much is made or little: then a plant that works half as fast draws
more than half, and one that works a third faster draws less than a third more. Which of the two a plant is, days tell on which
its lines ran at another power than usual while gas, water or tanks told the rate.
"""

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.days.activity import SCALE
from tocsin.engine.work.days.figures import PowerFigures
from tocsin.engine.work.days.normals import Normal

Floats = NDArray[np.float64]
STEPS = np.where(SCALE.working, np.gradient(np.where(SCALE.working, SCALE.output, 0.0)), 0.0)  # widths of the working points


class FixedShare:
    """`chance`: how likely the plant draws `fixed_share` of its usual running power at any rate; `ran_h`: hours that it runs on a
    day at full work, its lines weighed by their power.
    """

    def __init__(self, figures: PowerFigures) -> None:
        self.figures = figures
        self.chance = figures.fixed_expected
        self.ran_h = Normal(0.0, window=figures.normal_window)

    def ran(self, hours: float) -> float:
        """`hours` of a day against those of a day at full work."""
        usual = self.ran_h.level()
        return min(hours / usual, float(SCALE.output.max())) if usual > 0.0 else 1.0

    def likely(self, run: float, ran: float, rest: float, relative: float) -> Floats:
        """Density of energy `run` while running, as a share of a normal day's, at each point, float64 (points,). `ran`: hours
        against the usual ones; `rest`, `relative`: spread at rest, and in work by its height.
        """
        in_proportion, with_fixed = self._densities(run, ran, rest, relative)
        return np.asarray((1.0 - self.chance) * in_proportion + self.chance * with_fixed)

    def learn(self, run: float, ran: float, rest: float, relative: float, flows: Floats) -> None:
        """Takes in a day at work of which `flows` tell the rate: log-likelihoods float64 (points,) of what is used or moved. Days
        with the usual power tell nothing.
        """
        figures = self.figures
        if run < figures.run_share or abs(run / max(ran, figures.run_share) - 1.0) < figures.fixed_tells:
            return
        rates = np.exp(flows - flows[SCALE.working].max()) * STEPS
        in_proportion, with_fixed = self._densities(run, ran, rest, relative)
        astray = figures.fixed_astray
        linear = float(in_proportion @ rates) + astray
        fixed = (1.0 - figures.fixed_share) * float(with_fixed @ rates) + astray
        odds = self.chance / (1.0 - self.chance) * (fixed / linear) ** figures.fixed_weight
        chance = odds / (1.0 + odds)
        self.chance = (1.0 - figures.fixed_forgets) * chance + figures.fixed_forgets * figures.fixed_expected

    def _densities(self, run: float, ran: float, rest: float, relative: float) -> tuple[Floats, Floats]:
        fixed = self.figures.fixed_share
        draws = (SCALE.output, fixed * ran + (1.0 - fixed) * SCALE.output)
        spreads = [np.hypot(rest, relative * draw) for draw in draws]
        made = [np.exp(-0.5 * ((run - draw) / spread) ** 2) / spread for draw, spread in zip(draws, spreads, strict=True)]
        return np.asarray(made[0]), np.asarray(made[1])
