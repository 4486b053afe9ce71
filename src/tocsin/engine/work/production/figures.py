"""Policy figures of production where there should be none."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ProductionFigures:
    """Times in hours, shares of the normal running level, weights in log-odds.

    `serve_days`, `slow_serve_days`: days after the first of an order left for shutting down, the latter in slow trades. `gap_h`:
    a pause so long does not end a run; `join_h`: one so long does not end an episode. `test_h`: a test run between `test_from_h`
    and `test_to_h` o'clock may be so long, of several lines at once `test_joint_h`; so many as `series_runs` within `series_h`
    are no tests. A run whose hours count for less than `stray_share` is a stray load. `tell`: probability from which an episode
    is told.

    `start`: log-odds before anything ran. Added: `per_run_h` for each hour of the longest run, `per_night_h` for each hour
    outside of test hours (`night_limit_h` count), `per_joint_h` for each hour in which several lines ran (one counts),
    `per_more_h` for each hour of earlier runs (`more_limit_h` count), `mixed` where only a curve speaks on which other loads
    hang, `per_sign` for what other evidence says (at most `sign_limit` a day, `signs_limit` in all). An hour at a low rate of
    `low_share` or more counts `low_weight`, one of a single line by day at `trial_share` or less, and at any load in an overhaul,
    `trial_weight`, as it may only turn in a trial. `mixed_from`, `mixed_clear`: on a curve with other loads an hour counts from
    the first share on, and in full from the second on; below, for `mixed_least`. Both rise with what the curve seldom passes
    (`clutter_quantile` of its idle time over `clutter_days`, risen for `clutter_lag_days`); taken for `clutter_unknown` where
    that can't be seen, and less of it weakens `mixed`, down to `mixed_calm`. `guard_share`: a protective device that takes so
    much of its usual power runs. `others_share`: what the other lines are taken to run at, as a share of all, before they were
    seen without the stopped one; of a line without a meter `step_before_d` days before its stop tell, in quarters above
    `any_line`, and one that takes less than `step_least` of all is lost among the others.

    `partial_share`: production at a lower mean share is partial; below `partial_guard` where only the protective device tells,
    below `partial_rate` where only other evidence does, or where that sees `doubt` times what the meters show and the connection
    does not fit them (`bridged`: so far below its rest level, or `doubt` times as high). `least_sources`: so many must have seen
    work; `unseen_day`: their log-odds for a day without a curve, `unseen_sum` in all; a curve that shows a low rate for `low_h` a
    day tells the rate. `hot_like`: until power passes so many times that of a day on which furnaces were kept hot, they are.

    `night_from_h`, `night_to_h`: the night of plants that are registered for the day, from `night_margin_h` after their shifts to
    as long before them; `night_h` of running in one night tell, on a curve with other loads `night_mixed_h` at a share of
    `night_level` or more in `night_mixed_nights` nights, after `night_after_days` of getting to know it. `declared_h`: a firm
    that has stood for so long, and declares so, has stopped; `restart_h` of running show that it began again, a statement is
    about that when it comes `heard_h` after the begin, and on `denials` days it must deny it.
    """

    serve_days: int = 0
    slow_serve_days: int = 2
    gap_h: float = 1.25
    join_h: float = 36.0
    test_h: float = 2.0
    test_joint_h: float = 0.5
    test_from_h: int = 8
    test_to_h: int = 18
    series_runs: int = 3
    series_h: float = 60.0
    stray_share: float = 0.3
    tell: float = 0.5
    start: float = -4.4
    per_run_h: float = 2.0
    per_night_h: float = 2.0
    night_limit_h: float = 2.0
    per_joint_h: float = 1.5
    per_more_h: float = 0.3
    more_limit_h: float = 6.0
    mixed: float = -3.0
    mixed_night: float = 0.5
    step: float = -2.5
    per_sign: float = 1.0
    sign_limit: float = 3.0
    signs_limit: float = 4.0
    low_share: float = 0.07
    low_weight: float = 0.08
    trial_share: float = 0.35
    trial_weight: float = 0.6
    mixed_from: float = 0.45
    mixed_clear: float = 0.8
    mixed_least: float = 0.2
    clutter_days: int = 40
    clutter_lag_days: int = 7
    clutter_quantile: float = 0.97
    clutter_unknown: float = 0.3
    mixed_calm: float = 0.25
    guard_share: float = 0.4
    others_share: float = 0.6
    usual_least: float = 0.85
    obeyed_share: float = 0.85
    step_spreads: float = 2.0
    step_least: float = 0.12
    step_before_d: int = 14
    any_line: float = 0.2
    partial_share: float = 0.27
    partial_guard: float = 0.8
    partial_rate: float = 0.45
    partial_shown: float = 0.65
    doubt: float = 2.5
    hot_like: float = 1.4
    bridged: float = 0.1
    least_sources: int = 2
    unseen_day: float = 0.7
    unseen_sum: float = 1.6
    low_h: float = 4.0
    night_from_h: int = 22
    night_to_h: int = 5
    night_margin_h: float = 0.5
    night_h: float = 3.5
    night_core_h: float = 3.0
    night_mixed_nights: int = 2
    night_after_days: int = 5
    night_level: float = 0.45
    night_most: float = 1.5
    night_habit_days: int = 14
    night_habit: float = 0.7
    said_by_h: int = 12
    restart_h: float = 2.5
    heard_h: float = 2.0
    declared_h: float = 96.0
    denials: int = 2
