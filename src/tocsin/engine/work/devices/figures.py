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
    long without one ends it; `used`: of the rated power, what a meter must have shown before that is asked; `level`: times the
    usual low and high level after a booked change (and its inverse). `balance`: of what the meters behind show, below it too
    little flows in, for `balance_h`, while they show more than `balance_load` of their highest; `step_load`: of the highest,
    what counts as a step of the lines over `step_quarters`; `steps`: so many of them tell by which factor the connection moves
    with them; `moves`: that factor (and its inverse). `probability`: of what is told.
    """

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
    power that the grid connection and own generation show at the same time. `sure`, `unsure`: probability, by whether the habit
    was nearly always kept and the device list names the right line.
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

    `gone`: of its usual power, below it the load is dead, told after `quarters`; `low`: of the least it kept up before over
    `low_quarters`, below it and for so long it is as good as dead (a defrost is shorter). `sunk`: the same of all that has no
    meter, at rest, in `trades` whose base load is a main fan or refrigeration. `history_d`: days of habit; `learn_d`: days
    without which nothing is told. `dead`: of the usual power of the connection, below it nothing flows; `voices`: so many loads
    that never rest must be at zero where the connection itself is not read.
    """

    gone: float = 0.03
    quarters: int = 3
    low: float = 0.2
    low_quarters: int = 6
    sunk: float = 0.3
    trades: tuple[str, ...] = ("cold_store", "mine")
    history_d: float = 45.0
    learn_d: float = 3.0
    dead: float = 0.002
    voices: int = 2
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
    quarters_total: int = 8
    noon_h: tuple[float, float] = (11.0, 13.0)
    noon_quarters: int = 6
    longest_wait: int = 10
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
