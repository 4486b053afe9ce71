"""The figures by which meters and devices are judged; their shipped values and what speaks for each stand in the policy text."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MeterFigures:
    """When the readings of a meter are not to be trusted.

    `trouble_h`: so long must readings be missing or estimated; `unread_share`: least share of such quarters in it; `join_h`: read
    quarters between unread ones that don't end it; `history_d`: days looked back for what is usual; `usual_h`: least measured
    hours that make a habit. `negative_h`: so long below zero without a sun; `negative_share`: of the usual high level, what is
    more than noise around zero; `dark_w_m2`: below it no own generation feeds in. `stuck_h`: least time of one and the same
    value; `stuck_odds`: natural logarithm of the chance that a moving load stands so long; `stuck_times`: of the longest
    standstill seen at that level; `stuck_steps`: steps of the display below which a reading stands by rounding alone. `over`:
    times the usual highest and the rated power that no load reaches; `over_quarters`: so many in two hours; `over_rest_h`: so
    long without one ends it; `level`: times the usual low and high level after a booked change (and its inverse).
    """

    trouble_h: float = 24.0
    unread_share: float = 0.7
    join_h: float = 2.0
    history_d: float = 28.0
    usual_h: float = 72.0
    negative_h: float = 1.5
    negative_share: float = 0.02
    dark_w_m2: float = 5.0
    stuck_h: float = 6.0
    stuck_odds: float = -25.0
    stuck_times: float = 3.0
    stuck_steps: float = 6.0
    over: float = 1.35
    over_quarters: int = 4
    over_rest_h: float = 24.0
    level: float = 1.6
    probability: float = 0.9
