"""Policy figures of the load that stands for production."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LoadFigures:
    """Shares are of the normal running level of a line; hours and days as named.

    A quarter runs from `running_share` on (`mixed_running_share` where other loads hang on the curve too) and goes on running
    down to `still_running_share`, of the mixed by as much; between `low_share` and there it is low: stand-by, or work at a low
    rate. `noise_times`: excess over rest must also be so many times what rest itself wanders. `learning_days`: producing days
    that the normal level is taken from, and `normal_quantile` which of them; a day counts as producing after `producing_h` of
    running. `prior_days`: how long the first days may still set the levels afresh. `rated_running`: normal running level of a
    process meter as a share of its rated power, before anything was seen; `total_running` and `total_rest` the same of a grid
    connection. `memory_h`: how long the rest level remembers. `heated_below_c`, `cooled_above_c`: the rest level may rise with
    cold below the one and with warmth above the other. `solar_yield`: kW per kWp at 1,000 W/m2. `stuck_h`: a reading that stands
    still for so long says nothing. `routine_times`: a protective device that runs by itself for so many times its longest run
    before is a sign of work. `scale_limit`: readings beyond so many times the rated power are a wrong multiplier.
    """

    running_share: float = 0.30
    mixed_running_share: float = 0.35
    still_running_share: float = 0.24
    low_share: float = 0.05
    noise_times: float = 3.0
    learning_days: int = 60
    normal_quantile: float = 0.6
    producing_h: float = 2.0
    prior_days: int = 7
    rated_running: float = 0.6
    total_running: float = 0.45
    total_rest: float = 0.10
    memory_h: float = 1000.0
    heated_below_c: float = 15.0
    cooled_above_c: float = 5.0
    solar_yield: float = 0.75
    stuck_h: float = 3.0
    routine_times: float = 1.5
    scale_limit: float = 2.5
