"""How likely runs of work are work, quarter by quarter, by what was known then."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.firm import QUARTERS_OF_A_DAY, Firm
from tocsin.engine.work.load.model import Running
from tocsin.engine.work.production.figures import ProductionFigures
from tocsin.engine.work.production.runs import HOUR, Run
from tocsin.engine.work.production.scope import Scope
from tocsin.engine.work.production.signs import Signs

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Weighed:
    """Of each quarter from the begin of a group of runs to its end: `odds` float64, log-odds of work, and the features by name
    that make them.
    """

    odds: Floats
    features: dict[str, Floats]


def work_in(scope: Scope, figures: ProductionFigures) -> NDArray[np.bool_]:
    """Quarters that count as work: running, at a low rate, or with the protective device on while the meter shows nothing."""
    low = (scope.running == Running.LOW) & (scope.share >= figures.low_share) & ~scope.mixed
    return np.asarray((scope.running == Running.YES) | low | scope.guarded)


def hours_of_work(scope: Scope, worked: NDArray[np.bool_], figures: ProductionFigures) -> Floats:
    """What each quarter counts, in hours: all of it where a line plainly runs, less at a low rate, on a curve with other loads,
    and where one line by day may only be turned in a trial.
    """
    plain = (scope.running == Running.YES) | scope.guarded
    weight = np.where(plain, 1.0, figures.low_weight)
    with np.errstate(invalid="ignore"):
        turned = scope.test_hours & ~scope.joint & ~scope.guarded & (scope.share <= figures.trial_share)
    weight = np.where(turned, figures.trial_weight * weight, weight)
    least = np.maximum(figures.mixed_from, scope.clutter)
    clear = np.clip((scope.share - least) / (figures.mixed_clear - figures.mixed_from), figures.mixed_least, 1.0)
    weight = np.where(scope.mixed, np.nan_to_num(clear), weight)
    return np.where(worked, weight, 0.0) / HOUR


def like_test(run: Run, scope: Scope, figures: ProductionFigures) -> bool:
    """Whether a run by itself may have been a test: short, of one line, in the hours for it."""
    inside = slice(run.begin, run.end)
    short = run.end - run.begin <= figures.test_h * HOUR and scope.joint[inside].sum() <= figures.test_joint_h * HOUR
    return bool(short and scope.test_hours[inside].all())


def telling(runs: list[Run], scope: Scope, hours: Floats, figures: ProductionFigures) -> list[Run]:
    """The runs that are more than a test or a stray load: others count only where they come day after day."""
    kept = []
    for number, run in enumerate(runs):
        inside = slice(run.begin, run.end)
        stray = hours[inside].sum() < figures.stray_share * (run.end - run.begin) / HOUR and scope.mixed[inside].mean() > 0.5
        series = [other for other in runs[: number + 1] if run.begin - other.begin <= figures.series_h * HOUR]
        if not stray and (not like_test(run, scope, figures) or len(series) >= figures.series_runs):
            kept.append(run)
    return kept


def weigh(firm: Firm, group: list[Run], scope: Scope, hours: Floats, signs: Signs | None, figures: ProductionFigures) -> Weighed:
    """Log-odds over a group of runs. `hours` float64[quarters], from `hours_of_work`; `signs` where other evidence speaks of the
    scope.
    """
    begin, end = group[0].begin, group[-1].end
    now = hours[begin:end]
    longest, before = np.zeros(end - begin), np.zeros(end - begin)
    past, best = 0.0, 0.0
    for run in group:
        inside = slice(run.begin - begin, run.end - begin)
        grown = np.cumsum(now[inside])
        longest[inside] = np.maximum(best, grown)
        before[inside] = past
        best, past = max(best, float(grown[-1])), past + float(grown[-1])
        longest[run.end - begin :], before[run.end - begin :] = best, past
    done = np.cumsum(now)
    doubt = np.clip(scope.clutter[begin:end] / figures.clutter_unknown, figures.mixed_calm, 1.0)
    features = {
        "longest_run_h": longest,
        "night_h": np.cumsum(now * ~scope.test_hours[begin:end] * np.where(scope.mixed[begin:end], figures.mixed_night, 1.0)),
        "joint_h": np.cumsum(now * scope.joint[begin:end]),
        "earlier_h": before,
        "mixed_share": np.cumsum(now * scope.mixed[begin:end] * doubt) / np.maximum(done, 1e-9),
        "other_signs": heard_signs(firm, signs, begin, end, figures) if signs is not None else np.zeros(end - begin),
    }
    odds = (
        figures.start
        + (figures.step if scope.by_step else 0.0)
        + figures.per_run_h * longest
        + figures.per_night_h * np.minimum(features["night_h"], figures.night_limit_h)
        + figures.per_joint_h * np.minimum(features["joint_h"], 1.0)
        + figures.per_more_h * np.minimum(before, figures.more_limit_h)
        + figures.mixed * features["mixed_share"]
        + figures.per_sign * features["other_signs"]
    )
    return Weighed(odds, features)


def heard_signs(firm: Firm, signs: Signs, begin: int, end: int, figures: ProductionFigures) -> Floats:
    """Log-odds of other evidence about the days from `begin` on, summed as it was heard, float64[quarters]."""
    told = np.zeros(end - begin)
    for day in range(begin // QUARTERS_OF_A_DAY, -(-end // QUARTERS_OF_A_DAY)):
        if signs.odds[day] > 0.0 and signs.heard_ms[day] > 0:
            told[max(0, firm.days.quarter(int(signs.heard_ms[day])) - begin) :] += min(signs.odds[day], figures.sign_limit)
    return np.minimum(told, figures.signs_limit)
