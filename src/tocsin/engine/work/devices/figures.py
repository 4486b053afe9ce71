"""The figures by which meters and devices are judged; their shipped values and what speaks for each stand in the policy text."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class MeterFigures:
    """When the readings of a meter are not to be trusted.

    `trouble_h`: so long must readings be missing or estimated; `unread_share`: least share of such quarters in it; `join_h`:
    read quarters between unread ones that don't end it; `history_d`: days looked back for what is usual; `usual_h`: least
    measured hours that make a habit. `negative_h`: so long below zero without a sun; `negative_share`: of the usual high level,
    what is more than noise around zero; `dark_w_m2`: below it no own generation feeds in. `stuck_h`: least time of one and the
    same value; `stuck_odds`: natural logarithm of the chance that a moving load stands so long; `stuck_times`: of the longest
    standstill seen at that level; `stuck_steps`: steps of the display below which a reading stands by rounding alone. `over`:
    times the usual highest and the rated power that no load reaches; `over_quarters`: so many in two hours; `over_rest_h`: so
    long without one ends it; `level`: times the usual low and high level after a booked change (and its inverse).
    `probability`: of what is told.
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


@dataclass(frozen=True)
class ProtectiveFigures:
    """When a line runs without the device that protects it.

    `history_d`: days the habit of line and device is learnt from; `longer_d`: those the line's usual highest power is learnt
    from; `learn_quarters`: least number of quarters in which both were seen at work; `load`: of a line's usual highest power,
    below it it only stands by; `kept`: least share of the line's running quarters with the device at work that makes a duty of
    it; `off`: of the power it takes at that load, below it the device is off or idling; `quarters`: so many of them make an
    episode; `join_quarters`: of a pause of the line, or of unread quarters, with the device still off, that don't end it;
    `start_quarters`: after the start of a line in which the device may still come up; `carried`: least share of the line's
    power that the grid connection and own generation show at the same time. `sure`, `unsure`: probability, by whether the
    habit was nearly always kept and the device list names the right line.
    """

    history_d: float = 28.0
    longer_d: float = 90.0
    learn_quarters: int = 24
    load: float = 0.2
    kept: float = 0.9
    off: float = 0.45
    quarters: int = 2
    join_quarters: int = 4
    start_quarters: int = 1
    carried: float = 0.7
    sure: float = 0.93
    unsure: float = 0.6


@dataclass(frozen=True)
class EssentialFigures:
    """When an essential load is lost.

    `quarters`: so long is it gone before it is told; `gone`: of the least it took over as many quarters in `history_d`;
    `learn_d`: days of habit without which nothing is told; `dead`: of the usual low level of the grid connection, below it the
    supply is cut.
    """

    quarters: int = 3
    gone: float = 0.35
    history_d: float = 45.0
    learn_d: float = 3.0
    dead: float = 0.002
    probability: float = 0.9


@dataclass(frozen=True)
class StopFigures:
    """When a plant stops suddenly.

    `producing` (and `producing_total` where only the grid connection tells): of the normal load, from here on it is in
    production; `before_quarters`: so long before the fall; `steady`: of the load of `steady_quarters` before, so much must it
    still be, or the plant was running out already. `fall`, `fall_total`: part of the load above rest that goes within one
    quarter, for `quarters`; `back`: of the load before, above it the stop is over; `longest_quarters`: what is named of a
    longer one. `run_share`: of those quarters in which it must have run. `hold_quarters`: what is shorter is a pause of a line,
    `hold_often`: so many in `history_d` make them a habit. `turn_min`: minutes about the turns of shifts and of the day in
    which a stop is an ordinary one; `ahead_d`: days before an order in which a plant may go down for it. `history_d`: days of
    habit; `least_days`: days in production at that hour without which nothing is told; `goes_on`: least share of them on which
    it went on; `around_quarters`: what counts as the same hour; `pause_quarters`: what is shorter is a pause; `often`: so many
    pauses in `history_d` are a habit of any hour. `chances`, `chances_total`: probability after none, one, two and more stops
    alike in `history_d`.
    """

    producing: float = 0.2
    producing_total: float = 0.4
    before_quarters: int = 3
    steady: float = 0.6
    steady_quarters: int = 12
    run_share: float = 0.66
    line_left: float = 0.35
    low_share: float = 0.3
    hold_quarters: int = 16
    hold_often: int = 14
    fall: float = 0.8
    fall_total: float = 0.65
    quarters: int = 4
    back: float = 0.4
    longest_quarters: int = 32
    turn_min: int = 45
    ahead_d: int = 1
    history_d: float = 28.0
    least_days: int = 4
    goes_on: float = 0.85
    around_quarters: int = 4
    pause_quarters: int = 32
    often: int = 3
    chances: tuple[float, ...] = (0.8, 0.6, 0.3)
    chances_total: tuple[float, ...] = (0.6, 0.35)


@dataclass(frozen=True)
class DeviceFigures:
    """All figures of meters and devices."""

    meters: MeterFigures = field(default_factory=MeterFigures)
    protective: ProtectiveFigures = field(default_factory=ProtectiveFigures)
    essential: EssentialFigures = field(default_factory=EssentialFigures)
    stop: StopFigures = field(default_factory=StopFigures)
