"""Figures of the daily verdict: what each source is worth, how it behaves and what is expected before any of them speaks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tocsin.engine.work.firm import Source


@dataclass(frozen=True)
class SourceFigures:
    """How one machine source follows output. `base`: what it shows of its normal at rest; `spread`: of one reading, as a share of
    what is expected; `weight`: how much of its log-odds counts (readings of one source are not independent); `astray`: share of
    readings that mean nothing; `most`: the most log-odds it may add either way.
    """

    base: float
    spread: float
    weight: float
    astray: float
    most: float


def _sources() -> Mapping[Source, SourceFigures]:
    return MappingProxyType(
        {
            Source.GAS_USE: SourceFigures(base=0.12, spread=0.17, weight=0.8, astray=0.05, most=3.5),
            Source.WATER_USE: SourceFigures(base=0.18, spread=0.24, weight=0.8, astray=0.05, most=3.0),
            Source.TANK_MOVEMENT: SourceFigures(base=0.06, spread=0.18, weight=0.8, astray=0.05, most=3.0),
            Source.TRUCK_COUNT: SourceFigures(base=0.25, spread=0.30, weight=0.7, astray=0.05, most=2.0),
            Source.EMISSION_MONITOR: SourceFigures(base=0.08, spread=0.12, weight=0.4, astray=0.08, most=3.0),
            Source.VIDEO: SourceFigures(base=0.20, spread=0.35, weight=0.5, astray=0.08, most=2.5),
            Source.GATE_HEADCOUNT: SourceFigures(base=0.06, spread=0.10, weight=0.7, astray=0.05, most=3.0),
        }
    )


@dataclass(frozen=True)
class PowerFigures:
    """How the curve tells output. `*_rest` and `*_run`: spread of the share at rest and, in work, by its height; `*_weight`
    and `*_astray` as of a source; of the lines' meters (`process`) and of what is left of the connection (`total`;
    `alone_*` where only that tells: the weight of work against rest, and of the rate); `rest_quantile` of what it shows at
    rest is noise. `most`: the most log-odds power may add.

    `least_known`: share of a day's usual work that must be known; `gap_spread`: spread added by the rest of it. `obeyed`:
    how likely a line without meter that is ordered to stop does. `first_share`, `first_odds`: against a guessed normal a
    day works from that share on, with these log-odds; `unlearnt_spread`: spread added while few days were seen.
    `normal_quantile` of the last `normal_window` days at full work, known by `known_to_learn`, is a good day, and the
    `normal_middle` quantile of those that come to `near_good` of it the normal one, in registered hours; what is usual beyond
    them is added (`beyond_prior`: days without any before the first); at most `held_most` of it is heat held between shifts.
    The first `young_days` at work count whatever their rate; a normal of at most `outgrown_until` days is left when
    `outgrown_days` in a row lie `outgrown` times above it.

    `run_share` of the running level parts running from low quarters. `tests`: share of days at rest with a test, which is
    no longer than `test_h` and between `test_from_h` and `test_to_h`. `slow`, `slow_ordered`: how likely low quarters are
    slow work. `even`, `even_within`: what keeps furnaces hot takes power so evenly that so many quarters lie within that share of
    their median. `fixed_share` of the running power of some plants is drawn at any rate; `fixed_expected`: how likely a
    plant is one, before days at another power than usual by `fixed_tells` told; `fixed_astray`: likelihood of such a day that
    tells nothing; `fixed_weight`: how much of its log-odds counts; `fixed_forgets`: how far the first guess comes back with each.
    """

    process_rest: float = 0.012
    process_run: float = 0.045
    process_weight: float = 1.0
    process_astray: float = 0.005
    total_rest: float = 0.04
    total_run: float = 0.07
    total_weight: float = 0.5
    alone_weight: float = 0.7
    alone_rate: float = 1.0
    rest_quantile: float = 0.5
    total_astray: float = 0.03
    most: float = 7.0
    least_known: float = 0.5
    gap_spread: float = 0.25
    obeyed: float = 0.8
    first_share: float = 0.03
    first_odds: float = 2.0
    unlearnt_spread: float = 1.6
    normal_quantile: float = 0.75
    normal_window: int = 60
    near_good: float = 0.85
    normal_middle: float = 0.6
    beyond_prior: int = 5
    known_to_learn: float = 0.8
    young_days: int = 7
    outgrown: float = 1.2
    outgrown_days: int = 14
    outgrown_until: int = 20
    run_share: float = 0.25
    held_most: float = 0.35
    plainly_ran: float = 0.1
    most_beyond: float = 0.6
    any_energy: float = 1.5
    tests: float = 0.1
    test_h: float = 2.25
    test_from_h: float = 7.5
    test_to_h: float = 18.5
    slow: float = 0.05
    slow_ordered: float = 0.8
    even: float = 0.9
    even_within: float = 0.4
    fixed_share: float = 0.4
    fixed_expected: float = 0.04
    fixed_tells: float = 0.08
    fixed_astray: float = 0.02
    fixed_weight: float = 1.5
    fixed_forgets: float = 0.01


@dataclass(frozen=True)
class ExpectationFigures:
    """What is expected of a day before its evidence. Shares of days, by kind of day and hours of the plant, and how often a
    plant goes down or comes back (`down`: falls out of work on a day it would have worked; `up`: comes back). `ready`:
    share of days meant for work on which it only stands ready; `furtive_expected`: how likely who works against an order does
    so on a given day; `hot_trades` keep furnaces hot on the share `hot_holding` of their idle days, are stopped on
    `hot_stopped` of the days on which they are down, and rest on the next day as on this one with `rest_lasts`; `*_stopped` and
    `*_furtive`: shares of stopped days, and of unexpected work, on rest days and in a plant that is down. `full_spread`: of the
    output of full days, before any was seen, and at most; `least_spread`: of a plant whose days are all alike; `rate_tail`: how
    likely rates far from the middle are against it; `over`: share of days above full; `over_carried`: the same in what is mixed
    into the rates of the days before.
    """

    weekday: float = 0.96
    saturday: float = 0.60
    sunday: float = 0.30
    holiday: float = 0.20
    make_up: float = 0.80
    round_the_clock: float = 0.96
    round_the_clock_holiday: float = 0.90
    habit_days: float = 2.0
    up_at_first: float = 0.9
    down: float = 0.015
    down_holiday: float = 0.12
    down_order: float = 0.75
    up: float = 0.06
    up_order: float = 0.05
    up_released: float = 0.35
    down_in_order: float = 0.25
    ready: float = 0.03
    ready_in_order: float = 0.01
    furtive_expected: float = 0.7
    rest_stopped: float = 0.97
    rest_furtive: float = 0.03
    down_stopped: float = 0.975
    down_furtive: float = 0.015
    overhaul_stopped: float = 0.08
    rest_lasts: float = 0.9
    hot_holding: float = 0.5
    hot_stopped: float = 0.5
    full_spread: float = 0.12
    least_spread: float = 0.03
    rate_tail: float = 0.02
    over: float = 0.08
    over_carried: float = 0.04
    hot_trades: tuple[str, ...] = ("glass_furnace", "glass_ceramics")


@dataclass(frozen=True)
class HeadFigures:
    """Heads in the plant by day against those of a normal working day. `of_employees`: a first guess of that; `ready` where the
    crew stands ready or overhauls, `kept` for maintenance under an order (on `kept_share` of such days), each with its spread.
    """

    of_employees: float = 0.85
    ready: float = 0.82
    ready_spread: float = 0.18
    kept: float = 0.45
    kept_spread: float = 0.13
    kept_share: float = 0.9
    calm_spread: float = 0.06


@dataclass(frozen=True)
class DecisionFigures:
    """What follows from a probability. `sure` and `likely`: from these on an order is acted on, the firm is asked;
    `kinds_to_inspect`: independent kinds of evidence, each of at least `kind_odds`, before anybody is sent. `window_h`: the hours
    that are "now"; what speaks of others counts `other_hours`, and half with every further day, until it is under `least_weight`;
    a source silent for `silent_h` is missed.
    """

    sure: float = 0.9
    likely: float = 0.6
    kinds_to_inspect: int = 2
    kind_odds: float = 0.5
    window_h: float = 6.0
    other_hours: float = 0.5
    least_weight: float = 0.1
    silent_h: float = 72.0


@dataclass(frozen=True)
class DayFigures:
    """All figures of the daily verdict. `late_days`: how long a late record of a day is awaited; `habit_window`: how many past
    days a normal is learnt from; `spread_days`: days that the spread of any source or plant is worth against its own;
    `statement_*`: log-odds of the firm's own word, used only where machines say little
    (`statement_silence`: below this sum of their votes); `hot_shown`, `hot_spread`: what gas and flue gas show of
    a normal day while furnaces are kept hot, and the spread of its logarithm; `slope` and `shift`: calibration of the log-odds.
    """

    sources: Mapping[Source, SourceFigures] = field(default_factory=_sources)
    power: PowerFigures = PowerFigures()
    expectation: ExpectationFigures = ExpectationFigures()
    heads: HeadFigures = HeadFigures()
    decision: DecisionFigures = DecisionFigures()
    late_days: int = 3
    night_hours: float = 9.5
    late_hours: float = 11.5
    habit_window: int = 28
    copy_hours: float = 60.0
    usual_permits: float = 1.0
    rate_by_others: float = 0.8
    base_prior: float = 2.0
    spread_days: float = 5.0
    overhaul_permits: float = 5.0
    permits_weight: float = 1.0
    visit_seen: float = 4.0
    visit_none: float = 1.5
    report_seen: float = 1.5
    hot_shown: float = 0.5
    hot_spread: float = 0.3
    statement_producing: float = 2.0
    statement_at_rest: float = 0.7
    statement_stopped: float = 1.5
    statement_in_order: float = 0.3
    quiet_in_order: float = 0.2
    mark_at_work: float = 0.1
    mark_in_order: float = 0.35
    statement_silence: float = 1.5
    conflict_machines: int = 2
    conflict_odds: float = 1.0
    slope: float = 0.8
    shift: float = 0.3
