"""The figures by which meters and devices are judged; what each means, and what speaks for it, stands in the policy
`supervision/work/policy/devices.toml`. The values here are the shipped ones.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class MeterFigures:
    """When the readings of a meter are not to be trusted."""

    trouble_h: float = 24.0
    unread_share: float = 0.7
    join_h: float = 2.0
    history_d: float = 28.0
    usual_h: float = 168.0
    negative_h: float = 1.5
    negative_share: float = 0.02
    dark_w_m2: float = 5.0
    stuck_h: float = 6.0
    stuck_pairs: int = 72
    stuck_odds: float = -25.0
    stuck_times: float = 3.0
    stuck_steps: float = 6.0
    over: float = 1.8
    used: float = 0.3
    over_quarters: int = 4
    over_rest_h: float = 24.0
    level: float = 1.6
    balance: float = 0.85
    balance_load: float = 0.1
    balance_h: float = 1.0
    step_load: float = 0.15
    step_quarters: int = 4
    steps: int = 12
    moves: float = 1.5
    probability: float = 0.95


@dataclass(frozen=True)
class ProtectiveFigures:
    """When a line runs without the device that protects it."""

    history_d: float = 28.0
    longer_d: float = 90.0
    learn_quarters: int = 24
    learn_days: int = 2
    load: float = 0.2
    standby_even: float = 0.05
    kept: float = 0.9
    slipped: float = 0.1
    slipped_within: float = 0.03
    off: float = 0.38
    at_work: float = 0.36
    quarters: int = 3
    join_quarters: int = 4
    start_quarters: int = 1
    start_unknown: int = 6
    lapse_quarters: int = 8
    lapse_often: int = 3
    lapse_quantile: float = 0.95
    lapse_times: float = 1.5
    steady_low: float = 0.7
    alike: int = 5
    carried: float = 0.7
    sure: float = 0.93
    unsure: float = 0.6
    doubtful: float = 0.3


@dataclass(frozen=True)
class EssentialFigures:
    """When an essential load is lost."""

    gone: float = 0.03
    quarters: int = 3
    low: float = 0.2
    low_quarters: int = 6
    sunk: float = 0.3
    trades: tuple[str, ...] = ("cold_store", "mine")
    history_d: float = 45.0
    failure_h: float = 12.0
    learn_d: float = 3.0
    dead: float = 0.002
    voices: int = 2
    probability: float = 0.95


@dataclass(frozen=True)
class StopFigures:
    """When a plant stops suddenly."""

    producing: float = 0.2
    producing_total: float = 0.4
    fit: float = 1.3
    before_quarters: int = 3
    steady: float = 0.6
    steady_quarters: int = 12
    run_share: float = 0.5
    line_left: float = 0.35
    small_line: float = 0.08
    low_share: float = 0.3
    hold_quarters: int = 16
    hold_often: int = 14
    step: float = 0.6
    fall: float = 0.8
    fall_total: float = 0.65
    nearly_nothing: float = 0.05
    held_fall: float = 0.55
    held_even: float = 0.12
    held_back: float = 1.3
    quarters: int = 6
    quarters_total: int = 8
    cut_quarters: int = 12
    cut_after_quarters: int = 4
    cut_still_quarters: int = 3
    cut_goes_on: float = 0.5
    cut_chance: float = 0.85
    noon_h: tuple[float, float] = (11.0, 13.0)
    noon_quarters: int = 6
    longest_wait: int = 10
    back: float = 0.4
    longest_quarters: int = 32
    turn_min: int = 45
    change_min: int = 10
    ahead_d: int = 1
    history_d: float = 28.0
    least_days: int = 4
    goes_on: float = 0.85
    around_quarters: int = 4
    pause_quarters: int = 16
    often: int = 3
    sudden_a_day: float = 0.012
    ordinary_before: float = 0.6
    ordinary_together: float = 0.25
    repairs_before: float = 3.0
    repair_h: float = 2.0
    ordinary_days: float = 20.0
    near_end_h: float = 3.0
    near_end: float = 0.2
    others_left: float = 0.42
    apart_quarters: int = 2
    apart_before: int = 10
    apart_around: int = 3
    still_ran: float = 0.25
    one_by_one: float = 0.2
    crew_quarters: int = 9
    crew_least: float = 0.03
    crew_left: float = 0.4
    crew_stays: float = 0.7
    crew_left_odds: float = 0.3
    crew_stays_odds: float = 3.5


@dataclass(frozen=True)
class DeviceFigures:
    """All figures of meters and devices."""

    meters: MeterFigures = field(default_factory=MeterFigures)
    protective: ProtectiveFigures = field(default_factory=ProtectiveFigures)
    essential: EssentialFigures = field(default_factory=EssentialFigures)
    stop: StopFigures = field(default_factory=StopFigures)
