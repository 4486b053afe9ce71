"""Electrical danger of a firm's installation, judged from the history of its sensors."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from django.utils import timezone

from tocsin.base.time import ms_from_datetime
from tocsin.engine.work.danger import Danger, DangerFigures, DangerKind, imbalance_of, judge_danger
from tocsin.sensing.face import history
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.register import rows_of_visible
from tocsin.supervision.work.models import ElectricalDanger, ElectricalPoint
from tocsin.supervision.work.policy.devices import danger_figures
from tocsin.supervision.work.queries.firms import days_from, on_grid
from tocsin.supervision.work.rules.electrical import DANGERS, LEAST_SHARE, RINGING, PointKind

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from numpy.typing import NDArray

    from tocsin.jurisdiction.face import Person


@dataclass(frozen=True)
class Judged:
    """One danger at one place."""

    point: ElectricalPoint
    danger: Danger


def dangers_of(supervised_object: SupervisedObject, *, now: datetime) -> list[Judged]:
    """Every danger of every watched place, by place. Unavailable where the history can't be read."""
    points = list(supervised_object.electrical_points.select_related("sensor", "second", "third"))
    figures = danger_figures()
    indexes = sorted({one.index for point in points for one in (point.sensor, point.second, point.third) if one is not None})
    if not indexes:
        return []
    today = timezone.localtime(now).date()
    days = days_from(today - timedelta(days=figures.slow_d), figures.slow_d + 1)
    row_of = {index: row for row, index in enumerate(indexes)}
    readings = history().read(indexes, days.first_ms, ms_from_datetime(now))
    rows = np.array([row_of[index] for index in readings.sensor.tolist()], dtype=np.int64)
    values, _quality = on_grid(readings, rows, len(indexes), days)
    until = max(1, days.quarter(ms_from_datetime(now)))
    known = values[:, :until].astype(np.float64)
    return [
        Judged(point, judge_danger(kind, _values(point, kind, known, row_of), limits_of(point, kind, figures)))
        for point in points
        for kind in DANGERS[PointKind(point.kind)]
    ]


def limits_of(point: ElectricalPoint, kind: DangerKind, figures: DangerFigures) -> DangerFigures:
    """The figures of a place: with its own limit, and "high" at the same part of it, where it has one."""
    if point.limit is None or kind not in (DangerKind.RESIDUAL_CURRENT, DangerKind.HOT_JOINT):
        return figures
    limit, high = dict(figures.limit), dict(figures.high)
    high[kind] *= point.limit / limit[kind]
    limit[kind] = point.limit
    return replace(figures, limit=limit, high=high)


def ringing_dangers(user: "Person") -> "QuerySet[ElectricalDanger]":
    """Watched places that near their limit or are beyond it, of firms that the user sees, the nearest first."""
    rows = ElectricalDanger.objects.filter(verdict__in=[one.value for one in RINGING]).select_related("point__object")
    return rows_of_visible(rows, user, path="point__object__").order_by("hours_to_limit", "since")


def _values(
    point: ElectricalPoint, kind: DangerKind, known: "NDArray[np.float64]", row_of: dict[int, int]
) -> "NDArray[np.float64]":
    """The quantity that the danger is judged by: a reading, a share of the rated current, or the departure of a phase."""
    phases = [known[row_of[one.index]] for one in (point.sensor, point.second, point.third) if one is not None]
    if kind is DangerKind.OVERLOAD:
        rated = point.rated_a or np.nan
        return np.asarray(np.max(phases, axis=0) / rated)
    if kind is DangerKind.IMBALANCE:
        if len(phases) < 3:
            return np.full(known.shape[1], np.nan)
        return imbalance_of(np.stack(phases, axis=1), LEAST_SHARE * (point.rated_a or 0.0))
    return np.asarray(phases[0], dtype=np.float64)
