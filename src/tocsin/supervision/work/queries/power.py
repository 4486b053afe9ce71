"""A firm's curve on one time axis: what was measured, what was to be expected, stops, verdicts and episodes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from django.db.models import Q

from tocsin.engine.work.firm import QUARTER_MS, QUARTERS_OF_A_DAY, Role
from tocsin.engine.work.load.load import production_load
from tocsin.engine.work.load.model import Line
from tocsin.supervision.objects.queries.days import moment_of
from tocsin.supervision.work.policy.figures import work_figures
from tocsin.supervision.work.policy.judging import work_policy
from tocsin.supervision.work.queries.firms import days_from, firm_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tocsin.supervision.objects.models import SupervisedObject
    from tocsin.supervision.stops.models import StopOrder
    from tocsin.supervision.work.models import Episode, WorkDay

MOST_DAYS = 92


@dataclass(frozen=True, eq=False)
class PowerCurve:
    """Columns of quarter hours: `ts` Unix ms, `total_kw` of the grid connection, `process_kw` of what stands for production,
    `expected_kw` of it by hour and kind of day; NaN where unknown. `rests_on`: codes of the meters.
    """

    ts: "NDArray[np.int64]"
    total_kw: "NDArray[np.float64]"
    process_kw: "NDArray[np.float64]"
    expected_kw: "NDArray[np.float64]"
    rests_on: tuple[str, ...]
    last: date
    days: "list[WorkDay]"
    stops: "list[StopOrder]"
    episodes: "list[Episode]"


def power_curve(supervised_object: "SupervisedObject", first: date, days: int, *, now: datetime) -> PowerCurve:
    """The curve of `days` local days from `first`. Baselines learn from the days before. Unavailable without the history."""
    learnt = work_policy().judging.window_days
    span = days_from(first - timedelta(days=learnt), learnt + days)
    firm = firm_of(supervised_object, span, now=now)
    load = production_load(firm, work_figures().load)
    shown = slice(learnt * QUARTERS_OF_A_DAY, None)
    lines = load.lines or ((load.whole,) if load.whole is not None else ())
    feeders = [row for row, meter in enumerate(firm.meters) if meter.role is Role.TOTAL]
    nothing = np.full(span.quarters, np.nan)
    total = firm.kw[feeders].sum(axis=0, dtype=np.float64) if feeders else nothing
    process = np.sum([line.kw for line in lines], axis=0, dtype=np.float64) if lines else nothing
    expected = np.sum([_expected(line) for line in lines], axis=0) if lines else nothing
    begin, end = moment_of(first, 0), moment_of(first + timedelta(days=days), 0)
    return PowerCurve(
        ts=(span.first_ms + np.arange(span.quarters, dtype=np.int64) * QUARTER_MS)[shown],
        total_kw=total[shown],
        process_kw=process[shown],
        expected_kw=expected[shown],
        rests_on=load.rests_on,
        last=first + timedelta(days=days - 1),
        days=list(supervised_object.work_days.filter(day__gte=first, day__lt=first + timedelta(days=days)).order_by("day")),
        stops=list(supervised_object.stop_orders.filter(first__lt=first + timedelta(days=days)).order_by("first")),
        episodes=list(
            supervised_object.episodes.filter(Q(end_at__isnull=True) | Q(end_at__gte=begin), start_at__lt=end)
            .select_related("object", "meter")
            .order_by("start_at")
        ),
    )


def _expected(line: Line) -> "NDArray[np.float64]":
    """What a producing day of its kind would take: rest and the share of the running level of each hour."""
    kw = line.rest_kw[:, None] + line.span_kw[:, None] * line.expected
    return np.repeat(kw.astype(np.float64).reshape(-1), QUARTERS_OF_A_DAY // 24)
